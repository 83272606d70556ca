"""``python -m onrecord``, and the command ``onrecord``."""

import sys
from typing import NoReturn

from onrecord.cli.main import main


class _WithoutPandas:
    """Finds no pandas: pyarrow loads it wherever it is installed, for a third of a second, and no
    command needs it.
    """

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def keep_pandas_out() -> None:
    """Have this process find no pandas, as every command does."""
    sys.meta_path.insert(0, _WithoutPandas)


def run() -> NoReturn:
    """Run the command that the process was started for."""
    keep_pandas_out()
    main()


if __name__ == "__main__":
    run()
