"""Phases and kinds of images as they are named in other languages and by other vendors."""

from __future__ import annotations

from pathlib import Path

import pytest

from hcc_viewer.dicom import scan_study
from hcc_viewer.dicom.examination import with_one_injection
from hcc_viewer.dicom.facts import StackFacts
from hcc_viewer.dicom.kinds import vetoes
from hcc_viewer.dicom.phase import score_phase, score_phases
from hcc_viewer.dicom.series import SURE_SCORE, UNSURE_SCORE
from tests.dicom.make_facts import make_facts
from tests.make_dicom import HBP, make_series


def score(text: str, **changes: object) -> int:
    facts = make_facts(text, **changes)
    return score_phase(facts, [facts]).score


def is_refused(text: str, **changes: object) -> bool:
    return any(veto.refusal for veto in vetoes(make_facts(text, **changes)))


@pytest.mark.parametrize(
    "text",
    [
        "LAVA肝胆期",
        "T1WI_FS肝胆期",
        "肝胆期FS",
        "eTHRIVE肝細胞相",
        "VIBE간담도기",
        "Dixon肝特异期W",
    ],
)
def test_the_phase_is_known_right_beside_latin_letters(text: str) -> None:
    assert score(text) >= SURE_SCORE


@pytest.mark.parametrize(
    "text",
    [
        "fase hepatocelular",
        "fase hepato-celular",
        "fase epatocellulare",
        "fase_hepatocelular",
        "肝脏特异期",
        "肝臟特異期",
        "T1肝造影相",
        "肝実質造影相",
        "lever specifik fas",
        "lever-specifik fas",
        "fase biliare",
        "temps biliaire",
        "Leberphase",
        "Leber_Phase",
        "leverfas",
        "hepatic phase",
        "HEPATIC_PHASE",
        "phase hépatique",
        "LSP",
        "t1_vibe_lsp",
    ],
)
def test_the_phase_is_known_by_its_less_usual_names(text: str) -> None:
    assert score(text) >= SURE_SCORE


@pytest.mark.parametrize(
    "text",
    [
        "hepatic arterial phase",
        "hepatic venous phase",
        "hepatic phase arterial",
        "arterial hepatic phase",
        "Leberphase arteriell",
        "leberphase_arteriell",
        "fase hepatica arterial",
    ],
)
def test_the_vessels_of_the_liver_name_an_early_phase(text: str) -> None:
    assert score(text, agent="primovist") < UNSURE_SCORE


@pytest.mark.parametrize(
    "text",
    [
        "transição",
        "fase transicional",
        "transizionale",
        "Übergang",
        "Uebergangsphase",
        "T1过渡期",
        "過渡期",
        "senvenös",
        "spätvenös",
        "spätportal",
        "portovenosa",
        "portovenös",
        "portoveneus",
        "artärfas",
        "sen artärfas",
        "portafas",
        "venfas",
        "tętnicza",
        "wrotna",
    ],
)
def test_an_early_phase_is_known_in_other_languages(text: str) -> None:
    assert score(text, agent="primovist") == 20


@pytest.mark.parametrize(
    "text", ["sem contraste", "sin cte", "utan kontrast", "zonder contrast", "blanco", "basale"]
)
def test_an_unenhanced_series_is_known_in_other_languages(text: str) -> None:
    assert score(f"T1 {text}", agent="primovist") == 10


@pytest.mark.parametrize("text", ["後期相", "senfas", "sen fas", "laat", "opóźniona"])
def test_a_delayed_series_is_known_in_other_languages(text: str) -> None:
    assert score(text) == score("delayed") == score("T1") + 10


@pytest.mark.parametrize(
    "text",
    [
        "HBP diff FA",
        "HBP no sub",
        "HBP w/o nav",
        "HBP pre-op",
        "HBP follow-up pre RFA",
        "HBP without breathhold",
        "HBP native resolution",
        "T1 hepatobiliar B1 map corrected",
    ],
)
def test_a_harmless_word_does_not_outweigh_the_name_of_the_phase(text: str) -> None:
    assert score(text) >= SURE_SCORE
    assert not is_refused(text)


@pytest.mark.parametrize("text", ["HBP diff", "HBP sub", "HBP B1 map", "diff FA", "HBP sub no BH"])
def test_another_kind_of_image_stays_refused_beside_the_name(text: str) -> None:
    assert is_refused(text)


@pytest.mark.parametrize("text", ["HBP pre", "HBP native", "HBP w/o contrast", "HBP without"])
def test_an_unenhanced_word_beside_the_name_stays_asked_about(text: str) -> None:
    assert UNSURE_SCORE <= score(text) < SURE_SCORE


@pytest.mark.parametrize(
    "text", ["LAVA平扫", "VIBE动脉期", "EOB造影前", "平扫FS", "T1門脈相", "VIBE동맥기"]
)
def test_another_phase_is_known_right_beside_latin_letters(text: str) -> None:
    assert score(text, agent="primovist") < UNSURE_SCORE


