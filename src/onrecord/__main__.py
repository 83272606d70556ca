"""``python -m onrecord``, and the command ``onrecord``."""

import sys
from typing import NoReturn

from onrecord.cli import main


class _WithoutPandas:
    """Finds no pandas: pyarrow loads it wherever it is installed, for a third of a second, and no
    command needs it.
    """

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def run() -> NoReturn:
    """Run the command that the process was started for."""
    sys.meta_path.insert(0, _WithoutPandas)
    main()


if __name__ == "__main__":
    run()
