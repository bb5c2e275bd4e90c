"""Real cases: the layouts that are read, and the patients drawn from them."""

import json
import os
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from scipy import ndimage

from hcc_viewer.errors import HccViewerError
from hcc_viewer.training.phantom.anatomy import (
    draw_real_anatomy,
    load_cases,
    load_real_case,
    real_anatomy_source,
)
from hcc_viewer.training.phantom.anatomy.names import AMOS, TOTAL, tissue_of
from hcc_viewer.training.phantom.types import Anatomy, Tissue

ROOT = Path(__file__).parents[3]
REAL_DATA = Path(os.environ.get("HCC_VIEWER_REAL_DATA", ROOT / "../shared/data")) / "anatomy"
SPACING = (5.0, 4.0, 4.0)
VOXEL_MM = 6.0
SHAPE = (28, 36, 46)
"""(slice, row, column) of the miniature."""


def miniature() -> dict[str, np.ndarray]:
    """Boxes and balls for organs, on our axes (foot to head, front to back, right to left)."""
    z, y, x = np.indices(SHAPE)

    def ball(cz: float, cy: float, cx: float, *radii: float) -> np.ndarray:
        near = [((a - c) / r) ** 2 for a, c, r in zip((z, y, x), (cz, cy, cx), radii, strict=True)]
        return sum(near) < 1

    return {
        "liver": ball(15, 16, 15, 9, 9, 9),
        "spleen": ball(17, 21, 36, 5, 5, 4),
        "stomach": ball(16, 13, 31, 4, 4, 4),
        "kidney_right": ball(5, 24, 15, 4, 3, 3),
        "kidney_left": ball(6, 24, 31, 4, 3, 3),
        "aorta": ball(14, 23, 24, 99, 2, 2),
        "vertebrae_L1": ball(14, 28, 23, 99, 3, 3),
        "colon": ball(4, 12, 22, 3, 3, 9),
    }


def miniature_ct(organs: dict[str, np.ndarray]) -> np.ndarray:
    """HU on our axes: a ball of a body in air with fat, organs, lung and a bone."""
    z, y, x = np.indices(SHAPE)
    body = ((y - 18) / 15) ** 2 + ((x - 23) / 20) ** 2 < 1
    hounsfield = np.full(SHAPE, -1000)
    hounsfield[body] = -100
    inner = ((y - 18) / 12.5) ** 2 + ((x - 23) / 17.5) ** 2
    hounsfield[(inner < 1.12) & (inner > 0.95)] = 50
    for name, mask in organs.items():
        hounsfield[mask & body] = 300 if name.startswith("vertebrae") else 60
    hounsfield[(z > 25) & (inner < 0.8)] = -850
    return hounsfield


def write(
    path: Path,
    ours: np.ndarray,
    *,
    flipped: bool = False,
    kind: type = np.int16,
    shift_mm: float = 0.0,
) -> None:
    """Save an array on our axes as NIfTI, in RAS or stored the other way round (LPI)."""
    values = ours[:, ::-1, ::-1].transpose(2, 1, 0).astype(kind)
    affine = np.diag([VOXEL_MM, VOXEL_MM, VOXEL_MM, 1.0])
    if flipped:
        values = values[::-1, ::-1, ::-1]
        affine[:3, :3] *= -1
        affine[:3, 3] = VOXEL_MM * (np.array(values.shape) - 1)
    affine[2, 3] += shift_mm
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(np.ascontiguousarray(values), affine), path)


def numbered(organs: dict[str, np.ndarray], names: tuple[str, ...]) -> np.ndarray:
    out = np.zeros(SHAPE, np.int16)
    for name, mask in organs.items():
        if name in names:
            out[mask] = names.index(name)
    return out


@pytest.fixture
def folder(tmp_path):
    """One case in each layout that is known."""
    organs = miniature()
    for name, mask in organs.items():
        write(tmp_path / "p1" / "segmentations" / f"{name}.nii.gz", mask)
    write(tmp_path / "p1" / "ct.nii.gz", miniature_ct(organs))
    write(tmp_path / "amos_0001.nii.gz", numbered(organs, AMOS), flipped=True)
    write(tmp_path / "s0009_seg.nii.gz", numbered(organs, TOTAL))
    names = dict(enumerate(TOTAL))
    (tmp_path / "s0009_labels.json").write_text(json.dumps(names), encoding="utf-8")
    write(tmp_path / "example_seg_fast.nii.gz", numbered(organs, TOTAL))
    write(tmp_path / "example_ct.nii.gz", miniature_ct(organs))
    return tmp_path


