"""One's own cases: a slip in a table, a mask or a name never makes a patient without HCC."""

import json

import numpy as np
import pytest

pytest.importorskip("scipy", reason="needs the training extra")

from hcc_viewer.cli import main
from hcc_viewer.dicom import scan_folder
from hcc_viewer.errors import ReadError, UsageError
from hcc_viewer.training.importers.base import read_exclusions
from hcc_viewer.training.importers.grids import Grid, MaskMismatchError, fit_mask
from hcc_viewer.training.importers.own_labels import LESION_KINDS, kind_of
from tests.training.importers.outlines import write_rtstruct
from tests.training.importers.own_studies import (
    SHAPE,
    SLICES,
    STEP,
    affine_lps,
    as_nifti,
    as_seg,
    as_slicer_segments,
    expected_mask,
    imported,
    noise,
    study,
    write_table,
)

LESION = [-120 + 7 * STEP, -100 + 6 * STEP, -60 + 3 * 5.0]
EMPTY = np.zeros((SLICES, *SHAPE), np.uint8)


def with_table(tmp_path, *lines):
    return imported(tmp_path, tmp_path, manifest=write_table(tmp_path / "cases.csv", *lines))


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("HCC", "hcc"), ("hcc", "hcc"), ("hepatocellular carcinoma", "hcc"), ("tumor", "hcc"),
        ("Cyst", "cyst"), ("FNH", "focal nodular hyperplasia"), ("benign tumour", "other lesion"),
        ("non-HCC", "other lesion"), ("hepatocellular adenoma", "adenoma"),
    ],
)  # fmt: skip
def test_kind_of_a_table_is_read_as_names_are(tmp_path, word, kind):
    study(tmp_path / "hbp")
    as_nifti(tmp_path / "mask.nii.gz", expected_mask())
    catalogue = with_table(tmp_path, "image,mask,kind", f"hbp,mask.nii.gz,{word}")
    assert [one.kind for one in catalogue.load(catalogue.rows[0]).truth] == [kind]


@pytest.mark.parametrize("word", ["hc", "leasion", "liver", "spleen"])
def test_kind_that_is_none_is_refused_with_those_that_there_are(tmp_path, word):
    lines = ("image,slices,kind", "a,2,", f"b,2,{word}")
    with pytest.raises(UsageError, match=rf"^Line 3 of .*'kind' is one of .*hcc.*, not '{word}'"):
        with_table(tmp_path, *lines)


def test_every_kind_is_a_name_of_itself():
    assert [kind_of(kind) for kind in LESION_KINDS] == list(LESION_KINDS)


@pytest.mark.parametrize("values", ["", "all", "2"])
def test_image_beside_the_mask_is_no_mask_whatever_values_are_wanted(tmp_path, values):
    study(tmp_path / "root" / "A" / "hbp")
    image = np.stack([noise(index) for index in range(SLICES)])
    as_nifti(tmp_path / "root" / "A" / "HBP 20min.nii.gz", image, np.int16)
    as_nifti(tmp_path / "root" / "A" / "HCC.nii.gz", expected_mask())
    with pytest.raises(ReadError, match=r"HBP 20min\.nii\.gz has \d+ values, as an image"):
        imported(tmp_path, tmp_path / "root", mask_values=values)


def reading_of(series, left_out=""):
    place = {"slice": 3, "center_lps_mm": LESION, "extent_mm": 30.0}
    decision = {"verdict": "accepted", "note": "", "decided_at": "", "place": place}
    record = {
        "series": {"series_instance_uid": series.series_instance_uid},
        "slices": [{"sop_instance_uid": one.sop_instance_uid} for one in series.instances],
        "findings": [{"id": 1, "slices": [2, 4], "decision": decision}],
    }
    return {key: value for key, value in record.items() if key != left_out}


@pytest.mark.parametrize("left_out", ["", "series", "slices"])
def test_decisions_on_another_patient_are_refused(tmp_path, left_out):
    paths = {name: study(tmp_path / name, patient=name)[0].parent for name in ("a", "b")}
    (own,), (other,) = (scan_folder(path) for path in paths.values())
    for name, series in (("own", own), ("other", other)):
        (tmp_path / f"{name}.json").write_text(json.dumps(reading_of(series, left_out)))
    both = [reading_of(series, left_out) for series in (other, own)]
    (tmp_path / "both.json").write_text(json.dumps(both))
    with pytest.raises(ReadError, match=r"The readers' file is of another series\."):
        with_table(tmp_path, "image,decisions", "a,other.json")
    catalogue = with_table(tmp_path, "image,decisions", "a,other.json", "a,own.json", "a,both.json")
    assert [(one.case, one.reason) for one in catalogue.exclusions] == [("own-0001", "mismatch")]
    assert [(row.case, row.hcc) for row in catalogue.rows] == [("own-0002", 1), ("own-0003", 1)]
    assert not any("cannot be checked" in row.notes for row in catalogue.rows)


