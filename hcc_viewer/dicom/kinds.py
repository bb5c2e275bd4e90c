"""What kind of image a stack is, as far as that speaks against the hepatobiliary phase.

Each rule that fits gives a Veto: a limit of the phase score, the reason for it, and, when no such
image can ever be a hepatobiliary phase, the sentence with which detection is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from hcc_viewer.dicom import lexicon
from hcc_viewer.dicom.facts import StackFacts
from hcc_viewer.dicom.series import UNSURE_SCORE
from hcc_viewer.phrases import Phrase, counted, listed


@dataclass(frozen=True)
class Veto:
    """Speaks against the hepatobiliary phase."""

    limit: int
    """The phase score is at most this."""
    reason: str
    refusal: str | None = None
    """A sentence when detection is refused, None when the user may insist."""


FEWEST_SLICES = 5
"""Fewer slices cover no liver."""

LOCALIZER_THICKNESS_MM = 8.0
"""Slices this thick, or farther apart, and few, or in three planes: a localizer."""

LOCALIZER_SLICES = 15

LONG_ECHO_MS = 30.0
"""Dynamic T1 sequences have echo times of a few ms."""

_MAP_TYPES = {
    "T1 MAP", "T2 MAP", "T2_STAR MAP", "R2 MAP", "R2_STAR", "B0 MAP", "FIELD_MAP", "FAT_FRACTION",
    "FF", "PHASE CONTRAST", "PHASE", "PHASE MAP", "P", "VELOCITY MAP", "IMAGINARY", "I",
}  # fmt: skip


def vetoes(facts: StackFacts) -> list[Veto]:
    """Everything that speaks against the hepatobiliary phase, the most certain first."""
    found = [veto for rule in _RULES if (veto := rule(facts)) is not None]
    return sorted(found, key=lambda veto: veto.refusal is None)


def _names(facts: StackFacts, *patterns: re.Pattern[str]) -> bool:
    """Whether the text of the series names a kind of image.

    A protocol may be that of the examination (`LIVER EOB + DWI`): it does not speak against a
    description, nor against the numbers of a T1-weighted gradient echo.
    """
    if not facts.has_description and facts.is_t1_gradient_echo:
        return False
    text = facts.own_text
    if lexicon.HEPATOBILIARY.search(text):
        text = lexicon.HARMLESS.sub(" ", text)
    return any(pattern.search(text) for pattern in patterns)


def _modality(facts: StackFacts) -> Veto | None:
    if facts.modality == "MR":
        return None
    if not facts.modality:
        return Veto(0, Phrase("not MR"), Phrase("The files do not say that this is MR."))
    return Veto(0, Phrase("not MR"), Phrase("The modality is {name}, not MR.", name=facts.modality))


def _color(facts: StackFacts) -> Veto | None:
    if not facts.is_color:
        return None
    return Veto(
        0,
        Phrase("colour images"),
        Phrase("Colour images (screenshots, maps, fusions) are not analysed."),
    )


def _screenshot(facts: StackFacts) -> Veto | None:
    typed = {"SCREEN SAVE", "SCREENSAVE", "SCREEN", "FUSED", "FUSION"} & set(facts.image_type)
    if not typed:
        return None
    return Veto(
        5,
        Phrase("a screenshot or fusion"),
        Phrase("These are screenshots or fusions, not acquired images."),
    )


def _localizer(facts: StackFacts) -> Veto | None:
    named = "LOCALIZER" in facts.image_type or lexicon.LOCALIZER.search(facts.series_text)
    spacing = facts.coverage_mm / max(1, facts.slices - 1)
    thick = max(facts.slice_thickness_mm or 0.0, spacing) >= LOCALIZER_THICKNESS_MM
    few = facts.slices <= LOCALIZER_SLICES
    planes = facts.planes_in_series >= 3
    if not ((named and few) or (planes and few and thick)):
        return None
    seen = []
    if named:
        seen.append(Phrase("its description or image type says so"))
    if planes:
        seen.append(Phrase("{count} planes in one series", count=facts.planes_in_series))
    if few and thick and spacing:
        apart = "{count} slices {spacing:.0f} mm apart"
        seen.append(Phrase(apart, count=facts.slices, spacing=spacing))
    refusal = "This is a localizer ({details}), not a stack of the liver."
    return Veto(0, Phrase("a localizer"), Phrase(refusal, details=listed(seen)))


def _calibration(facts: StackFacts) -> Veto | None:
    if not lexicon.CALIBRATION.search(facts.own_text):
        return None
    return Veto(
        0,
        Phrase("a calibration scan"),
        Phrase("This is a calibration scan, not an image of the liver."),
    )


def _body_part(facts: StackFacts) -> Veto | None:
    """The stated body part is often the coil's default: a text that says liver outweighs it."""
    texts = f"{facts.series_text} {facts.study_text}"
    if lexicon.LIVER.search(texts) or lexicon.LIVER.search(facts.body_part):
        return None
    if lexicon.HEPATOBILIARY.search(texts):
        return None
    stated = lexicon.OTHER_BODY_PART.search(facts.body_part)
    match = stated or lexicon.OTHER_BODY_PART.search(texts)
    if match is None:
        return None
    name = match.group(0).strip()
    by_description = "By its description this is another part of the body than the liver: {name}."
    by_body_part = "By its body part this is another part of the body than the liver: {name}."
    refusal = Phrase(by_body_part, name=name) if stated else Phrase(by_description, name=name)
    return Veto(0, Phrase("another part of the body: {name}", name=name), refusal)


