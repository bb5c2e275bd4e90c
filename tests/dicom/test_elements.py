"""The elements of a file, as they are listed for whoever looks something up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hcc_viewer.dicom.elements import LONGEST_VALUE, Element, list_elements
from hcc_viewer.errors import ReadError
from tests.make_dicom import item, make_enhanced, make_series, save


def named(elements: list[Element], name: str) -> list[Element]:
    return [one for one in elements if one.name == name]


def test_elements_come_in_words_and_without_pixels(tmp_path: Path) -> None:
    (path,) = make_series(tmp_path, 1, EchoTime=2.5, ImageComments=300 * "x")
    elements = list_elements(path)
    (echo,) = named(elements, "Echo Time")
    assert (echo.tag, echo.vr, echo.value, echo.depth) == ("(0018,0081)", "DS", "2.5", 0)
    (spacing,) = named(elements, "Pixel Spacing")
    assert spacing.value == "12.5\\12.5"
    (comments,) = named(elements, "Image Comments")
    assert len(comments.value) == LONGEST_VALUE
    assert named(elements, "Transfer Syntax UID")
    assert not named(elements, "Pixel Data")


def test_what_tells_of_a_person_is_marked(tmp_path: Path) -> None:
    tags = {"ReferringPhysicianName": "X^Y", "AccessionNumber": "7", "PatientAge": "061Y"}
    (path,) = make_series(tmp_path, 1, **tags)
    marked = {one.name for one in list_elements(path) if one.is_identifying}
    assert {"Patient's Name", "Patient ID", "Referring Physician's Name"} <= marked
    assert {"Accession Number", "Patient's Age"} <= marked
    assert "Modality" not in marked


def test_items_of_a_sequence_are_deeper(tmp_path: Path) -> None:
    sequence = [item(CodeValue="A"), item(CodeValue="B")]
    (path,) = make_series(tmp_path, 1, ProcedureCodeSequence=sequence)
    elements = list_elements(path)
    assert named(elements, "Procedure Code Sequence")[0].value == "2 items"
    assert [(one.depth, one.value) for one in named(elements, "Code Value")] == [(2, "A"), (2, "B")]


def test_one_frame_of_many_is_listed(tmp_path: Path) -> None:
    frames = np.zeros((4, 8, 8), np.uint16)
    dataset = make_enhanced(frames, [(0.0, 0.0, 5.0 * i) for i in range(4)])
    path = save(dataset, tmp_path / "enhanced.dcm")
    every, second = list_elements(path), list_elements(path, 2)
    positions = named(every, "Image Position (Patient)")
    assert len(positions) == 4
    assert named(second, "Image Position (Patient)") == [positions[1]]


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"gone\.dcm cannot be read"):
        list_elements(tmp_path / "gone.dcm")
