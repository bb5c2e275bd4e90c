"""How series, findings and places are put into words on the screen. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hcc_viewer import NEGATIVE_RESULT

if TYPE_CHECKING:
    from hcc_viewer.detection import Detection, Finding, OperatingPoint
    from hcc_viewer.detection.model_card import CurvePoint
    from hcc_viewer.dicom import Geometry, Series

NO_FINDINGS = "no findings"

LPS_LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))
"""(positive, negative) direction of each axis of the patient frame."""


def skipped_text(reason: str, count: int) -> str:
    """How many files were not taken up, and why."""
    files = "1 file was" if count == 1 else f"{count} files were"
    return f"{files} passed over: {reason}."


def series_summary(series: Series) -> str:
    """`80 slices, axial, MR`, and what tells this stack from others of its series."""
    count = len(series.instances)
    slices = "1 slice" if count == 1 else f"{count} slices"
    parts = [slices, series.orientation, series.modality]
    if series.stack and series.stack != series.orientation:
        parts.insert(0, series.stack)
    return ", ".join(parts)


def series_line(series: Series) -> str:
    """The series' number and summary, for the second line of its row."""
    number = series.acquisition.series_number
    summary = series_summary(series)
    return summary if number is None else f"#{number}  {summary}"


def phase_text(series: Series) -> str:
    """Whether the series is the hepatobiliary phase, in a few words."""
    if not series.detectable:
        return "not for detection"
    score = series.phase.score
    if series.phase.is_sure:
        return f"HBP {score}/100"
    return f"HBP unlikely {score}/100" if series.phase.is_unlikely else f"HBP? {score}/100"


def series_tooltip(series: Series) -> str:
    """All that speaks for and against a series, in lines."""
    lines = [series.title, series_summary(series)]
    if series.refusal:
        lines.append(f"Detection is refused: {series.refusal}")
    lines.append(f"Hepatobiliary-phase score: {series.phase.score} of 100")
    lines += [f"  • {reason}" for reason in series.phase.reasons]
    lines += [f"! {notice.message}" for notice in series.warnings]
    return "\n".join(lines)


def probability_text(value: float) -> str:
    """Two decimals, never rounded up to 1 nor down to 0."""
    if 0.995 <= value < 1:
        return "> 0.99"
    return "< 0.01" if 0 < value < 0.005 else f"{value:.2f}"


def slice_range(finding: Finding) -> str:
    """The slices of a finding, counted from 1."""
    first, last = finding.first_slice + 1, finding.last_slice + 1
    return str(first) if first == last else f"{first}–{last}"  # noqa: RUF001


def findings_of_slice(detection: Detection, index: int) -> str:
    """The ids of the findings that a slice belongs to."""
    ids = [str(f.id) for f in detection.findings if f.first_slice <= index <= f.last_slice]
    return ", ".join(ids) or "-"


def place(finding: Finding, geometry: Geometry) -> str:
    """Where the center of a finding lies in the patient, or in the image if that is not known."""
    if not geometry.known:
        return f"row {finding.row:.0f}, col {finding.column:.0f}"
    return point_text(finding.center_lps_mm)


def point_text(point: tuple[float, float, float] | NDArray[np.float64]) -> str:
    """`R 62 A 10 H 85`: a point of the patient frame in whole millimetres."""
    parts = (
        f"{letters[0] if value >= 0 else letters[1]} {abs(value):.0f}"
        for letters, value in zip(LPS_LETTERS, point, strict=True)
    )
    return " ".join(parts)


def direction_letters(direction: NDArray[np.float64]) -> str:
    """The letters of a direction in the patient, the strongest axis first, as `L` or `LA`."""
    order = np.argsort(-np.abs(direction))
    letters = (
        LPS_LETTERS[axis][0 if direction[axis] > 0 else 1]
        for axis in order
        if abs(direction[axis]) > 0.2
    )
    return "".join(letters)


def result_summary(detection: Detection) -> str:
    """What a result says at its threshold, in one sentence."""
    flagged, total = len(detection.flagged), len(detection.slices)
    if not detection.findings:
        return f"No finding: 0 of {total} slices at or above the threshold."
    count = len(detection.findings)
    findings = "1 finding" if count == 1 else f"{count} findings"
    return f"{findings}; {flagged} of {total} slices flagged."


def measured_text(point: OperatingPoint | CurvePoint) -> str:
    """What was measured at a threshold."""
    return (
        f"On the tuning patients at {point.threshold:.2f}: sensitivity {point.sensitivity:.0%} and "
        f"specificity {point.specificity:.0%} of slices, "
        f"{point.false_findings_per_patient:.1f} false findings per patient."
    )


def findings_count(detection: Detection) -> str:
    """`2 findings`."""
    count = len(detection.findings)
    if count == 0:
        return NO_FINDINGS
    return "1 finding" if count == 1 else f"{count} findings"


def detect_hint(series: Series | None, model_refusal: str) -> str:
    """What Detect would run on, or why it cannot."""
    if series is not None and not series.detectable:
        return f"Detection is refused on this series: {series.refusal}"
    if model_refusal:
        return model_refusal
    if series is None:
        return "Open a study to begin."
    phase = series.phase
    reasons = "; ".join(phase.reasons[:3])
    sure = "Hepatobiliary phase" if phase.is_sure else "Perhaps the hepatobiliary phase"
    if phase.is_unlikely:
        sure = "Unlikely the hepatobiliary phase"
    return f"{sure} ({phase.score}/100)" + (f": {reasons}." if reasons else ".")


def no_rows(detection: Detection | None, is_detecting: bool) -> str:
    """What a table of results says while it is empty."""
    if is_detecting:
        return "Findings come when all slices are done."
    if detection is None:
        return "Findings appear here after detection."
    return f"Nothing at or above the threshold. {NEGATIVE_RESULT}"


def file_list(files: Sequence[Path]) -> str:
    """The names of some files, those for people first: `report.pdf, overview.png and 3 more`."""
    order = {".pdf": 0, ".png": 1}
    names = [file.name for file in sorted(files, key=lambda file: order.get(file.suffix, 2))]
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return ", ".join(names[:2]) + more
