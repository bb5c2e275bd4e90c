from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from hcc_viewer import audit
from hcc_viewer.errors import PacsError
from hcc_viewer.gui.network import NetworkServices
from hcc_viewer.pacs import PacsSettings, Peer, StudyMatch

PEER = Peer("10.0.0.5", 4242, "ORTHANC", "main")
MATCH = StudyMatch("1.2.3", "SIM^0001", "SIM-0001", "20240131", "MR liver", "MR", 80)


class FakeNetwork:
    """Answers without a network, or fails with a sentence."""

    def __init__(self):
        self.settings = PacsSettings((PEER,))
        self.failure = None
        self.matches = [MATCH]
        self.asked = []
        self.hold = threading.Event()
        self.hold.set()

    def services(self):
        return NetworkServices(
            load_settings=lambda: self.settings,
            save_settings=self._save,
            verify=lambda peer, settings, report: self._answer("verify", peer, f"{peer.title} ok"),
            find=lambda peer, query, settings, report: self._answer("find", query, self.matches),
            fetch=lambda peer, uid, folder, settings, report: self._answer("fetch", uid, folder),
            send=self._send,
            deidentify=self._copy,
        )

    def _save(self, settings):
        self.settings = settings

    def _send(self, peer, results, formats, settings, report):
        report(1, 3)
        while not self.hold.wait(0.02):
            report(1, 3)
        return self._answer("send", formats, "3 of 3 objects are stored.")

    def _copy(self, study, folder, report):
        report(3, 9)
        while not self.hold.wait(0.02):
            report(3, 9)
        return self._answer("copy", folder, "9 images")

    def _answer(self, what, with_, answer):
        self.asked.append((what, with_))
        if self.failure is not None:
            raise PacsError(self.failure)
        return answer


@pytest.fixture
def network(window):
    fake = FakeNetwork()
    window.controller.network.services = fake.services()
    return fake


def open_dialog(window, action, name):
    window.findChild(object, f"{action}_action").trigger()
    dialog = window.findChild(object, name)
    assert dialog is not None
    return dialog


def test_without_an_address_the_page_of_addresses_opens(window, network):
    network.settings = PacsSettings()

    window.findChild(object, "fetch_study_action").trigger()

    assert window.findChild(object, "pacs_settings_dialog") is not None
    assert window.findChild(object, "fetch_dialog") is None


def test_an_address_is_tested_and_saved(qtbot, window, network):
    network.settings = PacsSettings()
    page = open_dialog(window, "pacs_settings", "pacs_settings_dialog")
    page.texts["host"].setText("10.0.0.9")
    page.texts["ae_title"].setText("PACS")
    page.port.setValue(11112)

    page.test_button.click()
    qtbot.waitUntil(lambda: page.status.text() == "PACS at 10.0.0.9:11112 ok")
    page.save_button.click()

    assert network.settings.peers == (Peer("10.0.0.9", 11112, "PACS"),)
    assert page.status.text() == "Saved."


def test_a_bad_address_is_told_and_not_saved(window, network):
    page = open_dialog(window, "pacs_settings", "pacs_settings_dialog")
    page.texts["ae_title"].setText("A TITLE THAT IS TOO LONG")

    page.save_button.click()

    assert "must be 1 to 16 plain characters" in page.status.text()
    assert network.settings.peers == (PEER,)


def test_an_address_can_be_removed(window, network):
    page = open_dialog(window, "pacs_settings", "pacs_settings_dialog")

    page.remove_button.click()

    assert network.settings.peers == ()


def test_a_study_is_found_fetched_and_opened(qtbot, window, network, tmp_path):
    opened = []
    window.controller.network._open_path = opened.append
    page = open_dialog(window, "fetch_study", "fetch_dialog")
    page.fields["patient_id"].setText("SIM-0001")

    page.find_button.click()
    qtbot.waitUntil(lambda: page.table.rowCount() == 1)
    assert page.table.item(0, 1).text() == "SIM 0001"
    page.fetch_button.click()
    qtbot.waitUntil(lambda: opened != [])

    assert [what for what, _ in network.asked] == ["find", "fetch"]
    assert network.asked[0][1].patient_id == "SIM-0001"
    assert opened == [window.controller.network.fetch_folder()]


def test_a_name_in_several_scripts_is_listed_as_it_is_shown_elsewhere(qtbot, window, network):
    network.matches = [replace(MATCH, patient_name="Hong^Gildong=\u6d2a^\u5409\u6d1e")]
    page = open_dialog(window, "fetch_study", "fetch_dialog")
    page.find_button.click()
    qtbot.waitUntil(lambda: page.table.rowCount() == 1)
    assert page.table.item(0, 1).text() == "Hong Gildong (\u6d2a \u5409\u6d1e)"


