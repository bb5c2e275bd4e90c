"""Fits the variants, several at once, and goes on where it was stopped."""

from __future__ import annotations

import csv
import json
import math
import os
import time
from collections.abc import Sequence
from concurrent.futures import as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hcc_viewer.errors import ReadError, UsageError
from hcc_viewer.records import build_record, to_table
from hcc_viewer.training.config import TrainingConfig, load_config
from hcc_viewer.training.experiments.config import ExperimentsConfig, Scale, Variant
from hcc_viewer.training.worker_processes import worker_pool

if TYPE_CHECKING:
    import keras

    from hcc_viewer.training.experiments.score import Validation

BEST, HISTORY = "best.weights.h5", "history.csv"
"""In the folder of a fit: the weights of its best epoch, and what each epoch gave."""


@dataclass(frozen=True)
class Result:
    """What one fit of one variant gave on the validation slices, in its epoch of highest AUC."""

    variant: str
    """Its key."""
    seed: int
    auc: float
    accuracy: float
    balanced_accuracy: float
    """Mean of sensitivity and specificity at 0.5."""
    epoch: int
    """Which epoch that was, from 1."""
    epochs: int
    """How many were run."""
    parameters: int
    seconds: float
    truth: tuple[int, ...] = ()
    """Of each slice: 1 with HCC."""
    patient: tuple[int, ...] = ()
    """Of each slice: a number of its patient."""
    scores: tuple[float, ...] = ()
    """Of each slice: the probability of HCC."""

    @property
    def majority(self) -> float:
        """Accuracy of always naming the commoner class."""
        share = sum(self.truth) / max(len(self.truth), 1)
        return max(share, 1 - share)


def run_experiments(
    config: ExperimentsConfig,
    work: Path,
    *,
    workers: int = 1,
    only: Sequence[str] = (),
    quiet: bool = False,
) -> list[Result]:
    """Fit what is not there yet; a folder holds one configuration.

    Args:
        config: The variants and the scale.
        work: Folder of cases, checkpoints and results.
        workers: Fits at once, each in a process of its own.
        only: Tables to fit; empty: all.
        quiet: Print no progress.

    Raises:
        UsageError: The folder holds experiments of another scale.
    """
    _claim(work, config.scale)
    _make_cases(config.scale, work, quiet)
    wanted = [v for v in config.variants if not only or v.table in only]
    jobs = [
        (_first_alike(config, v), s)
        for s in config.scale.seeds
        for v in wanted
        if s in config.scale.of(v).seeds
    ]
    missing = [job for job in dict.fromkeys(jobs) if not _path(work, *job).exists()]
    if workers == 1:
        for variant, seed in missing:
            _announce(run_variant(variant, seed, config.scale, work), quiet)
    elif missing:
        with worker_pool(workers, _one_thread) as pool:
            futures = [pool.submit(run_variant, v, s, config.scale, work) for v, s in missing]
            for future in as_completed(futures):
                _announce(future.result(), quiet)
    return [r for r in read_results(config, work) if r.variant in {v.key for v in wanted}]


def read_results(config: ExperimentsConfig, work: Path) -> list[Result]:
    """The results that there are; tables share those of one network, such as the paper's own."""
    found = []
    for variant in config.variants:
        for seed in config.scale.seeds:
            path = _path(work, _first_alike(config, variant), seed)
            if path.exists():
                found.append(replace(load_result(path), variant=variant.key))
    return found


