"""Draws `docs/architecture.svg`: the parts of the package and who imports whom, from the source.

    python tools/draw_architecture.py [--check]

Parts stand in layers, each above all that it imports. An arrow that follows from others is left
out: from gui to dicom, say, where gui imports detection and detection dicom. The modules beside the
packages that all may use (errors, paths, settings, ...) are left out as well. `--check` writes
nothing and fails when the picture is out of date.
"""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "hcc_viewer"
PICTURE = ROOT / "docs" / "architecture.svg"

BASE = "base"
"""Modules beside the packages that all may use."""

ENTRY = "command line"
ENTRY_MODULES = {"__main__", "cli", "headless", "doctor", "scan_json"}

BOX, GAP, MARGIN = (190, 62), (40, 60), 30


def main() -> None:
    """Draw, or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    text = draw(imports())
    if not options.check:
        PICTURE.write_text(text, encoding="utf-8")
    elif not PICTURE.is_file() or PICTURE.read_text(encoding="utf-8") != text:
        raise SystemExit("docs/architecture.svg is out of date: run tools/draw_architecture.py")


def imports() -> dict[str, set[str]]:
    """For each part of the package the parts that it imports, wherever in its modules."""
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        source = part_of(".".join(path.relative_to(PACKAGE).with_suffix("").parts))
        targets = {part_of(name) for name in _imported(path)}
        found.setdefault(source, set()).update(targets - {source, BASE})
    found.pop(BASE, None)
    return found


def part_of(module: str) -> str:
    """The part that a module, named from the package on, belongs to."""
    first = module.partition(".")[0]
    if (PACKAGE / first).is_dir():
        return first
    if first in ENTRY_MODULES or first.endswith("_command"):
        return ENTRY
    return "render" if first == "render" else BASE


def layers(edges: dict[str, set[str]]) -> list[list[str]]:
    """The parts from the lowest layer up; a part stands just above the highest that it imports."""
    heights: dict[str, int] = {}

    def height(part: str, way: tuple[str, ...] = ()) -> int:
        if part in way:
            return 0
        if part not in heights:
            below = [height(other, (*way, part)) for other in edges.get(part, ())]
            heights[part] = 1 + max(below, default=-1)
        return heights[part]

    for part in sorted(edges):
        height(part)
    return [
        sorted(part for part, value in heights.items() if value == level)
        for level in range(max(heights.values()) + 1)
    ]


def draw(edges: dict[str, set[str]]) -> str:
    """The picture as SVG."""
    rows = layers(edges)
    widest = max(len(row) for row in rows)
    width = 2 * MARGIN + widest * BOX[0] + (widest - 1) * GAP[0] + 120
    height = 2 * MARGIN + len(rows) * BOX[1] + (len(rows) - 1) * GAP[1]
    places = dict(_places(rows, width, height))
    lines = [_arrow(places, rows, part, other) for part, other in _pairs(edges)]
    boxes = [_box(name, *place) for name, place in sorted(places.items())]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" role="img" aria-label="Parts of the program and their imports">'
        f'\n<rect width="{width}" height="{height}" fill="#ffffff"/>\n'
        '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M0 0L8 4L0 8z" fill="#5b6b7c"/></marker>\n'
        + "\n".join([*lines, *boxes])
        + "\n</svg>\n"
    )


def _imported(path: Path) -> Iterable[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "hcc_viewer":
            names = [f"hcc_viewer.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            if name.startswith("hcc_viewer."):
                yield name.removeprefix("hcc_viewer.")


def _pairs(edges: dict[str, set[str]]) -> list[tuple[str, str]]:
    """All imports but those that follow from others."""

    def reach(part: str) -> set[str]:
        direct = edges.get(part, set())
        return direct.union(*(reach(other) for other in direct))

    return [
        (part, other)
        for part in sorted(edges)
        for other in sorted(edges[part])
        if not any(other in reach(between) for between in edges[part] - {other})
    ]


def _places(
    rows: list[list[str]], width: int, height: int
) -> Iterable[tuple[str, tuple[int, int]]]:
    for level, row in enumerate(rows):
        y = height - MARGIN - BOX[1] - level * (BOX[1] + GAP[1])
        start = (width - len(row) * BOX[0] - (len(row) - 1) * GAP[0]) // 2
        for column, name in enumerate(row):
            yield name, (start + column * (BOX[0] + GAP[0]), y)


def _arrow(places: dict[str, tuple[int, int]], rows: list[list[str]], part: str, other: str) -> str:
    """From the lower edge of a box to the upper edge of the other; long ones go round the side."""
    (x1, y1), (x2, y2) = places[part], places[other]
    levels = {name: level for level, row in enumerate(rows) for name in row}
    steps = levels[part] - levels[other]
    start, end = (x1 + BOX[0] // 2, y1 + BOX[1]), (x2 + BOX[0] // 2, y2)
    bend = 0 if steps == 1 else (95 + 22 * steps) * (1 if (len(part) + len(other)) % 2 else -1)
    half = (y2 - y1 - BOX[1]) // 2
    return (
        f'<path d="M{start[0]} {start[1]}C{start[0] + bend} {start[1] + half},'
        f'{end[0] + bend} {end[1] - half},{end[0]} {end[1]}" fill="none" stroke="#5b6b7c" '
        'stroke-width="1.5" marker-end="url(#tip)"/>'
    )


def _box(name: str, x: int, y: int) -> str:
    """A part and where its modules are."""
    middle = x + BOX[0] // 2
    return (
        f'<rect x="{x}" y="{y}" width="{BOX[0]}" height="{BOX[1]}" rx="8" fill="#e9f0f7" '
        f'stroke="#2f4a63"/><text x="{middle}" y="{y + 27}" text-anchor="middle" font-size="16" '
        f'font-weight="bold" fill="#16293a">{name}</text><text x="{middle}" y="{y + 47}" '
        f'text-anchor="middle" font-size="11" fill="#33485c">{_where(name)}</text>'
    )


def _where(name: str) -> str:
    if (PACKAGE / name).is_dir():
        return f"hcc_viewer/{name}/"
    if name == ENTRY:
        return "cli, headless, doctor"
    return f"hcc_viewer/{name}.py"


if __name__ == "__main__":
    main()
