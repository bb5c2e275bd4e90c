"""Writes PNG pages: an overview, one per finding, and contact sheets of the flagged slices."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from hcc_viewer.detection import Detection
from hcc_viewer.dicom import Volume
from hcc_viewer.report.content import ReportContent
from hcc_viewer.report.paper import MARGIN, Paper
from hcc_viewer.report.pictures import ZOOM_MM, Content, Look, legend_picture, slice_picture
from hcc_viewer.report.rows import FINDING_HEADINGS, FindingRow
from hcc_viewer.report.strip import contact_sheets, sheet_caption, strip_picture

OVERVIEW_NAME = "overview.png"

_PANEL = (852, 852)
_ZOOM = (540, 540)

_COMPRESSION = 4
"""Of zlib: half the time of the usual 6, a few per cent larger."""


def files(
    content: ReportContent, detection: Detection, volume: Volume
) -> Iterator[tuple[str, bytes]]:
    """Yield every page as a PNG file."""
    yield OVERVIEW_NAME, _png(overview_page(content), content)
    for row in content.pictured_findings:
        page = finding_page(content, detection, volume, row)
        yield f"finding-{row.key.zfill(2)}.png", _png(page, content)
    for sheet, picture in enumerate(contact_sheets(content, detection, volume, 1500)):
        page = _sheet_page(content, picture, sheet)
        yield f"flagged-slices-{sheet + 1}.png", _png(page, content)


def overview_page(content: ReportContent) -> Image.Image:
    """The page with everything but slices: facts, table of findings, strip, warnings."""
    paper = Paper(1400, content)
    paper.heading(content.title)
    paper.text(f"{content.created_text}   {content.software}")
    paper.text(content.summary, bold=True)
    if content.all_findings:
        paper.table(FINDING_HEADINGS, [row.cells for row in content.all_findings])
    for sentence in filter(None, (content.review, content.pictures_note)):
        paper.text(sentence)
    paper.text(content.threshold_text)
    paper.picture(strip_picture(content, 1400 - 2 * MARGIN, 240))
    if content.measurements:
        paper.text("Measured by the reader", bold=True)
        paper.facts(content.measured_facts)
    paper.facts(content.patient_facts + content.study_facts + content.series_facts)
    paper.warnings(content.warnings)
    return paper.finish()


def finding_page(
    content: ReportContent, detection: Detection, volume: Volume, row: FindingRow
) -> Image.Image:
    """One finding: its peak slice plain and with heat map, large and zoomed, and its numbers."""
    paper = Paper(1800, content)
    paper.heading(content.heading_of(row))

    def picture(kind: Content, size: tuple[int, int], zoom: float | None) -> Image.Image:
        show_mark = zoom is not None or kind == "heat"
        look = Look(kind, zoom, row.mark, show_mark)
        return slice_picture(volume, detection, row.peak_index, size, look)

    whole: tuple[Content, Content] = ("plain", "heat")
    paper.row([picture(kind, _PANEL, None) for kind in whole])
    zooms = [picture(kind, _ZOOM, ZOOM_MM) for kind in whole]
    paper.row_with_facts(zooms, content.facts_of(row), legend_picture(420, 26))
    note = content.long_note_of(row)
    if note:
        paper.text("The reader's note", bold=True)
        paper.text(note)
    return paper.finish()


def _sheet_page(content: ReportContent, picture: Image.Image, sheet: int) -> Image.Image:
    paper = Paper(picture.width + 2 * MARGIN, content)
    paper.heading(sheet_caption(content, sheet))
    paper.picture(picture)
    return paper.finish()


def _png(picture: Image.Image, content: ReportContent) -> bytes:
    """A PNG file that says in its own text chunks which program and model made it."""
    info = PngInfo()
    info.add_text("Software", content.software)
    info.add_text(
        "Comment", " ".join(content.labels).encode("latin-1", "replace").decode("latin-1")
    )
    file = io.BytesIO()
    picture.save(file, "PNG", pnginfo=info, compress_level=_COMPRESSION)
    return file.getvalue()
