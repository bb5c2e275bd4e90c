"""What stands in the corners and at the edges of a slice view. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.viewport import Window
from hcc_viewer.gui.views.view_transform import UPRIGHT, Turn
from hcc_viewer.gui.whose import date_text
from hcc_viewer.gui.words import direction_letters, point_text, probability_text
from hcc_viewer.names import name_text

if TYPE_CHECKING:
    from hcc_viewer.dicom import Acquisition, Geometry, Patient, Series
    from hcc_viewer.gui.stack import Stack

Lines = tuple[str, ...]
MAX_LINE = 44
"""Letters of a corner's line; a longer one is cut, so that corners do not meet."""


@dataclass(frozen=True)
class Corners:
    """The lines of the four corners."""

    top_left: Lines = ()
    top_right: Lines = ()
    bottom_left: Lines = ()
    bottom_right: Lines = ()


@dataclass(frozen=True)
class Edges:
    """The direction in the patient towards which each edge of the slice lies."""

    left: str = ""
    right: str = ""
    top: str = ""
    bottom: str = ""


def patient_lines(patient: Patient, is_hidden: bool) -> Lines:
    """Who the patient is."""
    if is_hidden:
        return (tr("Identity hidden"),)
    name = name_text(patient.name)
    number = patient.patient_id and f"ID {patient.patient_id}"
    born = date_text(patient.birth_date)
    if not born:
        return _cut((name, "  ".join(filter(None, (number, patient.sex)))))
    return _cut((name, number, "  ".join(filter(None, (born, patient.sex)))))


def study_lines(series: Series) -> Lines:
    """What study and series are shown."""
    acquisition = series.acquisition
    return _cut(
        (
            " ".join(acquisition.study_description.replace("^", " ").split()),
            date_text(acquisition.study_date),
            *series_lines(series),
            protocol_text(acquisition),
        )
    )


def short_study_lines(series: Series) -> Lines:
    """The day and the series alone, for views without room."""
    return _cut((date_text(series.acquisition.study_date), *series_lines(series)))


def series_lines(series: Series) -> Lines:
    """The series' number and title."""
    number = series.acquisition.series_number
    return _cut((series.title if number is None else f"{number}: {series.title}",))


def protocol_text(acquisition: Acquisition) -> str:
    """Field strength and timing, as far as they are known."""
    values = (
        ("", acquisition.magnetic_field_strength_t, " T"),
        ("TR ", acquisition.repetition_time_ms, ""),
        ("TE ", acquisition.echo_time_ms, ""),
        ("FA ", acquisition.flip_angle_deg, "°"),
    )
    return "  ".join(f"{a}{round(value, 2):g}{b}" for a, value, b in values if value is not None)


def slice_lines(
    stack: Stack, index: int, probability: float | None, is_flagged: bool, is_key: bool = False
) -> Lines:
    """Which slice is shown, and what the model says of it; NaN: it could not be read."""
    geometry = stack.geometry
    key = "  ★ " + tr("key image") if is_key else ""
    lines = [] if stack.is_acquired else [tr(stack.plane.capitalize() + " reformat")]
    number = tr("Slice {number} / {count}").format(number=index + 1, count=stack.shape[0])
    lines.append(number + key)
    if geometry.known:
        position = f"{geometry.positions_mm[index]:z.1f} mm"
        thickness = stack.series.acquisition.slice_thickness_mm if stack.is_acquired else None
        lines.append(f"{position}  T {thickness:g} mm" if thickness else position)
    if probability is not None and np.isnan(probability):
        lines.append(tr("Cannot be read, not examined"))
    elif probability is not None:
        flagged = "  " + tr("flagged") if is_flagged else ""
        value = probability_text(probability)
        lines.append(tr("HCC probability {value}").format(value=value) + flagged)
    return tuple(lines)


def display_lines(window: Window, zoom: float, is_color: bool) -> Lines:
    """How the slice is shown; the zoom is in pixels of the screen for one of the image."""
    inverted = "  " + tr("inverted") if window.is_inverted else ""
    shown = f"W {window.width:.4g}  L {window.center:.4g}{inverted}"
    zoomed = tr("Zoom {percent}").format(percent=f"{zoom:.0%}")
    return zoomed, tr("colour") if is_color else shown


def pointer_line(stack: Stack, index: int, column: float, row: float) -> str:
    """The value and the place in the patient under the pointer; empty outside the image."""
    at_row, at_column = round(row), round(column)
    _, rows, columns = stack.shape
    if not (0 <= at_row < rows and 0 <= at_column < columns):
        return ""
    value = value_text(float(stack.image(index)[at_row, at_column]))
    where = f"({at_column}, {at_row})"
    if stack.geometry.known:
        where += f"  {point_text(stack.geometry.to_patient(column, row, index))} mm"
    return f"{value}  {where}"


def value_text(value: float) -> str:
    """A pixel's value: a whole number in full, another one to four figures."""
    is_whole = value.is_integer() or abs(value) >= 1000
    return f"{value:.0f}" if is_whole and np.isfinite(value) else f"{value:.4g}"


def turn_lines(turn: Turn) -> Lines:
    """How the image is turned against the usual way; nothing where it is not."""
    words = []
    if turn.is_mirrored and turn.degrees == 180:
        words.append(tr("flipped top to bottom"))
    elif turn.is_mirrored:
        words.append(tr("flipped left to right"))
    if turn.degrees and not (turn.is_mirrored and turn.degrees == 180):
        words.append(tr("turned by {degrees}°").format(degrees=turn.degrees))
    return (", ".join(words),) if words else ()


def edges(geometry: Geometry, turn: Turn = UPRIGHT) -> Edges:
    """The orientation letters; none when the files give no orientation."""
    if not geometry.known:
        return Edges()
    axes = geometry.column_direction, geometry.row_direction
    right, down = (
        sum((share * axis for share, axis in zip(shares, axes, strict=True)), np.zeros(3))
        for shares in ((turn.xx, turn.xy), (turn.yx, turn.yy))
    )
    return Edges(
        left=direction_letters(-right),
        right=direction_letters(right),
        top=direction_letters(-down),
        bottom=direction_letters(down),
    )


def ruler_length_mm(mm_per_pixel: float, pixels: float) -> float:
    """The longest of 1, 2, 5, 10, 20, 50 ... mm that fits into so many view pixels."""
    room = max(mm_per_pixel * pixels, 1e-6)
    power = 10.0 ** np.floor(np.log10(room))
    return float(max(step * power for step in (1, 2, 5) if step * power <= room * 1.000001))


def _cut(lines: Lines) -> Lines:
    return tuple(
        line if len(line) <= MAX_LINE else f"{line[: MAX_LINE - 1]}…" for line in lines if line
    )
