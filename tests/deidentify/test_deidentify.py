from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, dcmread, dcmwrite
from pydicom.dataelem import RawDataElement
from pydicom.sequence import Sequence
from pydicom.tag import Tag
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, MRImageStorage, RLELossless

from hcc_viewer.deidentify import Pseudonyms, deidentify_dataset, deidentify_study
from hcc_viewer.deidentify.words import cleaned
from hcc_viewer.dicom import load_volume, scan_study
from hcc_viewer.errors import CancelledError, OutputError, ReadError
from hcc_viewer.paths import demo_study_dir
from tests.report.make_detection import PATIENT
from tests.report.make_sources import make_files

KEY = b"0123456789abcdef"


def _dataset(folder: Path) -> Dataset:
    """An image with identity in every corner."""
    make_files(folder, 1)
    dataset = dcmread(folder / "0.dcm")
    dataset.InstitutionName = dataset.StationName = "SIM Hospital"
    dataset.SeriesDescription = "SIM 0001 T1 VIBE HBP 20min Kim_ward7 +C"
    dataset.OperatorsName = dataset.ReferringPhysicianName = "SIM^Doctor"
    dataset.AcquisitionDateTime = "20240131102030"
    dataset.AcquisitionTime = "102030"
    dataset.PatientComments = dataset.ImageComments = "SIM-0001 was here"
    dataset.private_block(0x0029, "SIM VENDOR", create=True).add_new(1, "LO", "SIM-0001")
    item = Dataset()
    item.ReferencedSOPClassUID = dataset.SOPClassUID
    item.ReferencedSOPInstanceUID = dataset.SOPInstanceUID
    item.PatientID = "SIM-0001"
    dataset.SourceImageSequence = Sequence([item])
    dataset.add_new(0x60003000, "OW", b"SIM-0001")
    return dataset


def test_no_identity_is_left_at_any_depth(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path)
    old = [dataset.SOPInstanceUID, dataset.StudyInstanceUID, dataset.SeriesInstanceUID]

    deidentify_dataset(dataset, Pseudonyms(KEY))
    dataset.save_as(tmp_path / "new.dcm", enforce_file_format=True)

    data = (tmp_path / "new.dcm").read_bytes()
    words = ["SIM", PATIENT.birth_date, "20240131", "Kim", "ward", *old]
    assert [word for word in words if word.encode() in data] == []
    assert dataset.PatientIdentityRemoved == "YES"
    methods = [code.CodeValue for code in dataset.DeidentificationMethodCodeSequence]
    assert methods == ["113100", "113105", "113107"]


def _beside_the_table() -> Dataset:
    """What the table of dicom-anonymizer does not speak of."""
    item = Dataset()
    item.PatientBirthDateInAlternativeCalendar = "2530-03-14 B.E. SIM"
    item.PatientDeathDateInAlternativeCalendar = "2567-03-14 B.E. SIM"
    item.PatientAlternativeCalendar = "THAI SIM"
    item.PlacerOrderNumberProcedure = "SIM-1"
    item.CommentsOnTheScheduledProcedureStep = "SIM is afraid"
    item.RetrieveURL = "https://sim.example/studies/1.2.3"
    item.HangingProtocolCreator = "Dr. SIM"
    item.AcquisitionProtocolName = "SIM t1_vibe_fs"
    facility = Dataset()
    facility.UniversalEntityID = "sim.example SIM"
    item.AssigningFacilitySequence = Sequence([facility])
    return item


def test_what_the_table_leaves_out_goes_too_at_any_depth(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path)
    dataset.update(_beside_the_table())
    dataset.DerivationCodeSequence = Sequence([_beside_the_table()])

    deidentify_dataset(dataset, Pseudonyms(KEY))

    for level in (dataset, dataset.DerivationCodeSequence[0]):
        assert [e.keyword for e in _beside_the_table() if e.tag in level] == [
            "AcquisitionProtocolName"
        ]
        assert level.AcquisitionProtocolName == "t1 vibe fs"


def test_the_meaning_of_codes_stays(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path)
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "1", "99X", "Liver"
    code.URNCodeValue, code.ExtendedCodeMeaning = "urn:x:1", "The liver"
    dataset.AnatomicRegionSequence = Sequence([code])

    deidentify_dataset(dataset, Pseudonyms(KEY))

    assert len(dataset.AnatomicRegionSequence[0]) == 5


