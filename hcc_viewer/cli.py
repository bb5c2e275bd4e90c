"""The command line: `hcc-viewer`, with its contract in docs/architecture.md."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from hcc_viewer import HEAT_MAP_CAPTION, NEGATIVE_RESULT, RESEARCH_USE, __version__
from hcc_viewer.audit_command import add_audit
from hcc_viewer.doctor_command import add_doctor
from hcc_viewer.errors import CancelledError, HccViewerError, UsageError
from hcc_viewer.interrupts import interrupts, left_to_the_system
from hcc_viewer.models_command import add_models
from hcc_viewer.reader_study_command import add_reader_study
from hcc_viewer.scan_command import add_scan
from hcc_viewer.terminal import printable, replace_unprintable, say, stage_reporter

logger = logging.getLogger(__name__)

COMMANDS = ("demo", "scan", "detect", "deidentify", "doctor", "audit", "models", "reader-study")
"""Commands of the program itself."""

TRAINING_COMMANDS = ("train", "evaluate", "simulate", "import", "experiments")
"""Commands of the training extra. Any other first word is a study to open (`./demo` for a folder
of that name)."""

NETWORK_COMMANDS = ("send", "fetch")
"""Commands that talk to a PACS; nothing else uses the network."""

_ALL_COMMANDS = COMMANDS + NETWORK_COMMANDS + TRAINING_COMMANDS

PAPER_SIZES = ("a4", "letter")

REPORT_FORMATS = ("pdf", "png", "csv", "json", "sr", "sc", "ko", "epdf", "pm", "gsps")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words == ["--frame-worker"]:
        return _run_decoder()
    replace_unprintable()
    with interrupts() as told:
        try:
            return _run(words)
        except KeyboardInterrupt:
            return _complain("Interrupted.", CancelledError.exit_status)
        except Exception as error:  # noqa: BLE001  # no traceback reaches a user
            if told.asked:  # a library made another error of it, as numpy does while it is imported
                return _complain("Interrupted.", CancelledError.exit_status)
            return _explain(error)


def main_gui() -> int:
    """Start the window; the entry point for a desktop's menu."""
    return main(sys.argv[1:])


def _run(words: Sequence[str]) -> int:
    if words and words[0] in TRAINING_COMMANDS:
        return _run_training(words[0], words[1:])
    if words and words[0] in NETWORK_COMMANDS:
        return _run_network(words[0], words[1:])
    options = _parser(words).parse_args(words)
    return int(options.run(options))


def _explain(error: Exception) -> int:
    """Say what went wrong; returns the exit status."""
    if isinstance(error, HccViewerError):
        return _complain(str(error), error.exit_status)
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return _report_unexpected(error)


def _run_decoder() -> int:
    """Be the process that decodes for another one of this program (`dicom.isolated_decoders`)."""
    from hcc_viewer.dicom.isolated_decoders import run_worker

    run_worker()
    return 0


def _complain(sentence: str, status: int) -> int:
    with suppress(OSError):  # the terminal may be closed
        print(printable(f"hcc-viewer: {sentence}"), file=sys.stderr)
    return status


def _report_unexpected(error: Exception) -> int:
    """Log what nobody expected and say where; developers may want it raised."""
    if os.environ.get("HCC_VIEWER_DEBUG"):
        raise error
    from hcc_viewer.log import start_log

    path = start_log()
    logger.error("Unexpected error", exc_info=error)
    place = f" The details are in {path}." if path else ""
    return _complain(
        f"Something unexpected went wrong ({type(error).__name__}).{place} 'hcc-viewer doctor' "
        "prints what to send with a report of it.",
        HccViewerError.exit_status,
    )


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    if words and words[0] in COMMANDS:
        return _commands_parser()
    return _window_parser()


def _window_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hcc-viewer",
        description="Finds slices that look like hepatocellular carcinoma in hepatobiliary-phase "
        f"liver MRI. {RESEARCH_USE}",
        epilog=f"Commands: {', '.join(_ALL_COMMANDS)}; each has its own --help.",
    )
    parser.add_argument("--version", action="version", version=f"hcc-viewer {__version__}")
    parser.add_argument(
        "folder", nargs="?", type=Path, help="study to open: a folder, a file or a zip"
    )
    parser.set_defaults(run=_run_window)
    return parser


