"""The bundled model's map follows the lesion, and comes from what was learned."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from hcc_viewer.detection import detect, load_model
from hcc_viewer.detection.model import bundled_model_path
from hcc_viewer.training.cases import case_volume
from hcc_viewer.training.phantom.case import draw_scan, make_series
from hcc_viewer.training.phantom.config import PhantomConfig
from hcc_viewer.training.phantom.lesions import LesionPlan
from hcc_viewer.training.phantom.shapes import Outline

onnx = pytest.importorskip("onnx", reason="needs the training extra")

SEED = 700_001
DIAMETER_MM = 26.0
CONFIG = PhantomConfig(
    anatomy_spacing_mm=(3.0, 2.0, 2.0), max_matrix=256, cirrhotic=0.0, with_pair=True
)


def scan_with_lesion(where):
    """The same patient with one HCC at the `where`-th of two deep places, far from each other."""

    def plans(rng, liver):
        deep = np.argwhere(liver.depth_mm > DIAMETER_MM / 2 + 4)
        spacing = np.array(liver.spacing_mm)
        first = deep[np.argmax(liver.depth_mm[tuple(deep.T)])]
        apart = np.linalg.norm((deep - first) * spacing, axis=1)
        chosen = (first, deep[apart.argmax()])[where]
        center = tuple(float(value) for value in chosen * spacing)
        return [LesionPlan("hcc", Outline(center, DIAMETER_MM), 0.5, 0.85)]

    return draw_scan(SEED, CONFIG, None, plans)


@pytest.fixture(scope="module")
def cases():
    return [make_series(scan_with_lesion(where), with_pair=True) for where in (0, 1)]


@pytest.fixture(scope="module")
def model():
    return load_model()


def hits(case, detection):
    """(slice,) of those well inside the lesion: whether the peak lies in it, within 5 mm."""
    [lesion] = [lesion for lesion in case.truth if lesion.is_hcc]
    answers = []
    for item in detection.slices:
        rows, columns = np.nonzero(case.lesions[item.index] == lesion.id)
        pixel = case.geometry.spacing_mm[1]
        if len(rows) * pixel**2 > 0.5 * np.pi * (DIAMETER_MM / 2) ** 2:
            away = np.hypot(rows - item.peak.row, columns - item.peak.column) * pixel
            answers.append(away.min() <= 5.0)
    return np.array(answers)


@pytest.mark.parametrize("where", [0, 1])
def test_map_moves_with_the_lesion(cases, model, where):
    answers = hits(cases[where], detect(case_volume(cases[where]), model))
    assert len(answers) >= 3
    assert answers.mean() >= 0.9


def test_map_vanishes_with_the_lesion(cases, model):
    case = cases[0]
    [lesion] = [lesion for lesion in case.truth if lesion.is_hcc]
    index = int((case.lesions == lesion.id).sum(axis=(1, 2)).argmax())
    rows, columns = np.nonzero(case.lesions[index] == lesion.id)
    here = detect(case_volume(case), model).slices[index]
    gone = detect(case_volume(case, with_lesions=False), model)
    assert here.probability > 0.9
    assert gone.slices[index].probability < 0.5 * here.probability
    inverse = np.linalg.inv(np.vstack([gone.grid_to_image, [0, 0, 1]]))
    cell = np.rint(inverse @ [rows.mean(), columns.mean(), 1])[:2].astype(int)
    assert gone.slices[index].cam[tuple(cell)] < 0.2 * here.cam.max()


def _shuffled(proto, generator):
    """The network with the weights of each convolution in another order."""
    for item in proto.graph.initializer:
        values = onnx.numpy_helper.to_array(item)
        if values.dtype == np.float32 and values.ndim == 4:
            shuffled = generator.permutation(values.ravel()).reshape(values.shape)
            item.CopyFrom(onnx.numpy_helper.from_array(shuffled, item.name))
    return proto


def test_random_weights_destroy_the_map(cases, tmp_path):
    from hcc_viewer.training.export import write_card
    from hcc_viewer.training.second_look.export import judge_in, with_judge

    generator = np.random.default_rng(0)
    first = onnx.load(bundled_model_path())
    second = onnx.load_from_string(judge_in(first))
    proto = with_judge(
        _shuffled(first, generator), _shuffled(second, generator).SerializeToString()
    )
    path = tmp_path / "shuffled.onnx"
    path.write_bytes(proto.SerializeToString())
    card = load_model().card
    write_card(replace(card, sha256=hashlib.sha256(path.read_bytes()).hexdigest()), path)
    shuffled = load_model(path)
    answers = np.concatenate([hits(case, detect(case_volume(case), shuffled)) for case in cases])
    assert answers.mean() <= 0.3
