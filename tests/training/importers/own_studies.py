"""One study with a lesion, as a patient's folder of one's own, and its import."""

import nrrd
import numpy as np

from hcc_viewer.training.importers.base import ImportOptions
from hcc_viewer.training.importers.run import ImportRequest, run_import
from tests.make_dicom import HBP, make_series
from tests.training.importers.outlines import write_rtstruct, write_seg
from tests.training.importers.trees import write_nifti

SLICES, SHAPE = 8, (16, 20)
ORIGIN, STEP = (-120.0, -100.0, -60.0), 12.5
ROWS, COLUMNS, LESION_SLICES = (5, 9), (6, 10), (2, 5)


def expected_mask():
    mask = np.zeros((SLICES, *SHAPE), bool)
    mask[slice(*LESION_SLICES), slice(*ROWS), slice(*COLUMNS)] = True
    return mask


def noise(index):
    return np.random.default_rng(index).integers(0, 900, SHAPE).astype(np.uint16)


def study(folder, patient="P1", **tags):
    return make_series(
        folder, SLICES, shape=SHAPE, pixels=noise, series=folder.name, PatientID=patient,
        **{**HBP, "SliceThickness": 5, **tags},
    )  # fmt: skip


def affine_lps():
    affine = np.diag([STEP, STEP, 5.0, 1.0])
    affine[:3, 3] = ORIGIN
    return affine


def as_nifti(path, mask, dtype=np.uint8):
    ras = np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine_lps()
    return write_nifti(path, mask.transpose(2, 1, 0).astype(dtype), ras)


def as_nrrd(path, mask):
    header = {
        "space": "left-posterior-superior",
        "space directions": affine_lps()[:3, :3].T,
        "space origin": ORIGIN,
    }
    nrrd.write(str(path), mask.transpose(2, 1, 0).astype(np.uint8), header)
    return path


def as_seg(path, mask, paths):
    return write_seg(paths, mask, path)


def as_rtstruct(path, mask):
    left, right = ORIGIN[0] + STEP * COLUMNS[0], ORIGIN[0] + STEP * (COLUMNS[1] - 1)
    top, bottom = ORIGIN[1] + STEP * ROWS[0], ORIGIN[1] + STEP * (ROWS[1] - 1)
    contours = []
    for index in range(*LESION_SLICES):
        z = ORIGIN[2] + 5.0 * index
        contours.append([(left, top, z), (right, top, z), (right, bottom, z), (left, bottom, z)])
    return write_rtstruct(contours, path)


def imported(tmp_path, root, **options):
    request = ImportRequest("own", root, tmp_path / "catalogue", ImportOptions(**options))
    return run_import(request)


def as_slicer_segments(path, layers, names):
    """As 3D Slicer writes a segmentation: named segments, overlapping ones in layers."""
    header = {
        "space": "left-posterior-superior",
        "space directions": np.vstack([[np.nan] * 3, affine_lps()[:3, :3].T]),
        "space origin": ORIGIN,
    }
    for number, (name, layer, value) in enumerate(names):
        header |= {
            f"Segment{number}_Name": name,
            f"Segment{number}_Layer": str(layer),
            f"Segment{number}_LabelValue": str(value),
        }
    array = np.stack([layer.transpose(2, 1, 0) for layer in layers]).astype(np.uint8)
    nrrd.write(str(path), array, header)


def write_table(path, *lines):
    path.write_text("\n".join(lines) + "\n")
    return path
