"""The words by which scanners and radiographers name what a series is.

Matched against text in lower case without accents (`facts.plain`). Collected from the descriptions
of public MR collections (Imaging Data Commons) and from the vendors' default names.
"""

from __future__ import annotations

import re


def word(*alternatives: str) -> re.Pattern[str]:
    """Any of some words. Underscores and digits separate words here, as scanners write them."""
    return re.compile(rf"(?<![a-z])(?:{'|'.join(alternatives)})(?![a-z])")


HEPATOBILIARY = word(
    r"h?epat[aio]*[ _-]?bil\w*",
    r"h?epato[ _-]?[cz][iy]t\w*",
    r"hepato[ _-]?[cz]ell\w*",
    r"hbp\w?",
    r"hpb(?:[ _-]?ph\w*)?",
    r"hb[ _-]?ph(?:ase)?",
    r"hep[ _-]?ph(?:ase)?",
    r"hepato?[ _-]?specif\w*",
    r"leberspezif\w*",
    r"late[ _-]hepatic\w*",
    r"hepatic[ _-](?:phase[ _-])?late",
    "\u809d\u80c6",  # liver and gall, in Chinese and Japanese
    "\u809d\u7d30\u80de",  # liver cell, in Japanese and traditional Chinese
    "\u809d\u7ec6\u80de",  # liver cell, in simplified Chinese
)

LATE_SECONDS = re.compile(r"(?<![\d.:/])(\d{3,4})[\s_-]*(?:sec\w*|s)(?![a-z])")
"""Delays of many minutes that are written in seconds."""

MINUTES = re.compile(r"(?<![\d.:/])(\d{1,2})(?:[.,]\d)?[\s_-]*(?:min(?!ip)|mn(?![a-z])|'(?!'))")
SECONDS = re.compile(r"(?<![\d.:/])(\d{2,3})[\s_-]?(?:sec|s)(?![a-z])")

DELAYED = word(r"delay\w*", r"late", r"spat\w*", r"tardi\w*", r"verzogert")

EARLY = word(
    r"art(?:eri\w*)?",
    r"portal\w*",
    r"port",
    r"pvp?",
    r"venous\w*",
    r"venos\w*",
    r"ven",
    r"equi\w*",
    r"transition\w*",
    r"dyn\w*",
    r"first[ _-]?pass",
    r"(?:care|smart)?[ _-]?bolus\w*",
    r"smart[ _-]?prep",
    r"early",
    r"twist",
    r"grasp",
    r"tricks",
    r"disco",
)

UNENHANCED = word(
    r"pre",
    r"pre[ _-]?(?:con\w*|gad\w*|gd|cm|km|inj\w*)",
    r"nat(?:iv|ive|if|ivo|iva)?",
    r"unenhanced",
    r"non?[ _-]?con\w*",
    r"plain",
    r"mask",
    r"ohne[ _-]?km",
    r"sans",
    r"w[/ _]?o",
    r"without",
    r"baseline",
)

POST = word(
    r"post\w*", r"gad\w*", r"gd", r"km", r"enhanced", r"contrast", r"eob", r"primovist", r"eovist"
)
PLUS_C = re.compile(r"\+ ?c(?![a-z])|(?<![a-z])c\+")

GADOXETATE = re.compile(
    r"primovist|eovist|gado?xet|gadoxat|gd-?eob|eob-?dtpa|(?<![a-z])eob(?![a-z])|440223009"
)
GADOBENATE = re.compile(r"gadobenat|multihance|bopta")
EXTRACELLULAR = re.compile(
    r"gadobutr|gadavist|gadovist|gadoter|dotarem|clariscan|prohance|gadopentet|magnevist|"
    r"omniscan|gadodiam|optimark|gadoversetam|gadopiclen|elucirem|vueway|artirem"
)
LIVER = re.compile(r"liver|abd|hepat|leber|foie|higado|fegato")

