"""A study's answers and figures as CSV files, and as rows of text for reports."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Sequence
from pathlib import Path

from hcc_viewer.errors import OutputError
from hcc_viewer.reader_study.answers import Answer
from hcc_viewer.reader_study.score import CaseTruth, Comparison, ReaderScore, Share, StudyResult

PAPER_ROWS = (
    ("Kim et al.: less experienced reader", "unaided", "45", ".86", ".92", ".91", "18"),
    ("Kim et al.: expert", "unaided", "45", ".98", ".93", ".94", "18"),
    ("Kim et al.: model", "-", "45", ".87", ".93", ".90", "3.4"),
)
"""Sci Rep 2020;10:9458, table 4: other cases, for orientation."""

SCORE_HEADER = (
    "who", "arm", "cases", "sensitivity", "specificity", "accuracy", "seconds per 100 images",
)  # fmt: skip

SLICE_HEADER = ("reader", "arm", "case", "slice", "said", "truth")

COMPARISON_HEADER = (
    "first", "second", "figure", "first less second", "95 % interval", "p (GEE by patient)",
    "only first right", "only second right", "p (McNemar by patient)", "p (McNemar, slices)",
)  # fmt: skip


def export_study(
    out: Path, answers: Sequence[Answer], truths: Sequence[CaseTruth], result: StudyResult
) -> list[Path]:
    """Write `answers.csv`, `slices.csv`, `results.csv` and `comparisons.csv`; gives their paths.

    Raises:
        OutputError: They cannot be written.
    """
    tables = {
        "answers.csv": [_answer_header(), *(_answer_row(a) for a in answers)],
        "slices.csv": [
            ("reader", "arm", "case", "slice", "said", "truth"),
            *_slices(answers, truths),
        ],
        "results.csv": [SCORE_HEADER, *(score_row(s) for s in result.scores)],
        "comparisons.csv": [COMPARISON_HEADER, *(comparison_row(c) for c in result.comparisons)],
    }
    paths = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, rows in tables.items():
            stream = io.StringIO(newline="")
            csv.writer(stream, lineterminator="\n").writerows(rows)
            part = out / f"{name}.{os.getpid()}.part"
            part.write_text(stream.getvalue(), encoding="utf-8")
            part.replace(out / name)
            paths.append(out / name)
    except OSError as error:
        raise OutputError(f"The study's tables cannot be written to {out}: {error}.") from error
    return paths


def score_row(score: ReaderScore) -> tuple[str, ...]:
    """A line of table 4."""
    return (
        score.who,
        score.arm,
        str(score.cases),
        share_text(score.sensitivity),
        share_text(score.specificity),
        share_text(score.accuracy),
        _number(score.seconds_per_100_images, 1),
    )


def comparison_row(item: Comparison) -> tuple[str, ...]:
    """A line of the table of differences."""
    bounds = item.difference.interval
    return (
        item.first,
        item.second,
        item.figure,
        _number(item.difference.value, 3),
        "" if math.isnan(bounds.low) else f"{bounds.low:.3f} to {bounds.high:.3f}",
        _number(item.difference.p, 3),
        str(item.only_first),
        str(item.only_second),
        _number(item.mcnemar_p, 3),
        _number(item.exact_p, 3),
    )


def share_text(share: Share) -> str:
    """`0.857 (0.701 to 0.950)`."""
    if math.isnan(share.value):
        return "-"
    if math.isnan(share.interval.low):
        return f"{share.value:.3f}"
    return f"{share.value:.3f} ({share.interval.low:.3f} to {share.interval.high:.3f})"


def _answer_header() -> tuple[str, ...]:
    return (
        "reader", "arm", "place", "case", "slices", "marked slices (from 1)", "seconds", "saved at",
        "days since other arm", "model shown",
    )  # fmt: skip


def _answer_row(answer: Answer) -> tuple[str, ...]:
    days = answer.days_since_other_arm
    return (
        answer.reader,
        answer.arm,
        str(answer.place),
        answer.case,
        str(answer.slices),
        " ".join(str(index + 1) for index in answer.marked),
        f"{answer.seconds:.3f}",
        answer.saved_at,
        "" if days is None else f"{days:g}",
        answer.model,
    )


def _slices(answers: Sequence[Answer], truths: Sequence[CaseTruth]) -> list[tuple[str, ...]]:
    known = {truth.case: truth.truth for truth in truths}
    rows: list[tuple[str, ...]] = []
    for answer in answers:
        truth = known.get(answer.case)
        for index in range(answer.slices):
            said = "1" if index in answer.marked else "0"
            value = "" if truth is None or truth[index] < 0 else str(int(truth[index]))
            rows.append((answer.reader, answer.arm, answer.case, str(index + 1), said, value))
    return rows


def _number(value: float, digits: int) -> str:
    return "-" if math.isnan(value) else f"{value:.{digits}f}"
