"""Writes `sr.dcm`: the result as a Comprehensive 3D SR by TID 1500, unverified.

One group per finding (TID 1410: a point, probability, width of the heat map, the reader's
decision, and the model's place of a moved one), one per flagged slice (TID 1501: image and
probability), each with the algorithm's identification, and one per finding and measurement of the
reader's own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import highdicom
import numpy as np
from highdicom import sr
from highdicom.coding_schemes import CodingSchemeIdentificationItem
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from hcc_viewer.detection import Detection
from hcc_viewer.detection.decisions import ACQUIRED
from hcc_viewer.dicom import Volume
from hcc_viewer.report.content import ReportContent
from hcc_viewer.report.dicom_common import (
    FIRST_SERIES_NUMBER,
    SCHEME,
    checked_making,
    distinct,
    frame_numbers,
    read_sources,
    series_settings,
    stable_uid,
    to_bytes,
)
from hcc_viewer.report.dicom_sr_reader import add_reader, evaluation, measured, observed
from hcc_viewer.report.rows import FindingRow, ModelFindingRow, SliceRow

FILE_NAME = "sr.dcm"

PROBABILITY = Code("111047", "DCM", "Probability of cancer")

HEAT_MAP_EXTENT = Code("heat-map-extent", SCHEME, "Width of heat map at half its peak")
"""A code of our own: no standard term says that it is not the lesion that is measured."""

_PERCENT = Code("%", "UCUM", "Percent")
_MRI = codes.cid100.MRIUnspecifiedBodyRegion
_LESION = Code("52988006", "SCT", "Lesion")
_LIVER = Code("10200004", "SCT", "Liver")

_Group = (
    sr.PlanarROIMeasurementsAndQualitativeEvaluations | sr.MeasurementsAndQualitativeEvaluations
)


def files(
    content: ReportContent, detection: Detection, volume: Volume
) -> Iterator[tuple[str, bytes]]:
    """Yield `sr.dcm`."""
    sources = read_sources(detection, range(len(detection.slices)))
    with checked_making():
        made = _document(content, detection, sources)
        yield FILE_NAME, to_bytes(made, content, sources[0])


def _document(
    content: ReportContent, detection: Detection, sources: dict[int, Dataset]
) -> sr.Comprehensive3DSR:
    groups: list[_Group] = []
    groups += [_finding_group(content, detection, row, sources) for row in content.findings]
    groups += [_reader_group(content, detection, row, sources) for row in content.reader_findings]
    groups += _measurement_groups(content, detection, sources)
    groups += [_slice_group(content, detection, row, sources) for row in _told_slices(content)]
    report = sr.MeasurementReport(
        observation_context=sr.ObservationContext(observer_device_context=_observer(content)),
        procedure_reported=_MRI,
        imaging_measurements=groups,
        title=codes.DCM.ImagingMeasurementReport,
    )
    report[0].ContentSequence.extend(_comments(content))
    return sr.Comprehensive3DSR(
        evidence=distinct(sources),
        content=report,
        series_number=FIRST_SERIES_NUMBER,
        sop_instance_uid=str(highdicom.UID()),
        instance_number=1,
        is_complete=True,
        is_final=False,
        is_verified=False,
        coding_schemes=[_scheme()],
        **series_settings(content, "HCC Viewer findings"),
    )


def _finding_group(
    content: ReportContent, detection: Detection, row: ModelFindingRow, sources: dict[int, Dataset]
) -> sr.PlanarROIMeasurementsAndQualitativeEvaluations:
    finding = row.finding
    measurements = [_probability(finding.probability)]
    if detection.series.geometry.known and math.isfinite(finding.extent_mm):
        millimetre = codes.UCUM.Millimeter
        measurements.append(sr.Measurement(HEAT_MAP_EXTENT, finding.extent_mm, millimetre))
    group = sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=_tracking(detection, f"Finding {finding.id}"),
        referenced_region=_point(detection, row, sources),
        finding_type=_LESION,
        finding_sites=[sr.FindingSite(_LIVER)],
        algorithm_id=_algorithm(content),
        measurements=measurements,
        qualitative_evaluations=[evaluation(row.decision)],
    )
    add_reader(group[0], row)
    return group


def _reader_group(
    content: ReportContent, detection: Detection, row: FindingRow, sources: dict[int, Dataset]
) -> sr.PlanarROIMeasurementsAndQualitativeEvaluations:
    """A finding that the reader added, or that the model had at another threshold."""
    decision = row.decision
    if decision is None:
        raise ValueError(f"finding {row.key} is of the reader and has no decision")
    probability = decision.model_probability
    group = sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=_tracking(detection, f"Finding {row.key}", decision.decided_at),
        referenced_region=_point(detection, row, sources),
        finding_type=_LESION,
        finding_sites=[sr.FindingSite(_LIVER)],
        algorithm_id=_algorithm(content) if probability is not None else None,
        measurements=None if probability is None else [_probability(probability)],
        qualitative_evaluations=[evaluation(decision)],
    )
    add_reader(group[0], row)
    return group


def _measurement_groups(
    content: ReportContent, detection: Detection, sources: dict[int, Dataset]
) -> list[sr.MeasurementsAndQualitativeEvaluations]:
    """What the reader measured on the images as they are stored; reformats are no images."""
    groups = []
    for number, row in enumerate(content.measurements, 1):
        values, index = measured(row.measurement), row.measurement.slice_index
        if row.measurement.plane != ACQUIRED or not values or index not in sources:
            continue
        source = sources[index]
        image = sr.SourceImageForMeasurementGroup(
            source.SOPClassUID, source.SOPInstanceUID, frame_numbers(detection, index)
        )
        group = sr.MeasurementsAndQualitativeEvaluations(
            tracking_identifier=_tracking(detection, f"Measurement {number}", str(row.measurement)),
            measurements=values,
            source_images=[image],
        )
        observed(group[0])
        groups.append(group)
    return groups


def _told_slices(content: ReportContent) -> tuple[SliceRow, ...]:
    """The flagged slices; of a negative result the most probable one, since one is required."""
    examined = [row for row in content.slices if row.prediction.is_examined]
    top = max(examined, key=lambda row: row.prediction.probability)
    return content.flagged or (top,)


def _slice_group(
    content: ReportContent, detection: Detection, row: SliceRow, sources: dict[int, Dataset]
) -> sr.MeasurementsAndQualitativeEvaluations:
    index = row.prediction.index
    source = sources[index]
    image = sr.SourceImageForMeasurementGroup(
        source.SOPClassUID, source.SOPInstanceUID, frame_numbers(detection, index)
    )
    return sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=_tracking(detection, f"Slice {row.number}"),
        algorithm_id=_algorithm(content),
        measurements=[_probability(row.prediction.probability)],
        source_images=[image],
    )


def _point(
    detection: Detection, row: FindingRow, sources: dict[int, Dataset]
) -> sr.ImageRegion | sr.ImageRegion3D:
    """The finding's place in the patient; in the image where the patient frame is unknown."""
    source = sources[row.peak_index]
    frame_of_reference = str(source.get("FrameOfReferenceUID", ""))
    if detection.series.geometry.known and frame_of_reference:
        point = np.array([row.center_lps_mm])
        return sr.ImageRegion3D(sr.GraphicTypeValues3D.POINT, point, frame_of_reference)
    image = sr.SourceImageForRegion(
        source.SOPClassUID,
        source.SOPInstanceUID,
        frame_numbers(detection, row.peak_index),
    )
    # In SCOORD the corner of the first pixel is 0\0 and its centre 0.5\0.5 (PS3.3 C.18.6.1.2).
    corner_based = np.array([[row.mark[1] + 0.5, row.mark[0] + 0.5]])
    return sr.ImageRegion(sr.GraphicTypeValues.POINT, corner_based, image)


