"""A synthetic study, and a program below the window that does what a test says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from hcc_viewer.detection import (
    Detection,
    Finding,
    ModelCard,
    ModelIdentity,
    OperatingPoint,
    Peak,
    Reading,
    SlicePrediction,
)
from hcc_viewer.detection.model_card import CurvePoint, FindingSpec, InputSpec
from hcc_viewer.dicom import (
    Acquisition,
    Geometry,
    Instance,
    Patient,
    PhaseScore,
    Series,
    Study,
    Volume,
)
from hcc_viewer.dicom.elements import Element
from hcc_viewer.errors import Notice
from hcc_viewer.gui.prompts import Prompts
from hcc_viewer.gui.services import Services

SIZE = 96
LESIONS = ((14, 40.0, 30.0, 0.93), (30, 60.0, 55.0, 0.71))
"""(slice, row, column, probability) of the places that the fake model finds."""

IDENTITY = ModelIdentity(
    "fake-cnn", "0.1", "0123456789abcdef" * 4, "simulated images only; not validated on patients"
)

CARD = ModelCard(
    name=IDENTITY.name,
    version=IDENTITY.version,
    sha256=IDENTITY.sha256,
    trained_on=IDENTITY.trained_on,
    description="Stands for a model in tests.",
    input=InputSpec(),
    findings=FindingSpec(),
    class_names=("other", "hcc"),
    threshold=0.5,
    operating_points=(
        OperatingPoint("high-sensitivity", 0.3, 0.95, 0.8, 1.4),
        OperatingPoint("balanced", 0.5, 0.9, 0.9, 0.6),
        OperatingPoint("high-specificity", 0.8, 0.7, 0.98, 0.1),
    ),
    operating_curve=(CurvePoint(0.6, 0.84, 0.93, 0.4), CurvePoint(0.7, 0.77, 0.96, 0.2)),
)


def make_series(description, slices, score, *, number=1, refusal=None, reasons=(), warnings=()):
    """A series of axial slices, 3 mm apart."""
    affine = np.diag([2.0, 2.0, 3.0, 1.0])
    affine[:3, 3] = -96.0, -96.0, 30.0
    uid = f"1.2.{number}"
    return Series(
        study_instance_uid="1.2",
        series_instance_uid=uid,
        description=description,
        modality="MR",
        instances=tuple(Instance(Path(f"{i}.dcm"), f"{uid}.{i}") for i in range(slices)),
        geometry=Geometry(affine, 30.0 + 3.0 * np.arange(slices)),
        rows=SIZE,
        columns=SIZE,
        phase=PhaseScore(score, tuple(reasons)),
        refusal=refusal,
        warnings=tuple(warnings),
        patient=Patient("SIM^0001", "SIM-0001", "19600102", "F"),
        acquisition=Acquisition(
            study_date="20261123",
            study_description="MR liver",
            series_number=number,
            magnetic_field_strength_t=3.0,
            repetition_time_ms=3.4,
            echo_time_ms=1.3,
            flip_angle_deg=25.0,
            slice_thickness_mm=3.0,
        ),
    )


def make_study(path=Path("study")):
    """A localizer, a doubtful series, an unlikely one, and the hepatobiliary phase."""
    return Study(
        path,
        (
            make_series("Localizer", 9, 0, number=1, refusal="it is a localizer of three planes."),
            make_series("T1 VIBE native", 40, 20, number=2, reasons=("before contrast",)),
            make_series("T1 VIBE late", 40, 55, number=3, reasons=("3D T1 gradient echo",)),
            make_series(
                "T1 VIBE HBP 20 min",
                40,
                92,
                number=4,
                reasons=("20 min in the series description", "gadoxetic acid"),
                warnings=(Notice("uneven-spacing", "Slice 12 was missing and is left out."),),
            ),
        ),
        (("no DICOM file", 3),),
    )


def make_volume(series):
    """An ellipse with a bright liver and dark spots; every slice differs."""
    rows, columns = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    count = len(series.instances)
    array = np.zeros((count, SIZE, SIZE), np.float32)
    for index in range(count):
        size = 0.75 + 0.25 * np.sin(np.pi * (index + 1) / (count + 1))
        body = ((rows - 48) / (36 * size)) ** 2 + ((columns - 48) / (44 * size)) ** 2 < 1
        liver = ((rows - 44) / (22 * size)) ** 2 + ((columns - 36) / (24 * size)) ** 2 < 1
        array[index] = 200.0 * body + 300.0 * liver + 5.0 * index
        for at, row, column, _ in LESIONS:
            radius = 5.0 - abs(index - at)
            array[index][(rows - row) ** 2 + (columns - column) ** 2 < max(radius, 0) ** 2] -= 250
    return Volume(series, array, 300.0, 600.0, warnings=series.warnings)


def make_prediction(series, index):
    """What the fake model says of a slice."""
    near = [
        (p * max(0.0, 1 - 0.12 * abs(index - at)), row, column)
        for at, row, column, p in LESIONS
        if abs(index - at) <= 3
    ]
    probability, row, column = max(near, default=(0.05 + 0.1 * (index % 3), 48.0, 48.0))
    grid = np.mgrid[0:24, 0:24].astype(np.float32) * 4.0 + 1.5
    cam = probability * np.exp(-((grid[0] - row) ** 2 + (grid[1] - column) ** 2) / 120.0)
    return SlicePrediction(
        index,
        series.instances[index].sop_instance_uid,
        None,
        float(series.geometry.positions_mm[index]),
        probability,
        Peak(row, column, probability),
        cam.astype(np.float32),
    )


def make_detection(series, threshold=0.5):
    """The fake model's result."""
    slices = tuple(make_prediction(series, index) for index in range(len(series.instances)))
    grid_to_image = np.array([[4.0, 0, 1.5], [0, 4.0, 1.5]])
    notice = Notice("simulated", "The model has seen simulated images only.")
    detection = Detection(series, IDENTITY, threshold, slices, (), grid_to_image, (notice,))
    return at_threshold(detection, threshold)


