"""What the model said of each series, finished or still streaming in. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.errors import Notice
from hcc_viewer.phrases import Phrase

if TYPE_CHECKING:
    from hcc_viewer.detection import Detection, ModelCard, SlicePrediction
    from hcc_viewer.dicom import Series, SeriesKey

READABLE_AGAIN = "readable-again"
"""Code of the notice of slices that were not examined and could be now."""


class Results:
    """One finished `Detection`, or one running stream of probabilities, for each series.

    A stream hides an earlier result of its series, which is back when the stream ends without one.
    """

    def __init__(self) -> None:
        self._detections: dict[SeriesKey, Detection] = {}
        self._streams: dict[SeriesKey, NDArray[np.float64]] = {}

    def detection(self, key: SeriesKey) -> Detection | None:
        """The finished result of a series; None while it is detected on anew."""
        return None if key in self._streams else self._detections.get(key)

    def is_streaming(self, key: SeriesKey) -> bool:
        """Whether detection runs on a series."""
        return key in self._streams

    def probabilities(self, key: SeriesKey) -> NDArray[np.float64] | None:
        """One per slice, NaN where none is known, yet or ever; None without any."""
        if key in self._streams:
            return self._streams[key]
        detection = self._detections.get(key)
        return None if detection is None else told_probabilities(detection)

    def begin(self, series: Series) -> None:
        """Detection begins: nothing is known of any slice."""
        self._streams[series.key] = np.full(len(series.instances), np.nan)

    def add(self, key: SeriesKey, slices: Sequence[SlicePrediction]) -> bool:
        """Some slices are known; whether anybody waits for them."""
        probabilities = self._streams.get(key)
        if probabilities is None:
            return False
        for prediction in slices:
            probabilities[prediction.index] = _told(prediction)
        return True

    def end(self, key: SeriesKey) -> bool:
        """Detection ended; whether it was running."""
        return self._streams.pop(key, None) is not None

    def put(self, detection: Detection) -> None:
        """Keep a result, in place of an earlier one; a stream goes on."""
        self._detections[detection.series.key] = detection

    def forget(self, key: SeriesKey) -> None:
        """The series' study is closed."""
        self._detections.pop(key, None)
        self._streams.pop(key, None)


def with_readable_slices(detection: Detection, unread: frozenset[int]) -> Detection:
    """A kept result, with a notice where slices that could not be read then can be read now.

    Args:
        detection: What was kept; of earlier versions without the slices that were not read.
        unread: The slices of the series that cannot be read now.
    """
    from hcc_viewer.dicom.volume import UNDECODABLE

    was_damaged = any(one.code == UNDECODABLE for one in detection.warnings)
    if was_damaged and not detection.unexamined:
        slices = (replace(one, is_examined=one.index not in unread) for one in detection.slices)
        detection = replace(detection, slices=tuple(slices))
    is_readable_again = bool(detection.unexamined - unread)
    if not is_readable_again and (unread or not was_damaged):
        return detection
    text = (
        "The result was made when some slices could not be read, which can be read now: it says "
        "nothing of them. Press Detect again."
    )
    others = tuple(one for one in detection.warnings if one.code != UNDECODABLE)
    return replace(detection, warnings=(Notice(READABLE_AGAIN, Phrase(text)), *others))


def told_probabilities(detection: Detection) -> NDArray[np.float64]:
    """One per slice, NaN where the slice could not be read."""
    return np.array([_told(prediction) for prediction in detection.slices])


def _told(prediction: SlicePrediction) -> float:
    return prediction.probability if prediction.is_examined else np.nan


def card_of(detection: Detection | None, card: ModelCard | None) -> ModelCard | None:
    """The card of the model in use if it tells of a result, or there is none to tell of.

    None where the result is another model's than the one that is used now.
    """
    if card is None or detection is None:
        return card
    model = detection.model
    is_its = (card.name, card.version, card.sha256) == (model.name, model.version, model.sha256)
    return card if is_its else None
