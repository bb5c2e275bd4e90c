"""How likely a stack is the hepatobiliary phase of a gadoxetic-acid study, with reasons.

Descriptions alone name the phase in few studies, so the score adds up what headers say: words,
minutes, agent, times, sequence, coverage, and where that leaves a doubt what a look at the image
shows of the liver against muscle and vessels (`image_evidence`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hcc_viewer.dicom import lexicon
from hcc_viewer.dicom.clock import past_midnight, wrap_midnight
from hcc_viewer.dicom.facts import StackFacts
from hcc_viewer.dicom.kinds import Veto, vetoes
from hcc_viewer.dicom.series import UNSURE_SCORE, PhaseScore
from hcc_viewer.phrases import Phrase


@dataclass(frozen=True)
class Evidence:
    """Speaks for the hepatobiliary phase, or with negative points against it."""

    points: int
    reason: str


EARLIEST_MIN, LATEST_MIN = 9.0, 45.0
"""Minutes after the injection in which gadoxetic acid shows the hepatobiliary phase."""

USUAL_MIN = 14.0, 31.0
"""Minutes after the injection at which most protocols acquire it."""

DYNAMIC_MIN = 7.0
"""Up to here the arterial, venous and transitional phases last."""


TWO_PHASES_LIMIT = UNSURE_SCORE
"""Score of a description that names the hepatobiliary phase and another one: the user is asked."""


def score_phases(stacks: Sequence[StackFacts]) -> list[PhaseScore]:
    """Score all stacks of one study; each is judged beside the others."""
    return [score_phase(facts, stacks) for facts in stacks]


def score_phase(facts: StackFacts, study: Sequence[StackFacts]) -> PhaseScore:
    """The score of one stack.

    Args:
        facts: The stack to score.
        study: All stacks of the same study, this one included.
    """
    limits = vetoes(facts) + _phase_vetoes(facts, study)
    evidence = [found for rule in _RULES if (found := rule(facts, study)) is not None]
    total = sum(item.points for item in evidence)
    limit = min((veto.limit for veto in limits), default=100)
    score = max(0, min(total, limit, 100))
    ordered = sorted(evidence, key=lambda item: -abs(item.points))
    against = [veto.reason for veto in sorted(limits, key=lambda veto: veto.limit)]
    given = [item.reason for item in ordered]
    reasons = against + given if limit < UNSURE_SCORE else given + against
    return PhaseScore(score, tuple(dict.fromkeys(reasons)))


def names_hepatobiliary(facts: StackFacts) -> bool:
    """Whether the texts name the phase outright, and the description no other one instead."""
    return _hepatobiliary_word(facts) is not None


def _hepatobiliary_word(facts: StackFacts) -> str | None:
    """The word that names the phase.

    The description comes first and is the series' own: where it names another phase, the protocol's
    word is that of the examination.
    """
    match = lexicon.HEPATOBILIARY.search(facts.series_text)
    if match is None:
        return None
    is_of_description = lexicon.HEPATOBILIARY.search(facts.own_text) is not None
    return match.group(0) if is_of_description or not _other_phase(facts) else None


def _other_phase(facts: StackFacts) -> str | None:
    """The description's word for an early or unenhanced phase, or its few minutes or seconds.

    Many minutes outweigh these.
    """
    minutes = minutes_in_text(facts)
    if minutes is not None and minutes >= EARLIEST_MIN:
        return None
    text = facts.own_text
    match = lexicon.EARLY.search(text)
    match = match or lexicon.UNENHANCED.search(lexicon.HARMLESS.sub(" ", text))
    match = match or lexicon.MINUTES.search(text)
    if match is None and _names_seconds(text):
        match = lexicon.SECONDS.search(text)
    return match.group(0) if match else None


def minutes_in_text(facts: StackFacts) -> int | None:
    """The minutes that the description names, else those of the protocol and the comments."""
    own = _latest_minutes(facts.own_text)
    return _latest_minutes(_text_of_delay(facts)) if own is None else own


def _text_of_delay(facts: StackFacts) -> str:
    """The texts that may say how late a series is.

    The protocol may tell the delay of the examination's last series: beside a description of
    another phase it does not count.
    """
    own = facts.own_text
    other = (lexicon.EARLY, lexicon.UNENHANCED, lexicon.DYNAMIC)
    is_other = _names_seconds(own) or any(pattern.search(own) for pattern in other)
    return own if is_other else facts.series_text


def _names_seconds(text: str) -> bool:
    """Whether a text names seconds after the injection, not those of a breath-hold."""
    return lexicon.SECONDS.search(text) is not None and not lexicon.BREATH_HOLD.search(text)


def _latest_minutes(text: str) -> int | None:
    """The latest plausible number of minutes in a text."""
    found = [int(match) for match in lexicon.MINUTES.findall(text)]
    seconds = [int(match) for match in lexicon.LATE_SECONDS.findall(text)]
    found += [round(value / 60) for value in seconds if value >= 60 * EARLIEST_MIN]
    for match in lexicon.BARE_MINUTES.finditer(text):
        found.append(int(match.group(1) or match.group(2)))
    return max((minutes for minutes in found if 0 < minutes <= 60), default=None)


def _words(facts: StackFacts, study: Sequence[StackFacts]) -> Evidence | None:
    word = _hepatobiliary_word(facts)
    return Evidence(50, _named(word)) if word else None


def _minutes(facts: StackFacts, study: Sequence[StackFacts]) -> Evidence | None:
    minutes = minutes_in_text(facts)
    if minutes is None or not 10 <= minutes <= LATEST_MIN:
        return None
    if minutes < 15:
        early = "{minutes} min in the description, early for the hepatobiliary phase"
        return Evidence(25, Phrase(early, minutes=minutes))
    return Evidence(25, Phrase("{minutes} min in the description", minutes=minutes))


def _named(word: str) -> Phrase:
    return Phrase("'{word}' in the description", word=word)


def _delayed(facts: StackFacts, study: Sequence[StackFacts]) -> Evidence | None:
    match = lexicon.DELAYED.search(_text_of_delay(facts))
    return Evidence(10, _named(match.group(0))) if match else None


def _agent(facts: StackFacts, study: Sequence[StackFacts]) -> Evidence | None:
    if lexicon.GADOXETATE.search(facts.agent):
        return Evidence(15, Phrase("the contrast agent is gadoxetic acid"))
    if lexicon.GADOXETATE.search(facts.study_text) or lexicon.GADOXETATE.search(facts.series_text):
        return Evidence(15, Phrase("gadoxetic acid in the description"))
    if any(lexicon.GADOXETATE.search(other.agent) for other in study) and not facts.agent:
        return Evidence(10, Phrase("gadoxetic acid in another series of the study"))
    if lexicon.GADOBENATE.search(facts.agent):
        return Evidence(5, Phrase("gadobenate: its hepatobiliary phase comes after 1 to 3 hours"))
    if lexicon.EXTRACELLULAR.search(facts.agent):
        return Evidence(
            -20, Phrase("the contrast agent is named as one without a hepatobiliary phase")
        )
    return None


def _time(facts: StackFacts, study: Sequence[StackFacts]) -> Evidence | None:
    after = facts.time_after_injection_s
    if after is not None and 60 * EARLIEST_MIN <= after <= 60 * LATEST_MIN:
        points = 30 if 60 * USUAL_MIN[0] <= after <= 60 * USUAL_MIN[1] else 25
        return Evidence(points, Phrase("{minutes:.0f} min after the injection", minutes=after / 60))
    if after is not None and 0 < after < 60 * EARLIEST_MIN:
        return None
    return _time_in_study(facts, study)


def _time_in_study(facts: StackFacts, study: Sequence[StackFacts]) -> Evidence | None:
    """By the clock of the study: after the first enhanced series, else after the first T1 one."""
    if not facts.is_t1_gradient_echo or _is_unenhanced(facts) or _is_early(facts):
        return None
    others = [f for f in study if f.is_t1_gradient_echo and f is not facts]
    enhanced = [f for f in others if _is_enhanced(f)]
    minutes = _minutes_after(facts, enhanced)
    if minutes is not None and minutes > 0:
        if not EARLIEST_MIN <= minutes <= LATEST_MIN:
            return None
        reason = "{minutes:.0f} min after the first contrast-enhanced series"
        return Evidence(25, Phrase(reason, minutes=minutes))
    similar = [f for f in others if f.is_3d and f.orientation == "axial"]
    minutes = _minutes_after(facts, similar)
    if minutes is None or not EARLIEST_MIN + 1 <= minutes <= LATEST_MIN:
        return None
    reason = "{minutes:.0f} min after the first T1 series of this kind"
    return Evidence(15, Phrase(reason, minutes=minutes))


def _contradiction(facts: StackFacts, study: Sequence[StackFacts]) -> Evidence | None:
    """The injection time is often typed in wrongly: against a clear text it counts little."""
    after = facts.time_after_injection_s
    if after is None or not 0 < after < 60 * DYNAMIC_MIN:
        return None
    reason = "the files say {minutes:.0f} min after the injection"
    return Evidence(-10, Phrase(reason, minutes=after / 60))


def _sequence(facts: StackFacts, study: Sequence[StackFacts]) -> Evidence | None:
    if facts.is_t1_gradient_echo and facts.is_3d:
        return Evidence(10, Phrase("T1-weighted 3D gradient echo"))
    if facts.is_t1_gradient_echo or lexicon.T1.search(facts.series_text):
        return Evidence(8, Phrase("T1-weighted by its sequence or name"))
    return None


def _coverage(facts: StackFacts, study: Sequence[StackFacts]) -> Evidence | None:
    if facts.orientation != "axial":
        return None
    enough = facts.slices >= 20 and 90.0 <= facts.coverage_mm <= 450.0
    wide = facts.field_of_view_mm >= 220.0
    return (
        Evidence(10, Phrase("axial, covers a liver"))
        if enough and wide
        else Evidence(3, Phrase("axial"))
    )


def _flip_angle(facts: StackFacts, study: Sequence[StackFacts]) -> Evidence | None:
    """The late phase is often acquired with a larger flip angle than the dynamic ones."""
    own = facts.flip_angle_deg
    others = [f.flip_angle_deg for f in study if f.is_t1_gradient_echo and f.is_3d]
    usual = min((angle for angle in others if angle is not None), default=None)
    if own is None or usual is None or not facts.is_t1_gradient_echo or own < 1.4 * usual:
        return None
    reason = "flip angle {angle:.0f} degrees, larger than in other T1 series"
    return Evidence(5, Phrase(reason, angle=own))


def _latest(facts: StackFacts, study: Sequence[StackFacts]) -> Evidence | None:
    similar = [f for f in study if f.is_t1_gradient_echo and f.orientation == "axial"]
    times = [f.time_s for f in similar if f.time_s is not None]
    # A derived copy is often written later than what was acquired.
    acquired = [
        f.time_s for f in similar if f.time_s is not None and "SECONDARY" not in f.image_type
    ]
    in_order = past_midnight(times)
    last = max(map(in_order, acquired or times), default=0.0)
    is_last = facts in similar and facts.time_s is not None and in_order(facts.time_s) >= last
    if not is_last or len(set(times)) < 3:
        return None
    return Evidence(5, Phrase("the last axial T1 series of the study"))


def _look(facts: StackFacts, study: Sequence[StackFacts]) -> Evidence | None:
    look = facts.look
    if look is None or look.liver_to_muscle is None:
        return None
    if look.has_bright_vessels:
        return Evidence(-20, Phrase("in the image the vessels are brighter than the liver"))
    if look.lacks_uptake:
        reason = (
            "in the image the liver is only {times:.1f} times as bright as muscle, as without "
            "uptake"
        )
        return Evidence(-15, Phrase(reason, times=look.liver_to_muscle))
    if not look.has_uptake:
        return None
    reason = (
        "in the image the liver is {times:.1f} times as bright as muscle and its vessels are dark"
    )
    return Evidence(15, Phrase(reason, times=look.liver_to_muscle))


def _phase_vetoes(facts: StackFacts, study: Sequence[StackFacts]) -> list[Veto]:
    """Limits from the contrast phase; a text that names the hepatobiliary phase outweighs most."""
    if names_hepatobiliary(facts):
        other = _other_phase(facts)
        return [] if other is None else [Veto(TWO_PHASES_LIMIT, _named(other))]
    minutes = minutes_in_text(facts)
    if minutes is not None and 10 <= minutes <= LATEST_MIN:
        return [] if not lexicon.EXTRACELLULAR.search(facts.agent) else [_WRONG_AGENT]
    found = []
    if _is_unenhanced(facts):
        found.append(Veto(10, Phrase("before contrast, by its description")))
    if _is_early(facts):
        found.append(Veto(20, Phrase("an early contrast phase, by its description")))
    elif _is_dynamic(facts) and not _is_late(facts, study):
        found.append(Veto(20, Phrase("a dynamic series, by its description")))
    if lexicon.EXTRACELLULAR.search(facts.agent):
        found.append(_WRONG_AGENT)
    return found + _time_vetoes(facts, study)


def _time_vetoes(facts: StackFacts, study: Sequence[StackFacts]) -> list[Veto]:
    after = facts.time_after_injection_s
    if after is not None and -7200 < after < 0:
        return [Veto(10, Phrase("{minutes:.0f} min before the injection", minutes=-after / 60))]
    if after is not None and 0 <= after < 60 * DYNAMIC_MIN:
        return [Veto(25, Phrase("only {minutes:.0f} min after the injection", minutes=after / 60))]
    if facts.time_point and _minutes_after(facts, _same_dynamic(facts, study)) is not None:
        minutes = _minutes_after(facts, _same_dynamic(facts, study)) or 0.0
        if minutes < DYNAMIC_MIN:
            return [Veto(30, Phrase("phase {number} of a dynamic series", number=facts.time_point))]
    since = _minutes_after(facts, [f for f in study if _is_of_dynamic(f)])
    if after is None and since is not None and 0 < since < DYNAMIC_MIN:
        reason = "{minutes:.0f} min after the first contrast-enhanced series"
        return [Veto(25, Phrase(reason, minutes=since))]
    return []


def _is_of_dynamic(facts: StackFacts) -> bool:
    """An enhanced T1 series that is no late one: soon after it nothing can be late."""
    text = facts.series_text
    is_named = _is_early(facts) or _is_dynamic(facts) or lexicon.PLUS_C.search(text)
    is_late = names_hepatobiliary(facts) or lexicon.DELAYED.search(text)
    return bool(
        facts.is_t1_gradient_echo and is_named and not is_late and not _is_unenhanced(facts)
    )


def _is_unenhanced(facts: StackFacts) -> bool:
    return lexicon.UNENHANCED.search(facts.series_text) is not None


def _is_early(facts: StackFacts) -> bool:
    minutes, text = minutes_in_text(facts), facts.series_text
    if names_hepatobiliary(facts) or (minutes is not None and minutes >= EARLIEST_MIN):
        return False
    is_named = _names_seconds(text) or lexicon.EARLY.search(text) is not None
    return minutes is not None or is_named


def _is_dynamic(facts: StackFacts) -> bool:
    minutes = minutes_in_text(facts)
    is_named = names_hepatobiliary(facts) or (minutes is not None and minutes >= EARLIEST_MIN)
    return not is_named and lexicon.DYNAMIC.search(facts.series_text) is not None


def _is_late(facts: StackFacts, study: Sequence[StackFacts]) -> bool:
    """Long after the injection, or after the first series of this kind."""
    after = facts.time_after_injection_s
    if after is None:
        similar = [f for f in study if f.is_t1_gradient_echo and f.orientation == "axial"]
        minutes = _minutes_after(facts, similar)
        return minutes is not None and EARLIEST_MIN + 1 <= minutes <= LATEST_MIN
    return 60 * EARLIEST_MIN <= after <= 60 * LATEST_MIN


def _is_enhanced(facts: StackFacts) -> bool:
    """Surely acquired after the injection."""
    if _is_unenhanced(facts):
        return False
    after, text = facts.time_after_injection_s, facts.series_text
    named = lexicon.POST.search(text) or lexicon.PLUS_C.search(text)
    is_named = bool(named) or _is_early(facts) or _is_dynamic(facts)
    return bool(is_named or (after is not None and after > 0))


def _same_dynamic(facts: StackFacts, study: Sequence[StackFacts]) -> list[StackFacts]:
    return [f for f in study if f.time_point and f.series_text == facts.series_text]


def _minutes_after(facts: StackFacts, others: Sequence[StackFacts]) -> float | None:
    """Minutes from the earliest of the others to this stack."""
    times = [f.time_s for f in others if f.time_s is not None]
    if facts.time_s is None or not times:
        return None
    return max(wrap_midnight(facts.time_s - time) for time in times) / 60


_WRONG_AGENT = Veto(35, Phrase("the contrast agent has no hepatobiliary phase"))

_RULES: tuple[Callable[[StackFacts, Sequence[StackFacts]], Evidence | None], ...] = (
    _words,
    _minutes,
    _delayed,
    _agent,
    _time,
    _contradiction,
    _sequence,
    _coverage,
    _flip_angle,
    _latest,
    _look,
)