def _diffusion(facts: StackFacts) -> Veto | None:
    echo_planar = "EP" in facts.scanning_sequence or "MOSAIC" in facts.image_type
    weighted = (facts.b_value or 0) > 0 or {"DIFFUSION", "ADC", "TRACEW"} & set(facts.image_type)
    if not (echo_planar or weighted or _names(facts, lexicon.DIFFUSION)):
        return None
    if weighted or not echo_planar:
        refusal = Phrase("These are diffusion-weighted images, not a T1-weighted contrast phase.")
        return Veto(0, Phrase("diffusion-weighted images"), refusal)
    refusal = Phrase("These are echo-planar images, not a T1-weighted contrast phase.")
    return Veto(0, Phrase("echo-planar images"), refusal)


def _t2(facts: StackFacts) -> Veto | None:
    echo = facts.echo_time_ms
    if echo is not None and echo >= LONG_ECHO_MS:
        refusal = "The echo time of {echo:.0f} ms is far too long for a T1-weighted phase."
        reason = Phrase("echo time {echo:.0f} ms, not T1-weighted", echo=echo)
        return Veto(0, reason, Phrase(refusal, echo=echo))
    if _names(facts, lexicon.T2) and not lexicon.T1.search(facts.series_text):
        return Veto(
            5,
            Phrase("T2 in the description"),
            Phrase("The description names a T2-weighted sequence."),
        )
    return None


def _subtraction(facts: StackFacts) -> Veto | None:
    typed = {"SUBTRACT", "SUB", "SUBTRACTION", "SUBTRACTED"} & set(facts.image_type)
    if not (typed or _names(facts, lexicon.SUBTRACTION, lexicon.SERIES_DIFFERENCE)):
        return None
    return Veto(
        5,
        Phrase("a subtraction"),
        Phrase("This is a subtraction of two series, not an acquired image."),
    )


def _projection(facts: StackFacts) -> Veto | None:
    typed = {"MIP", "MNIP", "MINIP", "PROJECTION IMAGE", "MAX_IP", "MIN_IP"} & set(facts.image_type)
    if not (typed or _names(facts, lexicon.PROJECTION)):
        return None
    return Veto(
        5,
        Phrase("a projection"),
        Phrase("This is an intensity projection (MIP), not single slices."),
    )


def _reformat(facts: StackFacts) -> Veto | None:
    typed = {"MPR", "REFORMATTED", "RESAMPLED", "CSA MPR"} & set(facts.image_type)
    if not (typed or lexicon.REFORMAT.search(facts.own_text)):
        return None
    return Veto(30, Phrase("reformatted, not as acquired"))


