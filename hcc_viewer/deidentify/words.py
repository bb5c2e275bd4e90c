"""Which words of a description may stay: those of the trade, and short numbers.

The clean-descriptors option of PS3.15 E.3.5 keeps what tells a series from another. A closed list
is sure: a name cannot be on it, while a pattern could fit one.
"""

from __future__ import annotations

import re
from itertools import groupby

_WORDS = """
2d 3d abdomen acid acq adc aligned art arterial ax axial b bh body breath c ce cholangio
contrast cor coronal cs delay delayed dixon dual dwi dyn dynamic early echo ecg enhanced eob
eovist epi equilibrium ethrive fa fat fatsat fb fiesta fl flash fs fse gad gadolinium gadoxetate
gadoxetic gd ge gr gre grasp haste hb hbp hepatic hepatobiliary hepatocyte hold in inphase iso
lava late lava-flex liver loc localizer map mapping mdixon min mins mip mpr mr mra mrcp mri
native nav nc non op opp opposed out outphase p phase ph plain plane portal post pre precontrast
primovist propeller pv pvp quick rad radial resp rt sag sagittal sec se sense sos spair spgr
spir ss ssfse star stir sub subtraction survey t t1 t1w t2 t2w te thrive ti tfe tr tra trace
trans transition transitional transverse trig triggered tse twist unenhanced upper venous vibe
vibe-dixon w water wats wo with without x
담도기 간담도기 간 간세포기 동맥기 문맥기 정맥기 지연기 조영전 조영후 조영제 프리모비스트
肝胆期 肝細胞相 肝细胞期 肝胆特异期 动脉期 門脈相 门脉期 延迟期 平扫
"""

_KNOWN = frozenset(_WORDS.split())

_SPLIT = re.compile(r"[\s_/:;,.()\[\]+*]+")

_NUMBER = re.compile(r"\d{1,3}(mm|min|mins|sec|s|t|d|deg)?")


_MOST_NUMBERS, _MOST_DIGITS = 2, 4
"""Of bare numbers that follow each other: three are a date, long ones an identifier."""


def cleaned(text: str) -> str:
    """The words of a description that are sure to name nobody, in their order."""
    words = [word for word in _SPLIT.split(text) if word and is_harmless(word)]
    kept: list[str] = []
    for are_numbers, group in groupby(words, str.isdigit):
        run = list(group)
        if not are_numbers or (len(run) <= _MOST_NUMBERS and len("".join(run)) <= _MOST_DIGITS):
            kept += run
    return " ".join(kept)[:64]


def is_harmless(word: str) -> bool:
    """Whether a word, or each of its parts between hyphens, is of the trade or a short number.

    Numbers alone between hyphens are no word of the trade: a telephone number, or a date.
    """
    plain = word.casefold()
    if plain in _KNOWN or _NUMBER.fullmatch(plain):
        return True
    parts = [part for part in plain.split("-") if part]
    return any(part in _KNOWN for part in parts) and all(
        part in _KNOWN or _NUMBER.fullmatch(part) for part in parts
    )