def center(labels: np.ndarray, tissue: Tissue) -> np.ndarray:
    return np.argwhere(labels == tissue).mean(0)


def check_patient(anatomy: Anatomy) -> None:
    labels = anatomy.labels
    body = labels > 0
    assert center(labels, Tissue.LIVER)[2] < center(labels, Tissue.SPLEEN)[2]
    for tissue in (Tissue.SKIN, Tissue.FAT, Tissue.MUSCLE, Tissue.MARROW, Tissue.BLOOD):
        assert (labels == tissue).any(), tissue
    outside = ndimage.label(~body)[0]
    assert (outside[~body] == outside[0, 0, 0]).mean() > 0.999


def test_numbers_of_public_sets_are_those_published():
    assert TOTAL[5] == "liver"
    assert TOTAL[31] == "vertebrae_L1"
    assert TOTAL[63] == "inferior_vena_cava"
    assert TOTAL[79] == "spinal_cord"
    assert TOTAL[117] == "costal_cartilages"
    assert AMOS[6] == "liver"


@pytest.mark.parametrize(
    ("name", "tissue"),
    [
        ("portal_vein_and_splenic_vein", Tissue.BLOOD),
        ("rib_left_8", Tissue.BONE),
        ("lung_lower_lobe_left", Tissue.LUNG),
        ("Right Kidney", Tissue.KIDNEY_CORTEX),
        ("something else", Tissue.AIR),
    ],
)
def test_names_stand_for_tissues(name, tissue):
    assert tissue_of(name) == tissue


def test_every_name_of_the_public_sets_is_known():
    unknown = [n for n in (*TOTAL[1:], *AMOS[1:]) if tissue_of(n) == Tissue.AIR]

    assert unknown == ["brain"]


def test_all_layouts_are_read_alike(folder):
    cases = {case.name: case for case in load_cases(folder)}

    assert list(cases) == ["amos_0001", "example", "p1", "s0009"]
    assert [case.has_ct for case in cases.values()] == [False, True, True, False]
    liver = [np.argwhere(c.labels == Tissue.LIVER).mean(0) for c in cases.values()]
    assert np.ptp(liver, axis=0).max() < 1.0
    volumes = [(c.labels == Tissue.LIVER).sum() for c in cases.values()]
    assert max(volumes) < 1.1 * min(volumes)
    assert all(len(case.sha256) == 64 for case in cases.values())
    assert cases["s0009"].licence.startswith("CC BY 4.0")
    assert cases["p1"].licence is None
    assert "licence unknown" in cases["p1"].source


def test_one_case_is_found_by_its_folder_or_its_label_map(folder):
    assert load_real_case(folder / "p1").name == "p1"
    assert load_real_case(folder / "s0009_seg.nii.gz").name == "s0009"


def test_patients_are_drawn_with_and_without_ct(folder):
    for case in load_cases(folder):
        anatomy = draw_real_anatomy(np.random.default_rng(2), case, SPACING)

        check_patient(anatomy)
        assert case.name in anatomy.source
        assert (anatomy.texture is not None) == case.has_ct
        if anatomy.texture is not None:
            assert anatomy.texture.shape == anatomy.labels.shape
            assert 0.69 < anatomy.texture.min() <= anatomy.texture.max() < 1.31


def test_draws_repeat_and_differ(folder):
    draw = real_anatomy_source(folder)
    first, again, other = (draw(np.random.default_rng(s), SPACING) for s in (1, 1, 7))

    assert np.array_equal(first.labels, again.labels)
    assert first.labels.shape != other.labels.shape or (first.labels != other.labels).any()


def test_folder_without_cases_is_refused(tmp_path):
    with pytest.raises(HccViewerError, match="holds no anatomy case"):
        load_cases(tmp_path)


def test_case_without_liver_is_refused(tmp_path):
    write(tmp_path / "amos_0002.nii.gz", np.ones(SHAPE))

    with pytest.raises(HccViewerError, match="no liver"):
        load_cases(tmp_path)


