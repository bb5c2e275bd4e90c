"""What is asked to be opened, the jobs that read it, and what a study then offers. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hcc_viewer.gui import words
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.thumbnails import thumbnail_of
from hcc_viewer.gui.volume_cache import is_same

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from hcc_viewer.dicom import Series, SeriesKey, Study, Volume
    from hcc_viewer.gui.jobs import JobContext
    from hcc_viewer.gui.services import Services


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
    text = tr("No images were found in '{name}'.").format(name=study.path.name)
    if study.skipped:
        reason, count = study.skipped[0]
        text += f" {words.skipped_text(reason, count)}"
    return text + " " + tr("Choose the folder that holds the study's DICOM files.")


def scan_study(
    services: Services,
    regroup_again: Callable[[Study, JobContext], Study],
    path: Path,
    context: JobContext,
) -> Study:
    """Read the headers under a path, and merge and split as in an earlier session; a job."""
    return regroup_again(services.scan(path, context, context.deliver), context)


def as_scanned(study: Study, context: JobContext) -> Study:
    """Merge and split nothing."""
    return study


def load_series(
    services: Services, series: Series, context: JobContext
) -> tuple[Volume, NDArray[np.uint8]]:
    """Read the images of a series, and make its thumbnail; a job."""
    volume = services.load_volume(series, context)
    return volume, thumbnail_of(volume)
