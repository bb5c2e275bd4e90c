"""Decides: the views ask, this and its parts change the session and start the slow work."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from hcc_viewer import paths
from hcc_viewer.errors import HccViewerError
from hcc_viewer.gui.controllers.detection import DetectionController
from hcc_viewer.gui.controllers.display import DisplayController
from hcc_viewer.gui.controllers.study import StudyController
from hcc_viewer.gui.prompts import Prompts
from hcc_viewer.gui.services import Services
from hcc_viewer.gui.session import Message, Session


class Controller(QObject):
    """Owns the controllers of each concern, and does what concerns several of them."""

    def __init__(
        self, session: Session, services: Services, prompts: Prompts, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.study = StudyController(session, services, prompts, self)
        self.detection = DetectionController(session, services, prompts, self)
        self.display = DisplayController(session, self)
        self._is_shut_down = False
        self.study.study_opening.connect(self.detection.drop_results)

    @Slot()
    def open_demo(self) -> None:
        """Open the simulated patient that the program carries."""
        try:
            folder = paths.demo_study_dir()
        except HccViewerError as error:
            self._session.set_message(Message(str(error), is_error=True))
            return
        if not folder.is_dir():
            text = "This copy of the program carries no demo study; open a folder instead."
            self._session.set_message(Message(text, is_error=True))
            return
        remembered = self.study.last_folder
        self.study.open_path(folder)
        self.study.last_folder = remembered

    @Slot()
    def cancel(self) -> None:
        """Stop the work that the progress bar shows."""
        concern = self._session.busiest
        if concern == "read":
            self.study.cancel()
        elif concern == "detect":
            self.detection.cancel_detection()
        elif concern == "export":
            self.detection.cancel_export()

    def shutdown(self) -> None:
        """Stop all work and wait for it; call it before the window goes."""
        if self._is_shut_down:
            return
        self._is_shut_down = True
        runners = (*self.study.runners, *self.detection.runners)
        for runner in runners:
            runner.cancel()
        for runner in runners:
            runner.shutdown()
