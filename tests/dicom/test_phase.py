"""Which series are taken for the hepatobiliary phase, and with what reasons."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hcc_viewer.dicom.examination import with_one_injection, without_exam_words
from hcc_viewer.dicom.facts import StackFacts, plain
from hcc_viewer.dicom.kinds import vetoes
from hcc_viewer.dicom.phase import score_phase, score_phases
from hcc_viewer.dicom.series import SURE_SCORE, UNSURE_SCORE
from tests.dicom.make_facts import make_facts

NAMED_OUTRIGHT = [
    "T1 VIBE FS TRA_hepatocyte_C",
    "Ax LAVA HBP",
    "t1_vibe_fs_tra_HBP_20min",
    "eTHRIVE hepatobiliary",
    "Hepatobiliäre Phase tra",
    "AX HB PHASE",
    "phase hépatobiliaire",
    "T1 fase epatobiliare",
    "fase hepatobiliar tardia",
    "T1W hepatocitaria",
    "T1 VIBE hepatozelluläre Phase",
    "eTHRIVE_EOB_HBP20",
    "LAVA-Flex HB_phase",
    "T1 \u809d\u80c6\u671f",
    "hepatospezifische Phase",
    "fase epatospecifica",
    "T1 THRIVE fase hepatoespecífica",
    "fase hepato-específica",
    "肝胆细胞期",
    "肝実質相",
    "Leberspez. Phase",
    "levercellsfas",
    "heptobiliary",
    "h-b phase",
    "liver-specific phase",
    "late hepatic phase",
    "sub-01_HBP",
    "sub-001 T1w hepatobiliary",
    "HBP mDixon water-fat",
    "HBP head first supine",
    "HBP foot to head",
    "3D T1 HB",
    "간담도기",
    "간세포기 20분",
    "간세포담도기",
    "肝胆特异期",
    "肝膽期",
    "肝細胞造影相",
    "肝细胞期",
    "\u0433\u0435\u043f\u0430\u0442\u043e\u0431\u0438\u043b\u0438\u0430\u0440\u043d\u0430\u044f",
]

NAMED_BY_MINUTES = [
    "20 min delay lava post",
    "Ax LAVA /pOST 20 MIN.",
    "Ax LAVA BH (20 min) post gad",
    "Ax_LAVA_XV_20min_High_Flip",
    "Ax_LAVA_XV_10min_High_Flip",
    "Ax_LAVA_POST_20MIN_DELAY",
    "WATER: Ax LAVA-Flex+C 20min BH",
    "AX_TOP_3D_VIBE_20min_BH_3mm_ABD",
    "AX VIBE FS CAIPI 10 MIN",
    "10MIN_AX_T1_VIBE_FS",
    "20min_e_THRIVE_TRA_GAD",
    "smDIXON_10 min delay",
    "t1_vibe_tra_fs_1200s",
    "AX FAME 15'",
    "T1 QUICK 3D 20 minutes",
    "20分後",
    "延迟期 20分钟",
    "지연기 20분",
    "20 \u043c\u0438\u043d\u0443\u0442",
    "20 dk",
    "T1W_FS_+C_20M",
    "eob 20",
    "VIBE late 20",
]

NOT_HEPATOBILIARY = [
    "Ax LAVA pre",
    "t1_vibe_fs_tra_nativ",
    "t1_vibe_fs_tra_arterial",
    "T1 late art",
    "T1 late hepatic arterial phase",
    "late_hepatic_art",
    "late hepatic venous",
    "hepatic phase late arterial",
    "AX LAVA PORTAL VENOUS",
    "dyn eTHRIVE",
    "20SEC/1MIN POST LAVA",
    "COR 5MIN DELAY MPR",
    "3 min transitional",
    "AX VIBE FS CAIPI 10 MIN_SUB",
    "(44675/14/1)-(44675/13/1)",
    "20min MIP",
    "HBP MPR",
    "FAT: Ax LAVA-Flex+C 20min BH",
    "OutPhase: Ax LAVA-Flex+C 20min BH",
    "InPhase: Ax LAVA-Flex+C 20min BH",
    "t1_vibe_dixon_tra_20min_F",
    "t1_vibe_dixon_tra_opp",
    "t2_haste_fs_tra",
    "T2 FSE RTr",
    "Ax FIESTA",
    "ep2d_diff_b50_400_800_tra",
    "DWI b800",
    "ADC map",
    "T1 map HBP",
    "3-Plane Localizer",
    "MRE stiffness",
    "Brain T1 MPRAGE",
    "delay 3m",
    "spätarteriell",
    "primovist 10 ml pre",
    "late art 35s",
    "temps artériel",
    "fase arteriosa",
    "avant injection",
    "vor KM",
    "조영 전",
    "동맥기",
    "간담도 MRI 동맥기",
    "이행기 3분",
    "肝胆胰脾 平扫",
    "动脉期",
    "門脈相",
    "造影前",
    "\u0430\u0440\u0442\u0435\u0440\u0438\u0430\u043b\u044c\u043d\u0430\u044f",
]


def best(text: str, **changes: object) -> int:
    facts = make_facts(text, **changes)
    return score_phase(facts, [facts]).score


@pytest.mark.parametrize("text", NAMED_OUTRIGHT)
def test_a_description_that_names_the_phase_is_sure(text: str) -> None:
    assert best(text) >= SURE_SCORE


@pytest.mark.parametrize("text", NAMED_OUTRIGHT)
@pytest.mark.parametrize("body_part", ["head", "breast", "hip", "prostate"])
def test_a_coil_default_does_not_outweigh_a_named_phase(text: str, body_part: str) -> None:
    facts = make_facts(text, body_part=body_part)
    assert not [veto for veto in vetoes(facts) if veto.refusal]


@pytest.mark.parametrize(
    "text",
    ["hepatobiliary MRI arterial phase", "T1 pre hepatobiliary contrast", "HPB T1 portal venous",
     "HBP native"],
)  # fmt: skip
def test_a_description_that_names_two_phases_is_asked_about(text: str) -> None:
    assert best(text, agent="primovist") == UNSURE_SCORE
    assert best(f"{text} 20 min", agent="primovist") >= SURE_SCORE


@pytest.mark.parametrize("own", ["T1 pre", "T1 arterial", "T1 portal venous"])
def test_the_protocol_does_not_outweigh_a_description_of_another_phase(own: str) -> None:
    assert best(f"{own} | Liver HBP") < UNSURE_SCORE
    assert best("T1 fs | Liver HBP") >= SURE_SCORE
    assert best(f"HBP | {own}") >= SURE_SCORE


@pytest.mark.parametrize(
    ("own", "limit"),
    [("Ax LAVA pre", 10), ("Ax LAVA art", 20), ("Ax LAVA PV", 20), ("LAVA dyn", 20),
     ("LAVA 70 s", 20), ("LAVA 3 min", 20)],
)  # fmt: skip
@pytest.mark.parametrize("protocol", ["Liver Eovist 20 min delay", "Liver | 1200 s late"])
def test_minutes_of_the_protocol_do_not_outweigh_a_description_of_another_phase(
    own: str, limit: int, protocol: str
) -> None:
    facts = make_facts(f"{own} | {protocol}", agent="primovist")
    score = score_phase(facts, [facts])
    assert score.score <= limit
    assert not any("20 min" in reason for reason in score.reasons)


def test_minutes_of_the_protocol_settle_no_description_that_names_two_phases() -> None:
    assert best("HBP art | Liver 20 min", agent="primovist") == UNSURE_SCORE


@pytest.mark.parametrize("own", ["Ax LAVA", "Ax LAVA 20 min", "LAVA HBP"])
def test_minutes_of_the_protocol_count_for_other_descriptions(own: str) -> None:
    assert best(f"{own} | Liver Eovist 20 min delay") >= SURE_SCORE


@pytest.mark.parametrize("text", NAMED_BY_MINUTES)
def test_minutes_alone_are_preselected_and_asked(text: str) -> None:
    assert UNSURE_SCORE <= best(text) < SURE_SCORE


@pytest.mark.parametrize("text", NAMED_BY_MINUTES)
def test_minutes_with_the_agent_and_the_time_are_sure(text: str) -> None:
    score = best(text, agent="gadoxetate disodium", time_s=37200.0, bolus_start_s=36000.0)
    assert score >= SURE_SCORE


@pytest.mark.parametrize("text", NOT_HEPATOBILIARY)
def test_what_is_not_the_phase_scores_as_unlikely(text: str) -> None:
    assert best(text) < UNSURE_SCORE


@pytest.mark.parametrize("text", NOT_HEPATOBILIARY)
def test_the_agent_does_not_make_another_phase_likely(text: str) -> None:
    assert best(text, agent="primovist") < UNSURE_SCORE


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("t2_haste_fs_tra", "T2"),
        ("ep2d_diff_b50_400_800_tra", "diffusion"),
        ("AX VIBE 10 MIN_SUB", "subtraction"),
        ("thick MIP 20min", "projection"),
        ("FAT: Ax LAVA-Flex+C 20min", "fat image"),
        ("3-Plane Localizer", None),
        ("T1 map HBP", "map"),
        ("Brain T1 MPRAGE", "brain"),
    ],
)
def test_what_can_never_be_the_phase_is_refused_with_its_reason(
    text: str, word: str | None
) -> None:
    refusals = [veto.refusal for veto in vetoes(make_facts(text)) if veto.refusal]
    assert (word is None) == (not refusals)
    assert word is None or word in refusals[0]


@pytest.mark.parametrize(
    "text", ["Ax LAVA pre", "t1_vibe arterial", "t1_vibe_opp", "t1_vibe_fs_tra", "AX T1 FS fatsat"]
)
def test_an_axial_t1_series_of_another_phase_stays_detectable_on_request(text: str) -> None:
    assert [veto for veto in vetoes(make_facts(text)) if veto.refusal] == []


@pytest.mark.parametrize(
    "text",
    ["HBP F", "HBP (F)", "FAT_HBP", "F: HBP", "HBP-F", "HBP fat image", "LAVA-Flex 20 mins Fat",
     "HBP OP", "HBP_OP", "HBP FF", "HBP minus pre"],
)  # fmt: skip
def test_what_is_no_water_image_is_known_by_its_name(text: str) -> None:
    assert best(text, agent="primovist") < UNSURE_SCORE


@pytest.mark.parametrize(
    "text",
    ["HBP sat fat", "HBP post op", "HBP no fat", "HBP F/S", "HBP_FA25", "fat sat HBP", "HBP W"],
)
def test_names_that_only_look_like_a_fat_or_opposed_image(text: str) -> None:
    assert best(text, agent="primovist") >= SURE_SCORE


@pytest.mark.parametrize(
    "text",
    ["Ax LAVA HBP 20 min soustraction", "sustracción fase hepatobiliar 20min", "substracción HBP",
     "resta HBP", "sottrazione epatobiliare", "subtração HBP", "subtraktion HBP", "Differenz HBP",
     "HBP ç\u0131karma", "HBP субтракция", "гепатобилиарная вычитание", "肝胆期 减影",
     "肝膽期 減影", "T1 肝細胞相 差分",
     "肝細胞相 サブトラクション", "간담도기 감산", "간담도기 차감",
     "(20min)-(pre)", "20min - pre", "HBP - native", "HBP 20 minutes - ohne KM", "(HBP - pre)",
     "(hepatobiliary) \u2013 (plain)", "(肝胆期)-(平扫)", "20min-pre", "20분 - 조영 전"],
)  # fmt: skip
def test_a_subtraction_is_refused_as_such_in_every_language(text: str) -> None:
    found = vetoes(make_facts(text, agent="primovist"))
    assert "subtraction" in (found[0].refusal or "")


@pytest.mark.parametrize(
    "text", ["T1 - pre", "LAVA - nativ", "HBP 20 min - w/o FS", "HBP - pre RFA", "HBP native",
             "20min - sans apnée", "HBP - FA 30", "HBP-pre"],
)  # fmt: skip
def test_a_dash_alone_makes_no_subtraction(text: str) -> None:
    assert not [veto for veto in vetoes(make_facts(text)) if veto.refusal]


def test_a_derived_copy_does_not_take_the_place_of_the_last_series() -> None:
    dynamic_times = [make_facts("LAVA", time_s=36000.0 + 60.0 * m) for m in (0, 1)]
    acquired = make_facts("LAVA 20 min", time_s=37200.0)
    copy = replace(acquired, image_type=("DERIVED", "SECONDARY", "OTHER"), time_s=37260.0)
    *_, own, derived = score_phases([*dynamic_times, acquired, copy])
    assert "the last axial T1 series of the study" in own.reasons
    assert own.score >= derived.score


def test_fat_saturation_is_not_taken_for_a_fat_image() -> None:
    assert best("t1_vibe_fatsat_tra_HBP") >= SURE_SCORE


def test_the_water_image_of_a_dixon_series_is_kept() -> None:
    assert best("mDIXON_20min", image_type=("ORIGINAL", "PRIMARY", "W", "W", "DERIVED")) >= 40


def test_the_fat_image_is_known_by_its_image_type() -> None:
    facts = make_facts("mDIXON_20min", image_type=("DERIVED", "PRIMARY", "DIXON", "FAT"))
    assert score_phase(facts, [facts]).score == 0


def test_a_long_echo_time_is_refused_as_not_t1_weighted() -> None:
    found = vetoes(make_facts("abdomen", echo_time_ms=90.0))
    assert "90 ms" in (found[0].refusal or "")


def test_an_old_2d_gradient_echo_is_known_as_t1_weighted() -> None:
    facts = make_facts("", is_3d=False, repetition_time_ms=150.0, flip_angle_deg=70.0)
    assert facts.is_t1_gradient_echo


def test_a_coronal_series_is_refused_and_says_so() -> None:
    found = vetoes(make_facts("HBP", orientation="coronal"))
    assert "coronal" in (found[0].refusal or "")


def test_another_modality_is_refused_by_name() -> None:
    assert vetoes(make_facts(modality="CT"))[0].refusal == "The modality is CT, not MR."


def test_a_head_coil_default_does_not_outweigh_a_liver_description() -> None:
    assert vetoes(make_facts("liver HBP", body_part="head")) == []


def test_an_agent_without_hepatobiliary_phase_keeps_the_score_unlikely() -> None:
    assert best("AX LAVA 20 min delay", agent="gadavist") < UNSURE_SCORE


def test_the_agent_is_known_by_its_code() -> None:
    assert best("AX LAVA 20 min", agent="440223009") > best("AX LAVA 20 min")


def test_the_time_since_injection_counts() -> None:
    reasons = score_phase(
        facts := make_facts("t1_vibe_tra", time_s=36000 + 1200.0, bolus_start_s=36000.0), [facts]
    ).reasons
    assert "20 min after the injection" in reasons


def test_one_minute_after_the_injection_is_unlikely() -> None:
    assert best("t1_vibe_tra", agent="primovist", time_s=36070.0, bolus_start_s=36000.0) < 40


def test_an_injection_past_midnight_is_counted_right() -> None:
    assert best("t1_vibe_tra", agent="primovist", time_s=600.0, bolus_start_s=86400 - 600.0) >= 40


def test_of_an_unlabelled_study_the_late_series_wins() -> None:
    minutes = (0.0, 2.0, 3.0, 5.0, 22.0)
    study = [make_facts("t1_vibe_fs_tra", time_s=36000 + 60 * m, agent="eovist") for m in minutes]
    scores = [phase.score for phase in score_phases(study)]
    assert scores.index(max(scores)) == 4
    assert scores[4] >= UNSURE_SCORE > max(scores[:4])


def test_the_time_after_the_first_enhanced_series_counts() -> None:
    study = [
        make_facts("LAVA pre", time_s=36000.0),
        make_facts("LAVA arterial", time_s=36120.0),
        make_facts("LAVA BH", time_s=37320.0),
    ]
    reasons = score_phases(study)[2].reasons
    assert "20 min after the first contrast-enhanced series" in reasons


def test_a_larger_flip_angle_than_in_the_dynamic_counts() -> None:
    study = [make_facts("LAVA arterial"), make_facts("LAVA 20 min", flip_angle_deg=30.0)]
    assert any("flip angle" in reason for reason in score_phases(study)[1].reasons)


def test_the_weightiest_reason_comes_first() -> None:
    facts = make_facts("HBP 20 min", agent="primovist")
    assert score_phase(facts, [facts]).reasons[0] == "'hbp' in the description"


def test_a_dynamic_phase_of_one_series_is_unlikely() -> None:
    study = [
        make_facts("lava post", time_point=i + 1, time_s=36000 + 30.0 * i, agent="primovist")
        for i in range(3)
    ]
    assert all(phase.is_unlikely for phase in score_phases(study))


def study_of_one_protocol(protocol: str) -> list[StackFacts]:
    """Native, arterial, T2, diffusion and a late series, all with the examination's name."""
    t2 = {"scanning_sequence": ("SE",), "is_3d": False, "repetition_time_ms": 3000.0}
    return [
        make_facts(f"Ax LAVA pre | {protocol}"),
        make_facts(f"Ax LAVA arterial | {protocol}"),
        make_facts(f"Ax T2 FSE | {protocol}", **t2, echo_time_ms=90.0),
        make_facts(f"Ax LAVA 20 min | {protocol}"),
    ]


