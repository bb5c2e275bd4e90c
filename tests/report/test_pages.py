from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hcc_viewer.detection import Detection
from hcc_viewer.detection.decisions import Reading
from hcc_viewer.errors import Notice
from hcc_viewer.report import make_content, page_pdf, page_png
from hcc_viewer.report.content import READ_FIRST, ReportContent
from hcc_viewer.report.paper import LINE, MARGIN, Paper, wrapped
from hcc_viewer.report.pdf_page import build_pdf, sheet_of
from hcc_viewer.report.strip import contact_sheets, strip_picture
from hcc_viewer.report.words import Fact
from tests.report.make_detection import PATIENT, make_detection, make_series, make_volume
from tests.report.make_reading import make_reading


def _content(detection: Detection, identified: bool = False) -> ReportContent:
    return make_content(detection, make_volume(detection.series), identified)


def _pdf(detection: Detection, identified: bool = False) -> bytes:
    volume = make_volume(detection.series)
    content = make_content(detection, volume, identified)
    ((_, data),) = page_pdf.files(content, detection, volume)
    return data


def _text_of_pages(data: bytes, folder: Path) -> list[str]:
    """The text of each page, spaces and line ends evened, by an independent reader."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    (folder / "report.pdf").write_bytes(data)
    done = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", str(folder / "report.pdf"), "-"],
        check=True, capture_output=True,
    )  # fmt: skip
    return [" ".join(page.split()) for page in done.stdout.decode().split("\f")[:-1]]


def test_every_page_of_the_pdf_carries_every_label(tmp_path: Path) -> None:
    detection = make_detection()

    pages = _text_of_pages(_pdf(detection), tmp_path)

    assert len(pages) == 4
    for label in _content(detection).labels:
        assert all(label in page for page in pages)


def test_the_pdf_holds_findings_threshold_and_warnings_as_text(tmp_path: Path) -> None:
    detection = make_detection(warnings=(Notice("gap", "Slice 9 is missing & <lost>."),))

    overview = _text_of_pages(_pdf(detection), tmp_path)[0]

    assert "1 finding; 3 of 12 slices flagged." in overview
    assert "4-6" in overview
    assert "Slice 9 is missing & <lost>." in overview
    assert "page 1 of 4" in overview


def test_a_negative_pdf_says_so_plainly(tmp_path: Path) -> None:
    overview = _text_of_pages(_pdf(make_detection(lesions=())), tmp_path)[0]

    assert "No finding: no slice reached the threshold" in overview
    assert overview.count("A negative result does not exclude HCC.") == 2


def test_the_pdf_names_nobody_unless_asked(tmp_path: Path) -> None:
    data = _pdf(make_detection())

    assert "SIM 0001" not in " ".join(_text_of_pages(data, tmp_path))
    assert b"SIM 0001" not in data


def test_every_page_of_the_pdf_names_the_patient_when_asked(tmp_path: Path) -> None:
    pages = _text_of_pages(_pdf(make_detection(), identified=True), tmp_path)

    assert len(pages) == 4
    assert all("SIM 0001, ID SIM-0001" in page for page in pages)


def test_the_pdf_tells_that_the_series_was_read_first_without_any_finding(tmp_path: Path) -> None:
    detection, volume = make_detection(lesions=()), make_volume()
    content = make_content(detection, volume, reading=Reading(read_first=True))
    ((_, data),) = page_pdf.files(content, detection, volume)

    assert READ_FIRST in _text_of_pages(data, tmp_path)[0]


@pytest.mark.parametrize("warnings", range(20, 27))
def test_no_heading_of_the_pdf_stands_alone_at_the_foot_of_a_page(
    warnings: int, tmp_path: Path
) -> None:
    notices = tuple(Notice(f"w{i}", f"Warning {i}.") for i in range(warnings))
    detection, volume = make_detection(warnings=notices), make_volume()
    content = make_content(detection, volume)
    data = build_pdf(content, page_pdf._overview(content, sheet_of(content)))

    pages = _text_of_pages(data, tmp_path)

    foot = content.labels[0]
    assert any("Model Name and version" in page for page in pages)
    assert not any(f"Model {foot}" in page or f"series {foot}" in page for page in pages)


def test_characters_that_the_font_lacks_do_not_stop_the_pdf(tmp_path: Path) -> None:
    series = make_series(description="\uac04 \U0001f600 T1\x00HBP \u0416" + "x" * 300)

    pages = _text_of_pages(_pdf(make_detection(series)), tmp_path)

    assert len(pages) == 4


def test_every_font_of_the_pdf_is_embedded() -> None:
    data = _pdf(make_detection(make_series(description="\uac04 T1 \u8bed")))

    named = set(re.findall(rb"/BaseFont /([A-Za-z0-9+-]+)", data))
    assert {name.split(b"+")[-1] for name in named} == {
        b"DejaVuSans", b"DejaVuSans-Bold", b"NanumGothic", b"DroidSansFallback",
    }  # fmt: skip
    assert all(b"+" in name for name in named)
    assert data.count(b"/FontFile2") == len(named)


def test_a_korean_name_can_be_searched_for(tmp_path: Path) -> None:
    patient = replace(PATIENT, name="SIM^0001=\u6a21\u64ec^0001=\ubaa8\uc758^0001")
    detection = make_detection(make_series(patient=patient))

    overview = _text_of_pages(_pdf(detection, identified=True), tmp_path)[0]

    assert "SIM 0001 (\u6a21\u64ec 0001, \ubaa8\uc758 0001)" in overview


@pytest.mark.parametrize(
    ("paper_size", "box"), [("a4", b"595.2756 841.8898"), ("letter", b"612 792")]
)
def test_the_pdf_is_laid_out_for_the_paper_that_was_chosen(
    paper_size: str, box: bytes, tmp_path: Path
) -> None:
    detection, volume = make_detection(), make_volume()
    content = make_content(detection, volume, paper_size=paper_size)

    ((_, data),) = page_pdf.files(content, detection, volume)

    assert data.count(b"/MediaBox [ 0 0 " + box + b" ]") == 4
    assert all(content.labels[0] in page for page in _text_of_pages(data, tmp_path))


def test_the_pdf_tells_what_the_reader_decided(tmp_path: Path) -> None:
    detection, volume = make_detection(), make_volume()
    reading = make_reading(detection, "rejected", "a vessel")
    content = make_content(detection, volume, reading=reading)
    ((_, data),) = page_pdf.files(content, detection, volume)

    pages = _text_of_pages(data, tmp_path)

    assert "A reader decided on 2 of 2 findings: 1 rejected, 1 added." in pages[0]
    assert "15.0 mm" in pages[0]
    assert "a vessel" in pages[1]
    assert "Finding R1: added by the reader, slice 11 of 12" in pages[2]


def test_hundreds_of_findings_still_make_a_pdf(tmp_path: Path) -> None:
    series = make_series(slices=60)
    detection = make_detection(series)
    findings = tuple(replace(detection.findings[0], id=i) for i in range(1, 201))

    content = make_content(replace(detection, findings=findings), make_volume(series))
    story = page_pdf._findings_table(content, 500.0)

    assert len(story._cellvalues) == 201


def test_there_is_one_png_page_per_finding_and_one_of_the_flagged_slices() -> None:
    detection = make_detection()
    volume = make_volume()

    names = [name for name, _ in page_png.files(_content(detection), detection, volume)]

    assert names == ["overview.png", "finding-01.png", "flagged-slices-1.png"]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paragraphs that are put on PNG pages."""
    texts: list[str] = []
    put = Paper.text

    def listened(paper: Paper, text: str, *, bold: bool = False) -> None:
        texts.append(text)
        put(paper, text, bold=bold)

    monkeypatch.setattr(Paper, "text", listened)
    return texts