def test_broken_file_is_refused_with_its_name(tmp_path):
    (tmp_path / "amos_0003.nii.gz").write_bytes(b"no gzip")

    with pytest.raises(HccViewerError, match=r"amos_0003"):
        load_cases(tmp_path)


def test_odd_files_are_refused_in_a_sentence(tmp_path):
    masks = tmp_path / "a" / "s1" / "segmentations"
    write(masks / "liver.nii.gz", np.ones(SHAPE))
    write(masks / "spleen.nii.gz", np.ones((SHAPE[0] + 1, *SHAPE[1:])))
    with pytest.raises(HccViewerError, match="different sizes: spleen"):
        load_cases(tmp_path / "a")
    whole = (masks / "liver.nii.gz").read_bytes()
    (masks / "spleen.nii.gz").write_bytes(whole[:10] + b"\x07" * 100)
    with pytest.raises(HccViewerError, match=r"spleen\.nii\.gz cannot be read"):
        load_cases(tmp_path / "a")
    write(tmp_path / "b" / "x_seg.nii.gz", np.ones(SHAPE))
    (tmp_path / "b" / "x_labels.json").write_text("{}")
    with pytest.raises(HccViewerError, match="does not map label numbers"):
        load_cases(tmp_path / "b")


def test_ct_without_numbers_outside_has_air_there(tmp_path):
    organs = miniature()
    hounsfield = miniature_ct(organs).astype(np.float32)
    for name, values in (("a", hounsfield), ("b", np.where(hounsfield < -990, np.nan, hounsfield))):
        write(tmp_path / name / "segmentations" / "liver.nii.gz", organs["liver"])
        write(tmp_path / name / "ct.nii.gz", values, kind=np.float32)
    plain, without = load_cases(tmp_path)
    np.testing.assert_array_equal(without.labels, plain.labels)


def test_ct_that_lies_elsewhere_is_not_used(tmp_path, caplog):
    organs = miniature()
    write(tmp_path / "s1" / "segmentations" / "liver.nii.gz", organs["liver"])
    write(tmp_path / "s1" / "ct.nii.gz", miniature_ct(organs), shift_mm=40.0)
    (case,) = load_cases(tmp_path)
    assert not case.has_ct
    assert "does not fit its labels" in caplog.text


@pytest.mark.parametrize("kind", ["identity", "codes of 0"])
def test_label_map_without_geometry_lies_on_its_ct(tmp_path, kind):
    """As the importers take it; by itself it would lie mirrored on a CT stored to the left."""
    organs = miniature()
    for name in ("a", "b"):
        path = tmp_path / name / "segmentations" / "liver.nii.gz"
        write(path, organs["liver"], flipped=True)
        write(tmp_path / name / "ct.nii.gz", miniature_ct(organs), flipped=True)
    labels = nib.Nifti1Image(np.array(nib.load(path).dataobj), np.eye(4))
    if kind == "codes of 0":
        labels.header.set_zooms([VOXEL_MM] * 3)
        labels.set_sform(None, 0)
        labels.set_qform(None, 0)
    nib.save(labels, path)
    told, untold = load_cases(tmp_path)
    np.testing.assert_array_equal(untold.labels, told.labels)


def test_structures_that_are_not_known_leave_the_organs_as_they_are(tmp_path):
    """The folder of other tasks of TotalSegmentator holds the body, the skin, tumours, ..."""
    organs = miniature()
    for name, mask in organs.items():
        write(tmp_path / "s1" / "segmentations" / f"{name}.nii.gz", mask)
    (before,) = load_cases(tmp_path)
    write(tmp_path / "s1" / "segmentations" / "body.nii.gz", np.ones(SHAPE))
    write(tmp_path / "s1" / "segmentations" / "tumour.nii.gz", organs["liver"])
    (after,) = load_cases(tmp_path)
    np.testing.assert_array_equal(after.labels, before.labels)


@pytest.mark.real_data
@pytest.mark.skipif(not REAL_DATA.is_dir(), reason=f"no real anatomy cases in {REAL_DATA}")
def test_real_cases_give_plausible_patients():
    for case in load_cases(REAL_DATA):
        anatomy = draw_real_anatomy(np.random.default_rng(4), case, SPACING)

        check_patient(anatomy)
        liver_ml = (anatomy.labels == Tissue.LIVER).sum() * np.prod(SPACING) / 1000
        assert 600 < liver_ml < 2400, case.name
