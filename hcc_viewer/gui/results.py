"""What the model said of each series, finished or still streaming in. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from hcc_viewer.detection import Detection, ModelCard, SlicePrediction
    from hcc_viewer.dicom import Series, SeriesKey


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
        """One per slice, NaN where none is known yet; None without any."""
        if key in self._streams:
            return self._streams[key]
        detection = self._detections.get(key)
        return None if detection is None else np.array([s.probability for s in detection.slices])

    def begin(self, series: Series) -> None:
        """Detection begins: nothing is known of any slice."""
        self._streams[series.key] = np.full(len(series.instances), np.nan)

    def add(self, key: SeriesKey, slices: Sequence[SlicePrediction]) -> bool:
        """Some slices are known; whether anybody waits for them."""
        probabilities = self._streams.get(key)
        if probabilities is None:
            return False
        for prediction in slices:
            probabilities[prediction.index] = prediction.probability
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


def card_of(detection: Detection | None, card: ModelCard | None) -> ModelCard | None:
    """The card of the model in use if it tells of a result, or there is none to tell of.

    None where the result is another model's than the one that is used now.
    """
    if card is None or detection is None:
        return card
    model = detection.model
    is_its = (card.name, card.version, card.sha256) == (model.name, model.version, model.sha256)
    return card if is_its else None
