"""`hcc-viewer evaluate --cases`: the validation report."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from hcc_viewer.catalogue import Catalogue, open_catalogue
from hcc_viewer.detection import Model
from hcc_viewer.errors import OutputError, UsageError
from hcc_viewer.progress import ReportProgress, ignore_progress
from hcc_viewer.stats.bootstrap import DRAWS
from hcc_viewer.system_faults import os_reason
from hcc_viewer.training.case_report.compare import compare
from hcc_viewer.training.case_report.content import Material, interval, make_content, number
from hcc_viewer.training.case_report.figures import model_figures
from hcc_viewer.training.case_report.gallery import false_findings, misses
from hcc_viewer.training.case_report.measured import Measured, measure_cases
from hcc_viewer.training.case_report.page_html import html_page
from hcc_viewer.training.case_report.page_pdf import pdf_page
from hcc_viewer.training.case_report.plots import draw_plots, label_of, robustness_plot
from hcc_viewer.training.case_report.readers import reader_tables
from hcc_viewer.training.case_report.record import report_record
from hcc_viewer.training.case_report.robustness import measure_robustness
from hcc_viewer.training.importers.flow_chart import flow_of, flow_svg

GALLERY = 12
"""Pictures of each kind."""


@dataclass(frozen=True)
class EvaluateRequest:
    """What to measure, on which cases, and where the report goes."""

    cases: Path
    out: Path
    part: str = "test"
    positive_area_mm2: float = 15.0
    draws: int = DRAWS
    pictures: int = GALLERY
    readers: Path | None = None
    """Folder of a reading study, for its tables."""
    robustness: bool = False
    """Also measure on images made worse; takes about fifteen times as long."""


def evaluate_cases(
    request: EvaluateRequest,
    models: Sequence[Model],
    report_progress: ReportProgress = ignore_progress,
) -> Material:
    """Measure models on a catalogue's part and write `validation.html`, `.pdf` and `.json`.

    Raises:
        UsageError: The part has no case.
        ReadError: The catalogue or a case cannot be read.
        OutputError: The report cannot be written.
    """
    catalogue = open_catalogue(request.cases)
    rows = catalogue.part(request.part)
    if not rows:
        raise UsageError(
            f"The part '{request.part}' of {request.cases} has no case; --part all takes all."
        )
    measured = [
        measure_cases(
            catalogue, rows, model, request.positive_area_mm2, report_progress=report_progress
        )
        for model in models
    ]
    material = _material(request, catalogue, measured)
    if request.robustness:
        material = _with_robustness(request, material, report_progress)
    _write(request.out, material)
    return material


def _material(
    request: EvaluateRequest, catalogue: Catalogue, measured: Sequence[Measured]
) -> Material:
    pairs = tuple((item, model_figures(item, request.draws)) for item in measured)
    return Material(
        catalogue=catalogue,
        part=request.part,
        positive_area_mm2=request.positive_area_mm2,
        pairs=pairs,
        comparison=(compare(measured[0], measured[1], request.draws) if len(measured) > 1 else ()),
        plots=tuple(draw_plots(pairs)),
        missed=tuple(misses(catalogue, measured[0], request.pictures)),
        false=tuple(false_findings(catalogue, measured[0], request.pictures)),
        flow_svg=flow_svg(flow_of(catalogue)),
        readers=(
            ()
            if request.readers is None
            else reader_tables(request.readers, measured[0].model, request.draws)
        ),
    )


def _with_robustness(
    request: EvaluateRequest, material: Material, report_progress: ReportProgress
) -> Material:
    measured = [item for item, _ in material.pairs]
    rows = tuple(
        measure_robustness(
            material.catalogue,
            item,
            request.positive_area_mm2,
            request.draws,
            report_progress=report_progress,
        )
        for item in measured
    )
    plot = robustness_plot([label_of(item) for item in measured], rows)
    return replace(material, robustness=rows, robustness_plot=plot)


def _write(out: Path, material: Material) -> None:
    content = make_content(material)
    files = {
        "validation.json": json.dumps(report_record(material), indent=1, allow_nan=False).encode(),
        "validation.html": html_page(content).encode(),
        "validation.pdf": pdf_page(content),
    }
    parts = {name: out / f"{name}.{os.getpid()}.part" for name in files}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            parts[name].write_bytes(data)
        for name, part in parts.items():
            part.replace(out / name)
    except OSError as error:
        raise OutputError(
            f"The report cannot be written to {out} ({os_reason(error)}); choose another folder."
        ) from error
    finally:
        for part in parts.values():
            with suppress(OSError):
                part.unlink()


def print_material(material: Material, out: Path) -> None:
    """The main figures on a terminal."""
    for measured, figures in material.pairs:
        print(f"{measured.model.identity.label}, {len(measured.patients)} patients")
        for item in (*figures.slices, *figures.lesions, *figures.patients, *figures.calibration):
            print(f"  {item.name:50s} {number(item.value):>7s}  {interval(item)}")
        for note in figures.notes:
            print(f"  Note: {note}")
    for (measured, _), rows in zip(material.pairs, material.robustness, strict=False):
        print(f"{measured.model.identity.label}, AUC of slices on changed images")
        for row in rows:
            name = f"{row.change} {row.strength:g} {row.unit}" if row.unit else "unchanged"
            print(f"  {name:50s} {number(row.auc.value):>7s}  {interval(row.auc)}")
    for item in material.comparison:
        print(f"  difference, {item.name:38s} {number(item.value):>7s}  {interval(item)}")
    print(f"Report     {out.resolve()}: validation.html, validation.pdf, validation.json")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that concern a catalogue."""
    real = parser.add_argument_group("real cases")
    real.add_argument("--cases", type=Path, help="a case catalogue that `import` made")
    real.add_argument("--model2", type=Path, help="a second model, compared on the same cases")
    real.add_argument("--part", default="test", help="train, tune, test or all; default: test")
    real.add_argument("--out", type=Path, help="folder of the report; default: validation")
    real.add_argument("--readers", type=Path, help="a reading study, for readers beside the model")
    real.add_argument(
        "--robustness",
        action="store_true",
        help="also on the images with noise, shading, blur, larger pixels and thicker slices; "
        "about fifteen times as long",
    )
    real.add_argument("--draws", type=int, default=DRAWS, help="of the bootstrap")


def run(options: argparse.Namespace, models: Sequence[Model]) -> int:
    """Evaluate as the command line asks; returns the exit status."""
    out = options.out or Path("validation")
    request = EvaluateRequest(
        options.cases,
        out,
        options.part,
        draws=options.draws,
        readers=options.readers,
        robustness=options.robustness,
    )
    material = evaluate_cases(request, models, _counter())
    if options.json:
        print(json.dumps(report_record(material), indent=1, allow_nan=False))
    else:
        print_material(material, out)
    return 0


def _counter() -> ReportProgress:
    def report(done: int, total: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == total else ""
            print(f"\rCases {done} of {total} ", end=end, file=sys.stderr, flush=True)

    return report
