"""``python -m onrecord``, and the command ``onrecord``."""

import gc
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


def collect_rarely() -> None:
    """Have Python look for cyclic garbage in this process less often than it does by default.

    Records have no cycles, but would be looked through again and again while they are read: a
    quarter of the time.
    """
    gc.set_threshold(100_000, 50, 100)


def run() -> NoReturn:
    """Run the command that the process was started for."""
    keep_pandas_out()
    collect_rarely()
    main()


if __name__ == "__main__":
    run()
