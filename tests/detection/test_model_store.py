import json
from datetime import date

import pytest

from hcc_viewer import paths
from hcc_viewer.cli import main
from hcc_viewer.detection import model_store
from hcc_viewer.errors import ModelFileError, UsageError
from tests.detection.make_model import make_model


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "data_dir", lambda: tmp_path / "data")


@pytest.fixture
def file(tmp_path):
    folder = tmp_path / "given"
    folder.mkdir()
    return make_model(folder, name="spots")


def test_bundled_model_is_chosen_until_another_is(file):
    assert [m.key for m in model_store.stored_models() if m.is_chosen] == ["bundled"]
    installed = model_store.install_model(file)
    assert installed.key.startswith("spots-1.2.3-")
    assert model_store.chosen_model_path().name != installed.path.name
    model_store.choose_model("spots")
    assert model_store.chosen_model_path() == installed.path
    model_store.choose_model("bundled")
    assert [m.key for m in model_store.stored_models() if m.is_chosen] == ["bundled"]


def test_removed_model_leaves_the_bundled_one_in_use(file):
    installed = model_store.install_model(file)
    model_store.choose_model(installed.card.sha256[:8])
    model_store.remove_model(installed.key)
    assert [m.key for m in model_store.stored_models()] == ["bundled"]
    assert model_store.chosen_model_path() == model_store.stored_models()[0].path
    assert not list(model_store.store_dir().iterdir())


def test_bundled_model_cannot_be_removed():
    with pytest.raises(UsageError, match="cannot be removed"):
        model_store.remove_model("bundled")


def test_model_is_installed_once(file):
    model_store.install_model(file)
    with pytest.raises(UsageError, match="installed already"):
        model_store.install_model(file)


def test_model_without_fitting_card_is_refused_and_nothing_is_kept(file):
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(ModelFileError, match="not the one its card describes"):
        model_store.install_model(file)
    file.with_suffix(".toml").unlink()
    with pytest.raises(ModelFileError, match="card"):
        model_store.install_model(file)
    assert not model_store.store_dir().exists()


def test_chosen_model_that_is_gone_is_told(file):
    installed = model_store.install_model(file)
    model_store.choose_model(installed.key)
    installed.path.unlink()
    with pytest.raises(ModelFileError, match="models choose bundled"):
        model_store.chosen_model_path()
    assert main(["models"]) == 0


def test_damaged_card_is_listed_with_its_problem(file):
    installed = model_store.install_model(file)
    installed.path.with_suffix(".toml").write_text("name = 1")
    listed = {m.key: m for m in model_store.stored_models()}
    assert "refused" in listed[installed.key].problem
    with pytest.raises(ModelFileError):
        model_store.choose_model(installed.key)


def test_name_that_fits_nothing_lists_what_there_is():
    with pytest.raises(UsageError, match="there are: bundled"):
        model_store.find_model("absent")


def test_choice_cannot_lead_out_of_the_folder(tmp_path):
    folder = model_store.store_dir()
    folder.mkdir(parents=True)
    (folder / "chosen.txt").write_text("../../etc/model")
    with pytest.raises(ModelFileError, match="'model' is no longer installed"):
        model_store.chosen_model_path()


def test_command_lists_installs_compares_and_chooses(file, capsys):
    assert main(["models", "install", str(file), "--choose"]) == 0
    assert "From now on spots 1.2.3" in capsys.readouterr().out
    assert main(["models", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [m["chosen"] for m in listed] == [False, True]
    assert main(["models", "compare", "bundled", "spots"]) == 0
    out = capsys.readouterr().out
    assert "nothing; worked out by hand" in out
    assert "measured on different cases" in out
    assert main(["models", "show", "spots"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "spots"
    assert main(["models", "remove", "spots"]) == 0
    assert main(["models", "choose", "spots"]) == 2
    assert main(["models", "install", "absent.onnx"]) == 4


@pytest.mark.parametrize(
    "metrics",
    [
        {"figures": {"slice AUC": {"value": 0.9, "low": 0.8}}},
        {"figures": {"slice AUC": {"value": "good", "low": 0.8, "high": 1}}},
        {"figures": {"slice AUC": 0.9}},
        {"figures": ["slice AUC"]},
    ],
)
def test_card_with_odd_facts_is_shown_and_compared(metrics, tmp_path, capsys):
    data = {"licences": "CC BY 4.0", "made": date(2026, 1, 31)}
    path = make_model(tmp_path, metrics=metrics, data=data)
    assert main(["models", "compare", str(path)]) == 0
    assert "CC BY 4.0" in capsys.readouterr().out
    assert main(["models", "install", str(path)]) == 0
    assert main(["models", "show", str(path)]) == 0
    assert "2026-01-31" in capsys.readouterr().out


def test_what_a_terminal_would_obey_is_not_printed_of_a_card(tmp_path, capsys):
    path = make_model(tmp_path, trained_on="\x1b[2Jnothing")
    assert main(["models", "install", str(path)]) == 0
    for words in (["list"], ["compare", str(path)], ["show", str(path)]):
        assert main(["models", *words]) == 0
        out = capsys.readouterr().out
        assert "nothing" in out
        assert "\x1b" not in out


def test_detection_uses_the_chosen_model(file, tmp_path, capsys):
    from hcc_viewer.paths import demo_study_dir

    model_store.choose_model(model_store.install_model(file).key)
    assert main(["detect", str(demo_study_dir()), "--out", str(tmp_path / "a")]) == 0
    record = json.loads((tmp_path / "a" / "result.json").read_text())
    assert record["model"]["name"] == "spots"
    words = ["detect", str(demo_study_dir()), "--out", str(tmp_path / "b"), "--model", "bundled"]
    assert main(words) == 0
    record = json.loads((tmp_path / "b" / "result.json").read_text())
    assert record["model"]["name"] != "spots"
