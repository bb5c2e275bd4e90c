"""The size of a dialog: what it wants, as far as the screen has it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

FRAME = QSize(8, 40)
"""What the window manager's frame around a dialog takes, at most as a rule."""


def resize_within_screen(dialog: QWidget, width: int, height: int) -> None:
    """Give a window this size, or what its screen has room for."""
    screen = (dialog.parentWidget() or dialog).screen()
    dialog.resize(QSize(width, height).boundedTo(screen.availableSize() - FRAME))
