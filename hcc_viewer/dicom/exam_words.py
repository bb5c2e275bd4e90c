"""Finds texts that name the whole examination, so that they are not taken for one series' own.

GE writes the name of the examination's protocol into each series (`Liver EOB HBP + DWI`), and some
exports and anonymisers give all series one description. Such a text says what was planned, not what
a series is; the phase score and the refusals leave it out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from hcc_viewer.dicom.facts import SEPARATOR, StackFacts

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


def _is_of_many_kinds(stacks: Sequence[StackFacts]) -> bool:
    """Whether these are T1-weighted gradient echoes and others: no one series is both."""
    return len({facts.is_t1_gradient_echo for facts in stacks}) > 1


def _without(facts: StackFacts, shared: set[str]) -> StackFacts:
    texts = facts.series_text.split(SEPARATOR)
    if not shared.intersection(texts):
        return facts
    own = [text for text in texts if text not in shared]
    exam = [facts.study_text, *(text for text in texts if text in shared)]
    return replace(facts, series_text=SEPARATOR.join(own), study_text=SEPARATOR.join(exam))
