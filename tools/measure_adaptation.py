"""How adapting to a few patients of another domain helps, on simulated patients of known domains.

A network is adapted to 5, 10 and 20 patients of a domain (Siemens and GE, 3 T, fainter HCC, coarse
pixels), each time measured on the same test patients whom no run has seen, beside itself before.
With `--start small` (the default) it is a small network that is trained from nothing on another
domain first (Philips, 1.5 T); with `--start bundled` it is the model that the program carries.
Writes `adaptation-small.json` and `.svg`, or `adaptation-bundled.*`. Whatever comes out says how
the road works, not what it will do on real cases. What is done is not done again.

    python tools/measure_adaptation.py --work DIR --out docs [--scale toy] [--start bundled]
"""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from hcc_viewer.catalogue import Catalogue, CatalogueWriter, open_catalogue
from hcc_viewer.catalogue.splits import SplitShares
from hcc_viewer.detection import Model, load_model
from hcc_viewer.detection.model_card import InputSpec
from hcc_viewer.training.adapt import adapt
from hcc_viewer.training.case_report.compare import compare
from hcc_viewer.training.case_report.figures import auc_figure
from hcc_viewer.training.case_report.measured import Measured, measure_cases
from hcc_viewer.training.config import FitConfig, NetworkConfig, TrainingConfig, load_config
from hcc_viewer.training.importers.simulated import SOURCE, from_simulated
from hcc_viewer.training.phantom.case import simulate_case
from hcc_viewer.training.phantom.config import PhantomConfig
from hcc_viewer.training.real_config import RealConfig
from hcc_viewer.training.train import Outputs

HOME = {"vendor_weights": {"Philips": 1.0}, "field_weights": {"1.5": 1.0}, "contrast_shift": -0.1}
AWAY = {
    "vendor_weights": {"Siemens": 0.5, "GE": 0.5},
    "field_weights": {"3.0": 1.0},
    "contrast_shift": 0.1,
}

FIRST_SEED = {"home": 700_000, "away": 750_000}

SCALES = {
    "toy": {"size": 96, "widths": (8, 16, 32), "epochs": 10, "slices": 320, "matrix": 160,
            "grid": (3.0, 2.4, 2.4), "home": 16, "tune": 4, "test": 12, "bundled": (2, 480)},
    "full": {"size": 320, "widths": (8, 16, 32, 64, 96), "epochs": 24, "slices": 1440,
             "matrix": 400, "grid": (2.0, 1.4, 1.4), "home": 100, "tune": 10, "test": 40,
             "bundled": (12, 960)},
}  # fmt: skip

PATIENTS = (5, 10, 20)

BUNDLED = "bundled"