def _parameter_map(facts: StackFacts) -> Veto | None:
    typed = _MAP_TYPES & set(facts.image_type)
    if not (typed or _names(facts, lexicon.MAP)):
        return None
    return Veto(
        5,
        Phrase("a parameter or phase map"),
        Phrase("This is a parameter or phase map, not an image."),
    )


def _dixon(facts: StackFacts) -> Veto | None:
    """Of the four images of a Dixon series only the water image serves."""
    kinds = {_NO_PART_OF_A_NAME.sub("", name) for name in (*facts.image_type, facts.part)}
    text = facts.own_text
    if kinds & {"WATER", "W"}:
        return None
    named_fat = _names(facts, lexicon.FAT_IMAGE) and not lexicon.WATER_IMAGE.search(text)
    if kinds & {"FAT", "F", "FATONLY"} or named_fat:
        refusal = Phrase("This is the fat image of a Dixon series; the water image may serve.")
        return Veto(0, Phrase("the fat image of a Dixon series"), refusal)
    for typed, named, veto in (
        (_OPPOSED_TYPES, lexicon.OPPOSED, _OPPOSED),
        (_IN_PHASE_TYPES, lexicon.IN_PHASE, _IN_PHASE),
        (_IN_PHASE_TYPES, lexicon.DUAL_ECHO, _IN_PHASE),
    ):
        # What the image type says of an image outweighs a text that names the sequence.
        if kinds & typed or (named.search(text) and not lexicon.WATER_IMAGE.search(text)):
            return veto
    return None


_NO_PART_OF_A_NAME = re.compile(r"[^A-Z0-9]|IMAGE$")
"""Vendors write `OUT_PHASE`, `Out of phase`, `OutPhaseImage`."""

_OPPOSED_TYPES = {
    "OPPPHASE", "OUTPHASE", "OP", "OPPOSEDPHASE", "OUTOFPHASE", "OPPOSED", "OPP", "OUT",
}  # fmt: skip
_OPPOSED = Veto(20, Phrase("opposed phase of a Dixon or dual-echo series"))
_IN_PHASE_TYPES = {"INPHASE", "IP", "IN"}
_IN_PHASE = Veto(30, Phrase("in phase of a Dixon or dual-echo series"))


def _balanced(facts: StackFacts) -> Veto | None:
    if not lexicon.BALANCED.search(facts.own_text):
        return None
    return Veto(10, Phrase("balanced or cine sequence in the description"))


def _guess(facts: StackFacts) -> Veto | None:
    if not facts.is_guess:
        return None
    return Veto(UNSURE_SCORE, Phrase("may mix time points"))


def _orientation(facts: StackFacts) -> Veto | None:
    if facts.orientation in ("axial", "unknown"):
        return None
    plane = Phrase(facts.orientation)
    refusal = "The slices are {plane}; the detector reads axial slices only."
    return Veto(90, Phrase("{plane}, not axial", plane=plane), Phrase(refusal, plane=plane))


def _slices(facts: StackFacts) -> Veto | None:
    if facts.slices >= FEWEST_SLICES:
        return None
    one = "Only {count} slice: too few to cover a liver."
    many = "Only {count} slices: too few to cover a liver."
    reason = counted(facts.slices, "only {count} slice", "only {count} slices")
    return Veto(20, reason, counted(facts.slices, one, many))


def _film(facts: StackFacts) -> Veto | None:
    if facts.slices < FEWEST_SLICES or facts.orientation == "unknown" or facts.coverage_mm > 0.5:
        return None
    return Veto(
        0,
        Phrase("images over time at one place"),
        Phrase("All images lie at one place: a film over time."),
    )


_RULES: tuple[Callable[[StackFacts], Veto | None], ...] = (
    _modality,
    _color,
    _screenshot,
    _localizer,
    _calibration,
    _body_part,
    _diffusion,
    _t2,
    _subtraction,
    _projection,
    _parameter_map,
    _dixon,
    _orientation,
    _slices,
    _film,
    _reformat,
    _balanced,
    _guess,
)
"""In the order in which the user is told why detection is refused."""
