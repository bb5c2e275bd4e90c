"""Tables, lists of exclusions and clinical sheets as spreadsheets save them."""

import pytest

pytest.importorskip("tensorflow", reason="needs the training extra")

from hcc_viewer.cli import main
from hcc_viewer.errors import UsageError
from hcc_viewer.training.importers.base import read_exclusions
from hcc_viewer.training.importers.own import OwnLine, read_table
from hcc_viewer.training.importers.own_labels import parse_slices
from hcc_viewer.training.importers.sheets import read_sheet

CASES = [OwnLine("a", mask="m.nii"), OwnLine("b", mask="n.nii;o.nii")]


def saved(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "cases.csv"
    path.write_text(text, encoding=encoding, newline="")
    return path


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ('image;mask\r\na;m.nii\r\nb;"n.nii;o.nii"\r\n', "utf-8-sig"),
        ("image\tmask\na\tm.nii\nb\tn.nii;o.nii\n", "utf-8"),
        ("image,mask,\na,m.nii,\nb,n.nii;o.nii,\n", "utf-8"),
        ("image,mask\na,m.nii\n,\nb,n.nii;o.nii\n,\n", "utf-8"),
        ("Image, Mask\na,m.nii\nb,n.nii;o.nii\n", "utf-8"),
    ],
)
def test_table_is_read_as_spreadsheets_save_it(tmp_path, text, encoding):
    assert read_table(saved(tmp_path, text, encoding)) == CASES


def test_list_of_exclusions_is_read_as_spreadsheets_save_it(tmp_path):
    path = saved(tmp_path, "Case;Reason;\r\nown-0001;motion;\r\n;;\r\nown-0002;quality;\r\n")
    assert read_exclusions(path) == {"own-0001": ("motion", ""), "own-0002": ("quality", "")}


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
@pytest.mark.parametrize("read", [read_table, read_exclusions, read_sheet])
def test_other_letters_than_utf_8_are_told_how_to_save_them(tmp_path, read, encoding):
    path = saved(tmp_path, "image,mask\nMüller,m.nii\n", encoding)
    with pytest.raises(UsageError, match="save it as 'CSV UTF-8'"):
        read(path)


def test_column_that_is_there_twice_is_refused_by_its_name(tmp_path):
    with pytest.raises(UsageError, match="has the column 'mask' twice"):
        read_table(saved(tmp_path, "image,mask,Mask\na,m.nii,n.nii\n"))
    with pytest.raises(UsageError, match="has the column 'case' twice"):
        read_exclusions(saved(tmp_path, "case,case,reason\na,b,motion\n"))


def test_cell_in_a_column_without_name_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"^Line 2 of .* more cells than columns"):
        read_table(saved(tmp_path, "image,,mask\na,x,m.nii\n"))


@pytest.mark.parametrize("option", ["--table", "--exclude"])
def test_empty_file_is_told_in_a_sentence(tmp_path, capsys, option):
    words = [str(tmp_path), "--out", str(tmp_path / "out"), option, str(saved(tmp_path, ""))]
    assert main(["import", "own", *words]) == 2
    assert "is empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["ID;Diagnosis\n1;HCC\n", "A sheet, of 2020;\nID;Diagnosis\n1;HCC\n"]
)
def test_clinical_sheet_may_be_parted_by_semicolons(tmp_path, text):
    assert read_sheet(saved(tmp_path, text)) == [{"ID": "1", "Diagnosis": "HCC"}]


@pytest.mark.parametrize("text", ["2 - 4", "2–4", "2 – 4", "2; 3 -4", "2−4"])  # noqa: RUF001
def test_ranges_of_slices_may_have_any_dash(text):
    assert list(parse_slices(text, 5)) == [0, 1, 1, 1, 0]
