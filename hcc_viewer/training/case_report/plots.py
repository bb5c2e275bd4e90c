"""The report's curves, as SVG for pages and PNG for print."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure as Canvas

from hcc_viewer.stats.roc import roc_curve
from hcc_viewer.training.case_report.figures import ModelFigures
from hcc_viewer.training.case_report.measured import Measured
from hcc_viewer.training.case_report.robustness import RobustnessRow

COLORS = ("#1f5fa8", "#c2571a", "#2d7d46", "#7a4ea3")
SIZE_IN = (4.4, 3.6)
WIDE_IN = (8.8, 2.6)


@dataclass(frozen=True)
class Plot:
    """One drawing."""

    title: str
    svg: str
    png: bytes
    aspect: float
    """Width over height."""


Pair = tuple[Measured, ModelFigures]


def draw_plots(pairs: Sequence[Pair]) -> list[Plot]:
    """All curves, one line for each model; what cannot be drawn is left out."""
    drawings: list[tuple[str, Callable[[Any, Sequence[Pair]], None], bool]] = [
        ("ROC of slices", _roc, _has_both(pairs[0][0])),
        ("FROC", _froc, pairs[0][1].froc is not None),
        ("Lesions found by size", _sizes, pairs[0][0].has_lesions),
        ("Reliability", _reliability, True),
        ("Decision curve of slices", _decision("slice_decisions"), _has_both(pairs[0][0])),
        ("Decision curve of patients", _decision("patient_decisions"),
         bool(pairs[0][1].patient_decisions)),
    ]  # fmt: skip
    return [_plot(title, draw, pairs) for title, draw, is_possible in drawings if is_possible]


def robustness_plot(labels: Sequence[str], models: Sequence[Sequence[RobustnessRow]]) -> Plot:
    """AUC by strength, one panel for each kind of change."""
    kinds = list(dict.fromkeys(row.change for row in models[0] if row.change != "none"))

    def draw(canvas: Canvas) -> None:
        panels = canvas.subplots(1, len(kinds), sharey=True, squeeze=False)[0]
        for panel, kind in zip(panels, kinds, strict=True):
            for label, rows, color in zip(labels, models, COLORS, strict=False):
                _strengths(
                    panel, [row for row in rows if row.change in ("none", kind)], label, color
                )
            panel.set_title(kind)
            panel.spines[["top", "right"]].set_visible(False)
        panels[0].set(ylabel="AUC of slices", ylim=(0.4, 1.01))
        if len(labels) > 1:
            panels[-1].legend(frameon=False)

    return _drawing("Robustness", draw, WIDE_IN)


def _strengths(panel: Any, rows: Sequence[RobustnessRow], label: str, color: str) -> None:
    values = [row.auc.value for row in rows]
    ends = [[r.auc.value - r.auc.low for r in rows], [r.auc.high - r.auc.value for r in rows]]
    places = np.arange(len(rows))
    panel.errorbar(
        places, values, np.maximum(np.nan_to_num(ends), 0), fmt="o-", color=color, markersize=3,
        capsize=2, label=label,
    )  # fmt: skip
    panel.set_xticks(places, ["0", *(f"{row.strength:g}" for row in rows[1:])])
    panel.set(xlabel=rows[-1].unit)


def label_of(measured: Measured) -> str:
    """A model in a legend."""
    return f"{measured.model.card.name} {measured.model.card.version}"


def _has_both(measured: Measured) -> bool:
    return bool(measured.truth.any() and not measured.truth.all())


def _plot(title: str, draw: Callable[[Any, Sequence[Pair]], None], pairs: Sequence[Pair]) -> Plot:
    def on_canvas(canvas: Canvas) -> None:
        axes = canvas.add_subplot()
        draw(axes, pairs)
        axes.set_title(title)
        axes.spines[["top", "right"]].set_visible(False)
        if len(pairs) > 1 or title.startswith("Decision"):
            axes.legend(frameon=False)

    return _drawing(title, on_canvas, SIZE_IN)


def _drawing(title: str, draw: Callable[[Canvas], None], size_in: tuple[float, float]) -> Plot:
    with mpl.rc_context({"svg.hashsalt": "hcc-viewer", "font.size": 8, "svg.fonttype": "none"}):
        canvas = Canvas(figsize=size_in, layout="constrained")
        draw(canvas)
        vector, raster = io.StringIO(), io.BytesIO()
        canvas.savefig(vector, format="svg", metadata={"Date": None})
        canvas.savefig(raster, format="png", dpi=160)
    text = vector.getvalue()
    return Plot(title, text[text.index("<svg") :], raster.getvalue(), size_in[0] / size_in[1])


def _roc(axes: Any, pairs: Sequence[Pair]) -> None:
    for (measured, figures), color in zip(pairs, COLORS, strict=False):
        curve = roc_curve(measured.truth, measured.score)
        label = f"{label_of(measured)}: {figures.slices[0].value:.3f}"
        axes.plot(1 - curve.specificity, curve.sensitivity, color=color, label=label)
        by_name = {figure.name: figure.value for figure in figures.slices}
        axes.plot(1 - by_name["specificity"], by_name["sensitivity"], "o", color=color)
    axes.plot([0, 1], [0, 1], color="#999", linewidth=0.8)
    axes.set(xlabel="1 - specificity", ylabel="sensitivity", xlim=(0, 1), ylim=(0, 1.01))


def _froc(axes: Any, pairs: Sequence[Pair]) -> None:
    for (measured, figures), color in zip(pairs, COLORS, strict=False):
        if figures.froc is not None:
            rates = np.maximum(figures.froc.false_per_patient, 0.03)
            axes.step(
                rates, figures.froc.sensitivity, where="post", color=color, label=label_of(measured)
            )
    axes.set_xscale("log", base=2)
    axes.set(xlabel="false findings per patient", ylabel="lesions found", ylim=(0, 1.01))


def _sizes(axes: Any, pairs: Sequence[Pair]) -> None:
    width = 0.8 / len(pairs)
    names: list[str] = []
    for number, ((measured, figures), color) in enumerate(zip(pairs, COLORS, strict=False)):
        bins = [item for item in figures.lesions if item.name.startswith("lesions found, ")]
        names = [f"{b.name.removeprefix('lesions found, ')}\n{b.count}" for b in bins]
        values = np.nan_to_num([b.value for b in bins])
        ends = np.nan_to_num([[b.value - b.low, b.high - b.value] for b in bins])
        places = np.arange(len(bins)) + number * width
        axes.bar(places, values, width, color=color, label=label_of(measured))
        axes.errorbar(places, values, np.maximum(ends, 0).T, fmt="none", ecolor="#333", capsize=2)
    axes.set_xticks(np.arange(len(names)) + width * (len(pairs) - 1) / 2, names, fontsize=6)
    room_for_legend = 0.15 * len(pairs) if len(pairs) > 1 else 0.0
    axes.set(ylabel="share found", ylim=(0, 1.05 + room_for_legend))


def _reliability(axes: Any, pairs: Sequence[Pair]) -> None:
    for (measured, figures), color in zip(pairs, COLORS, strict=False):
        bins = figures.reliability
        axes.plot(
            [b.mean_score for b in bins], [b.share_positive for b in bins], "o-", color=color,
            markersize=3, label=label_of(measured),
        )  # fmt: skip
    axes.plot([0, 1], [0, 1], color="#999", linewidth=0.8)
    axes.set(xlabel="mean probability", ylabel="share with HCC", xlim=(0, 1), ylim=(0, 1))


def _decision(field: str) -> Callable[[Any, Sequence[Pair]], None]:
    def draw(axes: Any, pairs: Sequence[Pair]) -> None:
        top = 0.0
        for (measured, figures), color in zip(pairs, COLORS, strict=False):
            curve = getattr(figures, field)
            prices = [point.threshold for point in curve]
            values = [point.model for point in curve]
            top = max(top, *values)
            axes.plot(prices, values, color=color, label=label_of(measured))
        curve = getattr(pairs[0][1], field)
        axes.plot([p.threshold for p in curve], [p.all for p in curve], color="#777", label="all")
        axes.axhline(0, color="#bbb", linewidth=0.8, label="none")
        axes.set(
            xlabel="threshold probability", ylabel="net benefit", ylim=(-0.05, top * 1.2 + 0.02)
        )

    return draw
