"""The open studies, one tab each; hidden while there is one study or none."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QTabBar, QWidget

from hcc_viewer.gui.i18n import tr


class StudyTabs(QTabBar):
    """Tabs of studies.

    Signals:
        study_requested: Show the study of this number.
        close_requested: Close the study of this number.
    """

    study_requested = Signal(int)
    close_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("study_tabs")
        self.setAccessibleName(tr("Open studies"))
        self.setTabsClosable(True)
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.currentChanged.connect(self.study_requested)
        self.tabCloseRequested.connect(self.close_requested)
        self.set_studies(())

    def set_studies(self, names: Sequence[str]) -> None:
        """Show these."""
        with QSignalBlocker(self):
            while self.count() > len(names):
                self.removeTab(self.count() - 1)
            while self.count() < len(names):
                self.addTab("")
            for index, name in enumerate(names):
                self.setTabText(index, name)
                self.setTabToolTip(index, name)
        self.setVisible(len(names) > 1)

    def set_current(self, index: int | None) -> None:
        """Mark the study that is shown."""
        with QSignalBlocker(self):
            if index is not None:
                self.setCurrentIndex(index)
