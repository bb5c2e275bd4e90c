"""How much each network's word weighs in the second look, from places of tuning patients."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from hcc_viewer.detection import Model
from hcc_viewer.detection.model_card import SecondLookSpec
from hcc_viewer.detection.preprocess import NetworkFrame, PreparedStack
from hcc_viewer.detection.second_look import Judge, judge_places
from hcc_viewer.training.config import TrainingConfig
from hcc_viewer.training.examples import Example
from hcc_viewer.training.second_look.places import PlaceSet, find_place_set

MAX_WEIGHT = 10.0
"""Of either network, and of the intercept: few tuning patients may be told apart without a mistake,
and then no weight would be too large."""


def judge_place_set(
    example: Example, places: PlaceSet, judge: Judge, spec: SecondLookSpec
) -> NDArray[np.float32]:
    """(place,) log-odds that the second network gives the places of one patient."""
    slices = example.slices * np.float32(example.clip / 255)
    stack = PreparedStack(slices, NetworkFrame(np.eye(2, 3), 1.0), example.positions_mm, (0.0,))
    odds = np.zeros(len(places), np.float32)
    for index in np.unique(places.index):
        here = places.index == index
        odds[here] = judge_places(judge, stack, int(index), places.points[here], spec)
    return odds


def weighed(
    model: Model, judge: Judge, examples: Iterable[Example], config: TrainingConfig
) -> SecondLookSpec:
    """The second look's settings with weights and an intercept that fit the places of patients.

    Logistic regression on the log-odds of both networks: what the second has learned is leaned on
    as far as it holds on others (stacking; Wolpert, Neural Netw 1992;5:241). Each structure counts
    once, however many slices it is seen in: it is one finding. Patients without places of both
    kinds, as where somebody said which slices show HCC but not where, leave the weights as they
    are.

    Args:
        model: The first network.
        judge: The second one.
        examples: The patients.
        config: `input` and `second_look`.
    """
    spec = config.second_look
    odds, truth, shares = [], [], []
    for example in examples:
        places = find_place_set(example, model, config)
        second = judge_place_set(example, places, judge, spec)
        odds.append(np.stack([places.odds, second], axis=1))
        truth.append(places.is_hcc)
        counts = np.bincount(places.structure) if len(places) else np.zeros(0, int)
        shares.append(1.0 / counts[places.structure])
    is_hcc = np.concatenate(truth) if truth else np.zeros(0, bool)
    if not is_hcc.size or is_hcc.all() or not is_hcc.any():
        return spec
    line = LogisticRegression(C=1e6)
    line.fit(np.concatenate(odds), is_hcc, sample_weight=np.concatenate(shares))
    first, other = np.clip(line.coef_[0], 0.0, MAX_WEIGHT).tolist()
    intercept = float(np.clip(line.intercept_[0], -MAX_WEIGHT, MAX_WEIGHT))
    return replace(
        spec,
        first_weight=round(first, 4),
        second_weight=round(other, 4),
        intercept=round(intercept, 4),
    )
