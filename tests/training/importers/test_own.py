"""One's own cases: every kind of label ends up at the same place."""

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="needs the training extra")

from hcc_viewer.cli import main
from hcc_viewer.errors import ReadError, UsageError
from hcc_viewer.training.importers.base import read_exclusions
from hcc_viewer.training.importers.own_labels import kind_of, parse_slices
from hcc_viewer.training.importers.run import ImportRequest, run_import
from tests.make_dicom import make_series
from tests.training.importers.own_studies import (
    SHAPE,
    SLICES,
    STEP,
    affine_lps,
    as_nifti,
    as_nrrd,
    as_rtstruct,
    as_seg,
    as_slicer_segments,
    expected_mask,
    imported,
    noise,
    study,
    write_table,
)
from tests.training.importers.trees import write_nifti


@pytest.mark.parametrize("kind", ["seg", "rtstruct", "nifti", "nrrd"])
def test_mask_of_every_kind_ends_up_at_its_place(tmp_path, kind):
    folder = tmp_path / "root" / "A"
    paths = study(folder / "hbp")
    if kind == "seg":
        as_seg(folder / "seg" / "seg.dcm", expected_mask(), paths)
    elif kind == "rtstruct":
        as_rtstruct(folder / "rt" / "rt.dcm", expected_mask())
    elif kind == "nifti":
        as_nifti(folder / "tumour.nii.gz", expected_mask())
    else:
        as_nrrd(folder / "lesion.nrrd", expected_mask())
    catalogue = imported(tmp_path, tmp_path / "root")
    case = catalogue.load(catalogue.rows[0])
    np.testing.assert_array_equal(case.hcc, expected_mask())
    assert case.image[3, 4, 5] == noise(3)[4, 5]
    assert len(case.truth) == 1


def test_identity_stays_out_of_the_catalogue(tmp_path):
    study(tmp_path / "root" / "DOE JOHN" / "hbp", patient="SECRET-77", PatientName="DOE^JOHN")
    as_nifti(tmp_path / "root" / "DOE JOHN" / "tumour.nii.gz", expected_mask())
    study(tmp_path / "root" / "ROE JANE" / "hbp", patient="SECRET-78", PatientName="ROE^JANE")
    catalogue = imported(tmp_path, tmp_path / "root")
    for path in (tmp_path / "catalogue").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"SECRET" not in data
            assert b"DOE" not in data
            assert b"ROE JANE" not in data
    again = imported(tmp_path, tmp_path / "root")
    assert again.rows[0].patient == catalogue.rows[0].patient


def test_exclusions_name_no_folder_that_may_be_a_patients(tmp_path):
    study(tmp_path / "Müller Hans 1950" / "hbp")
    study(tmp_path / "Huber_Eva")
    both = np.ones((SLICES, *SHAPE), np.uint8) + expected_mask()
    as_nifti(tmp_path / "Müller Hans 1950" / "labels.nii.gz", both)
    table = write_table(
        tmp_path / "cases.csv", "image,mask,slices",
        "Müller Hans 1950/hbp,Müller Hans 1950/labels.nii.gz,", "Meier,,2", "Huber_Eva,,99",
        "Huber_Eva,,3", ",,",
    )  # fmt: skip
    catalogue = imported(tmp_path, tmp_path, manifest=table)
    text = (tmp_path / "catalogue" / "exclusions.csv").read_text()
    assert [e.case for e in catalogue.exclusions] == ["own-0001", "own-0002", "own-0003"]
    assert not any(name in text for name in ("Müller", "Meier", "Huber", str(tmp_path)))
    assert "labels.nii.gz marks the values" in text
    assert "There is no file or folder its folder" in text


def test_image_that_names_nobody_says_that_it_counts_as_a_patient(tmp_path):
    for name in ("a", "b"):
        study(tmp_path / name, patient="", PatientName="")
    table = write_table(tmp_path / "cases.csv", "image,patient,slices", "a,,2", "b,K1,2")
    first, second = imported(tmp_path, tmp_path, manifest=table).rows
    assert "counts as a patient of its own" in first.notes
    assert second.notes == ""


