"""Fits the variants, several at once, and goes on where it was stopped."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from hcc_viewer.errors import ReadError, UsageError
from hcc_viewer.records import build_record, to_table
from hcc_viewer.training.config import TrainingConfig, load_config
from hcc_viewer.training.experiments.config import ExperimentsConfig, Scale, Variant


@dataclass(frozen=True)
class Result:
    """What one fit of one variant gave on the tuning patients."""

    variant: str
    """Its key."""
    seed: int
    accuracy: float
    """Of the validation slices, in the epoch with the highest."""
    loss: float
    """Of that epoch."""
    auc: float
    epoch: int
    """Which epoch that was, from 1."""
    epochs: int
    """How many were run."""
    parameters: int
    seconds: float
    majority: float = 0.0
    """Accuracy of always naming the commoner class."""


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
    jobs = [(_first_alike(config, v), s) for v in wanted for s in config.scale.seeds]
    missing = [job for job in dict.fromkeys(jobs) if not _path(work, *job).exists()]
    if workers == 1:
        for variant, seed in missing:
            _announce(run_variant(variant, seed, config.scale, work), quiet)
    elif missing:
        context = get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context, initializer=_one_thread) as pool:
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

    from hcc_viewer.training.dataset import plain_batches
    from hcc_viewer.training.experiments.networks import build_variant, make_optimiser
    from hcc_viewer.training.experiments.slices import SliceLabels
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
        weighted_metrics=["accuracy", keras.metrics.AUC(name="auc")],
    )
    images, targets, weights = plain_batches(
        patients.examples("tune"), config, scale.validation_slices
    )
    history = network.fit(
        SliceLabels(patients.examples("train"), config),
        epochs=scale.epochs,
        validation_data=(images, targets["probability"], weights["probability"]),
        validation_batch_size=min(scale.batch_size, 16),
        callbacks=_callbacks(scale, work / "fits" / f"{variant.key}-{seed}"),
        verbose=0,
    )
    result = _result(variant, seed, history.history, network.count_params(), started)
    share = float(targets["probability"][:, 1].mean())
    result = replace(result, majority=round(max(share, 1 - share), 4))
    _save(_path(work, variant, seed), result)
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
    return [
        keras.callbacks.EarlyStopping("val_accuracy", mode="max", patience=scale.patience),
        keras.callbacks.BackupAndRestore(str(folder / "checkpoint")),
        keras.callbacks.CSVLogger(str(folder / "history.csv"), append=True),
    ]


def _result(
    variant: Variant, seed: int, history: dict[str, list[float]], parameters: int, started: float
) -> Result:
    accuracy = [value if math.isfinite(value) else -1.0 for value in history["val_accuracy"]]
    best = max(range(len(accuracy)), key=lambda i: accuracy[i])
    return Result(
        variant=variant.key,
        seed=seed,
        accuracy=round(float(accuracy[best]), 4),
        loss=round(_finite(history["val_loss"][best]), 4),
        auc=round(_finite(history["val_auc"][best]), 4),
        epoch=best + 1,
        epochs=len(accuracy),
        parameters=parameters,
        seconds=round(time.time() - started, 1),
    )


def _finite(value: float) -> float:
    return float(value) if math.isfinite(value) else 1e9


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
            f"{result.variant:40s} seed {result.seed}  accuracy {result.accuracy:.3f}  "
            f"epoch {result.epoch} of {result.epochs}  {result.seconds:.0f} s",
            flush=True,
        )
