import struct
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

import icu_data

HEADER = struct.pack("<HHHHBBBB4s4B", 144, 0x27DA, 20, 0, 0, 0, 2, 0, b"CmnD", 1, 0, 0, 0)


def common_data(items):
    """A common data file as ICU lays it out; written apart from what reads it."""
    names = b"".join(name.encode() + b"\0" for name in items)
    start = 4 + 8 * len(items) + len(names)
    start += -start % 16
    table, body, name_at = struct.pack("<I", len(items)), b"", 4 + 8 * len(items)
    for name, item in items.items():
        table += struct.pack("<II", name_at, start + len(body))
        name_at += len(name) + 1
        body += item + bytes(-len(item) % 16)
    plain = table + names
    return HEADER.ljust(144, b"\0") + plain.ljust(start, b"\0") + body


ITEMS = {
    "icudt73l/cnvalias.icu": b"aliases" * 5,
    "icudt73l/coll/ko.res": b"Korean order" * 3,
    "icudt73l/coll/zh.res": b"Chinese order" * 90,
    "icudt73l/ko_KR.res": b"Korea",
    "icudt73l/root.res": b"all languages",
}


def test_file_is_rebuilt_with_what_is_wanted_and_the_same_items():
    small = icu_data.without_unwanted(common_data(ITEMS))
    kept = {name: item for name, item in ITEMS.items() if "zh" not in name}
    assert small == common_data(kept)
    read = icu_data.items_of(small)
    assert {name: item.rstrip(b"\0") for name, item in read.items()} == kept


@pytest.mark.parametrize(
    ("name", "is_wanted"),
    [
        ("icudt73l/ko.res", True),
        ("icudt73l/en_GB.res", True),
        ("icudt73l/de.res", False),
        ("icudt73l/pool.res", True),
        ("icudt73l/curr/pool.res", True),
        ("icudt73l/curr/ko.res", False),
        ("icudt73l/coll/ucadata.icu", True),
        ("icudt73l/translit/root.res", False),
        ("icudt73l/ibm-949_P110-1999.cnv", False),
        ("icudt73l/supplementalData.res", True),
    ],
)
def test_items_are_chosen_by_language_and_use(name, is_wanted):
    assert icu_data.is_wanted(name) is is_wanted


def test_data_of_another_form_are_refused():
    with pytest.raises(SystemExit, match="common data"):
        icu_data.items_of(common_data(ITEMS).replace(b"CmnD", b"Else"))
