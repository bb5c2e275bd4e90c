import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))

CAN_HOLD_CODE = {"pickle", "marshal", "shelve", "dill", "joblib", "keras", "tensorflow", "torch"}
"""Modules whose files run code when they are loaded."""


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_every_threat_has_a_test_that_exists(file, name):
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert name in functions


def test_every_line_of_the_list_names_a_test():
    table = PAGE.split("## Threats")[1].split("##")[0]
    lines = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(lines) > 15
    assert all("::test_" in line for line in lines)


def test_program_loads_nothing_that_can_hold_code():
    for path in (ROOT / "hcc_viewer").rglob("*.py"):
        if "training" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec"), path
            elif isinstance(node, ast.keyword):
                is_on = not isinstance(node.value, ast.Constant) or node.value.value is not False
                assert not (node.arg == "allow_pickle" and is_on), path
            assert not {name.partition(".")[0] for name in names} & CAN_HOLD_CODE, path
