"""The great vessels outside the liver and the oesophagus, all tubes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hcc_viewer.training.phantom.anatomy.scene import Scene
from hcc_viewer.training.phantom.anatomy.shapes import Tube, tube
from hcc_viewer.training.phantom.anatomy.skeleton import SpineParameters, spine_center
from hcc_viewer.training.phantom.types import Tissue


@dataclass(frozen=True)
class VesselParameters:
    """Diameters and offsets in mm."""

    aorta: float
    aorta_x: float
    tortuosity: float
    cava: float
    cava_flatness: float
    portal: float
    mesenteric: int
    """Number of small vessels in the mesentery."""


def draw_vessels(rng: np.random.Generator, *, is_cirrhotic: bool) -> VesselParameters:
    """Draw calibres: aorta 18-25 mm, cava 15-25 mm, portal vein 10-16 mm, wider in cirrhosis."""
    return VesselParameters(
        aorta=rng.uniform(17.5, 25),
        aorta_x=rng.uniform(4, 16),
        tortuosity=rng.uniform(0, 6),
        cava=rng.uniform(15, 25),
        cava_flatness=rng.uniform(0.0, 0.35),
        portal=rng.uniform(10, 14) + 2.0 * is_cirrhotic * rng.random(),
        mesenteric=int(rng.integers(14, 34)),
    )


def aorta_curve(scene: Scene, p: VesselParameters, spine: SpineParameters) -> Tube:
    """In front of the spine, a little to the left, further behind in the chest."""
    z = np.linspace(-170, 190, 13)
    y, x = spine_center(spine, z.astype(np.float32))
    wave = p.tortuosity * np.sin(z / 55 + p.aorta_x)
    front = spine.half_depth + p.aorta / 2 + 2.5
    up = np.clip((z - 20) / 90, 0, 1)
    side = x + p.aorta_x + wave + 9 * up
    y = y - front + 9 * up + 0.3 * wave
    knots = [(float(a), float(b), float(c)) for a, b, c in zip(z, y, side, strict=True)]
    return tube(knots, (p.aorta / 2 * np.linspace(0.86, 1.12, len(z))).tolist())


def cava_curve(scene: Scene, p: VesselParameters, spine: SpineParameters) -> Tube:
    """Right of the aorta below, forward through the liver's groove to the right atrium."""
    s = scene.scale
    z = np.array([-170, -120, -80, -40, -10, 15, 40, 60, 78, 96]) * s[0]
    y, x = spine_center(spine, z.astype(np.float32))
    y = y - spine.half_depth - p.cava / 2 - 1
    forward = np.array([0, 0, 0, -2, -6, -11, -17, -23, -29, -33]) * s[1]
    side = np.array([-18, -19, -20, -21, -23, -25, -25, -23, -20, -19]) * s[2]
    width = np.array([0.9, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3]) * p.cava / 2
    knots = [
        (float(a), float(b + f), float(c + d))
        for a, b, f, c, d in zip(z, y, forward, x, side, strict=True)
    ]
    return tube(knots, width.tolist())


def add_great_vessels(
    scene: Scene, p: VesselParameters, spine: SpineParameters
) -> tuple[Tube, Tube]:
    """Paint aorta and cava and give them back."""
    aorta = aorta_curve(scene, p, spine)
    cava = cava_curve(scene, p, spine)
    for curve in (aorta, cava):
        scene.add_tube(curve, Tissue.BLOOD, take=curve is aorta)
        scene.add_tube(curve, Tissue.BLOOD, onto=Tissue.MUSCLE, take=False)
    return aorta, cava


def portal_curves(scene: Scene, p: VesselParameters) -> tuple[Tube, Tube, Tube]:
    """Main portal vein to the porta, splenic vein and superior mesenteric vein."""
    place = scene.place
    meeting = place(-34, -10, -4)
    portal = tube(
        [meeting, place(-24, -9, -14), place(-14, -13, -26), place(-8, -18, -36)], p.portal / 2
    )
    splenic = tube(
        [meeting, place(-24, -10, 18), place(-10, 6, 48), place(4, 20, 76)],
        [0.4 * p.portal, 0.36 * p.portal, 0.33 * p.portal, 0.28 * p.portal],
    )
    mesenteric = tube(
        [meeting, place(-60, -17, -4), place(-95, -26, -6), place(-140, -34, -14)],
        [0.42 * p.portal, 0.4 * p.portal, 0.34 * p.portal, 0.22 * p.portal],
    )
    return portal, splenic, mesenteric


def add_branches(scene: Scene, p: VesselParameters, aorta: Tube, spine: SpineParameters) -> None:
    """Paint portal system, coeliac and mesenteric arteries and the renal vessels."""
    for curve in portal_curves(scene, p):
        scene.add_tube(curve, Tissue.BLOOD)
    place = scene.place

    def start(z: float) -> tuple[float, float, float]:
        point = aorta.points[np.argmin(np.abs(aorta.points[:, 0] - z * scene.scale[0]))]
        return float(point[0]), float(point[1]), float(point[2])

    coeliac = start(-5)
    fork = (coeliac[0] - 2, coeliac[1] - 24, coeliac[2] - 2)
    arteries = (
        tube([coeliac, fork], 3.4),
        tube([fork, place(-14, -14, -12), place(-10, -18, -26)], 2.3),
        tube([fork, place(-4, 0, 35), place(2, 16, 66)], 2.4),
        tube([start(-18), place(-34, -4, 5), place(-70, -14, 6), place(-130, -30, 8)], 3.2),
        tube([start(-40), place(-42, 34, 30), place(-42, 44, 50)], 2.4),
        tube([start(-40), place(-46, 36, -28), place(-52, 46, -50)], 2.4),
    )
    for curve in arteries:
        scene.add_tube(curve, Tissue.BLOOD, take=False)
    vein = start(-36)
    left = tube(
        [
            place(-40, 44, 46),
            place(-36, 26, 30),
            (vein[0], vein[1] - 14, vein[2]),
            place(-36, 14, -16),
        ],
        [4.5, 5.0, 4.0, 5.0],
    )
    right = tube([place(-52, 44, -48), place(-48, 30, -34), place(-46, 18, -22)], 5.0)
    for curve in (left, right):
        scene.add_tube(curve, Tissue.BLOOD, take=False)


def add_oesophagus(scene: Scene, aorta: Tube) -> None:
    """Paint the oesophagus from beside the aorta down to the stomach's cardia."""
    top = aorta.points[aorta.points[:, 0] > 70 * scene.scale[0]][::8]
    above = [(float(q[0]), float(q[1] - 16), float(q[2] - 6)) for q in top[::-1]]
    knots = [*above, scene.place(58, 12, 12), scene.place(48, 4, 24)]
    scene.add_tube(tube(knots, 7.0), Tissue.STOMACH_WALL)


def add_mesentery(scene: Scene, count: int) -> None:
    """Paint small vessels into the fat before the spine and under the stomach."""
    rng = scene.generator("mesentery")
    for _ in range(count):
        root = np.array(
            scene.place(rng.uniform(-110, -10), rng.uniform(-25, 15), rng.uniform(-25, 40))
        )
        way = rng.normal(0, 1, 3) * np.array([16, 14, 18])
        bend = rng.normal(0, 6, 3)
        knots = [root, root + way + bend, root + 2 * way, root + 3 * way + bend]
        curve = tube([(k[0], k[1], k[2]) for k in knots], [2.2, 1.8, 1.4, 0.9])
        scene.add_tube(curve, Tissue.BLOOD, take=False)
