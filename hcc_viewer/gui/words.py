"""How series, findings and places are put into words on the screen. No widgets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hcc_viewer import NEGATIVE_RESULT
from hcc_viewer.gui.i18n import plural, tr, tr_phrase

if TYPE_CHECKING:
    from hcc_viewer.detection import Detection, Finding, OperatingPoint, Place, ReadResult
    from hcc_viewer.detection.model_card import CurvePoint
    from hcc_viewer.dicom import Series

LPS_LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))
"""(positive, negative) direction of each axis of the patient frame."""


def skipped_text(reason: str, count: int) -> str:
    """How many files were not taken up, and why."""
    files = plural(count, "1 file was passed over", "{count} files were passed over")
    return f"{files}: {tr_phrase(reason)}."


def series_summary(series: Series) -> str:
    """`80 slices, axial`, what is no MR, and what tells this stack from others of its series."""
    count = len(series.instances)
    slices = plural(count, "1 slice", "{count} slices")
    parts = [slices, tr(series.orientation)]
    if series.modality != "MR":
        parts.append(series.modality)
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
        return tr("not for detection")
    score = series.phase.score
    if series.phase.is_sure:
        return tr("HBP {score}/100").format(score=score)
    text = tr("HBP unlikely {score}/100") if series.phase.is_unlikely else tr("HBP? {score}/100")
    return text.format(score=score)


def series_tooltip(series: Series, whose: str = "") -> str:
    """All that speaks for and against a series, in lines; whose it is, where that is in doubt."""
    lines = [series.title, *filter(None, (whose,)), series_summary(series)]
    if series.refusal:
        lines.append(tr("Detection is refused: {reason}").format(reason=tr_phrase(series.refusal)))
    lines.append(tr("Hepatobiliary-phase score: {score} of 100").format(score=series.phase.score))
    lines += [f"  • {tr_phrase(reason)}" for reason in series.phase.reasons]
    lines += [f"! {tr_phrase(notice.message)}" for notice in series.warnings]
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


def place(where: Place, known: bool) -> str:
    """Where a place lies in the patient, or in the image if that is not known."""
    if not known:
        return tr("row {row}, col {column}").format(
            row=f"{where.row:.0f}", column=f"{where.column:.0f}"
        )
    return point_text(where.center_lps_mm)


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


def result_summary(detection: Detection, result: ReadResult | None = None) -> str:
    """What a result says at its threshold; negative only where the reader has no finding either."""
    flagged, total = len(detection.flagged), len(detection.examined)
    own = 0 if result is None else sum(one.is_positive for one in result.findings)
    if not detection.findings and own:
        model = tr("The model: no finding at this threshold.")
        return (
            f"{model} {plural(own, '1 finding by the reader.', '{count} findings by the reader.')}"
        )
    if not detection.findings:
        text = tr("No finding: 0 of {total} slices at or above the threshold.")
        return text.format(total=total)
    findings = findings_count(detection)
    text = tr("{findings}; {flagged} of {total} slices flagged.")
    return text.format(findings=findings, flagged=flagged, total=total)


def decisions_summary(result: ReadResult | None) -> str:
    """How far the reader is with the findings; empty before the first decision."""
    if result is None or not result.reading.decisions:
        return ""
    counts = [
        tr(text).format(count=result.count(verdict))
        for verdict, text in _VERDICT_COUNTS
        if result.count(verdict)
    ]
    return ", ".join(counts)


_VERDICT_COUNTS = (
    ("accepted", "{count} accepted"),
    ("corrected", "{count} corrected"),
    ("rejected", "{count} rejected"),
    ("added", "{count} added"),
    ("undecided", "{count} open"),
)


def empty_view_text(is_reading: bool) -> str:
    """What a view without a series says."""
    return tr("Reading the series…") if is_reading else tr("Drop a series here.")


def veil_text(seen: int, total: int) -> str:
    """Why there is no result to be seen yet."""
    text = tr("Read first: {seen} of {total} slices seen. The result shows after the last one.")
    return text.format(seen=seen, total=total)


def measured_text(point: OperatingPoint | CurvePoint) -> str:
    """What was measured at a threshold."""
    text = tr(
        "On the tuning patients at {threshold}: sensitivity {sensitivity} and "
        "specificity {specificity} of slices, {false} false findings per patient."
    )
    return text.format(
        threshold=f"{point.threshold:.2f}",
        sensitivity=f"{point.sensitivity:.0%}",
        specificity=f"{point.specificity:.0%}",
        false=f"{point.false_findings_per_patient:.1f}",
    )


def findings_count(detection: Detection) -> str:
    """`2 findings`."""
    count = len(detection.findings)
    if count == 0:
        return tr("no findings")
    return plural(count, "1 finding", "{count} findings")


def detect_hint(series: Series | None, model_refusal: str) -> str:
    """What Detect would run on, or why it cannot."""
    if series is not None and not series.detectable:
        text = tr("Detection is refused on this series: {reason}")
        return text.format(reason=tr_phrase(series.refusal or ""))
    if model_refusal:
        return model_refusal
    if series is None:
        return tr("Open a study to begin.")
    phase = series.phase
    reasons = "; ".join(map(tr_phrase, phase.reasons[:3]))
    sure = tr("Hepatobiliary phase") if phase.is_sure else tr("Perhaps the hepatobiliary phase")
    if phase.is_unlikely:
        sure = tr("Unlikely the hepatobiliary phase")
    return f"{sure} ({phase.score}/100)" + (f": {reasons}." if reasons else ".")


def no_rows(detection: Detection | None, is_detecting: bool, is_veiled: bool = False) -> str:
    """What a table of results says while it is empty."""
    if is_veiled:
        return tr("Hidden until you have been through the stack.")
    if is_detecting:
        return tr("Findings come when all slices are done.")
    if detection is None:
        return tr("Findings appear here after detection.")
    return tr("Nothing at or above the threshold.") + " " + tr(NEGATIVE_RESULT)


def file_list(files: Sequence[Path]) -> str:
    """The names of some files, those for people first: `report.pdf, overview.png and 3 more`."""
    order = {".pdf": 0, ".png": 1}
    names = [file.name for file in sorted(files, key=lambda file: order.get(file.suffix, 2))]
    more = tr(" and {count} more").format(count=len(names) - 2) if len(names) > 2 else ""
    return ", ".join(names[:2]) + more
