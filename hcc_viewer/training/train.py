"""A training run from nothing or from a model file: simulate, fit, calibrate, tune, evaluate.

Everything is kept in a working folder, and what is done is not done again: an interrupted run goes
on when it is started once more with the same configuration and folder.
"""

from __future__ import annotations

import logging
import platform
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from hcc_viewer import __version__
from hcc_viewer.detection import Model, load_model
from hcc_viewer.detection.model_card import ModelCard
from hcc_viewer.records import to_table
from hcc_viewer.training.architecture import CLASS_NAMES
from hcc_viewer.training.blobs import IDENTITY as BLOBS
from hcc_viewer.training.blobs import detect_blobs
from hcc_viewer.training.config import TrainingConfig
from hcc_viewer.training.evaluate import CaseResult, Detector, evaluate, model_detector
from hcc_viewer.training.export import (
    calibrate,
    export_onnx,
    file_sha256,
    weights_sha256,
    write_card,
)
from hcc_viewer.training.files import write_atomically
from hcc_viewer.training.fit import fit_networks
from hcc_viewer.training.model_docs import write_docs
from hcc_viewer.training.operating import choose_operating_points, operating_curve
from hcc_viewer.training.patients import PART_OFFSETS, Patients
from hcc_viewer.training.phantom.config import PhantomConfig
from hcc_viewer.training.second_look.run import add_second_look, count_patients
from hcc_viewer.training.validation import RAISED
from hcc_viewer.training.validation import measure as figures_of
from hcc_viewer.training.warm_start import find_start, preparation, start_facts
from hcc_viewer.training.work_folder import claim_folder

logger = logging.getLogger(__name__)

MOST_SLOPE = 20.0
"""Of the calibration: few tuning patients whose slices part perfectly would ask for any."""


@dataclass(frozen=True)
class Outputs:
    """Where a run writes."""

    work: Path
    """Cases, checkpoints and history; may be deleted afterwards."""
    models: Path
    """The model file and its card."""
    docs: Path | None = None
    """`model-card.md` and `validation.md`; None: not written."""


def train(config: TrainingConfig, outputs: Outputs, *, quiet: bool = False) -> Path:
    """Make a model file from a configuration; returns its path.

    Raises:
        UsageError: The working folder holds a run of another configuration.
        ModelFileError: The model file to begin from cannot be used.
    """
    started = time.time()
    start = find_start(config.real.start_from) if config.real.start_from else None
    config = start.apply(config) if start is not None else config
    claim_folder(outputs.work, config, {} if start is None else {"start": start.model.card.sha256})
    patients = Patients(config, outputs.work / "cases")
    for part in PART_OFFSETS:
        patients.make(part, quiet=quiet)
    train_examples = patients.examples("train")
    networks = fit_networks(
        config,
        train_examples,
        patients.examples("tune"),
        outputs.work / "fit",
        verbose=0 if quiet else 2,
        prepare=preparation(start, config, train_examples),
    )
    sources = Counter(example.source for example in train_examples)
    del train_examples
    tune = tuning(patients, quiet=quiet)
    first = weights_sha256(networks)
    draft = calibrated_draft(networks, config, outputs.work / "draft", tune)
    if config.cases.places_patients:
        add_second_look(draft, config, outputs.work, first, quiet=quiet)
    data = data_facts(config, sources) | start_facts(start)
    return finish(draft, config, outputs, data, run_facts(config, started), quiet=quiet)


def tuning(patients: Patients, *, quiet: bool) -> Callable[[Model], list[CaseResult]]:
    """What runs a model on the patients that calibration and thresholds are of."""
    patients.make(patients.tuning_part, quiet=quiet)

    def tune(model: Model) -> list[CaseResult]:
        return _results(patients, patients.tuning_part, model, quiet)

    return tune


