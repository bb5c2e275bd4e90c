"""Scrolls a part of the window that is higher than its room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QFrame,
    QScrollArea,
    QSlider,
    QWidget,
)

LEAST_HEIGHT = 120
TURNED_BY_WHEEL = (QSlider, QComboBox, QAbstractSpinBox)


class PartScroll(QScrollArea):
    """A frameless scroll area around a column of widgets.

    While there is something to scroll, the wheel scrolls, and changes no slider and no box on its
    way unless that has the focus.
    """

    def __init__(self, content: QWidget, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._content = content
        self.setWidget(content)
        for kind in TURNED_BY_WHEEL:
            for widget in content.findChildren(kind):
                widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel gives no focus
                widget.installEventFilter(self)

    def minimumSizeHint(self) -> QSize:
        """Any height, and all of the width that the column cannot do without."""
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._content.minimumSizeHint().width() + bar, LEAST_HEIGHT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the wheel from sliders and boxes that it only passes."""
        is_passing = event.type() == QEvent.Type.Wheel and self.verticalScrollBar().maximum() > 0
        if is_passing and isinstance(watched, TURNED_BY_WHEEL) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)
