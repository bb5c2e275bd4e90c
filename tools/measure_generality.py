"""Measures what a network loses on anatomies unlike those of its training, the paper's beside it.

    python tools/measure_generality.py --anatomy DIR --work WORK [--out docs/generality.md]

Two networks of the bundled shape are trained at a reduced scale on the patients of the bundled
configuration: one on those with procedural anatomy alone, one on those made from real cases alone.
A third is that of `paper.toml`, trained on fewer patients of either kind. All are
measured on the same test patients, procedural ones and ones made from real cases that none has
seen. WORK is that of `hcc-viewer train --config bundled`: its patients are taken from there, or
simulated. An interrupted run goes on. The third network's file is left in WORK/generality, for
`hcc-viewer evaluate --beside`.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hcc_viewer.detection import load_model
from hcc_viewer.training.anatomy_split import with_anatomy
from hcc_viewer.training.config import TrainingConfig, load_config
from hcc_viewer.training.evaluate import evaluate, model_detector
from hcc_viewer.training.export import write_card
from hcc_viewer.training.figures import figures, intervals, outcome
from hcc_viewer.training.fit import fit
from hcc_viewer.training.patients import Patients
from hcc_viewer.training.train import export_draft, tuned_card
from hcc_viewer.training.work_folder import claim_folder

EPOCHS, PARTS_PER_EPOCH, PATIENTS = 20, 12800, 400
"""The reduced scale: an eighth of the bundled model's training."""

PAPER_EPOCHS, PAPER_PATIENTS = 6, 60
"""Of whole slices, 1664 an epoch: a sixth of the pixels that the others see in parts of slices."""

PROCEDURAL, REAL = "procedural anatomy alone", "real cases alone"
"""The first two networks, by what they were trained on."""

KEPT = (
    "slice AUC",
    "slice sensitivity",
    "slice specificity",
    "lesions found, all",
    "lesions found, under 20 mm",
    "false findings per patient",
)


def main() -> None:
    """Train both networks, measure them, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--anatomy", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("docs/generality.md"))
    options = parser.parse_args()
    arms = [
        Arm(PROCEDURAL, bundled(options.anatomy), "procedural", PATIENTS),
        Arm(REAL, bundled(options.anatomy), "real", PATIENTS),
        Arm("both kinds with the paper's network", paper(options.anatomy), "", PAPER_PATIENTS),
    ]
    measured = {}
    for arm in arms:
        folder = options.work / "generality" / re.sub(r"\W+", "-", arm.name)
        claim_folder(folder, arm.config, {"patients": f"{arm.patients} {arm.source}"})
        result = folder / "figures.json"
        if not result.exists():
            cases = options.work / ("cases" if arm.source else "paper-cases")
            values = _one(arm, Patients(arm.config, cases), folder)
            result.write_text(json.dumps(values), encoding="utf-8")
        measured[arm.name] = json.loads(result.read_text(encoding="utf-8"))
        options.out.write_text(_page(measured, len(arms)), encoding="utf-8")


@dataclass(frozen=True)
class Arm:
    """One network of the comparison."""

    name: str
    config: TrainingConfig
    source: str
    """`procedural`, `real`, or both."""
    patients: int

    def takes(self, source: str) -> bool:
        """Whether a patient of this source is for it."""
        return not self.source or (source == "procedural") == (self.source == "procedural")


def bundled(anatomy: Path) -> TrainingConfig:
    """The bundled shape at the reduced scale."""
    config = load_config("bundled")
    one_fall = replace(config.fit, epochs=EPOCHS, cycles=(), twin_epoch=0)
    fit = replace(one_fall, slices_per_epoch=PARTS_PER_EPOCH)
    network = replace(config.network, twin=False)
    cases = with_anatomy(config.cases, anatomy)
    return replace(config, cases=cases, network=network, fit=fit)


def paper(anatomy: Path) -> TrainingConfig:
    """The paper's network on the first of the same patients."""
    config = load_config("paper")
    cases = replace(with_anatomy(config.cases, anatomy), train_patients=PAPER_PATIENTS)
    description = (
        f"{config.description} Fitted at a reduced scale: {PAPER_EPOCHS} epochs of "
        f"{config.fit.slices_per_epoch} slices of {PAPER_PATIENTS} patients."
    )
    fit = replace(config.fit, epochs=PAPER_EPOCHS)
    return replace(config, description=description, cases=cases, fit=fit)