def finish(
    draft: Path,
    config: TrainingConfig,
    outputs: Outputs,
    data: dict[str, Any],
    facts: dict[str, Any],
    *,
    quiet: bool,
) -> Path:
    """From a calibrated draft to the model file: thresholds, figures, card, pages.

    Args:
        draft: With its card.
        config: The run's settings.
        outputs: Where the file and the pages go.
        data: What went in, for the card.
        facts: How it was made, for the card.
        quiet: Show no progress.
    """
    tune = tuning(Patients(config, outputs.work / "cases"), quiet=quiet)
    card = replace(tuned_card(draft, tune(load_model(draft))), data=data, training=facts)
    path = outputs.models / f"{config.name}.onnx"
    outputs.models.mkdir(parents=True, exist_ok=True)
    write_atomically(path, draft.read_bytes())
    write_card(card, path)
    measured = validate(config, outputs.work, load_model(path), quiet=quiet)
    card = replace(card, metrics=_card_metrics(measured[config.name]))
    write_card(card, path)
    if outputs.docs is not None:
        write_docs(card, measured, outputs.docs)
    return path


def validate(
    config: TrainingConfig,
    work: Path,
    model: Model,
    beside: Sequence[Model] = (),
    *,
    quiet: bool = False,
) -> dict[str, dict[str, Any]]:
    """Figures on the test patients of a configuration, by detector: the model's come first.

    Others beside it, each at its own card's threshold, and the dark-blob detector, whose threshold
    is fixed on the tuning patients like the model's. Where there are patients at natural
    prevalence, the figures are theirs, and the model has those of the others under `RAISED`.
    """
    patients = Patients(config, work / "cases")
    part = "natural" if config.cases.natural_patients else "test"
    for name in (patients.tuning_part, "test", part):
        patients.make(name, quiet=quiet)
    measured: dict[str, dict[str, Any]] = {}
    for other in (model, *beside):
        results = _results(patients, part, other, quiet, with_pair=True)
        values = figures_of(results, other.card.threshold)
        label = _label(other, measured)
        measured[label] = values | {"description": other.card.description}
    if part != "test":
        raised = _results(patients, "test", model, quiet, with_pair=True)
        measured[model.card.name][RAISED] = figures_of(raised, model.card.threshold)
    tuned = _results(patients, patients.tuning_part, detect_blobs, quiet)
    points = {point.name: point for point in choose_operating_points(tuned)}
    results = _results(patients, part, detect_blobs, quiet, with_pair=True)
    measured[BLOBS.name] = figures_of(results, points["balanced"].threshold)
    return measured


def _label(model: Model, taken: Collection[str]) -> str:
    """The model's name; with version and hash where another has it, as two files of one make do."""
    card = model.card
    return card.name if card.name not in taken else f"{card.name} {card.version} {card.sha256[:8]}"


def _results(
    patients: Patients,
    part: str,
    detector: Model | Detector,
    quiet: bool,
    *,
    with_pair: bool = False,
) -> list[CaseResult]:
    cases = tqdm(
        patients.cases(part),
        total=len(patients.seeds(part)),
        desc=f"Evaluating {part}",
        unit="patient",
        disable=quiet,
    )
    run = model_detector(detector) if isinstance(detector, Model) else detector
    area = patients.config.cases.positive_area_mm2
    return evaluate(cases, run, area, with_pair=with_pair)


def calibrated_draft(
    networks: Sequence[keras.Model],
    config: TrainingConfig,
    folder: Path,
    tune: Callable[[Model], Sequence[CaseResult]],
) -> Path:
    """The model file of finished networks, calibrated, with a card that is not tuned yet.

    Args:
        networks: Of the file; their calibration is set.
        config: What the card says.
        folder: Gets the file and the card.
        tune: Runs a model on the tuning patients.
    """
    for network in networks:
        calibrate(network, 1.0, 0.0)
    slope, intercept = calibration(tune(load_model(export_draft(networks, config, folder))))
    for network in networks:
        calibrate(network, slope, intercept)
    return export_draft(networks, config, folder, slope)


