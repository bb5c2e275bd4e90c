"""A patient's anatomy from random numbers alone: no data files are needed."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from hcc_viewer.training.phantom.anatomy.body import (
    BodyParameters,
    build_layers,
    draw_body,
    paint_wall,
    polar_map,
)
from hcc_viewer.training.phantom.anatomy.bowel import (
    BowelParameters,
    add_ascites,
    add_colon,
    add_small_bowel,
    add_stomach,
    draw_bowel,
)
from hcc_viewer.training.phantom.anatomy.liver import (
    GallbladderParameters,
    LiverParameters,
    add_gallbladder,
    add_liver,
    draw_gallbladder,
    draw_liver,
)
from hcc_viewer.training.phantom.anatomy.organs import (
    OrganParameters,
    add_adrenals,
    add_deep_muscles,
    add_kidney,
    add_pancreas,
    add_spleen,
    draw_organs,
)
from hcc_viewer.training.phantom.anatomy.scene import Scene
from hcc_viewer.training.phantom.anatomy.shapes import Grid
from hcc_viewer.training.phantom.anatomy.skeleton import (
    SpineParameters,
    add_ribs,
    add_spine,
    draw_spine,
    layer_muscles,
)
from hcc_viewer.training.phantom.anatomy.thorax import (
    ThoraxParameters,
    add_crura,
    add_thorax,
    draw_thorax,
)
from hcc_viewer.training.phantom.anatomy.vessels import (
    VesselParameters,
    add_branches,
    add_great_vessels,
    add_mesentery,
    add_oesophagus,
    draw_vessels,
)
from hcc_viewer.training.phantom.types import Anatomy, Tissue


@dataclass(frozen=True)
class ProceduralParameters:
    """All that was drawn for one patient; lengths in mm."""

    seed: int
    """Of the random fields."""
    is_cirrhotic: bool
    warp: float
    """Standard deviation of the displacement of the organs."""
    z_low: float
    z_high: float
    margin: float
    """Of air around the body."""
    body: BodyParameters
    spine: SpineParameters
    thorax: ThoraxParameters
    liver: LiverParameters
    gallbladder: GallbladderParameters
    organs: OrganParameters
    vessels: VesselParameters
    bowel: BowelParameters


def draw_parameters(
    rng: np.random.Generator, *, cirrhotic_share: float = 0.5
) -> ProceduralParameters:
    """Draw a patient."""
    cirrhotic = bool(rng.random() < cirrhotic_share)
    body = draw_body(rng)
    size = body.cavity_half_width / 132 * body.height_scale
    liver = draw_liver(rng, is_cirrhotic=cirrhotic, size=float(np.sqrt(size)))
    thorax = draw_thorax(rng, body.adiposity)
    low = (liver.tip - rng.uniform(8, 38)) * body.height_scale
    high = (thorax.right_dome + rng.uniform(6, 30)) * body.height_scale
    return ProceduralParameters(
        seed=int(rng.integers(2**31)),
        is_cirrhotic=cirrhotic,
        warp=float(rng.uniform(2.0, 4.5)),
        z_low=float(min(low, high - 160)),
        z_high=float(high),
        margin=float(rng.uniform(8, 20)),
        body=body,
        spine=draw_spine(rng, body),
        thorax=thorax,
        liver=liver,
        gallbladder=draw_gallbladder(rng),
        organs=draw_organs(
            rng, is_cirrhotic=cirrhotic, adiposity=body.adiposity, size=float(np.sqrt(size))
        ),
        vessels=draw_vessels(rng, is_cirrhotic=cirrhotic),
        bowel=draw_bowel(rng, is_cirrhotic=cirrhotic, adiposity=body.adiposity),
    )


def draw_procedural_anatomy(
    rng: np.random.Generator,
    spacing_mm: tuple[float, float, float] = (2.0, 1.4, 1.4),
    *,
    cirrhotic_share: float = 0.5,
) -> Anatomy:
    """Draw and build a patient's upper abdomen.

    Args:
        rng: Where all randomness comes from; the same state gives the same patient, at any
            spacing.
        spacing_mm: Of slices, rows and columns.
        cirrhotic_share: Probability of a cirrhotic liver.
    """
    return build_anatomy(draw_parameters(rng, cirrhotic_share=cirrhotic_share), spacing_mm)


def build_anatomy(
    p: ProceduralParameters, spacing_mm: tuple[float, float, float] = (2.0, 1.4, 1.4)
) -> Anatomy:
    """The anatomy that the parameters describe."""
    z = np.arange(p.z_low, p.z_high, 10.0, dtype=np.float32)
    layers = build_layers(p.body, z)
    angle = (np.arange(layers.fat.shape[1]) / layers.fat.shape[1] * 2 - 1) * np.pi
    across = (layers.fat * np.sin(angle)).max(), (layers.fat * -np.sin(angle)).max()
    along = (layers.fat * np.cos(angle)).max(), (layers.fat * -np.cos(angle)).max()
    low = (p.z_low, -float(along[0]) - p.margin, -float(across[1]) - p.margin)
    high = (p.z_high, float(along[1]) + p.margin, float(across[0]) + p.margin)
    counts = [round((b - a) / s) + 1 for a, b, s in zip(low, high, spacing_mm, strict=True)]
    grid = Grid((counts[0], counts[1], counts[2]), spacing_mm, low)
    scene = Scene(grid, p.seed, p.body.scale, p.warp)
    _build_frame(scene, p)
    _build_organs(scene, p)
    return Anatomy(
        labels=scene.labels,
        spacing_mm=spacing_mm,
        parameters=asdict(p),
        is_cirrhotic=p.is_cirrhotic,
        whole_liver=_is_whole(scene),
    )


def _build_frame(scene: Scene, p: ProceduralParameters) -> None:
    """Wall, skeleton and chest."""
    layers = build_layers(p.body, scene.grid.axes()[0])
    polar = polar_map(scene.grid)
    scene.wall = paint_wall(scene.labels, polar, layers, p.body.skin)
    layer_muscles(scene, p.body, polar, layers)
    add_ribs(scene, p.body, polar)
    add_spine(scene, p.spine)
    add_thorax(scene, p.thorax, p.spine.y)


def _build_organs(scene: Scene, p: ProceduralParameters) -> None:
    """Organs in the order in which they claim room."""
    aorta, cava = add_great_vessels(scene, p.vessels, p.spine)
    add_oesophagus(scene, aorta)
    add_crura(scene, aorta.points, scene.generator("crura"))
    add_deep_muscles(scene, p.organs.psoas, p.spine)
    add_branches(scene, p.vessels, aorta, p.spine)
    add_kidney(scene, p.organs.right_kidney, "right kidney")
    add_kidney(scene, p.organs.left_kidney, "left kidney")
    add_gallbladder(scene, p.gallbladder)
    add_liver(scene, p.liver, p.gallbladder, cava)
    add_spleen(scene, p.organs, p.thorax.left_dome)
    add_adrenals(scene, p.organs)
    add_pancreas(scene, p.organs)
    add_stomach(scene, p.bowel, p.thorax.left_dome)
    add_colon(scene, p.bowel)
    add_small_bowel(scene, p.bowel)
    add_mesentery(scene, p.vessels.mesenteric)
    add_ascites(scene, p.bowel.ascites)


def _is_whole(scene: Scene) -> bool:
    """Whether the liver ends inside the field of view."""
    ends = scene.labels[[0, -1]] == Tissue.LIVER
    return not bool(ends.any())
