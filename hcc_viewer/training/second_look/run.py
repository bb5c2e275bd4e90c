"""Gives a model file its second look: places of unseen patients, their judge, its calibration."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import onnx
from tqdm import tqdm

from hcc_viewer.detection import Model, load_model
from hcc_viewer.detection.model_card import SecondLookSpec
from hcc_viewer.records import to_table
from hcc_viewer.training.config import CasesConfig, TrainingConfig
from hcc_viewer.training.examples import Example
from hcc_viewer.training.export import file_sha256, write_card
from hcc_viewer.training.files import write_atomically
from hcc_viewer.training.patients import Patients
from hcc_viewer.training.phantom.store import DAMAGED
from hcc_viewer.training.second_look.export import judge_file, judge_in, with_judge
from hcc_viewer.training.second_look.judge import fit_judge
from hcc_viewer.training.second_look.places import (
    PlaceSet,
    find_place_set,
    load_place_set,
    save_place_set,
)
from hcc_viewer.training.second_look.weighing import weighed

logger = logging.getLogger(__name__)

PARTS = ("places", "train")
"""Of `Patients`: those that the second network learns from. On its own patients the first network
names fewer places that are no HCC, so there are others beside them."""


def add_second_look(
    path: Path,
    config: TrainingConfig,
    work: Path,
    first: str,
    *,
    quiet: bool = False,
) -> None:
    """Put a second look into a model file and its card, which must be calibrated already.

    Its thresholds mean something else afterwards and are to be chosen anew. Where the patients give
    no places to learn from, as very few may, the file stays without a second look, and a warning
    says so.

    Args:
        path: The file; it and its card are written anew.
        config: The run's settings.
        work: The run's folder; the places of each patient and the second network's weights are
            kept there for a run that goes on.
        first: A hash of what the first network was made from: what is kept of another is not taken.
            The file's own will not do, for calibration and export round otherwise every time.
        quiet: Show no progress.
    """
    model = load_model(path)
    patients = Patients(config, work / "cases")
    places = _place_sets(patients, model, config, work / "places", first, quiet)
    examples = [patients.example(part, seed) for part, seed in places]
    folder = work / _judge_folder(first, config)
    try:
        judge = fit_judge(
            examples, list(places.values()), config, folder, verbose=0 if quiet else 2
        )
    except ValueError as error:
        logger.warning("No second look: %s", error)
        return
    del examples
    patients.make(patients.tuning_part, quiet=quiet)
    _put_in(path, judge_file(judge), config, patients.iterate(patients.tuning_part))


def count_patients(cases: CasesConfig) -> int:
    """The patients that a second look learns from; 0: there is to be none."""
    return cases.places_patients and cases.places_patients + cases.train_patients


def _judge_folder(first: str, config: TrainingConfig) -> str:
    """Where a second network is fitted: of one first network and one shape, whatever its cycles."""
    spec = replace(config.second_look, shifts_mm=(0.0,))  # changes nothing in the fit
    shape = [to_table(spec), to_table(replace(config.judge, cycles=(1,)))]
    text = json.dumps([first, *shape], sort_keys=True)
    return f"judge-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def keep_second_look(
    path: Path, start: Path, config: TrainingConfig, tune: Iterable[Example]
) -> None:
    """Take over the second look of the file that a run began from, and weigh it anew.

    Its network looks at the images themselves, and at the places that the new file names it is as
    good as at the old one's. Nothing is done where that file has none.

    Args:
        path: The new file, calibrated; it and its card are written anew.
        start: The file that the run began from.
        config: The run's settings, with the network of that file.
        tune: The tuning patients.
    """
    spec, judge = load_model(start).card.second_look, judge_in(onnx.load(start))
    if spec is None or judge is None:
        return
    _put_in(path, judge, replace(config, second_look=spec), tune)


def _put_in(path: Path, judge: bytes, config: TrainingConfig, tune: Iterable[Example]) -> None:
    """Write the file with its second look, and again with what the tuning patients say of it."""
    model, proto = load_model(path), with_judge(onnx.load(path), judge)
    _write(path, model, proto, config.second_look)
    second = load_model(path).judge
    assert second is not None
    _write(path, model, proto, weighed(model, second, tune, config))


def _place_sets(
    patients: Patients, model: Model, config: TrainingConfig, folder: Path, first: str, quiet: bool
) -> dict[tuple[str, int], PlaceSet]:
    """By part and seed; those that an earlier run of the same network wrote are read."""
    for part in PARTS:
        patients.make(part, quiet=quiet)
    keys = [(part, seed) for part in PARTS for seed in patients.seeds(part)]
    sets = {}
    for part, seed in tqdm(keys, desc="Finding places", unit="patient", disable=quiet):
        path = folder / f"{first[:12]}-{part}-{seed:06d}.npz"
        places = _kept(path)
        if places is None:
            places = find_place_set(patients.example(part, seed), model, config)
            save_place_set(places, path)
        sets[part, seed] = places
    return sets


def _kept(path: Path) -> PlaceSet | None:
    """What an earlier run wrote; None: nothing, or what cannot be read any more."""
    if not path.exists():
        return None
    try:
        return load_place_set(path)
    except DAMAGED as error:
        logger.warning("%s cannot be read (%s); it is made again.", path, error)
        return None


def _write(path: Path, model: Model, proto: onnx.ModelProto, spec: SecondLookSpec) -> None:
    write_atomically(path, proto.SerializeToString())
    card = replace(model.card, sha256=file_sha256(path), second_look=spec)
    write_card(card, path)
