"""Makes a `.deb` from the frozen folder: program in /opt, menu entry, icon, MIME type, manual page.

    python packaging/linux/make_deb.py DIST WORK

DIST holds the folder `hcc-viewer`; the package is written there. Nothing runs at installation but
dpkg's own triggers (menus, icons, MIME types); removing the package removes all of it. Debian's
own rules would not have /opt and bundled libraries: this is a package to hand out, not for Debian.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import archive  # noqa: E402
from contents import NAME, ROOT  # noqa: E402

DEPENDS = (
    *("libc6 (>= 2.31)", "libegl1", "libgl1", "libfontconfig1", "libxkbcommon0"),
    *("libdbus-1-3", "libx11-6", "libxcb1", "libxkbcommon-x11-0", "fonts-dejavu-core"),
    *("libwayland-client0", "libwayland-cursor0", "libwayland-egl1"),
)
"""What the folder does not hold: the C library, the graphics driver, Wayland's own, a font."""

CONTROL = """\
Package: {name}
Version: {version}
Section: science
Priority: optional
Architecture: {architecture}
Installed-Size: {kilobytes}
Depends: {depends}
Maintainer: The HCC Viewer developers <noreply@localhost>
Description: viewer that looks for HCC in liver MRI (research software)
 Opens a study of gadoxetic-acid liver MRI, finds the hepatobiliary phase,
 and runs a small network on the CPU that flags slices which look like
 hepatocellular carcinoma, with class activation maps and a report.
 .
 For research use only. Not for use in diagnostic procedures.
"""


def main() -> None:
    """Lay out the tree and pack it."""
    out, work = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    tree = work / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    lay_out(out / NAME, work / "icon.png", tree)
    architecture = _output("dpkg", "--print-architecture")
    control = CONTROL.format(
        name=NAME,
        version=archive.version(),
        architecture=architecture,
        kilobytes=sum(_size(path) for path in tree.rglob("*")) // 1024,
        depends=", ".join(DEPENDS),
    )
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN" / "control").write_text(control, encoding="utf-8")
    set_modes(tree)
    target = out / f"{NAME}_{archive.version()}_{architecture}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "--build", str(tree), str(target)]
    subprocess.run(command, check=True, env=os.environ | {"SOURCE_DATE_EPOCH": epoch()})
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")


def lay_out(folder: Path, icon: Path, tree: Path) -> None:
    """Everything where Debian's desktops look for it."""
    shutil.copytree(folder, tree / "opt" / NAME, symlinks=True)
    links = tree / "usr" / "bin"
    links.mkdir(parents=True)
    (links / NAME).symlink_to(f"/opt/{NAME}/{NAME}")
    share = tree / "usr" / "share"
    svg = ROOT / "resources" / "icons" / "app.svg"
    _copy(HERE / "hcc-viewer.desktop", share / "applications" / "hcc-viewer.desktop")
    _copy(HERE / "hcc-viewer.xml", share / "mime" / "packages" / "hcc-viewer.xml")
    _copy(svg, share / "icons" / "hicolor" / "scalable" / "apps" / "hcc-viewer.svg")
    _copy(icon, share / "icons" / "hicolor" / "256x256" / "apps" / "hcc-viewer.png")
    papers = share / "doc" / NAME
    _copy(HERE / "copyright", papers / "copyright")
    _zip(ROOT / "CHANGELOG.md", papers / "changelog.gz")
    _zip(HERE / "hcc-viewer.1", share / "man" / "man1" / "hcc-viewer.1.gz")


def set_modes(tree: Path) -> None:
    """The same rights whatever the caller's umask."""
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
            os.utime(path, (int(epoch()), int(epoch())))


def epoch() -> str:
    """The time that everything bears."""
    return os.environ.get("SOURCE_DATE_EPOCH", "1735689600")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _zip(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(source.read_bytes(), mtime=0))


def _size(path: Path) -> int:
    return 0 if path.is_symlink() or path.is_dir() else path.stat().st_size


def _output(*command: str) -> str:
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return re.sub(r"\s", "", result.stdout)


if __name__ == "__main__":
    main()
