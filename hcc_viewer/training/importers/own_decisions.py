"""What readers decided in this program as labels: balls at the places of their findings."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.dicom import Geometry
from hcc_viewer.errors import ReadError
from hcc_viewer.training.importers.assemble import CaseLabels
from hcc_viewer.training.importers.grids import MaskMismatchError
from hcc_viewer.training.importers.lesions import ball

DEFAULT_WIDTH_MM = 15.0
"""Of a reader's finding whose width nobody gave."""

UNCHECKED = (
    "Whether the readers' file is of this image cannot be checked: one of the two has no UIDs."
)


class OtherSeriesError(ReadError):
    """A readers' file was made on another series than the image's."""


def add_decisions(labels: CaseLabels, path: Path, uids: Collection[str]) -> int:
    """Take up what readers accepted, corrected or added as HCC, what they rejected as a mimic.

    Args:
        labels: Gets the lesions, and a note where nothing tells whose decisions they are.
        path: `result.json`, or another file that holds decisions with their places.
        uids: SeriesInstanceUID and SOPInstanceUIDs of the image; empty where it has none.

    Returns:
        How many decisions concern this series.

    Raises:
        OtherSeriesError: By its UIDs, none of the file's decisions is on this series.
        ReadError: It cannot be read, or a decision has no place.
        MaskMismatchError: A decision lies outside the image.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise ReadError(f"The readers' file {path.name} cannot be read: {error}.") from error
    told = list(_decisions(record))
    own = [item for item in told if not uids or not item[1] or item[1] & set(uids)]
    if told and not own:
        raise OtherSeriesError(
            "The readers' file is of another series. Name the file of this one in the table's "
            "column 'decisions', or the series in 'series'."
        )
    if any(not (uids and known) for _, known in own):
        labels.notes.append(UNCHECKED)
    for decision, _ in own:
        kind = "rejected finding" if decision["verdict"] == "rejected" else "hcc"
        place = _ball(decision["place"], labels.geometry, labels.lesions.shape)
        labels.add_lesions(place, kind)
    return len(own)


def _decisions(
    record: Any, uids: frozenset[str] = frozenset()
) -> Iterator[tuple[dict[str, Any], frozenset[str]]]:
    """Every decision with a place, wherever it stands in the file, and the UIDs that it is on.

    Those of its place, or else of the result around it; none where the file does not say.
    """
    if isinstance(record, dict):
        uids = _uids_of_result(record) or uids
        if "verdict" in record and isinstance(record.get("place"), dict):
            yield record, _texts([record["place"].get("sop_instance_uid")]) or uids
        for value in record.values():
            yield from _decisions(value, uids)
    elif isinstance(record, list):
        for value in record:
            yield from _decisions(value, uids)


def _uids_of_result(record: dict[str, Any]) -> frozenset[str]:
    """The UIDs of a result's series and of its slices, as `result.json` has them."""
    series, slices = record.get("series"), record.get("slices")
    found = [series.get("series_instance_uid")] if isinstance(series, dict) else []
    if isinstance(slices, list):
        found += [item.get("sop_instance_uid") for item in slices if isinstance(item, dict)]
    return _texts(found)


def _texts(values: list[Any]) -> frozenset[str]:
    return frozenset(value for value in values if isinstance(value, str) and value)


def _ball(place: dict[str, Any], geometry: Geometry, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    try:
        point = np.array([float(value) for value in place["center_lps_mm"]])
        width = float(place.get("extent_mm") or DEFAULT_WIDTH_MM)
    except (KeyError, TypeError, ValueError) as error:
        raise ReadError(f"A reader's decision has no place in the patient ({error}).") from error
    column, row, slice_ = geometry.to_index(point)
    inside = [-1 <= v <= n for v, n in zip((slice_, row, column), shape, strict=True)]
    if not all(inside):
        raise MaskMismatchError("a reader's finding lies outside the image")
    return ball(shape, geometry, (slice_, row, column), width)
