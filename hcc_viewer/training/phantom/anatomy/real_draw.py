"""Draws new patients from real cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from hcc_viewer.errors import HccViewerError
from hcc_viewer.training.phantom.anatomy.body import draw_body
from hcc_viewer.training.phantom.anatomy.bowel import draw_bowel
from hcc_viewer.training.phantom.anatomy.completion import CompletionParameters, complete_body
from hcc_viewer.training.phantom.anatomy.deform import (
    DeformParameters,
    draw_deformation,
    resample,
    source_positions,
)
from hcc_viewer.training.phantom.anatomy.real import RealCase, find_cases, read_case
from hcc_viewer.training.phantom.anatomy.refine import bounding_box, refine_organs
from hcc_viewer.training.phantom.anatomy.scene import Scene
from hcc_viewer.training.phantom.anatomy.shapes import Array, Grid, Point
from hcc_viewer.training.phantom.anatomy.skeleton import draw_spine
from hcc_viewer.training.phantom.anatomy.thorax import draw_thorax
from hcc_viewer.training.phantom.types import Anatomy, Tissue

CASES_IN_MEMORY = 8
"""Each takes some 30 MB."""

BIG_SPLEEN_ML = 500.0
"""A spleen above it is taken as a sign of portal hypertension, hence cirrhosis."""


@dataclass(frozen=True)
class RealParameters:
    """All that was drawn for one patient made of a real case; lengths in mm."""

    case: str
    deformation: DeformParameters
    completion: CompletionParameters
    below: float
    """Field of view below the liver."""
    above: float
    margin: float


def draw_real_anatomy(
    rng: np.random.Generator,
    case: RealCase,
    spacing_mm: tuple[float, float, float] = (2.0, 1.4, 1.4),
) -> Anatomy:
    """Draw a patient from a case: deform it and fill in what it lacks.

    Args:
        rng: Where all randomness comes from.
        case: A real case.
        spacing_mm: Of slices, rows and columns.
    """
    body = draw_body(rng)
    p = RealParameters(
        case=case.name,
        deformation=draw_deformation(rng),
        completion=CompletionParameters(
            body=body,
            spine=draw_spine(rng, body),
            thorax=draw_thorax(rng, body.adiposity),
            bowel=draw_bowel(rng, is_cirrhotic=False, adiposity=body.adiposity),
            psoas=float(rng.uniform(13, 20)),
            mesenteric=int(rng.integers(12, 30)),
        ),
        below=float(rng.uniform(8, 38)),
        above=float(rng.uniform(6, 30)),
        margin=float(rng.uniform(8, 20)),
    )
    return build_real_anatomy(case, p, spacing_mm)


@lru_cache(maxsize=4)
def real_anatomy_source(
    folder: Path, only: tuple[str, ...] = (), without: tuple[str, ...] = ()
) -> Callable[[np.random.Generator, tuple[float, float, float]], Anatomy]:
    """A function that draws a patient from one of a folder's cases; those read last are kept.

    Args:
        folder: Of cases, in a layout that `find_cases` knows.
        only: Names of the cases to use; empty: all.
        without: Names of cases to leave out.

    Raises:
        HccViewerError: No case is left.
    """
    files = [
        case
        for case in find_cases(folder)
        if (not only or case.name in only) and case.name not in without
    ]
    if not files:
        raise HccViewerError(
            f"{folder} holds none of the anatomy cases asked for ({', '.join(only) or 'any'}"
            f"{', without ' + ', '.join(without) if without else ''})."
        )

    @lru_cache(maxsize=CASES_IN_MEMORY)
    def read(number: int) -> RealCase:
        return read_case(files[number])

    def draw(rng: np.random.Generator, spacing_mm: tuple[float, float, float]) -> Anatomy:
        return draw_real_anatomy(rng, read(int(rng.integers(len(files)))), spacing_mm)

    return draw


def build_real_anatomy(
    case: RealCase, p: RealParameters, spacing_mm: tuple[float, float, float]
) -> Anatomy:
    """The anatomy that a case and the parameters describe."""
    origin, dome = _axis(case)
    grid = _grid(case, p, origin, spacing_mm)
    positions = source_positions(p.deformation, grid, dome)
    if case.has_ct:
        last = (case.labels.shape[0] - 1) * case.spacing_mm[0] + origin[0]
        np.clip(positions[0], origin[0], last, out=positions[0])
    organs = resample(case.labels, origin, case.spacing_mm, positions, 0, 0).astype(np.uint8)
    for tissue in (Tissue.LIVER, Tissue.SPLEEN):
        _smooth_outline(organs, tissue, case, origin, positions)
    scene = Scene(grid, p.deformation.seed, (1.0, 1.0, 1.0), 0.0)
    texture = None
    if case.has_ct:
        scene.labels = organs
    else:
        complete_body(scene, organs, p.completion)
    refine_organs(scene, gas_known=case.has_ct)
    if case.texture is not None:
        values = resample(case.texture, origin, case.spacing_mm, positions, 1, 1.0)
        texture = values.astype(np.float32)
    spleen_ml = np.count_nonzero(scene.labels == Tissue.SPLEEN) * grid.voxel_ml
    return Anatomy(
        labels=scene.labels,
        spacing_mm=spacing_mm,
        texture=texture,
        source=case.source,
        parameters=asdict(p),
        is_cirrhotic=bool(spleen_ml > BIG_SPLEEN_ML),
        whole_liver=not bool((scene.labels[[0, -1]] == Tissue.LIVER).any()),
    )


def _smooth_outline(
    organs: NDArray[np.uint8],
    tissue: Tissue,
    case: RealCase,
    origin: Point,
    positions: tuple[Array, Array, Array],
) -> None:
    """Redraw a large organ's outline without the steps of the case's voxels."""
    box = bounding_box(case.labels == tissue)
    if box is None:
        return
    mask = ndimage.gaussian_filter((case.labels[box] == tissue).astype(np.float32), 0.8)
    low = [o + s * b.start for o, s, b in zip(origin, case.spacing_mm, box, strict=True)]
    share = resample(mask, (low[0], low[1], low[2]), case.spacing_mm, positions, 1, 0.0)
    organs[
        (share >= 0.5) & np.isin(organs, (Tissue.AIR, Tissue.FAT, Tissue.MUSCLE, Tissue.LUNG))
    ] = tissue
    if not case.has_ct:
        organs[(share < 0.5) & (organs == tissue)] = Tissue.AIR


def _axis(case: RealCase) -> tuple[Point, float]:
    """Origin of the case in mm about its own axis, and the height of its dome there."""
    spacing = np.array(case.spacing_mm)
    liver = np.argwhere(case.labels == Tissue.LIVER)
    levels = slice(*np.percentile(liver[:, 0], [20, 80]).astype(int))
    middle = case.labels[levels]
    cord = np.argwhere(middle == Tissue.SPINAL_CORD)
    vessels = np.argwhere(middle == Tissue.BLOOD)
    if len(cord):
        x = float(cord[:, 2].mean())
    elif len(vessels):
        x = float(vessels[:, 2].mean())
    else:
        x = case.labels.shape[2] / 2
    solid = np.argwhere(np.isin(middle, (Tissue.LIVER, Tissue.SPLEEN, Tissue.KIDNEY_CORTEX)))
    front, back = np.percentile(solid[:, 1], [1, 99])
    axis = np.array([liver[:, 0].mean(), 0.5 * (front + back), x])
    origin = -axis * spacing
    dome = float((liver[:, 0].max() - axis[0]) * spacing[0])
    return (float(origin[0]), float(origin[1]), float(origin[2])), dome


def _grid(case: RealCase, p: RealParameters, origin: Point, spacing_mm: Point) -> Grid:
    """The field of view: the liver along z, the body across."""
    spacing = np.array(case.spacing_mm)
    sz, sy, sx = p.deformation.scale
    liver = np.flatnonzero((case.labels == Tissue.LIVER).any(axis=(1, 2)))
    data_top = (case.labels.shape[0] - 1) * spacing[0] + origin[0]
    bottom = max((liver[0] * spacing[0] + origin[0]) - p.below, origin[0]) * sz
    top = min((liver[-1] * spacing[0] + origin[0]) + p.above, data_top) * sz
    top += p.deformation.breath if top < data_top * sz - 1 else 0.0
    if not case.has_ct and (case.labels[-1] == Tissue.LIVER).any():
        # The elastic warp must not reach over the end of the data.
        top -= 2.0 * p.deformation.coarse
    inside = case.labels > 0
    rows = np.flatnonzero(inside.any(axis=(0, 2))) * spacing[1] + origin[1]
    columns = np.flatnonzero(inside.any(axis=(0, 1))) * spacing[2] + origin[2]
    room = 2.0 * p.deformation.coarse + p.margin * 0.5 + 5.0
    body = p.completion.body
    front, side, back = (0.0, 0.0, 0.0)
    if not case.has_ct:
        front = body.wall + 1.3 * body.fat_front
        side = body.wall + 1.4 * body.fat_side + 8
        back = 1.3 * body.fat_back + 12
        if not (case.labels == Tissue.BONE).any():
            back += 45
    low = (bottom, rows[0] * sy - front - room, columns[0] * sx - side - room)
    high = (top, rows[-1] * sy + back + room, columns[-1] * sx + side + room)
    counts = [max(2, round((b - a) / s) + 1) for a, b, s in zip(low, high, spacing_mm, strict=True)]
    return Grid(
        (counts[0], counts[1], counts[2]),
        spacing_mm,
        (float(low[0]), float(low[1]), float(low[2])),
    )