def test_two_studies_of_a_patient_are_in_one_part(tmp_path):
    for number in range(6):
        folder = tmp_path / "root" / f"S{number}"
        study(folder / f"hbp{number}", patient=f"P{number // 2}")
        as_nifti(folder / "tumour.nii.gz", expected_mask())
    catalogue = imported(tmp_path, tmp_path / "root")
    assert len(catalogue.rows) == 6
    assert len(catalogue.splits) == 3
    assert {len({catalogue.split_of(r) for r in catalogue.rows if r.patient == p})
            for p in catalogue.splits} == {1}  # fmt: skip


def test_study_without_hepatobiliary_phase_is_left_out_with_its_reason(tmp_path):
    make_series(
        tmp_path / "root" / "A" / "t2", SLICES, shape=SHAPE, SeriesDescription="T2 HASTE cor",
        EchoTime=90, RepetitionTime=900,
    )  # fmt: skip
    study(tmp_path / "root" / "B" / "hbp")
    as_nifti(tmp_path / "root" / "B" / "tumour.nii.gz", expected_mask())
    catalogue = imported(tmp_path, tmp_path / "root")
    assert [(e.case, e.reason) for e in catalogue.exclusions] == [("own-0001", "no-hbp")]


def test_kind_of_a_table_makes_no_lesion_of_the_liver(tmp_path):
    study(tmp_path / "hbp")
    liver = np.ones((SLICES, *SHAPE), bool)
    names = [("Liver", 0, 1), ("Segment_2", 1, 1)]
    as_slicer_segments(tmp_path / "both.seg.nrrd", [liver, expected_mask()], names)
    as_slicer_segments(tmp_path / "one.seg.nrrd", [expected_mask()], [("Liver", 0, 1)])
    table = write_table(
        tmp_path / "cases.csv", "image,mask,kind", "hbp,both.seg.nrrd,hcc", "hbp,one.seg.nrrd,hcc"
    )
    catalogue = imported(tmp_path, tmp_path, manifest=table)
    both, one = (catalogue.load(row) for row in catalogue.rows)
    np.testing.assert_array_equal(both.hcc, expected_mask())
    assert (both.organs == 1).all()
    np.testing.assert_array_equal(one.hcc, expected_mask())  # nothing else can be meant


def test_segments_of_slicer_are_taken_by_their_names(tmp_path):
    folder = tmp_path / "root" / "A"
    study(folder / "hbp")
    liver = np.ones((SLICES, *SHAPE), bool)
    cyst = np.zeros_like(liver)
    cyst[6, 12:14, 15:18] = True
    names = [("Liver", 0, 1), ("HCC_1", 1, 1), ("cyst", 1, 2), ("Spleen", 1, 3)]
    path = folder / "Segmentation.seg.nrrd"
    as_slicer_segments(path, [liver, expected_mask() + 2 * cyst], names)
    catalogue = imported(tmp_path, tmp_path / "root")
    case = catalogue.load(catalogue.rows[0])
    np.testing.assert_array_equal(case.hcc, expected_mask())
    assert [lesion.kind for lesion in case.truth] == ["hcc", "cyst"]
    assert (case.organs == 1).all()
    assert "'Spleen' is no lesion" in catalogue.rows[0].notes


@pytest.mark.parametrize("name", ["spleen", "kidney_left", "Gall-Bladder", "portal_vein", "aorta"])
def test_mask_of_an_organ_is_no_lesion(tmp_path, name):
    folder = tmp_path / "root" / "A"
    study(folder / "hbp")
    as_nifti(folder / f"{name}.nii.gz", ~expected_mask() * np.uint8(2) + expected_mask())
    as_nifti(folder / "mask.nii.gz", expected_mask())
    catalogue = imported(tmp_path, tmp_path / "root")
    np.testing.assert_array_equal(catalogue.load(catalogue.rows[0]).hcc, expected_mask())
    assert "is no lesion" in catalogue.rows[0].notes


