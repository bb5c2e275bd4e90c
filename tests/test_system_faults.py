"""What the system says, in the program's own words."""

import errno
from pathlib import Path

import pytest

from hcc_viewer.report.output_faults import output_error
from hcc_viewer.system_faults import os_number, os_reason


def as_pydicom_raises_it(cause):
    """pydicom raises an error of the same class anew, with a traceback for its text."""
    try:
        try:
            raise cause
        except OSError as error:
            raise OSError("With tag (7FE0,0010) got exception:\nTraceback:\n  line 1") from error
    except OSError as error:
        return error


def test_error_without_a_number_is_told_by_the_one_that_led_to_it():
    error = as_pydicom_raises_it(OSError(errno.ENOSPC, "No space left on device"))
    assert os_reason(error) == "the disk is full"
    assert os_number(error) == errno.ENOSPC
    assert "the disk is full; free some space" in str(output_error(Path("out"), error))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (OSError(errno.ENOTTY, "Not a typewriter"), "Not a typewriter"),
        (as_pydicom_raises_it(OSError("no number")), "With tag (7FE0,0010) got exception:"),
        (OSError(), "OSError"),
    ],
)
def test_a_reason_is_one_line(error, reason):
    assert os_reason(error) == reason
