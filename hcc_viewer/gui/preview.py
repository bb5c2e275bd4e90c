"""The first image of a study, shown while its files are still being read. No Qt."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hcc_viewer.dicom import Series, Study

PREVIEW_AFTER_S = 1.0
"""A scan that is done sooner needs no first image meanwhile."""


class Preview:
    """What a scan that still goes on has shown, and which of its series the user chose."""

    def __init__(self) -> None:
        self.study: Study | None = None
        self._row: int | None = None
        self._began = 0.0

    def begin(self) -> None:
        """A scan begins; nothing is shown of it yet."""
        self.study, self._row = None, None
        self._began = time.monotonic()

    def wants(self, part: Study) -> bool:
        """Whether a part of the study is worth showing now."""
        is_soon = time.monotonic() - self._began < PREVIEW_AFTER_S
        return self.study is None and bool(part.series) and not is_soon

    def show(self, study: Study, row: int | None) -> None:
        """This part is shown now, with the series in this row."""
        self.study, self._row = study, row

    def end(self) -> Study | None:
        """The scan is over: what was shown of it."""
        study, self.study = self.study, None
        return study

    def chosen_row(self, preview: Study, study: Study, row: int | None) -> int | None:
        """Where the whole study has the series that the user chose meanwhile; None: chose none.

        Args:
            preview: What was shown.
            study: The whole study.
            row: The series of the preview that is wanted now.
        """
        if row is None or row == self._row:
            return None
        chosen = images_of(preview.series[row])
        rows = (at for at, one in enumerate(study.series) if images_of(one) & chosen)
        return next(rows, None)


def images_of(series: Series) -> set[tuple[object, ...]]:
    """What identifies each image of a series."""
    return {(one.path, one.sop_instance_uid, one.frame) for one in series.instances}