def _commands_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hcc-viewer", description=RESEARCH_USE)
    commands = parser.add_subparsers(dest="command", required=True)
    _add_demo(commands)
    add_scan(commands)
    _add_detect(commands)
    _add_deidentify(commands)
    add_doctor(commands)
    add_audit(commands)
    add_models(commands)
    add_reader_study(commands)
    return parser


def _add_demo(commands: Any) -> None:
    demo = commands.add_parser(
        "demo",
        help="open, or detect on, the bundled simulated study",
        description="Open the simulated patient that the program carries, to try everything on. "
        "Where no window can be shown, or with --headless, detect on it and write the report.",
    )
    demo.add_argument("--headless", action="store_true", help="detect and report, no window")
    demo.add_argument("--out", type=Path, help="folder for the report of --headless")
    demo.set_defaults(run=_run_demo)


def _add_detect(commands: Any) -> None:
    detect = commands.add_parser(
        "detect",
        help="detect on a study and write the result",
        description="Run the network over the likeliest hepatobiliary series of a study, print the "
        f"findings, and write result.json and the report. {RESEARCH_USE} {NEGATIVE_RESULT}",
    )
    detect.add_argument("path", type=Path, help="a folder, a file or a zip")
    detect.add_argument("--out", type=Path, required=True, help="folder for the result")
    detect.add_argument("--series", metavar="UID", help="SeriesInstanceUID; default: the HBP")
    limit = detect.add_mutually_exclusive_group()
    limit.add_argument("--threshold", type=_share, metavar="X", help="flag from X (0 to 1) upward")
    limit.add_argument("--operating-point", metavar="NAME", help="a threshold of the model card")
    detect.add_argument(
        "--format",
        type=_formats,
        nargs="+",
        default=[],
        metavar="FORMAT",
        help=f"files beside result.json: {', '.join(REPORT_FORMATS)} (commas or spaces)",
    )
    detect.add_argument("--model", help="a model file or an installed model; default: the chosen")
    detect.add_argument(
        "--identified", action="store_true", help="put the patient's identity into the files"
    )
    detect.add_argument(
        "--paper", choices=PAPER_SIZES, help="the PDF's paper; default: as in this country"
    )
    detect.set_defaults(run=_run_detect)


def _add_deidentify(commands: Any) -> None:
    copy = commands.add_parser(
        "deidentify",
        help="copy a study, and results, without identity",
        description="Copy a study with new UIDs and without what tells the patient (PS3.15, basic "
        "profile). Images that say that text is burned into their pixels are left out; look at the "
        "others before you give them away.",
    )
    copy.add_argument("path", type=Path, help="a folder, a file or a zip")
    copy.add_argument("--out", type=Path, required=True, help="a new folder for the copies")
    copy.add_argument(
        "--key",
        metavar="TEXT",
        help="secret of at least 8 characters; the same gives the same pseudonyms again",
    )
    copy.add_argument(
        "--format",
        type=_formats,
        nargs="+",
        default=[],
        metavar="FORMAT",
        help="detect on the copy and write these results into OUT/results",
    )
    copy.set_defaults(run=_run_deidentify)


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no number; give one from 0 to 1") from None
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} does not lie between 0 and 1")
    return value


