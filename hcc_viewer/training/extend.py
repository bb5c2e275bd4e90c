"""Gives a model file what it lacks, and leaves its network as it is: a second look, or a twin."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from hcc_viewer.detection import load_model
from hcc_viewer.errors import UsageError
from hcc_viewer.training.architecture import build_network
from hcc_viewer.training.config import TrainingConfig
from hcc_viewer.training.export import write_card
from hcc_viewer.training.files import write_atomically
from hcc_viewer.training.fit import fit
from hcc_viewer.training.patients import Patients
from hcc_viewer.training.second_look.run import (
    add_second_look,
    count_patients,
    keep_second_look,
)
from hcc_viewer.training.train import (
    Outputs,
    calibrated_draft,
    data_facts,
    finish,
    run_facts,
    tuning,
)
from hcc_viewer.training.warm_start import Start, load_start, start_facts
from hcc_viewer.training.work_folder import claim_folder


def train_second_look(
    config: TrainingConfig, outputs: Outputs, start: Path, *, quiet: bool = False
) -> Path:
    """Give a model file a second look, new or for the first time.

    Args:
        config: As for `train`; of the network, its shape only.
        outputs: As for `train`; the new file has the name and version of the configuration.
        start: The model file.
        quiet: Show no progress.

    Raises:
        UsageError: The working folder holds a run of another configuration, or the configuration
            names no patients for it.
        ModelFileError: The model file cannot be used.
    """
    started = time.time()
    if not config.cases.places_patients:
        raise UsageError(
            f"The configuration {config.name} names no patients for a second look; set "
            "cases.places_patients."
        )
    model = load_model(start)
    claim_folder(outputs.work, config)
    draft = outputs.work / "draft" / f"{config.name}.onnx"
    write_atomically(draft, start.read_bytes())
    named = replace(
        model.card, name=config.name, version=config.version, description=config.description
    )
    write_card(replace(named, second_look=None), draft)
    add_second_look(draft, config, outputs.work, model.card.sha256, quiet=quiet)
    data = dict(model.card.data) | {"second_look_patients": count_patients(config.cases)}
    facts = dict(model.card.training) | {"second_look": run_facts(config, started)}
    return finish(draft, config, outputs, data, facts, quiet=quiet)


def train_twin(
    config: TrainingConfig, outputs: Outputs, start: Start, *, quiet: bool = False
) -> Path:
    """Give a model file a twin, fitted from nothing, which takes over its second view.

    Its second look stays, weighed anew.

    Args:
        config: As for `train`.
        outputs: As for `train`; the new file has the name and version of the configuration.
        start: The model file.
        quiet: Show no progress.

    Raises:
        UsageError: The working folder holds a run of another configuration, or the file looks at
            each slice once only, or has a twin.
        ModelFileError: The model file cannot be used.
    """
    started = time.time()
    if start.network.twin or not start.network.second_view:
        lacks = "has a twin already" if start.network.twin else "looks at each slice once only"
        raise UsageError(
            f"{start.path} {lacks}; --twin-only needs a file with two views of one network."
        )
    claim_folder(outputs.work, config)
    config = start.apply(config)
    config = replace(config, network=replace(config.network, twin=True))
    patients = Patients(config, outputs.work / "cases")
    patients.make("train", quiet=quiet)
    tune = tuning(patients, quiet=quiet)
    examples, verbose = patients.examples("train"), 0 if quiet else 2
    other = replace(config, fit=replace(config.fit, seed=config.fit.seed + 1))
    twin = fit(other, examples, patients.examples("tune"), outputs.work / "twin", verbose=verbose)
    own = data_facts(config, Counter(example.source for example in examples))
    del examples
    first = build_network(config.network, config.input)
    load_start(first, start)
    draft = calibrated_draft([first, twin], config, outputs.work / "draft", tune)
    keep_second_look(draft, start.path, config, patients.iterate(patients.tuning_part))
    told = {f"twin_{key}": own[key] for key in ("train_patients", "train_anatomies")}
    data = dict(start.model.card.data) | told | start_facts(start)
    facts = run_facts(config, started) | {"first_network": dict(start.model.card.training)}
    return finish(draft, config, outputs, data, facts, quiet=quiet)
