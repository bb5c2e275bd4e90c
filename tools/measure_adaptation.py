"""How adapting to a few patients of another domain helps, on simulated patients of a known one.

The model that the program carries is adapted to 5, 10 and 20 patients of a hospital that it does
not know: GE and Siemens at 3 T, images without fat suppression, noisy, HCC fainter by 0.1. It is
then measured on the same test patients whom no run has seen, beside itself before; and on patients
of the domain that it comes from, to see what it forgets. Writes `adaptation-bundled.json` and
`.svg`. What comes out says how the road works, not what it will do on real cases. What is done is
not done again.

    python tools/measure_adaptation.py --work DIR --out docs

Settings are chosen on the tuning patients only, whose figures this prints without looking at a test
patient: `--choose --rate 1e-4 --patients 20`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from hcc_viewer.catalogue import Catalogue, CatalogueWriter, open_catalogue
from hcc_viewer.catalogue.splits import SplitShares
from hcc_viewer.detection import Model, load_model
from hcc_viewer.training.adapt import adapt
from hcc_viewer.training.case_report.compare import compare
from hcc_viewer.training.case_report.figures import auc_figure
from hcc_viewer.training.case_report.measured import Measured, measure_cases
from hcc_viewer.training.config import TrainingConfig, load_config
from hcc_viewer.training.importers.simulated import SOURCE, from_simulated
from hcc_viewer.training.phantom.case import draw_scan, make_series
from hcc_viewer.training.phantom.config import PhantomConfig
from hcc_viewer.training.phantom.types import SimulatedCase
from hcc_viewer.training.train import Outputs

SIZE = {"max_matrix": 256, "anatomy_spacing_mm": (2.5, 1.8, 1.8), "without_hcc": 0.25}

HOME = PhantomConfig(vendor_weights={"Philips": 1.0}, field_weights={"1.5": 1.0}, **SIZE)
AWAY = PhantomConfig(
    vendor_weights={"Siemens": 0.5, "GE": 0.5},
    field_weights={"3.0": 1.0},
    contrast_shift=0.1,
    **SIZE,
)

FAT_RESIDUE = (0.5, 1.0)
"""Share of the fat's signal that is left in the new domain: there is no fat suppression."""

SNR = (7.0, 16.0)
"""Of liver in the new domain; the bundled model was taught with 15 to 60."""

FIRST_SEED = {"home": 700_000, "away": 750_000}

PATIENTS = (5, 10, 20)
TUNE, TEST, HOME_TEST = 8, 24, 12