@pytest.mark.parametrize("protocol", ["Liver EOB HBP", "Liver EOB + DWI", "Abdomen MRCP MIP"])
def test_the_name_of_the_examination_is_no_word_of_a_series(protocol: str) -> None:
    facts = without_exam_words(study_of_one_protocol(protocol), ["1", "2", "3", "4"])
    scores = [score.score for score in score_phases(facts)]
    assert scores[3] == max(scores) >= UNSURE_SCORE
    assert max(scores[:3]) < UNSURE_SCORE
    assert [bool(any(veto.refusal for veto in vetoes(one))) for one in facts] == [
        False,
        False,
        True,
        False,
    ]


PROTOCOLS = [
    "Liver EOB + DWI",
    "Liver EOB w MRCP/DWI",
    "Liver Eovist + MRE",
    "Liver Eovist IDEAL IQ",
    "Liver EOB MIP sub",
    "Liver EOB iron and fat",
    "Liver EOB in phase",
    "Liver EOB FIESTA",
    "Liver EOB MPR",
    "Liver EOB + T2 HASTE",
    "Liver EOB cal",
]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("own", ["Ax LAVA HBP 20 min", "Ax HBP"])
def test_a_protocol_refuses_no_series_that_is_scanned_alone(own: str, protocol: str) -> None:
    facts = make_facts(f"{own} | {protocol}")
    assert vetoes(facts) == []
    assert score_phase(facts, [facts]).is_sure


