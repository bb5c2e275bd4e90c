"""A reading study's tables for the validation report."""

from __future__ import annotations

from pathlib import Path

from hcc_viewer.detection import Model
from hcc_viewer.reader_study.evaluation import evaluate_study
from hcc_viewer.reader_study.export import (
    COMPARISON_HEADER,
    PAPER_ROWS,
    SCORE_HEADER,
    comparison_row,
    score_row,
)
from hcc_viewer.training.case_report.content import Table


def reader_tables(study: Path, model: Model, draws: int) -> tuple[Table, ...]:
    """Readers and model side by side, their differences, and the washouts.

    Raises:
        ReadError: The study or a case of it cannot be read.
    """
    result, _, _ = evaluate_study(study, model, draws=draws)
    tables = [
        Table(SCORE_HEADER, (*(score_row(score) for score in result.scores), *PAPER_ROWS)),
        Table(COMPARISON_HEADER, tuple(comparison_row(item) for item in result.comparisons)),
    ]
    if result.washout_days:
        rows = tuple((reader, f"{days:g}") for reader, days in result.washout_days)
        tables.append(Table(("reader", "days between the arms"), rows))
    return tuple(tables)
