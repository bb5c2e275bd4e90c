"""Writes what the window does into the audit log: detections, exports, the reader's decisions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from hcc_viewer import audit
from hcc_viewer.gui.services import Services
from hcc_viewer.gui.session import Session

if TYPE_CHECKING:
    from hcc_viewer.detection import Detection, Model
    from hcc_viewer.dicom import Volume


def audited(services: Services) -> Services:
    """The same services; each detection and export is written down when it is done."""

    def detect(volume: Volume, model: Model, *rest: Any, **settings: Any) -> Detection:
        detection = services.detect(volume, model, *rest, **settings)
        audit.record(audit.detected(detection))
        return detection

    def export(
        detection: Detection,
        volume: Volume,
        out_dir: Path,
        formats: Sequence[str],
        *rest: Any,
        **choices: Any,
    ) -> list[Path]:
        write: Callable[..., list[Path]] = services.export_report
        files = write(detection, volume, out_dir, formats, *rest, **choices)
        is_identified = bool(choices.get("identified", False))
        audit.record(audit.exported(detection, formats, is_identified))
        return files

    return replace(services, detect=detect, export_report=export)


class DecisionLog(QObject):
    """Writes each decision down when it is made; one that is restored was written before."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._written: set[object] = set()
        session.reading_changed.connect(self._on_reading_changed)

    @Slot()
    def _on_reading_changed(self) -> None:
        detection = self._session.detection
        if detection is None:
            return
        for decision in self._session.reading.decisions:
            mark = (detection.series.key, decision)
            if decision.decided_at >= self._started and mark not in self._written:
                self._written.add(mark)
                audit.record(audit.decided(detection, decision))
