"""Draws the program's icon (`resources/icons/app.svg`) in the form of each system.

    python packaging/make_icons.py FOLDER

Writes icon.png (256), icon.ico (Windows), icon.icns (macOS), and version_info.txt, which Windows
shows as the properties of the program.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

import archive
from contents import ROOT, WINDOWED_NAME

SIZE = 1024

VERSION_INFO = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3f, flags=0, OS=0x40004,
                    fileType=1, subtype=0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("FileDescription", "{name}: research software, not for diagnosis"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("LegalCopyright", "The HCC Viewer developers; Apache-2.0"),
      StringStruct("ProductName", "{name}"),
      StringStruct("ProductVersion", "{version}")])]),
    VarFileInfo([VarStruct("Translation", [0x0409, 1200])])
  ]
)
"""


def main() -> None:
    """Write all of them."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    picture = draw(ROOT / "resources" / "icons" / "app.svg")
    picture.resize((256, 256), Image.Resampling.LANCZOS).save(folder / "icon.png")
    picture.save(folder / "icon.ico", sizes=[(size, size) for size in (16, 24, 32, 48, 64, 256)])
    picture.save(folder / "icon.icns")
    (folder / "version_info.txt").write_text(version_info(archive.version()), encoding="utf-8")


def draw(path: Path) -> Image.Image:
    """An SVG as a picture of `SIZE` pixels."""
    application = QGuiApplication.instance() or QGuiApplication([])
    image = QImage(SIZE, SIZE, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(path)).render(painter)
    painter.end()
    store = QByteArray()
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    del application
    return Image.open(io.BytesIO(store.data()))


def version_info(version: str) -> str:
    """What Windows wants to know, as a Python expression that PyInstaller reads."""
    parts = [int("".join(c for c in part if c.isdigit()) or 0) for part in version.split(".")]
    numbers = tuple(([*parts, 0, 0, 0, 0])[:4])
    return VERSION_INFO.format(numbers=numbers, version=version, name=WINDOWED_NAME)


if __name__ == "__main__":
    main()
