"""The program starts here: `hcc-viewer`, or `python -m hcc_viewer`."""

import signal
import sys

INTERRUPTED = 130
"""The exit status before `hcc_viewer.errors` is there."""


def start() -> int:
    """Run the command line; nothing is said of an interruption while Python starts or ends."""
    try:
        from hcc_viewer.cli import main

        status = main()
    except KeyboardInterrupt:
        status = INTERRUPTED
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done: Ctrl+C would change the status
    return status


if __name__ == "__main__":
    sys.exit(start())
