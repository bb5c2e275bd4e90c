"""Each public set in its documented layout, in miniature."""

import json

import numpy as np
import pytest

pytest.importorskip("scipy", reason="needs the training extra")

from hcc_viewer.catalogue import Organ, open_catalogue
from hcc_viewer.catalogue.splits import SplitShares
from hcc_viewer.errors import ReadError, UsageError
from hcc_viewer.training.importers.base import ImportOptions
from hcc_viewer.training.importers.run import ImportRequest, check_archive, run_import
from tests.training.importers import trees
from tests.training.importers.trees import box, marked_image, ras_affine, write_nifti


def imported(tmp_path, dataset, root, **options):
    request = ImportRequest(dataset, root, tmp_path / "catalogue", ImportOptions(**options))
    return run_import(request)


def rows(catalogue):
    return {row.case: row for row in catalogue.rows}


def exclusions(catalogue):
    return {item.case: item.reason for item in catalogue.exclusions}


@pytest.fixture(scope="module")
def phlf(tmp_path_factory):
    folder = tmp_path_factory.mktemp("phlf")
    return imported(folder, "phlf", trees.make_phlf(folder))


def test_phlf_takes_every_case_or_says_why_not(phlf):
    assert sorted(rows(phlf)) == [
        "phlf-1-001", "phlf-1-002", "phlf-2-001", "phlf-2-003", "phlf-3-001",
    ]  # fmt: skip
    assert exclusions(phlf) == {"phlf-2-002": "mismatch", "phlf-3-002": "no-label"}
    assert phlf.sources[0].licence == "CC-BY-4.0"
    assert {row.phase for row in phlf.rows} == {"hepatobiliary"}


def test_phlf_ids_that_begin_again_are_other_patients(phlf):
    assert rows(phlf)["phlf-1-001"].patient != rows(phlf)["phlf-2-001"].patient


def test_phlf_tumours_are_hcc_only_where_the_sheet_says_so(phlf):
    assert (rows(phlf)["phlf-1-001"].hcc, rows(phlf)["phlf-1-001"].other_lesions) == (1, 0)
    assert (rows(phlf)["phlf-3-001"].hcc, rows(phlf)["phlf-3-001"].other_lesions) == (0, 1)


def test_phlf_lesion_lies_where_the_mask_says(phlf):
    case = phlf.load(rows(phlf)["phlf-1-001"])
    assert case.image.shape == (6, 16, 16)
    assert list(np.flatnonzero(case.hcc.any(axis=(1, 2)))) == [1, 2]
    assert case.hcc[1, 6:10, 4:8].all()
    assert case.hcc.sum() == 32
    assert case.truth[0].center_lps_mm == pytest.approx((-19.0, -25.0, -4.0))
    assert case.truth[0].diameter_mm == pytest.approx((6 * 32 * 16 / np.pi) ** (1 / 3))
    assert case.organs[0, 5, 5] == Organ.LIVER
    assert case.geometry.spacing_mm == pytest.approx((4.0, 2.0, 2.0))


def test_phlf_mask_on_another_grid_is_resampled_and_noted(phlf):
    row = rows(phlf)["phlf-2-001"]
    assert "resampled" in row.notes
    case = phlf.load(row)
    assert case.hcc.sum() == pytest.approx(32, abs=16)
    assert case.hcc[1, 7:9, 5:7].all()


def test_reversed_slices_end_up_foot_to_head(phlf):
    case = phlf.load(rows(phlf)["phlf-2-003"])
    assert (np.diff(case.image.mean(axis=(1, 2))) > 50).all()
    assert (np.diff(case.geometry.positions_mm) > 0).all()
    assert list(np.flatnonzero(case.hcc.any(axis=(1, 2)))) == [1, 2]


def test_phlf_sheet_without_a_diagnosis_lists_its_columns(tmp_path):
    base = trees.make_phlf(tmp_path, cases={1: ["1"]})
    trees.write_sheet(
        base / "Center1" / "Center_1_clinicopathological data.xlsx",
        [["No.", "Age", "Group"], [1, 60, "A"]],
    )
    with pytest.raises(UsageError, match=r"--diagnosis-column.*No\., Age, Group"):
        imported(tmp_path, "phlf", base)
    assert not (tmp_path / "catalogue").exists()
    catalogue = imported(tmp_path, "phlf", base, diagnosis_column="group", hcc_value="A")
    assert catalogue.rows[0].hcc == 1


def sheet(base, centre, rows):
    trees.write_sheet(
        base / f"Center{centre}" / f"Center_{centre}_clinicopathological data.xlsx", rows
    )


