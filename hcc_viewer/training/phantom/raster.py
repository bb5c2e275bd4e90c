"""Turns tubes into soft (fractional) masks, so that thin vessels keep their partial volume."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.training.phantom.fields import FloatArray, Shape3D, Spacing
from hcc_viewer.training.phantom.vessels import VISIBLE_RADIUS_MM, Tubes

EDGE_MM = 1.4
"""Width over which a mask falls from 1 to 0: one voxel in the plane."""

CHUNK_POINTS = 4000
"""Samples that are drawn at once; bounds the memory."""


def rasterise(tubes: Tubes, shape: Shape3D, spacing_mm: Spacing) -> FloatArray:
    """(slice, row, column) fraction of each voxel that lies inside the tubes, 0 to 1."""
    out = np.zeros(shape, np.float32)
    order = np.argsort(tubes.radii)
    edges = np.searchsorted(tubes.radii[order], _radius_bins(tubes))
    for first, last in pairwise(edges):
        for start in range(int(first), int(last), CHUNK_POINTS):
            chosen = order[start : min(start + CHUNK_POINTS, int(last))]
            _splat(out, tubes, chosen, np.array(spacing_mm, np.float32))
    return out


def _radius_bins(tubes: Tubes) -> NDArray[np.float64]:
    largest = float(tubes.radii.max(initial=0.0))
    return np.array([0.0, 1.0, 1.6, 2.5, 4.0, 6.0, max(largest, 6.0) + 1.0])


def _splat(out: FloatArray, tubes: Tubes, chosen: NDArray[np.int64], spacing: FloatArray) -> None:
    """Raise `out` to the coverage of the chosen samples, all within one box size."""
    if len(chosen) == 0:
        return
    radii = tubes.radii[chosen]
    reach = np.ceil((float(radii.max()) + EDGE_MM) / spacing).astype(int)
    grids = np.meshgrid(*[np.arange(-r, r + 1) for r in reach], indexing="ij")
    offsets = np.stack([grid.ravel() for grid in grids], axis=1)
    base = np.rint(tubes.points[chosen] / spacing).astype(int)
    index = base[:, None, :] + offsets[None]
    away = index * spacing - tubes.points[chosen][:, None, :]
    along = np.einsum("nki,ni->nk", away, tubes.directions[chosen])
    beyond = np.maximum(np.abs(along) - 0.6, 0)
    squared = np.einsum("nki,nki->nk", away, away) - along**2 + beyond**2
    distance = np.sqrt(np.maximum(squared, 0))
    coverage = np.clip((radii[:, None] - distance) / EDGE_MM + 0.5, 0, 1)
    coverage *= np.minimum(1.0, radii / (VISIBLE_RADIUS_MM * 1.2))[:, None]
    valid = (coverage > 0) & ((index >= 0) & (index < np.array(out.shape))).all(axis=2)
    flat = np.ravel_multi_index(tuple(index[valid].T), out.shape)
    np.maximum.at(out.reshape(-1), flat, coverage[valid].astype(np.float32))
