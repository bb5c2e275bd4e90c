"""Names for automation and assistive technology."""

from __future__ import annotations

import re
from typing import TypeVar

from PySide6.QtWidgets import QDialogButtonBox, QWidget

from hcc_viewer.gui.i18n import tr

W = TypeVar("W", bound=QWidget)


def named(widget: W, name: str, spoken: str = "") -> W:
    """The widget with an object name, and the name that a screen reader says."""
    widget.setObjectName(name)
    if spoken:
        widget.setAccessibleName(spoken)
    return widget


def plain_text(text: str) -> str:
    """A menu's text where its letter is no key: without `&`, and without the `(&X)` of Korean."""
    return re.sub(r"\s*\(&.\)", "", text).replace("&", "")


def translated_buttons(box: QDialogButtonBox) -> QDialogButtonBox:
    """The box with its standard buttons in the window's language: Qt's own may be in another."""
    kinds = QDialogButtonBox.StandardButton
    texts = {kinds.Ok: tr("OK"), kinds.Cancel: tr("Cancel"), kinds.Close: tr("Close")}
    for kind, text in texts.items():
        button = box.button(kind)
        if button is not None:
            button.setText(text)
    return box