@pytest.mark.parametrize(
    "rows",
    [
        [["Patient ID", "Pathology"], ["P001", "HCC"], ["P002", "cHCC-CCA"]],
        [["ID", "Tumor type (1=HCC, 2=ICC, 3=metastasis)"], [1, 1], [2, 2]],
        [["Subject", "HCC (yes/no)", "Family history of HCC"], [1, "yes", "no"], [2, "no", "yes"]],
        [["number", "Age", "Final diagnosis", "Histological grade"],
         [1, 60, "Hepatocellular carcinoma", "II"], [2, 61, "non-HCC", "III"]],
        [["Clinical data of the centre"], ["", "", ""], ["Demography", "", "Tumour"],
         ["No", "Sex", "Histology"], [1, "m", "hepatocellular carcinoma (G2)"], [2, "f", "ICC"]],
        [["ID", "Type (HCC=1, ICC=2)"], [1, 1], [2, 2]],
        [["Age", "case name", "Group"], [1, "Center1_1", "HCC"], [1, "Center1_2", "Non-HCC"]],
        [["编号", "病理"], [1, "肝细胞癌"], [2, "混合型肝癌"]],
    ],
    ids=["words", "legend", "yes", "grade", "titles", "turned", "prefix", "chinese"],
)  # fmt: skip
def test_phlf_columns_are_found_by_what_they_hold(tmp_path, rows):
    base = trees.make_phlf(tmp_path, cases={1: ["1", "2"]})
    sheet(base, 1, rows)
    found = [(row.hcc, row.other_lesions) for row in imported(tmp_path, "phlf", base).rows]
    assert found == [(1, 0), (0, 1)]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["No.", "Diagnosis"], [1, "1"], [2, "2"]],
         r"--diagnosis-column.*--hcc-value.*has: No\., Diagnosis\. 'Diagnosis' says: 1, 2"),
        ([["No.", "Pathology", "Diagnosis"], [1, "HCC", "ICC"], [2, "ICC", "HCC"]],
         r"not the same \(Pathology, Diagnosis\); name one with --diagnosis-column"),
        ([["Age", "Sex", "Pathology"], [60, "m", "HCC"], [60, "f", "ICC"]],
         r"images are named 1, 2, .*--id-column.*has: Age, Sex, Pathology"),
    ],
    ids=["coded", "contradiction", "no case"],
)  # fmt: skip
def test_phlf_sheet_that_is_not_plain_is_asked_about(tmp_path, rows, words):
    base = trees.make_phlf(tmp_path, cases={1: ["1", "2"]})
    sheet(base, 1, rows)
    with pytest.raises(UsageError, match=words):
        imported(tmp_path, "phlf", base)


def test_phlf_says_which_columns_told_the_kind(phlf):
    assert "columns 'No.' and 'Pathological diagnosis'" in rows(phlf)["phlf-1-001"].notes


def test_phlf_folders_may_be_spelt_otherwise(tmp_path):
    base = trees.make_phlf(tmp_path, cases={1: ["1"]})
    centre = (base / "Center1").rename(base / "Center 1")
    (centre / "Annotation_Liver tumor").rename(centre / "Annotation_liver_tumour")
    assert imported(tmp_path, "phlf", base).rows[0].hcc == 1


def test_tumour_patient_with_an_empty_mask_is_no_negative(tmp_path):
    base = trees.make_phlf(tmp_path, cases={1: ["1", "2"]})
    mask = base / "Center1" / "Annotation_Liver tumor" / "2.nii.gz"
    trees.write_nifti(mask, box() * 0, trees.ras_affine())
    catalogue = imported(tmp_path, "phlf", base)
    assert exclusions(catalogue) == {"phlf-1-002": "no-label"}


def test_image_without_geometry_is_left_out_unless_it_tells_its_spacing(tmp_path):
    base = trees.make_phlf(tmp_path, cases={1: ["1", "2", "3"]})
    for number in (2, 3):
        image = trees.nib.Nifti1Image(marked_image(), np.eye(4))
        if number == 3:
            image.header.set_zooms((2.0, 2.0, 4.0))
        for name in ("Image", "Annotation_Liver tumor"):
            path = base / "Center1" / name / f"{number}.nii.gz"
            if name != "Image":
                image = trees.nib.Nifti1Image(box(), np.eye(4))
            trees.nib.save(image, path)
    catalogue = imported(tmp_path, "phlf", base)
    assert exclusions(catalogue) == {"phlf-1-002": "mismatch"}
    case = catalogue.load(rows(catalogue)["phlf-1-003"])
    assert case.geometry.spacing_mm == pytest.approx((4.0, 2.0, 2.0))
    assert case.hcc.sum() == 32


