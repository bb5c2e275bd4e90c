"""What the user should know of a study, a series and its result, each thing once. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hcc_viewer.errors import Notice
from hcc_viewer.gui.whose import patients_notice
from hcc_viewer.gui.words import skipped_text

if TYPE_CHECKING:
    from hcc_viewer.detection import Detection
    from hcc_viewer.dicom import Study, Volume


def all_notices(
    study: Study | None,
    volume: Volume | None,
    detection: Detection | None,
    *,
    is_hidden: bool = False,
) -> tuple[Notice, ...]:
    """Of several patients first, then of the pixels, of the result, and of the files."""
    found: list[Notice] = []
    if study is not None:
        found += patients_notice(study.series, is_hidden)
    if volume is not None:
        found += volume.warnings
    if detection is not None:
        found += detection.warnings
    if study is not None:
        found += [
            Notice("files-skipped", skipped_text(reason, count)) for reason, count in study.skipped
        ]
    return tuple(dict.fromkeys(found))