def test_decisions_on_an_image_without_uids_are_taken_with_a_note(tmp_path):
    (series,) = scan_folder(study(tmp_path / "a")[0].parent)
    (tmp_path / "own.json").write_text(json.dumps(reading_of(series)))
    as_nifti(tmp_path / "image.nii.gz", np.stack([noise(i) for i in range(SLICES)]), np.int16)
    catalogue = with_table(tmp_path, "image,decisions", "image.nii.gz,own.json")
    assert catalogue.rows[0].hcc == 1
    assert "is of this image cannot be checked" in catalogue.rows[0].notes


def test_comma_outside_of_quotes_is_refused_by_its_line(tmp_path):
    for name in ("a", "b"):
        study(tmp_path / name, patient=name)
    with pytest.raises(UsageError, match=r"^Line 4 of .*cases\.csv has more cells than columns"):
        with_table(tmp_path, "image,patient,slices", "a,A,2", "", "b,B,2-3, 5")
    catalogue = with_table(tmp_path, "image,patient,slices", "a,A,2,,", 'b,B,"2-3, 5"')
    assert [row.positive_slices for row in catalogue.rows] == [1, 3]
    path = write_table(tmp_path / "x.csv", "case,reason,note", "own-0001,motion,blurred, twice")
    with pytest.raises(UsageError, match=r"^Line 2 of .*x\.csv has more cells than columns"):
        read_exclusions(path)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("liver_cyst", "cyst"), ("liver_metastasis", "metastasis"), ("liver_mets", "metastasis"),
        ("liver_cancer", "hcc"), ("liver mass", "hcc"), ("liverHCC", "hcc"), ("liverhcc", "hcc"),
    ],
)  # fmt: skip
def test_file_that_is_called_after_a_lesion_of_the_liver_is_no_liver(tmp_path, name, kind):
    study(tmp_path / "root" / "A" / "hbp")
    as_nifti(tmp_path / "root" / "A" / f"{name}.nii.gz", expected_mask())
    catalogue = imported(tmp_path, tmp_path / "root")
    case = catalogue.load(catalogue.rows[0])
    assert [lesion.kind for lesion in case.truth] == [kind]
    assert not case.organs.any()


@pytest.mark.parametrize("name", ["liver", "LiverMask", "wholeliver", "p1.liver"])
def test_file_that_is_called_after_the_liver_is_no_lesion(tmp_path, name):
    study(tmp_path / "root" / "A" / "hbp")
    as_nifti(tmp_path / "root" / "A" / f"{name}.nii.gz", EMPTY + 1)
    as_nifti(tmp_path / "root" / "A" / "p1.HCC.nii.gz", expected_mask())
    as_nifti(tmp_path / "root" / "A" / "p1.spleen.nii.gz", EMPTY + 1)
    catalogue = imported(tmp_path, tmp_path / "root")
    case = catalogue.load(catalogue.rows[0])
    np.testing.assert_array_equal(case.hcc, expected_mask())
    assert (case.organs == 1).all()


def test_segments_in_a_file_that_is_called_liver_keep_their_names(tmp_path):
    study(tmp_path / "root" / "A" / "hbp")
    path = tmp_path / "root" / "A" / "liver.seg.nrrd"
    layers = [np.ones((SLICES, *SHAPE), bool), expected_mask()]
    as_slicer_segments(path, layers, [("Liver", 0, 1), ("HCC_1", 1, 1)])
    catalogue = imported(tmp_path, tmp_path / "root")
    np.testing.assert_array_equal(catalogue.load(catalogue.rows[0]).hcc, expected_mask())


def test_case_without_a_label_is_not_called_unreadable(tmp_path):
    for name in ("a", "b", "c"):
        study(tmp_path / name, patient=name)
    (tmp_path / "none.json").write_text("{}")
    lines = ("image,slices,decisions", "a,,", "b,,none.json", "c,2,")
    catalogue = with_table(tmp_path, *lines)
    assert [one.reason for one in catalogue.exclusions] == ["no-label", "no-label"]


@pytest.mark.parametrize(("factor", "dtype"), [(0.3, np.float32), (-1, np.int16)])
def test_mask_without_a_whole_value_above_0_is_refused(tmp_path, factor, dtype):
    study(tmp_path / "root" / "A" / "hbp")
    as_nifti(tmp_path / "root" / "A" / "mask.nii.gz", expected_mask() * factor, dtype)
    with pytest.raises(ReadError, match="The mask holds no whole value above 0"):
        imported(tmp_path, tmp_path / "root")


