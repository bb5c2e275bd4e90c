"""A dialog that is asked for twice is shown once."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog


@pytest.mark.parametrize("name", ["models", "settings", "licences", "reader_study"])
def test_dialog_that_is_open_comes_to_the_front(qtbot, window, name):
    action = window.findChild(QAction, f"{name}_action")
    action.trigger()
    [dialog] = [one for one in window.findChildren(QDialog) if one.isVisible()]
    action.trigger()
    assert [one for one in window.findChildren(QDialog) if one.isVisible()] == [dialog]
    dialog.close()
    action.trigger()
    [again] = [one for one in window.findChildren(QDialog) if one.isVisible()]
    assert again.objectName() == f"{name}_dialog"
    again.close()
