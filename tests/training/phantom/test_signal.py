import numpy as np
import pytest

from hcc_viewer.training.phantom.config import PhantomConfig
from hcc_viewer.training.phantom.protocols import FAMILIES, Protocol, draw_protocol
from hcc_viewer.training.phantom.signal import (
    SignalParameters,
    draw_signal,
    liver_t1_ms,
    tissue_signals,
)
from hcc_viewer.training.phantom.types import Tissue


def plain(uptake_mm: float) -> SignalParameters:
    return SignalParameters(
        uptake_mm, 1.0, 0.0, 0.06, "dark", 0.5, (1500.0, 200.0), 180.0, 1500.0, 0.1
    )


def ethrive() -> Protocol:
    config = PhantomConfig(vendor_weights={"Philips": 1.0}, field_weights={"1.5": 1.0})
    protocol = draw_protocol(np.random.default_rng(0), config)
    changed = {"repetition_time_ms": 4.0, "echo_time_ms": 1.9, "flip_angle_deg": 10.0}
    return Protocol(**{**vars(protocol), **changed})


def test_liver_t1_follows_the_uptake() -> None:
    assert liver_t1_ms(0.30, 1.5) == pytest.approx(162, abs=6)
    assert liver_t1_ms(0.05, 3.0) == pytest.approx(544, abs=40)


def test_ratios_to_good_liver_are_those_of_the_literature() -> None:
    signal = tissue_signals(plain(0.25), ethrive()).signal
    assert signal[Tissue.LIVER] == pytest.approx(1)
    assert signal[Tissue.BLOOD] == pytest.approx(0.41, abs=0.05)
    assert signal[Tissue.SPLEEN] == pytest.approx(0.43, abs=0.05)
    assert signal[Tissue.CSF] == pytest.approx(0.14, abs=0.04)


def test_poor_uptake_brings_vessels_nearer_to_liver() -> None:
    good, poor = (tissue_signals(plain(c), ethrive()).signal[Tissue.BLOOD] for c in (0.28, 0.11))
    assert poor > good + 0.05


def test_liver_is_darker_before_the_contrast_agent() -> None:
    native = tissue_signals(plain(0.25), ethrive(), with_contrast=False).signal
    assert native[Tissue.LIVER] < 0.7


def test_normal_livers_take_up_more_than_cirrhotic_ones() -> None:
    normal, cirrhotic = (
        np.mean([draw_signal(np.random.default_rng(s), sick).uptake_mm for s in range(80)])
        for sick in (False, True)
    )
    assert normal > cirrhotic + 0.03


@pytest.mark.parametrize("vendor", sorted(FAMILIES))
def test_a_protocol_stays_in_its_vendors_ranges(vendor: str) -> None:
    config = PhantomConfig(vendor_weights={vendor: 1.0})
    for seed in range(20):
        protocol = draw_protocol(np.random.default_rng(seed), config)
        family = FAMILIES[vendor]
        assert protocol.manufacturer in family.manufacturers
        assert family.te[0] <= protocol.echo_time_ms <= family.te[1]
        assert protocol.slice_thickness_mm >= protocol.slice_interval_mm
