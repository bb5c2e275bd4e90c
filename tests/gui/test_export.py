"""The export dialog, on fakes and on the real writers."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from pydicom import dcmread

from hcc_viewer import audit
from hcc_viewer.errors import OutputError
from hcc_viewer.gui.app import build
from hcc_viewer.gui.dialogs.export import DOCUMENTS, OBJECTS
from hcc_viewer.gui.export_choice import ExportChoice, folder_state
from hcc_viewer.gui.services import Services
from hcc_viewer.report.export import DICOM_FORMATS, FORMATS
from hcc_viewer.settings import Settings
from tests.gui.driving import action, do, widget
from tests.report.make_detection import make_detection, make_volume
from tests.report.make_sources import make_files

NOON = datetime(2026, 11, 25, 12, 0, 0)


def open_page(window):
    do(window, "export_as")
    return widget(window, "export_dialog")


def test_the_page_offers_every_format_of_the_command_line():
    assert set(OBJECTS) == set(DICOM_FORMATS)
    assert {*DOCUMENTS, *OBJECTS, "json"} == set(FORMATS)


def test_there_is_nothing_to_export_before_detection(open_window):
    assert not action(open_window, "export_as").isEnabled()


def test_what_is_chosen_is_written(qtbot, detected_window, program, tmp_path):
    page = open_page(detected_window)
    page.folder.setText(str(tmp_path / "out"))
    for name in ("sr", "gsps"):
        page.boxes[name].setChecked(True)
    page.boxes["csv"].setChecked(False)
    page.identity.setChecked(True)
    page.paper.setCurrentIndex(page.paper.findData("letter"))

    page.export_button.click()

    qtbot.waitUntil(lambda: detected_window.session.message is not None)
    assert program.exported == [(tmp_path / "out", ("pdf", "png", "sr", "gsps"))]
    assert program.export_choices == [{"identified": True, "paper_size": "letter"}]
    last = json.loads(Path(audit.audit_path()).read_text().splitlines()[-1])
    assert last["details"] == {"formats": ["pdf", "png", "sr", "gsps"], "identified": True}
    assert detected_window.settings.current.export_formats == ("pdf", "png", "sr", "gsps")


def test_a_report_names_nobody_unless_that_is_chosen(qtbot, detected_window, program, tmp_path):
    page = open_page(detected_window)
    page.folder.setText(str(tmp_path / "out"))
    page.export_button.click()

    qtbot.waitUntil(lambda: bool(program.exported))
    assert program.export_choices[0]["identified"] is False


def test_the_last_choice_is_offered_again_but_for_names(qtbot, program, prompts, tmp_path):
    window = build(
        Settings(export_formats=("sr", "unheard-of")), program.services(), prompts.prompts()
    )
    qtbot.addWidget(window, before_close_func=lambda w: w.controller.shutdown())
    window.show()
    window.controller.study.open_path(tmp_path)
    qtbot.waitUntil(lambda: window.session.viewport.volume is not None)
    do(window, "detect")
    qtbot.waitUntil(lambda: window.session.detection is not None)

    page = open_page(window)

    assert [name for name, box in page.boxes.items() if box.isChecked()] == ["sr"]
    assert not page.identity.isChecked()


def test_without_folder_or_kind_nothing_can_be_exported(detected_window, tmp_path):
    page = open_page(detected_window)
    assert page.status.text() == "Choose a folder."
    assert not page.export_button.isEnabled()

    page.folder.setText(str(tmp_path / "out"))
    assert page.status.text() == "The files go into this folder."
    assert page.export_button.isEnabled()

    for box in page.boxes.values():
        box.setChecked(False)
    assert page.status.text() == "Choose at least one kind of file."
    assert not page.export_button.isEnabled()


def test_the_folder_can_be_browsed_for(detected_window, prompts, tmp_path):
    page = open_page(detected_window)
    prompts.report_folder = tmp_path / "browsed"

    page.browse_button.click()

    assert page.folder.text() == str(tmp_path / "browsed")


def test_replacing_an_earlier_report_is_asked(qtbot, detected_window, program, tmp_path):
    (tmp_path / "result.json").write_text("{}")
    page = open_page(detected_window)
    page.folder.setText(str(tmp_path))
    assert page.status.text() == "An earlier report is in this folder."
    assert page.replace.isVisibleTo(page)

    page.export_button.click()

    qtbot.waitUntil(lambda: bool(program.exported))
    assert program.exported[0][0].parent == tmp_path


def test_the_report_at_once_goes_beside_an_earlier_one(
    qtbot, detected_window, program, prompts, tmp_path
):
    """Whose report it is, nobody can see from the folder."""
    prompts.report_folder = tmp_path / "reports"
    prompts.report_folder.mkdir()
    (prompts.report_folder / "result.json").write_text("{}")

    do(detected_window, "export_report")

    qtbot.waitUntil(lambda: bool(program.exported))
    assert program.exported[0][0].parent == prompts.report_folder


@pytest.mark.parametrize(
    ("there", "replaces", "place"),
    [
        ((), False, "."),
        (("result.json",), True, "."),
        (("result.json",), False, "hcc-report-2026-11-25-120000"),
        (("letter.txt",), True, "hcc-report-2026-11-25-120000"),
        (("letter.txt", "hcc-report-2026-11-25-120000"), True, "hcc-report-2026-11-25-120000-2"),
    ],
)
def test_a_folder_that_is_taken_gets_a_new_one_in_it(tmp_path, there, replaces, place):
    for name in there:
        (tmp_path / name).write_text("")

    choice = ExportChoice(tmp_path, replaces=replaces)

    assert choice.target(NOON) == tmp_path / place


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("")

    assert folder_state(str(tmp_path / "file")) == "file"
    assert folder_state("  ") == "none"


def test_an_export_shows_how_far_it_is_and_can_be_cancelled(
    qtbot, detected_window, program, tmp_path
):
    program.export_gate.clear()
    page = open_page(detected_window)
    page.folder.setText(str(tmp_path / "out"))
    page.export_button.click()
    bar = widget(detected_window, "progress_bar")
    qtbot.waitUntil(lambda: bar.maximum() == 4)
    assert not action(detected_window, "export_as").isEnabled()

    do(detected_window, "cancel")

    assert detected_window.session.message.text == "The export was cancelled."
    program.export_gate.set()
    assert action(detected_window, "export_as").isEnabled()
    assert program.exported == []


def test_an_export_that_fails_gives_its_sentence(qtbot, detected_window, program, tmp_path):
    program.error = OutputError("The disk is full.")
    page = open_page(detected_window)
    page.folder.setText(str(tmp_path / "out"))

    page.export_button.click()

    qtbot.waitUntil(lambda: detected_window.session.message is not None)
    assert detected_window.session.message.text == "The disk is full."
    assert detected_window.session.message.is_error


def test_the_real_writers_write_every_object_or_nothing(tmp_path):
    (tmp_path / "study").mkdir()
    series = make_files(tmp_path / "study")
    arguments = (make_detection(series), make_volume(series), tmp_path / "out", DICOM_FORMATS)

    files = Services().export_report(*arguments, None, None, paper_size="letter")

    written = {str(dcmread(path).SOPClassUID.name) for path in files if path.suffix == ".dcm"}
    assert len(written) == len(DICOM_FORMATS)
    series.instances[3].path.unlink()
    with pytest.raises(OutputError, match=r"3\.dcm' can no longer be read"):
        Services().export_report(*arguments[:2], tmp_path / "other", DICOM_FORMATS, None, None)
    assert not (tmp_path / "other").exists()
