"""Draws the pictures of docs/simulator.md: vendors, uptake, lesions and mimics beside each other.

    python tools/make_simulator_pictures.py [--anatomy DIR] [--out docs/simulator]

Takes some minutes. Nothing is chosen by hand: the first seeds that show a thing are taken.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.training.phantom.case import simulate_case
from hcc_viewer.training.phantom.config import PhantomConfig
from hcc_viewer.training.phantom.occurrence import OCCURRENCES
from hcc_viewer.training.phantom.types import Lesion, SimulatedCase, Tissue

FIRST_SEED = 800_000
TILE = 220
ZOOM_MM = 70.0
TRAITS = (
    "capsule",
    "mosaic",
    "nodule in nodule",
    "necrosis",
    "fat",
    "peritumoral hypointensity",
    "lobulated",
    "nearly isointense",
    "subcapsular",
    "dome",
)
Picture = NDArray[np.uint8]


def main() -> None:
    """Write all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--anatomy", type=Path, help="folder of real CT cases")
    parser.add_argument("--out", type=Path, default=Path("docs/simulator"))
    parser.add_argument("--patients", type=int, default=24, help="for lesions and mimics")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    plain = PhantomConfig(without_hcc=0.0)
    config = plain
    if options.anatomy is not None:
        config = replace(plain, anatomy=str(options.anatomy), real_share=0.5)
    _write(options.out / "vendors.jpg", _vendor_rows(config))
    kinds = replace(config, required=tuple(OCCURRENCES["raised"].cirrhotic), cirrhotic=0.7)
    cases = list(_simulate(kinds, options.patients))
    _write(options.out / "uptake.jpg", _uptake_rows(cases))
    _write(options.out / "lesions.jpg", _zoom_rows(_by_trait(cases)))
    _write(options.out / "mimics.jpg", _zoom_rows(_by_kind(cases)))


def _simulate(
    config: PhantomConfig, count: int, first: int = FIRST_SEED
) -> Iterator[SimulatedCase]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield from pool.map(simulate_case, range(first, first + count), [config] * count)


def _vendor_rows(config: PhantomConfig) -> list[list[tuple[str, Picture]]]:
    rows = []
    for number, (vendor, field) in enumerate(
        (v, f) for v in ("Philips", "Siemens", "GE") for f in ("1.5", "3.0")
    ):
        chosen = replace(config, vendor_weights={vendor: 1.0}, field_weights={field: 1.0})
        [case] = _simulate(chosen, 1, FIRST_SEED + 100 + number)
        rows.append(_levels(case, f"{vendor} {field} T"))
    return rows


def _uptake_rows(cases: list[SimulatedCase]) -> list[list[tuple[str, Picture]]]:
    ranked = sorted(cases, key=lambda case: case.parameters["signal"]["uptake_mm"])
    chosen = [ranked[-1], ranked[len(ranked) // 2], ranked[0]]
    return [
        _levels(case, f"uptake {case.parameters['signal']['uptake_mm']:.2f} mM") for case in chosen
    ]


def _levels(case: SimulatedCase, name: str) -> list[tuple[str, Picture]]:
    """Four slices through the liver, foot to head."""
    area = (case.labels == Tissue.LIVER).sum(axis=(1, 2))
    inside = np.flatnonzero(area > 0.1 * area.max())
    real = "" if case.source == "procedural" else f", anatomy {case.source.split(',')[0]}"
    out = []
    for share in (0.2, 0.45, 0.7, 0.92):
        index = int(inside[int(share * (len(inside) - 1))])
        out.append((name + real if not out else "", _grey(case, index)))
    return out


def _by_trait(cases: list[SimulatedCase]) -> dict[str, list[tuple[SimulatedCase, Lesion]]]:
    found: dict[str, list[tuple[SimulatedCase, Lesion]]] = {trait: [] for trait in TRAITS}
    for case in cases:
        for lesion in case.truth:
            for trait in lesion.traits:
                if lesion.is_hcc and trait in found and lesion.diameter_mm > 7:
                    found[trait].append((case, lesion))
    return found


def _by_kind(cases: list[SimulatedCase]) -> dict[str, list[tuple[SimulatedCase, Lesion]]]:
    found: dict[str, list[tuple[SimulatedCase, Lesion]]] = {}
    for case in cases:
        for lesion in case.truth:
            if not lesion.is_hcc:
                found.setdefault(lesion.kind, []).append((case, lesion))
    return found


def _zoom_rows(
    groups: dict[str, list[tuple[SimulatedCase, Lesion]]],
) -> list[list[tuple[str, Picture]]]:
    """A row for each name: its first four examples."""
    rows = []
    for name, members in groups.items():
        tiles = [
            (f"{name if not number else ''} {lesion.diameter_mm:.0f} mm", _zoom(case, lesion))
            for number, (case, lesion) in enumerate(members[:4])
        ]
        if tiles:
            rows.append(tiles)
    half = (len(rows) + 1) // 2
    blank = ("", np.zeros((TILE, TILE), np.uint8))
    left = [row + [blank] * (4 - len(row)) for row in rows[:half]]
    right = [row + [blank] * (4 - len(row)) for row in rows[half:]]
    right += [[blank] * 4] * (half - len(right))
    return [a + b for a, b in zip(left, right, strict=True)]


def _grey(case: SimulatedCase, index: int) -> Picture:
    """A whole slice, windowed for the liver."""
    image = _windowed(case, index)
    scale = TILE / max(image.shape)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    out = np.zeros((TILE, TILE), np.uint8)
    top = (TILE - small.shape[0]) // 2
    out[top : top + small.shape[0], : small.shape[1]] = small
    return out


def _zoom(case: SimulatedCase, lesion: Lesion) -> Picture:
    """ZOOM_MM around the middle of a lesion."""
    slices, rows, columns = np.nonzero(case.lesions == lesion.id)
    if not len(slices):
        return np.zeros((TILE, TILE), np.uint8)
    index = int(np.median(slices))
    here = slices == index
    pixel = case.geometry.spacing_mm[1]
    matrix = np.array(
        [
            [ZOOM_MM / TILE / pixel, 0, columns[here].mean() - ZOOM_MM / 2 / pixel],
            [0, ZOOM_MM / TILE / pixel, rows[here].mean() - ZOOM_MM / 2 / pixel],
        ]
    )
    flags = cv2.WARP_INVERSE_MAP | cv2.INTER_CUBIC
    return np.asarray(cv2.warpAffine(_windowed(case, index), matrix, (TILE, TILE), flags=flags))


def _windowed(case: SimulatedCase, index: int) -> Picture:
    liver = case.image[case.labels == Tissue.LIVER]
    top = 1.35 * float(np.median(liver))
    return np.clip(case.image[index] / top * 255, 0, 255).astype(np.uint8)


def _write(path: Path, rows: list[list[tuple[str, Picture]]]) -> None:
    drawn = []
    for row in rows:
        tiles = []
        for text, tile in row:
            picture = np.pad(tile, ((0, 2), (0, 2)))
            cv2.putText(picture, text, (5, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.42, 255, 1, cv2.LINE_AA)
            tiles.append(picture)
        drawn.append(np.hstack(tiles))
    cv2.imwrite(str(path), np.vstack(drawn), [cv2.IMWRITE_JPEG_QUALITY, 82])


if __name__ == "__main__":
    main()
