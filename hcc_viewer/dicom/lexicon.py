"""The words by which scanners and radiographers name what a series is.

Matched against text in lower case without accents (`facts.plain`). Collected from the descriptions
of public MR collections (Imaging Data Commons) and from the vendors' default names.
"""

from __future__ import annotations

import re

_OTHER_SCRIPT = r"[^\x00-\u02ff]"


def word(*alternatives: str) -> re.Pattern[str]:
    """Any of some words. Underscores and digits separate words here, as scanners write them.

    Words in other scripts are written right beside Latin ones (`LAVA` and then Chinese).
    """
    begin = rf"(?:(?<![a-z])|(?={_OTHER_SCRIPT}))"
    end = rf"(?:(?![a-z])|(?<={_OTHER_SCRIPT}))"
    return re.compile(rf"{begin}(?:{'|'.join(alternatives)}){end}")


_NO_VESSEL = r"(?![ _-]*(?:(?:phase|late|early)[ _-]*)*(?:art|port|ven|vein))"
"""The late hepatic arterial phase is an early one."""

HEPATOBILIARY = word(
    r"h?ep[aiot]*[ _-]?bil\w*",
    r"h?epato[ _-]?[cz][iy]t\w*",
    r"h?epato[ _-]?[cz]el\w*",
    r"hbp[a-z0-9]?",
    r"h\.b\.p",
    r"hp?bp?(?:[ _-]?ph\w*)?",
    r"h[ _.-]?b[ _.-]?ph(?:ase)?",
    r"hep[ _-]?ph(?:ase)?",
    r"h?epato?[ _-]?e?spe[cz]\w*",
    r"leber[ _-]?(?:spez|zell)\w*",
    r"liver[ _-]?spe[cz]\w*",
    r"lever[ _-]?(?:spec|cel)\w*",
    rf"le[bv]er[ _-]?(?:ph|f)as[a-z]*{_NO_VESSEL}",
    r"lsp",
    r"(?:(?:ph|f)ase|temps|tps)[ _-]?bili(?:ar[ey]?|aire)",
    r"bili(?:ar[ey]?|aire)[ _-]?(?:(?:ph|f)ase|fas)",
    rf"(?:ph|f)ase[ _-]?h?epati(?:que|[ck]a){_NO_VESSEL}",
    r"(?<!arterial[ _-])(?<!venous[ _-])(?<!portal[ _-])(?<!early[ _-])"
    rf"hepatic[ _-]?phase{_NO_VESSEL}",
    rf"late[ _-]hepatic[a-z]*{_NO_VESSEL}",
    rf"hepatic[ _-](?:phase[ _-])?late{_NO_VESSEL}",
    r"\u0433\u0435\u043f\u0430\u0442\u043e[ _-]?"  # hepato, in Russian, and then
    r"(?:\u0431\u0438\u043b|\u0441\u043f\u0435\u0446|\u0446\u0438\u0442)\w*",  # bil, spec, cyt
    # Liver and gall with the word for phase, in Chinese and Japanese; alone, they name an organ.
    r"\u809d[\u80c6\u81bd][\u9053\u7ba1]?[\u671f\u76f8]",
    r"\u809d[\u80c6\u81bd]?[\u810f\u81df\u81d3]?\u7279[\u5f02\u7570]\w*",  # specific to the liver
    r"\u809d[\u80c6\u81bd]?[\u7ec6\u7d30]\u80de\w*",  # liver cell, liver and gall cell
    # Liver parenchyma, liver contrast, or both, with the word for phase, in Japanese.
    r"\u809d(?:\u5b9f\u8cea|\u9020\u5f71|\u5b9f\u8cea\u9020\u5f71)\u76f8",
    # Liver and gall or liver cell with the word for phase, in Korean; specific to the liver.
    r"\uac04(?:\ub2f4\ub3c4|\uc138\ud3ec)(?:\ub2f4\ub3c4)?[ _-]?(?:\uae30|\uc0c1)",
    r"\uac04[ _-]?\ud2b9\uc774\w*",
)

LATE_SECONDS = re.compile(r"(?<![\d.:/])(\d{3,4})[\s_-]*(?:sec\w*|s)(?![a-z])")
"""Delays of many minutes that are written in seconds."""

MINUTES = re.compile(
    r"(?<![\d.:/])(\d{1,2})(?:[.,]\d)?[.\s_-]*"
    r"(?:min(?!ip)|mn(?![a-z])|['\u2019\u2032](?!['\u2019\u2032])|dk(?![a-z])|"
    r"\u043c\u0438\u043d|\u5206|\ubd84)"
)
"""In Latin script, Turkish, Russian, Chinese and Japanese, Korean."""

BARE_MINUTES = re.compile(
    r"(?<![a-z\d.:/])([1-3]?\d)[ _]?m(?![a-z\d])|"
    r"(?<![a-z])(?:delay\w*|late|eob|eovist|primovist|hbp?|minut[a-z]*)[ _-]*([1-3][05])"
    r"(?![\d.,:/%]|[ _-]?(?:[a-ln-z]|m[lg]))"
)
"""`20m`, and `late 20`: ten minutes and more after words after which nothing else is meant."""