def test_references_stay_right_and_standard_uids_stay(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path)
    kind, syntax = dataset.SOPClassUID, dataset.file_meta.TransferSyntaxUID

    deidentify_dataset(dataset, Pseudonyms(KEY))

    assert dataset.SourceImageSequence[0].ReferencedSOPInstanceUID == dataset.SOPInstanceUID
    assert dataset.file_meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID
    assert (dataset.SOPClassUID, dataset.file_meta.TransferSyntaxUID) == (kind, syntax)


def test_the_same_key_gives_the_same_pseudonyms_and_another_key_others() -> None:
    one, same, other = Pseudonyms(KEY), Pseudonyms(KEY), Pseudonyms(b"another key")

    assert one.uid("1.2.3") == same.uid("1.2.3") != other.uid("1.2.3")
    assert one.patient("a") != one.patient("b")
    assert len(one.uid("1.2.3")) <= 64


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 8 bytes"):
        Pseudonyms(b"abc")


def test_dates_move_together_and_times_stay(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path)

    deidentify_dataset(dataset, Pseudonyms(KEY))

    assert dataset.StudyDate < "20240131"
    assert dataset.AcquisitionDateTime == f"{dataset.StudyDate}102030"
    assert dataset.AcquisitionTime == "102030"
    assert dataset.PatientBirthDate == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("T1 VIBE HBP 20min", "T1 VIBE HBP 20min"),
        ("Kim, Gildong t1_vibe_fs tra 20", "t1 vibe fs tra 20"),
        ("\ub2f4\ub3c4\uae30 \ud64d\uae38\ub3d9", "\ub2f4\ub3c4\uae30"),
        ("8001234567", ""),
        ("e-THRIVE ward-7", ""),
        ("T1 12.03.64", "T1"),
        ("Kim 12 Gildong 3, 64", ""),
        ("010-123-456 +C 3.0 t1-20", "C 3 0 t1-20"),
        ("123 456 mm", ""),
        ("", ""),
    ],
)
def test_a_description_keeps_the_words_of_the_trade(text: str, words: str) -> None:
    assert cleaned(text) == words


def test_the_copy_of_a_study_is_whole_and_can_be_detected_on(tmp_path: Path) -> None:
    before = scan_study(demo_study_dir())

    made = deidentify_study(before, tmp_path / "copy", KEY)

    after = scan_study(tmp_path / "copy")
    assert made.instances == sum(len(series.instances) for series in before.series)
    assert made.study_uids == (after.series[0].study_instance_uid,)
    assert before.best_series is not None
    assert after.best_series is not None
    assert len(after.best_series.instances) == len(before.best_series.instances)
    assert not after.best_series.phase.is_unlikely
    assert {notice.code for notice in made.notices} == {"burned-in-text"}


def test_captures_are_left_out_and_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    make_files(tmp_path / "in", 6)
    capture = dcmread(tmp_path / "in" / "0.dcm")
    capture.BurnedInAnnotation = "YES"
    capture.save_as(tmp_path / "in" / "0.dcm")

    made = deidentify_study(scan_study(tmp_path / "in"), tmp_path / "out")

    assert made.instances == 5
    assert "1 image with burned-in text was left out" in made.notices[1].message