def _probability(value: float) -> sr.Measurement:
    return sr.Measurement(PROBABILITY, round(100 * value, 4), _PERCENT)


def _tracking(detection: Detection, name: str, moment: str = "") -> sr.TrackingIdentifier:
    """The same finding of the same reading keeps its UID in every export."""
    run = (*detection.series.key, detection.model.sha256, detection.threshold)
    uid = stable_uid(*run, name, *filter(None, (moment,)))
    return sr.TrackingIdentifier(uid=uid, identifier=name)


def _algorithm(content: ReportContent) -> sr.AlgorithmIdentification:
    model = content.model
    return sr.AlgorithmIdentification(
        name=model.name,
        version=model.version,
        parameters=[
            f"sha256={model.sha256}",
            f"threshold={content.threshold:g}",
            f"trained on {model.trained_on}",
        ],
        manufacturer=content.software_name,
    )


def _observer(content: ReportContent) -> sr.ObserverContext:
    device = sr.DeviceObserverIdentifyingAttributes(
        uid=stable_uid("device", content.software_version, content.model.sha256),
        name=content.software,
        manufacturer_name=content.software_name,
        model_name=content.model.label,
    )
    return sr.ObserverContext(codes.DCM.Device, device)


def _comments(content: ReportContent) -> list[sr.TextContentItem]:
    """The summary, the labels and the warnings; TID 1500 may be extended."""
    review = filter(None, (content.review,))
    texts = (
        content.summary,
        *review,
        *content.labels,
        *(notice.message for notice in content.warnings),
    )
    contains = sr.RelationshipTypeValues.CONTAINS
    return [sr.TextContentItem(codes.DCM.Comment, text, contains) for text in texts]


def _scheme() -> CodingSchemeIdentificationItem:
    return CodingSchemeIdentificationItem(
        designator=SCHEME, name="Codes of HCC Viewer", responsible_organization="HCC Viewer"
    )
