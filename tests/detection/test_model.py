import hashlib

import numpy as np
import pytest

from hcc_viewer.detection import load_model
from hcc_viewer.detection.model_card import InputSpec, read_card
from hcc_viewer.errors import ModelFileError, UsageError
from tests.detection.make_model import make_model


def test_model_gives_a_probability_and_a_map_for_each_slice(model):
    batch = np.zeros((3, 320, 320, 3), np.float32)
    batch[1, 104:112, 200:208, 1] = 1.5
    probability, cam = model.predict(batch)
    assert probability.shape == (3,)
    assert cam.shape == (3, 40, 40)
    assert probability[1] > 0.9 > 0.1 > probability[0]
    assert cam[1].max() <= 1.0


def test_network_may_have_its_channels_first_or_last(tmp_path, model):
    turned = load_model(make_model(tmp_path, channels_first=True))
    batch = np.random.default_rng(0).random((2, 320, 320, 3), np.float32)
    for expected, found in zip(model.predict(batch), turned.predict(batch), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_identity_carries_name_version_and_hash(model):
    assert model.identity.label.startswith("spots 1.2.3 (")
    assert model.identity.sha256 == model.card.sha256


def test_missing_model_file_is_a_sentence(tmp_path):
    path = make_model(tmp_path)
    path.unlink()
    with pytest.raises(ModelFileError, match=r"spots\.onnx cannot be read"):
        load_model(path)


def test_model_without_card_is_refused(tmp_path):
    path = make_model(tmp_path)
    path.with_suffix(".toml").unlink()
    with pytest.raises(ModelFileError, match="only used with its card"):
        load_model(path)


def test_model_whose_hash_differs_from_the_card_is_refused(tmp_path):
    path = make_model(tmp_path)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ModelFileError, match="not the one its card describes"):
        load_model(path)


def test_card_that_promises_other_channels_is_refused(tmp_path):
    path = make_model(tmp_path)
    other = make_model(tmp_path, name="other", spec=InputSpec(field_mm=380.0))
    text = path.with_suffix(".toml").read_text()
    digest = read_card(other.with_suffix(".toml")).sha256
    old = read_card(path.with_suffix(".toml")).sha256
    other.with_suffix(".toml").write_text(text.replace(old, digest))
    with pytest.raises(ModelFileError, match="does not take"):
        load_model(other)


def test_file_that_is_no_model_is_refused(tmp_path):
    path = make_model(tmp_path)
    old = read_card(path.with_suffix(".toml")).sha256
    path.write_bytes(b"no model at all")
    card = path.with_suffix(".toml")
    card.write_text(card.read_text().replace(old, hashlib.sha256(path.read_bytes()).hexdigest()))
    with pytest.raises(ModelFileError, match="cannot be loaded"):
        load_model(path)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('name = "spots"', 'nmae = "spots"', "unknown key 'nmae'"),
        ("size = 320", "size = 3", "input.size"),
        ("threshold = 0.5", 'threshold = "high"', "'threshold' must be a number"),
        ("threshold = 0.5", "threshold = 7.0", "threshold must lie between 0 and 1"),
        ('format = "hcc-viewer-model-card"', 'format = "other"', "format must be"),
        ("[input]", "[input", "cannot be read"),
        ("[input]", "x = " + 5000 * "[", "nested too deeply"),
        ("offsets_mm = [-5.0", "offsets_mm = [nan", "offsets_mm must hold distances"),
        ("[findings]", "[findings]\nlink_mm = inf", "findings.link_mm"),
    ],
)
def test_broken_card_is_refused_by_the_name_of_the_key(tmp_path, before, after, complaint):
    path = make_model(tmp_path)
    card = path.with_suffix(".toml")
    text = card.read_text()
    assert before in text
    card.write_text(text.replace(before, after, 1))
    with pytest.raises(ModelFileError, match=complaint):
        load_model(path)


def test_unknown_operating_point_names_those_there_are(model):
    assert model.card.operating_point("balanced").threshold == 0.5
    with pytest.raises(UsageError, match="balanced"):
        model.card.operating_point("perfect")


def test_network_that_gives_no_numbers_is_refused(tmp_path):
    model = load_model(make_model(tmp_path))
    with pytest.raises(ModelFileError, match="numbers that mean nothing"):
        model.predict(np.full((1, 320, 320, 3), np.nan, np.float32))
