"""The middle of the window: the slice with its heat map caption, and the strip under it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from hcc_viewer import HEAT_MAP_CAPTION
from hcc_viewer.gui.views.message_bar import MessageBar
from hcc_viewer.gui.views.naming import named
from hcc_viewer.gui.views.probability_strip import ProbabilityStrip
from hcc_viewer.gui.views.slice_view import SliceView

_BELOW_CORNER_TEXT = 76
"""Pixels from the top: under four lines of corner text, which are as wide as they are."""


class ImageArea(QWidget):
    """Message, image or start page, and strip."""

    def __init__(self, start_page: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("image_area")
        self.message_bar = MessageBar()
        self.slice_view = SliceView()
        self.strip = ProbabilityStrip()
        self._caption = named(QLabel(HEAT_MAP_CAPTION, self.slice_view), "heat_map_caption")
        self._caption.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._caption.hide()
        over = QVBoxLayout(self.slice_view)
        over.setContentsMargins(0, _BELOW_CORNER_TEXT, 0, 0)
        over.addWidget(self._caption, 0, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._stack = QStackedWidget()
        self._stack.addWidget(start_page)
        self._stack.addWidget(self.slice_view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.message_bar)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.strip)
        self.set_has_volume(False)

    def set_has_volume(self, has_volume: bool) -> None:
        """Show the slice and its strip, or the start page."""
        self._stack.setCurrentIndex(1 if has_volume else 0)
        self.strip.setVisible(has_volume)

    def set_caption_visible(self, is_visible: bool) -> None:
        """Say what the heat map is, while it is on."""
        self._caption.setVisible(is_visible)
