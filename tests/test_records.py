from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from hcc_viewer.records import build_record, to_table


@dataclass(frozen=True)
class Inner:
    size: int = 3
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outer:
    name: str
    share: float | None = None
    is_on: bool = False
    inner: Inner = field(default_factory=Inner)
    rows: tuple[Inner, ...] = ()
    by_name: Mapping[str, Inner] = field(default_factory=dict)


def test_record_survives_the_way_to_a_table_and_back():
    record = Outer("a", 0.5, True, Inner(4, ("x", "y")), (Inner(1), Inner(2)), {"z": Inner(5)})
    assert build_record(Outer, to_table(record)) == record


def test_none_is_left_out_of_a_table():
    assert "share" not in to_table(Outer("a"))


def test_whole_number_is_taken_for_a_float():
    assert build_record(Outer, {"name": "a", "share": 1}).share == 1.0


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({}, "'name' is missing"),
        ({"name": "a", "nmae": 1}, "unknown key 'nmae'"),
        ({"name": "a", "by_name": {"z": {"siez": 1}}}, "by_name.z.siez"),
        ({"name": 1}, "'name' must be text, not 1"),
        ({"name": "a", "share": True}, "'share' must be a number, not True"),
        ({"name": "a", "inner": {"size": 1.5}}, "'inner.size' must be a whole number"),
        ({"name": "a", "inner": 3}, "'inner' must be a table"),
        ({"name": "a", "rows": {"size": 1}}, "'rows' must be a list"),
        ({"name": "a", "rows": [{"sise": 1}]}, "unknown key 'rows.sise'"),
    ],
)
def test_wrong_key_or_value_is_named(table, complaint):
    with pytest.raises(ValueError, match=complaint):
        build_record(Outer, table)
