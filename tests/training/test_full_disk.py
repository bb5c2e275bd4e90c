"""A run whose disk is full says so, and goes on when there is room."""

import errno
from pathlib import Path

import pytest

pytest.importorskip("tensorflow", reason="needs the training extra")

from hcc_viewer.errors import OutputError
from hcc_viewer.training import commands, examples, train, work_folder
from hcc_viewer.training.config import load_config
from hcc_viewer.training.files import write_atomically


def full(*args, **options):
    raise OSError(errno.ENOSPC, "No space left on device", "work/x.npz")


def test_full_disk_is_told_in_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(train, "claim_folder", full)
    words = ["--config", "smoke", "--work", str(tmp_path)]
    with pytest.raises(OutputError, match=r"x\.npz\): the disk is full.*start it again"):
        commands.run_command("train", words)


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
