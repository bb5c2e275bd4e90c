"""Has the pictures of the shown study's series made, while nothing else is read."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Slot

from hcc_viewer.gui.jobs import JobContext, JobRunner
from hcc_viewer.gui.services import Services
from hcc_viewer.gui.session import Session
from hcc_viewer.gui.thumbnails import make_thumbnails

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hcc_viewer.dicom import Series

logger = logging.getLogger(__name__)


class Thumbnailer(QObject):
    """Makes one picture after another; what cannot be read has none."""

    def __init__(self, session: Session, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._services = services
        self.runner = JobRunner("thumbnails", self)
        """Must stop before the window goes."""
        self.runner.delivered.connect(self._on_thumbnail)
        self.runner.failed.connect(self._on_failed)

    def start(self) -> None:
        """Make the pictures that are missing, unless that goes on already."""
        session = self._session
        missing = [one for one in session.series if one.key not in session.thumbnails]
        if missing and not self.runner.is_running:
            self.runner.start(partial(_deliver, self._services, missing))

    def cancel(self) -> None:
        """Make no more of them for now."""
        self.runner.cancel()

    @Slot(object)
    def _on_thumbnail(self, part: object) -> None:
        series, picture = cast("tuple[Series, NDArray[np.uint8]]", part)
        self._session.set_thumbnail(series.key, picture)

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        logger.warning("Thumbnails stopped: %s", text)


def _deliver(services: Services, series: list[Series], context: JobContext) -> None:
    def check(done: int, total: int) -> None:
        context.check()

    for part in make_thumbnails(series, services.load_volume, check):
        context.deliver(part)
