import logging

import pytest

from hcc_viewer import paths
from hcc_viewer.log import MAX_BYTES, DiscreetFormatter, discreet, start_log

NAME = "SIM^0001"


@pytest.fixture
def log():
    """The log, started and taken down again."""
    package = logging.getLogger("hcc_viewer")
    before, level = list(package.handlers), package.level
    yield start_log()
    for handler in [h for h in package.handlers if h not in before]:
        package.removeHandler(handler)
        handler.close()
    package.setLevel(level)


def test_log_is_written_in_the_users_folder(log):
    assert log == paths.log_dir() / "hcc-viewer.log"
    logging.getLogger("hcc_viewer.test").info("Something happened")
    assert "Something happened" in log.read_text(encoding="utf-8")


def test_second_start_writes_nothing_twice(log):
    assert start_log() == log
    logging.getLogger("hcc_viewer.test").info("once")
    assert log.read_text(encoding="utf-8").count("once") == 1


def test_log_is_put_aside_when_it_grows(log):
    logger = logging.getLogger("hcc_viewer.test")
    for _ in range(1 + MAX_BYTES // 900):
        logger.info("x " * 450)
    assert log.with_name("hcc-viewer.log.1").is_file()
    assert log.stat().st_size <= MAX_BYTES


def test_no_log_file_is_no_disaster(tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    assert start_log(tmp_path / "file" / "logs") is None
    assert "no log file" in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        f"could not convert string to float: '{NAME}'",
        f"[Errno 2] No such file or directory: '/data/{NAME}/IM1'",
        f"cannot read /home/reader/{NAME}/IM0001.dcm now",
        f"cannot read C:\\Studies\\{NAME}\\IM1",
        f"cannot read \\\\server\\share\\{NAME}",
        f"PatientName is {NAME}",
        f'KeyError: "{NAME}"',
        f"'it\\'s {NAME}' is no number",
    ],
)
def test_message_loses_values_paths_and_names(text):
    assert "0001" not in discreet(text)
    assert "SIM" not in discreet(text)


@pytest.mark.parametrize(
    "text",
    [
        "can't convert 'Hong Gildong' to a number",
        "(0010,0010) Patient's Name PN: 'Hong Gildong'",
        f"no date: 'Hong Gildong{'x' * 2000}'",
        "cannot read /home/reader/Hong Gildong/IM1 now",
        "cannot read /home/reader/Hong Gildong.dcm now",
        "cannot read C:\\Studies of\\Hong Gildong\\IM1",
    ],
)
def test_message_loses_names_with_spaces_and_those_after_an_apostrophe(text):
    assert "Hong" not in discreet(text)
    assert "Gildong" not in discreet(text)


def test_message_keeps_what_is_needed():
    text = "Job 3 took 1.5 s; 12/88 slices, hcc_viewer.dicom"
    assert discreet(text) == text


def test_endless_line_is_cut():
    assert len(discreet("x" * 1_000_000)) == 1000


def test_traceback_keeps_places_and_loses_values():
    try:
        float(NAME)
    except ValueError as error:
        record = logging.LogRecord("n", logging.ERROR, "p", 1, "Failed", (), None)
        record.exc_info = (type(error), error, error.__traceback__)
    text = DiscreetFormatter("%(message)s").format(record)
    assert "tests/test_log.py:" in text
    assert "ValueError: could not convert string to float" in text
    assert "0001" not in text
