"""The flow of cases as the paper's figures 8 and 11 draw it: found, left out and why, taken."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from html import escape
from pathlib import Path

from hcc_viewer.catalogue import Catalogue
from hcc_viewer.catalogue.sources import REASONS
from hcc_viewer.catalogue.splits import PARTS
from hcc_viewer.errors import OutputError

WIDTH = 760
LINE = 20
BOX = 300


@dataclass(frozen=True)
class Flow:
    """The numbers of one chart."""

    found: int
    excluded: tuple[tuple[str, int], ...]
    """(words, cases), the most frequent first."""
    included: int
    patients: int
    parts: tuple[tuple[str, int, int, int], ...]
    """(part, patients, cases, cases with HCC)"""


def flow_of(catalogue: Catalogue) -> Flow:
    """Count the cases of a catalogue."""
    counted = Counter(REASONS[item.reason] for item in catalogue.exclusions)
    parts = []
    for name in PARTS:
        rows = catalogue.part(name)
        patients = len({row.patient for row in rows})
        parts.append((name, patients, len(rows), sum(row.has_hcc for row in rows)))
    return Flow(
        found=len(catalogue.rows) + len(catalogue.exclusions),
        excluded=tuple(counted.most_common()),
        included=len(catalogue.rows),
        patients=len({row.patient for row in catalogue.rows}),
        parts=tuple(parts),
    )


def write_flow_chart(catalogue: Catalogue, path: Path) -> None:
    """Write the chart as SVG.

    Raises:
        OutputError: It cannot be written.
    """
    try:
        path.write_text(flow_svg(flow_of(catalogue)), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"The flow chart {path} cannot be written: {error}.") from error


def flow_svg(flow: Flow) -> str:
    """The chart as SVG text."""
    left, right = 20, WIDTH - BOX - 20
    reasons = [f"{count} {words}" for words, count in flow.excluded] or ["none"]
    tall = (len(reasons) + 2) * LINE
    middle = 60 + tall + 40
    shapes = [
        _box(left, 20, [f"{flow.found} cases found"]),
        _line(left + BOX / 2, 20 + 2 * LINE, left + BOX / 2, middle),
        _box(right, 60, [f"{flow.found - flow.included} left out", *reasons]),
        _line(left + BOX / 2, 60 + tall / 2, right, 60 + tall / 2),
        _box(left, middle, [f"{flow.included} cases taken up", f"of {flow.patients} patients"]),
    ]
    top = middle + 3 * LINE + 40
    width = (WIDTH - 40 - 2 * 20) / 3
    for number, (name, patients, cases, with_hcc) in enumerate(flow.parts):
        x = 20 + number * (width + 20)
        lines = [name, f"{patients} patients, {cases} cases", f"{with_hcc} with HCC"]
        shapes.append(_line(left + BOX / 2, middle + 3 * LINE, x + width / 2, top))
        shapes.append(_box(x, top, lines, width))
    height = top + 4 * LINE + 20
    body = "\n".join(shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" '
        f'viewBox="0 0 {WIDTH} {height:.0f}" font-family="sans-serif" font-size="14">\n'
        f'<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n'
    )


def _box(x: float, y: float, lines: list[str], width: float = BOX) -> str:
    height = (len(lines) + 1) * LINE
    rect = (
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height}" fill="#f4f6f8" '
        'stroke="#456"/>'
    )
    texts = [
        f'<text x="{x + width / 2:.0f}" y="{y + (i + 1) * LINE:.0f}" text-anchor="middle">'
        f"{escape(line)}</text>"
        for i, line in enumerate(lines)
    ]
    return "\n".join([rect, *texts])


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}" stroke="#456"/>'
