"""A volume that the program read from DICOM, in the catalogue's order of axes."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.catalogue import CaseFacts
from hcc_viewer.dicom import Geometry, Series, Volume
from hcc_viewer.training.importers.facts import vendor_of
from hcc_viewer.training.importers.grids import AxialOrder, Grid


@dataclass(frozen=True, eq=False)
class PlacedVolume:
    """A volume as a case has it."""

    array: NDArray[np.float32]
    geometry: Geometry
    grid: Grid
    """The volume as a grid whose axes are slice, row and column, for `fit_mask`."""
    order: AxialOrder
    """From that grid to the case; the volume's order is kept, since it may be uneven."""


def axial_volume(volume: Volume) -> PlacedVolume:
    """The volume as it is: the program already orders slices foot to head."""
    affine = volume.geometry.affine[:, [2, 1, 0, 3]]
    array = volume.array
    if volume.is_inverted:
        array = array.max() + array.min() - array
    if volume.padding is not None:
        array = np.where(volume.padding, array[~volume.padding].min(), array)
    array = np.asarray(array, dtype=np.float32)
    order = AxialOrder((0, 1, 2), (False, False, False))
    return PlacedVolume(array, volume.geometry, Grid(array, affine), order)


def facts_of(series: Series, source: str, patient: str, phase: str, centre: str = "") -> CaseFacts:
    """Scanner and hash of a DICOM series; no identity."""
    acquisition = series.acquisition
    digest = sha256()
    for path in dict.fromkeys(instance.path for instance in series.instances):
        digest.update(sha256(path.read_bytes()).digest())
    return CaseFacts(
        source=source,
        patient=patient,
        centre=centre,
        phase=phase,
        vendor=vendor_of(f"{acquisition.manufacturer} {acquisition.manufacturer_model_name}"),
        scanner=acquisition.manufacturer_model_name,
        field_strength_t=acquisition.magnetic_field_strength_t,
        image_sha256=digest.hexdigest(),
    )
