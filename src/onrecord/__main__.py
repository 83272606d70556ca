"""Run the command ``onrecord``, also as ``python -m onrecord``."""

from typing import NoReturn

from onrecord.cli.main import main
from onrecord.files.process import collect_rarely, keep_libraries_small, keep_pandas_out, share_heap


def run() -> NoReturn:
    """Run the command line of this process."""
    keep_pandas_out()
    keep_libraries_small()
    share_heap()
    collect_rarely()
    main()


if __name__ == "__main__":
    run()
