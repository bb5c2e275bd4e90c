"""What the series of one examination have in common, so that it is not taken for one series' own.

GE writes the name of the examination's protocol into each series (`Liver EOB HBP + DWI`), and some
exports and anonymisers give all series one description. Such a text says what was planned, not what
a series is; the phase score and the refusals leave it out. And the contrast agent is injected once:
some scanners write the begin of each series, or of its own bolus timing, as the injection.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from hcc_viewer.dicom.clock import past_midnight
from hcc_viewer.dicom.facts import SEPARATOR, StackFacts

OWN_START_S = 120.0
"""An injection less than this before a series may be the begin of the series itself."""

LONGEST_S = 3600.0
"""An injection longer ago than this was another one, or is typed in wrongly."""

FEWEST_SERIES = 3
"""A text of fewer series than this may be of one acquisition, as that of a Dixon series is."""


def without_exam_words(study: Sequence[StackFacts], series: Sequence[str]) -> list[StackFacts]:
    """The same facts; texts of the whole examination are no text of a series any more.

    Args:
        study: All stacks of a study.
        series: The DICOM series of each.
    """
    members: dict[str, list[int]] = defaultdict(list)
    for index, facts in enumerate(study):
        for text in facts.series_text.split(SEPARATOR):
            members[text].append(index)
    shared = {
        text
        for text, found in members.items()
        if text
        and len({series[index] for index in found}) >= FEWEST_SERIES
        and _is_of_many_kinds([study[index] for index in found])
    }
    return [_without(facts, shared) for facts in study] if shared else list(study)


def with_one_injection(study: Sequence[StackFacts]) -> list[StackFacts]:
    """The same facts; injections at the begin of later series are the first one of the study."""
    starts = [facts.bolus_start_s for facts in study if facts.bolus_start_s]
    first = min(starts, key=past_midnight(starts), default=None)
    return [facts if first is None else _injected_at(facts, first) for facts in study]


def _injected_at(facts: StackFacts, first_s: float) -> StackFacts:
    own, earlier = facts.time_after_injection_s, replace(facts, bolus_start_s=first_s)
    after = earlier.time_after_injection_s
    is_own_start = own is not None and 0.0 <= own < OWN_START_S
    if not is_own_start or after is None or not OWN_START_S <= after <= LONGEST_S:
        return facts
    return earlier


def _is_of_many_kinds(stacks: Sequence[StackFacts]) -> bool:
    """Whether these are T1-weighted gradient echoes and others: no one series is both."""
    return len({facts.is_t1_gradient_echo for facts in stacks}) > 1


def _without(facts: StackFacts, shared: set[str]) -> StackFacts:
    texts = facts.series_text.split(SEPARATOR)
    if not shared.intersection(texts):
        return facts
    own = [text for text in texts if text not in shared]
    exam = [facts.study_text, *(text for text in texts if text in shared)]
    return replace(
        facts,
        series_text=SEPARATOR.join(own),
        study_text=SEPARATOR.join(exam),
        has_description=facts.has_description and texts[0] not in shared,
    )
