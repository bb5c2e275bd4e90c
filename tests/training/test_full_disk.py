"""A run whose disk is full says so, and goes on when there is room."""

import errno
import os
from pathlib import Path

import pytest

pytest.importorskip("tensorflow", reason="needs the training extra")

from hcc_viewer.errors import OutputError, ReadError
from hcc_viewer.training import commands, examples, train, work_folder
from hcc_viewer.training.case_report import command
from hcc_viewer.training.config import load_config
from hcc_viewer.training.files import write_atomically


def full(*args, **options):
    raise OSError(errno.ENOSPC, "No space left on device", "work/x.npz")


def test_full_disk_is_told_in_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(train, "claim_folder", full)
    words = ["--config", "smoke", "--work", str(tmp_path)]
    with pytest.raises(OutputError, match=r"x\.npz\): the disk is full.*start it again"):
        commands.run_command("train", words)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
@pytest.mark.parametrize("name", ["train", "evaluate"])
def test_folder_that_may_not_be_written_is_told_in_a_sentence(monkeypatch, tmp_path, name, number):
    def refuse(*args, **options):
        raise OSError(number, "Permission denied", str(tmp_path / "work"))

    monkeypatch.setattr(train, "claim_folder", refuse)
    monkeypatch.setattr(train, "validate", refuse)
    words = ["--config", "smoke", "--work", str(tmp_path / "work")]
    with pytest.raises(OutputError, match=r"work\): you may not do that there"):
        commands.run_command(name, words)


def test_file_that_may_not_be_read_is_not_called_unwritable(monkeypatch, tmp_path):
    path = tmp_path / "start.onnx"
    path.write_bytes(b"model")

    def refuse(*args, **options):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(train, "claim_folder", refuse)
    monkeypatch.setattr(commands.os, "access", lambda path, mode: mode == os.F_OK)
    with pytest.raises(ReadError, match=r"start\.onnx cannot be read: you may not"):
        commands.run_command("train", ["--config", "smoke", "--work", str(tmp_path)])


@pytest.mark.parametrize("below", ["", "below"])
@pytest.mark.parametrize("name", ["train", "evaluate"])
def test_file_in_place_of_a_folder_is_told_in_a_sentence(tmp_path, name, below):
    (tmp_path / "file").write_text("text")
    words = ["--config", "smoke", "--work", str(tmp_path / "file" / below)]
    with pytest.raises(OutputError, match="cannot be written"):
        commands.run_command(name, words)


def test_nothing_half_written_is_left(monkeypatch, tmp_path, toy_example):
    monkeypatch.setattr(examples, "write_arrays", full)
    with pytest.raises(OSError, match="No space"):
        examples.save_example(toy_example, tmp_path / "a.npz")
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(tmp_path / "card.toml", b"text")
    assert not list(tmp_path.iterdir())


def test_run_that_goes_on_does_not_write_its_notes_anew(monkeypatch, tmp_path):
    """On a full disk that would empty them, and the folder would be another run's."""
    work_folder.claim_folder(tmp_path, load_config("smoke"))
    monkeypatch.setattr(Path, "write_bytes", full)
    monkeypatch.setattr(Path, "write_text", full)
    work_folder.claim_folder(tmp_path, load_config("smoke"))


def test_half_a_report_is_not_left(monkeypatch, tmp_path):
    """Neither are files of this report left beside those of the one before."""
    monkeypatch.setattr(command, "make_content", lambda material: None)
    monkeypatch.setattr(command, "report_record", lambda material: {})
    monkeypatch.setattr(command, "html_page", lambda content: "new")
    monkeypatch.setattr(command, "pdf_page", lambda content: b"new")
    (tmp_path / "validation.json").write_text("before")
    write = Path.write_bytes

    def write_all_but_pdf(path, data):
        write(path, data[:1])
        if ".pdf" in path.name:
            full()

    monkeypatch.setattr(Path, "write_bytes", write_all_but_pdf)
    with pytest.raises(OutputError, match=r"\(the disk is full\)"):
        command._write(tmp_path, None)
    assert [path.name for path in tmp_path.iterdir()] == ["validation.json"]
    assert (tmp_path / "validation.json").read_text() == "before"
