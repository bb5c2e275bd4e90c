"""Builds the program to hand out, by one command on each system.

    python packaging/build.py [--package] [--no-archive] [--out dist] [--work build]

Makes an environment from the pinned distributions (`requirements-build.txt`, with hashes), runs
PyInstaller on `hcc_viewer.spec`, adds third-party notices and a CycloneDX parts list, checks size
and contents, and packs the folder. `--package` makes the system's own package from it: a `.deb`
here on Linux, an installer with Inno Setup on Windows, a disk image on macOS.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import archive  # noqa: E402
from contents import ARCHIVE_LIMIT, FORBIDDEN_FILES, NAME, ROOT, SIZE_LIMIT  # noqa: E402


def main() -> None:
    """Build, check, pack."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the results go")
    parser.add_argument("--work", type=Path, default=ROOT / "build", help="for what comes between")
    parser.add_argument("--no-archive", action="store_true", help="leave the folder unpacked")
    parser.add_argument("--package", action="store_true", help="make the system's own package too")
    options = parser.parse_args()
    out, work = options.out.resolve(), options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("SOURCE_DATE_EPOCH", commit_time())
    python = environment(work / "environment")
    run(str(python), str(HERE / "make_icons.py"), str(work))
    freeze(python, out, work)
    folder = out / NAME
    add_papers(python, folder)
    print(f"{folder}: {check_contents(folder) / 1e6:.1f} MB (limit {SIZE_LIMIT / 1e6:.0f})")
    if not options.no_archive:
        path = archive.pack(folder, out)
        print(f"{path}: {check_archive(path) / 1e6:.1f} MB (limit {ARCHIVE_LIMIT / 1e6:.0f})")
    if options.package:
        make_package(out, work)


def environment(folder: Path) -> Path:
    """The Python of an environment that holds the pinned distributions and nothing else."""
    lock = (HERE / "requirements-build.txt").read_text(encoding="utf-8")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "requirements-build.txt"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == lock:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    run(sys.executable, "-m", "venv", str(folder))
    wanted = str(HERE / "requirements-build.txt")
    run(str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", wanted)
    stamp.write_text(lock, encoding="utf-8")
    return python


def freeze(python: Path, out: Path, work: Path) -> None:
    """Run PyInstaller; hashes of sets are fixed, so that modules compile to the same bytes."""
    command = [str(python), "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    command += ["--distpath", str(out), "--workpath", str(work / "pyinstaller")]
    changes = {"PYTHONHASHSEED": "1", "HCC_VIEWER_BUILD": str(work)}
    subprocess.run([*command, str(HERE / "hcc_viewer.spec")], env=os.environ | changes, check=True)


def add_papers(python: Path, folder: Path) -> None:
    """Put licences, notices and the list of parts beside the program."""
    shutil.copy(ROOT / "LICENSE", folder)
    notices = folder / "THIRD-PARTY-NOTICES.txt"
    run(str(python), str(HERE / "notices.py"), str(notices), "--folder", str(folder))
    command = [str(python), "-m", "cyclonedx_py", "requirements", "--output-reproducible"]
    command += ["--pyproject", str(ROOT / "pyproject.toml"), "--of", "JSON"]
    command += ["-o", str(folder / "sbom.cdx.json"), str(HERE / "requirements.txt")]
    run(*command)


def check_contents(folder: Path) -> int:
    """The size in bytes.

    Raises:
        SystemExit: It is too large, or holds what it must not.
    """
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    unwanted = [path for path in folder.rglob("*") if path.name.startswith(FORBIDDEN_FILES)]
    if unwanted:
        raise SystemExit(f"These must not be in the program: {', '.join(map(str, unwanted))}")
    size = sum(path.stat().st_size for path in files)
    if size > SIZE_LIMIT:
        raise SystemExit(f"{folder} has {size / 1e6:.1f} MB; at most {SIZE_LIMIT / 1e6:.0f}.")
    return size


def check_archive(path: Path) -> int:
    """The size in bytes.

    Raises:
        SystemExit: It is too large.
    """
    size = path.stat().st_size
    if size > ARCHIVE_LIMIT:
        raise SystemExit(f"{path} has {size / 1e6:.1f} MB; at most {ARCHIVE_LIMIT / 1e6:.0f}.")
    return size


def make_package(out: Path, work: Path) -> None:
    """The package that this system's users expect."""
    if sys.platform == "win32":
        places = [f"/DDist={out}", f"/DWork={work}", f"/O{out}"]
        script = str(HERE / "windows" / "hcc_viewer.iss")
        run("iscc", f"/DAppVersion={archive.version()}", *places, script)
    elif sys.platform == "darwin":
        run("bash", str(HERE / "macos" / "make_dmg.sh"), str(out), archive.version())
    else:
        run(sys.executable, str(HERE / "linux" / "make_deb.py"), str(out), str(work))


def commit_time() -> str:
    """Seconds of the last commit: the time that everything made here bears."""
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.stdout.strip() or "1735689600"


def run(*command: str) -> None:
    """Run a command that must succeed."""
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
