"""Volumes with bright balls at known places in the patient, stored in any orientation."""

from pathlib import Path

import numpy as np

from hcc_viewer.dicom import Geometry, Instance, PhaseScore, Series, Volume

AXIAL = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
"""Columns: directions of the column, row and slice index in LPS."""


def make_volume(
    balls=(),
    *,
    shape=(20, 200, 240),
    spacing=(4.0, 1.5, 1.5),
    axes=AXIAL,
    score=90,
    refusal=None,
    is_inverted=False,
    known=True,
):
    """A body of value 500 in air of 10, with balls of value 1500.

    Args:
        balls: (x, y, z, radius) in mm, LPS, around the volume's middle.
    """
    slices, rows, columns = shape
    slice_mm, row_mm, column_mm = spacing
    affine = np.eye(4)
    affine[:3, :3] = axes * np.array([column_mm, row_mm, slice_mm])
    middle = np.array([(columns - 1) / 2, (rows - 1) / 2, (slices - 1) / 2])
    affine[:3, 3] = -affine[:3, :3] @ middle
    index = np.stack(
        np.meshgrid(np.arange(slices), np.arange(rows), np.arange(columns), indexing="ij"), -1
    )[..., ::-1]
    x, y, z = np.moveaxis(index @ affine[:3, :3].T + affine[:3, 3], -1, 0)
    body = (x / 150) ** 2 + (y / 100) ** 2 < 1
    array = np.where(body, 500.0, 10.0) + np.random.default_rng(0).normal(0, 5, x.shape)
    for bx, by, bz, radius in balls:
        array[(x - bx) ** 2 + (y - by) ** 2 + (z - bz) ** 2 < radius**2] = 1500.0
    if is_inverted:
        array = 2000.0 - array
    origin = float(affine[:3, 3] @ axes[:, 2])
    geometry = Geometry(affine, origin + np.arange(slices) * slice_mm, known)
    series = Series(
        study_instance_uid="1.2",
        series_instance_uid="1.2.3",
        description="Test",
        modality="MR",
        instances=tuple(Instance(Path(f"{i}.dcm"), f"1.2.3.{i + 1}") for i in range(slices)),
        geometry=geometry,
        rows=rows,
        columns=columns,
        phase=PhaseScore(score),
        refusal=refusal,
    )
    return Volume(series, array.astype(np.float32), 750.0, 1500.0, is_inverted)
