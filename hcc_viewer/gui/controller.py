"""Decides: the views ask, this and its parts change the session and start the slow work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from hcc_viewer import paths
from hcc_viewer.errors import HccViewerError
from hcc_viewer.gui.controllers.detection import DetectionController
from hcc_viewer.gui.controllers.display import DisplayController
from hcc_viewer.gui.controllers.export import ExportController
from hcc_viewer.gui.controllers.header import HeaderController
from hcc_viewer.gui.controllers.keeping import KeepingController
from hcc_viewer.gui.controllers.network import NetworkController
from hcc_viewer.gui.controllers.panes import PanesController
from hcc_viewer.gui.controllers.reading import ReadingController
from hcc_viewer.gui.controllers.regroup import RegroupController
from hcc_viewer.gui.controllers.study import StudyController
from hcc_viewer.gui.i18n import tr, tr_phrase
from hcc_viewer.gui.panes import Layout
from hcc_viewer.gui.prompts import Prompts
from hcc_viewer.gui.services import Services
from hcc_viewer.gui.session import Message, Session
from hcc_viewer.gui.volume_cache import VolumeCache

if TYPE_CHECKING:
    from hcc_viewer.dicom import SeriesKey


class Controller(QObject):
    """Owns the controllers of each concern, and does what concerns several of them."""

    def __init__(
        self, session: Session, services: Services, prompts: Prompts, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        cache = VolumeCache(self._shown_keys)
        self.study = StudyController(session, services, prompts, cache, self)
        self.regroup = RegroupController(session, services, self.study, self)
        self.panes = PanesController(session, services, cache, self)
        self.detection = DetectionController(session, services, prompts, self)
        self.export = ExportController(session, services, prompts, self)
        self.reading = ReadingController(session, prompts, self)
        self.display = DisplayController(session, self)
        self.keeping = KeepingController(session, services, self)
        self.header = HeaderController(session, services, self)
        self.network = NetworkController(session, prompts, self.study.read_path, parent=self)
        self._is_shut_down = False
        self._connect_signals()

    def _connect_signals(self) -> None:
        self.study.study_closing.connect(self.detection.drop_results)
        self.study.study_closing.connect(self.keeping.save_now)
        self.study.study_replaced.connect(self.detection.drop_regrouped)
        self.study.volume_loaded.connect(self.keeping.restore)
        self.study.study_completed.connect(self.keeping.restore_shown)
        self.panes.volume_loaded.connect(self.keeping.restore)
        self.detection.place_shown.connect(self.panes.mark_point)
        self.detection.detected.connect(self.keeping.keep)
        self.reading.stepped.connect(self.show_stack)

    def _shown_keys(self) -> set[SeriesKey]:
        viewports = self._session.panes.viewports
        return {one.volume.series.key for one in viewports if one.volume is not None}

    @Slot(object)
    def show_stack(self, key: SeriesKey) -> None:
        """Show the series with this key, of whichever study, unless some view shows it already."""
        panes = self._session.panes
        seen = [panes.viewports[index].volume for index in panes.seen]
        if any(volume is not None and volume.series.key == key for volume in seen):
            return
        for index, study in enumerate(self._session.studies):
            keys = [series.key for series in study.series]
            if key in keys:
                self.study.show_study(index, keys.index(key))

    @Slot()
    def open_demo(self) -> None:
        """Open the simulated patient that the program carries."""
        try:
            folder = paths.demo_study_dir()
        except HccViewerError as error:
            self._session.set_message(Message(tr_phrase(str(error)), is_error=True))
            return
        if not folder.is_dir():
            text = tr("This copy of the program carries no demo study; open a folder instead.")
            self._session.set_message(Message(text, is_error=True))
            return
        self.study.open_path(folder, is_remembered=False)

    def show_series(self, row: int) -> None:
        """Show a series in the view that is used."""
        index = self._session.panes.active_index
        if index == 0 or self._session.panes.layout == Layout.PLANES:
            self.study.show_series(row)
        else:
            self.panes.show_series_in(index, row)

    def show_series_in(self, index: int, row: int) -> None:
        """Show a series in a view that it was dropped on."""
        self._session.panes.set_active(index)
        self.show_series(row)

    def step_series(self, step: int) -> None:
        """Show the next series in the view that is used."""
        index = self._session.panes.active_index
        if index == 0 or self._session.panes.layout == Layout.PLANES:
            self.study.step_series(step)
        else:
            self.panes.step_series_in(index, step)

    @Slot()
    def cancel(self) -> None:
        """Stop the work that the progress bar shows."""
        concern = self._session.busiest
        if concern == "read":
            self.study.cancel()
        elif concern == "compare":
            self.panes.cancel()
        elif concern == "detect":
            self.detection.cancel_detection()
        elif concern == "export":
            self.export.cancel()
        elif concern == "copy":
            self.network.cancel_copy()
        elif concern == "regroup":
            self.regroup.cancel()

    def shutdown(self) -> None:
        """Stop all work and wait for it; call it before the window goes."""
        if self._is_shut_down:
            return
        self._is_shut_down = True
        self.keeping.save_now()
        runners = (
            *self.study.runners,
            *self.regroup.runners,
            *self.panes.runners,
            *self.detection.runners,
            *self.export.runners,
            *self.keeping.runners,
            *self.header.runners,
            *self.network.runners,
        )
        for runner in runners:
            runner.cancel()
        for runner in runners:
            runner.shutdown()
