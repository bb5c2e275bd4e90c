"""Links and commands in the documentation lead somewhere."""

import re
import sys
from pathlib import Path

import pytest

from hcc_viewer.cli import main

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "packaging").rglob("*.md")]
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")

sys.path.insert(0, str(ROOT / "tools"))

import draw_architecture  # noqa: E402


def anchors_of(page):
    """The names of a page's headings, as they are linked to."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_project_leads_to_something(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), target
        if anchor and path.suffix == ".md":
            assert anchor in anchors_of(path), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_script_that_is_named_exists(page):
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"python3? ((?:tools|packaging|benchmarks)/[\w/]+\.py)", text):
        assert (ROOT / name).is_file(), name
    for name in re.findall(r"python3? -m (benchmarks\.\w+)", text):
        assert (ROOT / f"{name.replace('.', '/')}.py").is_file(), name


@pytest.mark.parametrize("command", [[], ["demo"], ["scan"], ["detect"], ["doctor"]])
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "usage: hcc-viewer" in said
    assert len(said.split()) > 20


def test_picture_of_the_architecture_shows_the_rules():
    edges = draw_architecture.imports()
    assert "dicom" in edges["detection"]
    assert "training" not in edges["gui"]
    assert "gui" not in edges["training"]
    text = draw_architecture.draw(edges)
    assert all(f">{part}</text>" in text for part in edges)
