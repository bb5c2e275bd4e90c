"""Makes the window and runs it."""

from __future__ import annotations

import logging
import logging.handlers
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

# Before Qt: once Qt is loaded, ONNX Runtime fails to load its DLLs on Windows (its issue 26127).
import onnxruntime  # noqa: F401
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from hcc_viewer import __version__, paths
from hcc_viewer.errors import CancelledError, HccViewerError
from hcc_viewer.gui.audited import DecisionLog, audited
from hcc_viewer.gui.controller import Controller
from hcc_viewer.gui.dialogs.questions import real_prompts
from hcc_viewer.gui.i18n import install_language, tr
from hcc_viewer.gui.jobs import UNEXPECTED
from hcc_viewer.gui.main_window import MainWindow
from hcc_viewer.gui.prompts import Prompts
from hcc_viewer.gui.services import Services
from hcc_viewer.gui.session import Message, Session
from hcc_viewer.gui.theme import apply_theme
from hcc_viewer.settings import Settings, load_or_set_aside, save_settings

logger = logging.getLogger(__name__)

LOG_BYTES = 1_000_000


def build(
    settings: Settings, services: Services | None = None, prompts: Prompts | None = None
) -> MainWindow:
    """Make the whole window without showing it or starting the event loop.

    Args:
        settings: The user's choices.
        services: The functions that the window calls; None: the real ones.
        prompts: The questions that it asks; None: dialogs.
    """
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("HCC Viewer")
    application.setApplicationVersion(__version__)
    apply_theme(application)
    install_language(application, settings.language)
    services = audited(services or Services())
    session = Session()
    DecisionLog(session, session)
    controller = Controller(session, services, prompts or real_prompts())
    window = MainWindow(session, controller, services.cam_on_image, settings)
    window.setProperty("application", application)
    return window


def run(path: Path | None = None, settings: Settings | None = None) -> int:
    """Show the window and stay until it is closed.

    Args:
        path: A folder, file or zip to open; None: none.
        settings: The user's choices; None: those that are kept on this computer.

    Returns:
        The exit status of the program.
    """
    start_log()
    note = ""
    if settings is None:
        settings, note = load_or_set_aside()
    application = QApplication.instance() or QApplication(sys.argv[:1])
    window = build(settings)
    catch_crashes(window.session)
    if note:
        window.session.set_message(Message(note, is_error=True))
    window.show()
    window.show_hint_once()
    if path is not None:
        QTimer.singleShot(0, lambda: window.controller.study.open_path(path))
    with _quit_on_interrupt():
        status = application.exec()
    window.controller.shutdown()
    try:
        save_settings(window.current_settings())
    except HccViewerError as error:
        logger.warning("%s", error)
    return status


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


def start_log() -> None:
    """Write the log to a file of the user's; without one, the program works all the same."""
    package = logging.getLogger("hcc_viewer")
    try:
        folder = paths.log_dir()
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "hcc-viewer.log", maxBytes=LOG_BYTES, backupCount=3, encoding="utf-8"
        )
    except OSError as error:
        package.warning("There is no log file: %s", error)
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    package.addHandler(handler)
    package.setLevel(logging.INFO)


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
