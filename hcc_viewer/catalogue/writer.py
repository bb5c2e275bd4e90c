"""Adds one source's cases to a catalogue; the index changes only when all of them are in."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from hcc_viewer.catalogue.index import (
    CASES_FOLDER,
    CASES_NAME,
    EXCLUSIONS_NAME,
    FORMAT,
    INDEX_NAME,
    SPLITS_NAME,
    VERSION,
    CaseRow,
    Catalogue,
    case_path,
    open_catalogue,
)
from hcc_viewer.catalogue.sources import REASONS, Exclusion, Source
from hcc_viewer.catalogue.splits import SplitShares, assign_splits
from hcc_viewer.catalogue.store import save_labelled_case
from hcc_viewer.catalogue.types import LabelledCase
from hcc_viewer.errors import OutputError, UsageError

INCOMING_NAME = ".incoming"
"""Folder below the catalogue's in which cases wait until all of them are read."""

POSITIVE_AREA_MM2 = 15.0
"""For the count of positive slices in the index only; training and evaluation have their own."""


class CatalogueWriter:
    """Takes up the cases of one source; what the source had before is replaced.

    Use it in a `with` block: an error leaves the catalogue as it was.
    """

    def __init__(self, folder: Path, source: Source) -> None:
        self._folder = folder
        self._source = source
        is_there = (folder / INDEX_NAME).exists()
        if not is_there and _holds_other_things(folder):
            raise UsageError(
                f"The folder {folder} holds other things; name an empty one or a catalogue."
            )
        key = secrets.token_hex(16)
        self._before = open_catalogue(folder) if is_there else Catalogue(folder, key)
        self._rows: dict[str, CaseRow] = {}
        self._exclusions: list[Exclusion] = []
        self._incoming = folder / INCOMING_NAME
        self._kept = {row.case for row in self._before.rows if row.source != source.name}

    def __enter__(self) -> CatalogueWriter:
        """Begin; what an import that was killed left behind goes."""
        shutil.rmtree(self._incoming, ignore_errors=True)
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Leave nothing of an import that failed."""
        shutil.rmtree(self._incoming, ignore_errors=True)
        with contextlib.suppress(OSError):
            self._folder.rmdir()  # only when it is empty

    def pseudonym(self, identifier: str) -> str:
        """A key for a patient that tells nobody who it is, the same at every import."""
        text = f"{self._before.pseudonym_key}:{identifier}"
        return f"{self._source.name}-{sha256(text.encode()).hexdigest()[:10]}"

    def add(self, case: LabelledCase) -> None:
        """Take up a case.

        Raises:
            UsageError: Another case has its name.
            OutputError: It cannot be written.
        """
        if case.name in self._rows or case.name in self._kept:
            raise UsageError(f"Two cases are called '{case.name}'; rename one of them.")
        save_labelled_case(case, self._incoming / case_path(self._folder, case.name).name)
        self._rows[case.name] = _row(case)

    def exclude(self, exclusion: Exclusion) -> None:
        """Log a case that is left out."""
        self._exclusions.append(exclusion)

    @property
    def last_reason(self) -> str:
        """Why the last case was left out, as a sentence; for when nothing can be used."""
        if not self._exclusions:
            return "no case was found."
        last = self._exclusions[-1]
        return f"the last, {last.case}: {last.detail or REASONS[last.reason]}"

    @property
    def patients(self) -> dict[str, str]:
        """Case to patient, of what was taken up."""
        return {name: row.patient for name, row in self._rows.items()}

    def finish(self, shares: SplitShares, fixed: Mapping[str, str] | None = None) -> Catalogue:
        """Write the index.

        Args:
            shares: For patients without a part.
            fixed: Patient to part, over what was drawn before.

        Raises:
            OutputError: It cannot be written.
        """
        before = self._before
        rows = [row for row in before.rows if row.source != self._source.name]
        rows += self._rows.values()
        settled = {**(before.splits or {}), **(fixed or {})}
        same = _same_images(rows)
        drawn = assign_splits(_strata(rows, same), _settled(rows, same, settled), shares)
        parts = {row.patient: drawn[same[row.patient]] for row in rows}
        after = replace(
            before,
            sources=(
                *(item for item in before.sources if item.name != self._source.name),
                self._source,
            ),
            rows=tuple(rows),
            exclusions=(
                *(item for item in before.exclusions if item.source != self._source.name),
                *self._exclusions,
            ),
            splits={**settled, **parts},
        )
        self._move_in(after)
        for row in before.rows:
            if row.source == self._source.name and row.case not in self._rows:
                case_path(self._folder, row.case).unlink(missing_ok=True)
        return after

    def _move_in(self, after: Catalogue) -> None:
        """The index and the cases, in their places only when all of it is on the disk."""
        folder = self._folder
        try:
            (folder / CASES_FOLDER).mkdir(parents=True, exist_ok=True)
            parts = [_write_part(folder / name, text) for name, text in _index_texts(after)]
            for name in self._rows:
                path = case_path(folder, name)
                (self._incoming / path.name).replace(path)
            for part, path in parts:
                part.replace(path)
        except OSError as error:
            raise OutputError(f"The catalogue {folder} cannot be written: {error}.") from error


def _holds_other_things(folder: Path) -> bool:
    """Whether a folder without an index holds more than what an import left that was killed."""
    names = {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()
    return bool(names - {INCOMING_NAME})


def _row(case: LabelledCase) -> CaseRow:
    facts = case.facts
    strength = facts.field_strength_t
    return CaseRow(
        case=case.name,
        source=facts.source,
        patient=facts.patient,
        centre=facts.centre,
        phase=facts.phase,
        label_kind=case.label_kind,
        hcc=sum(lesion.is_hcc for lesion in case.truth),
        other_lesions=sum(not lesion.is_hcc for lesion in case.truth),
        positive_slices=int((case.slice_truth(POSITIVE_AREA_MM2) == 1).sum()),
        slices=len(case.image),
        vendor=facts.vendor,
        scanner=facts.scanner,
        field_strength_t="" if strength is None else f"{strength:g}",
        image_sha256=facts.image_sha256,
        notes=" ".join(facts.notes),
    )


def _same_images(rows: Sequence[CaseRow]) -> dict[str, str]:
    """Patient to the one who stands for both where two have an image in common.

    So has a patient who is in two sets, or in one under two keys. An image that more than two have
    is a blank one and tells nothing.
    """
    owners: dict[str, dict[str, None]] = {}
    for row in rows:
        owners.setdefault(row.image_sha256, {})[row.patient] = None
    same = {row.patient: row.patient for row in rows}
    for digest, patients in owners.items():
        if digest and len(patients) == 2:
            one, other = (same[patient] for patient in patients)
            same = {patient: one if kept == other else kept for patient, kept in same.items()}
    return same


def _settled(
    rows: Sequence[CaseRow], same: Mapping[str, str], settled: Mapping[str, str]
) -> dict[str, str]:
    """Patient who stands for others to their part, where one has one.

    Raises:
        UsageError: They are in two parts.
    """
    found: dict[str, tuple[str, str]] = {}
    for row in rows:
        part = settled.get(row.patient)
        if part is None:
            continue
        before, case = found.setdefault(same[row.patient], (part, row.case))
        if before != part:
            raise UsageError(
                f"The cases '{case}' and '{row.case}' share an image or a patient, and the one is "
                f"for {before}, the other for {part}; leave one of them out."
            )
    return {patient: part for patient, (part, _) in found.items()}


def _strata(rows: Sequence[CaseRow], same: Mapping[str, str]) -> dict[str, str]:
    """Patient to source, centre and presence of HCC in any of the patient's cases."""
    cases: dict[str, list[CaseRow]] = {}
    for row in rows:
        cases.setdefault(same[row.patient], []).append(row)
    return {
        patient: f"{own[0].source}|{own[0].centre}|{any(row.has_hcc for row in own)}"
        for patient, own in cases.items()
    }


