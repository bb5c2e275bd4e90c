"""Measures what images from odd scanners and exports do to detection, on simulated patients.

    python -m tools.measure_odd_images [PATIENTS]

Each patient (with HCC, at natural prevalence) is detected on as it is, and with its images changed:
padding that no header declares, things brighter than all tissue, slices left out. Printed are the
HCC found of all and the false findings, at the bundled model's threshold. Needs the training extra;
about 15 seconds a patient.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection import Detection, Model, detect, load_model
from hcc_viewer.dicom import Geometry
from hcc_viewer.training.cases import case_volume
from hcc_viewer.training.config import CasesConfig
from hcc_viewer.training.evaluate import evaluate_case
from hcc_viewer.training.phantom.case import simulate_case
from hcc_viewer.training.phantom.config import PhantomConfig
from hcc_viewer.training.phantom.types import SimulatedCase

FIRST_SEED = 730_001

Pixels = NDArray[np.float32]
Change = Callable[[Pixels], None]


def circle_of(value: float) -> Change:
    """A constant value outside of the circle that touches the image's border."""

    def change(array: Pixels) -> None:
        _, rows, columns = array.shape
        y, x = np.linspace(-1, 1, rows)[:, None], np.linspace(-1, 1, columns)
        array[:, y**2 + x**2 > 1] = value

    return change


def frame(array: Pixels) -> None:
    """Three rows and columns of 5000 all round."""
    for edge in (array[:, :3], array[:, -3:], array[:, :, :3], array[:, :, -3:]):
        edge[:] = 5000


def bottle(array: Pixels) -> None:
    """Something four times as bright as tissue in a corner, a tenth of the image wide."""
    _, rows, columns = array.shape
    array[:, 2 : rows // 10, 2 : columns // 10] = 4 * np.percentile(array, 99)


def damaged_slice(array: Pixels) -> None:
    """One slice of 60000."""
    array[len(array) // 3] = 60_000


CHANGES: dict[str, Change | None] = {
    "as they are": None,
    "padding of 5000 outside of a circle": circle_of(5000),
    "padding of -1000 outside of a circle": circle_of(-1000),
    "a frame of 5000, three pixels wide": frame,
    "a bottle four times as bright as tissue": bottle,
    "one slice of 60000": damaged_slice,
}

INTERVALS_MM = (4.0, 6.0)


def main() -> None:
    """Simulate, change, detect; print a row for each change."""
    patients = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    model = load_model()
    config = PhantomConfig(occurrence="natural", without_hcc=0.0)
    seeds = range(FIRST_SEED, FIRST_SEED + patients)
    counts: dict[str, NDArray[np.int64]] = {}
    for case in (simulate_case(seed, config) for seed in seeds):
        for name, change in CHANGES.items():
            counts[name] = counts.get(name, np.zeros(3, int)) + _measured(case, model, change)
        for interval_mm in INTERVALS_MM:
            name = f"slices left out, {interval_mm:g} mm apart and more"
            thinned = _thinned(case, interval_mm)
            counts[name] = counts.get(name, np.zeros(3, int)) + _measured(thinned, model, None)
    print(f"{patients} patients\n\n| images | HCC found | false findings |\n|---|---|---|")
    for name, (found, every, false) in counts.items():
        print(f"| {name} | {found} of {every} | {false} |")


def _measured(case: SimulatedCase, model: Model, change: Change | None) -> NDArray[np.int64]:
    """HCC found, all HCC, false findings."""

    def run(shown: SimulatedCase, with_lesions: bool) -> Detection:
        volume = case_volume(shown, with_lesions=with_lesions)
        if change is not None:
            array = volume.array.copy()
            change(array)
            volume = replace(volume, pixels=array)
        return detect(volume, model)

    result = evaluate_case(case, run, CasesConfig().positive_area_mm2)
    found, false = result.at(model.card.threshold)
    return np.array([found.sum(), len(found), false])


def _thinned(case: SimulatedCase, interval_mm: float) -> SimulatedCase:
    """The same patient with slices left out, so that they lie at least so far apart."""
    step = int(np.ceil(interval_mm / case.geometry.spacing_mm[0]))
    affine = case.geometry.affine.copy()
    affine[:3, 2] *= step
    return replace(
        case,
        image=case.image[::step],
        labels=case.labels[::step],
        lesions=case.lesions[::step],
        geometry=Geometry(affine, case.geometry.positions_mm[::step]),
    )


if __name__ == "__main__":
    main()
