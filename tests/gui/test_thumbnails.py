import pytest

from hcc_viewer.errors import CancelledError, ReadError
from hcc_viewer.gui.thumbnails import (
    THUMBNAIL_PIXELS,
    make_thumbnails,
    middle_slice_of,
    thumbnail_of,
)
from hcc_viewer.progress import ignore_progress
from tests.gui.fakes import make_series, make_volume


def test_middle_slice_keeps_its_place_in_the_patient():
    series = make_series("HBP", 41, 90)
    middle = middle_slice_of(series)
    assert middle.instances == (series.instances[20],)
    whole = series.geometry.to_patient(5, 6, 20)
    assert middle.geometry.to_patient(5, 6, 0) == pytest.approx(whole)


def test_thumbnail_has_its_size():
    picture = thumbnail_of(make_volume(make_series("HBP", 5, 90)))
    assert picture.shape == (THUMBNAIL_PIXELS, THUMBNAIL_PIXELS)


def test_series_that_cannot_be_read_is_passed_over():
    good, bad = make_series("good", 5, 90, number=1), make_series("bad", 5, 90, number=2)

    def load(series, report_progress):
        if series.description == "bad":
            raise ReadError("Damaged.")
        return make_volume(series)

    made = [series.description for series, _ in make_thumbnails([bad, good], load, ignore_progress)]
    assert made == ["good"]


def test_cancelling_ends_it():
    def load(series, report_progress):
        raise CancelledError

    with pytest.raises(CancelledError):
        list(make_thumbnails([make_series("HBP", 5, 90)], load, ignore_progress))
