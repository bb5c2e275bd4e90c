"""What the labels of public segmentations mean: organ names, numbers and tissues."""

from __future__ import annotations

from hcc_viewer.training.phantom.types import Tissue

AMOS = (
    "background", "spleen", "kidney_right", "kidney_left", "gallbladder", "esophagus", "liver",
    "stomach", "aorta", "inferior_vena_cava", "pancreas", "adrenal_gland_right",
    "adrenal_gland_left", "duodenum", "urinary_bladder", "prostate",
)  # fmt: skip
"""Organs by number in AMOS22 (Ji et al. 2022)."""

_TOTAL_FIRST = (
    "spleen", "kidney_right", "kidney_left", "gallbladder", "liver", "stomach", "pancreas",
    "adrenal_gland_right", "adrenal_gland_left", "lung_upper_lobe_left", "lung_lower_lobe_left",
    "lung_upper_lobe_right", "lung_middle_lobe_right", "lung_lower_lobe_right", "esophagus",
    "trachea", "thyroid_gland", "small_bowel", "duodenum", "colon", "urinary_bladder", "prostate",
    "kidney_cyst_left", "kidney_cyst_right", "sacrum", "vertebrae_S1",
)  # fmt: skip
_VERTEBRAE = tuple(
    f"vertebrae_{letter}{number}"
    for letter, count in (("L", 5), ("T", 12), ("C", 7))
    for number in range(count, 0, -1)
)
_TOTAL_LAST = (
    "heart", "aorta", "pulmonary_vein", "brachiocephalic_trunk", "subclavian_artery_right",
    "subclavian_artery_left", "common_carotid_artery_right", "common_carotid_artery_left",
    "brachiocephalic_vein_left", "brachiocephalic_vein_right", "atrial_appendage_left",
    "superior_vena_cava", "inferior_vena_cava", "portal_vein_and_splenic_vein",
    "iliac_artery_left", "iliac_artery_right", "iliac_vena_left", "iliac_vena_right",
    "humerus_left", "humerus_right", "scapula_left", "scapula_right", "clavicula_left",
    "clavicula_right", "femur_left", "femur_right", "hip_left", "hip_right", "spinal_cord",
    "gluteus_maximus_left", "gluteus_maximus_right", "gluteus_medius_left",
    "gluteus_medius_right", "gluteus_minimus_left", "gluteus_minimus_right", "autochthon_left",
    "autochthon_right", "iliopsoas_left", "iliopsoas_right", "brain", "skull",
    *(f"rib_left_{n}" for n in range(1, 13)), *(f"rib_right_{n}" for n in range(1, 13)),
    "sternum", "costal_cartilages",
)  # fmt: skip
TOTAL = ("background", *_TOTAL_FIRST, *_VERTEBRAE, *_TOTAL_LAST)
"""Organs by number in the `total` task of TotalSegmentator 2 (Wasserthal et al. 2023)."""

_TISSUES = (
    (("lung", "trachea"), Tissue.LUNG),
    (("vertebrae", "rib", "sacrum", "sternum", "scapula", "clavicula", "humerus"), Tissue.BONE),
    (("femur", "hip", "skull"), Tissue.BONE),
    (("costal_cartilage",), Tissue.CARTILAGE),
    (("gluteus", "autochthon", "iliopsoas"), Tissue.MUSCLE),
    (("aorta", "vena_cava", "vein", "artery", "iliac", "trunk", "vena"), Tissue.BLOOD),
    (("heart", "atrial"), Tissue.HEART_MUSCLE),
    (("kidney_cyst",), Tissue.FAT),
    (("kidney",), Tissue.KIDNEY_CORTEX),
    (("adrenal",), Tissue.ADRENAL),
    (("stomach", "esophagus", "oesophagus"), Tissue.STOMACH_WALL),
    (("small_bowel", "duodenum", "colon"), Tissue.BOWEL_WALL),
    (("urinary_bladder",), Tissue.BOWEL_CONTENT),
    (("spinal_cord",), Tissue.SPINAL_CORD),
    (("liver",), Tissue.LIVER),
    (("spleen",), Tissue.SPLEEN),
    (("gallbladder", "gall_bladder"), Tissue.GALLBLADDER),
    (("pancreas",), Tissue.PANCREAS),
    (("prostate", "uterus", "thyroid"), Tissue.OTHER_SOFT_TISSUE),
)
"""Starts or parts of names, the first that fits decides."""


def tissue_of(name: str) -> Tissue:
    """The tissue that fills a named structure before it is refined; AIR for an unknown name."""
    plain = name.lower().replace(" ", "_")
    if plain in ("portal_vein_and_splenic_vein", "pulmonary_vein"):
        return Tissue.BLOOD
    for keys, tissue in _TISSUES:
        if any(plain.startswith(key) for key in keys):
            return tissue
    for keys, tissue in _TISSUES[5:]:
        if any(key in plain for key in keys):
            return tissue
    return Tissue.AIR
