"""Small wordings of a report: numbers, positions, and what the headers say of study and series."""

from __future__ import annotations

import locale
import math
import unicodedata
from dataclasses import dataclass

from hcc_viewer.dicom import Acquisition, Patient, Series
from hcc_viewer.names import name_text

_LETTER_COUNTRIES = {
    "US", "CA", "MX", "PR", "PH", "CL", "CO", "CR", "GT", "NI", "PA", "SV", "VE", "BZ", "DO",
}  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One line of a list of facts."""

    name: str
    value: str


def number(value: float) -> str:
    """A number between 0 and 1 with two to four decimals, or more where it would be 0 or 1."""
    if 0.0 < value < 0.00005 or 0.99995 <= value < 1.0:
        return f"{value:.6g}"
    text = f"{value:.4f}".rstrip("0")
    return text if len(text) >= 4 else f"{value:.2f}"


def probability_text(value: float) -> str:
    """A probability with two decimals, never rounded up to 1 nor down to 0."""
    if 0.995 <= value < 1:
        return "> 0.99"
    if 0 < value < 0.005:
        return "< 0.01"
    return f"{value:.2f}"


def count(amount: int, noun: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{amount} {noun}" if amount == 1 else f"{amount} {noun}s"


def position_text(point: tuple[float, float, float]) -> str:
    """A point in LPS mm as a reader says it: `R 63.2  A 41.0  H 102.4`."""
    if not all(math.isfinite(value) for value in point):
        return "unknown"
    letters = (("L", "R"), ("P", "A"), ("H", "F"))
    return "  ".join(
        f"{negative if value < 0 else positive} {abs(value):.1f}"
        for (positive, negative), value in zip(letters, point, strict=True)
    )


def length_text(length_mm: float) -> str:
    """A length in whole millimetres."""
    return f"{length_mm:.0f} mm" if math.isfinite(length_mm) else "unknown"


def plain(text: str) -> str:
    """A text of people without control characters, which DICOM, CSV and fonts do not take."""
    kept = (" " if letter in "\n\r\t" else letter for letter in text)
    return "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cs")).strip()


def shortened(text: str, length: int) -> str:
    """A text of at most so many characters; an ellipsis shows that some are missing."""
    return text if len(text) <= length else f"{text[: length - 1]}\N{HORIZONTAL ELLIPSIS}"


def patient_facts(patient: Patient) -> tuple[Fact, ...]:
    """Who the study is of, for an identified report."""
    return _known(
        Fact("Patient", name_text(patient.name)),
        Fact("Patient ID", patient.patient_id),
        Fact("Birth date", date_text(patient.birth_date)),
        Fact("Sex", patient.sex),
    )


def patient_text(patient: Patient) -> str:
    """Name and ID in one line, as far as they are known."""
    name, id_ = plain(name_text(patient.name)), plain(patient.patient_id)
    return ", ".join(filter(None, (name, f"ID {id_}" if id_ else "")))


def local_paper_size(locale_name: str | None = None) -> str:
    """`letter` where that is what printers hold (CLDR, paper size US-Letter), else `a4`.

    Args:
        locale_name: Such as `en_US`; None: that of this computer.
    """
    name = locale_name or locale.getlocale()[0] or ""
    return "letter" if name.split(".")[0].split("_")[-1] in _LETTER_COUNTRIES else "a4"


def study_facts(series: Series) -> tuple[Fact, ...]:
    """The study and the scanner."""
    acquisition = series.acquisition
    scanner = f"{acquisition.manufacturer} {acquisition.manufacturer_model_name}".strip()
    field = acquisition.magnetic_field_strength_t
    if field is not None:
        scanner = ", ".join(filter(None, (scanner, f"{field:g} T")))
    return _known(
        Fact("Study date", date_text(acquisition.study_date)),
        Fact("Study", acquisition.study_description),
        Fact("Scanner", scanner),
        Fact("Study UID", series.study_instance_uid),
    )


def series_facts(series: Series) -> tuple[Fact, ...]:
    """The series that was examined."""
    acquisition = series.acquisition
    series_number = acquisition.series_number
    prefix = "" if series_number is None else f"{series_number}: "
    reasons = "; ".join(series.phase.reasons)
    phase = f"score {series.phase.score} of 100" + (f" ({reasons})" if reasons else "")
    return _known(
        Fact("Series", prefix + series.title),
        Fact("Images", _images_text(series)),
        Fact("Sequence", _sequence_text(acquisition)),
        Fact("Contrast agent", acquisition.contrast_bolus_agent),
        Fact("Hepatobiliary phase", phase),
        Fact("Series UID", series.series_instance_uid),
    )


def date_text(date: str) -> str:
    """A DICOM date as `2024-01-31`; anything else as it is."""
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 and date.isdigit() else date


def _images_text(series: Series) -> str:
    count_ = len(series.instances)
    size = f"{count_} {series.orientation} slices of {series.rows} x {series.columns}"
    if not series.geometry.known:
        return f"{size}; spacing unknown"
    slice_, row, column = series.geometry.spacing_mm
    return f"{size}; pixel {row:.2f} x {column:.2f} mm, slice distance {slice_:.2f} mm"


def _sequence_text(acquisition: Acquisition) -> str:
    parts = (
        (acquisition.repetition_time_ms, "TR {:g} ms"),
        (acquisition.echo_time_ms, "TE {:g} ms"),
        (acquisition.flip_angle_deg, "flip angle {:g}\N{DEGREE SIGN}"),
        (acquisition.slice_thickness_mm, "slice thickness {:g} mm"),
    )
    values = [text.format(value) for value, text in parts if value is not None]
    return ", ".join(filter(None, (acquisition.protocol_name, *values)))


def _known(*facts: Fact) -> tuple[Fact, ...]:
    """The facts that the headers do tell."""
    return tuple(fact for fact in facts if fact.value)
