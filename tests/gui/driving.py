"""How the tests drive the window: by its actions, its widgets and real mouse events."""

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def do(window, name):
    """Trigger an action, which must be possible."""
    action = window.findChild(QAction, f"{name}_action")
    assert action.isEnabled(), name
    action.trigger()


def action(window, name):
    return window.findChild(QAction, f"{name}_action")


def widget(window, name):
    return window.findChild(QWidget, name)


def view_place(view, column, row):
    return QPointF(*view.transform.to_view(column, row)).toPoint()


def move(view, at, buttons=Qt.MouseButton.NoButton):
    """Move the pointer, with buttons held; QTest.mouseMove holds none."""
    position = QPointF(at)
    spot = QPointF(view.mapToGlobal(at))
    event = QMouseEvent(QEvent.Type.MouseMove, position, spot, LEFT, buttons, NONE)
    QApplication.sendEvent(view, event)


def drag_image(view, first, second):
    """Drag with the left button from one (column, row) of the image to another."""
    start, end = view_place(view, *first), view_place(view, *second)
    QTest.mousePress(view, LEFT, NONE, start)
    move(view, (start + end) / 2, LEFT)
    move(view, end, LEFT)
    QTest.mouseRelease(view, LEFT, NONE, end)


def click_image(view, place):
    at = view_place(view, *place)
    move(view, at)
    QTest.mouseClick(view, LEFT, NONE, at)
