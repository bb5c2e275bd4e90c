"""Makes the report that the golden files show, and renews them.

    python -m tests.report.make_golden_pdf

Look at the new pictures before you commit them.
"""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from hcc_viewer.errors import Notice
from hcc_viewer.report import make_content, page_pdf
from tests.report.make_detection import PATIENT, Lesion, make_detection, make_series, make_volume
from tests.report.make_reading import make_reading

GOLDEN = Path(__file__).parent / "golden"

TEXT = GOLDEN / "report.txt"

PICTURED_PAGES = (1, 2)
"""The overview and the first finding."""

DPI = 40

LESIONS: tuple[Lesion, ...] = ((4, 25.0, 30.0), (8, 35.0, 60.0))


def picture_path(page: int) -> Path:
    """The golden picture of a page."""
    return GOLDEN / f"report-page-{page}.png"


def golden_pdf(lesions: tuple[Lesion, ...] = LESIONS) -> bytes:
    """An identified report with a reading, a warning and a Korean name, on A4."""
    patient = replace(PATIENT, name="SIM^0001=\u6a21\u64ec^0001=\ubaa8\uc758^0001")
    series = make_series(patient=patient)
    warnings = (Notice("gap", "Slice 9 was missing & is left out."),)
    detection = make_detection(series, lesions, warnings=warnings)
    volume = make_volume(series, lesions)
    content = make_content(
        detection,
        volume,
        True,
        reading=make_reading(detection, note="next to a vessel <S7>"),
        now=datetime(2024, 1, 31, 10, 0, tzinfo=UTC),
    )
    content = replace(content, software_version="0.0.0")
    ((_, data),) = page_pdf.files(content, detection, volume)
    return data


def layout_of(pdf: Path) -> str:
    """The text as it lies on the pages; a wide gap, whose width depends on the reader, is ` | `."""
    done = subprocess.run(
        ["pdftotext", "-layout", "-enc", "UTF-8", str(pdf), "-"], check=True, capture_output=True
    )
    lines = done.stdout.decode().replace("\f", "\n=== page ===\n").splitlines()
    tidy = (re.sub(r" {2,}", " | ", line.strip()) for line in lines)
    return "".join(f"{line}\n" for line in tidy if line)


def rendered(pdf: Path, page: int) -> Image.Image:
    """A small picture of a page by an independent renderer."""
    numbers = ["-f", str(page), "-l", str(page), "-r", str(DPI)]
    done = subprocess.run(["pdftoppm", *numbers, "-png", str(pdf)], check=True, capture_output=True)
    return Image.open(io.BytesIO(done.stdout)).convert("RGB")


def main(folder: Path) -> None:
    """Renew the golden files."""
    pdf = folder / "report.pdf"
    pdf.write_bytes(golden_pdf())
    TEXT.write_text(layout_of(pdf), encoding="utf-8")
    for page in PICTURED_PAGES:
        rendered(pdf, page).save(picture_path(page), optimize=True)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        main(Path(name))
