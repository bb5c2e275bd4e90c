"""Which slices the reader has looked at, and whose results wait until all were seen. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from hcc_viewer.dicom import SeriesKey


class ReadFirst:
    """Keeps account of the slices seen, series by series."""

    def __init__(self) -> None:
        self.is_on = False
        """Whether results stay hidden until the reader has been through the stack."""
        self._seen: dict[SeriesKey, NDArray[np.bool_]] = {}
        self._unveiled: set[SeriesKey] = set()
        self._told: set[SeriesKey] = set()

    def hides(self, key: SeriesKey) -> bool:
        """Whether the result of a series is hidden for now."""
        return self.is_on and key not in self._unveiled

    def see(self, key: SeriesKey, index: int, count: int) -> bool:
        """The reader looks at a slice; whether all `count` slices were seen now."""
        seen = self._seen.setdefault(key, np.zeros(count, dtype=np.bool_))
        seen[index] = True
        return bool(seen.all())

    def seen(self, key: SeriesKey) -> int:
        """How many slices of a series were seen."""
        seen = self._seen.get(key)
        return 0 if seen is None else int(seen.sum())

    def unveil(self, key: SeriesKey) -> bool:
        """Show the result of a series from now on; whether it was not shown already."""
        is_new = key not in self._unveiled
        self._unveiled.add(key)
        return is_new

    def tell(self, key: SeriesKey) -> None:
        """The reader sees something of the result of a series; that can never be taken back."""
        self._told.add(key)

    def is_told(self, key: SeriesKey) -> bool:
        """Whether the reader has ever seen something of the result of a series."""
        return key in self._told

    def forget(self, key: SeriesKey) -> None:
        """The series' study is closed; what the reader saw of its results stays seen."""
        self._seen.pop(key, None)
        self._unveiled.discard(key)
