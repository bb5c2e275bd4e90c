"""Writes whole simulated studies as DICOM: what `hcc-viewer simulate` does."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import as_completed
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from hcc_viewer.errors import OutputError, UsageError
from hcc_viewer.progress import ReportProgress, ignore_progress
from hcc_viewer.system_faults import os_reason
from hcc_viewer.training.phantom.case import Scan, draw_scan, make_series
from hcc_viewer.training.phantom.config import PhantomConfig
from hcc_viewer.training.phantom.dicom_writer import (
    SeriesHeader,
    StudyHeader,
    hbp_header,
    localizer_header,
    native_header,
    slice_uid,
    study_header,
    write_localizer,
    write_series,
)
from hcc_viewer.training.phantom.localizer import make_localizer
from hcc_viewer.training.phantom.types import Lesion, SimulatedCase
from hcc_viewer.training.worker_processes import worker_pool

FIRST_STUDY_SEED = 10_000_000
"""Cases of simulated studies have seeds from here on, so that none is a training case."""

MOST_PATIENTS = 10_000

TRUTH_FILE = "truth.json"


def simulate_patients(
    out: Path,
    patients: int,
    seed: int,
    config: PhantomConfig | None = None,
    compression: str = "jpeg2000",
    processes: int = 1,
    report_progress: ReportProgress = ignore_progress,
) -> list[Path]:
    """Write `patients` simulated studies below `out`; those already there are kept.

    Each has a folder `SIM-0001` with the folders `hbp`, `native` and `localizer` and `truth.json`.

    Raises:
        UsageError: A number cannot be used, or the folder holds patients of another seed.
        OutputError: A file cannot be written.
    """
    if not 1 <= patients <= MOST_PATIENTS:
        raise UsageError(f"Choose 1 to {MOST_PATIENTS} patients, not {patients}.")
    if seed < 0 or processes < 1:
        raise UsageError("The seed must be at least 0 and the number of processes at least 1.")
    config = config or PhantomConfig()
    folders = [out / f"SIM-{number:04d}" for number in range(1, patients + 1)]
    missing = [n for n, folder in enumerate(folders, start=1) if not (folder / TRUTH_FILE).exists()]
    for number in sorted({*range(1, patients + 1)} - {*missing}):
        _check_seed(folders[number - 1], case_seed(seed, number))
    report_progress(patients - len(missing), patients)
    jobs = [
        (out / f"SIM-{number:04d}", f"SIM^{number:04d}", case_seed(seed, number))
        for number in missing
    ]
    _run(jobs, config, compression, processes, report_progress, patients)
    return folders


def _check_seed(folder: Path, seed: int) -> None:
    """Refuse a patient that is there and is another one: nobody would notice."""
    try:
        told = json.loads((folder / TRUTH_FILE).read_text(encoding="utf-8")).get("seed", seed)
    except (OSError, ValueError, AttributeError) as error:
        raise UsageError(f"{folder / TRUTH_FILE} cannot be read; delete {folder}.") from error
    if told != seed:
        raise UsageError(
            f"{folder} holds a patient of another seed; name another folder, or delete it."
        )


def case_seed(seed: int, number: int) -> int:
    """The seed of patient `number` of a set of simulated studies."""
    return FIRST_STUDY_SEED + seed * MOST_PATIENTS + number


def write_patient(
    folder: Path, name: str, seed: int, config: PhantomConfig, compression: str
) -> Path:
    """Draw one patient and write the study; the folder appears only when it is complete."""
    return write_study(draw_scan(seed, config), folder, name, compression)


def write_study(
    scan: Scan, folder: Path, name: str, compression: str, native_step: int = 1
) -> Path:
    """Write a scan's three series and their truth.

    Args:
        scan: The patient in the scanner.
        folder: Replaced when it is there.
        name: Of the patient, like `SIM^0001`.
        compression: One of `dicom_writer.COMPRESSIONS`.
        native_step: The pre-contrast series has every so many slices, as much thicker.

    Raises:
        OutputError: A file cannot be written.
    """
    part = _part_of(folder)
    shutil.rmtree(part, ignore_errors=True)
    try:
        _write_series(scan, part, name, compression, native_step)
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
    except OSError as error:
        raise OutputError(
            f"The study cannot be written to {folder}: {os_reason(error)}; choose another folder."
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def _part_of(folder: Path) -> Path:
    """Where a patient's files are until all are there."""
    return folder.with_name(folder.name + ".part")