def at_threshold(detection, threshold):
    """The lesions that peak at or above the threshold."""
    found = [one for one in LESIONS if one[3] >= threshold and one[0] < len(detection.slices)]
    findings = []
    for rank, (peak, row, column, probability) in enumerate(found, 1):
        flagged = [
            s.index
            for s in detection.slices
            if abs(s.index - peak) <= 3 and s.probability >= threshold
        ]
        center = detection.series.geometry.to_patient(column, row, peak)
        findings.append(
            Finding(
                rank,
                min(flagged),
                max(flagged),
                peak,
                row,
                column,
                tuple(float(value) for value in center),
                16.0,
                probability,
            )
        )
    return detection.with_findings(threshold, tuple(findings))


def cam_on_image(detection, index):
    """The fake CAM on the image's pixels."""
    return np.kron(detection.slices[index].cam, np.ones((4, 4), np.float32))


@dataclass
class FakeProgram:
    """Does what the program below the window does, and what a test says."""

    study: Study = field(default_factory=make_study)
    error: Exception | None = None
    """Raised by whatever is called next, except by reading."""
    read_error: Exception | None = None
    model_error: Exception | None = None
    gate: threading.Event = field(default_factory=threading.Event)
    """Detection waits for it after the first batch; open unless a test closes it."""
    partial: Study | None = None
    """Found before the scan ends, which then waits for `scan_gate`."""
    scan_gate: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)
    """Set when detection has ended, in whatever way."""
    exported: list[tuple[Path, tuple[str, ...]]] = field(default_factory=list)
    export_choices: list[dict] = field(default_factory=list)
    """Identity and paper of each export."""
    export_gate: threading.Event = field(default_factory=threading.Event)
    """An export waits for it; open unless a test closes it."""
    reading_gate: threading.Event = field(default_factory=threading.Event)
    """Reading a series waits for it; open unless a test closes it."""
    asked_headers: list[tuple[Path, int | None]] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)
    """Of which series each export was."""
    readings: list[Reading] = field(default_factory=list)
    """The reader's decisions that came with each export."""

    def __post_init__(self):
        self.gate.set()
        self.export_gate.set()
        self.reading_gate.set()

    def services(self):
        """What to give to `build`."""
        return Services(
            self.scan,
            self.load_volume,
            self.load_model,
            self.detect,
            at_threshold,
            cam_on_image,
            self.export_report,
            list_elements=self.list_elements,
        )

    def scan(self, path, report_progress, on_partial):
        report_progress(1, 2)
        if self.partial is not None:
            on_partial(self.partial)
            while not self.scan_gate.wait(0.01):
                report_progress(1, 2)
        if self.read_error:
            raise self.read_error
        return self.study

    def load_volume(self, series, report_progress):
        if len(series.instances) > 1:
            self.loaded.append(series.description)
        report_progress(1, len(series.instances))
        while not self.reading_gate.wait(0.01):
            report_progress(1, len(series.instances))
        if self.error:
            raise self.error
        return make_volume(series)

    def list_elements(self, path, frame):
        self.asked_headers.append((path, frame))
        if self.error:
            raise self.error
        return [
            Element(0, "(0008,0060)", "Modality", "CS", "MR"),
            Element(0, "(0010,0010)", "Patient's Name", "PN", "SIM^0001", True),
            Element(2, "(0008,0100)", "Code Value", "SH", "A"),
        ]

    def load_model(self):
        if self.model_error:
            raise self.model_error
        return SimpleNamespace(card=CARD, identity=IDENTITY)

    def detect(self, volume, model, report_progress=None, *, threshold=None, on_slices=None):
        try:
            if self.error:
                raise self.error
            return self._detect(volume, report_progress, threshold, on_slices)
        finally:
            self.stopped.set()

    def _detect(self, volume, report_progress, threshold, on_slices):
        count = len(volume.array)
        for start in range(0, count, 8):
            stop = min(start + 8, count)
            on_slices([make_prediction(volume.series, i) for i in range(start, stop)])
            report_progress(stop, count)
            while not self.gate.wait(0.01):
                report_progress(stop, count)
        return make_detection(volume.series, threshold or CARD.threshold)

    def export_report(
        self, detection, volume, out_dir, formats, card, reading, *, report_progress, **choices
    ):
        report_progress(1, 4)
        while not self.export_gate.wait(0.01):
            report_progress(1, 4)
        if self.error:
            raise self.error
        self.exported.append((out_dir, tuple(formats)))
        self.export_choices.append(choices)
        self.reported.append(detection.series.description)
        self.readings.append(reading)
        return [out_dir / "report.pdf", out_dir / "slice-015.png"]


@dataclass
class FakePrompts:
    """Answers, and what was asked."""

    folder: Path | None = None
    report_folder: Path | None = None
    answer: bool = True
    note: str | None = None
    asked: list[str] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None
    """What happens while a question waits for its answer."""

    def prompts(self):
        """What to give to `build`."""
        return Prompts(
            lambda start: self.folder,
            lambda start: self.folder,
            lambda start: self.answered(self.report_folder),
            self.confirm,
            lambda note: self.answered(self.note),
        )

    def answered(self, answer):
        self.meanwhile()
        return answer

    def confirm(self, series):
        self.asked.append(series.description)
        return self.answered(self.answer)
