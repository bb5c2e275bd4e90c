"""Measures what the second look adds, by cross-validation over the patients that it learns from.

    python tools/measure_second_look.py --work WORK [--folds 2] [--members 1]

WORK is that of a run of `hcc-viewer train` with a second look: the places of its patients are in
it. In each fold a judge is fitted on the other patients. Counted are structures, that is places one
above the other in neighbouring slices: which share of those of HCC is reached at so many others a
patient, by the first network alone, by the judge, and by the sum of both log-odds.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from hcc_viewer.training.config import load_config
from hcc_viewer.training.second_look.judge import fit_judge
from hcc_viewer.training.second_look.places import PlaceSet, load_place_set

FALSE_PER_PATIENT = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)


def main() -> None:
    """Fit, and print one line for each way to judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--folds", type=int, default=2)
    parser.add_argument("--members", type=int, default=1)
    options = parser.parse_args()
    config = load_config("bundled")
    found = [load_place_set(path) for path in sorted((options.work / "places").glob("*.npz"))]
    sets = [places for places in found if len(places)]
    if len(sets) < options.folds:
        raise SystemExit(f"{options.work / 'places'} holds places of {len(sets)} patients only.")
    first = [places.odds for places in sets]
    second = list(first)
    for fold in range(options.folds):
        others = [places for i, places in enumerate(sets) if i % options.folds != fold]
        judge = fit_judge(
            others, config.second_look, replace(config.judge, members=options.members)
        )
        for i in range(fold, len(sets), options.folds):
            blocks = [block.astype(np.float32) for block in sets[i].blocks]
            answer = judge.predict([*blocks, sets[i].odds[:, None]], verbose=0, batch_size=512)
            second[i] = answer[:, 0]
    both = [one + other for one, other in zip(first, second, strict=True)]
    print(f"{len(sets)} patients, {options.folds} folds, {options.members} member(s)")
    for name, odds in (("first network", first), ("judge", second), ("both", both)):
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