def _write_series(scan: Scan, part: Path, name: str, compression: str, native_step: int) -> None:
    case = make_series(scan)
    study = study_header(case, name)
    headers = {"hbp": hbp_header(case), "native": native_header(case)}
    write_series(case, part / "hbp", study, headers["hbp"], compression)
    native = make_series(thicker(scan, native_step), with_contrast=False, noise_stage="noise pre")
    write_series(native, part / "native", study, headers["native"], compression)
    headers["localizer"] = localizer_header(case)
    stacks = make_localizer(scan)
    write_localizer(stacks, part / "localizer", study, headers["localizer"], compression)
    text = json.dumps(truth_document(case, study, headers), indent=2, default=float)
    (part / TRUTH_FILE).write_text(text + "\n", encoding="utf-8")


def thicker(scan: Scan, step: int) -> Scan:
    """The same scan with `step` times fewer and thicker slices."""
    if step == 1:
        return scan
    z, y, x = scan.grid.spacing_mm
    grid = replace(scan.grid, slices=scan.grid.slices // step, spacing_mm=(z * step, y, x))
    protocol = replace(
        scan.protocol,
        slice_interval_mm=scan.protocol.slice_interval_mm * step,
        slice_thickness_mm=max(scan.protocol.slice_thickness_mm, z * step),
    )
    return replace(scan, grid=grid, protocol=protocol)


def truth_document(
    case: SimulatedCase, study: StudyHeader, headers: dict[str, SeriesHeader]
) -> dict[str, Any]:
    """What is in a study, for `truth.json`. Slices are counted from 0, foot to head."""
    hbp = headers["hbp"]
    return {
        "format": "hcc-viewer-truth",
        "version": 1,
        "simulated": True,
        "name": study.name,
        "seed": case.seed,
        "anatomy": case.source,
        "study_instance_uid": study.study_uid,
        "series": {
            role: {
                "series_instance_uid": header.uid(study),
                "description": header.description,
                "folder": role,
            }
            for role, header in headers.items()
        },
        "slices": len(case.image),
        "lesions": [_lesion(lesion, case, study, hbp) for lesion in case.truth],
        "protocol": case.protocol,
        "parameters": case.parameters,
    }


def _lesion(
    lesion: Lesion, case: SimulatedCase, study: StudyHeader, hbp: SeriesHeader
) -> dict[str, Any]:
    """A lesion with the slices it is seen on and the place of its largest section."""
    areas = (case.lesions == lesion.id).sum(axis=(1, 2))
    hits = np.flatnonzero(areas)
    column, row, slice_ = case.geometry.to_index(np.array(lesion.center_lps_mm))
    pixel_mm2 = case.geometry.spacing_mm[1] * case.geometry.spacing_mm[2]
    return asdict(lesion) | {
        "is_hcc": lesion.is_hcc,
        "slices": [int(hits[0]), int(hits[-1])] if len(hits) else None,
        "areas_mm2": [round(float(areas[i]) * pixel_mm2, 1) for i in hits],
        "center": {"slice": slice_, "row": row, "column": column},
        "sop_instance_uids": [slice_uid(study, hbp, int(i)) for i in hits],
    }


def _run(
    jobs: list[tuple[Path, str, int]],
    config: PhantomConfig,
    compression: str,
    processes: int,
    report_progress: ReportProgress,
    total: int,
) -> None:
    done = total - len(jobs)
    if processes == 1 or len(jobs) < 2:
        for folder, name, seed in jobs:
            write_patient(folder, name, seed, config, compression)
            done += 1
            report_progress(done, total)
        return
    try:
        with worker_pool(processes) as pool:
            futures = [
                pool.submit(write_patient, folder, name, seed, config, compression)
                for folder, name, seed in jobs
            ]
            for future in as_completed(futures):
                future.result()
                done += 1
                report_progress(done, total)
    except BaseException:
        for folder, _, _ in jobs:  # of workers that were ended
            shutil.rmtree(_part_of(folder), ignore_errors=True)
        raise
