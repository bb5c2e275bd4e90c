"""Makes the window and runs it."""

from __future__ import annotations

import faulthandler
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Before Qt: once Qt is loaded, ONNX Runtime fails to load its DLLs on Windows (its issue 26127).
import onnxruntime  # noqa: F401
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from hcc_viewer import __version__
from hcc_viewer.errors import CancelledError, HccViewerError
from hcc_viewer.gui import early_imports, heap
from hcc_viewer.gui.actions import load_icon
from hcc_viewer.gui.audited import DecisionLog, audited
from hcc_viewer.gui.controller import Controller
from hcc_viewer.gui.dialogs.questions import real_prompts
from hcc_viewer.gui.faults import FaultReporter, catch_crashes
from hcc_viewer.gui.fonts import add_missing_fonts
from hcc_viewer.gui.i18n import install_language
from hcc_viewer.gui.main_window import MainWindow
from hcc_viewer.gui.prompts import Prompts
from hcc_viewer.gui.services import Services
from hcc_viewer.gui.session import Message, Session
from hcc_viewer.gui.theme import apply_theme
from hcc_viewer.log import catch_native_crashes, start_log
from hcc_viewer.settings import Settings, load_or_set_aside, save_changes

logger = logging.getLogger(__name__)

TURN_S = 0.001
"""How long a worker may hold Python's lock while the window waits. Python's own 5 ms add up:
one paint of the window comes to Python several times."""


def build(
    settings: Settings, services: Services | None = None, prompts: Prompts | None = None
) -> MainWindow:
    """Make the whole window without showing it or starting the event loop.

    Args:
        settings: The user's choices.
        services: The functions that the window calls; None: the real ones.
        prompts: The questions that it asks; None: dialogs.
    """
    heap.keep_small()
    sys.setswitchinterval(TURN_S)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("HCC Viewer")
    application.setApplicationVersion(__version__)
    application.setWindowIcon(load_icon("app"))
    apply_theme(application)
    add_missing_fonts(application)
    install_language(application, settings.language)
    services = audited(services or Services())
    session = Session()
    DecisionLog(session, session)
    controller = Controller(session, services, prompts or real_prompts())
    window = MainWindow(session, controller, services.cam_on_image, settings)
    window.setProperty("application", application)
    return window


def run(
    path: Path | None = None,
    settings: Settings | None = None,
    describe: Callable[[], str] = str,
) -> int:
    """Show the window and stay until it is closed.

    Args:
        path: A folder, file or zip to open; None: none.
        settings: The user's choices; None: those that are kept on this computer.
        describe: Gives what is known of this computer, for the report of an unexpected error.

    Returns:
        The exit status of the program.
    """
    start_log()
    crashes = catch_native_crashes()
    note = ""
    if settings is None:
        settings, note = load_or_set_aside()
    application = QApplication.instance() or QApplication(sys.argv[:1])
    window = build(settings)
    catch_crashes(window.session)
    reporter = FaultReporter(describe, window)
    if note:
        window.session.set_message(Message(note, is_error=True))
    keeper = SettingsKeeper(window, settings)
    window.show()
    window.show_hint_once()
    QTimer.singleShot(early_imports.DELAY_MS, early_imports.start)
    if path is not None:
        QTimer.singleShot(0, lambda: window.controller.study.open_path(path))
    with _quit_on_interrupt():
        status = application.exec()
    window.controller.shutdown()
    reporter.stop()
    keeper.keep()
    if crashes is not None:
        faulthandler.disable()
        crashes.close()
    return status


class SettingsKeeper:
    """Writes what the user changes as soon as it is chosen: the program may be ended any time."""

    def __init__(self, window: MainWindow, settings: Settings) -> None:
        self._window = window
        self._kept = settings
        window.settings.chosen.connect(self.keep)
        window.session.identity_changed.connect(self.keep)
        window.controller.study.recent_changed.connect(self.keep)

    def keep(self) -> None:
        """Write what has changed since the last time; where that fails, the log says so."""
        now = self._window.settings.current
        try:
            save_changes(self._kept, now)
            self._kept = now
        except HccViewerError as error:
            logger.warning("%s", error)


@contextmanager
def _quit_on_interrupt() -> Iterator[None]:
    """Let Ctrl+C in the terminal close the window with the exit status of an interrupted program.

    Python sees the signal only while it runs, so a timer wakes it now and then.
    """
    before = signal.signal(signal.SIGINT, lambda *_: QApplication.exit(CancelledError.exit_status))
    waker = QTimer(interval=300)
    waker.timeout.connect(lambda: None)
    waker.start()
    try:
        yield
    finally:
        waker.stop()
        signal.signal(signal.SIGINT, before)
