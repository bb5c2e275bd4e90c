"""Opens every file under some folders, and compares its pixels with SimpleITK's.

    python -m tools.compare_readers [FOLDER ...]

Without folders: the test files of pydicom and pydicom-data. Each file is opened in a process of its
own; printed are the files that took longest, that needed most memory, that were refused with what
sentence, and that SimpleITK reads otherwise. The exit status is 1 when a file crashed, took more
than 5 s or needed more than 1 GB.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
import time
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pydicom.data
import SimpleITK

from hcc_viewer.dicom import Volume, load_volume, scan_study
from hcc_viewer.errors import HccViewerError

SECONDS, MEGABYTES = 5.0, 1024.0


@dataclass
class Outcome:
    """What became of one file."""

    name: str
    seconds: float = 0.0
    megabytes: float = 0.0
    opened: int = 0
    refused: str = ""
    crashed: str = ""
    difference: str = ""


def main() -> int:
    """Open all; print what is worth knowing."""
    folders = [Path(word) for word in sys.argv[1:]] or _own_folders()
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    outcomes = [_in_child(path) for path in files]
    opened = [one for one in outcomes if one.opened]
    refused = [one for one in outcomes if one.refused]
    passed_over = len(outcomes) - len(opened) - len(refused)
    _tell(f"{len(files)} files: {len(opened)} opened, {len(refused)} refused, "
          f"{passed_over} passed over as no image")  # fmt: skip
    for one in sorted(outcomes, key=lambda one: -one.seconds)[:3]:
        _tell(f"slow: {one.seconds:.2f} s  {one.name}")
    for one in sorted(outcomes, key=lambda one: -one.megabytes)[:3]:
        _tell(f"large: {one.megabytes:.0f} MB  {one.name}")
    for one in outcomes:
        for kind in ("refused", "difference", "crashed"):
            if text := getattr(one, kind):
                _tell(f"{kind}: {one.name}: {text}")
    bad = [o for o in outcomes if o.crashed or o.seconds > SECONDS or o.megabytes > MEGABYTES]
    _tell(f"{len(bad)} crashed, were slow or large")
    return 1 if bad else 0


def _own_folders() -> list[Path]:
    folders = [Path(pydicom.data.__file__).parent / "test_files"]
    with contextlib.suppress(ImportError):
        import data_store

        folders.append(Path(data_store.__file__).parent)
    return folders


def _in_child(path: Path) -> Outcome:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.write(writer, json.dumps(asdict(_open(path))).encode()[:65000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        content = pipe.read()
    _, status = os.waitpid(child, 0)
    return Outcome(**json.loads(content)) if content else Outcome(path.name, crashed=f"{status}")


def _open(path: Path) -> Outcome:
    outcome = Outcome(path.name)
    started = time.perf_counter()
    volumes: list[Volume] = []
    try:
        for series in scan_study(path).series:
            try:
                volumes.append(load_volume(series))
            except HccViewerError as error:
                outcome.refused = str(error)
    except HccViewerError as error:
        outcome.refused = str(error)
    except BaseException:  # noqa: BLE001 -- finding these is what this is for
        outcome.crashed = traceback.format_exc()[-800:]
    outcome.seconds = time.perf_counter() - started
    outcome.megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    outcome.opened = len(volumes)
    if len(volumes) == 1:
        outcome.difference = _difference(volumes[0], path)
    return outcome


def _difference(volume: Volume, path: Path) -> str:
    """How SimpleITK's pixels differ; empty when they do not, or it cannot read the file."""
    try:
        theirs = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path)))
    except RuntimeError:
        return ""
    ours = volume.array if volume.color is None else volume.color
    if ours.size != theirs.size:
        return f"{ours.shape} here, {theirs.shape} there"
    gap = np.abs(ours.reshape(theirs.shape).astype(np.float64) - theirs)
    if volume.geometry.known and len(ours) > 1:
        gap = np.minimum(gap, np.abs(ours[::-1].reshape(theirs.shape) - theirs))
    allowed = 1e-3 if volume.color is None else 2.0
    return f"up to {gap.max():g} in {(gap > allowed).mean():.1%}" if gap.max() > allowed else ""


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
