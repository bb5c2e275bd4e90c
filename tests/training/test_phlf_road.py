"""From a miniature PHLF to an adapted model file and its validation report: three commands."""

import json
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs the training extra")

from hcc_viewer.catalogue import open_catalogue
from hcc_viewer.cli import main
from hcc_viewer.detection import load_model
from hcc_viewer.detection.model_card import InputSpec, read_card
from hcc_viewer.records import to_table
from hcc_viewer.training.config import NetworkConfig, TrainingConfig
from tests.training.importers import trees

pytestmark = pytest.mark.training

SHAPE = (48, 40, 8)


def liver_image(shape=SHAPE, seed=0, flip_z=False):
    """Air, a body, a bright liver, and a darker spot where the mask of `trees.box` lies."""
    i, j, _ = np.indices(shape)
    body = ((i - 24) / 22) ** 2 + ((j - 20) / 17) ** 2 < 1
    array = np.where(body, 300, 10) + np.random.default_rng(seed).integers(0, 15, shape)
    array[2:14, 2:14] = 800
    k = slice(1, 3) if not flip_z else slice(3, 5)
    array[4:8, 6:10, k] = 400
    return array.astype(np.int16)


@pytest.fixture
def small_masks(monkeypatch):
    """Masks of the size of the images."""
    box = trees.box
    monkeypatch.setattr(
        trees, "box", lambda shape=SHAPE, **sides: box(shape if len(shape) == 3 else SHAPE, **sides)
    )
    monkeypatch.setattr(trees, "SHAPE", SHAPE)
    affine = trees.ras_affine
    monkeypatch.setattr(
        trees, "ras_affine", lambda **about: affine(spacing=(7.0, 7.0, 4.0), shape=SHAPE, **about)
    )


@pytest.fixture
def start(tmp_path):
    """An untrained model file whose card tells its network."""
    from hcc_viewer.training.architecture import build_network
    from hcc_viewer.training.export import write_card
    from hcc_viewer.training.train import export_draft

    config = TrainingConfig(
        name="start",
        version="1",
        description="A test.",
        input=InputSpec(size=64, field_mm=350.0, offsets_mm=(0.0,)),
        network=NetworkConfig(widths=(4, 6), convolutions=2, decoder_widths=()),
    )
    path = export_draft([build_network(config.network, config.input)], config, tmp_path / "start")
    card = read_card(path.with_suffix(".toml"))
    write_card(replace(card, training={"config": to_table(config)}), path)
    return path


def test_three_commands_lead_from_phlf_to_a_validation_report(tmp_path, small_masks, start, capsys):
    root = trees.make_phlf(
        tmp_path, image=liver_image, cases={1: ["1", "2", "3"], 2: ["3"], 3: ["1"]}
    )
    config = tmp_path / "short.toml"
    config.write_text(
        'name = "adapted"\nversion = "1"\ndescription = "A test."\n[real]\nimplants = 1\n'
        "[fit]\nepochs = 1\nslices_per_epoch = 16\nbatch_size = 8\n"
    )
    cases, models, report = tmp_path / "cases", tmp_path / "models", tmp_path / "report"
    assert main(["import", "phlf", str(root), "--out", str(cases)]) == 0
    words = ["train", "--cases", str(cases), "--config", str(config), "--start", str(start)]
    assert (
        main([*words, "--for-sharing", "--work", str(tmp_path / "w"), "--models", str(models)]) == 0
    )
    model = models / "adapted.onnx"
    words = ["evaluate", "--cases", str(cases), "--model", str(model), "--part", "all"]
    assert main([*words, "--model2", str(start), "--out", str(report), "--draws", "50"]) == 0
    card = load_model(model).card
    assert card.data["licences"] == ["CC-BY-4.0"]
    assert card.data["started_from"].startswith("start 1 (")
    assert len(card.data["train_cases"]) == len(open_catalogue(cases).part("train"))
    record = json.loads((report / "validation.json").read_text())
    assert record["cases"]["series"] == 5
    assert record["models"][0]["sha256"] == card.sha256
    assert (report / "validation.pdf").read_bytes().startswith(b"%PDF")
    assert "difference, AUC of slices" in capsys.readouterr().out
