"""LLD-MMRI: boxes around seven kinds of liver lesion in eight phases; no hepatobiliary phase.

    images/MR-xxx/<studyUID>/<seriesUID>.nii.gz       spacing (1, 1, 1) and identity affine
    labels/Annotation.json  {"Annotation_info": {patient: [{studyUID, seriesUID, phase,
        pixel_spacing, slice_spacing, origin, annotation: {num_targets, lesion: {"0": {category,
        bbox: {"3D_box": {x_min, ..., z_max}}}}}}]}, "Category_info": ...}

The spacing is taken from the JSON (slice_spacing, not slice_thickness). Most of its stacks run from
head to foot and nothing in the file says so; `--slice-order` overrules. An ellipsoid that fills the
box stands for the lesion.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from hcc_viewer.catalogue import CaseFacts, Exclusion, Source
from hcc_viewer.errors import ReadError
from hcc_viewer.training.importers.assemble import CaseLabels, hashed
from hcc_viewer.training.importers.base import Importer, ImportOptions, Outcome, child
from hcc_viewer.training.importers.grids import AxialOrder, Grid, axial_geometry
from hcc_viewer.training.importers.lesions import ellipsoid
from hcc_viewer.training.importers.volume_files import read_volume_file

SOURCE = Source(
    name="lld-mmri",
    title="LLD-MMRI: liver lesion diagnosis on multi-phase MRI",
    licence="CC-BY-NC-4.0",
    allows_sharing=False,
    phase="extracellular agent, several phases",
    labels="boxes around lesions of seven kinds",
    where="github.com/LMMMEng/LLD-MMRI-Dataset, on request",
    patients=498,
)

KINDS = {
    0: "haemangioma", 1: "cholangiocarcinoma", 2: "abscess", 3: "metastasis", 4: "cyst",
    5: "focal nodular hyperplasia", 6: "hcc",
}  # fmt: skip

DEFAULT_PHASE = "C+Delay"
"""The latest phase after contrast: the nearest to the hepatobiliary phase there is."""


def read(root: Path, options: ImportOptions) -> Iterator[Outcome]:
    """One case for each patient, in one phase."""
    base = child(root, "labels/Annotation.json")
    path = base / "labels" / "Annotation.json"
    try:
        patients = _patients(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ReadError(f"{path} is no LLD-MMRI annotation: {error}.") from error
    wanted = options.phase or DEFAULT_PHASE
    for patient, series in sorted(patients.items()):
        name = f"lld-mmri-{patient.lower()}"
        found = [item for item in series if item.get("phase") == wanted]
        if not found:
            yield Exclusion(SOURCE.name, name, "missing", f"There is no series '{wanted}'.")
            continue
        yield _read_series(base, patient, name, found[0], options)


def _patients(record: Any) -> dict[str, list[dict[str, Any]]]:
    """Patient to series.

    Raises:
        ValueError: The record is of another shape.
    """
    patients = record.get("Annotation_info") if isinstance(record, dict) else None
    if not isinstance(patients, dict):
        raise ValueError("it has no 'Annotation_info' with a list for each patient")
    for patient, series in patients.items():
        if not isinstance(series, list) or not all(isinstance(item, dict) for item in series):
            raise ValueError(f"what it has of '{patient}' is no list of series")
    return patients


def _read_series(
    base: Path, patient: str, name: str, about: dict[str, Any], options: ImportOptions
) -> Outcome:
    folder = base / "images" / patient / str(about.get("studyUID", ""))
    path = folder / f"{about.get('seriesUID', '')}.nii.gz"
    try:
        grid = _grid(read_volume_file(path).array, about)
        boxes = _boxes(about)
    except ReadError as error:
        return Exclusion(SOURCE.name, name, "unreadable", str(error))
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        detail = f"Its annotation is incomplete ({error})."
        return Exclusion(SOURCE.name, name, "no-label", detail)
    if any(category not in KINDS for category, _, _ in boxes):
        return Exclusion(SOURCE.name, name, "no-label", "Its class is hidden.")
    if not boxes:
        return Exclusion(SOURCE.name, name, "no-label", "No box is marked.")
    last = np.array(grid.array.shape) - 1
    if any((high > last + 1).any() or (low < -1).any() for _, low, high in boxes):
        return Exclusion(SOURCE.name, name, "mismatch", "A box lies outside the image.")
    from_head = options.slice_order != "foot-to-head"
    order = AxialOrder((2, 1, 0), (from_head, False, False))
    geometry = axial_geometry(grid, order)
    array = order.apply(grid.array).astype(np.float32)
    labels = CaseLabels(geometry, array.shape)
    for category, low, high in boxes:
        mask = ellipsoid(grid.array.shape, np.maximum(low, 0), np.minimum(high, last))
        labels.add_lesions(order.apply(mask), KINDS[category])
    notes = ["Boxes: an ellipsoid stands for each lesion."]
    if not options.slice_order:
        notes.append("The slices were taken to run from head to foot.")
    facts = CaseFacts(
        SOURCE.name, name, phase=f"{about['phase']}, extracellular agent", notes=tuple(notes)
    )
    return labels.case(name, array, hashed(facts, path), "box")


def _grid(array: np.ndarray[Any, Any], about: dict[str, Any]) -> Grid:
    """With the spacing of the annotation; columns run to the left and rows to posterior."""
    spacing = about["pixel_spacing"]
    row_mm, column_mm = (spacing, spacing) if isinstance(spacing, int | float) else spacing[:2]
    steps = [float(column_mm), float(row_mm), float(about["slice_spacing"])]
    if min(steps) <= 0:
        raise ValueError(f"spacing {steps}")
    return Grid(array, np.diag([*steps, 1.0]))


def _boxes(about: dict[str, Any]) -> list[tuple[int, np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
    """(category, lowest index, highest index) of each box along the file's axes."""
    boxes = []
    for lesion in about["annotation"]["lesion"].values():
        box = lesion["bbox"]["3D_box"]
        low = np.array([float(box[f"{axis}_min"]) for axis in "xyz"])
        high = np.array([float(box[f"{axis}_max"]) for axis in "xyz"])
        boxes.append((int(lesion["category"]), low, high))
    return boxes


IMPORTER = Importer(SOURCE, read)
