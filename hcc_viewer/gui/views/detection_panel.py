"""The right side of the window: Detect, progress, findings, threshold, heat map, report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSlider,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from hcc_viewer.gui import words
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.views.action_button import ActionButton
from hcc_viewer.gui.views.findings_table import ResultTable
from hcc_viewer.gui.views.naming import named
from hcc_viewer.gui.views.part_scroll import PartScroll
from hcc_viewer.gui.views.parts_splitter import RESULTS_MIN
from hcc_viewer.gui.views.warnings_panel import WarningsPanel
from hcc_viewer.settings import HEAT_MAP_STYLES

if TYPE_CHECKING:
    from hcc_viewer.detection import OperatingPoint
    from hcc_viewer.detection.model_card import CurvePoint

THRESHOLD_STEPS = 1000
DECISIONS = ("accept_finding", "reject_finding", "note_finding", "add_finding")
"""What the reader does with findings, under their table."""

MARGIN, SPACING = 12, 9

NEAR = 0.02
"""What was measured this close to a threshold is shown for it."""

SAME = 5e-4
"""Thresholds closer than this are the same: half a step of the slider."""


class ProgressRow(QWidget):
    """How far the slow work is, and the button that stops it."""

    def __init__(self, cancel: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = named(QLabel(), "progress_label")
        self._text.setAccessibleName(tr("Progress"))
        self._text.setWordWrap(True)  # a study's name may be long
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._bar = named(QProgressBar(), "progress_bar")
        self._bar.setAccessibleName(tr("Progress"))
        self._bar.setTextVisible(False)
        button = ActionButton(cancel)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._bar, 1)
        row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._text)
        layout.addLayout(row)
        self.hide()

    def set_progress(self, text: str, done: int, total: int) -> None:
        """Show this; empty text: nothing goes on."""
        self.setVisible(bool(text))
        self._text.setText(text)
        self._bar.setFormat(text)
        self._bar.setRange(0, total)  # 0 to 0 shows that it goes on, without saying how far
        self._bar.setValue(done if total else -1)


class ThresholdBox(QWidget):
    """The threshold of a flagged slice, by name or by slider.

    Signals:
        threshold_requested: Read the result at this threshold.
    """

    threshold_requested = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: tuple[OperatingPoint, ...] = ()
        self._curve: tuple[CurvePoint, ...] = ()
        self._threshold: float | None = None
        self._value = named(QLabel(), "threshold_value")
        self._named = named(QComboBox(), "operating_point_box")
        self._named.setAccessibleName(tr("Operating point"))
        self._named.setToolTip(tr("Thresholds whose performance the model card states"))
        self._slider = named(QSlider(Qt.Orientation.Horizontal), "threshold_slider")
        self._slider.setAccessibleName(tr("Threshold"))
        self._slider.setToolTip(tr("Slices at or above this probability are flagged"))
        self._slider.setRange(0, THRESHOLD_STEPS)
        self._slider.setPageStep(50)
        self._measured = named(QLabel(), "operating_point_label")
        self._measured.setWordWrap(True)
        top = QHBoxLayout()
        top.addWidget(QLabel(tr("Threshold")))
        top.addWidget(self._value)
        top.addStretch()
        top.addWidget(self._named)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self._slider)
        layout.addWidget(self._measured)
        self._slider.valueChanged.connect(self._on_slider)
        self._named.activated.connect(self._on_named)

    def set_points(
        self, points: Sequence[OperatingPoint], curve: Sequence[CurvePoint] = ()
    ) -> None:
        """The named operating points of the model's card, and what it measured between them."""
        if (tuple(points), tuple(curve)) == (self._points, self._curve) and self._named.count():
            return
        self._points, self._curve = tuple(points), tuple(curve)
        self._named.clear()
        for point in self._points:
            self._named.addItem(tr(point.name.replace("-", " ").capitalize()))
        self._named.addItem(tr("Other threshold"))
        self._named.setVisible(bool(self._points))

    def set_threshold(self, threshold: float | None) -> None:
        """Show the threshold in use; None: there is no result to read."""
        self._slider.setEnabled(threshold is not None)
        self._named.setEnabled(threshold is not None)
        self._value.setText("" if threshold is None else f"{threshold:.2f}")
        if threshold is not None and not self._slider.isSliderDown():
            with QSignalBlocker(self._slider):
                self._slider.setValue(round(threshold * THRESHOLD_STEPS))
        self._show_point(threshold)

    def _show_point(self, threshold: float | None) -> None:
        self._threshold = threshold
        at = self._index_of(threshold)
        self._named.setCurrentIndex(len(self._points) if at is None else at)
        measured = self._points[at] if at is not None else self._nearest_measured(threshold)
        self._measured.setText("" if measured is None else words.measured_text(measured))
        self._measured.setVisible(measured is not None)

    def _nearest_measured(self, threshold: float | None) -> CurvePoint | None:
        """The point of the card's curve at this threshold, unless there is none near."""
        if threshold is None or not self._curve:
            return None
        nearest = min(self._curve, key=lambda point: abs(point.threshold - threshold))
        return nearest if abs(nearest.threshold - threshold) <= NEAR else None

    def _index_of(self, threshold: float | None) -> int | None:
        near = (
            index
            for index, point in enumerate(self._points)
            if threshold is not None and abs(point.threshold - threshold) < SAME
        )
        return next(near, None)

    def _on_slider(self, value: int) -> None:
        threshold = value / THRESHOLD_STEPS
        self._value.setText(f"{threshold:.2f}")
        self._show_point(threshold)
        self.threshold_requested.emit(threshold)

    def _on_named(self, index: int) -> None:
        if index < len(self._points):
            self.threshold_requested.emit(self._points[index].threshold)
        else:  # another threshold is what the slider gives; until it does, a name is in use
            self._slider.setFocus()
            self._show_point(self._threshold)


