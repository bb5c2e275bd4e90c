import numpy as np
import pytest

from hcc_viewer.catalogue import (
    CaseFacts,
    CaseLesion,
    CatalogueWriter,
    LabelledCase,
    Source,
    case_volume,
    open_catalogue,
)
from hcc_viewer.catalogue.splits import SplitShares, assign_splits
from hcc_viewer.dicom import Geometry
from hcc_viewer.errors import ReadError, UsageError

SOURCE = Source("toy", "A toy", "CC0-1.0", True, "hepatobiliary", "masks", "nowhere")


def make_case(name="toy-1", patient="p1", **changes):
    image = np.arange(3 * 4 * 5, dtype=np.float32).reshape(3, 4, 5)
    lesions = np.zeros(image.shape, np.uint16)
    lesions[1, 1:3, 1:3] = 1
    values = {
        "name": name,
        "image": image,
        "geometry": Geometry(np.diag([2.0, 3.0, 4.0, 1.0]), np.arange(3) * 4.0),
        "facts": CaseFacts("toy", patient, vendor="GE", phase="hepatobiliary"),
        "label_kind": "mask",
        "lesions": lesions,
        "organs": np.zeros(image.shape, np.uint8),
        "truth": (CaseLesion(1, "hcc", (1.0, 2.0, 3.0), 7.0),),
    }
    return LabelledCase(**{**values, **changes})


def write(folder, *cases):
    with CatalogueWriter(folder, SOURCE) as writer:
        for case in cases:
            writer.add(case)
        return writer.finish(SplitShares())


def test_case_survives_the_catalogue(tmp_path):
    image = make_case().image + 0.25
    write(tmp_path, make_case(image=image))
    catalogue = open_catalogue(tmp_path)
    case = catalogue.load(catalogue.rows[0])
    np.testing.assert_array_equal(case.image, image)
    assert case.truth == make_case().truth
    assert case.facts == make_case().facts
    assert catalogue.sources == (SOURCE,)
    assert (catalogue.rows[0].positive_slices, catalogue.rows[0].vendor) == (1, "GE")


def test_area_and_truth_of_slices_follow_the_voxels():
    case = make_case()
    assert list(case.hcc_area_mm2()) == [0.0, 24.0, 0.0]
    assert list(case.slice_truth(15.0)) == [0, 1, 0]
    assert list(case.slice_truth(30.0)) == [0, -1, 0]
    weak = make_case(label_kind="slices", truth=(), slice_labels=np.array([1, 0, -1], np.int8))
    assert list(weak.slice_truth(15.0)) == [1, 0, -1]


def test_volume_of_a_case_is_the_programs_own():
    volume = case_volume(make_case())
    assert volume.series.detectable
    assert volume.series.phase.is_sure
    other = make_case(facts=CaseFacts("toy", "p1", phase="portal"))
    assert case_volume(other).series.phase.is_unlikely


def test_failed_import_leaves_the_catalogue_as_it_was(tmp_path):
    write(tmp_path, make_case())
    with pytest.raises(UsageError, match="Two cases are called"):
        write(tmp_path, make_case("toy-2"), make_case("toy-2"))
    assert [p.name for p in (tmp_path / "cases").iterdir()] == ["toy-1.npz"]
    assert len(open_catalogue(tmp_path).rows) == 1


def test_import_that_breaks_off_changes_no_case_that_was_there(tmp_path):
    write(tmp_path, make_case(), make_case("toy-2", "p2"))
    other = make_case(patient="p2", image=make_case().image + 7)
    with pytest.raises(UsageError, match="Two cases are called"):
        write(tmp_path, other, other)
    catalogue = open_catalogue(tmp_path)
    np.testing.assert_array_equal(catalogue.load(catalogue.rows[0]).image, make_case().image)
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


@pytest.mark.parametrize("is_killed", [False, True])
def test_first_import_that_breaks_off_can_be_started_again(tmp_path, is_killed):
    folder = tmp_path / "cases"
    writer = CatalogueWriter(folder, SOURCE)
    writer.__enter__()
    writer.add(make_case("toy-9"))
    if not is_killed:
        writer.__exit__(KeyboardInterrupt, None, None)
        assert not folder.exists()
    write(folder, make_case())
    assert [p.name for p in (folder / "cases").iterdir()] == ["toy-1.npz"]
    assert not (folder / ".incoming").exists()


def test_new_import_replaces_what_the_source_had(tmp_path):
    write(tmp_path, make_case(), make_case("toy-2", "p2"))
    write(tmp_path, make_case("toy-3", "p3"))
    assert [row.case for row in open_catalogue(tmp_path).rows] == ["toy-3"]
    assert [p.name for p in (tmp_path / "cases").iterdir()] == ["toy-3.npz"]


