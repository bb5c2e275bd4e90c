"""Makes `docs/screenshot.png`: the program on its demo study, driven as a user would.

xvfb-run -a -s '-screen 0 1600x1000x24' python tools/make_screenshot.py [FILE]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hcc_viewer.gui.app import build  # isort: skip  # ONNX Runtime comes before Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from hcc_viewer.gui.prompts import Prompts
from hcc_viewer.settings import Settings

SIZE = (1440, 900)
PATIENCE_S = 60.0


def main() -> None:
    """Open the demo study, detect, show the first finding with its heat map, save the picture."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/screenshot.png")
    out = Path(tempfile.mkdtemp())
    window = build(Settings(), prompts=Prompts(choose_report_folder=lambda start: out))
    window.resize(*SIZE)
    window.show()
    session = window.session

    def trigger(name: str) -> None:
        action = window.findChild(QAction, name)
        assert isinstance(action, QAction), name
        action.trigger()

    trigger("open_demo_action")
    _wait(lambda: session.viewport.volume is not None)
    trigger("detect_action")
    _wait(lambda: session.detection is not None)
    trigger("next_finding_action")
    trigger("toggle_heatmap_action")
    _wait_until_calm()
    if not window.grab().save(str(target)):
        raise SystemExit(f"{target} cannot be written.")
    window.close()


def _wait(is_done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_done():
        if time.monotonic() > end:
            raise SystemExit("The program did not come so far in time.")
        QApplication.processEvents()


def _wait_until_calm() -> None:
    """Let thumbnails and paints that are under way come to their end."""
    end = time.monotonic() + 2.0
    while time.monotonic() < end:
        QApplication.processEvents()


if __name__ == "__main__":
    main()