def test_masks_of_an_earlier_examination_do_not_lie_on_the_later_one(tmp_path):
    folder = tmp_path / "root" / "A"
    study(folder / "new", StudyInstanceUID="1.2.1", FrameOfReferenceUID="1.9.1")
    old = study(folder / "old", StudyInstanceUID="1.2.2", FrameOfReferenceUID="1.9.2",
                SeriesDescription="late arterial")  # fmt: skip
    as_seg(folder / "old.dcm", expected_mask(), old)
    with pytest.raises(ReadError, match="masks are of another examination"):
        imported(tmp_path, tmp_path / "root")
    same = study(folder / "pv", StudyInstanceUID="1.2.2", FrameOfReferenceUID="1.9.1",
                 SeriesDescription="portal venous")  # fmt: skip
    as_seg(folder / "pv.dcm", np.roll(expected_mask(), 1, axis=0), same)
    catalogue = imported(tmp_path, tmp_path / "root")
    found = catalogue.load(catalogue.rows[0]).hcc
    np.testing.assert_array_equal(found, np.roll(expected_mask(), 1, axis=0))
    assert "another examination: left out" in catalogue.rows[0].notes
    table = write_table(tmp_path / "t.csv", "image,mask", "root/A/new,root/A/old.dcm")
    catalogue = imported(tmp_path, tmp_path, manifest=table)
    assert catalogue.rows[0].hcc == 1
    assert "taken all the same" in catalogue.rows[0].notes


def test_structures_whose_names_say_nothing_make_no_negative_case(tmp_path):
    folder = tmp_path / "root" / "A"
    study(folder / "hbp")
    path = folder / "Segmentation.seg.nrrd"
    layers = [np.ones((SLICES, *SHAPE), bool), expected_mask()]
    as_slicer_segments(path, layers, [("Liver", 0, 1), ("Segment_1", 1, 1)])
    with pytest.raises(ReadError, match="'Segment_1' may be one"):
        imported(tmp_path, tmp_path / "root")
    as_slicer_segments(path, layers, [("Liver", 0, 1), ("Spleen", 1, 1)])
    catalogue = imported(tmp_path, tmp_path / "root")
    assert catalogue.rows[0].label_kind == "negative"


def test_two_readers_outlines_of_a_lesion_are_one_lesion(tmp_path):
    folder = tmp_path / "root" / "A"
    study(folder / "hbp")
    larger = expected_mask()
    larger[2:5, 4:10, 5:11] = True
    as_nifti(folder / "lesion_reader1.nii.gz", expected_mask())
    as_nifti(folder / "lesion_reader2.nii.gz", larger)
    catalogue = imported(tmp_path, tmp_path / "root")
    case = catalogue.load(catalogue.rows[0])
    np.testing.assert_array_equal(case.hcc, larger)
    assert len(case.truth) == 1
    assert case.truth[0].diameter_mm == pytest.approx((6 * 108 * 5 * STEP**2 / np.pi) ** (1 / 3))
    assert "same lesion were joined" in catalogue.rows[0].notes


def test_mask_with_several_values_is_asked_about(tmp_path):
    folder = tmp_path / "root" / "A"
    study(folder / "hbp")
    both = np.ones((SLICES, *SHAPE), np.uint8) + expected_mask()
    as_nifti(folder / "labels.nii.gz", both)
    with pytest.raises(ReadError, match=r"labels\.nii\.gz marks the values 1, 2.*--mask-values"):
        imported(tmp_path, tmp_path / "root")
    catalogue = imported(tmp_path, tmp_path / "root", mask_values="2")
    np.testing.assert_array_equal(catalogue.load(catalogue.rows[0]).hcc, expected_mask())
    table = write_table(tmp_path / "cases.csv", "image,mask,values",
                        "root/A/hbp,root/A/labels.nii.gz,2")  # fmt: skip
    catalogue = imported(tmp_path, tmp_path, manifest=table)
    np.testing.assert_array_equal(catalogue.load(catalogue.rows[0]).hcc, expected_mask())