def main() -> None:
    """Run what is missing, and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--scale", choices=list(SCALES), default="toy")
    parser.add_argument("--start", choices=("small", "bundled"), default="small")
    parser.add_argument("--patients", type=int, nargs="+", default=list(PATIENTS), metavar="N")
    parser.add_argument("--rate", type=float, help="learning rate, with --start bundled")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    scale = SCALES[options.scale]
    away = make_catalogue(
        options.work, "away", AWAY, scale, max(PATIENTS), scale["test"], options.workers
    )
    if options.start == "bundled":
        start, config = BUNDLED, bundled_config(scale, options.rate)
    else:
        home = make_catalogue(options.work, "home", HOME, scale, scale["home"], 3, options.workers)
        small = make_config(scale)
        start = str(made(home, small, options.work / "first"))
        fit = replace(small.fit, learning_rate=5e-4, auxiliary_weight=0.1)
        config = replace(small, fit=fit)
    before = measured(away, load_model(None if start == BUNDLED else Path(start)))
    rows = [row_of(0, before, before)]
    print(rows[0], flush=True)
    for patients in options.patients:
        real = RealConfig(start_from=start, train_patients=patients, implants=1)
        wanted = replace(config, name=f"{options.start}-{patients}", real=real)
        path = made(away, wanted, options.work / f"{options.start}-{patients}")
        rows.append(row_of(patients, measured(away, load_model(path)), before))
        print(rows[-1], flush=True)
        write(options.out, rows, options.scale, options.start)


def make_catalogue(
    work: Path, name: str, domain: dict, scale: dict, train: int, test: int, workers: int
) -> Catalogue:
    """Simulated patients of a domain with fixed parts."""
    folder = work / name
    if (folder / "catalogue.toml").exists():
        return open_catalogue(folder)
    parts = ["train"] * train + ["tune"] * scale["tune"] + ["test"] * test
    phantom = PhantomConfig(
        max_matrix=scale["matrix"], anatomy_spacing_mm=scale["grid"], without_hcc=0.25, **domain
    )
    seeds = [FIRST_SEED[name] + number for number in range(len(parts))]
    fixed = {}
    with (
        ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool,
        CatalogueWriter(folder, SOURCE) as writer,
    ):
        cases = pool.map(simulate_case, seeds, [phantom] * len(seeds))
        for seed, part, case in zip(seeds, parts, cases, strict=True):
            labelled = from_simulated(case, f"sim-{seed}")
            fixed[labelled.facts.patient] = part
            writer.add(labelled)
        return writer.finish(SplitShares(), fixed)


def make_config(scale: dict) -> TrainingConfig:
    """A small network of the bundled family."""
    return TrainingConfig(
        name="first",
        version="1",
        description="For the measurement of adapting only.",
        input=InputSpec(size=scale["size"], field_mm=380.0, offsets_mm=(-5.0, 0.0, 5.0)),
        network=NetworkConfig(widths=scale["widths"], convolutions=2, decoder_widths=()),
        fit=FitConfig(
            epochs=scale["epochs"], slices_per_epoch=scale["slices"], batch_size=16,
            learning_rate=3e-3,
        ),
    )  # fmt: skip


def bundled_config(scale: dict, rate: float | None) -> TrainingConfig:
    """As `train --cases` adapts the bundled model, with as many slices as the scale allows."""
    config = load_config("adapt")
    epochs, slices = scale["bundled"]
    fit = replace(config.fit, epochs=epochs, slices_per_epoch=slices)
    fit = fit if rate is None else replace(fit, learning_rate=rate)
    return replace(config, fit=fit)


def made(catalogue: Catalogue, config: TrainingConfig, folder: Path) -> Path:
    """The model file, trained now if it is not there."""
    path = folder / "models" / f"{config.name}.onnx"
    if path.with_suffix(".toml").exists():
        return path
    return adapt(catalogue, config, Outputs(folder / "work", folder / "models"), quiet=True)


def measured(catalogue: Catalogue, model: Model) -> Measured:
    """The model on the test patients of the other domain."""
    return measure_cases(catalogue, catalogue.part("test"), model, 15.0)


def row_of(patients: int, now: Measured, before: Measured) -> dict:
    """Slice AUC with its interval, and what was gained, on the same draws of patients."""
    figure, gain = auc_figure(now), compare(now, before)[0]
    return {
        "patients": patients,
        "auc": round(figure.value, 4),
        "low": round(figure.low, 4),
        "high": round(figure.high, 4),
        "gain": round(gain.value, 4),
        "gain_low": round(gain.low, 4),
        "gain_high": round(gain.high, 4),
        "test_patients": len(now.patients),
    }


def write(out: Path, rows: list[dict], scale: str, start: str) -> None:
    """The figures and their plot."""
    out.mkdir(parents=True, exist_ok=True)
    rows = sorted(rows, key=lambda row: row["patients"])
    record = {"scale": scale, "start": start, "rows": rows}
    (out / f"adaptation-{start}.json").write_text(json.dumps(record, indent=1))
    with mpl.rc_context({"svg.hashsalt": "hcc-viewer", "font.size": 8, "svg.fonttype": "none"}):
        canvas = Figure(figsize=(4.4, 3.2), layout="constrained")
        axes = canvas.add_subplot()
        values = [row["auc"] for row in rows]
        ends = [
            [row["auc"] - row["low"] for row in rows],
            [row["high"] - row["auc"] for row in rows],
        ]
        axes.errorbar([row["patients"] for row in rows], values, ends, fmt="o-", capsize=3)
        axes.set(xlabel="patients of the new domain", ylabel="slice AUC, unseen patients of it")
        axes.set_title(f"Adapting the {start} model, simulated domain ({scale} scale)")
        axes.spines[["top", "right"]].set_visible(False)
        canvas.savefig(out / f"adaptation-{start}.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
