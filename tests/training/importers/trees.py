"""Miniature data sets in exactly the layouts that their publishers document, pitfalls included."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import nibabel as nib
import numpy as np
import openpyxl

from tests.make_dicom import make_series

SHAPE = (16, 16, 6)
"""(i, j, k) of the little images."""

SPACING = (2.0, 2.0, 4.0)


def ras_affine(*, spacing=SPACING, flip_z=False, shape=SHAPE):
    """As most NIfTI files of axial MRI: columns to the left, rows to posterior."""
    affine = np.diag([-spacing[0], -spacing[1], spacing[2], 1.0])
    affine[:3, 3] = [30.0, 40.0, -10.0]
    if flip_z:
        affine[2, 2] = -spacing[2]
        affine[2, 3] = -10.0 + spacing[2] * (shape[2] - 1)
    return affine


def marked_image(shape=SHAPE, seed=0, flip_z=False):
    """Grey values that grow from foot to head, so that the order can be seen."""
    array = np.random.default_rng(seed).integers(50, 60, shape).astype(np.int16)
    order = range(shape[2]) if not flip_z else range(shape[2] - 1, -1, -1)
    for value, k in enumerate(order):
        array[:, :, k] += 100 * value
    return array


def box(shape=SHAPE, i=(4, 8), j=(6, 10), k=(1, 3)):
    """A mask with a box of ones."""
    mask = np.zeros(shape, np.uint8)
    mask[i[0] : i[1], j[0] : j[1], k[0] : k[1]] = 1
    return mask


def write_nifti(path, array, affine):
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(array, affine), path)
    return path


def write_sheet(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def make_phlf(root: Path, *, image=marked_image, sheet=True, cases=None) -> Path:
    """PHLF with three centres; ids begin again in each; centre 2 has the pitfalls.

    Case 2-1 has masks on a smaller grid of the same place, 2-2 masks that lie elsewhere, 2-3 has
    slices from head to foot, 3-1 a tumour that is no HCC, 3-2 no line in the sheet.
    """
    base = root / "PHLF"
    cases = cases or {1: ["1", "2"], 2: ["1", "2", "3"], 3: ["1", "2"]}
    for centre, identifiers in cases.items():
        folder = base / f"Center{centre}"
        (folder / "Image").mkdir(parents=True)
        (folder / "desktop.ini").write_text("[.ShellClassInfo]")
        (folder / "Image" / "desktop.ini").write_text("[.ShellClassInfo]")
        rows = [["No.", "Age", "Pathological diagnosis"]]
        for number, identifier in enumerate(identifiers):
            _write_phlf_case(folder, centre, identifier, image)
            name = "Hepatocellular carcinoma" if centre != 3 else "Intrahepatic cholangiocarcinoma"
            if (centre, identifier) != (3, "2"):
                rows.append([int(identifier), 60 + number, name])
        if centre == 3:
            rows.append([99, 50, "HCC"])
        if sheet:
            write_sheet(folder / f"Center_{centre}_clinicopathological data.xlsx", rows)
    return base


def _write_phlf_case(folder, centre, identifier, image):
    reversed_z = (centre, identifier) == (2, "3")
    affine = ras_affine(flip_z=reversed_z)
    write_nifti(folder / "Image" / f"{identifier}.nii.gz", image(flip_z=reversed_z), affine)
    tumour = box(k=(1, 3)) if not reversed_z else box(k=(3, 5))
    liver, mask_affine = box(i=(2, 14), j=(2, 14), k=(0, 6)), affine
    if (centre, identifier) == (2, "1"):
        tumour, liver = tumour[::2, ::2], liver[::2, ::2]
        mask_affine = affine @ np.diag([2.0, 2.0, 1.0, 1.0])
    if (centre, identifier) == (2, "2"):
        tumour, mask_affine = box((20, 20, 6)), affine.copy()
        mask_affine[:3, 3] += [500.0, 0.0, 0.0]
    for name, mask in [
        ("Annotation_Liver tumor", tumour),
        ("Annotation_Whole liver", liver),
        ("Annotation_Spleen", np.zeros_like(liver)),
    ]:
        write_nifti(folder / name / f"{identifier}.nii.gz", mask, mask_affine)


def make_lld_mmri(root: Path) -> Path:
    """LLD-MMRI: identity affines, slices from head to foot, a hidden class, a missing phase."""
    base = root / "LLD-MMRI"
    about = {}
    cases = [("MR-101", 6, "C+Delay"), ("MR-102", 4, "C+Delay"), ("MR-103", -1, "C+Delay"),
             ("MR-104", 6, "T2WI")]  # fmt: skip
    for patient, category, phase in cases:
        path = base / "images" / patient / "1.2.3" / "1.2.3.4.nii.gz"
        write_nifti(path, marked_image(flip_z=True), np.eye(4))
        limits = {"x_min": 4, "x_max": 8, "y_min": 6, "y_max": 10, "z_min": 1, "z_max": 2}
        about[patient] = [
            {
                "studyUID": "1.2.3",
                "seriesUID": "1.2.3.4",
                "phase": phase,
                "pixel_spacing": [1.5, 1.5],
                "slice_spacing": 2.5,
                "slice_thickness": 5.0,
                "origin": [0, 0, 0],
                "annotation": {
                    "num_targets": 1,
                    "lesion": {"0": {"category": category, "bbox": {"3D_box": limits}}},
                },
            }
        ]
    path = base / "labels" / "Annotation.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"Annotation_info": about, "Category_info": {}}))
    return base


def make_atlas(root: Path) -> Path:
    base = root / "atlas" / "train"
    about = {}
    for number in range(3):
        write_nifti(base / "imagesTr" / f"im{number}.nii.gz", marked_image(), ras_affine())
        about[str(number)] = {
            "machine": "SIEMENS Aera",
            "sequence": "VIBE",
            "contrast_phase": "portal",
            "date": "2019",
        }
        if number < 2:
            label = box(i=(2, 14), j=(2, 14), k=(0, 6)) + box()
            write_nifti(base / "labelsTr" / f"lb{number}.nii.gz", label, ras_affine())
    (base / "patient_info_train.json").write_text(json.dumps(about))
    (base / "dataset.json").write_text("{}")
    return root / "atlas"


def make_liver_hcc_seg(root: Path) -> Path:
    base = root / "nifti_and_segms"
    for patient in ("TCGA-DD-A1EB", "TCGA-BC-4073", "TCGA-DD-A4NH"):
        session = base / patient / "01-02-2004"
        for phase in ("pre", "art", "pv", "del"):
            write_nifti(session / f"{phase}.nii.gz", marked_image(), ras_affine())
        write_nifti(session / "rater1_liver.nii.gz", box(k=(0, 6)), ras_affine())
        if patient != "TCGA-BC-4073":
            slices = 6 if patient == "TCGA-DD-A1EB" else 9
            affine = ras_affine() if slices == 6 else np.eye(4)
            mask = box((16, 16, slices))
            write_nifti(session / "rater1_tumor1.nii.gz", mask, affine)
    return root


def make_open_swiss_hcc(root: Path) -> Path:
    base = root / "OpenSwissHCC"
    for subject in ("001", "002", "003"):
        for phase in ("art", "portven", "late"):
            name = f"sub-{subject}_{phase}.nii.gz"
            write_nifti(base / f"sub-{subject}" / "dce" / name, marked_image(), ras_affine())
    folder = base / "derivatives" / "manual_lesion_annotations" / "sub-001" / "dce"
    write_nifti(folder / "sub-001_portven-L1_seg.nii.gz", box(), ras_affine())
    second = box(i=(10, 14), j=(2, 5), k=(3, 5))
    write_nifti(folder / "sub-001_portven-L2_seg.nii.gz", second, ras_affine())
    folder = base / "derivatives" / "manual_liver_annotations" / "sub-001" / "dce"
    liver = box(i=(1, 15), j=(1, 15), k=(0, 6))
    write_nifti(folder / "sub-001_portven-liver_seg-ab.nii.gz", liver, ras_affine())
    (base / "participants.tsv").write_text("ID\tHCC\n001\t1\n002\t0\n003\t1\n")
    return base


def make_chaos(root: Path) -> Path:
    base = root / "CHAOS" / "Train_Sets" / "MR"
    for person, masks in (("1", 6), ("13", 4)):
        folder = base / person / "T1DUAL"
        for phase in ("InPhase", "OutPhase"):
            make_series(
                folder / "DICOM_anon" / phase,
                6,
                series=f"{person} {phase}",
                spacing_mm=-5.0,
                prefix="IMG-0004-",
            )
        (folder / "Ground").mkdir()
        for number in range(masks):
            mask = np.zeros((16, 20), np.uint8)
            mask[2:6, 3:8] = 63
            mask[8:10, 3:8] = 252
            if number == 0:
                mask[12:14, 3:8] = 126
            cv2.imwrite(str(folder / "Ground" / f"IMG-0004-{number:05d}.png"), mask)
    return root / "CHAOS"


def make_amos(root: Path) -> Path:
    base = root / "amos22"
    for number, part in ((1, "Tr"), (507, "Tr"), (530, "Va"), (540, "Ts")):
        name = f"amos_{number:04d}.nii.gz"
        write_nifti(base / f"images{part}" / name, marked_image(), ras_affine())
        if part != "Ts":
            label = box(k=(0, 6)) * 6
            write_nifti(base / f"labels{part}" / name, label, ras_affine())
    (base / "dataset.json").write_text("{}")
    return base
