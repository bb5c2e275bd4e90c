"""Files that may have held images and could not be read: nobody looks at what they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hcc_viewer.dicom.series import Series
from hcc_viewer.errors import Notice
from hcc_viewer.phrases import Phrase, counted


class Unread(Phrase):
    """Why a file was passed over that may have held images, other than one that never did."""


def with_unread(series: Sequence[Series], reasons: Sequence[str]) -> list[Series]:
    """The series, each that may be analysed with a warning where files could not be read.

    To which series such a file belonged is not known.

    Args:
        series: Of one study.
        reasons: Why files were passed over, one for each.
    """
    count = sum(isinstance(reason, Unread) for reason in reasons)
    if not count:
        return list(series)
    one = "{count} file could not be read; what it shows is not examined."
    many = "{count} files could not be read; what they show is not examined."
    notice = Notice("unread-files", counted(count, one, many))
    return [
        replace(item, warnings=(*item.warnings, notice)) if item.detectable else item
        for item in series
    ]
