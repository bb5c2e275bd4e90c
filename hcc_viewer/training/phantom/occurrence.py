"""How often what is drawn in a liver occurs: to be learned from, or as in patients.

`raised` has more small and more multiple HCC, and more mimics, than practice has: they are the hard
ones, and there to be learned. `natural` is for figures at natural prevalence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Rates = Mapping[str, tuple[float, int]]
"""By kind of mimic: the chance that a patient has any, and how many at most."""


@dataclass(frozen=True)
class Occurrence:
    """Of HCC and of what looks like one."""

    hcc_sizes_mm: tuple[tuple[float, float, float], ...]
    """(from, to, share) of diameters."""
    hcc_counts: tuple[float, ...]
    """Of patients with HCC, the shares with 1, 2, 3, ... of them."""
    normal: Rates
    """Mimics of patients without cirrhosis."""
    cirrhotic: Rates


OCCURRENCES: Mapping[str, Occurrence] = {
    "raised": Occurrence(
        hcc_sizes_mm=(
            (5.0, 10.0, 0.20),
            (10.0, 20.0, 0.38),
            (20.0, 35.0, 0.27),
            (35.0, 80.0, 0.15),
        ),
        hcc_counts=(0.62, 0.22, 0.11, 0.05),
        normal={
            "cyst": (0.42, 4),
            "haemangioma": (0.12, 2),
            "focal fat": (0.10, 1),
            "perfusion wedge": (0.07, 1),
            "clip": (0.04, 2),
        },
        cirrhotic={
            "cyst": (0.35, 4),
            "haemangioma": (0.06, 1),
            "dysplastic nodule": (0.25, 2),
            "regenerative nodule": (0.40, 8),
            "confluent fibrosis": (0.16, 1),
            "perfusion wedge": (0.10, 2),
            "focal fat": (0.06, 1),
            "clip": (0.05, 2),
        },
    ),
    "natural": Occurrence(
        hcc_sizes_mm=(
            (5.0, 10.0, 0.08),
            (10.0, 20.0, 0.44),
            (20.0, 35.0, 0.31),
            (35.0, 80.0, 0.17),
        ),
        hcc_counts=(0.74, 0.18, 0.06, 0.02),
        normal={
            "cyst": (0.25, 3),
            "haemangioma": (0.07, 1),
            "focal fat": (0.05, 1),
            "perfusion wedge": (0.05, 1),
            "clip": (0.03, 2),
        },
        cirrhotic={
            "cyst": (0.25, 3),
            "haemangioma": (0.05, 1),
            "dysplastic nodule": (0.125, 2),
            "regenerative nodule": (0.40, 8),
            "confluent fibrosis": (0.05, 1),
            "perfusion wedge": (0.05, 1),
            "focal fat": (0.05, 1),
            "clip": (0.03, 2),
        },
    ),
}
"""`natural`: sizes and numbers of 237 early HCC in 175 patients (8 % under 1 cm, 44 % from 1 to 2
cm, 1.35 a patient; how the larger ones divide is assumed); cysts 25 %, haemangiomas 5 to 8 %,
hypointense nodules 10 to 15 % of cirrhotics, the others about 5 % of patients: see
docs/simulator.md. Surgical series have fewer: 82, 12 and 6 % with one, two, more HCC."""