def test_every_png_page_names_the_patient_when_asked(said: list[str]) -> None:
    detection, volume = make_detection(), make_volume()

    for identified, times in ((False, 0), (True, 3)):
        said.clear()
        assert len(list(page_png.files(_content(detection, identified), detection, volume))) == 3
        assert said.count("SIM 0001, ID SIM-0001") == times


def test_the_png_overview_says_which_findings_have_pictures(said: list[str]) -> None:
    detection = make_detection()
    many = replace(detection, findings=detection.findings * 21)

    page_png.overview_page(_content(many))

    assert "Pictures follow for the 20 most probable findings." in said


def test_the_png_overview_tells_that_the_series_was_read_first(said: list[str]) -> None:
    reading = Reading(read_first=True)
    content = make_content(make_detection(lesions=()), make_volume(), reading=reading)

    page_png.overview_page(content)

    assert READ_FIRST in said


def test_a_long_name_of_a_fact_does_not_run_into_its_value() -> None:
    paper = Paper(1400, _content(make_detection()))
    long = Fact("ellipse, slice 17 of the coronal reformat", "W" * 40)

    paper.facts([long, Fact("x", "y")])

    column = np.asarray(paper.finish())[MARGIN : MARGIN + 3 * LINE, MARGIN + 245 : MARGIN + 259]
    assert (column == 255).all()
    assert len(wrapped(long.name, 244)) == 2