def copy_of(window, images):
    """An earlier copy of the study that the fake PACS has 80 images of."""
    place = window.controller.network.fetch_folder() / MATCH.study_instance_uid
    place.mkdir(parents=True)
    for number in range(images):
        (place / f"1.2.3.4.{number}.dcm").touch()
    return place


def found(qtbot, window):
    page = open_dialog(window, "fetch_study", "fetch_dialog")
    page.find_button.click()
    qtbot.waitUntil(lambda: page.table.rowCount() == 1)
    return page


@pytest.mark.parametrize(("images", "there"), [(79, 80), (80, None)])
def test_a_study_that_may_have_grown_is_fetched_again(qtbot, window, network, images, there):
    opened = []
    window.controller.network._open_path = opened.append
    network.matches = [replace(MATCH, instances=there)]
    copy_of(window, images)

    found(qtbot, window).fetch_button.click()

    qtbot.waitUntil(lambda: opened != [])
    assert [what for what, _ in network.asked] == ["find", "fetch"]


def test_a_study_that_is_here_whole_is_opened_at_once(qtbot, window, network):
    opened = []
    window.controller.network._open_path = opened.append
    place = copy_of(window, 80)

    found(qtbot, window).fetch_button.click()

    assert opened == [place]
    assert [what for what, _ in network.asked] == ["find"]


def test_an_earlier_copy_that_cannot_grow_is_named(qtbot, window, network):
    place = copy_of(window, 79)
    page = found(qtbot, window)
    network.failure = "ORTHANC does not answer."

    page.fetch_button.click()

    said = f"ORTHANC does not answer. An earlier copy is in '{place}'."
    qtbot.waitUntil(lambda: page.status.text() == said)


def test_a_date_that_is_none_is_told(window, network):
    page = open_dialog(window, "fetch_study", "fetch_dialog")
    page.fields["date_from"].setText("yesterday")

    page.find_button.click()

    assert "must be a date like 20240131" in page.status.text()
    assert network.asked == []


def test_a_refusal_is_a_sentence_and_can_be_tried_again(qtbot, window, network):
    network.failure = "ORTHANC does not answer."
    page = open_dialog(window, "fetch_study", "fetch_dialog")

    page.find_button.click()
    qtbot.waitUntil(lambda: page.status.text() == "ORTHANC does not answer.")
    network.failure = None
    page.find_button.click()

    qtbot.waitUntil(lambda: page.table.rowCount() == 1)


def test_nothing_is_sent_before_there_is_a_result(open_window):
    fake = FakeNetwork()
    open_window.controller.network.services = fake.services()

    open_window.findChild(object, "send_results_action").trigger()

    assert "detect first" in open_window.session.message.text
    assert fake.asked == []


def test_the_chosen_objects_are_sent_with_progress(qtbot, detected_window):
    fake = FakeNetwork()
    detected_window.controller.network.services = fake.services()
    page = open_dialog(detected_window, "send_results", "send_dialog")
    page.boxes["pm"].setChecked(True)

    page.send_button.click()

    qtbot.waitUntil(lambda: page.status.text() == "3 of 3 objects are stored.")
    assert fake.asked == [("send", ["sr", "ko", "sc", "pm"])]


def test_the_result_is_sent_as_it_is_shown_when_the_button_is_pressed(qtbot, detected_window):
    sent = []
    network = detected_window.controller.network
    network.services = replace(
        FakeNetwork().services(), send=lambda peer, results, *_: sent.append(results) or "stored"
    )
    page = open_dialog(detected_window, "send_results", "send_dialog")
    detected_window.controller.detection.go_to_finding(1)
    detected_window.controller.reading.accept()

    page.send_button.click()

    qtbot.waitUntil(lambda: page.status.text() == "stored")
    assert [one.verdict for one in sent[0].reading.decisions] == ["accepted"]


