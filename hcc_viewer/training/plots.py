"""Pictures for the validation report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot as plt

from hcc_viewer.training.figures import SIZE_BINS_MM

_SIZE = (4.6, 4.2)
_DPI = 90


def write_plots(measured: Mapping[str, Mapping[str, Any]], folder: Path) -> dict[str, Path]:
    """ROC, FROC, calibration and sensitivity by size as PNG.

    Args:
        measured: By detector's name what `validation.measure` gave; the first is the model.
        folder: Made where it is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    first = next(iter(measured.values()))
    makers: dict[str, Callable[[Any], None]] = {
        "roc": lambda axes: _roc(axes, measured),
        "froc": lambda axes: _froc(axes, measured),
        "calibration": lambda axes: _calibration(axes, first),
        "size": lambda axes: _size(axes, first),
    }
    paths = {}
    for name, make in makers.items():
        figure, axes = plt.subplots(figsize=_SIZE, layout="constrained")
        make(axes)
        axes.grid(alpha=0.25)
        paths[name] = folder / f"{name}.png"
        figure.savefig(paths[name], dpi=_DPI, metadata={"Software": None})
        plt.close(figure)
    return paths


def _roc(axes: Any, measured: Mapping[str, Mapping[str, Any]]) -> None:
    for name, values in measured.items():
        area = values["figures"].get("slice AUC", {}).get("value", float("nan"))
        axes.plot(*zip(*values["roc"], strict=True), label=f"{name} ({area:.3f})")
    axes.plot([0, 1], [0, 1], ":", color="grey", linewidth=1)
    axes.set(xlabel="1 - specificity", ylabel="sensitivity", title="Slices")
    axes.legend(loc="lower right", fontsize=8)


def _froc(axes: Any, measured: Mapping[str, Mapping[str, Any]]) -> None:
    for name, values in measured.items():
        curve = values["froc"]
        axes.plot(curve["false_findings_per_patient"], curve["all"], marker=".", label=name)
    axes.set(
        xscale="log",
        ylim=(0, 1.02),
        xlabel="false findings per patient",
        ylabel="share of HCC found",
        title="Lesions",
    )
    ticks = next(iter(measured.values()))["froc"]["false_findings_per_patient"]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.legend(loc="best", fontsize=8)


def _calibration(axes: Any, values: Mapping[str, Any]) -> None:
    said, seen, _ = zip(*values["calibration"], strict=True)
    axes.plot([0, 1], [0, 1], ":", color="grey", linewidth=1)
    axes.plot(said, seen, marker="o")
    axes.set(xlabel="probability given", ylabel="share with HCC", title="Calibration of slices")


def _size(axes: Any, values: Mapping[str, Any]) -> None:
    names = [name for name, _, _ in SIZE_BINS_MM if f"lesions found, {name}" in values["figures"]]
    found = [values["figures"][f"lesions found, {name}"] for name in names]
    middle = [item["value"] for item in found]
    spread = [
        [max(0.0, item["value"] - item["low"]) for item in found],
        [max(0.0, item["high"] - item["value"]) for item in found],
    ]
    axes.bar(range(len(names)), middle, yerr=spread, color="#4c78a8", capsize=4)
    axes.set_xticks(range(len(names)), [name.replace(" and more", "+") for name in names])
    axes.tick_params(axis="x", labelsize=8, labelrotation=20)
    axes.set(ylim=(0, 1.05), ylabel="share of HCC found", title="By diameter, 95 % intervals")