def test_values_that_break_the_standard_are_neither_told_nor_kept(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    make_files(tmp_path / "in", 6)
    for path in (tmp_path / "in").iterdir():
        source = dcmread(path)
        with warnings.catch_warnings(action="ignore"):
            source.AccessionNumber = "An accession number that is too long"
            source.save_as(path)
        path.write_bytes(path.read_bytes().replace(b"19570304", b"1957.3.4"))

    made = deidentify_study(scan_study(tmp_path / "in"), tmp_path / "out", KEY)

    assert made.instances == 6  # and no warning, which pytest would raise
    assert not any(b"1957" in path.read_bytes() for path in (tmp_path / "out").rglob("*.dcm"))


@pytest.mark.parametrize(
    ("keyword", "kind", "data"),
    [
        ("AcquisitionNumber", "IS", b"KIM "),
        ("FlipAngle", "DS", b"KIM "),
        ("ImagePositionPatient", "DS", b"1\\KIM\\3 "),
        ("TriggerTime", "FD", b"KIM "),
        ("AcquisitionTime", "TM", b"KIM "),
        ("AcquisitionDate", "DA", b"20240131 KIM"),
        ("AcquisitionDateTime", "DT", b"20240131102030 KIM"),
        ("SecondaryReviewDate", "DA", b"20240131"),
        ("SecondaryReviewerName", "PN", b"KIM "),
        ("ReferencedSOPInstanceUID", "UI", b"1.2.840.10008.KIM "),
    ],
)
def test_what_is_no_number_date_time_or_uid_is_not_kept(
    keyword: str, kind: str, data: bytes, tmp_path: Path
) -> None:
    dataset, tag = _dataset(tmp_path), Tag(keyword)
    dataset[tag] = RawDataElement(tag, kind, len(data), data, 0, False, True)

    with warnings.catch_warnings(action="ignore"):
        deidentify_dataset(dataset, Pseudonyms(KEY))
        dataset.save_as(tmp_path / "new.dcm", enforce_file_format=True)

    new = (tmp_path / "new.dcm").read_bytes()
    assert b"KIM" not in new
    assert b"20240131" not in new


def test_codes_of_people_and_places_are_not_kept_and_numbers_and_times_are(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path)
    code, person = Dataset(), Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "7", "99KIM", "Kim Hospital"
    person.PersonIdentificationCodeSequence = [code]
    dataset.InstitutionCodeSequence, dataset.OperatorIdentificationSequence = [code], [person]
    dataset.AcquisitionContextSequence = [code]
    dataset.file_meta.add_new(0x00020026, "UR", "dicom://kim.example:104")
    dataset.PixelSpacing, dataset.AcquisitionTime = [0.7, 0.8], "102030.5"

    deidentify_dataset(dataset, Pseudonyms(KEY))
    dataset.save_as(tmp_path / "new.dcm", enforce_file_format=True)

    assert b"kim" not in (tmp_path / "new.dcm").read_bytes().lower()
    assert dataset.AcquisitionContextSequence == []
    assert (dataset.PixelSpacing, dataset.AcquisitionTime) == ([0.7, 0.8], "102030.5")


@pytest.mark.parametrize("keyword", ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"])
def test_images_that_lack_a_uid_are_copied_whole(keyword: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    make_files(tmp_path / "in", 6)
    for path in (tmp_path / "in").iterdir():
        source = dcmread(path)
        delattr(source, keyword)
        source.save_as(path)

    made = deidentify_study(scan_study(tmp_path / "in"), tmp_path / "out", KEY)

    copies = [dcmread(path) for path in (tmp_path / "out").rglob("*.dcm")]
    assert made.instances == len(copies) == 6
    assert len({copy.SOPInstanceUID for copy in copies}) == 6
    assert len({(copy.StudyInstanceUID, copy.SeriesInstanceUID) for copy in copies}) == 1


def _without_preamble(source: Dataset, path: Path) -> None:
    del source.file_meta
    dcmwrite(path, Dataset(source), implicit_vr=True, little_endian=True)


def _without_class(source: Dataset, path: Path) -> None:
    del source.SOPClassUID, source.file_meta.MediaStorageSOPClassUID
    source.save_as(path, enforce_file_format=False)


def _without_transfer_syntax(source: Dataset, path: Path) -> None:
    named = b"\x02\x00\x10\x00UI"
    path.write_bytes(path.read_bytes().replace(named, b"\x02\x00\x11\x00UI", 1))


@pytest.mark.parametrize("lack", [_without_preamble, _without_class, _without_transfer_syntax])
def test_images_that_lack_what_the_standard_wants_are_copied_whole(
    lack: Callable[[Dataset, Path], None], tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    make_files(tmp_path / "in", 6)
    before = load_volume(scan_study(tmp_path / "in").series[0]).array
    for path in (tmp_path / "in").iterdir():
        lack(dcmread(path), path)

    made = deidentify_study(scan_study(tmp_path / "in"), tmp_path / "out", KEY)

    (after,) = scan_study(tmp_path / "out").series
    copy = dcmread(after.instances[0].path)
    assert [notice.code for notice in made.notices] == ["burned-in-text"]
    assert np.array_equal(load_volume(after).array, before)
    assert copy.file_meta.MediaStorageSOPClassUID == copy.SOPClassUID == MRImageStorage
    assert 0x00020011 not in copy.file_meta


def _without_a_kind(source: Dataset, path: Path) -> None:
    source.Modality = "OT"
    _without_class(source, path)


def _without_an_end(source: Dataset, path: Path) -> None:
    source.compress(RLELossless)
    source.save_as(path)
    path.write_bytes(path.read_bytes()[:-60])


@pytest.mark.parametrize("damage", [_without_a_kind, _without_an_end])
def test_images_that_cannot_be_copied_are_left_out_and_told(
    damage: Callable[[Dataset, Path], None], tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    make_files(tmp_path / "in", 6)
    for path in (tmp_path / "in" / "0.dcm", tmp_path / "in" / "1.dcm"):
        damage(dcmread(path), path)

    made = deidentify_study(scan_study(tmp_path / "in"), tmp_path / "out", KEY)

    assert made.instances == len(list((tmp_path / "out").rglob("*.dcm"))) == 4
    assert made.notices[1].message.startswith("2 images were left out: their files are damaged")


def test_files_that_could_not_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    make_files(tmp_path / "in", 6)
    for path in (tmp_path / "in" / "2.dcm", tmp_path / "in" / "3.dcm"):
        path.write_bytes(path.read_bytes()[:400])
    (tmp_path / "in" / "0.txt").write_text("a note beside the images, which never was one")
    (tmp_path / "in" / "damaged").write_bytes(b"\0" * 128 + b"DICM" + b"\0" * 400)

    made = deidentify_study(scan_study(tmp_path / "in"), tmp_path / "out", KEY)

    assert made.instances == 4
    assert [notice.code for notice in made.notices] == ["burned-in-text", "unread-files"]
    assert made.notices[1].message == "3 files could not be read and are not among the copies."


def test_images_of_one_uid_are_all_copied(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    make_files(tmp_path / "in", 6)
    for path in (tmp_path / "in").iterdir():
        source = dcmread(path)
        source.SOPInstanceUID = source.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4"
        source.save_as(path)

    made = deidentify_study(scan_study(tmp_path / "in"), tmp_path / "out", KEY)

    copies = [dcmread(path) for path in (tmp_path / "out").rglob("*.dcm")]
    assert made.instances == len(copies) == len({copy.SOPInstanceUID for copy in copies}) == 6
    assert len({copy.ImagePositionPatient[2] for copy in copies}) == 6


@pytest.mark.parametrize("signed", [0, 1])
@pytest.mark.parametrize("order", ["<", ">"])
def test_an_overlay_within_the_pixels_is_cleared(signed: int, order: str, tmp_path: Path) -> None:
    dataset = _dataset(tmp_path)
    image = np.arange(-2000 * signed, 4000 - 2000 * signed).reshape(40, 100)
    with_overlay = image.copy()
    with_overlay[5:9, 5:9] ^= 1 << 13
    dataset.Rows, dataset.Columns = image.shape
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelRepresentation = signed
    dataset.add_new(0x60020102, "US", 13)
    dataset.file_meta.TransferSyntaxUID = (
        ExplicitVRLittleEndian if order == "<" else ExplicitVRBigEndian
    )
    dataset.PixelData = with_overlay.astype(f"{order}i2").tobytes()

    deidentify_dataset(dataset, Pseudonyms(KEY))

    assert dataset.PixelData == image.astype(f"{order}i2").tobytes()


def test_a_folder_that_is_taken_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")

    with pytest.raises(OutputError, match="is there already"):
        deidentify_study(scan_study(demo_study_dir()), tmp_path / "out")

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("inside", [".", "copies", "a/b"])
def test_copies_are_not_put_among_the_originals(tmp_path: Path, inside: str) -> None:
    source = tmp_path / "study"
    shutil.copytree(demo_study_dir(), source)
    before = sorted(source.rglob("*"))

    with pytest.raises(OutputError, match=r"is there already|folder of the study itself"):
        deidentify_study(scan_study(source), source / inside)

    assert sorted(source.rglob("*")) == before


def test_a_stop_leaves_nothing(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 3:
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        deidentify_study(scan_study(demo_study_dir()), tmp_path / "out", report_progress=stop)

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_gone_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    make_files(tmp_path / "in", 6)
    study = scan_study(tmp_path / "in")
    (tmp_path / "in" / "4.dcm").unlink()

    with pytest.raises(ReadError, match=r"4\.dcm' can no longer be read"):
        deidentify_study(study, tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_a_place_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(OutputError, match="cannot be written"):
        deidentify_study(scan_study(demo_study_dir()), tmp_path / "file" / "out")