@pytest.mark.parametrize("own", ["DWI b800", "T1 map", "HBP_SUB", "HBP MIP", "HBP fat image"])
def test_a_description_refuses_whatever_the_protocol(own: str) -> None:
    assert any(veto.refusal for veto in vetoes(make_facts(f"{own} | Liver HBP")))


@pytest.mark.parametrize(
    "protocol", ["Liver EOB + DWI", "Liver EOB MRE", "Liver EOB MIP sub", "EOB fat"]
)
def test_a_protocol_in_place_of_a_description_refuses_no_t1_gradient_echo(protocol: str) -> None:
    assert vetoes(make_facts(protocol, has_description=False)) == []
    other = {"scanning_sequence": ("SE",), "is_3d": False, "repetition_time_ms": 3000.0}
    assert vetoes(make_facts(protocol, has_description=False, **other))[0].refusal


def test_a_protocol_does_not_outweigh_what_the_image_type_says() -> None:
    facts = make_facts("Ax HBP | Liver EOB", image_type=("DERIVED", "SECONDARY", "SUBTRACT"))
    assert any(veto.refusal for veto in vetoes(facts))


def test_the_agent_in_the_name_of_the_examination_counts() -> None:
    facts = without_exam_words(study_of_one_protocol("Liver EOB"), ["1", "2", "3", "4"])
    assert "gadoxetic acid in the description" in score_phases(facts)[3].reasons


