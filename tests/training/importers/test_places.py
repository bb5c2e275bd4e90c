"""A mask that does not say where it lies is not moved to where a library puts it."""

import nibabel as nib
import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs the training extra")

from hcc_viewer.training.importers.grids import Grid, MaskMismatchError, fit_mask
from hcc_viewer.training.importers.volume_files import read_volume_file
from tests.training.importers.own_studies import (
    SHAPE,
    SLICES,
    affine_lps,
    expected_mask,
    imported,
    study,
    write_table,
)

RAS = np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine_lps()


def image(axes):
    """A grid whose axes are those of DICOM (slice, row, column) or of NIfTI."""
    if axes == "DICOM":
        return Grid(np.zeros((SLICES, *SHAPE)), affine_lps()[:, [2, 1, 0, 3]])
    return Grid(np.zeros((*SHAPE[::-1], SLICES)), affine_lps())


def nowhere(path, kind):
    """The mask as NIfTI that tells its voxels' sizes at most."""
    file = nib.Nifti1Image(
        np.ascontiguousarray(expected_mask().transpose(2, 1, 0)).astype(np.uint8), np.eye(4)
    )
    if kind != "identity":
        file.header.set_zooms((12.5, 12.5, 5.0))
    if kind == "codes of 0":
        file.set_sform(RAS, 0)
        file.set_qform(RAS, 0)
    nib.save(file, path)
    return path


@pytest.mark.parametrize("axes", ["DICOM", "NIfTI"])
@pytest.mark.parametrize("kind", ["identity", "identity with sizes", "codes of 0"])
def test_mask_without_place_lies_on_the_image_of_its_shape(tmp_path, kind, axes):
    mask = read_volume_file(nowhere(tmp_path / "mask.nii.gz", kind))
    values, note = fit_mask(mask, image(axes))
    truth = expected_mask() if axes == "DICOM" else expected_mask().transpose(2, 1, 0)
    np.testing.assert_array_equal(values, truth)
    assert "without geometry" in note


def test_mask_without_place_and_of_another_shape_is_refused(tmp_path):
    mask = read_volume_file(nowhere(tmp_path / "mask.nii.gz", "codes of 0"))
    with pytest.raises(MaskMismatchError, match="does not say where it lies"):
        fit_mask(mask, Grid(np.zeros((40, 32, 8)), np.diag([6.25, 6.25, 5.0, 1.0])))


def test_mask_whose_shape_fits_both_ways_is_not_taken_in_silence():
    cube = Grid(np.zeros((6, 5, 6)), np.diag([5.0, 2.0, 2.0, 1.0]))
    _, note = fit_mask(Grid(np.ones((6, 5, 6)), np.eye(4)), cube)
    assert "look whether it lies right" in note


def test_mask_with_a_place_lies_on_an_image_of_its_shape_that_has_none(tmp_path):
    placeless = read_volume_file(nowhere(tmp_path / "image.nii.gz", "codes of 0"))
    values, note = fit_mask(Grid(placeless.array, affine_lps()), placeless)
    np.testing.assert_array_equal(values, placeless.array)
    assert "no place" in note


def test_note_of_a_mask_without_place_is_in_the_catalogue(tmp_path):
    study(tmp_path / "a")
    nowhere(tmp_path / "hcc.nii.gz", "codes of 0")
    table = write_table(tmp_path / "cases.csv", "image,mask", "a,hcc.nii.gz")
    catalogue = imported(tmp_path, tmp_path, manifest=table)
    np.testing.assert_array_equal(catalogue.load(catalogue.rows[0]).hcc, expected_mask())
    assert "without geometry" in catalogue.rows[0].notes
