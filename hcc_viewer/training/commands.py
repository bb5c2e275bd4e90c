"""The commands of the training extra: `train`, `evaluate`, `simulate`."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hcc_viewer.errors import UsageError
from hcc_viewer.training.config import TrainingConfig, load_config, own_configs


def run_command(name: str, words: Sequence[str]) -> int:
    """Run one command with what follows it on the command line; returns the exit status."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    return {"train": _train, "evaluate": _evaluate, "simulate": _simulate}[name](words)


def _train(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="hcc-viewer train",
        description="Makes a model file from nothing: simulates patients, trains, calibrates, "
        "fixes the thresholds, evaluates, and writes the file with its card. An interrupted run "
        "goes on when it is started again with the same --work.",
    )
    parser.add_argument(
        "--config", default="bundled", help=f"{', '.join(own_configs())}, or a TOML file"
    )
    parser.add_argument(
        "--work",
        type=Path,
        default=Path("hcc-viewer-training"),
        help="folder for cases and checkpoints (some GB)",
    )
    parser.add_argument(
        "--models", type=Path, default=Path("models"), help="folder for the model file and its card"
    )
    parser.add_argument("--docs", type=Path, help="folder for model-card.md and validation.md")
    parser.add_argument(
        "--anatomy",
        type=Path,
        help="folder of real CT cases to draw patients from; default: none needed",
    )
    options = parser.parse_args(words)
    config = _configuration(options.config, options.anatomy)
    from hcc_viewer.training.train import Outputs, train

    path = train(config, Outputs(options.work, options.models, options.docs))
    print(f"Wrote {path} and {path.with_suffix('.toml')}.")
    return 0


def _evaluate(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="hcc-viewer evaluate",
        description="Measures a model on the simulated test patients of a configuration.",
    )
    parser.add_argument("--config", default="bundled", help="whose test patients")
    parser.add_argument(
        "--work",
        type=Path,
        default=Path("hcc-viewer-training"),
        help="folder for the cases; made when they are not there",
    )
    parser.add_argument("--model", type=Path, help="a model file; default: the bundled one")
    parser.add_argument(
        "--beside",
        type=Path,
        action="append",
        default=[],
        metavar="MODEL",
        help="another model file for comparison; may be given again",
    )
    parser.add_argument(
        "--anatomy", type=Path, help="folder of real CT cases, as the model was trained with"
    )
    parser.add_argument("--docs", type=Path, help="folder for model-card.md and validation.md")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(words)
    from hcc_viewer.detection import load_model
    from hcc_viewer.training.model_docs import write_docs
    from hcc_viewer.training.train import validate

    model = load_model(options.model)
    beside = [load_model(path) for path in options.beside]
    config = _configuration(options.config, options.anatomy)
    measured = validate(config, options.work, model, beside)
    if options.docs is not None:
        write_docs(model.card, measured, options.docs)
    if options.json:
        print(json.dumps(measured, indent=1))
        return 0
    for detector, values in measured.items():
        print(f"{detector}, {values['patients']} simulated test patients")
        for name, item in values["figures"].items():
            print(f"  {name:32s} {item['value']:6.3f}  ({item['low']:.3f} to {item['high']:.3f})")
    return 0


def _configuration(name: str, anatomy: Path | None) -> TrainingConfig:
    """A configuration, with a share of its patients from real cases where a folder is given."""
    config = load_config(name)
    if anatomy is None:
        return config
    from hcc_viewer.training.anatomy_split import with_anatomy

    return replace(config, cases=with_anatomy(config.cases, anatomy))


def _simulate(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="hcc-viewer simulate",
        description="Writes simulated patients as DICOM, with the truth beside each.",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the patients")
    parser.add_argument("--patients", type=int, default=1, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="of the first; the next add one each")
    options = parser.parse_args(words)
    if options.patients < 1:
        raise UsageError(f"--patients must be at least 1, not {options.patients}.")
    from hcc_viewer.training.phantom.simulate import simulate_patients

    simulate_patients(options.out, options.patients, options.seed)
    print(f"Wrote {options.patients} simulated patients to {options.out}.")
    return 0