def test_the_text_of_a_dixon_series_stays_its_own() -> None:
    facts = [make_facts(f"mDIXON HBP | {part}") for part in ("W", "F", "IP", "OP")]
    assert without_exam_words(facts, ["1", "2", "3", "4"]) == facts


@pytest.mark.parametrize(
    "agent",
    ["10 ML PRIMOVIST", "primovst", "acide gadoxétique", "Gadoxetsäure", "プリモビスト", "普美显",
     "钆塞酸二钠", "프리모비스트", "\u043f\u0440\u0438\u043c\u043e\u0432\u0438\u0441\u0442"],
)  # fmt: skip
def test_the_agent_is_known_in_many_spellings(agent: str) -> None:
    facts = make_facts("t1 tra", agent=plain(agent))
    assert "the contrast agent is gadoxetic acid" in score_phase(facts, [facts]).reasons


def dynamic(text: str, **changes: object) -> list[StackFacts]:
    """Native, arterial, portal, transitional and late: five series of one name."""
    minutes = (-3.0, 0.4, 1.1, 3.0, 20.0)
    return [make_facts(text, time_s=36000.0 + 60.0 * m, **changes) for m in minutes]


def test_a_dynamic_name_does_not_hide_the_series_long_after_the_injection() -> None:
    tags = {"agent": "primovist", "bolus_start_s": 36000.0}
    scores = [score.score for score in score_phases(dynamic("dyn_eTHRIVE", **tags))]
    assert scores[4] >= SURE_SCORE
    assert max(scores[:4]) < UNSURE_SCORE


