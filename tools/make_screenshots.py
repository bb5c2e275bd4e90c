"""Makes the pictures of the user guide: the program on its demo study, driven as a user would.

xvfb-run -a -s '-screen 0 1920x1200x24' python tools/make_screenshots.py [FOLDER]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hcc_viewer.gui.app import build  # isort: skip  # ONNX Runtime comes before Qt
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from hcc_viewer.gui.main_window import MainWindow
from hcc_viewer.gui.prompts import Prompts
from hcc_viewer.gui.views.slice_view import SliceView
from hcc_viewer.settings import Settings

SIZE = (1440, 900)
PATIENCE_S = 120.0
COLORS = 256
"""Of a picture: enough for grays and the heat map, and half the size of the file."""


class Photographer:
    """Drives a window and saves what it shows."""

    def __init__(self, folder: Path, language: str = "en") -> None:
        self.folder = folder
        self.out = Path(tempfile.mkdtemp())
        prompts = Prompts(
            choose_report_folder=lambda start: self.out, ask_note=lambda note: "next to a vessel"
        )
        self.window: MainWindow = build(Settings(language=language), prompts=prompts)
        self.window.resize(*SIZE)
        self.window.show()

    def trigger(self, name: str) -> None:
        """Do an action by its name."""
        action = self.window.findChild(QAction, f"{name}_action")
        assert isinstance(action, QAction), name
        action.trigger()
        QApplication.processEvents()

    def view(self, name: str = "slice_view") -> SliceView:
        """One of the image views."""
        found = self.window.findChild(QWidget, name)
        assert isinstance(found, SliceView)
        return found

    def drag(self, first: tuple[float, float], second: tuple[float, float]) -> None:
        """Drag with the left button from one place of the main view's image to another."""
        view = self.view()
        start, end = (QPointF(*view.transform.to_view(*p)).toPoint() for p in (first, second))
        none = Qt.KeyboardModifier.NoModifier
        QTest.mousePress(view, Qt.MouseButton.LeftButton, none, start)
        QTest.mouseMove(view, QPoint((start.x() + end.x()) // 2, (start.y() + end.y()) // 2))
        QTest.mouseMove(view, end)
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, none, end)

    def save(self, name: str, widget: QWidget | None = None, *, is_small: bool = True) -> None:
        """Save the window, or another widget, as a picture; a small one has fewer colours."""
        _settle()
        image = (widget or self.window).grab().toImage()
        path = self.folder / f"{name}.png"
        if not image.save(str(path)):
            raise SystemExit(f"{path} cannot be written.")
        if is_small:
            _shrink(path)
        print(path)

    def open_demo(self) -> None:
        """Open the demo study."""
        self.trigger("open_demo")
        _wait(lambda: self.window.session.viewport.volume is not None)
        _wait(lambda: self.window.session.study.is_complete and not self.window.session.activity)
        series = self.window.session.series
        _wait(lambda: len(self.window.session.thumbnails) == len(series))

    def detect(self) -> None:
        """Detect, and wait for the result."""
        self.trigger("detect")
        _wait(lambda: not self.window.session.is_busy("detect"))


def main() -> None:
    """All pictures."""
    home = Path(tempfile.mkdtemp(prefix="hcc-viewer-pictures-"))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        os.environ[name] = str(home / name.lower())  # nothing of the user's own is read or written
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/images")
    folder.mkdir(parents=True, exist_ok=True)
    camera = Photographer(folder)
    camera.save("start")
    camera.open_demo()
    camera.save("opened")
    camera.trigger("read_first")
    camera.detect()
    camera.save("read-first")
    camera.trigger("show_results")
    camera.trigger("read_first")
    camera.trigger("next_finding")
    camera.save("findings")
    camera.trigger("toggle_heatmap")
    camera.save("heat-map")
    camera.save("../screenshot", is_small=False)
    camera.window.session.set_heat_map_style("contour-50")
    camera.save("contour")
    camera.trigger("toggle_heatmap")
    _decide(camera)
    _measure(camera)
    _compare(camera)
    _pages(camera)
    camera.window.close()
    korean = Photographer(folder, "ko")
    korean.open_demo()
    korean.detect()
    korean.trigger("next_finding")
    korean.save("korean")
    korean.window.close()


def _decide(camera: Photographer) -> None:
    camera.trigger("accept_finding")
    camera.trigger("next_finding")
    camera.trigger("reject_finding")
    camera.trigger("note_finding")
    camera.trigger("next_finding")
    camera.trigger("key_image")
    camera.save("decisions")


def _measure(camera: Photographer) -> None:
    camera.trigger("previous_finding")
    camera.trigger("previous_finding")
    row = camera.window.session.finding
    assert row is not None
    x, y = row.place.column, row.place.row
    camera.trigger("distance_tool")
    camera.drag((x - 14, y + 22), (x + 16, y + 20))
    camera.trigger("ellipse_tool")
    camera.drag((x - 34, y - 76), (x - 10, y - 58))
    camera.trigger("angle_tool")
    camera.drag((x + 95, y - 30), (x + 70, y - 5))
    view = camera.view()
    end = QPointF(*view.transform.to_view(x + 100, y + 8)).toPoint()
    QTest.mouseMove(view, end)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    camera.save("measurements")
    camera.trigger("clear_measurements")
    camera.trigger("window_tool")


def _compare(camera: Photographer) -> None:
    window = camera.window
    camera.trigger("layout_two")
    _wait(lambda: window.session.panes.viewports[1].stack is not None)
    window.controller.detection.go_to_finding(1)
    camera.save("two-views")
    camera.trigger("layout_planes")
    _wait(lambda: window.session.panes.viewports[2].stack is not None)
    window.controller.detection.go_to_finding(1)
    camera.save("planes")
    camera.trigger("layout_one")
    camera.trigger("clear_crosshair")


def _pages(camera: Photographer) -> None:
    camera.window.controller.export.report_folder = str(Path("Reports", "SIM-0001"))
    for action, dialog in (
        ("export_as", "export_dialog"),
        ("help_keys", "keys_dialog"),
        ("about", "about_dialog"),
        ("settings", "settings_dialog"),
    ):
        camera.trigger(action)
        page = camera.window.findChild(QDialog, dialog)
        assert isinstance(page, QDialog), dialog
        camera.save(dialog.replace("_dialog", ""), page)
        page.close()


def _shrink(path: Path) -> None:
    """Store a picture with a palette: the guide's pictures are many."""
    from PIL import Image

    with Image.open(path) as image:
        small = image.convert("RGB").quantize(COLORS, Image.Quantize.FASTOCTREE)
    small.save(path, optimize=True)


def _wait(is_done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_done():
        if time.monotonic() > end:
            raise SystemExit("The program did not come so far in time.")
        QApplication.processEvents()


def _settle() -> None:
    """Let paints that are under way come to their end."""
    end = time.monotonic() + 0.6
    while time.monotonic() < end:
        QApplication.processEvents()


if __name__ == "__main__":
    main()