def calibration(results: Sequence[CaseResult]) -> tuple[float, float]:
    """Slope and intercept that fit log-odds to slices at their natural prevalence.

    Platt's scaling (1999): its slope is the inverse of a temperature, its intercept corrects for
    the balanced classes of training.

    Args:
        results: Of the tuning patients; where their slices are of one class only, nothing is to be
            changed.
    """
    counted = np.concatenate([result.is_counted for result in results])
    truth = np.concatenate([result.is_positive for result in results])[counted]
    score = np.concatenate([result.probabilities for result in results])[counted]
    score = np.clip(score, 1e-6, 1 - 1e-6)
    if truth.all() or not truth.any():
        logger.warning("No calibration: the tuning patients have slices of one class only")
        return 1.0, 0.0
    odds = np.log(score / (1 - score))[:, None]
    line = LogisticRegression(C=1e6).fit(odds, truth)
    slope, intercept = float(line.coef_[0, 0]), float(line.intercept_[0])
    if slope > MOST_SLOPE:  # the classes lie apart: where they part is known, how steeply is not
        slope, intercept = MOST_SLOPE, intercept * MOST_SLOPE / slope
    return max(slope, 0.05), intercept


def export_draft(
    networks: Sequence[keras.Model], config: TrainingConfig, folder: Path, slope: float = 1.0
) -> Path:
    """The model file with a card that says only what is known before tuning.

    Args:
        networks: As for `export_onnx`.
        config: What the card says.
        folder: Gets the file and the card.
        slope: Of the networks' calibration.
    """
    path = folder / f"{config.name}.onnx"
    export_onnx(networks, path, second_view=config.network.second_view)
    write_card(
        ModelCard(
            name=config.name,
            version=config.version,
            sha256=file_sha256(path),
            trained_on=config.trained_on,
            description=config.description,
            input=config.input,
            findings=replace(config.findings, place_slope=round(slope, 4)),
            class_names=CLASS_NAMES,
            threshold=0.5,
            operating_points=(),
            data=data_facts(config, Counter()),
        ),
        path,
    )
    return path


def tuned_card(draft: Path, tuned: Sequence[CaseResult]) -> ModelCard:
    """The draft's card with the thresholds that the tuning patients give."""
    points = choose_operating_points(tuned)
    balanced = next(point for point in points if point.name == "balanced")
    return replace(
        load_model(draft).card,
        threshold=balanced.threshold,
        operating_points=points,
        operating_curve=operating_curve(tuned),
    )


def _card_metrics(measured: dict[str, Any]) -> dict[str, Any]:
    kept = ("slices", "positive_slices", "lesions", "figures")
    rates = " at natural prevalence" if RAISED in measured else ""
    text = f"{measured['patients']} simulated test patients{rates}, at the balanced threshold"
    return {"measured_on": text} | {key: measured[key] for key in kept}


def data_facts(config: TrainingConfig, sources: Counter[str]) -> dict[str, Any]:
    """What a card says of the patients that went in."""
    return {
        "source": "simulated by hcc_viewer.training.phantom; no real patient's MRI",
        "train_patients": config.cases.train_patients,
        "tune_patients": config.cases.tune_patients,
        "tune_patients_at_natural_prevalence": config.cases.tune_natural_patients,
        "second_look_patients": count_patients(config.cases),
        "test_patients": config.cases.test_patients,
        "test_patients_at_natural_prevalence": config.cases.natural_patients,
        "first_seed": config.cases.seed,
        "test_seed_offset": PART_OFFSETS["test"],
        "natural_seed_offset": PART_OFFSETS["natural"],
        "held_out_anatomies": ", ".join(config.cases.test_phantom.only_cases) or "none",
        "train_anatomies": [
            f"{count} patients: {source}" for source, count in sorted(sources.items())
        ],
    }


def run_facts(config: TrainingConfig, started: float) -> dict[str, Any]:
    """The software and settings of a run, for its card; no path of the machine."""
    cases = config.cases
    named = replace(
        cases,
        train_phantom=replace(cases.train_phantom, anatomy=_folder_name(cases.train_phantom)),
        test_phantom=replace(cases.test_phantom, anatomy=_folder_name(cases.test_phantom)),
    )
    return {
        "software": f"hcc-viewer {__version__}, Keras {keras.__version__}, Python "
        f"{platform.python_version()}",
        "seconds_of_last_run": round(time.time() - started),
        "config": to_table(replace(config, cases=named)),
    }


def _folder_name(phantom: PhantomConfig) -> str:
    """Where the anatomy is from, without the place on this machine."""
    return phantom.anatomy if phantom.anatomy == "procedural" else Path(phantom.anatomy).name
