"""What the window does about errors that nobody expected: log them, say so, offer a report."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from hcc_viewer.gui.dialogs.fault import FaultDialog
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.jobs import UNEXPECTED
from hcc_viewer.gui.session import Message, Session
from hcc_viewer.log import DiscreetFormatter

logger = logging.getLogger(__name__)


def catch_crashes(session: Session) -> None:
    """Log what nobody expected, say so in the window, and go on."""

    def handle(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        logger.error("Unexpected error", exc_info=(kind, error, trace))
        session.set_message(Message(tr(UNEXPECTED), is_error=True))

    sys.excepthook = handle


class FaultReporter(QObject):
    """Shows one dialog for the errors that are logged, in whatever thread that happens.

    Signals:
        logged: An error was logged; its text, without patient data.
    """

    logged = Signal(str)

    def __init__(self, describe: Callable[[], str], window: QWidget) -> None:
        """Watch the program's log.

        Args:
            describe: Gives what is known of this computer and installation.
            window: The parent of the dialog.
        """
        super().__init__(window)
        self._describe = describe
        self._window = window
        self._handler = _Handler(self.logged.emit)
        self.dialog: FaultDialog | None = None
        self.logged.connect(self._on_logged)
        logging.getLogger("hcc_viewer").addHandler(self._handler)

    def stop(self) -> None:
        """Watch no longer; call it before the window goes."""
        logging.getLogger("hcc_viewer").removeHandler(self._handler)

    @Slot(str)
    def _on_logged(self, text: str) -> None:
        if self.dialog is None:
            self.dialog = FaultDialog(self._describe, self._window)
            self.dialog.finished.connect(self._on_closed)
            self.dialog.show()
        self.dialog.add(text)

    @Slot()
    def _on_closed(self) -> None:
        self.dialog = None


class _Handler(logging.Handler):
    """Passes errors with a traceback on as text."""

    def __init__(self, emit_text: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._emit_text = emit_text
        self.setFormatter(DiscreetFormatter("%(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self._emit_text(self.format(record))
