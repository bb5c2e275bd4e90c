"""Whose images are shown, and of which day, where one folder holds several. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hcc_viewer.errors import Notice
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.opening import best_row
from hcc_viewer.names import name_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hcc_viewer.dicom import Patient, Series, SeriesKey, Study

MOST_NAMED = 5
"""So many patients are named in a notice; of more, only these and that there are more."""


def date_text(date: str) -> str:
    """`2026-11-23` for DICOM's `20261123`; anything else as it is."""
    is_date = len(date) == 8 and date.isdigit()
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if is_date else date


def patient_text(patient: Patient) -> str:
    """The name, else the number; empty when neither is known."""
    return name_text(patient.name) or patient.patient_id


def study_name(study: Study, is_hidden: bool, number: int, row: int | None = None) -> str:
    """What a study is called in its tab: the patient and the day of what is shown of it.

    Args:
        study: What to name.
        is_hidden: Whether the patient's identity is left out.
        number: Of the study among the open ones, from 1.
        row: Of the series that is shown; None: the one that is shown first.
    """
    shown = study.series[best_row(study) if row is None else row]
    name = patient_text(shown.patient)
    if is_hidden or not name:
        name = tr("Study {number}").format(number=number)
    date = shown.acquisition.study_date
    when = date_text(date) if len(date) == 8 and date.isdigit() else ""
    return "  ".join(filter(None, (name, when)))


def row_texts(series: Sequence[Series], is_hidden: bool) -> tuple[str, ...]:
    """The day of each series, with the patient where there are several; empty if all are alike."""
    patients = patients_of(series)
    if len(patients) > 1:
        return tuple(f"{_name_in(patients, one.patient, is_hidden)}  {_day(one)}" for one in series)
    is_one_day = len({one.acquisition.study_date for one in series}) < 2
    return tuple("" if is_one_day else _day(one) for one in series)


def patients_of(series: Sequence[Series]) -> tuple[Patient, ...]:
    """The patients of some series, each once, the first one first."""
    found: dict[tuple[str, str], Patient] = {}
    for one in series:
        found.setdefault(_identity(one.patient), one.patient)
    return tuple(found.values())


def patients_notice(series: Sequence[Series], is_hidden: bool) -> tuple[Notice, ...]:
    """A warning where the series are not of one patient; else none."""
    patients = patients_of(series)
    if len(patients) < 2:
        return ()
    if is_hidden:
        text = tr("The folder holds images of {count} patients.")
        return (Notice("several-patients", text.format(count=len(patients))),)
    names = [_full_name(one) for one in patients[:MOST_NAMED]]
    names += ["…"] if len(patients) > MOST_NAMED else []
    text = tr("The folder holds images of {count} patients: {names}.")
    notice = text.format(count=len(patients), names="; ".join(names))
    return (Notice("several-patients", notice),)


def name_elsewhere(
    key: SeriesKey, studies: Sequence[Study], shown: Series | None, is_hidden: bool
) -> str:
    """What to call a series that is not the shown one: its study or, within it, its title.

    Args:
        key: Of the series.
        studies: The open ones.
        shown: The series that is shown.
        is_hidden: Whether the patient's identity is left out.

    Returns:
        Its name; empty when it is shown, or is in none of the studies.
    """
    if shown is not None and shown.key == key:
        return ""
    keys_of = [[one.key for one in study.series] for study in studies]
    holding = [at for at, keys in enumerate(keys_of) if key in keys]
    for at in holding:
        if shown is not None and shown.key in keys_of[at]:
            row, series = keys_of[at].index(key), studies[at].series
            whose = row_texts(series, is_hidden)[row].replace("  ", ", ")
            return ", ".join(filter(None, (series[row].title, whose)))
    if holding:
        at = holding[0]
        row = keys_of[at].index(key)
        return study_name(studies[at], is_hidden, at + 1, row).replace("  ", ", ")
    return ""


def _identity(patient: Patient) -> tuple[str, str]:
    return patient.patient_id.strip(), name_text(patient.name).casefold()


def _name_in(patients: Sequence[Patient], patient: Patient, is_hidden: bool) -> str:
    name = patient_text(patient)
    if name and not is_hidden:
        return name
    number = [_identity(one) for one in patients].index(_identity(patient)) + 1
    return tr("Patient {number}").format(number=number)


def _full_name(patient: Patient) -> str:
    name, number = name_text(patient.name), patient.patient_id
    if name and number:
        return f"{name} (ID {number})"
    return name or number or tr("(no name)")


def _day(series: Series) -> str:
    return date_text(series.acquisition.study_date) or tr("no date")
