"""The recipes for systems that the tests do not run on, as far as another system can tell."""

import configparser
import os
import plistlib
import re
import shutil
import subprocess
import sys
import types
from pathlib import Path, PureWindowsPath

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"
sys.path.insert(0, str(PACKAGING))

import build  # noqa: E402
import contents  # noqa: E402

ISS = (PACKAGING / "windows" / "hcc_viewer.iss").read_text(encoding="utf-8")
CLASSES = ("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """What `make_icons.py` writes for all systems."""
    folder = tmp_path_factory.mktemp("icons")
    command = [sys.executable, str(PACKAGING / "make_icons.py"), str(folder)]
    subprocess.run(command, check=True)
    return folder


def follow_spec(monkeypatch, platform, work):
    """Run the PyInstaller recipe as on another system, and give the calls that it makes."""
    calls = []

    def recorder(name):
        def call(*args, **options):
            calls.append((name, args, options))
            empty = {"datas": [], "binaries": [], "pure": [], "scripts": []}
            return types.SimpleNamespace(name=name, **empty)

        return call

    hooks = types.ModuleType("PyInstaller.utils.hooks")
    hooks.collect_dynamic_libs = hooks.collect_submodules = lambda name: []
    hooks.collect_data_files = hooks.copy_metadata = lambda name, **options: []
    for name in ("PyInstaller", "PyInstaller.utils"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, "PyInstaller.utils.hooks", hooks)
    monkeypatch.delitem(sys.modules, "data_files", raising=False)
    import data_files

    monkeypatch.setattr(data_files, "library_data", lambda folder: [])
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("HCC_VIEWER_BUILD", str(work))
    names = {name: recorder(name) for name in CLASSES} | {"SPECPATH": str(PACKAGING)}
    exec(compile((PACKAGING / "hcc_viewer.spec").read_text(), "hcc_viewer.spec", "exec"), names)
    return calls


def test_windows_gets_two_programs_with_icon_and_version(monkeypatch, made):
    calls = follow_spec(monkeypatch, "win32", made)
    programs = [options for name, _, options in calls if name == "EXE"]
    assert [(one["name"], one["console"]) for one in programs] == [
        ("hcc-viewer", True),
        ("HCC Viewer", False),
    ]
    assert all(Path(one["icon"]).is_file() and Path(one["version"]).is_file() for one in programs)
    assert calls[-1][0] == "COLLECT"


def test_mac_gets_a_bundle_whose_facts_can_be_written(monkeypatch, made):
    name, _, options = follow_spec(monkeypatch, "darwin", made)[-1]
    assert (name, options["name"]) == ("BUNDLE", "HCC Viewer.app")
    assert Path(options["icon"]).suffix == ".icns"
    assert plistlib.loads(plistlib.dumps(options["info_plist"])) == options["info_plist"]


def test_icons_of_all_systems_can_be_read(made):
    with Image.open(made / "icon.ico") as icon:
        assert {(16, 16), (32, 32), (48, 48), (256, 256)} <= icon.info["sizes"]
    with Image.open(made / "icon.icns") as icon:
        assert (512, 512, 2) in icon.info["sizes"]
    with Image.open(made / "icon.png") as icon:
        assert icon.size == (256, 256)


def test_version_information_is_what_pyinstaller_evaluates(made):
    def record(*args, **options):
        return args, options

    kinds = ("VSVersionInfo", "FixedFileInfo", "StringFileInfo", "StringTable", "StringStruct")
    names = dict.fromkeys((*kinds, "VarFileInfo", "VarStruct"), record)
    text = (made / "version_info.txt").read_text(encoding="utf-8")
    _, facts = eval(text, {"__builtins__": {}}, names)
    fixed = facts["ffi"][1]
    assert len(fixed["filevers"]) == 4
    assert fixed["filevers"] == fixed["prodvers"]


def sections():
    parser = configparser.ConfigParser(
        strict=False,
        interpolation=None,
        allow_no_value=True,
        comment_prefixes=(";", "#"),
        delimiters=("=",),
    )
    parser.optionxform = str
    parser.read_string(ISS)
    return parser


def test_installer_needs_no_administrator_and_carries_a_version():
    setup = sections()["Setup"]
    assert setup["PrivilegesRequired"] == "lowest"
    assert setup["DefaultDirName"].startswith("{autopf}")
    assert setup["VersionInfoVersion"] == setup["AppVersion"] == "{#AppVersion}"
    assert re.fullmatch(r"\{\{[0-9A-F-]{36}\}", setup["AppId"])
    assert "HKLM" not in ISS


def test_installer_takes_the_files_that_the_build_makes(made):
    names = set(re.findall(r"\{app\}\\([^\"\n]+?\.exe)", ISS))
    assert names == {f"{contents.WINDOWED_NAME}.exe"}
    assert f'Source: "{{#Dist}}\\{contents.NAME}\\*"' in ISS
    icon = PureWindowsPath(re.search(r"SetupIconFile=\{#Work\}\\(.+)", ISS)[1])
    assert (made / icon.name).is_file()
    licence = re.search(r"LicenseFile=(.+)", ISS)[1].replace("\\", "/")
    assert (PACKAGING / "windows" / licence).is_file()


def test_every_define_of_the_installer_is_given_by_the_build(monkeypatch, tmp_path):
    commands = []
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(build, "run", lambda *command: commands.append(command))
    build.make_package(tmp_path / "dist", tmp_path / "build")
    (command,) = commands
    given = {word[2:].partition("=")[0] for word in command if word.startswith("/D")}
    used = set(re.findall(r"\{#(\w+)\}", ISS)) - set(re.findall(r"^#define (\w+)", ISS, re.M))
    assert used <= given
    assert Path(command[-1]).is_file()


@pytest.mark.skipif(os.name == "nt" or not shutil.which("bash"), reason="needs bash")
def test_disk_image_holds_bundle_papers_and_a_link(tmp_path):
    out, tools = tmp_path / "dist", tmp_path / "tools"
    (out / "HCC Viewer.app" / "Contents").mkdir(parents=True)
    (out / "hcc-viewer").mkdir()
    for name in ("THIRD-PARTY-NOTICES.txt", "LICENSE"):
        (out / "hcc-viewer" / name).write_text("text")
    tools.mkdir()
    # In the place of macOS' own: says what it was given, and what lay there.
    fake = '#!/bin/sh\nprintf "%s\\n" "$@"\nfor last; do :; done\nls "$5" > "$last"\n'
    (tools / "hdiutil").write_text(fake)
    (tools / "hdiutil").chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    script = PACKAGING / "macos" / "make_dmg.sh"
    ended = subprocess.run(
        ["bash", str(script), str(out), "1.2.3"],
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.splitlines()[:3] == ["create", "-volname", "HCC Viewer 1.2.3"]
    listed = (out / "hcc-viewer-1.2.3.dmg").read_text().split("\n")
    assert set(listed) >= {"Applications", "HCC Viewer.app", "LICENSE", "THIRD-PARTY-NOTICES.txt"}


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="needs desktop-file-utils")
def test_desktop_entry_is_valid():
    entry = PACKAGING / "linux" / "hcc-viewer.desktop"
    ended = subprocess.run(["desktop-file-validate", str(entry)], capture_output=True, text=True)
    assert ended.stdout == ""
    assert ended.returncode == 0


@pytest.mark.skipif(not shutil.which("update-mime-database"), reason="needs shared-mime-info")
def test_mime_type_is_taken_up(tmp_path):
    packages = tmp_path / "mime" / "packages"
    packages.mkdir(parents=True)
    shutil.copy(PACKAGING / "linux" / "hcc-viewer.xml", packages)
    subprocess.run(["update-mime-database", str(tmp_path / "mime")], check=True)
    assert "x-content/dicom-media" in (tmp_path / "mime" / "treemagic").read_bytes().decode(
        "latin1"
    )