def test_damaged_file_costs_its_own_case_only(tmp_path):
    root = trees.make_phlf(tmp_path)
    image = root / "Center1" / "Image" / "1.nii.gz"
    image.write_bytes(image.read_bytes()[:10] + b"\x07" * 100)  # no such kind of block
    colours = np.zeros(trees.SHAPE, [("R", "u1"), ("G", "u1"), ("B", "u1")])
    trees.write_nifti(root / "Center1" / "Image" / "2.nii.gz", colours, trees.ras_affine())
    catalogue = run_import(ImportRequest("phlf", root, tmp_path / "catalogue"))
    found = exclusions(catalogue)
    assert (found["phlf-1-001"], found["phlf-1-002"]) == ("unreadable", "unreadable")
    assert [row.case for row in catalogue.rows][:1] == ["phlf-2-001"]


def test_phlf_without_sheets_takes_every_tumour_for_hcc_when_told(tmp_path):
    base = trees.make_phlf(tmp_path, sheet=False, cases={1: ["1"]})
    with pytest.raises(UsageError, match="must hold one clinical sheet"):
        imported(tmp_path, "phlf", base)
    assert imported(tmp_path, "phlf", base, hcc_value="*").rows[0].hcc == 1


@pytest.mark.parametrize("named", ["", "PHLF", "PHLF/Center1"])
def test_phlf_is_found_from_above_and_from_inside(tmp_path, named):
    trees.make_phlf(tmp_path, cases={1: ["1"], 2: ["3"]})
    assert len(imported(tmp_path, "phlf", tmp_path / named).rows) == 2


def test_folder_that_is_no_phlf_is_told(tmp_path):
    (tmp_path / "other").mkdir()
    with pytest.raises(ReadError, match="does not hold Center1"):
        imported(tmp_path, "phlf", tmp_path / "other")
    with pytest.raises(ReadError, match="There is no folder"):
        imported(tmp_path, "phlf", tmp_path / "absent")


def test_archive_with_another_hash_is_refused(tmp_path):
    path = tmp_path / "PHLF.zip"
    path.write_bytes(b"half of it")
    with pytest.raises(ReadError, match="0bd127e0e144b3ed3d75432d70963865"):
        check_archive("phlf", path)


def test_lld_mmri_takes_spacing_from_the_json_and_turns_the_slices(tmp_path):
    catalogue = imported(tmp_path, "lld-mmri", trees.make_lld_mmri(tmp_path))
    assert exclusions(catalogue) == {"lld-mmri-mr-103": "no-label", "lld-mmri-mr-104": "missing"}
    row = rows(catalogue)["lld-mmri-mr-101"]
    assert (row.label_kind, row.hcc) == ("box", 1)
    assert rows(catalogue)["lld-mmri-mr-102"].other_lesions == 1
    case = catalogue.load(row)
    assert case.geometry.spacing_mm == pytest.approx((2.5, 1.5, 1.5))
    assert (np.diff(case.image.mean(axis=(1, 2))) > 50).all()
    assert list(np.flatnonzero(case.hcc.any(axis=(1, 2)))) == [3, 4]
    rows_, columns = np.nonzero(case.hcc.any(axis=0))
    assert (rows_.min(), rows_.max(), columns.min(), columns.max()) == (6, 10, 4, 8)
    assert not catalogue.sources[0].allows_sharing


def test_lld_mmri_box_that_ends_on_the_border_is_taken(tmp_path):
    root = trees.make_lld_mmri(tmp_path)
    path = root / "labels" / "Annotation.json"
    path.write_text(path.read_text().replace('"x_max": 8', '"x_max": 16'))
    row = rows(imported(tmp_path, "lld-mmri", root))["lld-mmri-mr-101"]
    assert row.hcc == 1
    about = json.loads(path.read_text())
    box = about["Annotation_info"]["MR-101"][0]["annotation"]["lesion"]["0"]["bbox"]["3D_box"]
    box["x_max"] = 19
    path.write_text(json.dumps(about))
    assert exclusions(imported(tmp_path, "lld-mmri", root))["lld-mmri-mr-101"] == "mismatch"


@pytest.mark.parametrize(
    "text",
    ["[]", "{}", "7", '{"Annotation_info": []}', '{"Annotation_info": {"MR-101": {"a": 1}}}'],
)
def test_lld_mmri_annotation_of_another_shape_is_refused(tmp_path, text):
    root = trees.make_lld_mmri(tmp_path)
    next(root.rglob("Annotation.json")).write_text(text)
    with pytest.raises(ReadError, match="is no LLD-MMRI annotation"):
        imported(tmp_path, "lld-mmri", root)


