"""The program starts here: `python -m hcc_viewer`."""

import sys

from hcc_viewer.cli import main

if __name__ == "__main__":
    sys.exit(main())
