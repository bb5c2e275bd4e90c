"""Which patients are for training, tuning and testing: by patient, drawn once, then kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

PARTS = ("train", "tune", "test")


@dataclass(frozen=True)
class SplitShares:
    """How patients are shared out; the paper's 70, 15 and 15 %, but of patients."""

    train: float = 0.70
    tune: float = 0.15
    test: float = 0.15
    seed: int = 0

    def __post_init__(self) -> None:
        shares = (self.train, self.tune, self.test)
        if min(shares) < 0 or abs(sum(shares) - 1) > 1e-6:
            raise ValueError(
                "the shares of train, tune and test must be at least 0 and add up to 1"
            )


def assign_splits(
    strata: Mapping[str, str], fixed: Mapping[str, str], shares: SplitShares
) -> dict[str, str]:
    """A part for every patient.

    Args:
        strata: Patient to what should be alike in all parts, such as centre and presence of HCC.
        fixed: Patients whose part is settled; it stays.
        shares: Of the patients that are not.

    Returns:
        Patient to `train`, `tune` or `test`. With three patients or more and a share above 0 every
        part gets at least one.
    """
    free = sorted(patient for patient in strata if patient not in fixed)
    order = np.random.default_rng(shares.seed).permutation(len(free))
    ordered = sorted((free[i] for i in order), key=lambda patient: strata[patient])
    wanted = _targets(len(free), shares)
    given: Counter[str] = Counter()
    result = {patient: fixed[patient] for patient in strata if patient in fixed}
    for done, patient in enumerate(ordered, start=1):
        part = max(PARTS, key=lambda name: wanted[name] * done / len(free) - given[name])
        given[part] += 1
        result[patient] = part
    return result


def _targets(patients: int, shares: SplitShares) -> dict[str, int]:
    wanted = {}
    for name in ("tune", "test"):
        share = getattr(shares, name)
        least = 1 if share > 0 and patients >= 3 else 0
        wanted[name] = max(least, round(share * patients))
    if shares.train == 0:
        wanted["tune"] = min(wanted["tune"], patients)
        wanted["test"] = patients - wanted["tune"]
    elif patients >= 3:
        while wanted["tune"] + wanted["test"] >= patients:
            wanted[max(wanted, key=lambda name: wanted[name])] -= 1
    wanted["train"] = patients - wanted["tune"] - wanted["test"]
    return wanted