def test_empty_mask_fits_and_one_of_small_values_does_not():
    grid = Grid(np.zeros((4, 5, 6), np.float32), affine_lps())
    assert not fit_mask(grid, grid)[0].any()
    with pytest.raises(MaskMismatchError, match=r"only values from 0 to 0\.3"):
        fit_mask(Grid(np.linspace(0, 0.3, 120).reshape(4, 5, 6), affine_lps()), grid)


def test_mask_that_makes_a_patient_without_hcc_says_so(tmp_path):
    study(tmp_path / "hbp")
    as_nifti(tmp_path / "one.nii.gz", expected_mask())
    as_nifti(tmp_path / "empty.nii.gz", EMPTY)
    as_nifti(tmp_path / "spleen.nii.gz", expected_mask())
    as_nifti(tmp_path / "cyst.nii.gz", expected_mask())
    write_rtstruct([], tmp_path / "none.dcm", "HCC")
    notes = [row.notes for row in with_table(
        tmp_path, "image,mask,values", "hbp,one.nii.gz,2", "hbp,empty.nii.gz,",
        "hbp,spleen.nii.gz,", "hbp,none.dcm,", "hbp,one.nii.gz,1; 2", "hbp,cyst.nii.gz,",
        "hbp,empty.nii.gz;one.nii.gz,",
    ).rows]  # fmt: skip
    reasons = ["has none of the values 2", "mask is empty", "No mask shows a lesion"]
    for note, reason in zip(notes, [*reasons, reasons[-1]], strict=False):
        assert f"{reason}: taken as a patient without HCC." in note
    assert not any("without HCC" in note for note in notes[4:])


def test_kind_makes_no_lesion_of_the_liver_where_the_mask_of_lesions_is_empty(tmp_path):
    study(tmp_path / "hbp")
    as_nifti(tmp_path / "HCC.nii.gz", EMPTY)
    as_nifti(tmp_path / "liver.nii.gz", EMPTY + 1)
    catalogue = with_table(tmp_path, "image,mask,kind", "hbp,HCC.nii.gz;liver.nii.gz,hcc")
    assert (catalogue.rows[0].hcc, catalogue.rows[0].label_kind) == (0, "negative")


@pytest.mark.parametrize("second", ["slices", "decisions"])
def test_second_kind_of_label_in_a_line_is_refused(tmp_path, second):
    with pytest.raises(UsageError, match=rf"^Line 2 of .*both 'mask' and '{second}'"):
        with_table(tmp_path, f"image,mask,{second}", "hbp,one.nii.gz,1-3")


def command(tmp_path, capsys, *words):
    assert main(["import", "own", *map(str, words), "--out", str(tmp_path / "catalogue")]) == 0
    return [line for line in capsys.readouterr().out.splitlines() if "folders bear" in line]


def test_command_tells_of_folders_that_bear_one_identifier(tmp_path, capsys):
    root = tmp_path / "root"
    for name, patient in (("a", "ANON"), ("b", "ANON"), ("c", "ANON"), ("d", "P4")):
        study(root / name / f"hbp {name}", patient=patient)
        as_nifti(root / name / "HCC.nii.gz", expected_mask())
    assert command(tmp_path, capsys, root) == [
        "Caution    3 folders bear the same patient identifier and count as one patient; give keys "
        "in the table's column 'patient' if they are several."
    ]
    study(root / "e" / "hbp e", patient="P4")
    as_nifti(root / "e" / "HCC.nii.gz", expected_mask())
    (line,) = command(tmp_path, capsys, root)
    assert "5 folders bear 2 patient identifiers and count as 2 patients" in line
    table = write_table(root / "t.csv", "image,patient,slices", "a,K1,2", "b,K1,2", "c,,2", "c,,3")
    assert command(tmp_path, capsys, root, "--table", table) == []
    write_table(table, "image,patient,slices", "a,,2", "b,,2", "c,K3,2")
    (line,) = command(tmp_path, capsys, root, "--table", table)
    assert line.startswith("Caution    2 folders bear the same patient identifier")


def test_folder_of_nifti_files_alone_is_told_that_it_needs_a_table(tmp_path):
    (tmp_path / "root" / "a").mkdir(parents=True)
    as_nifti(tmp_path / "root" / "a" / "mask.nii.gz", expected_mask())
    with pytest.raises(ReadError, match=r"NIfTI or NRRD files and no DICOM.*--table"):
        imported(tmp_path, tmp_path / "root")


@pytest.mark.parametrize("below", ["", "below"])
def test_catalogue_in_place_of_a_file_is_told_in_a_sentence(tmp_path, capsys, below):
    paths = study(tmp_path / "root" / "a")
    as_seg(tmp_path / "root" / "a" / "seg.dcm", expected_mask(), paths)
    (tmp_path / "file").write_text("text")
    out = tmp_path / "file" / below
    assert main(["import", "own", str(tmp_path / "root"), "--out", str(out)]) == 5
    assert "cannot be written" in capsys.readouterr().err
