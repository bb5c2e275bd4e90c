import re

import pytest

from hcc_viewer import __version__, doctor
from hcc_viewer.cli import main
from hcc_viewer.detection.model_store import CHOICE_NAME, store_dir
from hcc_viewer.errors import ModelFileError
from hcc_viewer.pacs.settings_file import pacs_settings_path
from hcc_viewer.settings import settings_path


def facts_by_subject(**choices):
    return {fact.subject: fact for fact in doctor.examine(**choices)}


def test_report_names_versions_decoders_model_and_places():
    facts = facts_by_subject(with_speed=False)
    assert facts["HCC Viewer"].text.startswith(__version__)
    assert re.match(r"\d+\.\d+", facts["pydicom"].text)
    assert facts["JPEG 2000 Image Compression (Lossless Only)"].is_good
    assert "trained on" in facts["Model"].text
    assert facts["Log folder"].text


def test_speed_is_a_number_beside_a_yardstick():
    text = facts_by_subject()["Speed"].text
    assert re.search(r"[\d.]+ ms a slice in the network; .* [\d.]+ Gflop/s", text)


def test_broken_model_is_a_marked_line_and_not_the_end(monkeypatch):
    def refuse(path=None):
        raise ModelFileError("The model file is not there; install again.")

    monkeypatch.setattr("hcc_viewer.detection.load_model", refuse)
    facts = doctor.examine(with_speed=False)
    (bad,) = [fact for fact in facts if "not there" in fact.text]
    assert not bad.is_good
    assert "1 of" in doctor.as_text([fact for fact in facts if fact.subject != "Screen"])


def test_crash_of_an_examination_is_told_without_its_values(monkeypatch):
    def crash():
        raise ValueError("no number: 'SIM^0001'")

    monkeypatch.setattr("hcc_viewer.dicom.codecs.decoders", crash)
    facts = doctor.examine(with_speed=False)
    (bad,) = [fact for fact in facts if fact.text.startswith("ValueError")]
    assert "SIM" not in bad.text


def test_broken_settings_are_named():
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text("colour = 1", encoding="utf-8")
    assert any("unknown key 'colour'" in fact.text for fact in doctor.examine(with_speed=False))


@pytest.mark.parametrize("text", ["colour = 1", f"a = {'[' * 5000}"])
def test_broken_addresses_of_a_pacs_are_named(text):
    pacs_settings_path().parent.mkdir(parents=True)
    pacs_settings_path().write_text(text, encoding="utf-8")
    (bad,) = [fact for fact in doctor.examine(with_speed=False) if "pacs.toml" in fact.text]
    assert not bad.is_good


@pytest.mark.parametrize("with_speed", [True, False])
def test_chosen_model_is_the_one_that_is_examined(with_speed):
    store_dir().mkdir(parents=True)
    (store_dir() / CHOICE_NAME).write_text("gone-1.0")
    facts = doctor.examine(with_speed=with_speed)
    (bad,) = [fact for fact in facts if "'gone-1.0' is no longer installed" in fact.text]
    assert not bad.is_good
    assert "Model" not in [fact.subject for fact in facts]


@pytest.mark.parametrize(("is_good", "status"), [(True, 0), (False, 1)])
def test_command_prints_the_report_and_what_to_send(capsys, monkeypatch, is_good, status):
    facts = [doctor.Fact("Thing", "works", is_good)]
    monkeypatch.setattr(doctor, "examine", lambda **_: facts)
    assert main(["doctor"]) == status
    assert "send this text" in capsys.readouterr().out


def test_unexpected_error_is_a_sentence_with_the_place_of_the_log(monkeypatch, capsys):
    def crash(**_):
        raise ZeroDivisionError("SIM^0001")

    monkeypatch.setattr(doctor, "examine", crash)
    monkeypatch.setattr("hcc_viewer.log.start_log", lambda: "THE LOG")
    assert main(["doctor"]) == 1
    said = capsys.readouterr().err
    assert "ZeroDivisionError" in said
    assert "THE LOG" in said
    assert "SIM^0001" not in said
    assert "Traceback" not in said
