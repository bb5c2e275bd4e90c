"""From slice predictions to findings: neighbouring flagged slices joined in 3-D."""

from __future__ import annotations

from hcc_viewer.detection.types import Detection


def at_threshold(detection: Detection, threshold: float) -> Detection:
    """The same predictions read at another threshold, without new inference."""
    raise NotImplementedError
