"""Measures what the second look adds, on the tuning patients, whom its network has not seen.

    python tools/measure_second_look.py --work WORK [--anatomy DIR] [--model FILE]

WORK is the folder of a run of `hcc-viewer train --config bundled`; its tuning patients are in it.
Counted are structures, that is places one above the other in neighbouring slices: which share of
those of HCC is reached at so many others a patient, by the first network alone, by the second, and
by both as the model card weighs them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from hcc_viewer.detection import load_model
from hcc_viewer.training.anatomy_split import with_anatomy
from hcc_viewer.training.config import load_config
from hcc_viewer.training.patients import Patients
from hcc_viewer.training.second_look.places import PlaceSet, find_place_set
from hcc_viewer.training.second_look.weighing import judge_place_set

FALSE_PER_PATIENT = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0)


def main() -> None:
    """Judge, and print one line for each way to do so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--anatomy", type=Path)
    parser.add_argument("--model", type=Path)
    options = parser.parse_args()
    config = load_config("bundled")
    if options.anatomy is not None:
        config = replace(config, cases=with_anatomy(config.cases, options.anatomy))
    model = load_model(options.model)
    spec, judge = model.card.second_look, model.judge
    if spec is None or judge is None:
        raise SystemExit(f"The model {model.identity.label} has no second look.")
    patients = Patients(config, options.work / "cases")
    patients.make(patients.tuning_part)
    own = replace(config, input=model.card.input, second_look=spec)
    sets, second = [], []
    for example in patients.iterate(patients.tuning_part):
        sets.append(find_place_set(example, model, own))
        second.append(judge_place_set(example, sets[-1], judge, spec))
    first = [places.odds for places in sets]
    both = [
        spec.first_weight * one + spec.second_weight * other
        for one, other in zip(first, second, strict=True)
    ]
    print(f"{len(sets)} patients, {sum(len(places) for places in sets)} places")
    for name, odds in (("first network", first), ("second", second), ("both", both)):
        print(f"{name}: {_figures(sets, odds)}")


def _figures(sets: Sequence[PlaceSet], odds: Sequence[NDArray[np.float32]]) -> str:
    """Area under the ROC curve of structures, and the share of HCC at FALSE_PER_PATIENT."""
    highest: dict[bool, list[float]] = {False: [], True: []}
    for places, values in zip(sets, odds, strict=True):
        for number in np.unique(places.structure):
            own = places.structure == number
            highest[bool(places.is_hcc[own].any())].append(float(values[own].max()))
    hcc, others = np.array(highest[True]), np.sort(highest[False])[::-1]
    truth = np.repeat([1, 0], [len(hcc), len(others)])
    area = roc_auc_score(truth, np.concatenate([hcc, others]))
    limits = [others[min(round(rate * len(sets)), len(others) - 1)] for rate in FALSE_PER_PATIENT]
    shares = [
        f"{(hcc > limit).mean():.3f} at {rate:g}"
        for rate, limit in zip(FALSE_PER_PATIENT, limits, strict=True)
    ]
    return f"AUC {area:.4f}; of {len(hcc)} HCC: {', '.join(shares)}"


if __name__ == "__main__":
    main()