T1 = word(
    r"t1\w*",
    r"\w*vibe\w*",
    r"lava\w*",
    r"e?-?thrive",
    r"m?dixon\w*",
    r"fame",
    r"tigre",
    r"quick(?:3d)?",
    r"fl[23]d\w*",
    r"flash\w*",
    r"f?spgr",
    r"twist",
)
T2 = word(
    r"t2\w?",
    r"\w*haste\w*",
    r"ss[ _-]?fse",
    r"ssh?[ _-]?tse",
    r"mrcp",
    r"stir",
    r"propeller",
    r"blade",
    r"multivane",
    r"flair",
    r"frfse\w*",
    r"single[ _-]?shot",
)
BALANCED = word(
    r"fiesta", r"true?[ _-]?fi?sp", r"trufi\w*", r"b-?(?:ffe|tfe)", r"balanced", r"ssfp", r"cine"
)
DIFFUSION = word(
    r"\w*dwi\w*",
    r"dw",
    r"diff\w*",
    r"trace\w?",
    r"adc",
    r"ivim",
    r"dti",
    r"ep2d\w*",
    r"b[1-9]\d{1,3}",
)
MAP = word(
    r"t[12][ _-]?map\w*",
    r"r2\*",
    r"r2[ _-]?star",
    r"t2[ _-]?star",
    r"t2\*",
    r"fat[ _-]?frac\w*",
    r"pdff",
    r"ideal[ _-]?iq",
    r"mre",
    r"\w*elasto\w*",
    r"stiffness",
    r"b[01][ _-]?map",
    r"field[ _-]?map",
    r"phase[ _-]?contrast",
    r"molli",
    r"ktrans",
)

LOCALIZER = word(
    r"\w*locali[sz]er\w*",
    r"scout",
    r"survey",
    r"loc",
    r"[3a-z]*[ _-]?plane?[ _-]?loc",
    r"topogram",
    r"pilot",
    r"planning",
)
CALIBRATION = word(
    r"calibration", r"cal", r"(?:asset|arc)[ _-]?cal\w*", r"ref(?:erence)?[ _-]?scan"
)
BREATH_HOLD = word(r"bh", r"breath\w*")
PROJECTION = word(r"mips?", r"minips?", r"projection", r"projected", r"rotat\w*")
REFORMAT = word(r"mprs?", r"reformat\w*", r"reform", r"curved")
SUBTRACTION = word(r"subs?", r"subtr\w*")
SERIES_DIFFERENCE = re.compile(r"\(\d+/\d+/\d+\)\s*-\s*\(\d+/\d+/\d+\)")
"""How GE names a subtraction: `(44675/14/1)-(44675/13/1)`."""

FAT_IMAGE = re.compile(r"(?:^|\| )fat ?:|(?<![a-z])fat[ _-]?only|_f(?:at)?(?:_fil\w*)?(?= \||$)")
"""The fat image of a Dixon series; `fat sat` and `fs` mean the contrary and do not fit."""

WATER_IMAGE = re.compile(
    r"(?:^|\| )water ?:|(?<![a-z])water|_w(?:_fil\w*)?(?= \||$|_)|mdixon[ _-]w"
)
IN_PHASE = word(r"in[ _-]?phase", r"inph", r"in(?= \||$)", r"ip")
OPPOSED = word(
    r"opp\w*", r"out[ _-]?(?:of[ _-]?)?phase", r"outph", r"oop", r"in[ _/-]*(?:and[ _]?)?opp\w*"
)
DUAL_ECHO = word(r"dual[ _-]?(?:echo|ffe)?", r"in[ _/-]*(?:and)?[ _/-]*out", r"ip[ _/-]*op")

OTHER_BODY_PART = word(
    r"head",
    r"brain",
    r"skull",
    r"neuro\w*",
    r"cranium",
    r"neck",
    r"cervical",
    r"[ctl]-?spine",
    r"(?:thoracic|lumbar)\w*",
    r"orbits?",
    r"pituitary",
    r"iac",
    r"tmj",
    r"prostat\w*",
    r"uterus",
    r"rectum",
    r"knee",
    r"shoulder",
    r"wrist",
    r"hand",
    r"elbow",
    r"ankle",
    r"foot",
    r"hip",
    r"femur",
    r"tibia",
    r"thigh",
    r"calf",
    r"breasts?",
    r"mamma",
    r"extremity",
)