SECONDS = re.compile(r"(?<![\d.:/])(\d{2,3})[\s_-]?(?:sec|s)(?![a-z])")

DELAYED = word(
    r"delay\w*",
    r"late",
    r"laat",
    r"sen[ _-]?fas\w*",
    r"opozn\w*",
    r"\u5f8c\u671f",  # late, in Japanese
    r"spae?t(?!i)\w*",
    r"tardi\w*",
    r"diff?er(?:e|it|id)\w*",  # differe, differita
    r"verzogert",
    r"\u5ef6[\u8fdf\u9072]",  # delayed, in Chinese
    r"\u9045\u5ef6",  # delayed, in Japanese
    r"\uc9c0\uc5f0",  # delayed, in Korean
    r"\u043e\u0442\u0441\u0440\u043e\u0447\w*",  # delayed, in Russian
)

EARLY = word(
    r"art(?:[ae]r\w*)?",
    r"(?:spae?t|fru?e?h|sen)[ _-]?art[ae]r\w*",
    r"(?:spae?t|fru?e?h|sen)[ _-]?(?:portal|veno)\w*",
    r"port[ao][ _-]?ven\w*",
    r"(?:ven|port[ao]?)[ _-]?fas\w*",
    r"portal\w*",
    r"(?:tetnicz|wrotn|zyln)\w*",  # of the artery, the portal vein, the veins, in Polish
    r"port",
    r"pvp?",
    r"venous\w*",
    r"venos\w*",
    r"ven",
    r"equi\w*",
    r"transi[tcz]\w*",
    r"ue?bergang\w*",
    r"first[ _-]?pass",
    r"(?:care|smart)?[ _-]?bolus\w*",
    r"smart[ _-]?prep",
    r"early",
    r"vein\w*",
    r"[\u52a8\u52d5][\u8108\u8109]",  # artery, in Chinese and Japanese
    r"[\u9759\u975c][\u8108\u8109]",  # vein
    r"[\u95e8\u9580][\u8108\u8109]",  # portal vein
    r"\u5e73\u8861|\u79fb\u884c",  # equilibrium, transition
    r"[\u8fc7\u904e]\u6e21",  # transition, in Chinese
    r"\ub3d9\ub9e5|\ubb38\ub9e5|\uc815\ub9e5",  # artery, portal vein, vein, in Korean
    r"\uc774\ud589|\ud3c9\ud615",  # transition, equilibrium, in Korean
    r"(?:\u0430\u0440\u0442\u0435\u0440|\u043f\u043e\u0440\u0442\u0430\u043b|"  # arter, portal,
    r"\u0432\u0435\u043d\u043e\u0437)\w*",  # venos, in Russian
)

DYNAMIC = word(r"dyn\w*", r"twist", r"grasp", r"tricks", r"disco")
"""Several phases in a row, of which the last one may be the hepatobiliary phase."""

UNENHANCED = word(
    r"pre",
    r"pre[ _-]?(?:con\w*|gad\w*|gd|cm|km|inj\w*)",
    r"nat(?:iv|ive|if|ivo|iva)?",
    r"unenhanced",
    r"non?[ _-]?con\w*",
    r"plain",
    r"mask",
    r"(?:ohne|vor)[ _-]?(?:km|kontrast\w*)",
    r"sans(?![ _-]?(?:sat|apnee))",
    r"avant[ _-]?(?:inj\w*|gado\w*|contraste)",
    r"(?:sin|sem|senza|antes|prima)[ _-]?(?:de[ _-]?)?(?:contr\w*|gad\w*|mdc|civ|cte)",
    r"(?:utan|uden|fore|zonder)[ _-]?(?:km|[ck]ontr\w*)",
    r"blanco",
    r"basale?",
    r"bez[ _-]?k\w*",
    r"(?:\u0434\u043e|\u0431\u0435\u0437)[ _-]?\u043a\w*",  # before or without contrast, in Russian
    r"\u5e73[\u626b\u6383]|\u5358\u7d14",  # plain, in Chinese and Japanese
    r"(?:\u9020\u5f71|\u589e[\u5f3a\u5f37])\u524d",  # before contrast
    r"\uc870\uc601[ _-]?\uc804",  # before contrast, in Korean
    r"w[/ _]?o",
    r"without",
    r"baseline",
)

HARMLESS = word(
    r"(?:w[/ _]?o|without|no)[ _-]?(?:nav\w*|bh|breath\w*|subs?|subtr\w*|trig\w*)",
    r"diff[ _-]?(?:fa|flip)",
    r"pre[ _-]?(?:op|rfa|mwa|tace|biopsy|surgery)",
    r"native[ _-]?res\w*",
    r"b1[ _-]?map[ _-]?corr\w*",
)
"""Beside a name of the hepatobiliary phase these tell of no other phase or kind of image."""