def test_table_of_slice_numbers_counts_from_one_at_the_foot(tmp_path):
    study(tmp_path / "a")
    study(tmp_path / "b", patient="P2")
    study(tmp_path / "c", patient="P3")
    table = write_table(
        tmp_path / "cases.csv", "image,patient,slices,split,exclude",
        "a,K1,3-5; 8,test,", "b,K2,none,train,", "c,K3,2,,motion",
    )  # fmt: skip
    catalogue = imported(tmp_path, tmp_path, manifest=table)
    first, second = (catalogue.load(row) for row in catalogue.rows)
    assert list(first.slice_truth(15.0)) == [0, 0, 1, 1, 1, 0, 0, 1]
    assert first.label_kind == "slices"
    assert (second.label_kind, second.slice_truth(15.0).sum()) == ("negative", 0)
    assert catalogue.splits == {"K1": "test", "K2": "train"}
    assert [(e.case, e.reason) for e in catalogue.exclusions] == [("own-0003", "motion")]


def test_what_readers_decided_becomes_balls_at_its_place(tmp_path):
    study(tmp_path / "a")
    place = {"center_lps_mm": [-120 + 7 * STEP, -100 + 6 * STEP, -60 + 3 * 5.0], "extent_mm": 30.0}
    elsewhere = {"center_lps_mm": [-120 + 15 * STEP, -100 + 12 * STEP, -40.0], "extent_mm": 20.0}
    decisions = [
        {"verdict": "accepted", "place": place},
        {"verdict": "rejected", "place": elsewhere},
        {"verdict": "added", "place": {**place, "sop_instance_uid": "1.2.3.of.another.series"}},
    ]
    (tmp_path / "read.json").write_text(json.dumps({"series": [{"decisions": decisions}]}))
    table = write_table(tmp_path / "cases.csv", "image,decisions", "a,read.json")
    catalogue = imported(tmp_path, tmp_path, manifest=table)
    case = catalogue.load(catalogue.rows[0])
    assert (case.label_kind, [lesion.kind for lesion in case.truth]) == (
        "point",
        ["hcc", "rejected finding"],
    )
    assert case.hcc[3, 6, 7]
    assert list(np.flatnonzero(case.hcc.any(axis=(1, 2)))) == [0, 1, 2, 3, 4, 5, 6]


def test_nifti_image_needs_no_dicom(tmp_path):
    values = np.random.default_rng(0).integers(0, 500, (SLICES, *SHAPE))
    as_nifti(tmp_path / "mask.nii.gz", expected_mask())
    ras = np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine_lps()
    write_nifti(tmp_path / "image.nii.gz", values.transpose(2, 1, 0).astype(np.int16), ras)
    table = write_table(tmp_path / "cases.csv", "image,mask", "image.nii.gz,mask.nii.gz")
    catalogue = imported(tmp_path, tmp_path, manifest=table)
    case = catalogue.load(catalogue.rows[0])
    np.testing.assert_array_equal(case.hcc, expected_mask())
    np.testing.assert_array_equal(case.image, values)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("picture", "a"), "needs the column 'image'"),
        (("image,colour", "a,b"), "'colour'"),
        (("image,exclude", "a,boredom"), "Line 2.*boredom"),
        (("image,split", "a,later"), "Line 2.*'split'"),
        (("image,slices", ",2", "a,3"), "Line 2 .*names no image"),
    ],
)
def test_table_that_makes_no_sense_is_refused_by_its_line(tmp_path, lines, words):
    table = write_table(tmp_path / "cases.csv", *lines)
    with pytest.raises(UsageError, match=words):
        imported(tmp_path, tmp_path, manifest=table)


