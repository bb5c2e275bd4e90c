"""The import rules of the package, checked on the source without importing it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "hcc_viewer"

MAY_IMPORT = {
    "stats": set(),
    "dicom": set(),
    "detection": {"dicom"},
    "catalogue": {"dicom"},
    "report": {"dicom", "detection"},
    "pacs": set(),
    "deidentify": {"dicom"},
    "training": {"dicom", "detection", "catalogue", "stats", "reader_study"},
    "reader_study": {"dicom", "detection", "catalogue", "stats"},
    "gui": {
        "dicom",
        "detection",
        "report",
        "catalogue",
        "reader_study",
        "pacs",
        "deidentify",
    },
}
"""Subpackages that a subpackage may import; modules beside them are below all of them but these:"""

ABOVE_THE_CORE = {"cli", "doctor", "headless", "scan_json"}
"""Modules of the package that no subpackage may import."""

THIRD_PARTY_HOME = {
    "PySide6": {"gui"},
    "shiboken6": {"gui"},
    "pydicom": {"dicom", "report", "training", "pacs", "deidentify"},
    "pynetdicom": {"pacs"},
    "dicomanonymizer": {"deidentify"},
    "highdicom": {"report", "training"},
    "reportlab": {"report", "training"},
    "onnxruntime": {"detection", "gui", "training"},
    "keras": {"training"},
    "tensorflow": {"training"},
    "sklearn": {"training"},
    "scipy": {"training"},
}


def imported_names(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: use absolute imports"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules(subpackage):
    return sorted((PACKAGE / subpackage).rglob("*.py"))


@pytest.mark.parametrize("subpackage", MAY_IMPORT)
def test_subpackage_imports_only_what_lies_below_it(subpackage):
    assert modules(subpackage)
    for path in modules(subpackage):
        for name in imported_names(path):
            root, _, rest = name.partition(".")
            target = rest.partition(".")[0]
            if root != "hcc_viewer":
                continue
            assert target not in ABOVE_THE_CORE, f"{path.name} imports {name}"
            if target in MAY_IMPORT and target != subpackage:
                assert target in MAY_IMPORT[subpackage], f"{path.name} imports {name}"


@pytest.mark.parametrize("library", THIRD_PARTY_HOME)
def test_library_is_imported_only_where_it_is_at_home(library):
    for path in sorted(PACKAGE.rglob("*.py")):
        home = path.relative_to(PACKAGE).parts[0]
        for name in imported_names(path):
            if name.partition(".")[0] == library:
                assert home in THIRD_PARTY_HOME[library], f"{path.name} imports {name}"


def test_pydicom_in_training_stays_in_the_writer_and_the_outlines_reader():
    importers = {
        path.name
        for path in modules("training")
        if any(name.partition(".")[0] == "pydicom" for name in imported_names(path))
    }
    assert importers <= {"dicom_writer.py", "dicom_masks.py"}


def test_program_never_imports_tensorflow_or_keras():
    code = (
        "import sys\n"
        "import hcc_viewer.cli, hcc_viewer.headless, hcc_viewer.scan_json\n"
        "import hcc_viewer.dicom, hcc_viewer.detection, hcc_viewer.report.export\n"
        "import hcc_viewer.gui.app\n"
        "bad = {'tensorflow', 'keras', 'torch', 'sklearn', 'scipy', 'matplotlib'}\n"
        "print(sorted(bad & {name.partition('.')[0] for name in sys.modules}))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_command_line_is_parsed_without_the_libraries_of_image_and_network():
    code = (
        "import sys\n"
        "from hcc_viewer.cli import _commands_parser\n"
        "_commands_parser()\n"
        "bad = {'onnxruntime', 'pydicom', 'cv2', 'numpy', 'PySide6'}\n"
        "print(sorted(bad & {name.partition('.')[0] for name in sys.modules}))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