def test_the_overview_says_what_the_reader_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    detection, volume = make_detection(), make_volume()
    content = make_content(detection, volume, reading=make_reading(detection))
    said: list[str] = []
    put = Paper.facts

    def listened(paper: Paper, facts: Sequence[Fact]) -> None:
        said.extend(f"{fact.name}: {fact.value}" for fact in facts)
        put(paper, facts)

    monkeypatch.setattr(Paper, "facts", listened)

    page_png.overview_page(content)

    assert "distance, slice 5: 15.0 mm" in said


def test_a_png_page_says_what_made_it() -> None:
    detection = make_detection(lesions=())
    ((_, data),) = page_png.files(_content(detection), detection, make_volume())

    picture = Image.open(io.BytesIO(data))

    assert picture.info["Software"].startswith("HCC Viewer ")
    assert "For research use only" in picture.info["Comment"]


def test_a_page_grows_with_its_warnings() -> None:
    few = page_png.overview_page(_content(make_detection()))
    warnings = tuple(Notice(f"w{i}", "A long warning. " * 30) for i in range(30))
    many = page_png.overview_page(_content(make_detection(warnings=warnings)))

    assert many.height > few.height + 2400
    assert (np.asarray(many)[-20:] == 255).all()


def test_characters_that_the_font_lacks_do_not_stop_a_png_page() -> None:
    series = make_series(description="\uac04 \U0001f600 \x00")

    assert page_png.overview_page(_content(make_detection(series))).width == 1400


def test_flagged_bars_of_the_strip_have_their_own_colour() -> None:
    with_, without = (
        np.asarray(strip_picture(_content(make_detection(lesions=lesions)), 600, 120))
        for lesions in (((4, 25.0, 30.0),), ())
    )

    assert (with_ == (190, 60, 30)).all(axis=2).sum() > 500
    assert not (without == (190, 60, 30)).all(axis=2).any()


def test_contact_sheets_hold_all_flagged_slices() -> None:
    detection = replace(make_detection(make_series(slices=31)), threshold=0.0)

    sheets = list(
        contact_sheets(_content(detection), detection, make_volume(detection.series), 500)
    )

    assert len(sheets) == 2


def test_a_word_that_is_too_long_is_cut() -> None:
    lines = wrapped("a " + "x" * 200, 300)

    assert "".join(lines) == "a" + "x" * 200
    assert len(lines) > 5