@pytest.mark.parametrize(
    "text", ["HBP减影", "THRIVE減影", "VIBE差分", "SUB 20 MIN", "SUB 20 MIN HBP", "sub-20min"]
)
def test_a_subtraction_is_refused(text: str) -> None:
    assert is_refused(text)


@pytest.mark.parametrize("text", ["sub-01 HBP", "sub_012_hbp", "sub 3 t1 vibe 20 min"])
def test_the_name_of_a_person_is_no_subtraction(text: str) -> None:
    assert not is_refused(text)


@pytest.mark.parametrize("mark", ["20.min", "20\u00b4", "20\u2019", "20\u2032", "minuto 20"])
def test_minutes_are_read(mark: str) -> None:
    assert score(f"T1 VIBE {mark}", agent="primovist") > score("T1 VIBE", agent="primovist") + 20


@pytest.mark.parametrize(
    "text", ["T1 VIBE différé 20 min", "T1 VIBE differita 20 min", "hepatobiliary phase contrast"]
)
def test_no_other_kind_of_image_is_read_into_it(text: str) -> None:
    assert not is_refused(text)
    assert score(text, agent="primovist") >= UNSURE_SCORE


@pytest.mark.parametrize("own", ["Ax LAVA +C 25s", "Ax LAVA +C 70s", "3 MIN", "5 MIN"])
def test_the_protocol_does_not_outweigh_few_minutes_or_seconds(own: str) -> None:
    assert score(f"{own} | LIVER EOB HBP") < UNSURE_SCORE
    assert score(f"{own} BH 20 min | LIVER EOB HBP") >= SURE_SCORE


@pytest.mark.parametrize("text", ["HPB T1 VIBE 3min", "HBP 3 min", "MRI HPB VIBE 70s"])
def test_a_phase_that_is_named_with_an_early_time_is_asked_about(text: str) -> None:
    assert UNSURE_SCORE <= score(text, agent="primovist") < SURE_SCORE
    assert score("HBP BH 18s", agent="primovist") >= SURE_SCORE


@pytest.mark.parametrize(
    "part",
    ["OUTOFPHASE", "OPP_PHASE_IMAGE", "OUT", "IN", "IN_PHASE_IMAGE", "FAT_IMAGE", "FATIMAGE"],
)
def test_a_dixon_image_is_known_by_any_spelling_of_its_type(part: str) -> None:
    assert score("T1 HBP 20 min", part=part) < UNSURE_SCORE


@pytest.mark.parametrize("part", ["WATER_IMAGE", "WATERIMAGE", "W"])
def test_a_water_image_is_known_by_any_spelling_of_its_type(part: str) -> None:
    assert score("T1 HBP in/opp 20 min", part=part) >= SURE_SCORE


@pytest.mark.parametrize(
    "name", ["HBP_out", "HBP 反相位", "HBP 同相位", "HBP 脂肪", "HBP 역위상", "HBP 지방"]
)
def test_a_dixon_image_is_known_by_its_name(name: str) -> None:
    assert score(name) < UNSURE_SCORE


@pytest.mark.parametrize("name", ["HBP 脂肪抑制", "HBP 지방억제", "HBP 脂肪抑制 T1"])
def test_fat_suppression_makes_no_fat_image(name: str) -> None:
    assert score(name) >= SURE_SCORE


def test_a_stack_that_may_mix_time_points_is_asked_about() -> None:
    assert score("T1 HBP 20 min") >= SURE_SCORE
    assert UNSURE_SCORE <= score("T1 HBP 20 min", is_guess=True) < SURE_SCORE


def study_from(begin_s: float) -> list[StackFacts]:
    """Five series of an examination; each says that the agent was injected as it began."""
    minutes = {"pre": 0, "art": 5, "pv": 6, "3 min": 8, "t1 vibe": 26}
    times = {text: begin_s + 60 * after for text, after in minutes.items()}
    return [
        make_facts(text, time_s=time_s % 86400, bolus_start_s=(time_s - 30) % 86400)
        for text, time_s in times.items()
    ]


def test_midnight_changes_nothing() -> None:
    by_day, by_night = (
        score_phases(with_one_injection(study_from(begin_s))) for begin_s in (43200.0, 85500.0)
    )
    assert by_night == by_day
    assert "the last axial T1 series of the study" in [str(r) for r in by_night[-1].reasons]
    assert by_night[-1].score > by_night[0].score


def last_of(texts: list[str], minutes: list[float | None]) -> int:
    """The score of the last of some series at their minutes."""
    times = [None if after is None else 36000.0 + 60 * after for after in minutes]
    facts = [
        make_facts(text, time_s=time_s, agent="primovist")
        for text, time_s in zip(texts, times, strict=True)
    ]
    return score_phases(facts)[-1].score