def load_result(path: Path) -> Result:
    """Read one result.

    Raises:
        ReadError: The file is damaged.
    """
    try:
        return build_record(Result, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ReadError(f"The result {path} cannot be read: {error}; delete it.") from error


def run_variant(variant: Variant, seed: int, scale: Scale, work: Path) -> Result:
    """Fit one variant and keep its result."""
    import keras

    from hcc_viewer.training.experiments.networks import build_variant, make_optimiser
    from hcc_viewer.training.experiments.score import validation_slices
    from hcc_viewer.training.experiments.slices import SliceLabels
    from hcc_viewer.training.metrics import PositiveAuc
    from hcc_viewer.training.patients import Patients

    started = time.time()
    scale = scale.of(variant)
    keras.utils.set_random_seed(seed)
    config = training_config(scale, seed)
    patients = Patients(config, work / "cases")
    network = build_variant(variant, scale)
    network.compile(
        optimizer=make_optimiser(variant, scale),
        loss="categorical_crossentropy",
        weighted_metrics=["accuracy", PositiveAuc(name="auc")],
    )
    validation = validation_slices(patients.examples("tune"), config, scale.validation_slices)
    folder = work / "fits" / f"{variant.key}-{seed}"
    network.fit(
        SliceLabels(patients.examples("train"), config),
        epochs=scale.epochs,
        validation_data=(validation.images, validation.targets),
        validation_batch_size=min(scale.batch_size, 16),
        callbacks=_callbacks(scale, folder),
        verbose=0,
    )
    result = _result(variant, seed, network, validation, folder, started)
    _save(_path(work, variant, seed), result)
    (folder / BEST).unlink(missing_ok=True)
    return result


def training_config(scale: Scale, seed: int) -> TrainingConfig:
    """The paper's configuration at this scale."""
    paper = load_config("paper")
    return replace(
        paper,
        cases=replace(
            paper.cases,
            train_patients=scale.train_patients,
            tune_patients=scale.tune_patients,
            test_patients=0,
            seed=scale.first_patient,
            positive_area_mm2=scale.positive_area_mm2,
            train_phantom=scale.phantom,
        ),
        input=replace(paper.input, size=scale.size),
        network=replace(paper.network, widths=scale.widths),
        fit=replace(
            paper.fit,
            epochs=scale.epochs,
            slices_per_epoch=scale.slices_per_epoch,
            batch_size=scale.batch_size,
            accumulation=1,
            learning_rate=scale.learning_rate,
            patience=scale.patience,
            seed=seed,
        ),
    )


def _callbacks(scale: Scale, folder: Path) -> list[Any]:
    import keras

    folder.mkdir(parents=True, exist_ok=True)
    # What an interrupted fit had reached counts, and only with the weights that reached it.
    reached = max(_history(folder), default=None) if (folder / BEST).exists() else None
    return [
        keras.callbacks.EarlyStopping("val_auc", mode="max", patience=scale.patience),
        keras.callbacks.ModelCheckpoint(
            str(folder / BEST),
            monitor="val_auc",
            mode="max",
            save_best_only=True,
            save_weights_only=True,
            initial_value_threshold=reached,
        ),
        keras.callbacks.CSVLogger(str(folder / HISTORY), append=True),
        keras.callbacks.BackupAndRestore(str(folder / "checkpoint")),
    ]


def _history(folder: Path) -> list[float]:
    """Validation AUC of each epoch so far; -1 where it is no number."""
    path = folder / HISTORY
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as lines:
        values = [float(row["val_auc"]) for row in csv.DictReader(lines)]
    return [value if math.isfinite(value) else -1.0 for value in values]


def _result(
    variant: Variant,
    seed: int,
    network: keras.Model,
    validation: Validation,
    folder: Path,
    started: float,
) -> Result:
    from hcc_viewer.stats.roc import auc
    from hcc_viewer.training.experiments.score import answers, balanced_accuracy

    if (folder / BEST).exists():
        network.load_weights(folder / BEST)
    history = _history(folder)
    scores = np.round(answers(network, validation, 16), 5)
    truth = validation.truth
    return Result(
        variant=variant.key,
        seed=seed,
        auc=round(auc(truth, scores), 4),
        accuracy=round(float(((scores > 0.5) == truth).mean()), 4),
        balanced_accuracy=round(balanced_accuracy(truth, scores), 4),
        epoch=int(np.argmax(history)) + 1,
        epochs=len(history),
        parameters=network.count_params(),
        seconds=round(time.time() - started, 1),
        truth=tuple(int(value) for value in truth),
        patient=tuple(int(value) for value in validation.patient),
        scores=tuple(float(value) for value in scores),
    )


def _make_cases(scale: Scale, work: Path, quiet: bool) -> None:
    from hcc_viewer.training.patients import Patients

    patients = Patients(training_config(scale, 0), work / "cases")
    for part in ("train", "tune"):
        patients.make(part, quiet=quiet)


def _first_alike(config: ExperimentsConfig, variant: Variant) -> Variant:
    """The first variant with the same network and budget, whatever its table calls it."""

    def nature(item: Variant) -> tuple[Variant, Scale]:
        return replace(item, table="", name=""), config.scale.of(item)

    return next(item for item in config.variants if nature(item) == nature(variant))


def _claim(work: Path, scale: Scale) -> None:
    work.mkdir(parents=True, exist_ok=True)
    note = work / "scale.json"
    text = json.dumps(to_table(scale), indent=1, sort_keys=True)
    if note.exists() and note.read_text(encoding="utf-8") != text:
        raise UsageError(
            f"The folder {work} holds experiments of another scale; name another folder."
        )
    note.write_text(text, encoding="utf-8")


def _path(work: Path, variant: Variant, seed: int) -> Path:
    return work / "results" / f"{variant.key}-{seed}.json"


def _save(path: Path, result: Result) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(json.dumps(asdict(result), indent=1), encoding="utf-8")
    part.replace(path)


def _one_thread() -> None:
    """Each worker has a processor of its own."""
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ["TF_NUM_INTRAOP_THREADS"] = "1"
    os.environ["TF_NUM_INTEROP_THREADS"] = "1"


def _announce(result: Result, quiet: bool) -> None:
    if not quiet:
        print(
            f"{result.variant:40s} seed {result.seed}  AUC {result.auc:.3f}  "
            f"epoch {result.epoch} of {result.epochs}  {result.seconds:.0f} s",
            flush=True,
        )
