"""What kind of image a stack is, as far as that speaks against the hepatobiliary phase.

Each rule that fits gives a Veto: a limit of the phase score, the reason for it, and, when no such
image can ever be a hepatobiliary phase, the sentence with which detection is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hcc_viewer.dicom import lexicon
from hcc_viewer.dicom.facts import StackFacts


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


def _modality(facts: StackFacts) -> Veto | None:
    if facts.modality == "MR":
        return None
    if not facts.modality:
        return Veto(0, "not MR", "The files do not say that this is MR.")
    return Veto(0, "not MR", f"The modality is {facts.modality}, not MR.")


def _color(facts: StackFacts) -> Veto | None:
    if not facts.is_color:
        return None
    return Veto(0, "colour images", "Colour images (screenshots, maps, fusions) are not analysed.")


def _screenshot(facts: StackFacts) -> Veto | None:
    typed = {"SCREEN SAVE", "SCREENSAVE", "SCREEN", "FUSED", "FUSION"} & set(facts.image_type)
    if not typed:
        return None
    return Veto(
        5, "a screenshot or fusion", "These are screenshots or fusions, not acquired images."
    )


def _localizer(facts: StackFacts) -> Veto | None:
    named = "LOCALIZER" in facts.image_type or lexicon.LOCALIZER.search(facts.series_text)
    spacing = facts.coverage_mm / max(1, facts.slices - 1)
    thick = max(facts.slice_thickness_mm or 0.0, spacing) >= LOCALIZER_THICKNESS_MM
    few = facts.slices <= LOCALIZER_SLICES
    planes = facts.planes_in_series >= 3
    if not ((named and few) or (planes and few and thick)):
        return None
    seen = [
        "its description or image type says so" if named else "",
        f"{facts.planes_in_series} planes in one series" if planes else "",
        f"{facts.slices} slices {spacing:.0f} mm apart" if few and thick and spacing else "",
    ]
    details = ", ".join(detail for detail in seen if detail)
    return Veto(0, "a localizer", f"This is a localizer ({details}), not a stack of the liver.")


def _calibration(facts: StackFacts) -> Veto | None:
    if not lexicon.CALIBRATION.search(facts.series_text):
        return None
    return Veto(0, "a calibration scan", "This is a calibration scan, not an image of the liver.")


def _body_part(facts: StackFacts) -> Veto | None:
    """The stated body part is often the coil's default: a text that says liver outweighs it."""
    texts = f"{facts.series_text} {facts.study_text}"
    if lexicon.LIVER.search(texts) or lexicon.LIVER.search(facts.body_part):
        return None
    for source, text in (("body part", facts.body_part), ("description", texts)):
        match = lexicon.OTHER_BODY_PART.search(text)
        if match is not None:
            named = match.group(0).strip()
            sentence = f"By its {source} this is another part of the body than the liver: {named}."
            return Veto(0, f"another part of the body: {named}", sentence)
    return None


def _diffusion(facts: StackFacts) -> Veto | None:
    echo_planar = "EP" in facts.scanning_sequence or "MOSAIC" in facts.image_type
    weighted = (facts.b_value or 0) > 0 or {"DIFFUSION", "ADC", "TRACEW"} & set(facts.image_type)
    if not (echo_planar or weighted or lexicon.DIFFUSION.search(facts.series_text)):
        return None
    what = "diffusion-weighted" if weighted or not echo_planar else "echo-planar"
    return Veto(0, f"{what} images", f"These are {what} images, not a T1-weighted contrast phase.")


def _t2(facts: StackFacts) -> Veto | None:
    echo = facts.echo_time_ms
    if echo is not None and echo >= LONG_ECHO_MS:
        sentence = f"The echo time of {echo:.0f} ms is far too long for a T1-weighted phase."
        return Veto(0, f"echo time {echo:.0f} ms, not T1-weighted", sentence)
    text = facts.series_text
    if lexicon.T2.search(text) and not lexicon.T1.search(text):
        return Veto(5, "T2 in the description", "The description names a T2-weighted sequence.")
    return None