def test_lld_mmri_slice_order_can_be_overruled(tmp_path):
    root = trees.make_lld_mmri(tmp_path)
    catalogue = imported(tmp_path, "lld-mmri", root, slice_order="foot-to-head")
    case = catalogue.load(rows(catalogue)["lld-mmri-mr-101"])
    assert list(np.flatnonzero(case.hcc.any(axis=(1, 2)))) == [1, 2]


def test_atlas_reads_liver_tumour_and_machine(tmp_path):
    catalogue = imported(tmp_path, "atlas", trees.make_atlas(tmp_path))
    assert exclusions(catalogue) == {"atlas-002": "no-label"}
    row = rows(catalogue)["atlas-000"]
    assert (row.vendor, row.hcc) == ("Siemens", 1)
    assert row.phase == "portal, extracellular agent"
    case = catalogue.load(row)
    assert case.hcc.sum() == 32
    assert case.organs[1, 8, 6] == Organ.LIVER


def test_atlas_patient_without_a_marked_tumour_is_no_negative(tmp_path):
    root = trees.make_atlas(tmp_path)
    write_nifti(root / "train" / "labelsTr" / "lb1.nii.gz", box(), ras_affine())
    catalogue = run_import(ImportRequest("atlas", root, tmp_path / "catalogue"))
    assert exclusions(catalogue)["atlas-001"] == "no-label"


def test_atlas_with_a_damaged_table_is_told(tmp_path):
    root = trees.make_atlas(tmp_path)
    (root / "train" / "patient_info_train.json").write_text("{")
    with pytest.raises(ReadError, match=r"patient_info_train\.json cannot be read"):
        imported(tmp_path, "atlas", root)


def test_liver_hcc_seg_knows_who_has_no_tumour_and_whose_masks_do_not_fit(tmp_path):
    catalogue = imported(tmp_path, "liverhccseg", trees.make_liver_hcc_seg(tmp_path))
    assert rows(catalogue)["liverhccseg-tcga-dd-a1eb"].hcc == 1
    assert rows(catalogue)["liverhccseg-tcga-bc-4073"].label_kind == "negative"
    assert exclusions(catalogue) == {"liverhccseg-tcga-dd-a4nh": "mismatch"}
    assert "delayed" in rows(catalogue)["liverhccseg-tcga-dd-a1eb"].phase


def test_liver_hcc_seg_takes_the_image_that_is_registered_to_the_outlines(tmp_path):
    root = trees.make_liver_hcc_seg(tmp_path)
    session = root / "nifti_and_segms" / "TCGA-DD-A1EB" / "01-02-2004"
    write_nifti(session / "art_del.nii.gz", marked_image() + np.int16(5000), ras_affine())
    catalogue = run_import(ImportRequest("liverhccseg", root, tmp_path / "catalogue"))
    row = next(row for row in catalogue.rows if row.patient.endswith("A1EB"))
    assert catalogue.load(row).image.min() >= 5000
    assert row.phase == "delayed, extracellular agent"


def test_open_swiss_hcc_takes_the_annotated_image_or_the_latest(tmp_path):
    catalogue = imported(tmp_path, "openswisshcc", trees.make_open_swiss_hcc(tmp_path))
    first = rows(catalogue)["openswisshcc-001"]
    assert (first.hcc, first.phase.split(",")[0]) == (2, "sub-001_portven")
    assert rows(catalogue)["openswisshcc-002"].phase.startswith("sub-002_late")
    assert rows(catalogue)["openswisshcc-002"].label_kind == "negative"
    assert exclusions(catalogue) == {"openswisshcc-003": "no-label"}
    assert catalogue.load(first).organs[0, 5, 5] == Organ.LIVER


def test_open_swiss_hcc_tells_images_of_one_name_apart_by_their_folders(tmp_path):
    """Two examinations of a subject: each mask goes to the image in the folder of its own name."""
    base = tmp_path / "OpenSwissHCC"
    for visit, grey in (("ses-1", 100), ("ses-2", 200)):
        image = np.full_like(marked_image(), grey)
        write_nifti(base / "sub-001" / visit / "late.nii.gz", image, ras_affine())
    write_nifti(base / "sub-002" / "only" / "late.nii.gz", image, ras_affine())
    masks = base / "derivatives" / "manual_lesion_annotations"
    first, second = box(i=(2, 6)), box(i=(9, 13))
    write_nifti(masks / "sub-001" / "ses-1" / "late-L1_seg.nii.gz", first, ras_affine())
    write_nifti(masks / "sub-001" / "ses-3" / "late-L1_seg.nii.gz", second, ras_affine())
    write_nifti(masks / "sub-002" / "elsewhere" / "late-L1_seg.nii.gz", first, ras_affine())
    (base / "participants.tsv").write_text("ID\tHCC\n001\t1\n002\t1\n")
    catalogue = imported(tmp_path, "openswisshcc", base)
    both = rows(catalogue)["openswisshcc-001"]
    assert both.phase.startswith("ses-1/late")
    assert both.hcc == 1
    assert "ses-3/late-L1_seg.nii.gz" in both.notes
    assert (catalogue.load(both).image == 100).all()
    assert rows(catalogue)["openswisshcc-002"].phase.startswith("late,")


