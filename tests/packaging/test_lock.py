import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
FILES = ("requirements.txt", "requirements-build.txt")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


def text_of(file):
    return (ROOT / "packaging" / file).read_text(encoding="utf-8")


def pins_of(file):
    pins = {}
    for name, version in PIN.findall(text_of(file)):
        pins.setdefault(canonicalize_name(name), []).append(Version(version))
    return pins


def wanted(*extras):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize(("file", "extras"), [(FILES[0], ()), (FILES[1], ("packaging",))])
def test_every_dependency_is_pinned_to_a_version_that_it_allows(file, extras):
    pins = pins_of(file)
    for requirement in wanted(*extras):
        name = canonicalize_name(requirement.name)
        assert name in pins, f"{name} is missing: run packaging/lock.py"
        assert all(version in requirement.specifier for version in pins[name]), name


@pytest.mark.parametrize("file", FILES)
def test_every_pin_has_hashes(file):
    for part in re.split(r"^(?=[A-Za-z0-9])", text_of(file), flags=re.MULTILINE)[1:]:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", part), part[:40]


@pytest.mark.parametrize("file", FILES)
def test_no_pin_names_a_registry(file):
    assert "://" not in text_of(file)
    assert "--index" not in text_of(file)


def test_program_and_build_agree_on_every_version():
    program, build = pins_of(FILES[0]), pins_of(FILES[1])
    assert all(build[name] == versions for name, versions in program.items())