def _index_texts(catalogue: Catalogue) -> list[tuple[str, str]]:
    """(file name, text) of the index, the file that names the sources last."""
    splits = [
        {"patient": patient, "part": part}
        for patient, part in sorted((catalogue.splits or {}).items())
    ]
    return [
        (CASES_NAME, _csv([asdict(row) for row in catalogue.rows], CaseRow)),
        (EXCLUSIONS_NAME, _csv([asdict(e) for e in catalogue.exclusions], Exclusion)),
        (SPLITS_NAME, _csv(splits, None, ("patient", "part"))),
        (INDEX_NAME, _toml(catalogue)),
    ]


def _csv(lines: list[dict[str, Any]], kind: type[Any] | None, names: tuple[str, ...] = ()) -> str:
    columns = names or tuple(item.name for item in fields(kind or CaseRow))
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return stream.getvalue()


def _toml(catalogue: Catalogue) -> str:
    lines = [
        "# Index of a case catalogue of HCC Viewer. The cases are listed in cases.csv, their parts",
        "# in splits.csv, what was left out and why in exclusions.csv.",
        f"format = {json.dumps(FORMAT)}",
        f"version = {VERSION}",
        "# Keep this key to yourself: with it, patients' keys can be checked against identifiers.",
        f"pseudonym_key = {json.dumps(catalogue.pseudonym_key)}",
    ]
    for source in catalogue.sources:
        lines += ["", "[[sources]]"]
        lines += [
            f"{key} = {json.dumps(value, ensure_ascii=False)}"
            for key, value in asdict(source).items()
            if value is not None
        ]
    return "\n".join(lines) + "\n"


def _write_part(path: Path, text: str) -> tuple[Path, Path]:
    """Write a file beside its place; returns where it is and where it goes."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    return part, path
