"""What the lists and tables of the window show: series, findings, flagged slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QBrush, QColor, QImage

from hcc_viewer.detection.decisions import ACCEPTED, ADDED, CORRECTED, REJECTED, UNDECIDED
from hcc_viewer.gui import words
from hcc_viewer.gui.finding_rows import FindingRow
from hcc_viewer.gui.i18n import tr

if TYPE_CHECKING:
    from hcc_viewer.detection import Detection
    from hcc_viewer.dicom import Geometry, Series

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()

SERIES_ROLE = Qt.ItemDataRole.UserRole
"""The `Series` of a row."""

THUMBNAIL_ROLE = Qt.ItemDataRole.UserRole + 1
"""Its picture as a `QImage`, None while it is not there."""

DETECTED_ROLE = Qt.ItemDataRole.UserRole + 2
"""What detection found on it, in words; empty before."""

WHOSE_ROLE = Qt.ItemDataRole.UserRole + 3
"""Its patient and day where the rows differ in them; empty where they do not."""

ID_ROLE = Qt.ItemDataRole.UserRole
"""The id of a finding, or the index of a slice."""


class SeriesListModel(QAbstractListModel):
    """The series of the study, one a row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._series: tuple[Series, ...] = ()
        self._thumbnails: dict[int, QImage] = {}
        self._detected: dict[int, str] = {}
        self._whose: tuple[str, ...] = ()

    def set_series(self, series: Sequence[Series], whose: Sequence[str] = ()) -> None:
        """Show other series, and whose they are."""
        self.beginResetModel()
        self._series = tuple(series)
        self._whose = tuple(whose)
        self._thumbnails = {}
        self._detected = {}
        self.endResetModel()

    def set_thumbnail(self, row: int, image: QImage) -> None:
        """Show the picture of a series."""
        self._thumbnails[row] = image
        self.dataChanged.emit(self.index(row), self.index(row), [THUMBNAIL_ROLE])

    def set_detected(self, row: int, text: str) -> None:
        """Show what detection found on a series."""
        if text == self._detected.get(row, ""):
            return
        self._detected[row] = text
        self.dataChanged.emit(self.index(row), self.index(row), [DETECTED_ROLE])

    def set_whose(self, whose: Sequence[str]) -> None:
        """Show the patient and the day of each row, or only numbers of them."""
        if tuple(whose) != self._whose and len(whose) == len(self._series):
            self._whose = tuple(whose)
            if whose:
                self.dataChanged.emit(self.index(0), self.index(len(whose) - 1))

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """One row for each series."""
        return 0 if parent.isValid() else len(self._series)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Of one series; see the roles above."""
        if not index.isValid() or index.row() >= len(self._series):
            return None
        series = self._series[index.row()]
        whose = self._whose[index.row()] if index.row() < len(self._whose) else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return series.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return words.series_tooltip(series, whose)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = series.title, whose, words.series_summary(series), words.phase_text(series)
            return ", ".join(filter(None, parts))
        by_role: Mapping[int, object] = {
            SERIES_ROLE: series,
            THUMBNAIL_ROLE: self._thumbnails.get(index.row()),
            DETECTED_ROLE: self._detected.get(index.row(), ""),
            WHOSE_ROLE: whose,
        }
        return by_role.get(role)


class _TableModel(QAbstractTableModel):
    """A read-only table of texts, with one id and one tooltip a row."""

    columns: tuple[tuple[str, str], ...] = ()
    """(header, what it means) of each column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[int, tuple[str, ...]]] = []

    def set_rows(self, rows: Sequence[tuple[int, tuple[str, ...]]]) -> None:
        """Show other rows: (id, texts)."""
        if list(rows) == self._rows:
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row_of(self, item_id: int | None) -> int | None:
        """The row with this id."""
        return next((row for row, (one, _) in enumerate(self._rows) if one == item_id), None)

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """One row for each item."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """As many as `columns`."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The columns' names and what they mean."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        by_role = {
            Qt.ItemDataRole.DisplayRole: tr(self.columns[section][0]),
            Qt.ItemDataRole.ToolTipRole: tr(self.columns[section][1]),
        }
        return by_role.get(Qt.ItemDataRole(role)) if role in tuple(by_role) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell, the id of its row."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        item_id, texts = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return texts[index.column()]
        if role == ID_ROLE:
            return item_id
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignCenter)
        return None


class FindingsModel(_TableModel):
    """The findings of a result with the reader's decisions, the most probable first."""

    columns = (
        ("#", "Rank by probability; R marks a finding of the reader"),
        ("Slices", "Slices of this finding; a click shows the one where it peaks"),
        ("Prob.", "Probability of HCC at the peak slice, 0 to 1"),
        ("Place (mm)", "Center in the patient: R/L, A/P, H/F from the frame's origin"),
        ("Extent", "Greatest in-plane width of the region where the CAM is at least half its peak"),
        ("Reader", "What the reader decided, and the note: Y accepts, R rejects, M adds"),
    )

    def set_rows_of(self, rows: Sequence[FindingRow], geometry: Geometry | None) -> None:
        """Show other findings."""
        known = geometry is not None and geometry.known
        self.set_rows([(row.id, _finding_texts(row, known)) for row in rows])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell; the reader's column is coloured."""
        if role == Qt.ItemDataRole.ForegroundRole and index.isValid() and index.column() == 5:
            text = super().data(index)
            return next((QBrush(QColor(c)) for sign, c in _SIGN_COLORS if sign in text), None)
        return super().data(index, role)


class FlaggedModel(_TableModel):
    """The flagged slices of a result, foot to head."""

    columns = (
        ("Slice", "Counted from 1 at the foot end"),
        ("Position (mm)", "Along the stack's normal"),
        ("Prob.", "Probability of HCC, 0 to 1"),
        ("Finding", "The finding that this slice belongs to"),
    )

    def set_detection(self, detection: Detection | None) -> None:
        """Show the flagged slices of another result."""
        if detection is None:
            self.set_rows([])
            return
        self.set_rows(
            [
                (
                    one.index,
                    (
                        str(one.index + 1),
                        f"{one.position_mm:z.1f}",
                        words.probability_text(one.probability),
                        words.findings_of_slice(detection, one.index),
                    ),
                )
                for one in detection.flagged
            ]
        )


_SIGNS = {
    ACCEPTED: "✓",
    REJECTED: "✗",
    CORRECTED: "✎",
    ADDED: "+",
    UNDECIDED: "",
}
_SIGN_COLORS = (("✓", "#5fd39a"), ("✗", "#ff8f7a"), ("✎", "#5fd39a"), ("+", "#d2a8ff"))


def _finding_texts(row: FindingRow, known: bool) -> tuple[str, ...]:
    finding, place = row.read.finding, row.place
    decision = row.read.decision
    slices = str(place.slice_index + 1) if finding is None else words.slice_range(finding)
    probability = "–"  # noqa: RUF001
    if finding is not None:
        probability = words.probability_text(finding.probability)
    elif decision is not None and decision.model_probability is not None:
        probability = words.probability_text(decision.model_probability)
    has_extent = known and place.extent_mm is not None
    sign = _SIGNS[row.read.verdict]
    note = row.read.note
    return (
        row.label,
        slices,
        probability,
        words.place(place, known),
        f"{place.extent_mm:.0f} mm" if has_extent else "–",  # noqa: RUF001
        f"{sign} {note}".strip() if note else sign,
    )
