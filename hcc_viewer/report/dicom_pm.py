"""Writes `pm.dcm`: the class activation maps of all slices as a Parametric Map (PS3.3 A.75).

The map keeps the network's own grid and lies in the patient's frame of reference, so that a viewer
lays it over the series itself, without colours of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import highdicom
import numpy as np
from highdicom import pm
from highdicom.content import (
    PixelMeasuresSequence,
    PlaneOrientationSequence,
    PlanePositionSequence,
    VOILUTTransformation,
)
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.sr.codedict import codes

from hcc_viewer.detection import Detection
from hcc_viewer.dicom import Volume
from hcc_viewer.report.content import ReportContent
from hcc_viewer.report.dicom_common import (
    FIRST_SERIES_NUMBER,
    checked_making,
    distinct,
    read_sources,
    series_settings,
    to_bytes,
)

FILE_NAME = "pm.dcm"


def files(
    content: ReportContent, detection: Detection, volume: Volume
) -> Iterator[tuple[str, bytes]]:
    """Yield `pm.dcm`; nothing without places in the patient, or of a merge of several series."""
    if not detection.slices:
        return
    sources = read_sources(detection, range(len(detection.slices)))
    has_frame = all(source.get("FrameOfReferenceUID") for source in sources.values())
    if not (detection.series.geometry.known and has_frame):
        return
    with checked_making():
        frames = [detection.series.instances[index].frame for index in sources]
        images = distinct(sources)
        if len({image.SeriesInstanceUID for image in images}) > 1:
            return  # a map is derived from one DICOM series
        if frames[0] is not None and len(images) > 1:
            return  # highdicom derives a map from one multi-frame image at most
        if frames[0] is not None:
            images = [_stack_of(images[0], frames)]
        made = _map(content, detection, images)
        if frames[0] is not None:
            _name_frames(made, frames)
        made.BodyPartExamined = "LIVER"
        made.ContentCreatorName = ""  # of type 2 (PS3.3 table 10-12), and highdicom omits it
        yield FILE_NAME, to_bytes(made, content, images[0])


def _map(content: ReportContent, detection: Detection, sources: list[Dataset]) -> pm.ParametricMap:
    down, right = _grid_steps(detection)
    spacing = (float(np.linalg.norm(down)), float(np.linalg.norm(right)))
    orientation = np.concatenate([right / spacing[1], down / spacing[0]])
    slice_mm = detection.series.geometry.spacing_mm[0]
    return pm.ParametricMap(
        source_images=sources,
        pixel_array=np.stack([prediction.cam for prediction in detection.slices]),
        series_number=FIRST_SERIES_NUMBER + 4,
        sop_instance_uid=str(highdicom.UID()),
        instance_number=1,
        contains_recognizable_visual_features=False,
        real_world_value_mappings=[_mapping()],
        voi_lut_transformations=[VOILUTTransformation(window_center=0.5, window_width=1.0)],
        pixel_measures=PixelMeasuresSequence(spacing, slice_mm, slice_mm),
        plane_orientation=PlaneOrientationSequence("PATIENT", orientation.tolist()),
        plane_positions=[
            PlanePositionSequence("PATIENT", _cell(detection, 0, 0, index).tolist())
            for index in range(len(detection.slices))
        ],
        content_label="CLASS_ACTIVATION",
        content_description=f"Evidence for HCC by {content.model.label}"[:64],
        derivation=codes.DCM.ClassActivation,
        **series_settings(content, "HCC Viewer map"),
    )


def _stack_of(source: Dataset, frames: Sequence[int | None]) -> Dataset:
    """The header of a multi-frame image as if it had the stack's frames only, in their order.

    highdicom takes a map's frames for those of its source, and looks for the pixel measures among
    the shared functional groups, where they need not be.
    """
    stack = Dataset()
    stack.update(source)
    if hasattr(source, "file_meta"):
        stack.file_meta = source.file_meta
    groups = list(source.PerFrameFunctionalGroupsSequence)
    chosen = [groups[frame - 1] for frame in frames if frame is not None]
    shared = Dataset()
    for group in (chosen[0], *source.SharedFunctionalGroupsSequence):
        for keyword in ("PixelMeasuresSequence", "PlaneOrientationSequence"):
            if keyword in group:
                shared[keyword] = group[keyword]
    stack.SharedFunctionalGroupsSequence = [shared]
    stack.PerFrameFunctionalGroupsSequence = chosen
    stack.NumberOfFrames = len(chosen)
    return stack


def _name_frames(made: Dataset, frames: Sequence[int | None]) -> None:
    """Refer to the frames of the real source, in place of those of `_stack_of`."""
    for group in made.PerFrameFunctionalGroupsSequence:
        for derivation in group.get("DerivationImageSequence", ()):
            for image in derivation.SourceImageSequence:
                number = image.get("ReferencedFrameNumber")
                if number is not None:
                    image.ReferencedFrameNumber = frames[int(number) - 1]


def _grid_steps(detection: Detection) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """From a cell of the map to the one below it and the one right of it, in mm (LPS)."""
    corner = _cell(detection, 0, 0, 0)
    return _cell(detection, 1, 0, 0) - corner, _cell(detection, 0, 1, 0) - corner


def _cell(detection: Detection, row: float, column: float, index: int) -> NDArray[np.float64]:
    """The centre of a cell of a slice's map in the patient, in mm (LPS)."""
    image_row, image_column = detection.grid_to_image @ np.array([row, column, 1.0])
    return detection.series.geometry.to_patient(float(image_column), float(image_row), index)


def _mapping() -> pm.RealWorldValueMapping:
    return pm.RealWorldValueMapping(
        lut_label="CAM",
        lut_explanation="Evidence for HCC from 0 to 1; not a tumour outline",
        unit=codes.UCUM.NoUnits,
        value_range=(0.0, 1.0),
        slope=1.0,
        intercept=0.0,
        quantity_definition=codes.DCM.ClassActivation,
    )
