import pytest

from hcc_viewer.names import name_text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SIM^0001", "SIM 0001"),
        ("SIM^0001^^^", "SIM 0001"),
        ("SIM^0001==\ubaa8\uc758^0001", "SIM 0001 (\ubaa8\uc758 0001)"),
        ("=\u6a21^\u64ec", "\u6a21 \u64ec"),
        ("", ""),
    ],
)
def test_a_name_is_written_with_its_forms(name: str, words: str) -> None:
    assert name_text(name) == words
