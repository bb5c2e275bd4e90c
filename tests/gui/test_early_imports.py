"""What a click would wait for is loaded before, beside the window."""

import subprocess
import sys
import threading

from hcc_viewer.gui import early_imports

# What the first export, header page and PACS page load, counted after the thread has ended.
SCRIPT = """
import sys, threading
from hcc_viewer.gui import early_imports
from hcc_viewer.gui.app import build
from hcc_viewer.settings import Settings
build(Settings())
before = len(sys.modules)
early_imports.start().join()
loaded = len(sys.modules)
from hcc_viewer.gui.dialogs.export import ExportDialog
from hcc_viewer.gui.dialogs.header import HeaderDialog
from hcc_viewer.gui.dialogs.pacs_settings import PacsSettingsDialog
from hcc_viewer.pacs import load_pacs_settings
from hcc_viewer.report.words import local_paper_size
import hcc_viewer.report
print(before, loaded, len(sys.modules))
"""


def test_dialogs_find_their_modules_loaded():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=120
    )
    before, loaded, after = map(int, done.stdout.split())
    assert loaded > before + 100
    assert after == loaded


def test_module_that_cannot_be_loaded_stops_nothing(monkeypatch, caplog):
    monkeypatch.setattr(early_imports, "MODULES", ("hcc_viewer.no_such_module",))
    started = early_imports.start()
    started.join(60)
    assert not started.is_alive()
    assert started not in threading.enumerate()
    assert "hcc_viewer.no_such_module cannot be loaded" in caplog.text
