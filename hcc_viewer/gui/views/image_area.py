"""The middle of the window: the slices, the heat map's caption under them, and the strip."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from hcc_viewer import HEAT_MAP_CAPTION
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.panes import COUNT, Layout
from hcc_viewer.gui.views.message_bar import MessageBar
from hcc_viewer.gui.views.naming import named
from hcc_viewer.gui.views.probability_strip import ProbabilityStrip
from hcc_viewer.gui.views.slice_view import SliceView
from hcc_viewer.gui.views.study_tabs import StudyTabs

_CELLS = {
    Layout.ONE: ((0, 0, 2, 2),),
    Layout.TWO: ((0, 0, 2, 1), (0, 1, 2, 1)),
    Layout.FOUR: ((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)),
    Layout.PLANES: ((0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)),
}
"""Row, column, rows and columns of each view."""


class ImageArea(QWidget):
    """Study tabs, message, images or start page, and strip."""

    def __init__(self, start_page: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("image_area")
        self.tabs = StudyTabs()
        self.message_bar = MessageBar()
        self.slice_views = tuple(self._make_view(index) for index in range(COUNT))
        self.strip = ProbabilityStrip()
        self._caption = named(QLabel(tr(HEAT_MAP_CAPTION)), "heat_map_caption")
        self._caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._caption.setWordWrap(True)
        self._caption.hide()
        self._stack = QStackedWidget()
        self._stack.addWidget(start_page)
        self._stack.addWidget(self._make_grid())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tabs)
        layout.addWidget(self.message_bar)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._caption)
        layout.addWidget(self.strip)
        self.set_layout(Layout.ONE)
        self.set_has_volume(False)

    @property
    def slice_view(self) -> SliceView:
        """The main view."""
        return self.slice_views[0]

    def _make_view(self, index: int) -> SliceView:
        view = SliceView()
        if index:
            view.setObjectName(f"slice_view_{index + 1}")
            view.setAccessibleName(tr("Slice, view {number}").format(number=index + 1))
        return view

    def _make_grid(self) -> QWidget:
        grid = named(QWidget(), "view_grid")
        for view in self.slice_views:
            view.setParent(grid)
        self._grid = QGridLayout(grid)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        for line in range(2):
            self._grid.setRowStretch(line, 1)
            self._grid.setColumnStretch(line, 1)
        return grid

    def set_layout(self, layout: Layout) -> None:
        """Arrange the views."""
        for index, view in enumerate(self.slice_views):
            self._grid.removeWidget(view)
            if index < layout.count:
                row, column, rows, columns = _CELLS[layout][index]
                self._grid.addWidget(view, row, column, rows, columns)
            view.setVisible(index < layout.count)
        self._grid.setColumnStretch(0, 3 if layout == Layout.PLANES else 1)
        self._grid.setColumnStretch(1, 2 if layout == Layout.PLANES else 1)

    def set_has_volume(self, has_volume: bool) -> None:
        """Show the slices and their strip, or the start page."""
        self._stack.setCurrentIndex(1 if has_volume else 0)
        self.strip.setVisible(has_volume)

    def set_caption_visible(self, is_visible: bool) -> None:
        """Say what the heat map is, while it is on."""
        self._caption.setVisible(is_visible)
