import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "packaging"))

import archive  # noqa: E402
import contents  # noqa: E402
import hcc_viewer  # noqa: E402


def opencv_functions():
    """The functions of OpenCV that the program calls, training left out."""
    names = set()
    for path in (ROOT / "hcc_viewer").rglob("*.py"):
        if "training" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if is_call and isinstance(node.func.value, ast.Name) and node.func.value.id == "cv2":
                names.add(node.func.attr)
    return names


def test_program_calls_nothing_that_the_stand_ins_refuse():
    # Linear algebra and video of OpenCV are not in the frozen program (packaging/contents.py).
    refused = {"solve", "invert", "SVDecomp", "eigen", "gemm", "calcCovarMatrix", "PCACompute"}
    refused |= {"VideoCapture", "VideoWriter", "solvePoly", "fitEllipse", "estimateAffine2D"}
    refused |= {"findHomography", "calibrateCamera", "solvePnP", "findTransformECC"}
    used = opencv_functions()
    assert "warpAffine" in used
    assert not used & refused


def test_every_module_but_training_is_in_the_program():
    modules = contents.program_modules()
    assert {"hcc_viewer.report.page_pdf", "hcc_viewer.doctor", "hcc_viewer.gui"} <= set(modules)
    assert not [name for name in modules if name.startswith("hcc_viewer.training")]


@pytest.mark.parametrize(
    ("target", "is_wanted"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", True),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", False),
        ("PySide6/Qt/translations/qtbase_ko.qm", True),
        ("PySide6/Qt/translations/qtmultimedia_ko.qm", False),
        ("PySide6\\translations\\qtbase_de.qm", True),
        ("cv2/opencv_videoio_ffmpeg500_64.dll", False),
        ("cv2/data/haarcascade_eye.xml", False),
        ("resources/demo/hbp/IM0001.dcm", True),
    ],
)
def test_files_are_chosen_by_what_they_are_for(target, is_wanted):
    assert contents.is_wanted(target) is is_wanted


def test_version_of_the_package_is_the_programs():
    assert archive.version() == hcc_viewer.__version__


def test_same_files_give_the_same_archive(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1735689600")
    packed = []
    for name in ("first", "second"):
        folder = tmp_path / name / "hcc-viewer"
        (folder / "inner").mkdir(parents=True)
        (folder / "inner" / "b").write_text("b")
        (folder / "a").write_text("a")
        packed.append(archive.pack(folder, tmp_path / name).read_bytes())
    assert packed[0] == packed[1]
