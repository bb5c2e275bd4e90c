"""The command line as its user meets it: what it prints, writes and returns."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from hcc_viewer import RESEARCH_USE
from hcc_viewer.cli import COMMANDS, REPORT_FORMATS, TRAINING_COMMANDS, main
from hcc_viewer.paths import demo_study_dir
from hcc_viewer.report import FORMATS
from tests.detection.make_model import make_model
from tests.make_dicom import HBP, make_series


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    generator = np.random.default_rng(0)
    pixels = generator.normal(60, 5, (24, 96, 96))
    pixels[:, 20:76, 12:84] = 500
    pixels[10:14, 44:48, 34:38] = 1500
    stored = pixels.astype(np.uint16)
    tags = {**HBP, "PixelSpacing": [3.5, 3.5]}
    make_series(folder, 24, pixels=lambda index: stored[index], **tags)
    return folder


@pytest.fixture(scope="module")
def model_file(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("model"))


def test_formats_of_the_command_line_are_those_of_the_report():
    assert REPORT_FORMATS == FORMATS


def test_scan_json_follows_the_contract(study, capsys):
    assert main(["scan", str(study), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["format"], record["version"]) == ("hcc-viewer-scan", 1)
    series = record["series"][0]
    assert set(series) == {
        "series_instance_uid", "description", "modality", "slices", "orientation", "spacing_mm",
        "phase", "detectable", "refusal", "warnings", "instances",
    }  # fmt: skip
    assert (series["slices"], series["orientation"], series["refusal"]) == (24, "axial", None)
    assert series["phase"]["score"] >= 70
    assert series["instances"][0].keys() == {"sop_instance_uid", "frame"}


def test_scan_names_series_score_and_reasons(study, capsys):
    assert main(["scan", str(study)]) == 0
    text = capsys.readouterr().out
    assert HBP["SeriesDescription"] in text
    assert "phase score" in text
    assert "can be analysed" in text


def test_the_terminal_names_no_place_that_the_files_do_not_give(
    study, model_file, tmp_path, capsys
):
    (tmp_path / "in").mkdir()
    for path in study.iterdir():
        image = dcmread(path)
        del image.ImagePositionPatient
        image.save_as(tmp_path / "in" / path.name)
    command = ["detect", str(tmp_path / "in"), "--out", str(tmp_path / "out")]
    assert main([*command, "--model", str(model_file), "--threshold", "0.1"]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.split()[0] == "1"]
    assert line.split()[-2:] == ["unknown", "unknown"]


def test_detect_writes_the_result_and_prints_the_findings(study, model_file, tmp_path, capsys):
    out = tmp_path / "out"
    words = ["detect", str(study), "--out", str(out), "--model", str(model_file)]
    assert main([*words, "--format", "csv,png"]) == 0
    text = capsys.readouterr().out
    assert "spots 1.2.3" in text
    assert RESEARCH_USE in text
    record = json.loads((out / "result.json").read_text())
    assert (record["format"], record["version"]) == ("hcc-viewer-result", 1)
    assert len(record["slices"]) == 24
    assert len(record["findings"]) == 1
    finding = record["findings"][0]
    assert 10 <= finding["peak_slice"] <= 13
    assert finding["row"] == pytest.approx(45.5, abs=3)
    assert finding["column"] == pytest.approx(35.5, abs=3)
    names = {path.name for path in out.iterdir()}
    assert {"result.json", "slices.csv", "findings.csv", "overview.png"} <= names


def test_other_studies_in_the_folder_are_told_of(study, model_file, tmp_path):
    folder, other = tmp_path / "both", tmp_path / "both" / "other"
    shutil.copytree(study, folder)
    make_series(other, 24, series="older", StudyInstanceUID="1.2.3", StudyDate="20190101", **HBP)
    words = ["detect", "--model", str(model_file), "--out", str(tmp_path / "out")]
    assert main([*words, str(folder)]) == 0
    told = json.loads((tmp_path / "out" / "result.json").read_text())["warnings"]
    assert "phases of other studies too (1)" in json.dumps(told)
    assert main([*words, str(study)]) == 0
    told = json.loads((tmp_path / "out" / "result.json").read_text())["warnings"]
    assert "other studies" not in json.dumps(told)


def test_result_names_no_patient_unless_asked(study, model_file, tmp_path):
    words = ["detect", str(study), "--model", str(model_file), "--out"]
    assert main([*words, str(tmp_path / "a")]) == 0
    assert main([*words, str(tmp_path / "b"), "--identified"]) == 0
    assert "SIM^0001" not in (tmp_path / "a" / "result.json").read_text()
    assert "SIM^0001" in (tmp_path / "b" / "result.json").read_text()


def test_threshold_decides_what_is_flagged(study, model_file, tmp_path):
    words = ["detect", str(study), "--model", str(model_file), "--out"]
    main([*words, str(tmp_path / "none"), "--threshold", "1"])
    main([*words, str(tmp_path / "all"), "--threshold", "0"])
    flags = [
        [item["flagged"] for item in json.loads((tmp_path / name / "result.json").read_text())
         ["slices"]]
        for name in ("none", "all")
    ]  # fmt: skip
    assert sum(flags[0]) < len(flags[0])
    assert all(flags[1])


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (["scan", "nowhere"], 3, "nowhere"),
        (["detect", "nowhere", "--out", "o"], 3, "nowhere"),
        (["detect", ".", "--out", "o", "--model", "none.onnx"], 4, "none.toml is missing"),
        (["detect", ".", "--out", "o", "--operating-point", "perfect"], 2, "balanced"),
        (["train", "--config", "nothing"], 2, "nothing"),
        (["simulate", "--out", "o", "--patients", "0"], 2, "--patients"),
    ],
)
def test_each_error_is_a_sentence_and_a_status(
    words, status, sentence, model_file, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    if words[0] == "detect" and "--model" not in words:
        words = [*words, "--model", str(model_file)]
    assert main(words) == status
    message = capsys.readouterr().err
    assert sentence in message
    assert "Traceback" not in message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words", [["detect"], ["scan"], ["detect", "x", "--out", "o", "--threshold", "2"],
              ["detect", "x", "--out", "o", "--format", "doc"]]
)  # fmt: skip
def test_wrong_usage_returns_2(words, capsys):
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_output_that_cannot_be_made_returns_5(study, model_file, tmp_path, capsys):
    target = tmp_path / "file"
    target.write_text("mine")
    words = ["detect", str(study), "--model", str(model_file), "--out", str(target)]
    assert main(words) == 5
    assert str(target) in capsys.readouterr().err
    assert target.read_text() == "mine"


def test_a_folder_that_no_file_system_can_make_returns_5(study, model_file, tmp_path, capsys):
    out = str(tmp_path / ("x" * 300))
    assert main(["detect", str(study), "--out", out, "--model", str(model_file)]) == 5
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_letters_that_the_encoding_lacks_stop_nothing(tmp_path, encoding):
    make_series(tmp_path, 24, **{**HBP, "SpecificCharacterSet": "ISO_IR 192",
                                 "SeriesDescription": "T1 \uac04\ub2f4\ub3c4\uae30"})  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "hcc_viewer", "scan", str(tmp_path)],
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert b"T1 ????" in done.stdout


def test_interrupt_returns_130(study, monkeypatch, capsys):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("hcc_viewer.dicom.scan_study", interrupt)
    assert main(["scan", str(study)]) == 130


def test_training_without_its_extra_is_a_sentence(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "keras", None)
    for name in [name for name in sys.modules if name.startswith("hcc_viewer.training.")]:
        monkeypatch.delitem(sys.modules, name)
    assert main(["train", "--config", "smoke"]) == 2
    told = capsys.readouterr().err
    assert "needs the training extra (keras is missing)" in told
    assert "pip install '.[training]'" in told


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    for name in (*COMMANDS, *TRAINING_COMMANDS):
        assert name in text


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The bundled model on the bundled study: the whole mission, small."""
    out = tmp_path_factory.mktemp("demo") / "out"
    result = subprocess.run(
        [sys.executable, "-m", "hcc_viewer", "demo", "--headless", "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
    )
    return result, out


def test_demo_ends_well_and_says_what_it_found(demo):
    result, out = demo
    assert result.returncode == 0, result.stderr
    assert str(out) in result.stdout
    assert "probability" in result.stdout
    names = {path.name for path in out.iterdir()}
    assert {"result.json", "report.pdf", "overview.png", "findings.csv"} <= names


def test_every_hcc_of_the_demo_is_found_with_at_most_one_false_finding(demo):
    findings = json.loads((demo[1] / "result.json").read_text())["findings"]
    truth = json.loads((demo_study_dir() / "truth.json").read_text())
    lesions = [lesion for lesion in truth["lesions"] if lesion["is_hcc"]]
    assert len(lesions) >= 2
    assert min(lesion["diameter_mm"] for lesion in lesions) < 15

    def hits(finding, lesion):
        step = np.subtract(finding["center_lps_mm"], lesion["center_lps_mm"])
        return np.linalg.norm(step) <= lesion["diameter_mm"] / 2 + 10

    assert all(any(hits(f, lesion) for f in findings) for lesion in lesions)
    false = [f for f in findings if not any(hits(f, lesion) for lesion in lesions)]
    assert len(false) <= 1


def test_demo_without_a_screen_does_the_whole_job(tmp_path):
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    result = subprocess.run(
        [sys.executable, "-m", "hcc_viewer", "demo"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert result.returncode == 0, result.stderr
    assert "No window was opened." in result.stdout
    assert (tmp_path / "hcc-viewer-demo" / "report.pdf").exists()


def test_what_a_terminal_would_obey_is_not_printed(capsys):
    assert main(["scan", "no\x1b]0;title\x07where"]) == 3
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert "\x07" not in said
    assert "title" in said


def test_threshold_that_is_no_number_is_told(capsys):
    with pytest.raises(SystemExit):
        main(["detect", "x", "--out", "o", "--threshold", "x"])
    assert "'x' is no number; give one from 0 to 1" in capsys.readouterr().err
