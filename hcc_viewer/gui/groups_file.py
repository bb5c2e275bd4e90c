"""What a user merged and split in a study, as one file in the user's data folder. No Qt.

The file is named by a hash of the study's identifiers and holds no name, date or number of a
patient.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hcc_viewer.gui.session_file import folder, replace_file

if TYPE_CHECKING:
    from hcc_viewer.dicom import Regrouping, SeriesKey, Study

FORMAT = "hcc-viewer-groups"
VERSION = 1


def groups_path(study: Study) -> Path:
    """The file of a study."""
    names = sorted({series.study_instance_uid for series in study.series})
    digest = hashlib.sha256("\n".join(("groups", *names)).encode()).hexdigest()
    return folder() / f"{digest[:32]}.json"


def write_regroupings(study: Study) -> None:
    """Keep the merges and splits of a study; the file of one that is as scanned is deleted.

    Raises:
        OSError: It cannot be written.
    """
    path = groups_path(study)
    if not study.regroupings:
        path.unlink(missing_ok=True)
        return
    steps = [{"keys": one.keys, "split_by": one.split_by} for one in study.regroupings]
    record = {"format": FORMAT, "version": VERSION, "steps": steps}
    replace_file(path, json.dumps(record, indent=1).encode())


def read_regroupings(study: Study) -> tuple[Regrouping, ...]:
    """What was kept of a study, the first step first.

    Raises:
        ValueError: The file is damaged, or of a later program.
        OSError: It cannot be read.
    """
    try:
        record = json.loads(groups_path(study).read_bytes())
    except FileNotFoundError:
        return ()
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise ValueError(f"it is no {FORMAT}")
    if record.get("version") != VERSION:
        raise ValueError("it was written by another version of the program")
    return tuple(_step(one) for one in record.get("steps", ()))


def _step(record: Any) -> Regrouping:
    from hcc_viewer.dicom import SPLIT_KEYS, Regrouping

    try:
        keys = tuple(_key(key) for key in record["keys"])
        split_by = record["split_by"]
    except (TypeError, KeyError) as error:
        raise ValueError("a step is damaged") from error
    if split_by is not None and split_by not in SPLIT_KEYS:
        raise ValueError("a step splits in an unknown way")
    return Regrouping(keys, split_by)


def _key(record: Any) -> SeriesKey:
    series, instance, frame = record
    if not isinstance(series, str) or not isinstance(instance, str):
        raise TypeError("a key has another form")
    if frame is not None and not isinstance(frame, int):
        raise TypeError("a key has another form")
    return series, instance, frame
