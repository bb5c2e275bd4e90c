"""Looks at this computer and this installation: what `hcc-viewer doctor` prints.

The text names versions, decoders, screen, model and speed, and nothing of any patient, so that it
can be sent with a report of a fault.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from hcc_viewer import __version__, paths
from hcc_viewer.errors import HccViewerError
from hcc_viewer.log import discreet

LIBRARIES = {
    "NumPy": "numpy",
    "OpenCV": "cv2",
    "ONNX Runtime": "onnxruntime",
    "pydicom": "pydicom",
    "highdicom": "highdicom",
    "GDCM": "gdcm",
    "openjpeg plugin": "openjpeg",
    "JPEG-LS plugin": "jpeg_ls",
    "reportlab": "reportlab",
    "Pillow": "PIL",
    "Qt for Python": "PySide6",
}
"""Name for people and module. ONNX Runtime stands before Qt, as it must on Windows."""

SLOW_MS = 100.0
"""Above this a slice takes so long that a study of 100 is no fun."""

WHAT_TO_SEND = (
    "If something went wrong, send this text with a sentence on what you did, and the file "
    "hcc-viewer.log from the folder above. Neither holds names or images of patients; look through "
    "them before you send them all the same. Never send images."
)


@dataclass(frozen=True)
class Fact:
    """One line of the report."""

    subject: str
    text: str
    is_good: bool = True


def examine(*, with_speed: bool = True) -> list[Fact]:
    """Everything worth knowing, in the order of reading; nothing here raises."""
    facts = [
        Fact("HCC Viewer", f"{__version__}, {_kind_of_installation()}"),
        Fact("System", f"{platform.platform()}, {platform.machine()}, {os.cpu_count()} processors"),
        Fact("Python", platform.python_version()),
    ]
    for examination in (_libraries, _decoders, _screen, _settings, _pacs_settings, _places):
        facts += _safely(examination)
    facts += _safely(_model if with_speed else _model_only)
    return facts


def as_text(facts: list[Fact]) -> str:
    """The report for people, with what to do with it."""
    width = max(len(fact.subject) for fact in facts)
    lines = [
        f"{' ' if fact.is_good else '!'} {fact.subject:{width}}  {fact.text}" for fact in facts
    ]
    bad = sum(not fact.is_good for fact in facts)
    verdict = "All is well." if not bad else f"{bad} of {len(facts)} lines are marked with '!'."
    return "\n".join([*lines, "", verdict, WHAT_TO_SEND])


def _safely(examination: Callable[[], Iterator[Fact]]) -> list[Fact]:
    """What an examination finds; what stops it is itself a finding."""
    name = examination.__name__.strip("_").replace("_", " ")
    facts: list[Fact] = []
    try:
        facts.extend(examination())
    except HccViewerError as error:
        facts.append(Fact(name, str(error), is_good=False))
    except Exception as error:  # noqa: BLE001  # a doctor has to survive every illness
        said = discreet(f"{type(error).__name__}: {error}".splitlines()[0])
        facts.append(Fact(name, said, is_good=False))
    return facts


def _kind_of_installation() -> str:
    return "frozen program" if getattr(sys, "frozen", False) else "installed in Python"


def _libraries() -> Iterator[Fact]:
    for name, module in LIBRARIES.items():
        try:
            found = importlib.import_module(module)
        except ImportError as error:
            yield Fact(name, f"cannot be loaded: {discreet(str(error))}", is_good=False)
        else:
            yield Fact(name, _version_of(found))


def _version_of(module: object) -> str:
    for name in ("__version__", "Version", "GDCM_VERSION"):
        value = getattr(module, name, None)
        if isinstance(value, str):
            return value
    return "loaded"


def _decoders() -> Iterator[Fact]:
    from hcc_viewer.dicom.codecs import decoders

    for name, is_available in decoders().items():
        text = "can be read" if is_available else "cannot be read; install the program again"
        yield Fact(name, text, is_good=is_available)


def _screen() -> Iterator[Fact]:
    from hcc_viewer.gui.screen import why_no_window

    obstacle = why_no_window()
    chosen = os.environ.get("QT_QPA_PLATFORM") or "chosen by Qt"
    text = f"a window can be shown (platform: {chosen})" if obstacle is None else obstacle
    yield Fact("Screen", text, is_good=obstacle is None)


def _settings() -> Iterator[Fact]:
    from hcc_viewer.settings import load_settings, settings_path

    load_settings()
    yield Fact("Settings", "in use" if settings_path().exists() else "none yet; the defaults hold")


def _pacs_settings() -> Iterator[Fact]:
    from hcc_viewer.pacs.settings_file import load_pacs_settings

    number = len(load_pacs_settings().peers)
    yield Fact("PACS addresses", str(number) if number else "none; the network is not used")


def _places() -> Iterator[Fact]:
    yield Fact("Settings folder", str(paths.config_dir()))
    yield Fact("Log folder", str(paths.log_dir()))


def _model_only() -> Iterator[Fact]:
    from hcc_viewer.detection import load_model
    from hcc_viewer.detection.model_store import chosen_model_path

    model = load_model(chosen_model_path())
    yield Fact("Model", f"{model.identity.label}; trained on {model.identity.trained_on}")


def _model() -> Iterator[Fact]:
    from hcc_viewer.detection import load_model
    from hcc_viewer.detection.model_store import chosen_model_path

    yield from _model_only()
    model = load_model(chosen_model_path())
    size, channels = model.card.input.size, len(model.card.input.offsets_mm)
    batch = np.zeros((4, size, size, channels), np.float32)
    model.predict(batch)
    milliseconds = _best_ms(lambda: model.predict(batch)) / len(batch)
    product = _matrix_gflops()
    yield Fact(
        "Speed",
        f"{milliseconds:.1f} ms a slice in the network; a matrix product runs at "
        f"{product:.0f} Gflop/s",
        is_good=milliseconds < SLOW_MS,
    )


def _matrix_gflops(side: int = 1024) -> float:
    """How fast this computer multiplies, to compare speeds of different computers by."""
    first = np.ones((side, side), np.float32)
    milliseconds = _best_ms(lambda: first @ first)
    return 2 * side**3 / (milliseconds * 1e6)


def _best_ms(work: Callable[[], object], runs: int = 3) -> float:
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(1e3 * (time.perf_counter() - started))
    return min(times)
