"""What must be said on every view: what the program is for, and which model speaks."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from hcc_viewer import HEAT_MAP_CAPTION, NEGATIVE_RESULT, RESEARCH_USE
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.views.naming import named

FIRST_SHARE = 0.45
"""Of the width: what the first sentence may take in one line."""


class ResearchBanner(QFrame):
    """A narrow band along the bottom of the window, always there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("research_banner")
        self.setAccessibleName(tr("Research use"))
        self._use = named(QLabel(tr(RESEARCH_USE)), "research_use_label")
        self._limits = named(
            QLabel(f"{tr(NEGATIVE_RESULT)} {tr(HEAT_MAP_CAPTION)}"), "negative_result_label"
        )
        self._model = named(QLabel(), "model_label")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 10, 4)
        layout.setSpacing(18)
        for label, stretch in ((self._use, 0), (self._limits, 1), (self._model, 1)):
            label.setWordWrap(True)
            layout.addWidget(label, stretch)
        self._use.setWordWrap(False)
        self.set_model("", "", "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the first sentence too where it leaves the others too little."""
        super().resizeEvent(event)
        whole = self._use.fontMetrics().horizontalAdvance(self._use.text())
        self._use.setWordWrap(whole > FIRST_SHARE * event.size().width())

    def set_model(self, label: str, trained_on: str, refusal: str) -> None:
        """Name the model, or say why there is none."""
        if label:
            text = tr("Model {label}, trained on {data}.").format(label=label, data=tr(trained_on))
        else:
            text = refusal or tr("The model is being loaded…")
        self._model.setText(text)
        said = (self._use.text(), self._limits.text(), text)
        self.setAccessibleDescription(" ".join(said))

    @property
    def text(self) -> str:
        """All that is shown."""
        return self.accessibleDescription()