def _one(arm: Arm, patients: Patients, folder: Path) -> dict[str, Any]:
    """Train on the wanted patients; figures on procedural and on real test patients."""
    config = arm.config
    for part in ("train", "tune", "test"):
        patients.make(part)
    examples = [e for e in patients.iterate("train") if arm.takes(e.source)][: arm.patients]
    network = fit(config, examples, patients.examples("tune"), folder / "fit", verbose=2)
    count = len(examples)
    del examples
    draft = export_draft([network], config, folder)
    model = load_model(draft)
    area = config.cases.positive_area_mm2
    tuned = evaluate(patients.cases("tune"), model_detector(model), area)
    card = tuned_card(draft, tuned)
    write_card(card, draft)
    threshold = card.threshold
    results = evaluate(patients.cases("test"), model_detector(model), area)
    groups: dict[str, Any] = {"patients": count}
    for name in ("procedural", "real"):
        chosen = [r for r in results if (r.facts.anatomy == "procedural") == (name == "procedural")]
        outcomes = [outcome(result, threshold) for result in chosen]
        values, bounds = figures(outcomes, threshold), intervals(outcomes, threshold)
        groups[name] = {"patients": len(chosen)} | {
            key: (round(values[key], 3), *(round(bound, 3) for bound in bounds[key]))
            for key in KEPT
        }
    return groups


def _page(measured: dict[str, Any], wanted: int) -> str:
    """The table so far; an interrupted run leaves the networks that it has measured."""
    lines = [
        "<!-- Generated by tools/measure_generality.py; do not edit. -->",
        "# Generality: other anatomies",
        "",
        "Two networks of the bundled shape, trained at a reduced scale "
        f"({EPOCHS} epochs of {PARTS_PER_EPOCH} parts of slices), and that of `paper.toml` "
        f"({PAPER_EPOCHS} epochs of 1664 whole slices: a sixth of the pixels, a tenth of "
        "what its configuration asks for), measured on the same simulated test patients. "
        "No real case and no vendor of the test patients was in training. "
        "Intervals: 95 %, bootstrap over patients. "
        "Made by `python tools/measure_generality.py --anatomy ANATOMY --work WORK`.",
        "",
        "| trained on | tested on | " + " | ".join(KEPT) + " |",
        "|---" * (2 + len(KEPT)) + "|",
    ]
    for name, groups in measured.items():
        for tested in ("procedural", "real"):
            values = groups[tested]
            cells = " | ".join(f"{v[0]:.3f} ({v[1]:.2f}-{v[2]:.2f})" for v in map(values.get, KEPT))
            lines.append(
                f"| {name} ({groups['patients']} patients) | {tested} "
                f"({values['patients']} patients) | {cells} |"
            )
    falls = {
        name: groups["procedural"]["slice AUC"][0] - groups["real"]["slice AUC"][0]
        for name, groups in measured.items()
    }
    sentences = [
        f"Trained on {name}, the slice AUC on patients made from unseen real cases is "
        f"{abs(fall):.3f} {'lower' if fall > 0 else 'higher'} than on procedural ones."
        for name, fall in falls.items()
    ]
    sentences += _between(measured)
    if len(measured) < wanted:
        sentences.append(f"{wanted - len(measured)} of {wanted} networks are not measured yet.")
    return "\n".join([*lines, "", *sentences, ""])


def _between(measured: dict[str, Any]) -> list[str]:
    """What training on the other kind costs, on the same patients: a fall also has other causes."""
    if not {PROCEDURAL, REAL} <= measured.keys():
        return []
    gains = [
        measured[PROCEDURAL][tested]["slice AUC"][0] - measured[REAL][tested]["slice AUC"][0]
        for tested in ("real", "procedural")
    ]
    on = [f"{abs(gain):.3f} {'higher' if gain > 0 else 'lower'} on" for gain in gains]
    return [
        f"On the same test patients, the slice AUC of the network trained on {PROCEDURAL} is "
        f"{on[0]} those from real cases and {on[1]} procedural ones than that of the network "
        f"trained on {REAL}: a fall that both networks have says which patients are harder, the "
        "difference between them on the same patients what their training lacked."
    ]


if __name__ == "__main__":
    main()
