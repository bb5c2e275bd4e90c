"""Help pages: what the program and its model are, and what keys and mouse buttons do."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from hcc_viewer import HEAT_MAP_CAPTION, NEGATIVE_RESULT, RESEARCH_USE, __version__
from hcc_viewer.gui.session import Session
from hcc_viewer.gui.views.naming import named
from hcc_viewer.paths import log_dir


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
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addWidget(buttons)
        self.resize(620, 560)


def show_about(parent: QWidget, session: Session) -> Page:
    """Open the page about program and model."""
    page = Page("about_dialog", "About HCC Viewer", about_html(session), parent)
    page.show()
    return page


def show_keys(parent: QWidget, actions: Mapping[str, QAction]) -> Page:
    """Open the page of keys and mouse buttons."""
    page = Page("keys_dialog", "Keys and mouse", keys_html(actions), parent)
    page.show()
    return page


def about_html(session: Session) -> str:
    """Program, limits and model card."""
    parts = [
        f"<h2>HCC Viewer {escape(__version__)}</h2>",
        "<p>Looks for slices like hepatocellular carcinoma in hepatobiliary-phase liver MRI, "
        "after Kim et al., <i>Scientific Reports</i> 2020;10:9458.</p>",
        f"<p><b>{RESEARCH_USE}</b><br>{NEGATIVE_RESULT}<br>{HEAT_MAP_CAPTION}</p>",
        _model_html(session),
        f"<p>Nothing leaves this computer. Log: {escape(str(log_dir()))}</p>",
    ]
    return "".join(parts)


def _model_html(session: Session) -> str:
    card = session.card
    if card is None:
        return f"<p>{escape(session.model_refusal or 'The model is being loaded.')}</p>"
    rows = [
        ("Model", f"{card.name} {card.version}"),
        ("File (SHA-256)", card.sha256),
        ("Trained on", card.trained_on),
        ("Input", f"{card.input.size} x {card.input.size} pixels"),
        ("Threshold", f"{card.threshold:.2f}"),
    ]
    facts = "".join(
        f"<tr><td>{escape(name)}&nbsp;&nbsp;</td><td>{escape(value)}</td></tr>"
        for name, value in rows
    )
    points = "".join(
        f"<tr><td>{escape(p.name)}&nbsp;&nbsp;</td><td>{p.threshold:.2f}&nbsp;&nbsp;</td>"
        f"<td>{p.sensitivity:.0%}&nbsp;&nbsp;</td><td>{p.specificity:.0%}&nbsp;&nbsp;</td>"
        f"<td>{p.false_findings_per_patient:.1f}</td></tr>"
        for p in card.operating_points
    )
    head = "<tr><th align='left'>Operating point</th><th>Threshold&nbsp;</th>"
    head += "<th>Sensitivity&nbsp;</th><th>Specificity&nbsp;</th><th>False findings</th></tr>"
    return f"<h3>Model</h3><table>{facts}</table><br><table>{head}{points}</table>"


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
    return (
        "<h3>Mouse</h3><p>Wheel: slices. Ctrl and wheel: zoom. Left drag: window and level (or the "
        "tool that is on). Middle drag: pan. Right drag: zoom. Right click: menu. "
        "Double click: full screen.</p>"
        f"<h3>Keys</h3><table>{''.join(rows)}</table>"
    )
