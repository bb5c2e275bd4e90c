"""What is asked to be opened, and what a study that was read offers to be shown. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hcc_viewer.gui import words
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.volume_cache import is_same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hcc_viewer.dicom import Series, SeriesKey, Study


@dataclass(frozen=True)
class Asked:
    """A path that is to be opened."""

    path: Path
    is_remembered: bool = True
    """Whether it goes into the list of recent studies."""
    is_read_anew: bool = False
    """Whether its files are read although it is open."""


def keys_of(study: Study) -> set[SeriesKey]:
    """Of all series of a study, those before a merge or split too."""
    return {series.key for one in study.history for series in one.series}


def own_keys(study: Study, studies: Sequence[Study]) -> set[SeriesKey]:
    """Of all series of a study that none of the others holds: one may lie under two paths."""
    return keys_of(study).difference(*(keys_of(one) for one in studies if one is not study))


def is_settled(series: Series, studies: Sequence[Study]) -> bool:
    """Whether one of these studies was read to its end and holds just these images of a series."""
    whole = (one for study in studies if study.is_complete for one in study.series)
    return any(is_same(one, series) for one in whole)


def best_row(study: Study) -> int:
    """The likeliest hepatobiliary phase; else the longest series."""
    best = study.best_series or max(study.series, key=lambda one: len(one.instances))
    return next(row for row, one in enumerate(study.series) if one is best)


def nothing_found(study: Study) -> str:
    """Why a study without series is none, in sentences."""
    text = tr("No images were found in {name}.").format(name=study.path.name)
    if study.skipped:
        reason, count = study.skipped[0]
        text += f" {words.skipped_text(reason, count)}"
    return text + " " + tr("Choose the folder that holds the study's DICOM files.")
