"""Opens a reading study's window, by itself or from the main window."""

from __future__ import annotations

import sys
from pathlib import Path

# Before Qt: once Qt is loaded, ONNX Runtime fails to load its DLLs on Windows (its issue 26127).
import onnxruntime  # noqa: F401
from PySide6.QtWidgets import QApplication

from hcc_viewer.gui.fonts import add_missing_fonts
from hcc_viewer.gui.i18n import install_language
from hcc_viewer.gui.reader_study.loading import LoadCase, catalogue_loader
from hcc_viewer.gui.reader_study.window import ReaderStudyWindow
from hcc_viewer.gui.theme import apply_theme
from hcc_viewer.log import start_log
from hcc_viewer.reader_study.run import ReadingRun
from hcc_viewer.settings import load_or_set_aside


def build(study: Path, reader: str, arm: str) -> ReaderStudyWindow:
    """Make the window of a reader's arm; see `prepare`."""
    return ReaderStudyWindow(*prepare(study, reader, arm))


def prepare(study: Path, reader: str, arm: str) -> tuple[ReadingRun, LoadCase]:
    """What the window of a reader's arm needs; what was read before is not shown again.

    Nothing of Qt is in it: a worker may do it, for a model takes its time to load.

    Raises:
        HccViewerError: The study or its cases cannot be read, the model is refused, or the reader
            may not read this arm now.
    """
    from hcc_viewer.catalogue import open_catalogue
    from hcc_viewer.detection import load_model
    from hcc_viewer.detection.model_store import chosen_model_path
    from hcc_viewer.reader_study import open_study, start_run
    from hcc_viewer.reader_study.plan import AIDED

    plan = open_study(study)
    model = load_model(chosen_model_path()) if arm == AIDED else None
    label = "" if model is None else model.identity.label
    run = start_run(study, reader, arm, model=label)
    catalogue = open_catalogue(plan.catalogue_folder(study))
    return run, catalogue_loader(catalogue, model)


def run(study: Path, reader: str, arm: str) -> int:
    """Show the window and stay until it is closed; returns the exit status."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    apply_theme(application)
    add_missing_fonts(application)
    settings, _ = load_or_set_aside()
    install_language(application, settings.language)
    start_log()
    window = build(study, reader, arm)
    window.show()
    return int(application.exec())
