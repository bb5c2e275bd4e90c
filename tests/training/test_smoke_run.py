"""The whole training road in one run: from nothing to a model file that the program takes."""

import json

import numpy as np
import pytest

from hcc_viewer.detection import load_model
from hcc_viewer.errors import UsageError

pytest.importorskip("tensorflow", reason="needs the training extra")

from hcc_viewer.training.warm_start import find_start

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    from hcc_viewer.training.commands import run_command

    folder = tmp_path_factory.mktemp("smoke")
    words = ["--config", "smoke", "--work", folder / "work", "--models", folder / "models"]
    status = run_command("train", [str(word) for word in [*words, "--docs", folder / "docs"]])
    assert status == 0
    return folder


def test_program_takes_the_model_file_with_its_card(run):
    model = load_model(run / "models" / "smoke.onnx")
    assert model.card.data["train_patients"] == 4
    assert {point.name for point in model.card.operating_points} >= {"balanced"}
    assert model.card.metrics["slices"] > 50


def test_file_carries_its_second_look(run):
    model = load_model(run / "models" / "smoke.onnx")
    assert model.judge is not None
    assert model.card.second_look.floor == 0.001
    assert model.card.data["second_look_patients"] == 6 + 4
    assert len(list((run / "work" / "places").glob("*-places-*.npz"))) == 6
    assert len(list((run / "work" / "places").glob("*-train-*.npz"))) == 4


def test_a_run_that_goes_on_takes_what_is_there_of_its_second_look(run, tmp_path):
    from hcc_viewer.training.commands import run_command

    def kept():
        folders = [run / "work" / "places", *(run / "work").glob("judge-*")]
        files = [path for folder in folders for path in folder.glob("*.*")]
        return {path: path.stat().st_mtime_ns for path in files if path.is_file()}

    before = kept()
    assert len(before) == 6 + 4 + 1
    words = ["--config", "smoke", "--work", run / "work", "--models", tmp_path]
    assert run_command("train", [str(word) for word in words]) == 0
    assert kept() == before


def test_validation_compares_with_the_blob_detector_and_shows_plots(run):
    page = (run / "docs" / "validation.md").read_text()
    assert "dark-blob-detector" in page
    for name in ("roc", "froc", "calibration", "size"):
        assert (run / "docs" / "validation" / f"{name}.png").stat().st_size > 2000
        assert f"validation/{name}.png" in page
    figures = json.loads((run / "docs" / "validation" / "figures.json").read_text())
    assert set(figures["detectors"]) == {"smoke", "dark-blob-detector"}


def test_card_says_what_went_in_and_no_path(run):
    text = (run / "models" / "smoke.toml").read_text()
    assert "4 patients: procedural" in text
    assert str(run) not in text


def test_same_command_again_repeats_nothing(run, capsys):
    from hcc_viewer.training.commands import run_command

    batch = np.random.default_rng(0).random((2, 320, 320, 3), dtype=np.float32)
    before, _ = load_model(run / "models" / "smoke.onnx").predict(batch)
    history = (run / "work" / "fit" / "history.csv").read_text()
    words = ["--config", "smoke", "--work", run / "work", "--models", run / "models"]
    assert run_command("train", [str(word) for word in words]) == 0
    assert (run / "work" / "fit" / "history.csv").read_text() == history
    after, _ = load_model(run / "models" / "smoke.onnx").predict(batch)
    np.testing.assert_allclose(after, before, atol=1e-5)


def extended(run, start, folder, option):
    """The file that a run makes of another one."""
    from hcc_viewer.training.commands import run_command

    words = ["--config", "smoke", "--work", run / "work", "--models", folder]
    words += ["--start", start, option]
    assert run_command("train", [str(word) for word in words]) == 0
    return folder / "smoke.onnx"


def test_second_look_alone_can_be_made_anew(run, tmp_path):
    start = run / "models" / "smoke.onnx"
    old = load_model(start)
    new = load_model(extended(run, start, tmp_path, "--second-look-only"))
    batch = np.random.default_rng(0).random((2, 320, 320, 3), dtype=np.float32)
    for before, after in zip(old.predict(batch), new.predict(batch), strict=True):
        np.testing.assert_array_equal(before, after)
    assert new.judge is not None
    assert new.card.data["train_patients"] == 4


def test_twin_alone_can_be_given_to_a_file(run, tmp_path):
    """It keeps the file's network and its second look, and takes over the second view."""
    start = run / "models" / "smoke.onnx"
    path = extended(run, start, tmp_path, "--twin-only")
    old, new = load_model(start), load_model(path)
    batch = np.random.default_rng(0).random((2, 320, 320, 3), dtype=np.float32)
    before, after = (model.predict(batch) for model in (old, new))
    assert np.abs(after[1] - before[1]).max() > 1e-4
    assert new.judge is not None
    assert new.card.data["twin_train_patients"] == 4
    assert find_start(str(path)).network.twin
    with pytest.raises(UsageError, match="has a twin already"):
        extended(run, path, tmp_path, "--twin-only")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--second-look-only"], "--second-look-only needs --start"),
        (["--twin-only"], "--twin-only needs --start"),
        (["--start", "bundled", "--second-look-only", "--twin-only"], "one after the other"),
    ],
)
def test_parts_of_a_file_that_cannot_be_made_are_refused(words, message):
    from hcc_viewer.training.commands import run_command

    with pytest.raises(UsageError, match=message):
        run_command("train", ["--config", "smoke", *words])


def test_work_of_another_configuration_is_refused(run):
    from hcc_viewer.training.commands import run_command

    with pytest.raises(UsageError, match="another configuration"):
        run_command("train", ["--config", "paper", "--work", str(run / "work")])