def main() -> None:
    """Run what is missing, and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="folder of the figures and the plot")
    parser.add_argument("--patients", type=int, nargs="+", default=list(PATIENTS), metavar="N")
    parser.add_argument("--choose", action="store_true", help="leave the test patients alone")
    parser.add_argument("--rate", type=float, help="learning rate; default: that of adapt.toml")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    parts = ["train"] * max(PATIENTS) + ["tune"] * TUNE + ["test"] * TEST
    away = make_catalogue(options.work, "away", simulate_away, parts, options.workers)
    config = load_config("adapt")
    if options.rate is not None:
        config = replace(config, fit=replace(config.fit, learning_rate=options.rate))
    paths = {
        number: made(away, config, number, options.work / f"{number}-{config.fit.learning_rate:g}")
        for number in options.patients
    }
    if options.choose:
        for path in paths.values():
            print(path, {k: v for k, v in load_model(path).card.data.items() if "tuning" in k})
        return
    home = make_catalogue(
        options.work, "home", partial(simulate, config=HOME), ["test"] * HOME_TEST, options.workers
    )
    before = [measured(catalogue, load_model(None)) for catalogue in (away, home)]
    rows = [row_of(0, before, before)]
    for number, path in sorted(paths.items()):
        now = [measured(catalogue, load_model(path)) for catalogue in (away, home)]
        rows.append(row_of(number, now, before))
    for row in rows:
        print(row, flush=True)
    if options.out is not None:
        write(options.out, rows)


def simulate(seed: int, config: PhantomConfig) -> SimulatedCase:
    """A patient of the domain that the bundled model comes from."""
    return make_series(draw_scan(seed, config))


def simulate_away(seed: int) -> SimulatedCase:
    """A patient of the new domain: fat is bright, and there is more noise."""
    scan, draws = draw_scan(seed, AWAY), np.random.default_rng([seed, 1])
    signal = replace(scan.patient.signal, fat_residue=float(draws.uniform(*FAT_RESIDUE)))
    return make_series(
        replace(
            scan,
            patient=replace(scan.patient, signal=signal),
            scanner=replace(scan.scanner, snr=float(draws.uniform(*SNR))),
            protocol=replace(scan.protocol, fat_suppression="none"),
        )
    )


def make_catalogue(
    work: Path,
    name: str,
    draw: Callable[[int], SimulatedCase],
    parts: list[str],
    workers: int,
) -> Catalogue:
    """Simulated patients of a domain with fixed parts."""
    folder = work / name
    if (folder / "catalogue.toml").exists():
        return open_catalogue(folder)
    seeds = [FIRST_SEED[name] + number for number in range(len(parts))]
    fixed = {}
    with (
        ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool,
        CatalogueWriter(folder, SOURCE) as writer,
    ):
        for seed, part, case in zip(seeds, parts, pool.map(draw, seeds), strict=True):
            labelled = from_simulated(case, f"sim-{seed}")
            fixed[labelled.facts.patient] = part
            writer.add(labelled)
        return writer.finish(SplitShares(), fixed)


def made(catalogue: Catalogue, config: TrainingConfig, patients: int, folder: Path) -> Path:
    """The model file, trained now if it is not there."""
    wanted = replace(
        config,
        name=f"adapted-{patients}",
        real=replace(config.real, train_patients=patients),
    )
    path = folder / "models" / f"{wanted.name}.onnx"
    if path.with_suffix(".toml").exists():
        return path
    return adapt(catalogue, wanted, Outputs(folder / "work", folder / "models"), quiet=True)


def measured(catalogue: Catalogue, model: Model) -> Measured:
    """The model on the test patients of a domain, at its own threshold."""
    return measure_cases(catalogue, catalogue.part("test"), model, 15.0)


def row_of(patients: int, now: list[Measured], before: list[Measured]) -> dict:
    """The figures of the new domain, and the AUC of the old one; gains on the same draws."""
    row = {"patients": patients, "test_patients": len(now[0].patients)}
    for name, after, earlier in zip(("", "home_"), now, before, strict=True):
        figure, gain = auc_figure(after), compare(after, earlier)[0]
        row |= {
            f"{name}{key}": round(float(value), 4)
            for key, value in {
                "auc": figure.value,
                "low": figure.low,
                "high": figure.high,
                "gain": gain.value,
                "gain_low": gain.low,
                "gain_high": gain.high,
                "sensitivity": after.flagged[after.truth].mean(),
                "specificity": (~after.flagged[~after.truth]).mean(),
                "lesions_found": after.found.sum(),
                "lesions": len(after.found),
                "false_findings": after.false_findings.mean(),
            }.items()
        }
    return row


def write(out: Path, rows: list[dict]) -> None:
    """The figures and their plot."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "adaptation-bundled.json").write_text(json.dumps({"rows": rows}, indent=1) + "\n")
    with mpl.rc_context({"svg.hashsalt": "hcc-viewer", "font.size": 8, "svg.fonttype": "none"}):
        canvas = Figure(figsize=(4.6, 3.2), layout="constrained")
        axes = canvas.add_subplot()
        for name, shift, label in (
            ("", -0.15, "of the new domain"),
            ("home_", 0.15, "of the old domain"),
        ):
            values = np.array([row[f"{name}auc"] for row in rows])
            ends = [
                values - [row[f"{name}low"] for row in rows],
                np.array([row[f"{name}high"] for row in rows]) - values,
            ]
            places = [row["patients"] + shift for row in rows]
            axes.errorbar(
                places, values, ends, fmt="o-", capsize=3, label=f"unseen patients {label}"
            )
        axes.set(xlabel="training patients of the new domain", ylabel="slice AUC")
        axes.set_title("Adapting the bundled model, simulated domains")
        axes.set_xticks([row["patients"] for row in rows])
        axes.set_ylim(0.6, 1)
        axes.legend(frameon=False, loc="lower right")
        axes.spines[["top", "right"]].set_visible(False)
        canvas.savefig(out / "adaptation-bundled.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
