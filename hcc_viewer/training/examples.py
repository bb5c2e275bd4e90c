"""From a labelled case to an Example: the program's own preprocessing, and the truth beside it."""

from __future__ import annotations

import json
import mmap
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection.model_card import InputSpec
from hcc_viewer.detection.preprocess import join_channels, prepare_slices, warp_to_network
from hcc_viewer.training.phantom.store import write_arrays
from hcc_viewer.training.phantom.types import SimulatedCase, Tissue

TISSUE_GROUPS: tuple[tuple[str, tuple[Tissue, ...]], ...] = (
    ("other", ()),
    ("liver", (Tissue.LIVER,)),
    ("blood", (Tissue.BLOOD,)),
    ("bile", (Tissue.GALLBLADDER, Tissue.BILE_DUCT)),
    ("heart", (Tissue.HEART_MUSCLE,)),
    ("spleen", (Tissue.SPLEEN,)),
    ("kidney", (Tissue.KIDNEY_CORTEX, Tissue.KIDNEY_MEDULLA)),
    ("bowel", (Tissue.STOMACH_WALL, Tissue.BOWEL_WALL, Tissue.BOWEL_CONTENT, Tissue.PANCREAS)),
    ("lung", (Tissue.LUNG,)),
    ("mimic", ()),
    ("hcc", ()),
)
"""What the auxiliary head tells apart; lesions come on top of the tissue they lie in."""

TISSUE_SCALE = 2
"""Tissue maps have this many times fewer pixels a side than the network's input."""


UNKNOWN_TISSUE = 255
"""In a tissue map: nobody outlined what lies here. It is no class of the auxiliary head."""


@dataclass(frozen=True, eq=False)
class Example:
    """One case as the network sees it, slices foot to head, with its truth."""

    name: str
    slices: NDArray[np.uint8]
    """(slice, size, size) normalised values times 255 / clip."""
    hcc: NDArray[np.uint8]
    """(slice, size, size) share of the pixel that is HCC, times 255."""
    tissues: NDArray[np.uint8]
    """(slice, size / 2, size / 2) index into TISSUE_GROUPS, or UNKNOWN_TISSUE."""
    positions_mm: NDArray[np.float64]
    hcc_area_mm2: NDArray[np.float64]
    """(slice,) area of HCC in the whole slice; infinite where it is there and nobody said where."""
    clip: float
    """What 255 stands for."""
    source: str = "procedural"
    """Of the anatomy: `procedural`, or a real case's name, licence and hash."""

    def image(self, index: int, offsets_mm: tuple[float, ...]) -> NDArray[np.float32]:
        """(size, size, channels) normalised values of a slice and its neighbours."""
        return self.stored(index, offsets_mm) * np.float32(self.clip / 255)

    def stored(self, index: int, offsets_mm: tuple[float, ...]) -> NDArray[np.uint8]:
        """The same as it is stored: values times 255 / clip."""
        return join_channels(self.slices, self.positions_mm, index, offsets_mm)

    def is_positive(self, area_mm2: float) -> NDArray[np.bool_]:
        """(slice,) True where HCC covers at least this area."""
        return np.asarray(self.hcc_area_mm2 >= area_mm2)

    def is_uncertain(self, area_mm2: float) -> NDArray[np.bool_]:
        """(slice,) True where there is HCC, but less than this area."""
        return np.asarray((self.hcc_area_mm2 > 0) & (self.hcc_area_mm2 < area_mm2))


