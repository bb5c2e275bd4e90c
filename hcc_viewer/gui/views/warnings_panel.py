"""What was found and repaired in the files, and when not to trust the result."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from hcc_viewer.errors import Notice
from hcc_viewer.gui.i18n import tr, tr_phrase
from hcc_viewer.gui.views.naming import named

MAX_HEIGHT = 170
"""Of the sentences, in pixels; more of them scroll."""

SCROLL_BAR = 14


class WarningsPanel(QFrame):
    """A titled list of sentences; low when there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("warnings_panel")
        self.setAccessibleName(tr("Warnings"))
        self._title = named(QLabel(), "warnings_title")
        self._text = named(QLabel(), "warnings_text")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._text)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._title)
        layout.addWidget(self._scroll)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.set_notices(())

    def set_notices(self, notices: Sequence[Notice]) -> None:
        """Show these."""
        count = len(notices)
        self._title.setText(
            tr("Warnings ({count})").format(count=count) if count else tr("No warnings")
        )
        self._title.setProperty("alert", bool(count))
        self._title.style().unpolish(self._title)
        self._title.style().polish(self._title)
        self._text.setText("\n\n".join(f"• {tr_phrase(notice.message)}" for notice in notices))
        self._scroll.setVisible(bool(count))
        self._fit_height()
        self.setAccessibleDescription(self._text.text() or tr("Nothing to warn of"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the sentences the lines that they need at this width."""
        super().resizeEvent(event)
        self._fit_height()

    def _fit_height(self) -> None:
        needed = self._text.heightForWidth(max(self.width() - SCROLL_BAR, 1))
        self._scroll.setFixedHeight(min(needed + 4, MAX_HEIGHT))

    @property
    def text(self) -> str:
        """All that is shown."""
        return self._text.text()
