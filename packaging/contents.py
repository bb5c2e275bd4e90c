"""What the frozen program holds: shared by the PyInstaller recipe on all systems and its checks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]

NAME = "hcc-viewer"
WINDOWED_NAME = "HCC Viewer"
"""The second program of a Windows build: the same without a console window."""

IDENTIFIER = "org.hccviewer.HccViewer"
"""Of the macOS bundle."""

METADATA = ("pylibjpeg", "pylibjpeg-openjpeg", "pyjpegls", "highdicom", "pydicom")
"""Distributions that are looked up at run time through their metadata (plugins)."""

EXCLUDED_MODULES = (
    "hcc_viewer.training",
    *("tensorflow", "keras", "scipy", "sklearn", "matplotlib", "pandas", "onnx", "tf2onnx"),
    *("tkinter", "IPython", "pytest", "setuptools", "pip", "pydoc_data", "lib2to3"),
    # GPL libraries of the system hang on these: readline, gdbm, Berkeley DB.
    *("readline", "curses", "_gdbm", "_dbm", "dbm.gnu", "dbm.ndbm"),
    # What ONNX Runtime brings for makers of models.
    *("onnxruntime.tools", "onnxruntime.quantization", "onnxruntime.transformers"),
    *("PIL._avif", "PIL.AvifImagePlugin", "PIL._webp", "PIL.WebPImagePlugin"),
    *("PIL._imagingtk", "PIL.ImageTk", "PIL.ImageQt"),
    *("PySide6.QtNetwork", "PySide6.QtDBus", "PySide6.QtOpenGL", "PySide6.QtQml"),
)

DROPPED_FILES = (
    # Qt's platforms for kiosks, its bridge to GTK (which pulls in half a desktop), its network.
    *("libqeglfs", "libqlinuxfb", "libqvkkhrdisplay", "libqminimal", "libqvnc", "libqgtk3"),
    *("libqtuiotouchplugin", "libqevdev", "libqopensslbackend", "libqcertonlybackend"),
    *("qopensslbackend", "qcertonlybackend", "qschannelbackend"),
    # Picture formats that the program neither reads nor writes through Qt.
    *("libqgif", "libqtga", "libqwbmp", "libqicns", "libqtiff", "libqwebp", "libqpdf"),
    # Part of every desktop, and better its own: the message bus with what hangs on it.
    *("libdbus-1.", "libsystemd.", "libgcrypt.", "libgpg-error.", "libcap."),
    # OpenCV's video decoder on Windows: nothing here plays videos.
    "opencv_videoio_ffmpeg",
)
"""Beginnings of the names of files that are left out."""


@dataclass(frozen=True)
class StandIns:
    """Libraries that a wheel is linked with and the program never calls.

    `stub_libraries.py` says what takes their place.
    """

    user: str
    """Place of the one file that is linked with them."""
    folder: str
    """Where they lie."""
    libraries: tuple[str, ...]
    """Beginnings of their names."""


STAND_INS = (
    # Video, AVIF, and LAPACK; a test watches which functions of OpenCV the program calls.
    StandIns(
        "cv2/cv2.abi3.so",
        "opencv_python_headless.libs",
        ("libavcodec", "libavformat", "libavutil", "libswscale", "libavif", "libopenblas"),
    ),
    # GDCM's own de-identification would encrypt with an OpenSSL that nobody mends any more.
    StandIns("_gdcm/libgdcmCommon.so", "python_gdcm.libs", ("libcrypto-", "libssl-")),
)

ICU_LANGUAGES = ("en", "ko")
"""What Qt's copy of ICU keeps of its 32 MB beside what all languages share; see `icu_data.py`."""

FORBIDDEN_FILES = (*("tensorflow", "libreadline", "libgdbm", "libdb-", "libx264", "libx265"),)
"""Beginnings of names that must never be in the program: too large, or GPL."""

SIZE_LIMIT = 350_000_000
"""Bytes of the unpacked program."""

ARCHIVE_LIMIT = 140_000_000
"""Bytes of the packed program."""


def program_modules() -> list[str]:
    """Every module of the program but training, for imports that are made by name."""
    names = []
    for path in sorted((ROOT / "hcc_viewer").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[1] != "training" and parts[-1] != "__main__":
            names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


def is_wanted(target: str) -> bool:
    """Whether a file belongs into the program; `target` is its place there."""
    path = PurePosixPath(target.replace("\\", "/"))
    if "translations" in path.parts and "PySide6" in path.parts:
        return path.name.startswith("qtbase_")
    if path.parts[0] == "cv2" and path.suffix == ".xml":
        return False
    return not path.name.startswith(DROPPED_FILES)
