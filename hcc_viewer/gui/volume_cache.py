"""Volumes that were shown, so that going back to one is at once. No Qt."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hcc_viewer.dicom import Volume

SeriesKey = tuple[str, str, "int | None"]

KEPT_BYTES = 300_000_000
"""Beyond this size the volume that was not used for longest goes, unless it is shown."""


class VolumeCache:
    """The latest volumes, by their series."""

    def __init__(self, shown: Callable[[], Collection[SeriesKey]]) -> None:
        """`shown` gives the keys of the volumes that are on the screen and cannot go."""
        self._shown = shown
        self._kept: OrderedDict[SeriesKey, Volume] = OrderedDict()

    def get(self, key: SeriesKey) -> Volume | None:
        """The volume of a series, if it is still here."""
        volume = self._kept.get(key)
        if volume is not None:
            self._kept.move_to_end(key)
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

    def _bytes(self) -> int:
        return sum(_size(volume) for volume in self._kept.values())


def _size(volume: Volume) -> int:
    extra = 0 if volume.color is None else volume.color.nbytes
    return int(volume.pixels.nbytes + extra)