def _formats(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in REPORT_FORMATS:
            raise argparse.ArgumentTypeError(f"'{name}' is not one of {', '.join(REPORT_FORMATS)}")
    return names


def _run_window(options: argparse.Namespace) -> int:
    return _show_window(options.folder)


def _show_window(path: Path | None) -> int:
    from hcc_viewer.gui.screen import why_no_window

    obstacle = why_no_window()
    if obstacle:
        raise UsageError(f"{obstacle} Without a window: hcc-viewer detect PATH --out DIR")
    from hcc_viewer.doctor import as_text, examine
    from hcc_viewer.gui.app import run

    with left_to_the_system():
        return run(path, describe=lambda: as_text(examine(with_speed=False)))


def _run_demo(options: argparse.Namespace) -> int:
    from hcc_viewer.gui.screen import why_no_window
    from hcc_viewer.paths import demo_study_dir

    folder = demo_study_dir()
    obstacle = None if options.headless else why_no_window()
    if not options.headless and obstacle is None:
        return _show_window(folder)
    out = options.out or Path("hcc-viewer-demo")
    _detect_and_print(folder, out, formats=("pdf", "png", "csv"))
    if obstacle:
        print(f"\nNo window was opened. {obstacle}")
    return 0


def _run_detect(options: argparse.Namespace) -> int:
    _detect_and_print(
        options.path,
        options.out,
        formats=tuple(name for names in options.format for name in names),
        series_uid=options.series,
        threshold=options.threshold,
        operating_point=options.operating_point,
        model_path=options.model,
        identified=options.identified,
        paper_size=options.paper,
    )
    return 0


def _detect_and_print(path: Path, out: Path, **choices: Any) -> None:
    from hcc_viewer.headless import DetectRequest, run_detection
    from hcc_viewer.report import absent_text

    detection, paths = run_detection(DetectRequest(path, out, **choices), stage_reporter())
    series = detection.series
    say(
        f"Series     {series.title}: {len(series.instances)} slices, phase score "
        f"{series.phase.score} of 100"
    )
    say(f"Model      {detection.model.label}; trained on {detection.model.trained_on}")
    say(
        f"Flagged    {len(detection.flagged)} of {len(detection.examined)} slices at or above "
        f"{detection.threshold:.3f}"
    )
    _print_findings(detection.findings, are_places_known=series.geometry.known)
    for notice in detection.warnings:
        say(f"Warning    {notice.message}")
    say(f"Time       {detection.timing.total:.2f} s (reading, preparing, network)")
    say(f"Report     {out.resolve()}: {', '.join(path.name for path in paths)}")
    absent = absent_text(choices.get("formats", ()), paths)
    if absent:
        say(f"           {absent}")
    say(f"{RESEARCH_USE} {NEGATIVE_RESULT} {HEAT_MAP_CAPTION}")


def _print_findings(findings: Sequence[Any], *, are_places_known: bool) -> None:
    if not findings:
        say("Findings   none")
        return
    say(
        "Findings    #  probability  slices     peak slice  row    column  extent mm  "
        "centre (L, P, S) mm"
    )
    for item in findings:
        extent, place = "unknown", "unknown"
        if are_places_known:
            extent = f"{item.extent_mm:.0f}"
            place = ", ".join(f"{value:.1f}" for value in item.center_lps_mm)
        slices = f"{item.first_slice + 1}-{item.last_slice + 1}"
        say(
            f"           {item.id:2d}  {item.probability:11.3f}  {slices:9s}  "
            f"{item.peak_slice + 1:10d}  {item.row:5.0f}  {item.column:6.0f}  "
            f"{extent:>9s}  {place}"
        )


def _run_deidentify(options: argparse.Namespace) -> int:
    from hcc_viewer import audit
    from hcc_viewer.deidentify import deidentify_study
    from hcc_viewer.dicom import scan_study

    key = None if options.key is None else options.key.encode()
    if key is not None and len(key) < 8:
        raise UsageError("The key is too short; give at least 8 characters.")
    stage = stage_reporter()
    study = scan_study(options.path, stage("Scanning"))
    made = deidentify_study(study, options.out, key, stage("Copying"))
    audit.record(audit.deidentified(made.study_uids, made.instances))
    print(f"Copied     {made.instances} images to {made.folder.resolve()}")
    for notice in made.notices:
        print(f"Warning    {notice.message}")
    formats = tuple(name for names in options.format for name in names)
    if formats:
        _detect_and_print(made.folder, made.folder / "results", formats=formats)
    return 0


def _run_training(command: str, words: Sequence[str]) -> int:
    try:
        from hcc_viewer.training.commands import run_command

        return run_command(command, words)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing.startswith("hcc_viewer") and not missing.startswith("hcc_viewer.training"):
            raise
        raise UsageError(
            f"'hcc-viewer {command}' needs the training extra ({missing} is missing); the program "
            "without an installed Python never has it. In the project's folder: "
            "pip install '.[training]'"
        ) from error


def _run_network(command: str, words: Sequence[str]) -> int:
    from hcc_viewer.pacs.commands import run_command

    return run_command(command, words, stage_reporter())
