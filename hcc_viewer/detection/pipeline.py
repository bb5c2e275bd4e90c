"""The whole of detection on one volume, in order: prepare, predict, smooth, look again, join."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection.cam import cam_peaks
from hcc_viewer.detection.cautions import cautions
from hcc_viewer.detection.findings import find_findings
from hcc_viewer.detection.model import Model
from hcc_viewer.detection.neighbours import NeighbourMean
from hcc_viewer.detection.preprocess import Preparation, PreparedStack, plan_preparation
from hcc_viewer.detection.second_look import Answer, SecondLook
from hcc_viewer.detection.types import Detection, Peak, SlicePrediction, Timing
from hcc_viewer.dicom import Volume
from hcc_viewer.errors import NothingToDetectError
from hcc_viewer.progress import ReportProgress, ignore_progress

BATCH_SIZE = 1
"""Slices per run of the network: about as fast as two (`benchmarks/inference_options.py`) with the
least memory, and Cancel answers at once."""


def detect(
    volume: Volume,
    model: Model,
    report_progress: ReportProgress | None = None,
    *,
    threshold: float | None = None,
    on_slices: Callable[[list[SlicePrediction]], None] | None = None,
) -> Detection:
    """Run the model over every slice of a volume and join what it flags to findings.

    Args:
        volume: What `load_volume` gave.
        model: What `load_model` gave.
        report_progress: Called after each batch with the slices done and their total.
        threshold: Of a flagged slice; None: the card's.
        on_slices: Called with predictions, in order, as soon as they and their neighbours' are
            there.

    Raises:
        NothingToDetectError: The series is not one to detect on; the sentence says why.
        CancelledError: `report_progress` asked to stop.
    """
    if volume.series.refusal is not None:
        raise NothingToDetectError(volume.series.refusal)
    report = report_progress or ignore_progress
    started = time.perf_counter()
    array = volume.array
    report(0, len(array))
    preparation = plan_preparation(
        array,
        volume.geometry,
        model.card.input,
        is_inverted=volume.is_inverted,
        padding=volume.padding,
    )
    clock = _Clock(prepare=time.perf_counter() - started)
    grid_to_image = preparation.stack.frame.grid_to_image(model.stride)
    slices = _predict(preparation, volume, model, grid_to_image, report, on_slices, clock)
    limit = model.card.threshold if threshold is None else threshold
    findings = find_findings(slices, volume.geometry, limit, model.card.findings, grid_to_image)
    return Detection(
        series=volume.series,
        model=model.identity,
        threshold=limit,
        slices=tuple(slices),
        findings=findings,
        grid_to_image=grid_to_image,
        warnings=volume.warnings + cautions(volume, preparation.foreign),
        timing=Timing(
            read=volume.read_seconds,
            prepare=clock.prepare,
            predict=clock.predict,
            total=volume.read_seconds + time.perf_counter() - started,
        ),
        finding_spec=model.card.findings,
    )


@dataclass
class _Clock:
    """How long the two stages have worked; they work at the same time."""

    prepare: float = 0.0
    predict: float = 0.0


def _predict(
    preparation: Preparation,
    volume: Volume,
    model: Model,
    grid_to_image: NDArray[np.float64],
    report: ReportProgress,
    on_slices: Callable[[list[SlicePrediction]], None] | None,
    clock: _Clock,
) -> list[SlicePrediction]:
    slices: list[SlicePrediction] = []
    total = len(preparation.stack)
    positions = volume.geometry.positions_mm
    mean = NeighbourMean(positions, model.card.findings.smooth_mm, volume.unread)
    look = _second_look(model, preparation.stack)
    for start, inputs in _batches(preparation, clock):
        began = time.perf_counter()
        answers: Iterable[Answer] = mean.add(*model.predict(inputs))
        if look is not None:
            answers = look.add(answers, preparation.done)
        batch = [_slice_prediction(*answer, volume, grid_to_image) for answer in answers]
        clock.predict += time.perf_counter() - began
        slices.extend(batch)
        if on_slices is not None and batch:
            on_slices(batch)
        report(start + len(inputs), total)
    return slices


def _second_look(model: Model, stack: PreparedStack) -> SecondLook | None:
    """For one stack; None: the model file carries none."""
    spec = model.card.second_look
    if spec is None or model.judge is None:
        return None
    return SecondLook(model.judge, spec, model.card.findings, stack, model.stride)


def _batches(preparation: Preparation, clock: _Clock) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """First slice and input of each batch; the next is prepared while this one is worked on."""
    total = len(preparation.stack)

    def make(start: int) -> NDArray[np.float32]:
        began = time.perf_counter()
        inputs = preparation.batch(start, min(start + BATCH_SIZE, total))
        clock.prepare += time.perf_counter() - began
        return inputs

    with ThreadPoolExecutor(1, thread_name_prefix="prepare") as pool:
        waiting = pool.submit(make, 0)
        for start in range(0, total, BATCH_SIZE):
            inputs = waiting.result()
            if start + BATCH_SIZE < total:
                waiting = pool.submit(make, start + BATCH_SIZE)
            yield start, inputs


def _slice_prediction(
    index: int,
    probability: float,
    cam: NDArray[np.float32],
    volume: Volume,
    grid_to_image: NDArray[np.float64],
) -> SlicePrediction:
    """What is told of a slice; nothing of one that could not be read, whatever the network says."""
    instance = volume.series.instances[index]
    is_examined = index not in volume.unread
    if not is_examined:
        probability, cam = 0.0, np.zeros_like(cam)
    return SlicePrediction(
        index=index,
        sop_instance_uid=instance.sop_instance_uid,
        frame=instance.frame,
        position_mm=float(volume.geometry.positions_mm[index]),
        probability=probability,
        peak=cam_peaks(cam, 1.1, grid_to_image)[0] if is_examined else Peak(0.0, 0.0, 0.0),
        cam=cam,
        is_examined=is_examined,
    )