def test_folder_with_other_things_is_refused(tmp_path):
    (tmp_path / "thesis.doc").write_text("")
    with pytest.raises(UsageError, match="holds other things"):
        CatalogueWriter(tmp_path, SOURCE)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("catalogue.toml", "format = 1", "is no case catalogue"),
        ("catalogue.toml", "format = ", "cannot be read"),
        ("splits.csv", "patient,part\np1,later\n", "'later'"),
        ("splits.csv", "patient,part\np1\n", "Line 2.*columns patient, part"),
        ("splits.csv", "person,part\np1,test\n", "Line 2.*columns patient, part"),
        ("splits.csv", "patient,part\np1,test\np1,train\n", "'p1' into test and train"),
        ("cases.csv", "case,source\nx,toy\n", "Line 2"),
        ("exclusions.csv", "source,case,reason,detail\ntoy,x,boredom,\n", "Line 2.*reason"),
    ],
)
def test_damaged_index_is_told_by_its_file(tmp_path, name, text, words):
    write(tmp_path, make_case())
    (tmp_path / name).write_text(text)
    with pytest.raises(ReadError, match=words):
        open_catalogue(tmp_path)


def test_index_saved_by_a_spreadsheet_is_read(tmp_path):
    before = write(tmp_path, *(make_case(f"toy-{i}", f"p{i}") for i in range(3)))
    for name in ("cases.csv", "splits.csv", "exclusions.csv"):
        text = (tmp_path / name).read_text().replace(",", ";").replace("\n", "\r\n")
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.encode() + b";;\r\n")
    after = open_catalogue(tmp_path)
    assert (after.rows, after.splits) == (before.rows, before.splits)


def test_damaged_or_missing_case_is_told(tmp_path):
    catalogue = write(tmp_path, make_case())
    path = tmp_path / "cases" / "toy-1.npz"
    whole = path.read_bytes()
    begins = whole.index(b"image.npy") + 50
    for damaged in (whole[:200], whole[:begins] + b"\x07" * 40 + whole[begins + 40 :]):
        path.write_bytes(damaged)
        with pytest.raises(ReadError, match="import its data set again"):
            catalogue.load(catalogue.rows[0])
    path.unlink()
    with pytest.raises(ReadError, match="import its data set again"):
        catalogue.load(catalogue.rows[0])
    with pytest.raises(ReadError, match="hcc-viewer import"):
        open_catalogue(tmp_path / "absent")
    with pytest.raises(UsageError, match="A part is one of"):
        catalogue.part("later")


def test_splits_are_by_patient_stratified_and_stable():
    strata = {f"p{i:03d}": "with" if i % 4 else "without" for i in range(200)}
    found = assign_splits(strata, {}, SplitShares())
    for stratum in ("with", "without"):
        parts = [found[p] for p, s in strata.items() if s == stratum]
        assert parts.count("train") / len(parts) == pytest.approx(0.7, abs=0.03)
        assert parts.count("test") / len(parts) == pytest.approx(0.15, abs=0.03)
    more = {**strata, **{f"q{i}": "with" for i in range(50)}}
    later = assign_splits(more, found, SplitShares(seed=5))
    assert all(later[p] == found[p] for p in strata)
    assert assign_splits(strata, {}, SplitShares(seed=1)) != found


@pytest.mark.parametrize("patients", [3, 4, 7])
def test_few_patients_still_give_every_part_one(patients):
    found = assign_splits({f"p{i}": "" for i in range(patients)}, {}, SplitShares())
    assert set(found.values()) == {"train", "tune", "test"}


@pytest.mark.parametrize("shares", [(0.1, 0.1, 0.8), (0.05, 0.9, 0.05), (0.2, 0.4, 0.4)])
def test_every_share_above_nothing_has_a_patient(shares):
    strata = {f"p{i}": "a" for i in range(3)}
    parts = assign_splits(strata, {}, SplitShares(*shares))
    assert sorted(parts.values()) == ["test", "train", "tune"]


def test_patient_who_was_left_out_for_a_while_keeps_the_part(tmp_path):
    cases = [make_case(f"toy-{i}", f"p{i}") for i in range(8)]
    parts = write(tmp_path, *cases).splits
    write(tmp_path, *(case for case in cases if parts[case.facts.patient] == "train"))
    assert write(tmp_path, *cases).splits == parts


def of_image(name, patient, sha256, source="toy"):
    facts = CaseFacts(source, patient, phase="hepatobiliary", image_sha256=sha256)
    return make_case(name, facts=facts)


def test_patient_who_is_in_two_sets_under_two_keys_is_in_one_part(tmp_path):
    write(tmp_path, *(of_image(f"toy-{i}", f"p{i}", f"hash-{i}") for i in range(8)))
    other = Source("other", "Another", "CC0-1.0", True, "hepatobiliary", "masks", "nowhere")
    cases = [of_image(f"o-{i}", f"q{i}", f"hash-{i}", "other") for i in range(8)]
    with CatalogueWriter(tmp_path, other) as writer:
        for case in cases:
            writer.add(case)
        parts = writer.finish(SplitShares(seed=5)).splits
    assert [parts[f"q{i}"] for i in range(8)] == [parts[f"p{i}"] for i in range(8)]
    assert set(parts.values()) == {"train", "tune", "test"}
    with CatalogueWriter(tmp_path, other) as writer:
        writer.add(cases[0])
        away = "test" if parts["p0"] == "train" else "train"
        with pytest.raises(UsageError, match="'toy-0' and 'o-0' share an image"):
            writer.finish(SplitShares(), {"q0": away})


def test_all_for_testing_is_possible():
    shares = SplitShares(0.0, 0.0, 1.0)
    assert set(assign_splits({"a": "", "b": "", "c": ""}, {}, shares).values()) == {"test"}
    with pytest.raises(ValueError, match="add up to 1"):
        SplitShares(0.5, 0.5, 0.5)
