"""The PDF beside golden files: text, layout, fonts, and pages as another program draws them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.report.make_golden_pdf import (
    PICTURED_PAGES,
    TEXT,
    golden_pdf,
    layout_of,
    picture_path,
    rendered,
)

PAGES = 6
"""Overview, two findings of the model, one of the reader, flagged slices, all slices."""

CELL = 8
"""Pixels of a golden picture that are compared together: letters may move by one of them."""

pytestmark = pytest.mark.skipif(
    shutil.which("pdftoppm") is None, reason="poppler-utils is not installed"
)


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("golden") / "report.pdf"
    path.write_bytes(golden_pdf())
    return path


def _said_by(tool: str, pdf: Path) -> str:
    done = subprocess.run([tool, str(pdf)], check=True, capture_output=True, text=True)
    return done.stdout


def _worst_cell(one: Image.Image, other: Image.Image) -> float:
    """The greatest difference of the mean colour of any cell, 0 to 255."""
    assert one.size == other.size
    rows, columns = (length // CELL for length in (one.height, one.width))
    means = [
        np.asarray(picture.convert("RGB"), dtype=np.float64)[: rows * CELL, : columns * CELL]
        .reshape(rows, CELL, columns, CELL, 3)
        .mean(axis=(1, 3))
        for picture in (one, other)
    ]
    return float(np.abs(means[0] - means[1]).max())


def test_text_and_layout_are_as_agreed(pdf: Path) -> None:
    assert layout_of(pdf) == TEXT.read_text(encoding="utf-8")


def test_it_has_the_pages_and_paper_that_were_agreed(pdf: Path) -> None:
    facts = dict(line.split(":", 1) for line in _said_by("pdfinfo", pdf).splitlines())

    assert facts["Pages"].strip() == str(PAGES)
    assert facts["Page size"].strip().endswith("(A4)")
    assert facts["Title"].strip() == "HCC Viewer: detection report"
    assert facts["Encrypted"].strip() == "no"


def test_every_font_is_embedded_as_a_subset_with_its_characters(pdf: Path) -> None:
    fonts = [line[37:].split() for line in _said_by("pdffonts", pdf).splitlines()[2:]]

    assert len(fonts) == 3
    for columns in fonts:
        embedded, subset, unicode = columns[-5:-2]
        assert (embedded, subset, unicode) == ("yes", "yes", "yes")


@pytest.mark.parametrize("page", PICTURED_PAGES)
def test_a_page_looks_as_agreed(page: int, pdf: Path) -> None:
    golden = Image.open(picture_path(page))

    assert _worst_cell(rendered(pdf, page), golden) < 24


def test_a_finding_elsewhere_does_not_pass_for_the_agreed_page(tmp_path: Path) -> None:
    (tmp_path / "moved.pdf").write_bytes(golden_pdf(((4, 35.0, 62.0), (8, 25.0, 30.0))))

    moved = rendered(tmp_path / "moved.pdf", 2)

    assert _worst_cell(moved, Image.open(picture_path(2))) > 48
