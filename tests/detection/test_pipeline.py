import threading
from dataclasses import replace

import numpy as np
import pytest

from hcc_viewer.detection import Peak, at_threshold, cam_on_image, detect
from hcc_viewer.detection.pipeline import BATCH_SIZE
from hcc_viewer.detection.preprocess import Preparation, plan_preparation, prepare_slices
from hcc_viewer.errors import CancelledError, NothingToDetectError
from tests.detection.make_volume import AXIAL, make_volume

BALL = (-60.0, 20.0, 6.0, 14.0)
"""x, y, z and radius in mm: in the patient's right, behind and above the middle."""

TILT = np.deg2rad(8)


def turned(column, row, slice_):
    return np.array([column, row, slice_], float).T


ORIENTATIONS = {
    "standard": AXIAL,
    "columns from left to right": turned((-1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "rows from posterior to anterior": turned((1, 0, 0), (0, -1, 0), (0, 0, 1)),
    "turned by 180 degrees": turned((-1, 0, 0), (0, -1, 0), (0, 0, 1)),
    "turned by 90 degrees": turned((0, 1, 0), (-1, 0, 0), (0, 0, 1)),
    "tilted by 8 degrees": turned(
        (1, 0, 0), (0, np.cos(TILT), np.sin(TILT)), (0, -np.sin(TILT), np.cos(TILT))
    ),
    "turned by 8 degrees": turned(
        (np.cos(TILT), np.sin(TILT), 0), (-np.sin(TILT), np.cos(TILT), 0), (0, 0, 1)
    ),
}


@pytest.mark.parametrize("axes", ORIENTATIONS.values(), ids=ORIENTATIONS)
def test_finding_lies_where_the_ball_is_in_the_patient(model, axes):
    volume = make_volume([BALL], axes=axes)
    detection = detect(volume, model)
    assert len(detection.findings) == 1
    np.testing.assert_allclose(detection.findings[0].center_lps_mm, BALL[:3], atol=5)


@pytest.mark.parametrize("axes", ORIENTATIONS.values(), ids=ORIENTATIONS)
def test_peak_is_given_in_pixels_of_the_stored_image(model, axes):
    volume = make_volume([BALL], axes=axes)
    finding = detect(volume, model).findings[0]
    row, column = round(finding.row), round(finding.column)
    assert volume.array[finding.peak_slice, row, column] > 1400


def test_blank_images_are_said_to_show_nothing(model):
    volume = make_volume([BALL])
    volume = replace(volume, pixels=np.full_like(volume.pixels, 7))
    notices = detect(volume, model).warnings
    assert "blank-image" in [notice.code for notice in notices]
    assert "blank-image" not in [notice.code for notice in detect(make_volume(), model).warnings]


def test_blank_slices_among_others_are_told(model):
    volume = make_volume()
    array = volume.array.copy()
    array[4] = array[9] = 0
    notices = detect(replace(volume, pixels=array), model).warnings
    assert "2 slices are blank" in " ".join(str(notice.message) for notice in notices)
    padding = np.zeros(array.shape, bool)
    padding[7] = True
    notices = detect(replace(volume, padding=padding), model).warnings
    assert "1 slice is blank" in " ".join(str(notice.message) for notice in notices)
    assert "blank-slices" not in [notice.code for notice in detect(volume, model).warnings]


@pytest.mark.parametrize("is_inverted", [False, True])
def test_images_that_are_cut_off_are_told(model, is_inverted):
    volume = make_volume(is_inverted=is_inverted)
    limit = np.clip(volume.array, 1500.0, None) if is_inverted else np.clip(volume.array, None, 500)
    notices = detect(replace(volume, pixels=limit.astype(np.float32)), model).warnings
    assert "saturated" in [notice.code for notice in notices]
    broken = volume.array.copy()
    broken[7] = (
        -60_000 if is_inverted else 60_000
    )  # that slice is blank; the others are not cut off
    padded = volume.array.copy()
    padded[:, :20] = -5000 if is_inverted else 5000
    for pixels in (volume.array, broken, padded):
        notices = detect(replace(volume, pixels=pixels), model).warnings
        assert "saturated" not in [notice.code for notice in notices]


@pytest.mark.parametrize(("interval_mm", "is_told"), [(3.9, False), (4.5, True)])
def test_slices_far_apart_are_told(model, interval_mm, is_told):
    notices = detect(make_volume(spacing=(interval_mm, 1.5, 1.5)), model).warnings
    assert ("wide-slice-interval" in [notice.code for notice in notices]) == is_told


def test_network_sees_every_orientation_alike(model):
    detections = [
        detect(make_volume([BALL], axes=axes), model)
        for name, axes in ORIENTATIONS.items()
        if "8 degrees" not in name
    ]
    reference = np.array([item.probability for item in detections[0].slices])
    for detection in detections[1:]:
        other = np.array([item.probability for item in detection.slices])
        np.testing.assert_allclose(other, reference, atol=0.05)


def test_inverted_volume_gives_the_same_finding(model):
    plain = detect(make_volume([BALL]), model).findings
    inverted = detect(make_volume([BALL], is_inverted=True), model).findings
    assert len(plain) == len(inverted) == 1
    np.testing.assert_allclose(plain[0].center_lps_mm, inverted[0].center_lps_mm, atol=0.5)


def test_pixels_that_are_not_square_do_not_move_the_finding(model):
    volume = make_volume([BALL], shape=(20, 120, 240), spacing=(4.0, 2.5, 1.5))
    np.testing.assert_allclose(detect(volume, model).findings[0].center_lps_mm, BALL[:3], atol=5)


def test_two_balls_far_apart_are_two_findings(model):
    detection = detect(make_volume([BALL, (60.0, -20.0, 6.0, 12.0)]), model)
    assert len(detection.findings) == 2
    assert [finding.id for finding in detection.findings] == [1, 2]


def test_finding_spans_the_slices_of_its_ball(model):
    finding = detect(make_volume([BALL]), model).findings[0]
    span_mm = (finding.last_slice - finding.first_slice + 1) * 4.0
    assert 2 * BALL[3] - 10 <= span_mm <= 2 * BALL[3] + 6
    assert finding.first_slice <= finding.peak_slice <= finding.last_slice


def test_extent_is_about_the_width_of_the_ball(model):
    finding = detect(make_volume([BALL]), model).findings[0]
    assert finding.extent_mm == pytest.approx(2 * BALL[3], abs=12)


def test_nothing_bright_gives_no_finding_and_no_flag(model):
    detection = detect(make_volume(), model)
    assert detection.findings == ()
    assert detection.flagged == ()
    assert len(detection.slices) == 20


def test_heat_map_peaks_on_the_ball_and_is_dark_elsewhere(model):
    volume = make_volume([BALL])
    detection = detect(volume, model)
    heat = cam_on_image(detection, detection.findings[0].peak_slice)
    assert heat.shape == volume.array.shape[1:]
    assert heat[volume.array[detection.findings[0].peak_slice] > 1400].mean() > 0.7
    assert np.median(heat) < 0.05


def test_another_threshold_needs_no_inference_and_changes_the_flags(model):
    detection = detect(make_volume([BALL]), model)
    strict = at_threshold(detection, 1.0)
    loose = at_threshold(detection, 0.0)
    assert len(strict.flagged) < len(detection.flagged) < len(loose.flagged) == 20
    assert all(item.probability == 1.0 for item in strict.flagged)


def test_predictions_arrive_batch_by_batch_in_order(model):
    seen, progress = [], []
    detect(
        make_volume(),
        model,
        lambda done, total: progress.append((done, total)),
        on_slices=lambda batch: seen.extend(item.index for item in batch),
    )
    assert seen == list(range(20))
    assert progress[0] == (0, 20)
    assert progress[-1] == (20, 20)
    assert len(progress) > 4


def test_second_look_is_told_of_every_slice_that_is_prepared(model, monkeypatch):
    """The network needs neighbours above: those are there, and nobody has to wait for them."""
    volume = make_volume()
    positions = volume.series.geometry.positions_mm
    told = []

    class Look:
        def add(self, answers, prepared):
            told.append(prepared)
            return answers

    monkeypatch.setattr("hcc_viewer.detection.pipeline._second_look", lambda *_: Look())
    assert len(detect(volume, model).slices) == 20
    reach = max(model.card.input.offsets_mm)
    needed = np.searchsorted(positions, positions + reach) + 1
    assert (np.array(told) >= np.minimum(needed, 20)[BATCH_SIZE - 1 :: BATCH_SIZE]).all()
    assert told[-1] == 20


def test_cancel_stops_within_a_batch(model):
    seen = []

    def cancel_at_once(done, total):
        if done:
            raise CancelledError

    with pytest.raises(CancelledError):
        detect(make_volume(), model, cancel_at_once, on_slices=seen.extend)
    assert len(seen) <= 4


def test_refused_series_is_not_analysed(model):
    with pytest.raises(NothingToDetectError, match="localizer"):
        detect(make_volume(refusal="This is a localizer."), model)


@pytest.mark.parametrize(
    ("score", "code"), [(10, "not-hepatobiliary-phase"), (50, "unsure-phase"), (90, None)]
)
def test_result_warns_when_the_phase_is_doubtful(model, score, code):
    codes = [notice.code for notice in detect(make_volume(score=score), model).warnings]
    assert codes == ([code] if code else [])


def test_single_slice_is_analysed(model):
    volume = make_volume([(-60.0, 20.0, 0.0, 14.0)], shape=(1, 200, 240))
    assert len(detect(volume, model).findings) == 1


def test_unknown_geometry_is_analysed_with_a_warning(model):
    detection = detect(make_volume([BALL], known=False), model)
    assert "unknown-geometry" in [notice.code for notice in detection.warnings]
    assert len(detection.slices) == 20


def test_slices_are_prepared_while_the_network_works(model, monkeypatch):
    threads = []
    prepared = Preparation.batch

    def batch(self, start, stop):
        threads.append(threading.current_thread().name)
        return prepared(self, start, stop)

    monkeypatch.setattr(Preparation, "batch", batch)
    detect(make_volume(), model)
    assert len(threads) == 20 / BATCH_SIZE
    assert all(name.startswith("prepare") for name in threads)


def test_batches_made_on_the_way_equal_those_of_the_whole_stack(model):
    volume = make_volume([BALL], spacing=(2.5, 1.5, 1.5))
    spec = model.card.input
    whole = prepare_slices(volume.array, volume.geometry, spec)
    preparation = plan_preparation(volume.array, volume.geometry, spec)
    for start in range(0, 20, 4):
        np.testing.assert_array_equal(
            preparation.batch(start, start + 4), whole.batch(start, start + 4)
        )
    assert preparation.done == 20


def test_first_batch_needs_only_the_slices_it_sees(model):
    volume = make_volume()
    preparation = plan_preparation(volume.array, volume.geometry, model.card.input)
    preparation.batch(0, 4)
    assert preparation.done < 8


def test_nothing_is_told_of_a_slice_that_could_not_be_read(model):
    volume = make_volume([BALL])
    middle = detect(volume, model).findings[0].peak_slice
    damaged = volume.array.copy()
    damaged[middle] = damaged.min()
    streamed = []
    broken = replace(volume, pixels=damaged, unread=frozenset({middle}))
    detection = detect(broken, model, threshold=0.0, on_slices=streamed.extend)
    assert detection.unexamined == {middle}
    assert not detection.is_flagged(middle)
    assert not streamed[middle].is_examined
    assert streamed[middle].peak == Peak(0.0, 0.0, 0.0)
    assert all(finding.peak_slice != middle for finding in detection.findings)
    assert len(detection.examined) == len(detection.flagged) == len(volume.array) - 1
