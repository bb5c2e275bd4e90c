"""The header of the shown image: read off the GUI thread, searched, without identity if hidden."""

from PySide6.QtGui import QGuiApplication, QImage

from hcc_viewer import HEAT_MAP_CAPTION
from hcc_viewer.dicom import Study
from hcc_viewer.errors import ReadError
from hcc_viewer.gui import view_control
from tests.gui.driving import do, widget
from tests.gui.fakes import make_series


def open_header(qtbot, window, program):
    do(window, "show_header")
    dialog = widget(window, "header_dialog")
    qtbot.waitUntil(lambda: program.asked_headers != [])
    return dialog


def rows(dialog):
    model = dialog.findChild(object, "header_table").model()
    return [[model.index(r, c).data() for c in range(4)] for r in range(model.rowCount())]


def test_header_is_of_the_shown_slice(qtbot, open_window, program):
    do(open_window, "first_slice")

    dialog = open_header(qtbot, open_window, program)

    qtbot.waitUntil(lambda: len(rows(dialog)) == 3)
    assert program.asked_headers == [(open_window.session.viewport.shown_image.path, None)]
    assert widget(dialog, "header_title").text() == "Slice 1 / 40"
    assert rows(dialog)[0] == ["(0008,0060)", "Modality", "CS", "MR"]
    assert rows(dialog)[2][1] == "        Code Value"


def test_header_is_searched(qtbot, open_window, program):
    dialog = open_header(qtbot, open_window, program)
    qtbot.waitUntil(lambda: len(rows(dialog)) == 3)

    widget(dialog, "header_search").setText("modal")

    assert [row[1] for row in rows(dialog)] == ["Modality"]
    assert widget(dialog, "header_status").text() == "1 of 3 elements"


def test_header_hides_the_identity(qtbot, open_window, program):
    do(open_window, "hide_identity")
    dialog = open_header(qtbot, open_window, program)
    qtbot.waitUntil(lambda: len(rows(dialog)) == 3)
    assert [row[3] for row in rows(dialog)] == ["MR", "hidden", "A"]


def test_open_header_hides_the_identity_at_once_and_shows_it_again(qtbot, open_window, program):
    dialog = open_header(qtbot, open_window, program)
    qtbot.waitUntil(lambda: len(rows(dialog)) == 3)
    widget(dialog, "header_search").setText("patient")
    do(open_window, "hide_identity")
    assert [row[3] for row in rows(dialog)] == ["hidden"]
    do(open_window, "hide_identity")
    assert [row[3] for row in rows(dialog)] == ["SIM^0001"]


def test_header_that_cannot_be_read_says_so(qtbot, open_window, program):
    program.error = ReadError("0.dcm cannot be read: it is gone.")
    dialog = open_header(qtbot, open_window, program)
    status = widget(dialog, "header_status")
    qtbot.waitUntil(lambda: status.text() == "0.dcm cannot be read: it is gone.")


def test_reformat_has_no_header(qtbot, open_window, program):
    do(open_window, "layout_planes")
    open_window.controller.panes.activate(1)

    do(open_window, "show_header")

    assert open_window.session.message.is_error
    assert program.asked_headers == []


def test_closed_header_is_forgotten(qtbot, open_window, program):
    open_header(qtbot, open_window, program).close()
    qtbot.waitUntil(lambda: widget(open_window, "header_dialog") is None)
    program.asked_headers.clear()
    dialog = open_header(qtbot, open_window, program)
    qtbot.waitUntil(lambda: len(rows(dialog)) == 3)


def test_view_is_copied_as_a_picture(open_window):
    do(open_window, "copy_image")
    picture = QGuiApplication.clipboard().image()
    assert picture.width() == round(
        widget(open_window, "slice_view").width() * picture.devicePixelRatio()
    )
    assert "without the patient's identity" in open_window.session.message.text


def test_picture_of_a_heat_map_says_what_it_is(detected_window, monkeypatch):
    said = []

    def picture_of(view, text):
        said.append((view.has_heat_map, HEAT_MAP_CAPTION in text))
        return QImage(1, 1, QImage.Format.Format_RGB32)

    monkeypatch.setattr(view_control, "picture_of", picture_of)
    do(detected_window, "copy_image")
    do(detected_window, "toggle_heatmap")
    do(detected_window, "copy_image")
    assert said == [(False, False), (True, True)]


def test_header_closes_with_the_study_that_it_is_of(qtbot, open_window, program, tmp_path):
    open_header(qtbot, open_window, program)
    open_window.session.study_changed.emit()
    assert widget(open_window, "header_dialog").isVisible()
    program.study = Study(tmp_path / "other", (make_series("Other HBP", 12, 95, number=9),))
    open_window.controller.study.open_path(tmp_path / "other")
    qtbot.waitUntil(lambda: open_window.session.viewport.slice_count == 12)
    qtbot.waitUntil(lambda: widget(open_window, "header_dialog") is None)
