"""The commands of the training extra: `train`, `evaluate`, `simulate`, `import`, `experiments`."""

from __future__ import annotations

import argparse
import errno
import json
import os
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hcc_viewer.errors import OutputError, ReadError, UsageError
from hcc_viewer.system_faults import os_number, os_reason
from hcc_viewer.training.config import TrainingConfig, is_file_name, load_config, own_configs
from hcc_viewer.training.quiet import without_remarks

_CANNOT_WRITE = (
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST,
)  # fmt: skip
"""What the system says of a place that takes nothing more, or nothing at all."""


def run_command(name: str, words: Sequence[str]) -> int:
    """Run one command with what follows it on the command line; returns the exit status."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    commands = {
        "train": _train,
        "evaluate": _evaluate,
        "simulate": _simulate,
        "import": _import,
        "experiments": _experiments,
    }
    try:
        with without_remarks():
            return commands[name](words)
    except OSError as error:
        if os_number(error) not in _CANNOT_WRITE:
            raise
        if error.filename and _is_unreadable(error.filename):
            raise ReadError(f"{error.filename} cannot be read: {os_reason(error)}.") from error
        place = f" ({error.filename})" if error.filename else ""
        raise OutputError(
            f"What '{name}' makes cannot be written{place}: {os_reason(error)}. What is whole is "
            "kept: make room, or name another folder, and start it again."
        ) from error


def _is_unreadable(path: str | Path) -> bool:
    """Whether it is there but may not be read: then nobody wanted to write it."""
    return os.access(path, os.F_OK) and not os.access(path, os.R_OK)


def _train(words: Sequence[str]) -> int:
    options = _train_options(words)
    if options.cases is not None:
        return _adapt(options)
    config = _configuration(options.config or "bundled", options.anatomy)
    from hcc_viewer.training.extend import train_second_look, train_twin
    from hcc_viewer.training.train import Outputs, train
    from hcc_viewer.training.warm_start import find_start

    outputs = Outputs(options.work, options.models, options.docs)
    if options.second_look_only:
        path = train_second_look(config, outputs, find_start(options.start).path)
    elif options.twin_only:
        path = train_twin(config, outputs, find_start(options.start))
    else:
        if options.start is not None:
            config = replace(config, real=replace(config.real, start_from=options.start))
        path = train(config, outputs)
    print(f"Wrote {path} and {path.with_suffix('.toml')}.")
    return 0


def _train_options(words: Sequence[str]) -> argparse.Namespace:
    """What the words ask for.

    Raises:
        UsageError: Two of them do not go together.
    """
    parser = argparse.ArgumentParser(
        prog="hcc-viewer train",
        description="Makes a model file: simulates patients, trains, calibrates, "
        "fixes the thresholds, evaluates, and writes the file with its card. An interrupted run "
        "goes on when it is started again with the same --work.",
    )
    parser.add_argument(
        "--config",
        help=f"{', '.join(own_configs())}, or a TOML file; default: bundled, with --cases adapt",
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
    parser.add_argument(
        "--start", help="the model file to begin from: bundled, or a path; default: from nothing"
    )
    parser.add_argument(
        "--second-look-only",
        action="store_true",
        help="keep the network of --start as it is, and fit only the second look at its places",
    )
    parser.add_argument(
        "--twin-only",
        action="store_true",
        help="keep the network of --start as it is, and fit only a twin for its second view",
    )
    _add_case_options(parser)
    options = parser.parse_args(words)
    for name in ("second_look_only", "twin_only"):
        if getattr(options, name) and (options.start is None or options.cases is not None):
            told = f"--{name.replace('_', '-')}"
            raise UsageError(f"{told} needs --start, and goes without --cases.")
    if options.name is not None and not is_file_name(options.name):
        raise UsageError(
            f"--name '{options.name}' cannot be the name of a file in --models; choose one without "
            "slashes and '..'."
        )
    if options.second_look_only and options.twin_only:
        raise UsageError("--second-look-only and --twin-only are two runs, one after the other.")
    return options


def _add_case_options(parser: argparse.ArgumentParser) -> None:
    real = parser.add_argument_group("real cases")
    real.add_argument("--cases", type=Path, help="a case catalogue that `import` made")
    real.add_argument("--name", help="of the new model file")
    real.add_argument(
        "--for-sharing", action="store_true", help="refuse data sets whose licence forbids it"
    )


def _adapt(options: argparse.Namespace) -> int:
    """Train on a catalogue of cases."""
    from hcc_viewer.catalogue import open_catalogue

    catalogue = open_catalogue(options.cases)
    config = _configuration(options.config or "adapt", options.anatomy)
    real = config.real
    if options.start is not None:
        real = replace(real, start_from=options.start)
    real = replace(real, for_sharing=real.for_sharing or options.for_sharing)
    config = replace(config, real=real, name=options.name or config.name)
    from hcc_viewer.training.adapt import adapt
    from hcc_viewer.training.train import Outputs

    path = adapt(catalogue, config, Outputs(options.work, options.models))
    print(f"Wrote {path} and {path.with_suffix('.toml')}.")
    command = ["hcc-viewer", "evaluate", "--cases", str(options.cases), "--model", str(path)]
    print(f"Measure it: {shlex.join(command)}")
    return 0


def _evaluate(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="hcc-viewer evaluate",
        description="Measures a model on the test cases of a catalogue (--cases), or on the "
        "simulated test patients of a configuration.",
    )
    parser.add_argument("--config", default="bundled", help="whose test patients")
    parser.add_argument(
        "--work",
        type=Path,
        default=Path("hcc-viewer-training"),
        help="folder for the cases; made when they are not there",
    )
    parser.add_argument(
        "--model",
        type=Path,
        help="a model file, with --cases also a name of `models list`; default: the bundled one",
    )
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
    from hcc_viewer.training.case_report import command as case_report

    case_report.add_options(parser)
    options = parser.parse_args(words)
    if options.cases is not None:
        return _evaluate_cases(options)
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


def _evaluate_cases(options: argparse.Namespace) -> int:
    """Measure models on a catalogue of cases."""
    from hcc_viewer.detection import load_model
    from hcc_viewer.detection.model_store import find_model
    from hcc_viewer.training.case_report import command as case_report

    named = [options.model, *([options.model2] if options.model2 else []), *options.beside]
    paths = [None if name is None else find_model(name) for name in named]
    return case_report.run(options, [load_model(path) for path in paths])


def _configuration(name: str, anatomy: Path | None) -> TrainingConfig:
    """A configuration, with a share of its patients from real cases where a folder is given."""
    config = load_config(name)
    if anatomy is None:
        return config
    from hcc_viewer.training.anatomy_split import with_anatomy

    return replace(config, cases=with_anatomy(config.cases, anatomy))


def _experiments(words: Sequence[str]) -> int:
    from hcc_viewer.training.experiments.command import experiments_command

    return experiments_command(words)


def _import(words: Sequence[str]) -> int:
    from hcc_viewer.training.importers.command import import_command

    return import_command(words)


def _simulate(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="hcc-viewer simulate",
        description="Writes simulated patients as DICOM, with the truth beside each.",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the patients")
    parser.add_argument("--patients", type=int, default=1, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other patients")
    parser.add_argument(
        "--anatomy", type=Path, help="folder of real CT cases to draw patients from"
    )
    options = parser.parse_args(words)
    if options.patients < 1:
        raise UsageError(f"--patients must be at least 1, not {options.patients}.")
    from tqdm import tqdm

    from hcc_viewer.training.anatomy_split import check_anatomy
    from hcc_viewer.training.phantom.config import PhantomConfig
    from hcc_viewer.training.phantom.simulate import simulate_patients

    config = PhantomConfig()
    if options.anatomy is not None:
        check_anatomy(options.anatomy)
        config = replace(config, anatomy=str(options.anatomy))
    processes = min(options.patients, os.cpu_count() or 1)
    with tqdm(total=options.patients, desc="Simulating", unit="patient") as bar:

        def show(done: int, total: int) -> None:
            bar.update(done - bar.n)

        simulate_patients(
            options.out,
            options.patients,
            options.seed,
            config,
            processes=processes,
            report_progress=show,
        )
    print(f"Wrote {options.patients} simulated patients to {options.out}.")
    return 0