def test_a_dynamic_name_does_not_hide_the_series_that_is_late_by_the_clock() -> None:
    scores = [score.score for score in score_phases(dynamic("t1_vibe_dyn"))]
    assert scores[4] >= UNSURE_SCORE > max(scores[:4])


def test_the_begin_of_each_series_is_not_taken_for_its_injection() -> None:
    study = [
        replace(facts, bolus_start_s=facts.time_s - 5.0)
        for facts in dynamic("t1_vibe", agent="primovist")[1:]
        if facts.time_s is not None
    ]
    assert [f.bolus_start_s for f in with_one_injection(study)[:2]] == [36019.0, 36061.0]
    assert score_phases(with_one_injection(study))[3].score >= SURE_SCORE
    assert score_phases(study)[3].score < UNSURE_SCORE


@pytest.mark.parametrize("kind", ["FUSED", "SCREEN SAVE"])
def test_a_screenshot_is_refused_whatever_its_name(kind: str) -> None:
    facts = make_facts("HBP 20min", image_type=("DERIVED", "SECONDARY", kind))
    assert any(veto.refusal for veto in vetoes(facts))


@pytest.mark.parametrize("part", ["OP", "IP", "F", "OUT_OF_PHASE", "OPP_PHASE", "IN_PHASE"])
def test_the_image_type_outweighs_the_name_of_a_dixon_sequence(part: str) -> None:
    facts = make_facts("mDIXON-W 20MIN", image_type=("DERIVED", "PRIMARY", part), part=part)
    assert score_phase(facts, [facts]).score < UNSURE_SCORE
