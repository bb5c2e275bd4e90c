"""Volumes that were shown, so that going back to one is at once. No Qt."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hcc_viewer.dicom import Series, SeriesKey, Volume

KEPT_BYTES = 300_000_000
"""Beyond this size the volume that was not used for longest goes, unless it is shown."""


class VolumeCache:
    """The latest volumes, by their series."""

    def __init__(self, shown: Callable[[], Collection[SeriesKey]]) -> None:
        """`shown` gives the keys of the volumes that are on the screen and cannot go."""
        self._shown = shown
        self._kept: OrderedDict[SeriesKey, Volume] = OrderedDict()

    def get(self, series: Series) -> Volume | None:
        """The volume of a series, if it is still here; a copy elsewhere has its own."""
        volume = self._kept.get(series.key)
        if volume is None or not is_same(volume.series, series):
            return None
        self._kept.move_to_end(series.key)
        return volume

    def put(self, volume: Volume) -> None:
        """Keep a volume; the oldest ones go when there are too many."""
        self._kept[volume.series.key] = volume
        self._kept.move_to_end(volume.series.key)
        needed = {*self._shown(), volume.series.key}
        for key in [key for key in self._kept if key not in needed]:
            if self._bytes() <= KEPT_BYTES:
                return
            del self._kept[key]

    def drop(self, keys: Collection[SeriesKey]) -> None:
        """Forget the volumes of these series."""
        for key in keys:
            self._kept.pop(key, None)

    def renew(self, series: Sequence[Series]) -> None:
        """Go on with these series of a study: what is kept of the same images gets their headers.

        Volumes of other series stay until there are too many: a split may be taken back.
        """
        for one in series:
            kept = self._kept.get(one.key)
            if kept is not None and is_same(kept.series, one):
                self._kept[one.key] = with_series(kept, one)
            elif kept is not None:
                del self._kept[one.key]

    def _bytes(self) -> int:
        return sum(_size(volume) for volume in self._kept.values())


def is_same(one: Series, other: Series) -> bool:
    """Whether two series are the same images in the same order."""
    return one.key == other.key and one.instances == other.instances


def with_series(volume: Volume, series: Series) -> Volume:
    """The same pixels under a header that was told anew."""
    of_pixels = [notice for notice in volume.warnings if notice not in volume.series.warnings]
    return replace(volume, series=series, warnings=(*series.warnings, *of_pixels))


def _size(volume: Volume) -> int:
    extra = 0 if volume.color is None else volume.color.nbytes
    return int(volume.pixels.nbytes + extra)