def test_chaos_masks_follow_the_file_names_not_the_slices(tmp_path):
    """The files run from head to foot: the first mask belongs to the last slice."""
    catalogue = imported(tmp_path, "chaos", trees.make_chaos(tmp_path))
    assert exclusions(catalogue) == {"chaos-013": "mismatch"}
    case = catalogue.load(rows(catalogue)["chaos-001"])
    assert case.label_kind == "negative"
    assert (case.organs[0, 2:6, 3:8] == Organ.LIVER).all()
    assert (case.organs[:, 8:10, 3:8] == Organ.SPLEEN).all()
    kidney = (case.organs == Organ.KIDNEY).any(axis=(1, 2))
    first_file = case.image.mean(axis=(1, 2)) == 1
    assert list(kidney) == list(first_file)


def test_amos_takes_mri_only_and_as_negatives(tmp_path):
    catalogue = imported(tmp_path, "amos", trees.make_amos(tmp_path))
    assert sorted(rows(catalogue)) == ["amos-0507", "amos-0530"]
    assert exclusions(catalogue) == {"amos-0540": "no-label"}
    assert {row.label_kind for row in catalogue.rows} == {"negative"}
    assert "taken for one without HCC" in catalogue.rows[0].notes


def test_two_sets_share_a_catalogue_and_splits_stay(tmp_path, phlf):
    folder = tmp_path / "catalogue"
    run_import(ImportRequest("phlf", trees.make_phlf(tmp_path), folder))
    before = dict(open_catalogue(folder).splits)
    run_import(ImportRequest("amos", trees.make_amos(tmp_path), folder))
    run_import(ImportRequest("phlf", tmp_path / "PHLF", folder, shares=SplitShares(seed=9)))
    after = open_catalogue(folder)
    assert {row.source for row in after.rows} == {"phlf", "amos"}
    assert {name: after.splits[name] for name in before} == before
    assert set(after.splits.values()) == {"train", "tune", "test"}


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        (
            {"hold_out": ["Center 1"]},
            "No case is of the centre 'Center 1'; the centres are: centre",
        ),
        ({"exclusions": {"phlf-1-1": ("motion", "")}}, "called like 'phlf-1-001'"),
    ],
)
def test_wish_that_names_nothing_is_refused_and_nothing_is_written(tmp_path, wishes, words):
    out = tmp_path / "catalogue"
    with pytest.raises(UsageError, match=words):
        run_import(ImportRequest("phlf", trees.make_phlf(tmp_path), out, **wishes))
    assert not out.exists()


def test_exclusions_of_other_sets_and_a_centre_spelt_otherwise_are_fine(tmp_path):
    request = ImportRequest(
        "phlf", trees.make_phlf(tmp_path), tmp_path / "catalogue", hold_out=["Centre 2"],
        exclusions={"atlas-001": ("motion", "")},
    )  # fmt: skip
    catalogue = run_import(request)
    parts = {catalogue.split_of(row) for row in catalogue.rows if row.centre == "centre 2"}
    assert parts == {"test"}


def test_held_out_centre_is_all_for_testing_and_user_exclusions_are_logged(tmp_path):
    request = ImportRequest(
        "phlf",
        trees.make_phlf(tmp_path),
        tmp_path / "catalogue",
        hold_out=("centre 2",),
        exclusions={"phlf-1-002": ("motion", "ghosts over the dome")},
    )
    catalogue = run_import(request)
    assert {row.centre for row in catalogue.part("test")} >= {"centre 2"}
    assert "centre 2" not in {row.centre for row in catalogue.part("train")}
    assert exclusions(catalogue)["phlf-1-002"] == "motion"
    chart = (tmp_path / "catalogue" / "flow.svg").read_text()
    assert "7 cases found" in chart
    assert "1 motion artefacts" in chart
    assert "4 cases taken up" in chart
