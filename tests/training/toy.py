"""Cases so simple that their truth is plain: a bright oval liver in a body, a dark ball as HCC."""

import numpy as np

from hcc_viewer.dicom import Geometry
from hcc_viewer.training.phantom.types import Lesion, SimulatedCase, Tissue


def make_toy_case(
    seed=1, *, slices=12, size=160, with_hcc=True, radius_mm=12.0, spacing_mm=(4.0, 2.4, 2.4)
):
    """A case of `slices` slices of size x size pixels; the HCC, if any, lies in the liver."""
    generator = np.random.default_rng(seed)
    z, y, x = np.meshgrid(
        np.arange(slices) * spacing_mm[0],
        np.arange(size) * spacing_mm[1],
        np.arange(size) * spacing_mm[2],
        indexing="ij",
    )
    middle = size * spacing_mm[1] / 2
    body = ((x - middle) / 165) ** 2 + ((y - middle) / 110) ** 2 < 1
    liver = ((x - middle + 55) / 75) ** 2 + ((y - middle) / 65) ** 2 < 1
    labels = np.where(body, Tissue.MUSCLE, Tissue.AIR).astype(np.uint8)
    labels[liver] = Tissue.LIVER
    image = np.where(liver, 800.0, np.where(body, 350.0, 20.0))
    center = np.array([slices * spacing_mm[0] / 2, middle, middle - 55]) + generator.uniform(
        -20, 20, 3
    ) * [0.3, 1, 1]
    ball = (
        (z - center[0]) ** 2 + (y - center[1]) ** 2 + (x - center[2]) ** 2 < radius_mm**2
    ) & with_hcc
    noise = generator.normal(0, 15, image.shape)
    plain = np.clip(image + noise, 0, 4000).astype(np.uint16)
    image = np.clip(np.where(ball, 400.0, image) + noise, 0, 4000).astype(np.uint16)
    affine = np.diag([spacing_mm[2], spacing_mm[1], spacing_mm[0], 1.0])
    lesion = Lesion(1, "hcc", (center[2], center[1], center[0]), 2 * radius_mm, 0.5)
    return SimulatedCase(
        name=f"SIM^{seed:04d}",
        seed=seed,
        image=image,
        labels=labels,
        lesions=ball.astype(np.uint8),
        geometry=Geometry(affine, np.arange(slices) * spacing_mm[0]),
        truth=(lesion,) if with_hcc else (),
        protocol={},
        parameters={},
        image_without_lesions=plain,
    )
