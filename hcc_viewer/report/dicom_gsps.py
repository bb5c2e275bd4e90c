"""Writes `gsps.dcm`: a presentation state that circles the findings on the original images.

A PACS lays it over the study's own images; nothing is burned into them (PS3.3 A.33.1).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import highdicom
import numpy as np
from highdicom import pr
from highdicom.content import ReferencedImageSequence
from pydicom import Dataset
from pydicom.sr.codedict import codes

from hcc_viewer.detection import Detection
from hcc_viewer.dicom import Volume
from hcc_viewer.report.content import ReportContent
from hcc_viewer.report.dicom_common import (
    FIRST_SERIES_NUMBER,
    checked_making,
    distinct,
    frame_numbers,
    read_sources,
    series_settings,
    to_bytes,
)
from hcc_viewer.report.rows import FindingRow

FILE_NAME = "gsps.dcm"

LEAST_RADIUS_MM = 10.0
"""Of a circle: a small lesion stays free inside it."""


def files(
    content: ReportContent, detection: Detection, volume: Volume
) -> Iterator[tuple[str, bytes]]:
    """Yield `gsps.dcm`; nothing without findings, or for a series in colour."""
    rows = content.all_findings
    if not rows or volume.color is not None:
        return
    sources = read_sources(detection, sorted({row.peak_index for row in rows}))
    with checked_making():
        state = _state(content, detection, volume, rows, sources)
        state.BodyPartExamined = "LIVER"
        yield FILE_NAME, to_bytes(state, content, next(iter(sources.values())))


def _state(
    content: ReportContent,
    detection: Detection,
    volume: Volume,
    rows: tuple[FindingRow, ...],
    sources: dict[int, Dataset],
) -> pr.GrayscaleSoftcopyPresentationState:
    layer = pr.GraphicLayer("HCC_VIEWER", 1, "Findings of HCC Viewer")
    windows = [_window(detection, volume, index, sources[index]) for index in sources]
    return pr.GrayscaleSoftcopyPresentationState(
        referenced_images=[_without_rescale(source) for source in distinct(sources)],
        series_number=FIRST_SERIES_NUMBER + 5,
        sop_instance_uid=str(highdicom.UID()),
        instance_number=1,
        content_label="HCC_VIEWER",
        content_description="Findings; for research use only",
        concept_name=codes.DCM.OfInterest,
        graphic_layers=[layer],
        graphic_annotations=[_circle(detection, row, sources, layer) for row in rows],
        voi_lut_transformations=windows,
        **series_settings(content, "HCC Viewer marks"),
    )


def _circle(
    detection: Detection, row: FindingRow, sources: dict[int, Dataset], layer: pr.GraphicLayer
) -> pr.GraphicAnnotation:
    """A circle around a finding with its number and probability above it."""
    column, line = row.mark[1] + 1, row.mark[0] + 1  # the first pixel is 1\1 (PS3.3 C.10.5.1.2)
    radius = LEAST_RADIUS_MM / detection.series.geometry.spacing_mm[2]
    radius = min(radius, max(column - 1, detection.series.columns - column))
    side = 1 if column + radius <= detection.series.columns else -1
    outline = np.array([[column, line], [column + side * radius, line]])
    source = sources[row.peak_index]
    # Text, and the two points that make the circle, must lie inside the image.
    anchor = (max(1.0, column), max(1.0, line - radius))
    said = f"{row.key}: {row.probability}, {row.reader}"
    frames = frame_numbers(detection, row.peak_index)
    return pr.GraphicAnnotation(
        referenced_images=[source],
        graphic_layer=layer,
        referenced_frame_number=frames,
        graphic_objects=[pr.GraphicObject("CIRCLE", outline, "PIXEL")],
        text_objects=[
            pr.TextObject(said, "PIXEL", anchor_point=anchor, anchor_point_visible=False)
        ],
    )


def _window(
    detection: Detection, volume: Volume, index: int, source: Dataset
) -> pr.SoftcopyVOILUTTransformation:
    """The volume's window in the stored values of one image.

    The state has no modality transformation, so that images with different rescale values, which
    some scanners write in one series, may share it.
    """
    slope, intercept = _rescale(source, detection.series.instances[index].frame)
    frames = frame_numbers(detection, index)
    return pr.SoftcopyVOILUTTransformation(
        window_center=(volume.window_center - intercept) / slope,
        window_width=max(1.0, abs(volume.window_width / slope)),
        referenced_images=ReferencedImageSequence([source], frames),
    )


def _without_rescale(source: Dataset) -> Dataset:
    """The header without what highdicom would copy into the state as its modality transformation.

    Else it refuses images of different rescale values.
    """
    bare = Dataset()
    bare.update(source)
    for keyword in ("RescaleSlope", "RescaleIntercept", "RescaleType", "ModalityLUTSequence"):
        bare.pop(keyword, None)
    for keyword in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        if keyword in source:
            setattr(bare, keyword, [_without_values(group) for group in source[keyword].value])
    return bare


def _without_values(group: Dataset) -> Dataset:
    bare = Dataset()
    bare.update(group)
    bare.pop("PixelValueTransformationSequence", None)
    return bare


def _rescale(source: Dataset, frame: int | None) -> tuple[float, float]:
    """Slope and intercept from stored to modality values of an image or one of its frames."""
    groups: list[Dataset] = [source]
    if frame is not None:
        per_frame = source.get("PerFrameFunctionalGroupsSequence") or []
        chosen = [per_frame[frame - 1]] if frame <= len(per_frame) else []
        for group in (*chosen, *(source.get("SharedFunctionalGroupsSequence") or [])):
            groups += group.get("PixelValueTransformationSequence") or []
    for group in reversed(groups):
        slope = float(group.get("RescaleSlope") or 0.0)
        if slope and math.isfinite(slope):
            return slope, float(group.get("RescaleIntercept") or 0.0)
    return 1.0, 0.0
