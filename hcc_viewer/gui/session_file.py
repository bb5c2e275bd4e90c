"""What is kept of a series between sessions, as two files in the user's data folder. No Qt.

`<digest>.json` is small and holds the reader's decisions, marks, measurements and the threshold;
`<digest>.npz` holds what the model said of every slice. The digest is made of the series' UIDs, so
that no name, date or identifier of a patient is in a file's name; none is in the files either.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hcc_viewer import paths
from hcc_viewer.detection.decisions import Reading, renumbered
from hcc_viewer.detection.reading_merge import merged
from hcc_viewer.phrases import from_json, to_json
from hcc_viewer.records import build_record, to_table

if TYPE_CHECKING:
    from hcc_viewer.detection import Detection
    from hcc_viewer.dicom import Series, SeriesKey

FORMAT = "hcc-viewer-reading"
VERSION = 1


@dataclass(frozen=True)
class KeptReading:
    """The small file."""

    reading: Reading
    threshold: float | None = None
    is_told: bool = True
    """Whether the reader has seen something of the result; else it may be hidden from one who wants
    to read first."""
    images: tuple[str, ...] = ()
    """What identifies each image that the slices are counted in, foot to head; empty: not kept."""

    def reading_on(self, series: Series) -> Reading:
        """The reading with the slices of a series as it is now: files may have come or gone."""
        return renumbered(self.reading, self.images or image_names(series), image_names(series))

    def merged(self, before: KeptReading, theirs: KeptReading) -> KeptReading:
        """What to keep where another window has kept something else since `before` was held."""
        images = self.images or theirs.images
        old, other = (
            renumbered(one.reading, one.images or images, images) for one in (before, theirs)
        )
        if other == old and theirs.threshold == before.threshold:
            return self
        is_chosen = self.threshold not in (None, before.threshold)
        return replace(
            self,
            reading=self.reading if other == old else merged(self.reading, old, other),
            threshold=self.threshold if is_chosen else theirs.threshold,
            is_told=self.is_told or theirs.is_told,
            images=images,
        )


def image_names(series: Series) -> tuple[str, ...]:
    """What identifies each image of a series."""
    return tuple(f"{one.sop_instance_uid} {one.frame or ''}".strip() for one in series.instances)


def folder() -> Path:
    """Where the files are; not created here."""
    return paths.data_dir() / "readings"


def reading_path(key: SeriesKey) -> Path:
    """The small file of a series."""
    digest = hashlib.sha256("\n".join(map(str, key)).encode()).hexdigest()
    return folder() / f"{digest[:32]}.json"


def result_path(key: SeriesKey) -> Path:
    """The file of a series with what the model said."""
    return reading_path(key).with_suffix(".npz")


def write_reading(key: SeriesKey, kept: KeptReading) -> None:
    """Keep a reading; an earlier file is replaced at once or not at all.

    Raises:
        OSError: It cannot be written.
    """
    record = {"format": FORMAT, "version": VERSION, **to_table(kept)}
    text = json.dumps(record, ensure_ascii=False, indent=1)
    replace_file(reading_path(key), text.encode())


def read_reading(key: SeriesKey) -> KeptReading | None:
    """What was kept of a series; None: nothing.

    Raises:
        ValueError: The file is damaged, or of a later program.
        OSError: It cannot be read.
    """
    try:
        data = reading_path(key).read_bytes()
    except FileNotFoundError:
        return None
    record = json.loads(data)
    if not isinstance(record, dict) or record.pop("format", None) != FORMAT:
        raise ValueError(f"it is no {FORMAT}")
    if record.pop("version", None) != VERSION:
        raise ValueError("it was written by another version of the program")
    return build_record(KeptReading, record)


def write_result(detection: Detection) -> None:
    """Keep what the model said of a series.

    Raises:
        OSError: It cannot be written.
    """
    slices = detection.slices
    meta = {
        "model": asdict(detection.model),
        "warnings": [
            {"code": one.code, "message": to_json(one.message)} for one in detection.warnings
        ],
        "timing": asdict(detection.timing),
        "finding_spec": asdict(detection.finding_spec),
        "threshold": detection.threshold,
        "unexamined": sorted(detection.unexamined),
        "instances": [[one.sop_instance_uid, one.frame] for one in slices],
    }
    path = result_path(detection.series.key)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".npz")
    try:
        with os.fdopen(descriptor, "wb") as file:
            np.savez_compressed(
                file,
                meta=np.array(json.dumps(meta)),
                probabilities=np.array([one.probability for one in slices]),
                positions=np.array([one.position_mm for one in slices]),
                peaks=np.array([(p.row, p.column, p.value) for p in (s.peak for s in slices)]),
                cams=np.stack([one.cam for one in slices]),
                grid_to_image=detection.grid_to_image,
            )
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_result(series: Series) -> Detection | None:
    """What the model said of a series; its findings are still to be read at a threshold.

    None where nothing is kept of just these images: there may be more of them now, or fewer.

    Raises:
        ValueError: The file is damaged.
        OSError: It cannot be read.
    """
    path = result_path(series.key)
    if not path.is_file():
        return None
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return _detection(series, arrays)
    except (KeyError, TypeError, IndexError, EOFError) as error:
        raise ValueError(f"it is damaged: {error}") from error


def _detection(series: Series, arrays: dict[str, Any]) -> Detection | None:
    from hcc_viewer.detection import Detection, ModelIdentity, Peak, SlicePrediction, Timing
    from hcc_viewer.detection.model_card import FindingSpec
    from hcc_viewer.errors import Notice

    meta = json.loads(str(arrays["meta"]))
    uids = [[one.sop_instance_uid, one.frame] for one in series.instances]
    if meta["instances"] != uids:
        return None
    unexamined = set(meta.get("unexamined", ()))
    slices = tuple(
        SlicePrediction(
            index,
            instance.sop_instance_uid,
            instance.frame,
            float(arrays["positions"][index]),
            float(arrays["probabilities"][index]),
            Peak(*(float(value) for value in arrays["peaks"][index])),
            np.ascontiguousarray(arrays["cams"][index], dtype=np.float32),
            index not in unexamined,
        )
        for index, instance in enumerate(series.instances)
    )
    return Detection(
        series=series,
        model=ModelIdentity(**meta["model"]),
        threshold=float(meta["threshold"]),
        slices=slices,
        findings=(),
        grid_to_image=np.asarray(arrays["grid_to_image"], dtype=np.float64),
        warnings=tuple(Notice(one["code"], from_json(one["message"])) for one in meta["warnings"]),
        timing=Timing(**meta["timing"]),
        finding_spec=FindingSpec(**meta["finding_spec"]),
    )


def set_aside(key: SeriesKey, *, is_result_left: bool = False) -> None:
    """Rename files that cannot be read, so that they are in nobody's way and not lost."""
    for path in (reading_path(key), result_path(key))[: 1 if is_result_left else 2]:
        if path.exists():
            path.replace(path.with_name(f"{path.name}.broken"))


def forget_all() -> int:
    """Delete all that was kept; how many files there were.

    Raises:
        OSError: A file cannot be deleted.
    """
    files = [path for path in folder().glob("*") if path.suffix in (".json", ".npz", ".broken")]
    for path in files:
        path.unlink()
    return len(files)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file at once or not at all.

    Raises:
        OSError: It cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".json.part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