def test_nothing_usable_leaves_no_catalogue_and_says_why(tmp_path):
    study(tmp_path / "root" / "A" / "hbp")
    with pytest.raises(ReadError, match="There is no label"):
        imported(tmp_path, tmp_path / "root")
    assert not (tmp_path / "catalogue" / "catalogue.toml").exists()


def test_one_patient_in_two_parts_is_refused(tmp_path):
    study(tmp_path / "a")
    table = write_table(
        tmp_path / "cases.csv", "image,patient,slices,split", "a,K1,2,test", "a,K1,3,train"
    )
    with pytest.raises(UsageError, match="one patient into two parts"):
        imported(tmp_path, tmp_path, manifest=table)
    assert not list((tmp_path / "catalogue").rglob("*.npz"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("HCC seg VI", "hcc"), ("Liver", "liver"), ("liver tumor 1", "hcc"), ("GTV1", "hcc"),
        ("Hepatic cyst", "cyst"), ("hemangioma", "haemangioma"), ("Spleen", ""), ("", ""),
        ("HCC_1", "hcc"), ("HCC2", "hcc"), ("tumor in liver", "hcc"), ("liver_mask", "liver"),
        ("cHCC-CCA", "combined carcinoma"), ("CTV_liver", "liver"),
    ],
)  # fmt: skip
def test_structure_names_say_what_they_are(name, kind):
    assert kind_of(name) == kind


@pytest.mark.parametrize("text", ["3-", "0", "4-2", "9", "two"])
def test_slice_numbers_that_are_none_are_refused(text):
    if text == "0":
        assert not parse_slices(text, 8).any()
        return
    with pytest.raises(ReadError, match="lice"):
        parse_slices(text, 8)


def test_list_of_exclusions_needs_a_known_reason(tmp_path):
    path = write_table(tmp_path / "x.csv", "case,reason,note", "phlf-1-001,quality,noise")
    assert read_exclusions(path) == {"phlf-1-001": ("quality", "noise")}
    write_table(path, "case,reason", "phlf-1-001,boring")
    with pytest.raises(UsageError, match="Line 2"):
        read_exclusions(path)


def test_own_cases_are_shareable_by_that_word_alone(tmp_path):
    paths = study(tmp_path / "studies" / "a")
    as_seg(tmp_path / "studies" / "a" / "seg.dcm", expected_mask(), paths)
    request = ImportRequest(
        "own", tmp_path / "studies", tmp_path / "catalogue", allows_sharing=True
    )
    assert run_import(request).sources[0].allows_sharing


def test_command_tells_which_images_another_import_of_the_set_removed(tmp_path, capsys):
    for name in ("one", "two"):
        paths = study(tmp_path / name / "A", patient=name)
        as_seg(tmp_path / name / "A" / "seg.dcm", expected_mask(), paths)
    out = ["--out", str(tmp_path / "catalogue")]
    assert main(["import", "own", str(tmp_path / "one"), *out]) == 0
    assert main(["import", "own", str(tmp_path / "one"), *out]) == 0
    assert "Removed" not in capsys.readouterr().out
    assert main(["import", "own", str(tmp_path / "two"), *out]) == 0
    assert "Removed    1 images" in capsys.readouterr().out


def test_command_tells_licence_parts_and_exclusions(tmp_path, capsys):
    study(tmp_path / "root" / "A" / "hbp")
    as_nifti(tmp_path / "root" / "A" / "tumour.nii.gz", expected_mask())
    out = tmp_path / "catalogue"
    words = ["import", "own", str(tmp_path / "root"), "--out", str(out), "--licence", "CC0"]
    assert main(words) == 0
    text = capsys.readouterr().out
    assert "CC0: a model trained on it may NOT be given away" in text
    assert "1 cases of 1 patients, 1 with HCC" in text
    assert main([*words, "--split", "1,1,1"]) == 2
    assert "--split takes shares" in capsys.readouterr().err
    assert Path(out / "flow.svg").exists()
