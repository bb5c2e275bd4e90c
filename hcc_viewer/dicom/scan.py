"""From a path (folder, file or zip) to the series in it, by their headers alone."""

from __future__ import annotations

from pathlib import Path

from hcc_viewer.dicom.series import Series, Study
from hcc_viewer.progress import ReportProgress, ignore_progress


def scan_folder(
    path: str | Path, report_progress: ReportProgress = ignore_progress
) -> list[Series]:
    """The series under `path`; see `scan_study`, which also tells what was passed over."""
    return list(scan_study(path, report_progress).series)


def scan_study(path: str | Path, report_progress: ReportProgress = ignore_progress) -> Study:
    """Find every image series in a folder (with subfolders), a single file, or a zip.

    Raises:
        ReadError: The path does not exist or cannot be read.
        CancelledError: `report_progress` asked to stop.
    """
    raise NotImplementedError
