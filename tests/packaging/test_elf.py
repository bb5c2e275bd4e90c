import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

import elf
import stub_libraries

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or not all(map(shutil.which, ("gcc", "nm", "objdump"))),
    reason="needs Linux with gcc and binutils",
)


def compile_library(path, source, *links):
    path.parent.mkdir(parents=True, exist_ok=True)
    code = path.with_suffix(".c")
    code.write_text(source)
    command = ["gcc", "-shared", "-fPIC", f"-Wl,-soname,{path.name}", "-o", str(path), str(code)]
    subprocess.run([*command, *map(str, links), "-Wl,-rpath,$ORIGIN"], check=True)
    return path


@pytest.fixture
def wheel(tmp_path):
    """An extension that calls one of two functions of a library, and a library nobody wants."""
    video = compile_library(
        tmp_path / "opencv_python_headless.libs" / "libavcodec-1.so.62",
        "int used(void){return 7;}int no(void){}",
    )
    lonely = compile_library(
        tmp_path / "opencv_python_headless.libs" / "liblonely.so.1", "int lonely;"
    )
    user = compile_library(
        tmp_path / "cv2" / "cv2.abi3.so", "int used(void);int call(void){return used();}", video
    )
    return [
        ("cv2/cv2.abi3.so", str(user), "EXTENSION"),
        ("opencv_python_headless.libs/libavcodec-1.so.62", str(video), "BINARY"),
        ("opencv_python_headless.libs/liblonely.so.1", str(lonely), "BINARY"),
    ]


def test_library_that_nobody_is_linked_with_is_dropped(wheel):
    assert [entry[0] for entry in elf.without_orphans(wheel)] == [
        "cv2/cv2.abi3.so",
        "opencv_python_headless.libs/libavcodec-1.so.62",
    ]


def test_stand_in_has_the_symbols_that_are_wanted_and_no_others(wheel, tmp_path):
    entries = {entry[0]: entry[1] for entry in stub_libraries.with_stubs(wheel, tmp_path / "s")}
    stand_in = Path(entries["opencv_python_headless.libs/libavcodec-1.so.62"])
    assert stand_in.parent == tmp_path / "s"
    assert "used" in elf.defined_symbols(stand_in)
    assert "no" not in elf.defined_symbols(stand_in)
    assert entries["opencv_python_headless.libs/liblonely.so.1"] == wheel[2][1]


def test_call_of_a_stand_in_ends_with_a_sentence(wheel, tmp_path):
    entries = stub_libraries.with_stubs(wheel, tmp_path / "s")
    code = f"import ctypes; ctypes.CDLL({entries[1][1]!r}).used()"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.returncode != 0
    assert "used is not part of this program" in ended.stderr
