"""A folder that fills up beside its place and is moved in when it is complete."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable
from pathlib import Path

from pynetdicom import evt

from hcc_viewer.errors import OutputError
from hcc_viewer.pacs.copies import UID, instances_in
from hcc_viewer.phrases import Phrase
from hcc_viewer.system_faults import os_reason

_OUT_OF_RESOURCES = 0xA700

_CANNOT_UNDERSTAND = 0xC000

_NOT_AUTHORISED = 0x0124


class Inbox:
    """Takes the instances of one study; what an earlier, broken fetch left is kept and used."""

    def __init__(self, out_dir: Path, study_uid: str, may_grow: bool = False) -> None:
        """Make the folder.

        Args:
            out_dir: Where the study goes.
            study_uid: Names its folder there.
            may_grow: Whether a study that is there already is one to add to.

        Raises:
            OutputError: It cannot be written, or the finished place is taken.
        """
        if not UID.fullmatch(study_uid):
            raise OutputError(
                Phrase(
                    "'{study_uid}' is no study UID; take one that the query gave.",
                    study_uid=study_uid,
                )
            )
        self.place = out_dir / study_uid
        self._folder = out_dir / f".{study_uid}.incoming"
        self._study_uid = study_uid
        self._lock = threading.Lock()
        self._have: set[str] = set()
        self._wanted: frozenset[str] = frozenset()
        self.failure: OSError | None = None
        self._grows = may_grow and self.place.is_dir()
        if self.place.exists() and not self._grows:
            raise OutputError(
                Phrase(
                    "'{place}' is there already; remove it to fetch it again.",
                    place=str(self.place),
                )
            )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for rest in self._folder.glob("*.part"):
                rest.unlink()
            self._have = {path.stem for path in self._folder.glob("*.dcm")}
            if self._grows:
                self._have |= instances_in(self.place)
        except OSError as error:
            raise self.output_error(error) from error

    @property
    def have(self) -> frozenset[str]:
        """SOPInstanceUIDs of what is here."""
        with self._lock:
            return frozenset(self._have)

    @property
    def count(self) -> int:
        """How many instances are here."""
        return len(self._have)

    def expect(self, uids: Iterable[str]) -> None:
        """Say which instances the study has; any others that come are refused."""
        self._wanted = frozenset(uids)

    def take(self, event: evt.Event) -> int:
        """Keep what a C-STORE brings; gives the status for the answer. Called in any thread."""
        uid = str(getattr(event.request, "AffectedSOPInstanceUID", ""))
        if not UID.fullmatch(uid):
            return _CANNOT_UNDERSTAND
        if uid not in self._wanted:  # such as of a study whose fetching was cancelled
            return _NOT_AUTHORISED
        try:
            self._write(uid, event.encoded_dataset())
        except OSError as error:
            with self._lock:
                self.failure = error
            return _OUT_OF_RESOURCES
        return 0x0000

    def finish(self) -> Path:
        """Move the folder to its place, or its files where they are added; gives the place.

        Raises:
            OutputError: It cannot be moved.
        """
        try:
            if not self._grows:
                self._folder.replace(self.place)
                return self.place
            for path in sorted(self._folder.glob("*.dcm")):
                path.replace(self.place / path.name)
            shutil.rmtree(self._folder, ignore_errors=True)
        except OSError as error:
            raise self.output_error(error) from error
        return self.place

    def drop_if_empty(self) -> None:
        """Leave no trace where nothing came."""
        if self._folder.exists() and not any(self._folder.glob("*.dcm")):
            shutil.rmtree(self._folder, ignore_errors=True)

    def output_error(self, error: OSError) -> OutputError:
        """The sentence for a disk that does not take the study."""
        reason = os_reason(error)
        return OutputError(
            Phrase(
                "The study cannot be written to '{folder}': {reason}. What has come so far "
                "is kept; make room or choose another folder, and fetch again.",
                folder=str(self.place.parent),
                reason=reason,
            )
        )

    def _write(self, uid: str, data: bytes) -> None:
        part = self._folder / f"{uid}.part"
        try:
            part.write_bytes(data)
            part.replace(self._folder / f"{uid}.dcm")
            with self._lock:
                self._have.add(uid)
        except OSError:
            part.unlink(missing_ok=True)
            raise
