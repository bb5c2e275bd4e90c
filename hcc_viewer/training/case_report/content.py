"""The report as sections of text, tables and pictures; pages are made of it in `page_*.py`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from hcc_viewer import NEGATIVE_RESULT, RESEARCH_USE, __version__
from hcc_viewer.catalogue import Catalogue
from hcc_viewer.catalogue.sources import REASONS
from hcc_viewer.training.case_report.checklist import checklist
from hcc_viewer.training.case_report.figure import Figure
from hcc_viewer.training.case_report.figures import ModelFigures, Subgroup
from hcc_viewer.training.case_report.gallery import Picture
from hcc_viewer.training.case_report.measured import Measured
from hcc_viewer.training.case_report.plots import Plot, label_of
from hcc_viewer.training.case_report.robustness import RobustnessRow

PAPER = {
    "AUC": ".90",
    "sensitivity": ".87",
    "specificity": ".93",
    "accuracy": ".90",
}
"""Kim et al., Sci Rep 2020;10:9458, external test on 45 patients (448 and 502 drawn slices)."""


@dataclass(frozen=True)
class Table:
    """Rows of text under a header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A part of the report."""

    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = ()
    pictures: tuple[Picture, ...] = ()
    svg: str = ""
    """A drawing that only pages show; print has the same in words."""


@dataclass(frozen=True)
class ReportContent:
    """All of the report."""

    title: str
    labels: tuple[str, ...]
    """What stands on every page."""
    sections: tuple[Section, ...]


@dataclass(frozen=True, eq=False)
class Material:
    """What the report is made of."""

    catalogue: Catalogue
    part: str
    positive_area_mm2: float
    pairs: tuple[tuple[Measured, ModelFigures], ...]
    comparison: tuple[Figure, ...] = ()
    plots: tuple[Plot, ...] = ()
    robustness: tuple[tuple[RobustnessRow, ...], ...] = ()
    """Of each model, where it was asked for."""
    robustness_plot: Plot | None = None
    missed: tuple[Picture, ...] = ()
    false: tuple[Picture, ...] = ()
    flow_svg: str = ""
    readers: tuple[Table, ...] = field(default_factory=tuple)
    """Of a reading study on the same cases."""


def make_content(material: Material) -> ReportContent:
    """Put the report together."""
    first = material.pairs[0][0]
    labels = (
        RESEARCH_USE,
        f"Model {first.model.identity.label}; trained on {first.model.card.trained_on}.",
        NEGATIVE_RESULT,
    )
    sections = [_cases(material)]
    for measured, figures in material.pairs:
        sections.append(_model(measured, figures))
    if material.comparison:
        sections.append(_comparison(material))
    sections.append(Section("Curves", plots=material.plots))
    if material.robustness:
        sections.append(_robustness(material))
    if material.readers:
        sections.append(Section("Readers and model", tables=material.readers))
    sections.append(_failures(material))
    sections.append(_checklist(material))
    return ReportContent(f"Validation of {label_of(first)}", labels, tuple(sections))


def figure_row(figure: Figure) -> tuple[str, ...]:
    """A figure as text cells: name, value, interval, how, over what."""
    return (
        figure.name,
        number(figure.value),
        interval(figure),
        figure.how if interval(figure) else "",
        figure.count,
    )


def number(value: float) -> str:
    """Three digits; a dash for what cannot be said."""
    return "-" if math.isnan(value) else f"{value:.3f}"


def interval(figure: Figure) -> str:
    """`low to high`; empty without one."""
    if math.isnan(figure.low) or math.isnan(figure.high):
        return ""
    return f"{figure.low:.3f} to {figure.high:.3f}"


def _cases(material: Material) -> Section:
    catalogue, measured = material.catalogue, material.pairs[0][0]
    sources = {row.source for row in measured.rows}
    rows = tuple(
        (source.title, source.licence, source.phase, source.where)
        for source in catalogue.sources
        if source.name in sources
    )
    left = tuple((e.case, REASONS[e.reason], e.detail) for e in catalogue.exclusions)
    text = (
        f"{len(measured.patients)} patients, {len(measured.rows)} series, {len(measured.truth)} "
        f"slices counted ({int(measured.truth.sum())} with HCC), {len(measured.diameters_mm)} HCC: "
        f"the part '{material.part}' of the catalogue. A slice is positive when HCC covers at "
        f"least {material.positive_area_mm2:g} mm2; slices with less are not counted. Slices are "
        "at their natural mix."
    )
    tables = [Table(("data set", "licence", "phase", "where"), rows)]
    if left:
        tables.append(Table(("left out", "reason", "detail"), left))
    return Section("Cases", (text,), tuple(tables), svg=material.flow_svg)


def _model(measured: Measured, figures: ModelFigures) -> Section:
    header = ("figure", "value", "95 % interval", "by", "count")
    tables = []
    for name, group in (
        ("slices", figures.slices),
        ("lesions", figures.lesions),
        ("patients", figures.patients),
        ("calibration", figures.calibration),
    ):
        if group:
            tables.append(Table((name, *header[1:]), tuple(figure_row(item) for item in group)))
    if figures.subgroups:
        tables.append(_subgroups(figures.subgroups))
    threshold = f"At the threshold {measured.threshold:.3f}, fixed beforehand on tuning patients."
    paper = (
        "For orientation, Kim et al. report for another network on 45 real patients: "
        + ", ".join(f"{name} {value}" for name, value in PAPER.items())
        + ". Other cases, other reference: not a comparison."
    )
    paragraphs = (threshold, *figures.notes, paper)
    return Section(label_of(measured), paragraphs, tuple(tables))


def _subgroups(groups: Sequence[Subgroup]) -> Table:
    rows = []
    for group in groups:
        cells = [
            " ".join(part for part in (number(f.value), _brackets(f)) if part)
            for f in group.figures
        ]
        rows.append((group.kind, group.name, str(group.patients), str(group.slices), *cells))
    names = tuple(figure.name for figure in groups[0].figures)
    return Table(("subgroup", "", "patients", "slices", *names), tuple(rows))


def _brackets(figure: Figure) -> str:
    text = figure.count or interval(figure)
    return f"({text})" if text else ""


def _comparison(material: Material) -> Section:
    first, second = (label_of(measured) for measured, _ in material.pairs[:2])
    rows = tuple(figure_row(item) for item in material.comparison)
    header = ("difference", "first less second", "95 % interval", "by", "")
    return Section(
        f"{first} against {second}",
        ("On the same cases, each at its own threshold; above 0 the first is better.",),
        (Table(header, rows),),
    )


def _robustness(material: Material) -> Section:
    header = (
        "change", "strength", "AUC", "95 % interval", "less unchanged", "95 % interval",
        "sensitivity", "specificity", "cases changed",
    )  # fmt: skip
    tables, names = [], []
    for (measured, _), rows in zip(material.pairs, material.robustness, strict=True):
        names.append(label_of(measured))
        cells = tuple(_robustness_row(row) for row in rows)
        tables.append(Table(header, cells))
    text = (
        "The same cases again with the images made worse; slices as above, intervals by bootstrap "
        "over patients, the difference on the same draws. Noise is Rician, its standard deviation "
        "in percent of the body's bright tissue; the bias field shades the image by up to the "
        "given share; blur is Gaussian, by its full width at half maximum; larger pixels and "
        "thicker slices are means of what there is, and cases that are as coarse already stay as "
        "they are. Made worse by computing: what a real scanner does at that setting may differ."
    )
    which = f"In this order: {', '.join(names)}." if len(names) > 1 else ""
    plots = (material.robustness_plot,) if material.robustness_plot else ()
    return Section("Robustness", (text, which) if which else (text,), tuple(tables), plots)


def _robustness_row(row: RobustnessRow) -> tuple[str, ...]:
    is_plain = row.change == "none"
    return (
        row.change,
        "" if is_plain else f"{row.strength:g} {row.unit}",
        number(row.auc.value),
        interval(row.auc),
        "" if is_plain else f"{row.difference.value:+.3f}",
        "" if is_plain else interval(row.difference),
        number(row.sensitivity),
        number(row.specificity),
        "" if is_plain else str(row.changed_cases),
    )


def _failures(material: Material) -> Section:
    figures = material.pairs[0][1]
    rows = tuple((place, str(count)) for place, count in figures.false_places)
    tables = (Table(("false findings lie on", "how many"), rows),) if rows else ()
    text = (
        "Missed lesions, the largest first, then false findings, the most probable first. Left the "
        "slice with the outline of what is HCC (green), right the heat map."
    )
    pictures = material.missed + material.false
    return Section("Failures", (text,) if pictures else ("None.",), tables, pictures=pictures)


def _checklist(material: Material) -> Section:
    items = checklist(
        material.catalogue, material.pairs[0][0], material.part, bool(material.robustness)
    )
    rows = tuple((item.topic, item.status, item.text) for item in items)
    text = (
        "After STARD-AI and CLAIM, in our own words; look the items up in the originals. Made by "
        f"HCC Viewer {__version__}."
    )
    return Section("Checklist", (text,), (Table(("item", "status", "text"), rows),))
