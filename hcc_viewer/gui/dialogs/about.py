"""Help pages: first steps, keys and mouse, licences, and what the program and its model are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from email.message import Message
from html import escape
from importlib import metadata
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QMargins, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from hcc_viewer import HEAT_MAP_CAPTION, NEGATIVE_RESULT, RESEARCH_USE, __version__
from hcc_viewer.gui.dialogs.fit import resize_within_screen
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.session import Session
from hcc_viewer.gui.views.naming import named, translated_buttons
from hcc_viewer.paths import log_dir

if TYPE_CHECKING:
    from hcc_viewer.detection import ModelCard

LIBRARIES = (
    "numpy",
    "opencv-python-headless",
    "onnxruntime",
    "pydicom",
    "pynetdicom",
    "dicom-anonymizer",
    "highdicom",
    "pylibjpeg",
    "pylibjpeg-openjpeg",
    "pyjpegls",
    "python-gdcm",
    "platformdirs",
    "reportlab",
    "pillow",
    "contourpy",
    "PySide6-Essentials",
)
"""What the program is built on; `pyproject.toml` asks for them."""


class Page(QDialog):
    """A text to read; it does not block the window."""

    def __init__(self, name: str, title: str, html: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = named(QTextBrowser(), f"{name}_text")
        self.text.setAccessibleName(title)
        self.text.setHtml(html)
        buttons = translated_buttons(QDialogButtonBox(QDialogButtonBox.StandardButton.Close))
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addWidget(buttons)
        height = self._height_of_text(620, layout.contentsMargins())
        resize_within_screen(self, 620, min(560, height))

    def _height_of_text(self, width: int, margins: QMargins) -> int:
        """Of the whole dialog, so that its text needs no scrolling."""
        frame = 2 * self.text.frameWidth()
        document = self.text.document()
        document.setTextWidth(width - margins.left() - margins.right() - frame)
        own = self.sizeHint().height() - self.text.sizeHint().height()
        return own + frame + math.ceil(document.size().height())


def show_about(parent: QWidget, session: Session) -> Page:
    """Open the page about program and model."""
    return _open("about_dialog", tr("About HCC Viewer"), about_html(session), parent)


def show_keys(parent: QWidget, actions: Mapping[str, QAction]) -> Page:
    """Open the page of keys and mouse buttons."""
    return _open("keys_dialog", tr("Keys and mouse"), keys_html(actions), parent)


def show_first_steps(parent: QWidget) -> Page:
    """Open the page that the first start shows."""
    return _open("first_steps_dialog", tr("First steps"), first_steps_html(), parent)


def show_licences(parent: QWidget) -> Page:
    """Open the page of licences."""
    return _open("licences_dialog", tr("Licences"), licences_html(), parent)


def _open(name: str, title: str, html: str, parent: QWidget) -> Page:
    page = Page(name, title, html, parent)
    page.show()
    return page


def about_html(session: Session) -> str:
    """Program, limits and model card."""
    purpose = tr(
        "Looks for slices like hepatocellular carcinoma in hepatobiliary-phase liver MRI, "
        "after Kim et al., Scientific Reports 2020;10:9458."
    )
    log = tr("Nothing leaves this computer unless you send it to a PACS. Log: {folder}").format(
        folder=log_dir()
    )
    parts = [
        f"<h2>HCC Viewer {escape(__version__)}</h2>",
        f"<p>{escape(purpose)}</p>",
        f"<p><b>{tr(RESEARCH_USE)}</b><br>{tr(NEGATIVE_RESULT)}<br>{tr(HEAT_MAP_CAPTION)}</p>",
        _model_html(session),
        f"<p>{escape(log)}</p>",
    ]
    return "".join(parts)


def _model_html(session: Session) -> str:
    card = session.card
    if card is None:
        return f"<p>{escape(session.model_refusal or tr('The model is being loaded…'))}</p>"
    rows = [
        (tr("Model"), f"{card.name} {card.version}"),
        (tr("File (SHA-256)"), card.sha256),
        (tr("Trained on"), tr(card.trained_on)),
        (tr("What it is"), card.description),
        (tr("Input"), _input_text(card)),
        (tr("Threshold"), f"{card.threshold:.2f}"),
    ]
    title = tr("Model card")
    measured = tr("Measured on the tuning patients, of slices:")
    table = _table(_operating_rows(card))
    return f"<h3>{title}</h3>{_facts(rows)}<p>{measured}</p>{table}{_card_metrics(card)}"


def _input_text(card: ModelCard) -> str:
    text = f"{card.input.size} x {card.input.size}"
    if card.input.field_mm:
        text += f", {card.input.field_mm:g} mm"
    offsets = ", ".join(f"{offset:g}" for offset in card.input.offsets_mm)
    return text + "; " + tr("neighbouring slices at {offsets} mm").format(offsets=offsets)


def _operating_rows(card: ModelCard) -> list[tuple[str, ...]]:
    head = (
        tr("Operating point"),
        tr("Threshold"),
        tr("Sensitivity"),
        tr("Specificity"),
        tr("False findings per patient"),
    )
    points = [
        (
            tr(point.name.replace("-", " ").capitalize()),
            f"{point.threshold:.2f}",
            f"{point.sensitivity:.0%}",
            f"{point.specificity:.0%}",
            f"{point.false_findings_per_patient:.1f}",
        )
        for point in card.operating_points
    ]
    return [head, *points]


def _card_metrics(card: ModelCard) -> str:
    """The figures of the card that are plain numbers or texts."""
    rows = [
        (name.replace("_", " "), f"{value:.4g}" if isinstance(value, float) else str(value))
        for name, value in card.metrics.items()
        if isinstance(value, int | float | str)
    ]
    return f"<h4>{tr('Evaluation')}</h4>{_facts(rows)}" if rows else ""


def _facts(rows: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f"<tr><td>{escape(name)}&nbsp;&nbsp;</td><td>{escape(value)}</td></tr>"
        for name, value in rows
    )
    return f"<table>{lines}</table>"


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    head, *body = rows
    lines = ["<tr>" + "".join(f"<th align='left'>{escape(c)}&nbsp;&nbsp;</th>" for c in head)]
    lines += ["<tr>" + "".join(f"<td>{escape(c)}&nbsp;&nbsp;</td>" for c in row) for row in body]
    return f"<table>{'</tr>'.join(lines)}</tr></table>"


def keys_html(actions: Mapping[str, QAction]) -> str:
    """All actions that have keys, and the mouse."""
    rows = []
    for action in actions.values():
        keys = [k.toString(QKeySequence.SequenceFormat.NativeText) for k in action.shortcuts()]
        if keys:
            text = escape(action.statusTip())
            rows.append(
                f"<tr><td><b>{escape(', '.join(keys))}</b>&nbsp;&nbsp;</td><td>{text}</td></tr>"
            )
    mouse = tr(
        "Wheel: slices, with Shift by ten, with Ctrl zoom, with Alt series. Left drag: window and "
        "level (or the tool that is on). Middle drag: pan. Right drag: zoom. A drag with Ctrl goes "
        "faster, with Shift finer. Right click: menu. Double click: full screen. All of it acts on "
        "the view under the pointer."
    )
    return (
        f"<h3>{tr('Mouse')}</h3><p>{mouse}</p><h3>{tr('Keys')}</h3><table>{''.join(rows)}</table>"
    )


def first_steps_html() -> str:
    """How to begin, in five lines."""
    steps = (
        tr("Drop a study folder, a DICOM file or a zip on the window, or open the demo study."),
        tr("The likeliest hepatobiliary phase is shown; the list on the left says why."),
        tr("Press Detect (F5). Findings are listed by probability; N goes to the next one."),
        tr("Hold G to peek at the heat map. Y accepts, R rejects, M adds a finding of your own."),
        tr("Export the report (Ctrl+E). F1 lists all keys and mouse buttons."),
    )
    items = "".join(f"<li style='margin-bottom:8px'>{escape(step)}</li>" for step in steps)
    return f"<h2>{tr('First steps')}</h2><ol>{items}</ol><p><b>{tr(RESEARCH_USE)}</b></p>"


def licences_html() -> str:
    """Of the program, and of the libraries that it needs, as their packages state them."""
    own = tr("HCC Viewer is free software under the Apache License 2.0.")
    rows = [(tr("Library"), tr("Version"), tr("Licence")), *_library_rows()]
    return f"<h2>{tr('Licences')}</h2><p>{escape(own)}</p>{_table(rows)}"


def _library_rows() -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for name in LIBRARIES:
        try:
            record = cast("Message", metadata.metadata(name))
        except metadata.PackageNotFoundError:
            continue
        licence = record.get("License-Expression") or _classifier(record) or record.get("License")
        rows.append((name, record["Version"], (licence or tr("see its page")).split("\n")[0][:80]))
    return rows


def _classifier(record: Message) -> str:
    """The licence from the package's classifiers."""
    lines = record.get_all("Classifier") or []
    names = [line.rsplit("::", 1)[1].strip() for line in lines if line.startswith("License ::")]
    return ", ".join(names)
