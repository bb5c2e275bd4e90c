"""Hard-negative mining, with a network that takes every dark pixel of the liver for HCC."""

import numpy as np
import pytest

from hcc_viewer.training.examples import make_example
from tests.training.toy import make_toy_case

pytest.importorskip("tensorflow", reason="needs the training extra")
pytestmark = pytest.mark.training


class SaysWhereItIs:
    """Answers with HCC in one cell of every slice."""

    def __init__(self, row, column, cells):
        self._cell = (row, column)
        self._cells = cells

    def predict_on_batch(self, images):
        logits = np.full((len(images), self._cells, self._cells, 2), 0.0, np.float32)
        logits[..., 0] = 3.0
        logits[:, self._cell[0], self._cell[1], 1] = 6.0
        return {"map": logits}


def test_mistakes_are_found_where_the_map_is_high_and_no_hcc_is_near(smoke):
    from hcc_viewer.training.mining import SLICE_STEP, find_mistakes

    example = make_example(make_toy_case(1, with_hcc=False), smoke.input)
    cells = smoke.input.size // smoke.network.stride
    places = find_mistakes(SaysWhereItIs(3, 7, cells), [example], smoke)
    assert {place.index for place in places} == set(range(0, len(example.slices), SLICE_STEP))
    middle = (smoke.network.stride - 1) / 2
    assert {(place.row, place.column) for place in places} == {
        (3 * smoke.network.stride + middle, 7 * smoke.network.stride + middle)
    }


def test_hit_is_no_mistake(smoke):
    from hcc_viewer.training.mining import SLICE_STEP, find_mistakes

    example = make_example(make_toy_case(1), smoke.input)
    index = int(np.argmax(example.hcc_area_mm2))
    rows, columns = np.nonzero(example.hcc[index])
    stride = smoke.network.stride
    network = SaysWhereItIs(
        int(rows.mean() / stride), int(columns.mean() / stride), smoke.input.size // stride
    )
    places = find_mistakes(network, [example], smoke, index % SLICE_STEP)
    assert index not in {place.index for place in places}
