"""What STARD-AI and CLAIM ask for: what this report can fill in, and what only people can.

The items are named in our own words after STARD 2015 with its 2025 extension for AI (STARD-AI) and
CLAIM (2020, updated 2024). A tool must never fill in ethics, consent, funding or claims of benefit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hcc_viewer.catalogue import CaseRow, Catalogue
from hcc_viewer.training.case_report.measured import Measured

NOT_MEASURED = "not measured; `evaluate --robustness` does it"

FILLED, ASK, NEVER = "filled in", "needs you", "yours alone"


@dataclass(frozen=True)
class Item:
    """One line of the checklist."""

    topic: str
    status: str
    text: str


def checklist(
    catalogue: Catalogue, measured: Measured, part: str, has_robustness: bool = False
) -> tuple[Item, ...]:
    """All items for one model."""
    filled = _filled(catalogue, measured, part, has_robustness)
    return (*filled, *_asked(), *_never())


def _filled(
    catalogue: Catalogue, measured: Measured, part: str, has_robustness: bool
) -> list[Item]:
    card = measured.model.card
    rows = measured.rows
    sources = [s for s in catalogue.sources if s.name in {row.source for row in rows}]
    scanners = sorted({_scanner(row) for row in rows} - {""})
    config = _table(card.training.get("config"))
    fit, network = _table(config.get("fit")), _table(config.get("network"))
    texts = {
        "Data sources": "; ".join(f"{s.title} ({s.where}, {s.licence})" for s in sources),
        "Patients, images, lesions": f"{len(measured.patients)} patients, {len(rows)} series, "
        f"{len(measured.truth)} slices ({int(measured.truth.sum())} with HCC), "
        f"{len(measured.diameters_mm)} HCC",
        "Partition": f"by patient, saved in splits.csv; this report is on the part '{part}'",
        "Flow and exclusions": f"{len(catalogue.exclusions)} cases left out, each with its reason "
        "(exclusions.csv and the flow chart)",
        "Scanners": ", ".join(scanners) or "not in the files",
        "Reference standard, as the sets describe it": "; ".join(s.labels for s in sources),
        "Definition of a positive slice": "HCC covers at least the stated area; slices with less "
        "are not counted",
        "Preprocessing": f"{card.input.size} x {card.input.size} pixels over "
        f"{card.input.field_mm or 'the whole slice'} mm, channels at "
        f"{', '.join(f'{o:g}' for o in card.input.offsets_mm)} mm; air 0, the "
        f"{card.input.high_percentile:g}th percentile of the body 1",
        "De-identification": "the catalogue holds no name, identifier or date",
        "Model": f"{card.name} {card.version}, SHA-256 {card.sha256}; {card.description.strip()}",
        "Architecture": ", ".join(f"{k} {v}" for k, v in network.items()) or "not in the card",
        "Training": ", ".join(f"{k} {v}" for k, v in fit.items()) or "not in the card",
        "Training data": str(card.data.get("source", "not in the card")),
        "Threshold": f"{measured.threshold:g}, fixed on the tuning patients and kept in the card",
        "Software": str(card.training.get("software", "not in the card")),
        "Intervals": "95 %, bootstrap over patients; DeLong and Wilson only where one score is one "
        "patient's",
        "Results": "discrimination, calibration, decision curves, lesions by size, subgroups, "
        "failures: this report",
        "Robustness": "noise, bias field, blur, pixel size and slice thickness: this report"
        if has_robustness
        else NOT_MEASURED,
    }
    unknown = ("", "not in the card", "not in the files", NOT_MEASURED)
    return [
        Item(topic, ASK if text in unknown else FILLED, text or "not known")
        for topic, text in texts.items()
    ]


def _scanner(row: CaseRow) -> str:
    field = f"{row.field_strength_t} T" if row.field_strength_t else ""
    return f"{row.vendor} {field}".strip()


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _asked() -> list[Item]:
    asked = (
        ("Title, abstract, background", "identify the study as one of AI accuracy"),
        ("Intended use and place in the workflow", "who is to use it, on whom, and what for"),
        ("Eligibility, setting, dates", "how patients were chosen, where and when"),
        ("Annotation", "who outlined, with what experience; how disagreement was settled"),
        ("Sample size", "why so many"),
        ("Missing data", "why images are missing"),
        ("Fairness", "age, sex and origin are not in the catalogue"),
        ("Interpretation, limits, generality", "what the figures mean for your patients"),
    )
    return [Item(topic, ASK, text) for topic, text in asked]


def _never() -> list[Item]:
    topics = (
        "Ethics approval and consent",
        "Registration and protocol",
        "Funding and conflicts of interest",
        "Clinical benefit",
    )
    return [Item(topic, NEVER, "a tool must not fill this in") for topic in topics]
