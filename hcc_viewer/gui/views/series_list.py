"""The study's series with picture, slices, and how likely each is the hepatobiliary phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDrag,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from hcc_viewer.gui import words
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.item_models import (
    DETECTED_ROLE,
    SERIES_ROLE,
    THUMBNAIL_ROLE,
    WHOSE_ROLE,
    SeriesListModel,
)
from hcc_viewer.gui.views.parts_splitter import SERIES_MIN
from hcc_viewer.gui.views.placeholder import paint_placeholder

if TYPE_CHECKING:
    from hcc_viewer.dicom import Series

PICTURE = 72
PADDING = 8
SELECTED, FOUND = QColor("#1c2f47"), QColor("#ff9f43")
GOOD, MAYBE, MUTED = QColor("#5fd39a"), QColor("#ffd479"), QColor("#8b96a5")


MARKING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
"""With one of these held, rows are marked and not shown."""

MIME = "application/x-hcc-viewer-series-row"
"""A row of the list that is dragged onto an image view."""


def dragged_row(data: QMimeData) -> int | None:
    """The row of the series that is dragged; None when it is something else."""
    if not data.hasFormat(MIME):
        return None
    text = bytes(data.data(MIME).data()).decode("ascii", "replace")
    return int(text) if text.isdigit() else None


class SeriesDelegate(QStyledItemDelegate):
    """Paints a row: picture, title, slices, phase."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """The picture and its margins, and room for one line more where it is needed."""
        more = option.fontMetrics.height() + 2 if index.data(WHOSE_ROLE) else 0
        return QSize(200, PICTURE + 2 * PADDING + more)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one series."""
        rect: QRect = option.rect
        state = option.state
        palette: QPalette = option.palette
        font: QFont = option.font
        series: Series = index.data(SERIES_ROLE)
        painter.save()
        painter.setFont(font)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, SELECTED)
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), palette.highlight())
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, palette.color(QPalette.ColorRole.AlternateBase))
        picture = QRect(rect.left() + PADDING, rect.top() + PADDING, PICTURE, PICTURE)
        _paint_picture(painter, picture, index.data(THUMBNAIL_ROLE))
        text = rect.adjusted(PICTURE + 2 * PADDING + 2, PADDING, -PADDING, -PADDING)
        told = index.data(DETECTED_ROLE), index.data(WHOSE_ROLE)
        _paint_lines(painter, text, series, told, palette)
        painter.restore()


def _paint_picture(painter: QPainter, area: QRect, image: QImage | None) -> None:
    painter.fillRect(area, QColor(0, 0, 0))
    if image is not None and not image.isNull():
        size = image.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(area.topLeft(), size)
        target.moveCenter(area.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, image)


def _paint_lines(
    painter: QPainter, area: QRect, series: Series, told: tuple[str, str], palette: QPalette
) -> None:
    detected, whose = told
    height = painter.fontMetrics().height()
    color = palette.color(QPalette.ColorRole.Text) if series.detectable else QColor("#b4bdc9")
    phase = (MUTED, GOOD, MAYBE)[_level(series)]
    lines = [
        (series.description or tr("(no description)"), color, QFont.Weight.DemiBold),
        (words.series_line(series), MUTED, QFont.Weight.Normal),
        (words.phase_text(series), phase, QFont.Weight.Normal),
        (detected, MUTED if detected == tr("no findings") else FOUND, QFont.Weight.Normal),
    ]
    if whose:
        lines.insert(1, (whose, color, QFont.Weight.Normal))
    for row, (text, ink, weight) in enumerate(lines):
        font = painter.font()
        font.setWeight(weight)
        painter.setFont(font)
        painter.setPen(ink)
        line = QRect(area.left(), area.top() + row * (height + 2), area.width(), height)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def _level(series: Series) -> int:
    """0: not for detection or unlikely, 1: sure, 2: to be asked about."""
    if not series.detectable or series.phase.is_unlikely:
        return 0
    return 1 if series.phase.is_sure else 2


class SeriesList(QListView):
    """The list of series. With Ctrl or Shift several are marked, and what is shown stays.

    Signals:
        series_requested: Show the series in this row.
        rows_selected: These rows are marked now, from the top.
        menu_requested: The context menu, at this place of the screen.
    """

    series_requested = Signal(int)
    rows_selected = Signal(object)
    menu_requested = Signal(QPoint)

    def __init__(self, model: SeriesListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("series_list")
        self.setAccessibleName("Series")
        self.setModel(model)
        self.setItemDelegate(SeriesDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMinimumWidth(SERIES_MIN)
        self.setDragEnabled(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self._is_told = False
        self._is_marking = False
        self.clicked.connect(self._on_clicked)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the list, or what it says while it is empty."""
        super().paintEvent(event)
        paint_placeholder(self, tr("No study is open."))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Mark the row; it is shown when the button is let go, since it may be dragged away."""
        self._is_told = True
        self._is_marking = bool(event.modifiers() & MARKING)
        super().mousePressEvent(event)
        self._is_told = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Shift and Ctrl mark rows without showing them."""
        self._is_marking = bool(event.modifiers() & MARKING)
        super().keyPressEvent(event)
        self._is_marking = False

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu."""
        self.menu_requested.emit(event.globalPos())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Say which rows are marked."""
        super().selectionChanged(selected, deselected)
        self.rows_selected.emit(self._rows())

    def _rows(self) -> tuple[int, ...]:
        return tuple(sorted(index.row() for index in self.selectedIndexes()))

    def _on_clicked(self, index: QModelIndex) -> None:
        if not self._is_marking:
            self.series_requested.emit(index.row())

    def startDrag(self, supportedActions: Qt.DropAction) -> None:  # noqa: N803  # Qt's name
        """Drag a series onto an image view."""
        row = self.currentIndex().row()
        if row < 0:
            return
        data = QMimeData()
        data.setData(MIME, str(row).encode("ascii"))
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)

    def set_row(self, row: int | None) -> None:
        """Mark the series that is shown, without asking for it; several marked ones stay so."""
        rows = self._rows()
        if len(rows) > 1 and row in rows:
            return
        self._is_told = True
        index = QModelIndex() if row is None else self.model().index(row, 0)
        # Qt's own setCurrentIndex would mark by the keys that happen to be held.
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(index, flag)
        self._is_told = False

    def currentChanged(
        self,
        current: QModelIndex | QPersistentModelIndex,
        previous: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Ask for the series that the user went to."""
        super().currentChanged(current, previous)
        if current.isValid() and not self._is_told and not self._is_marking:
            self.series_requested.emit(current.row())
