"""What stands in the message area."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Message:
    """A sentence in the message area."""

    text: str
    is_error: bool = False
    folder: Path | None = None
    """Where the user may want to look next."""
    is_identifying: bool = False
    """Whether it may name a patient: it goes when the identity is hidden."""
