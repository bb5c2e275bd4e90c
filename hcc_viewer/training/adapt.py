"""A training run on real cases: from nothing, mixed with simulated ones, or from a model file.

It keeps to the same steps as `train`, and to the catalogue's parts: the weights see the training
patients, calibration and thresholds the tuning patients, and the card's figures are of the test
patients, once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from hcc_viewer.catalogue import CaseRow, Catalogue
from hcc_viewer.catalogue.index import case_path
from hcc_viewer.catalogue.store import fingerprint
from hcc_viewer.detection import Model, load_model
from hcc_viewer.errors import UsageError
from hcc_viewer.stats.roc import auc
from hcc_viewer.training.catalogue_cases import catalogue_example, catalogue_result
from hcc_viewer.training.config import TrainingConfig
from hcc_viewer.training.evaluate import CaseResult, model_detector
from hcc_viewer.training.examples import Example
from hcc_viewer.training.export import write_card
from hcc_viewer.training.figures import (
    by_patient,
    counted_slices,
    figures,
    intervals,
    outcome,
)
from hcc_viewer.training.files import write_atomically
from hcc_viewer.training.fit import fit_networks
from hcc_viewer.training.implant import Donor, find_donors, implant
from hcc_viewer.training.patients import Patients
from hcc_viewer.training.second_look.run import keep_second_look
from hcc_viewer.training.train import (
    Outputs,
    calibrated_draft,
    run_facts,
    tuned_card,
)
from hcc_viewer.training.warm_start import Start, find_start, preparation, start_facts
from hcc_viewer.training.work_folder import claim_folder

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Parts:
    """The cases that a run uses, by part."""

    train: tuple[CaseRow, ...]
    tune: tuple[CaseRow, ...]
    test: tuple[CaseRow, ...]

    @property
    def all(self) -> tuple[CaseRow, ...]:
        """Every case."""
        return self.train + self.tune + self.test


def adapt(
    catalogue: Catalogue, config: TrainingConfig, outputs: Outputs, *, quiet: bool = False
) -> Path:
    """Make a model file from a catalogue of cases; returns its path.

    Raises:
        UsageError: The catalogue has too few cases, its licences forbid the purpose, or the working
            folder holds another run.
        ModelFileError: The model file to begin from cannot be used.
    """
    started = time.time()
    parts = choose_parts(catalogue, config)
    start = find_start(config.real.start_from) if config.real.start_from else None
    config = start.apply(config) if start is not None else config
    config = replace(config, trained_on=_trained_on(catalogue, parts, config, start))
    claim_folder(outputs.work, config, _material(catalogue, parts, start))
    tune = list(_examples(catalogue, parts.tune, config, quiet))
    train = list(_training_examples(catalogue, parts.train, config, outputs.work, quiet))
    verbose = 0 if quiet else 2
    prepare = preparation(start, config, train)
    work = outputs.work / "fit"
    networks = fit_networks(config, train, tune, work, verbose=verbose, prepare=prepare)
    del train

    def run_tune(model: Model) -> list[CaseResult]:
        return _results(catalogue, parts.tune, model, config, quiet)

    draft = calibrated_draft(networks, config, outputs.work / "draft", run_tune)
    if start is not None:
        keep_second_look(draft, start.path, config, tune)
    del tune
    model = load_model(draft)
    tuned = run_tune(model)
    card = tuned_card(draft, tuned)
    gain: dict[str, float] = {}
    if start is not None:
        before = run_tune(start.model)
        gain = _gain(before, tuned, (start.model.card.threshold, card.threshold))
    tested = _results(catalogue, parts.test, model, config, quiet)
    card = replace(
        card,
        data=_data(catalogue, parts, config, start) | gain,
        metrics=_metrics(tested, [row.patient for row in parts.test], card.threshold),
        training=run_facts(config, started),
    )
    path = outputs.models / f"{config.name}.onnx"
    outputs.models.mkdir(parents=True, exist_ok=True)
    write_atomically(path, draft.read_bytes())
    write_card(card, path)
    return path


def choose_parts(catalogue: Catalogue, config: TrainingConfig) -> Parts:
    """The cases that a run uses.

    Raises:
        UsageError: A licence forbids the purpose, or a part has no case.
    """
    rows = [row for row in catalogue.rows if _is_wanted(row, config)]
    if len(rows) < len(catalogue.rows):
        left = len(catalogue.rows) - len(rows)
        logger.warning("%d cases are not of the hepatobiliary phase and are left out", left)
    if config.real.for_sharing:
        _check_licences(catalogue, rows)
    by_part = {
        name: tuple(row for row in rows if catalogue.split_of(row) == name)
        for name in ("train", "tune", "test")
    }
    wanted = config.real.train_patients
    if wanted:
        patients = list(dict.fromkeys(row.patient for row in by_part["train"]))
        order = np.random.default_rng(config.fit.seed).permutation(len(patients))[:wanted]
        chosen = {patients[i] for i in order}
        by_part["train"] = tuple(row for row in by_part["train"] if row.patient in chosen)
    for name, part in by_part.items():
        if not part:
            raise UsageError(
                f"The catalogue {catalogue.folder} has no {name} case that this run can use; "
                "splits.csv says which patient is in which part."
            )
    return Parts(**by_part)


def _is_wanted(row: CaseRow, config: TrainingConfig) -> bool:
    return row.phase == "hepatobiliary" or not config.real.only_hepatobiliary


def _material(catalogue: Catalogue, parts: Parts, start: Start | None) -> dict[str, str]:
    """What the weights are learnt from: the start, and the cases of the parts that they see."""
    begun = {} if start is None else {"start": start.model.card.sha256}
    seen = {"train": parts.train, "tune": parts.tune}
    return begun | {
        f"{part} {row.case}": fingerprint(case_path(catalogue.folder, row.case))
        for part, rows in seen.items()
        for row in rows
    }


def _check_licences(catalogue: Catalogue, rows: Sequence[CaseRow]) -> None:
    used = {row.source for row in rows}
    for source in catalogue.sources:
        if source.name in used and not source.allows_sharing:
            raise UsageError(
                f"{source.title} is under {source.licence}: a model trained on it may not be given "
                "away under a free licence. Leave it out, or train without --for-sharing."
            )


def _gain(
    before: Sequence[CaseResult], after: Sequence[CaseResult], limits: tuple[float, float]
) -> dict[str, float]:
    """What the start and what came of it do on the tuning patients; a word if that got worse.

    Args:
        before: Results of the start; none where there was none.
        after: Results of the new model.
        limits: Their thresholds.
    """
    aucs = [auc(*counted_slices(results)) for results in (before, after)]
    if not np.isfinite(aucs).all():
        return {}
    false = [
        float(np.mean([result.at(limit)[1] for result in results]))
        for results, limit in zip((before, after), limits, strict=True)
    ]
    if aucs[1] <= aucs[0] or false[1] > false[0]:
        logger.warning(
            "On the tuning patients the slice AUC was %.3f and is %.3f, false findings a patient "
            "were %.2f and are %.2f: something got worse, or nothing better. Compare both files on "
            "the test patients (evaluate --model2) before you use the new one.",
            *aucs,
            *false,
        )
    names = ("tuning_auc", "tuning_false_findings")
    return {
        f"{name}{when}": round(value, 4)
        for name, values in zip(names, (aucs, false), strict=True)
        for when, value in zip(("_before", ""), values, strict=True)
    }


def _examples(
    catalogue: Catalogue, rows: Sequence[CaseRow], config: TrainingConfig, quiet: bool
) -> Iterator[Example]:
    for row in tqdm(rows, desc="Preparing cases", unit="case", disable=quiet):
        yield catalogue_example(catalogue.load(row), config.input)


def _training_examples(
    catalogue: Catalogue,
    rows: Sequence[CaseRow],
    config: TrainingConfig,
    work: Path,
    quiet: bool,
) -> Iterator[Example]:
    """Real cases, real cases with implants, simulated cases: as the configuration asks."""
    yield from _examples(catalogue, rows, config, quiet)
    if config.real.implants:
        yield from _implanted(catalogue, rows, config)
    if config.real.with_simulated:
        patients = Patients(config, work / "cases")
        patients.make("train", quiet=quiet)
        yield from patients.examples("train")


def _implanted(
    catalogue: Catalogue, rows: Sequence[CaseRow], config: TrainingConfig
) -> Iterator[Example]:
    donors: list[Donor] = []
    for row in rows:
        donors += find_donors(catalogue.load(row))
    generator = np.random.default_rng([config.fit.seed, 1])
    made = 0
    for row in rows:
        case = catalogue.load(row)
        others = [donor for donor in donors if donor.name != case.name]
        for number in range(config.real.implants):
            copy = implant(case, others, generator, f"{case.name}-implant-{number + 1}")
            if copy is not None:
                made += 1
                yield catalogue_example(copy, config.input)
    logger.info("%d cases with an implanted lesion from %d donors", made, len(donors))


def _results(
    catalogue: Catalogue,
    rows: Sequence[CaseRow],
    model: Model,
    config: TrainingConfig,
    quiet: bool,
) -> list[CaseResult]:
    detector = model_detector(model)
    area = config.cases.positive_area_mm2
    bar = tqdm(rows, desc="Evaluating cases", unit="case", disable=quiet)
    return [catalogue_result(catalogue.load(row), detector, area) for row in bar]


def _trained_on(
    catalogue: Catalogue, parts: Parts, config: TrainingConfig, start: Start | None
) -> str:
    """What stands on every view: which cases, and that no clinic has tried it."""
    used = {row.source for row in parts.train}
    titles = ", ".join(s.name for s in catalogue.sources if s.name in used)
    patients = len({row.patient for row in parts.train})
    before = "" if start is None else f"{start.model.card.trained_on.split(';')[0]}, then "
    beside = " and simulated ones" if config.real.with_simulated else ""
    return f"{before}{patients} patients of {titles}{beside}; not validated in clinical use"


def _data(
    catalogue: Catalogue, parts: Parts, config: TrainingConfig, start: Start | None
) -> dict[str, Any]:
    used = {row.source for row in parts.all}
    sources = [source for source in catalogue.sources if source.name in used]
    return {
        "source": "; ".join(f"{s.title} ({s.licence}; {s.where})" for s in sources),
        "licences": sorted({source.licence for source in sources}),
        "may_be_given_away": all(source.allows_sharing for source in sources),
        "train_patients": len({row.patient for row in parts.train}),
        "tune_patients": len({row.patient for row in parts.tune}),
        "test_patients": len({row.patient for row in parts.test}),
        "train_cases": [row.case for row in parts.train],
        "tune_cases": [row.case for row in parts.tune],
        "test_cases": [row.case for row in parts.test],
        "simulated_train_patients": (
            config.cases.train_patients if config.real.with_simulated else 0
        ),
        "implants_per_case": config.real.implants,
    } | start_facts(start)


def _metrics(
    results: Sequence[CaseResult], patients: Sequence[str], threshold: float
) -> dict[str, Any]:
    """Figures with intervals by patient, who may have several cases."""
    outcomes = by_patient([outcome(result, threshold) for result in results], patients)
    values, bounds = figures(outcomes, threshold), intervals(outcomes, threshold)
    return {
        "measured_on": f"{len(results)} cases of {len(outcomes)} patients of the catalogue's test "
        "part, at the balanced threshold",
        "slices": int(sum(result.is_counted.sum() for result in results)),
        "positive_slices": int(sum(result.is_positive.sum() for result in results)),
        "lesions": int(sum(len(result.diameters_mm) for result in results)),
        "figures": {
            name: {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4)}
            for name, value in values.items()
            for low, high in [bounds[name]]
            if np.isfinite([value, low, high]).all()
        },
    }