def make_example(case: SimulatedCase, spec: InputSpec, *, with_lesions: bool = True) -> Example:
    """Prepare a case by the program's own preprocessing.

    Args:
        case: The case; its truth is on the image's grid.
        spec: From the configuration, later from the card.
        with_lesions: False: the paired image without HCC, every slice negative.

    Raises:
        ValueError: The paired image is asked for and the case has none.
    """
    image = case.image if with_lesions else case.image_without_lesions
    if image is None:
        raise ValueError(f"The case {case.name} has no paired image without lesions.")
    stack = prepare_slices(image.astype(np.float32), case.geometry, spec)
    hcc_ids = [lesion.id for lesion in case.truth if lesion.is_hcc and with_lesions]
    other_ids = [lesion.id for lesion in case.truth if not lesion.is_hcc]
    is_hcc = np.isin(case.lesions, hcc_ids)
    groups = _groups(case.labels)
    groups[np.isin(case.lesions, other_ids)] = _group_index("mimic")
    groups[is_hcc] = _group_index("hcc")
    _, row_mm, column_mm = case.geometry.spacing_mm
    size = spec.size
    hcc = np.zeros((len(image), size, size), np.uint8)
    tissues = np.empty((len(image), size // TISSUE_SCALE, size // TISSUE_SCALE), np.uint8)
    for index in range(len(image)):
        if is_hcc[index].any():
            share = warp_to_network(is_hcc[index].astype(np.float32), stack.frame, size)
            hcc[index] = np.rint(np.clip(share, 0, 1) * 255)
        tissues[index] = _warp_labels(groups[index], stack.frame.to_image, size // TISSUE_SCALE)
    return Example(
        name=case.name,
        slices=np.rint(stack.slices * (255.0 / spec.clip)).astype(np.uint8),
        hcc=hcc,
        tissues=tissues,
        positions_mm=np.array(case.geometry.positions_mm),
        hcc_area_mm2=is_hcc.sum(axis=(1, 2)) * row_mm * column_mm,
        clip=spec.clip,
        source=case.source,
    )


def save_example(example: Example, path: Path) -> None:
    """Write an example beside its place and move it in; an interrupted run leaves nothing half."""
    temporary = path.with_name(path.name + ".part")
    facts = {"name": example.name, "clip": example.clip, "source": example.source}
    arrays = {
        "slices": example.slices,
        "hcc": example.hcc,
        "tissues": example.tissues,
        "positions_mm": example.positions_mm,
        "hcc_area_mm2": example.hcc_area_mm2,
        "facts": np.array(json.dumps(facts)),
    }
    try:
        with temporary.open("wb") as stream:
            write_arrays(stream, arrays)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def load_example(path: Path) -> Example:
    """Read what `save_example` wrote."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        facts = json.loads(str(stored["facts"]))
        return Example(
            name=facts["name"],
            slices=stored["slices"],
            hcc=_sparse(stored["hcc"]),
            tissues=stored["tissues"],
            positions_mm=stored["positions_mm"],
            hcc_area_mm2=stored["hcc_area_mm2"],
            clip=facts["clip"],
            source=facts["source"],
        )


def _sparse(stack: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same, its empty slices on memory that is never touched: most have no HCC.

    A mapping of its own, because memory that was used before would be filled with zeros.
    """
    private = (
        {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}
    )
    out = np.frombuffer(mmap.mmap(-1, max(stack.nbytes, 1), **private), np.uint8, stack.size)
    out = out.reshape(stack.shape)
    for index in np.flatnonzero(stack.any(axis=(1, 2))):
        out[index] = stack[index]
    return out


def _group_index(name: str) -> int:
    return [group for group, _ in TISSUE_GROUPS].index(name)


def _groups(labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    table = np.zeros(256, np.uint8)
    for index, (_, tissues) in enumerate(TISSUE_GROUPS):
        for tissue in tissues:
            table[tissue] = index
    return np.asarray(table[labels])


def _warp_labels(
    labels: NDArray[np.uint8], to_image: NDArray[np.float64], size: int
) -> NDArray[np.uint8]:
    """Nearest label on a grid TISSUE_SCALE times coarser than the network's input."""
    (a, b, row), (c, d, column) = to_image
    offset = (TISSUE_SCALE - 1) / 2
    row, column = row + (a + b) * offset, column + (c + d) * offset
    matrix = np.array([[d, c, 0], [b, a, 0]]) * TISSUE_SCALE
    matrix[:, 2] = column, row
    flags = cv2.WARP_INVERSE_MAP | cv2.INTER_NEAREST
    return np.asarray(cv2.warpAffine(labels, matrix, (size, size), flags=flags), dtype=np.uint8)