def test_another_series_than_the_page_names_is_not_sent(qtbot, detected_window):
    fake = FakeNetwork()
    detected_window.controller.network.services = fake.services()
    page = open_dialog(detected_window, "send_results", "send_dialog")
    assert page.series_label.text() == "4: T1 VIBE HBP 20 min"
    session, controller = detected_window.session, detected_window.controller
    controller.show_series(2)
    qtbot.waitUntil(lambda: session.shown_row == 2)

    page.send_button.click()
    assert "The result of 4: T1 VIBE HBP 20 min is not shown now" in page.status.text()
    detected_window.findChild(object, "detect_action").trigger()
    qtbot.waitUntil(lambda: session.detection is not None)
    page.send_button.click()
    assert "is not shown now" in page.status.text()
    controller.show_series(3)
    qtbot.waitUntil(lambda: session.shown_row == 3)
    page.send_button.click()

    qtbot.waitUntil(lambda: page.status.text() == "3 of 3 objects are stored.")
    assert len(fake.asked) == 1


def test_sending_can_be_cancelled(qtbot, detected_window):
    fake = FakeNetwork()
    fake.hold.clear()
    detected_window.controller.network.services = fake.services()
    page = open_dialog(detected_window, "send_results", "send_dialog")
    page.send_button.click()
    qtbot.waitUntil(lambda: page.progress.maximum() == 3)

    page.cancel_button.click()

    assert page.status.text() == "Cancelled."
    assert page.send_button.isEnabled()
    fake.hold.set()
    assert fake.asked == []


@pytest.mark.parametrize("leave", ["escape", "close"])
def test_a_page_that_is_left_stops_its_work(qtbot, detected_window, leave):
    fake = FakeNetwork()
    fake.hold.clear()
    network = detected_window.controller.network
    network.services = fake.services()
    page = open_dialog(detected_window, "send_results", "send_dialog")
    page.send_button.click()
    qtbot.waitUntil(lambda: page.progress.maximum() == 3)

    if leave == "escape":
        page.activateWindow()  # else the main window's own Esc takes the key
        qtbot.waitUntil(page.isActiveWindow)
        qtbot.keyClick(page, Qt.Key.Key_Escape)
    else:
        page.close()

    assert not network.runners[0].is_running
    network.runners[0].shutdown()
    assert fake.asked == []


def test_a_copy_without_identity_is_written_where_asked(qtbot, open_window, prompts, tmp_path):
    fake = FakeNetwork()
    open_window.controller.network.services = fake.services()
    prompts.report_folder = tmp_path

    open_window.findChild(object, "deidentify_study_action").trigger()

    qtbot.waitUntil(lambda: fake.asked != [])
    ((_, folder),) = fake.asked
    assert folder.parent == tmp_path
    qtbot.waitUntil(lambda: open_window.session.message is not None)
    assert open_window.session.message.text == "9 images"
    assert open_window.session.message.folder == folder


def test_copying_shows_how_far_it_is_and_can_be_cancelled(qtbot, open_window, prompts, tmp_path):
    fake = FakeNetwork()
    fake.hold.clear()
    open_window.controller.network.services = fake.services()
    prompts.report_folder = tmp_path
    copy = open_window.findChild(object, "deidentify_study_action")
    bar = open_window.findChild(object, "progress_bar")
    copy.trigger()
    qtbot.waitUntil(lambda: bar.maximum() == 9)
    assert bar.value() == 3
    assert "Copying without identity: 3 of 9 files" in bar.format()
    assert not copy.isEnabled()

    open_window.findChild(object, "cancel_action").trigger()

    assert open_window.session.message.text == "The copying was cancelled."
    assert not bar.isVisible()
    assert copy.isEnabled()
    fake.hold.set()
    assert fake.asked == []


def test_a_copy_that_fails_gives_its_sentence(qtbot, open_window, prompts, tmp_path):
    fake = FakeNetwork()
    fake.failure = "The copies cannot be written."
    open_window.controller.network.services = fake.services()
    prompts.report_folder = tmp_path

    open_window.findChild(object, "deidentify_study_action").trigger()

    qtbot.waitUntil(lambda: open_window.session.message is not None)
    assert open_window.session.message.text == "The copies cannot be written."
    assert open_window.session.message.is_error


def test_detections_and_decisions_are_written_down(qtbot, detected_window):
    detected_window.controller.detection.go_to_finding(1)

    detected_window.controller.reading.accept()

    lines = [json.loads(line) for line in Path(audit.audit_path()).read_text().splitlines()]
    assert [line["event"] for line in lines] == ["detected", "decided"]
    assert lines[1]["details"]["verdict"] == "accepted"


def test_opening_the_dialogs_does_not_load_the_network_library():
    code = (
        "import sys\n"
        "from hcc_viewer.gui.dialogs import pacs, pacs_fetch, pacs_send, pacs_settings\n"
        "from hcc_viewer.pacs import Peer, StudyMatch, StudyQuery, load_pacs_settings\n"
        "load_pacs_settings()\n"
        "print('pynetdicom' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