@pytest.mark.parametrize(
    "texts",
    [
        ["LAVA pre", "LAVA art", "LAVA pv", "LAVA delayed"],
        ["LAVA", "LAVA +C", "LAVA +C", "LAVA +C delayed"],
        ["平扫", "动脉期", "门脉期", "延迟期"],
        ["sans IV", "art", "portal", "tardif"],
    ],
)
def test_a_delayed_series_soon_after_the_arterial_one_is_not_preselected(texts: list[str]) -> None:
    assert last_of(texts, [0, 6, 7, 9]) < UNSURE_SCORE
    assert last_of(texts, [0, 6, 7, 26]) >= SURE_SCORE
    assert last_of(texts, [6, 6, 6, 6]) >= UNSURE_SCORE
    assert last_of(texts, [None] * 4) >= UNSURE_SCORE


def test_a_name_or_minutes_outweigh_the_clock() -> None:
    for named in ("T1 HBP", "T1 20 min"):
        assert last_of(["pre", "art", "pv", named], [0, 6, 7, 9]) >= UNSURE_SCORE


def test_a_late_series_soon_after_another_late_one_is_preselected() -> None:
    assert last_of(["LAVA delayed +C", "LAVA late"], [20, 23]) >= UNSURE_SCORE
    assert last_of(["LAVA HBP +C", "LAVA late"], [20, 23]) >= UNSURE_SCORE


def chosen(folder: Path) -> int | None:
    best = scan_study(folder).best_series
    return None if best is None else best.acquisition.series_number


@pytest.mark.parametrize(
    ("repeated", "expected"),
    [
        ({"slices": 6}, 1),
        ({"slices": 24, "spacing_mm": 0.5}, 1),
        ({"slices": 20}, 2),
        ({"slices": 24, "AcquisitionTime": "101000"}, 1),
    ],
)
def test_the_last_whole_one_of_equals_is_chosen(
    tmp_path: Path, repeated: dict[str, object], expected: int
) -> None:
    """A repetition that was broken off does not go before what it repeats."""
    common = HBP | {"AcquisitionTime": "102000", "spacing_mm": 4.0}
    make_series(tmp_path / "a", 24, series="a", SeriesNumber=1, **common)
    again = common | {"AcquisitionTime": "102300"} | repeated
    count = int(str(again.pop("slices")))
    make_series(tmp_path / "b", count, series="b", SeriesNumber=2, **again)
    assert chosen(tmp_path) == expected


def test_the_last_one_is_known_past_midnight(tmp_path: Path) -> None:
    for number, clock in ((1, "000500"), (2, "235500")):
        own = HBP | {"AcquisitionTime": clock}
        make_series(tmp_path / clock, 24, series=clock, SeriesNumber=number, **own)
    assert chosen(tmp_path) == 1


def test_patients_with_the_same_identifiers_make_no_series_together(tmp_path: Path) -> None:
    for patient, shift in (("A", 0.0), ("B", 2.0)):
        make_series(
            tmp_path / patient,
            12,
            prefix=patient,
            per_slice=lambda i, shift=shift: {"ImagePositionPatient": [0, 0, 4.0 * i + shift]},
            PatientID=patient,
            **HBP,
        )
    found = scan_study(tmp_path).series
    assert [len(series.instances) for series in found] == [12, 12]
    assert {series.patient.patient_id for series in found} == {"A", "B"}


def make_two_holds(folder: Path, **tags: object) -> list[int]:
    """Sizes of the stacks of two runs half a slice apart, with other numbers and times."""
    for number, shift in ((1, 0.0), (2, 1.5)):
        make_series(
            folder,
            12,
            prefix=f"{number}_",
            per_slice=lambda i, shift=shift: {"ImagePositionPatient": [0, 0, 3.0 * i + shift]},
            AcquisitionNumber=number,
            AcquisitionTime=f"10{number}000",
            **(HBP | tags),
        )
    return [len(series.instances) for series in scan_study(folder).series]


def test_two_breath_holds_half_a_slice_apart_are_told_apart(tmp_path: Path) -> None:
    assert make_two_holds(tmp_path, MRAcquisitionType="3D") == [12, 12]


def test_passes_of_interleaved_slices_are_one_stack(tmp_path: Path) -> None:
    assert make_two_holds(tmp_path, MRAcquisitionType="2D") == [24]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("LAVA肝胆期", "gb18030"),
        ("간담도기 T1", "euc_kr"),
        ("肝細胞相", "cp932"),
        ("肝細胞相 20分", "euc_jp"),
        ("肝膽期", "big5"),
    ],
)
def test_the_phase_is_known_in_a_character_set_that_nobody_names(
    tmp_path: Path, text: str, encoding: str
) -> None:
    stored = text.encode(encoding).decode("latin-1")
    make_series(
        tmp_path, 24, SpecificCharacterSet="ISO_IR 100", **HBP | {"SeriesDescription": stored}
    )
    (series,) = scan_study(tmp_path).series
    assert series.description == text


@pytest.mark.parametrize("text", ["Spät 20 min äöü", "phase hépatobiliaire", "Hígado ñandú Ãé"])
def test_latin_letters_stay_what_they_are(tmp_path: Path, text: str) -> None:
    make_series(
        tmp_path, 24, SpecificCharacterSet="ISO_IR 100", **HBP | {"SeriesDescription": text}
    )
    (series,) = scan_study(tmp_path).series
    assert series.description == text
