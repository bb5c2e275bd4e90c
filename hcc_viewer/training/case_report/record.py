"""The report as JSON."""

from __future__ import annotations

import math
from typing import Any

from hcc_viewer import __version__
from hcc_viewer.stats.roc import roc_curve
from hcc_viewer.training.case_report.content import Material
from hcc_viewer.training.case_report.figure import Figure
from hcc_viewer.training.case_report.figures import ModelFigures
from hcc_viewer.training.case_report.localisation import LEVELS
from hcc_viewer.training.case_report.localisation_figures import mean_overlaps
from hcc_viewer.training.case_report.measured import Measured
from hcc_viewer.training.case_report.plots import label_of
from hcc_viewer.training.case_report.robustness import RobustnessRow

FORMAT = "hcc-viewer-validation"
VERSION = 1


def report_record(material: Material) -> dict[str, Any]:
    """Everything that the pages say in numbers; NaN is null."""
    measured = material.pairs[0][0]
    return {
        "format": FORMAT,
        "version": VERSION,
        "software": {"name": "HCC Viewer", "version": __version__},
        "cases": {
            "part": material.part,
            "positive_area_mm2": material.positive_area_mm2,
            "patients": len(measured.patients),
            "series": len(measured.rows),
            "slices": len(measured.truth),
            "positive_slices": int(measured.truth.sum()),
            "lesions": len(measured.diameters_mm),
            "names": [row.case for row in measured.rows],
            "image_sha256": [row.image_sha256 for row in measured.rows],
            "sources": [
                {"name": s.name, "title": s.title, "licence": s.licence, "phase": s.phase}
                for s in material.catalogue.sources
                if s.name in {row.source for row in measured.rows}
            ],
            "excluded": [
                {"case": e.case, "reason": e.reason, "detail": e.detail}
                for e in material.catalogue.exclusions
            ],
        },
        "models": [_model(*pair) for pair in material.pairs],
        "comparison": [_figure(item) for item in material.comparison],
        "robustness": [
            {"model": label_of(measured), "rows": [_robustness(row) for row in rows]}
            for (measured, _), rows in zip(material.pairs, material.robustness, strict=False)
        ],
    }


def _model(measured: Measured, figures: ModelFigures) -> dict[str, Any]:
    identity = measured.model.identity
    both = measured.truth.any() and not measured.truth.all()
    curve = roc_curve(measured.truth, measured.score) if both else None
    return {
        "name": identity.name,
        "version": identity.version,
        "sha256": identity.sha256,
        "trained_on": identity.trained_on,
        "threshold": measured.threshold,
        "slices": [_figure(item) for item in figures.slices],
        "lesions": [_figure(item) for item in figures.lesions],
        "patients": [_figure(item) for item in figures.patients],
        "calibration": [_figure(item) for item in figures.calibration],
        "subgroups": [
            {
                "kind": group.kind,
                "name": group.name,
                "patients": group.patients,
                "slices": group.slices,
                "figures": [_figure(item) for item in group.figures],
            }
            for group in figures.subgroups
        ],
        "roc": None
        if curve is None
        else {
            "sensitivity": [round(float(v), 5) for v in curve.sensitivity],
            "specificity": [round(float(v), 5) for v in curve.specificity],
        },
        "froc": None
        if figures.froc is None
        else {
            "threshold": [round(float(v), 5) for v in figures.froc.thresholds],
            "sensitivity": [round(float(v), 5) for v in figures.froc.sensitivity],
            "false_per_patient": [round(float(v), 5) for v in figures.froc.false_per_patient],
        },
        "reliability": [
            {"mean": round(b.mean_score, 5), "positive": round(b.share_positive, 5), "n": b.items}
            for b in figures.reliability
        ],
        "false_findings_on": dict(figures.false_places),
        "cam_overlap": [
            {"share_of_peak": level, "mean": _value(mean)}
            for level, mean in zip(LEVELS, mean_overlaps(measured), strict=True)
        ],
        "notes": list(figures.notes),
    }


def _robustness(row: RobustnessRow) -> dict[str, Any]:
    return {
        "change": row.change,
        "strength": row.strength,
        "unit": row.unit,
        "auc": _figure(row.auc),
        "difference": _figure(row.difference),
        "sensitivity": _value(row.sensitivity),
        "specificity": _value(row.specificity),
        "changed_cases": row.changed_cases,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "value": _value(figure.value),
        "low": _value(figure.low),
        "high": _value(figure.high),
        "interval": figure.how,
        "count": figure.count,
    }


def _value(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 5)
