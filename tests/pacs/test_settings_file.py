from __future__ import annotations

from pathlib import Path

import pytest

from hcc_viewer.errors import OutputError, UsageError
from hcc_viewer.pacs import PacsSettings, Peer, StudyQuery, load_pacs_settings, save_pacs_settings


def test_there_is_no_pacs_by_default(tmp_path: Path) -> None:
    assert load_pacs_settings(tmp_path / "pacs.toml") == PacsSettings()
    assert PacsSettings().peers == ()


def test_settings_come_back_as_they_were_saved(tmp_path: Path) -> None:
    peers = (
        Peer("10.0.0.5", 4242, "ORTHANC", 'the "big" one \ubcd1\uc6d0', timeout_s=12.5),
        Peer("pacs", 2762, "TLSPACS", tls=True, tls_ca_file="/etc/ca.pem", retrieve="move"),
    )
    settings = PacsSettings(peers, "ME", 11113, ask_commitment=False)

    save_pacs_settings(settings, tmp_path / "new" / "pacs.toml")

    assert load_pacs_settings(tmp_path / "new" / "pacs.toml") == settings
    assert settings.peer_called("TLSPACS") == peers[1]
    assert settings.peer_called("nobody") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("own_ae_title = 'ABCDEFGHIJKLMNOPQ'", "own_ae_title"),
        ("store_port = 0", "store_port"),
        ("colour = 1", "unknown key 'colour'"),
        ("[[peers]]\nport = 104", "'peers.host' is missing"),
        ("[[peers]]\nhost = 'a'\nretrieve = 'pigeon'", "retrieve"),
        ("peers = ", "cannot be used"),
    ],
)
def test_a_bad_file_is_refused_with_the_key(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "pacs.toml"
    path.write_text(text)

    with pytest.raises(UsageError, match=words):
        load_pacs_settings(path)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(OutputError, match="cannot be written"):
        save_pacs_settings(PacsSettings(), tmp_path / "file" / "pacs.toml")


@pytest.mark.parametrize(
    ("dates", "range_"),
    [(("", ""), ""), (("20240101", ""), "20240101-"), (("", "20240131"), "-20240131"),
     (("20240101", "20240101"), "20240101"), (("20240101", "20240131"), "20240101-20240131")],
)  # fmt: skip
def test_dates_are_written_as_a_range(dates: tuple[str, str], range_: str) -> None:
    assert StudyQuery(date_from=dates[0], date_to=dates[1]).date_range == range_


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="'date_from' must be a date like 20240131"):
        StudyQuery(date_from="1.2.24")


def test_a_query_and_a_match_never_show_the_patient_in_their_repr() -> None:
    assert "SIM" not in repr(StudyQuery(patient_id="SIM-0001", patient_name="SIM^0001"))