POST = word(
    r"post\w*",
    r"gad\w*",
    r"gd",
    r"km",
    r"enhanced",
    r"contrast",
    r"eob",
    r"primovist",
    r"eovist",
    r"apres[ _-]?inj\w*",
    r"nach[ _-]?km",
    r"\u9020\u5f71|\u589e[\u5f3a\u5f37]",  # contrast, in Chinese and Japanese
    r"\uc870\uc601",  # contrast, in Korean
)
PLUS_C = re.compile(r"\+ ?c(?![a-z])|(?<![a-z])c\+")

GADOXETATE = re.compile(
    r"prim[ao]?v\w{0,3}t|eov\w{0,2}t|gado?xet|gadoxat|gd-?eob|eob-?dtpa|(?<![a-z])eob(?![a-z])|"
    r"440223009|"
    r"\u30d5\u30ea\u30e2[\u30d2\u30d3]\u30b9\u30c8|"  # Primovist in Japanese, without its marks
    r"\u666e\u7f8e\u663e|\u9486\u585e\u9178|\u91d3\u585e\u9178|"  # brand and name in Chinese
    r"\ud504\ub9ac\ubaa8\ube44\uc2a4\ud2b8|"  # Primovist in Korean
    r"\u043f\u0440\u0438\u043c\u043e\u0432\u0438\u0441\u0442"  # and in Russian
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
    r"t2(?!\d)[a-z]?",
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
    r"diff(?!er)\w*",
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
    r"ff",
    r"ideal[ _-]?iq",
    r"mre",
    r"\w*elasto\w*",
    r"stiffness",
    r"b[01][ _-]?map",
    r"field[ _-]?map",
    r"(?<!biliary[ _-])(?<!hbp[ _-])phase[ _-]?contrast",
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
SUBTRACTION = word(
    r"subs?(?![ _-]?\d+(?!\d|[ _-]*(?:min|m|mn|s|sec|')(?![a-z])))",
    r"sub?s?tr\w*",
    r"soustr\w*",
    r"sottr\w*",
    r"restas?",
    r"differen[zc]\w*",
    r"minus",
    r"c[i\u0131]karma\w*",  # in Turkish
    r"(?:\u0441\u0443\u0431\u0442\u0440\u0430\u043a|"  # subtrak and vychit, in Russian
    r"\u0432\u044b\u0447\u0438\u0442)\w*",
    r"[\u51cf\u6e1b\u526a]\u5f71|\u76f8[\u51cf\u6e1b]",  # in Chinese, and as often misspelt
    r"\u5dee\u5206|\u30b5\u30d5\u30c8\u30e9\w*",  # in Japanese, without its marks
    r"\uac10\uc0b0|\ucc28\uac10|[\uc11c\uc12d]\ube0c?\ud2b8\ub799\uc158",  # in Korean
)
"""`sub-01` is how BIDS names a person."""
SERIES_DIFFERENCE = re.compile(
    r"\(\d+/\d+/\d+\)\s*-\s*\(\d+/\d+/\d+\)|"
    rf"(?:{HEPATOBILIARY.pattern}[)\] _]|{MINUTES.pattern}[a-z]*[)\]]?)"
    rf"[ _]?[-\u2013\u2212][ _]?[(\[]?{UNENHANCED.pattern}(?:[)\]]|$)"
)
"""How GE names a subtraction, `(44675/14/1)-(44675/13/1)`, and people: `20 min - pre`."""

FAT_IMAGE = re.compile(
    r"(?:^|\| )f(?:at)? ?:|(?:^|\| )fat[ _-]+(?!sat|sup|spec|fr|free)|"
    r"(?<![a-z])fat[ _-]?(?:only|im(?:age|g)?(?![a-z]))|"
    r"(?<!sat)(?<!suppressed)(?<!supp)(?<!sup)(?<!no)(?<!non)(?<!with)(?<!without)(?<!w/o)(?<!spair)"
    r"[ _-][(\[]?f(?:at)?[)\]]?(?:_fil\w*)?(?= \||$)|"
    r"(?:\u8102\u80aa|\uc9c0\ubc29)(?:\u50cf|\uc601\uc0c1)?(?= \||$)"  # in Chinese, in Korean
)
"""The fat image of a Dixon series; `fat sat` and `fs` mean the contrary and do not fit."""

WATER_IMAGE = re.compile(
    r"(?:^|\| )water ?:|(?<![a-z])water|_w(?:_fil\w*)?(?= \||$|_)|mdixon[ _-]w"
)
IN_PHASE = word(
    r"in[ _-]?phase",
    r"inph",
    r"in(?= \||$)",
    r"ip",
    r"\u540c\u76f8\u4f4d?|\ub3d9\uc704\uc0c1",  # in Chinese, in Korean
)
OPPOSED = word(
    r"opp\w*",
    r"(?<!post[ _-])(?<!pre[ _-])op(?=[)\]]?(?: \||$))",
    r"out[ _-]?(?:of[ _-]?)?phase",
    r"outph",
    r"oop",
    r"in[ _/-]*(?:and[ _]?)?opp\w*",
    r"out(?= \||$)",
    r"\u53cd\u76f8\u4f4d?|\uc5ed\uc704\uc0c1",  # in Chinese, in Korean
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
