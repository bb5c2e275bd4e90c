from dataclasses import replace

import numpy as np
import pytest

from hcc_viewer.training.phantom.artefacts import Artefacts, fold
from hcc_viewer.training.phantom.config import PhantomConfig
from hcc_viewer.training.phantom.fields import FloatArray
from hcc_viewer.training.phantom.protocols import Protocol, draw_protocol
from hcc_viewer.training.phantom.sampling import ImageGrid
from hcc_viewer.training.phantom.scanner import (
    BODY_RADIUS,
    ScannerParameters,
    acquire,
    kspace_mask,
    to_integers,
)

GRID = ImageGrid(3, 64, 64, (2.0, 2.0, 2.0), (0.0, 0.0, 0.0))
CALM = Artefacts(0.0, 5.0, 0.0, 0.0, 20.0, 0.0, 0.0, 0.1, 0.0, 0.0)
IDEAL = ScannerParameters(1e6, 1.0, 0.0, 150.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 500.0, CALM)


def protocol(acquired: int = 64, partial_fourier: float = 1.0) -> Protocol:
    drawn = draw_protocol(np.random.default_rng(0), PhantomConfig())
    return replace(
        drawn,
        acquired_frequency=acquired,
        acquired_phase=acquired,
        partial_fourier=partial_fourier,
    )


def scene() -> FloatArray:
    out = np.zeros((3, 64, 64), np.float32)
    out[:, 16:48, 16:48] = 1.0
    return out


def scan(scanner: ScannerParameters, acquired: int = 64) -> FloatArray:
    signal = scene()
    return acquire(signal, signal > 0, protocol(acquired), scanner, GRID, np.random.default_rng(0))


def test_an_ideal_scanner_gives_the_signal_back() -> None:
    np.testing.assert_allclose(scan(IDEAL), scene(), atol=0.02)


def test_fewer_samples_ring_at_edges() -> None:
    assert scan(IDEAL, acquired=32).max() > 1.05


def test_noise_has_the_wanted_size() -> None:
    image = scan(replace(IDEAL, snr=20.0))
    assert image[:, 20:44, 20:44].std() == pytest.approx(0.05, rel=0.15)


@pytest.mark.parametrize(
    "changes", [{"g_factor": 2.2}, {"sharpening": 0.9}, {"smoothing_pixels": 0.8}, {"window": 0.5}]
)
def test_snr_is_that_of_the_finished_image(changes: dict[str, float]) -> None:
    signal = np.ones((3, 64, 64), np.float32)
    scanner = replace(IDEAL, snr=20.0, **changes)  # type: ignore[arg-type] # floats only
    rng = np.random.default_rng(0)
    image = acquire(signal, signal > 2, protocol(), scanner, GRID, rng)
    y, x = np.ogrid[-1:1:64j, -1:1:64j]
    body = image[:, x**2 + y**2 < BODY_RADIUS**2]
    assert body.std() == pytest.approx(0.05, rel=0.1)


def test_noise_is_the_larger_share_of_a_dark_liver() -> None:
    signal = np.ones((3, 64, 64), np.float32)
    scanner, blood = replace(IDEAL, snr=20.0), signal > 2
    spread = [
        acquire(signal, blood, protocol(), scanner, GRID, np.random.default_rng(0), share).std()
        for share in (1.0, 0.5)
    ]
    assert spread[1] == pytest.approx(2 * spread[0], rel=0.05)


def test_the_same_noise_lies_on_other_signals() -> None:
    scanner = replace(IDEAL, snr=20.0)
    signal = scene()
    images = [
        acquire(s, signal > 0, protocol(), scanner, GRID, np.random.default_rng(0))
        for s in (signal, signal * 2)
    ]
    inside = np.s_[:, 20:44, 20:44]
    np.testing.assert_allclose(images[0][inside] - 1, images[1][inside] - 2, atol=0.01)


def test_breathing_throws_ghosts_along_rows_only() -> None:
    image = scan(replace(IDEAL, artefacts=replace(CALM, breath_mm=8.0)))
    assert image[1, :10, 16:48].max() > 0.02
    assert image[1, 16:48, :10].max() < 0.02


def test_pulsation_throws_ghosts() -> None:
    image = scan(replace(IDEAL, artefacts=replace(CALM, pulsation=0.5)))
    assert image[1, :10, 16:48].max() > 0.02


def test_partial_fourier_leaves_out_lines_on_one_side() -> None:
    mask = kspace_mask(protocol(64, 0.75), 0.0, GRID)
    assert mask[:, 0].sum() == pytest.approx(48, abs=1)


def test_wrap_adds_what_lies_beyond_the_opposite_edge() -> None:
    volume = np.zeros((1, 10, 4), np.float32)
    volume[:, 0] = 1.0
    folded = fold(volume, 2)
    assert folded.shape == (1, 6, 4)
    assert folded[0, 4].sum() == 4


def test_stored_values_put_liver_at_its_level() -> None:
    values = to_integers(np.ones((1, 2, 2), np.float32), protocol(), IDEAL)
    assert (values == 500).all()