class OpacityBox(QWidget):
    """The heat map's switch, look and opacity.

    Signals:
        opacity_requested: Show the heat map at this opacity.
        style_requested: Show it as a map, or as its contour.
    """

    opacity_requested = Signal(float)
    style_requested = Signal(str)

    def __init__(self, toggle: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slider = named(QSlider(Qt.Orientation.Horizontal), "opacity_slider")
        self._slider.setAccessibleName(tr("Heat map opacity"))
        self._slider.setToolTip(tr("Opacity of the heat map"))
        self._slider.setRange(0, 100)
        self._value = named(QLabel(), "opacity_value")
        self._value.setMinimumWidth(40)
        button = ActionButton(toggle)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._style = named(QComboBox(), "heat_map_style_box", tr("Heat map look"))
        self._style.setToolTip(tr("Colours all over, or a line along a level of the map"))
        for style in HEAT_MAP_STYLES:
            name = tr("Map") if style == "map" else tr("Contour {level} %")
            self._style.addItem(name.format(level=style.removeprefix("contour-")), style)
        self._style.activated.connect(self._on_style)
        layout.addWidget(button)
        layout.addWidget(self._style)
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._value)
        self._slider.valueChanged.connect(self._on_slider)

    def set_opacity(self, opacity: float) -> None:
        """Show the opacity in use."""
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(opacity * 100))
        self._value.setText(f"{opacity:.0%}")

    def set_style(self, style: str) -> None:
        """Show the look in use."""
        self._style.setCurrentIndex(self._style.findData(style))
        self._slider.setEnabled(style == "map")

    def _on_style(self, index: int) -> None:
        self.style_requested.emit(self._style.itemData(index))

    def _on_slider(self, value: int) -> None:
        self.opacity_requested.emit(value / 100)


class DetectionPanel(QFrame):
    """Everything about the model's result, top to bottom in the order of work."""

    def __init__(
        self,
        actions: Mapping[str, QAction],
        findings: ResultTable,
        slices: ResultTable,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("detection_panel")
        self.progress = ProgressRow(actions["cancel"])
        self.threshold = ThresholdBox()
        self.opacity = OpacityBox(actions["toggle_heatmap"])
        self.warnings = WarningsPanel()
        self._hint = self._make_label("detect_hint")
        self._summary = self._make_label("result_summary")
        self._decisions = self._make_label("decisions_summary")
        self._tabs = named(QTabWidget(), "result_tabs", tr("Results"))
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(findings, tr("Findings"))
        self._tabs.addTab(slices, tr("Flagged slices"))
        detect = QVBoxLayout()
        detect.setContentsMargins(MARGIN, MARGIN, MARGIN, SPACING)
        detect.addWidget(ActionButton(actions["detect"], "primary"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(detect)
        layout.addWidget(PartScroll(self._make_content(actions), "detection_scroll"), 1)
        self.setMinimumWidth(RESULTS_MIN)
        self.set_summary("")
        self.set_veil("")

    def _make_content(self, actions: Mapping[str, QAction]) -> QWidget:
        """What stands under the Detect button, and scrolls in a low window."""
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(MARGIN, 0, MARGIN, MARGIN)
        layout.setSpacing(SPACING)
        layout.addWidget(self._hint)
        layout.addWidget(self.progress)
        layout.addWidget(self._make_veil(actions["show_results"]))
        layout.addWidget(self._summary)
        layout.addWidget(self._decisions)
        layout.addWidget(self._tabs, 1)
        layout.addLayout(_make_row(actions, DECISIONS))
        layout.addWidget(self.threshold)
        layout.addWidget(self.opacity)
        exports = QHBoxLayout()
        exports.setSpacing(6)
        exports.addWidget(ActionButton(actions["export_report"]), 1)
        exports.addWidget(ActionButton(actions["export_as"], "small"))
        layout.addLayout(exports)
        layout.addWidget(self.warnings)
        return content

    def _make_label(self, name: str) -> QLabel:
        label = named(QLabel(), name)
        label.setWordWrap(True)
        return label

    def _make_veil(self, show_results: QAction) -> QFrame:
        """What stands in place of the result until the stack was read."""
        self._veil = named(QFrame(), "veil")
        self._veil_text = self._make_label("veil_label")
        layout = QVBoxLayout(self._veil)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addWidget(self._veil_text)
        layout.addWidget(ActionButton(show_results))
        return self._veil

    def set_veil(self, text: str) -> None:
        """Say that the result is hidden, and until when; empty: it is not."""
        self._veil_text.setText(text)
        self._veil.setVisible(bool(text))

    def set_hint(self, text: str, *, is_refusal: bool) -> None:
        """Say beside the button what it will do, or why it does nothing."""
        self._hint.setText(text)
        self._hint.setProperty("refusal", is_refusal)
        self._hint.style().unpolish(self._hint)
        self._hint.style().polish(self._hint)

    def set_summary(self, text: str, decisions: str = "") -> None:
        """Say what the result is, and what the reader decided; empty: nothing yet."""
        self._summary.setText(text)
        self._summary.setVisible(bool(text))
        self._decisions.setText(decisions)
        self._decisions.setVisible(bool(decisions))


def _make_row(actions: Mapping[str, QAction], names: Sequence[str]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for name in names:
        row.addWidget(ActionButton(actions[name], "small"))
    return row