def _subtraction(facts: StackFacts) -> Veto | None:
    typed = {"SUBTRACT", "SUB", "SUBTRACTION", "SUBTRACTED"} & set(facts.image_type)
    named = lexicon.SUBTRACTION.search(facts.series_text) or lexicon.SERIES_DIFFERENCE.search(
        facts.series_text
    )
    if not (typed or named):
        return None
    return Veto(5, "a subtraction", "This is a subtraction of two series, not an acquired image.")


def _projection(facts: StackFacts) -> Veto | None:
    typed = {"MIP", "MNIP", "MINIP", "PROJECTION IMAGE", "MAX_IP", "MIN_IP"} & set(facts.image_type)
    if not (typed or lexicon.PROJECTION.search(facts.series_text)):
        return None
    return Veto(5, "a projection", "This is an intensity projection (MIP), not single slices.")


def _reformat(facts: StackFacts) -> Veto | None:
    typed = {"MPR", "REFORMATTED", "RESAMPLED", "CSA MPR"} & set(facts.image_type)
    if not (typed or lexicon.REFORMAT.search(facts.series_text)):
        return None
    return Veto(30, "reformatted, not as acquired")


def _parameter_map(facts: StackFacts) -> Veto | None:
    typed = _MAP_TYPES & set(facts.image_type)
    if not (typed or lexicon.MAP.search(facts.series_text)):
        return None
    return Veto(5, "a parameter or phase map", "This is a parameter or phase map, not an image.")


def _dixon(facts: StackFacts) -> Veto | None:
    """Of the four images of a Dixon series only the water image serves."""
    kinds, text = {*facts.image_type, facts.part}, facts.series_text
    if kinds & {"WATER", "W"}:
        return None
    if kinds & {"FAT", "F", "FAT_IMAGE", "FAT_ONLY"} or lexicon.FAT_IMAGE.search(text):
        refusal = "This is the fat image of a Dixon series; the water image may serve."
        return Veto(0, "the fat image of a Dixon series", refusal)
    for typed, named, veto in (
        (_OPPOSED_TYPES, lexicon.OPPOSED, _OPPOSED),
        (_IN_PHASE_TYPES, lexicon.IN_PHASE, _IN_PHASE),
        (_IN_PHASE_TYPES, lexicon.DUAL_ECHO, _IN_PHASE),
    ):
        # What the image type says of an image outweighs a text that names the sequence.
        if kinds & typed or (named.search(text) and not lexicon.WATER_IMAGE.search(text)):
            return veto
    return None


_OPPOSED_TYPES = {
    "OPP_PHASE", "OUT_PHASE", "OP", "OPPOSED_PHASE", "OUT_OF_PHASE", "OPPOSED", "OPPOSEDPHASE",
    "OUTPHASE", "OPP",
}  # fmt: skip
_OPPOSED = Veto(20, "opposed phase of a Dixon or dual-echo series")
_IN_PHASE_TYPES = {"IN_PHASE", "IP", "INPHASE"}
_IN_PHASE = Veto(30, "in phase of a Dixon or dual-echo series")


def _balanced(facts: StackFacts) -> Veto | None:
    if not lexicon.BALANCED.search(facts.series_text):
        return None
    return Veto(10, "balanced or cine sequence in the description")


def _orientation(facts: StackFacts) -> Veto | None:
    if facts.orientation in ("axial", "unknown"):
        return None
    sentence = f"The slices are {facts.orientation}; the detector reads axial slices only."
    return Veto(90, f"{facts.orientation}, not axial", sentence)


def _slices(facts: StackFacts) -> Veto | None:
    if facts.slices >= FEWEST_SLICES:
        return None
    number = f"{facts.slices} slice{'' if facts.slices == 1 else 's'}"
    return Veto(20, f"only {number}", f"Only {number}: too few to cover a liver.")


def _film(facts: StackFacts) -> Veto | None:
    if facts.slices < FEWEST_SLICES or facts.orientation == "unknown" or facts.coverage_mm > 0.5:
        return None
    return Veto(
        0, "images over time at one place", "All images lie at one place: a film over time."
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
)
"""In the order in which the user is told why detection is refused."""
