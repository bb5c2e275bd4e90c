"""Runs an importer into a catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import md5
from pathlib import Path

from hcc_viewer.catalogue import Catalogue, CatalogueWriter, Exclusion, LabelledCase
from hcc_viewer.catalogue.splits import SplitShares
from hcc_viewer.errors import ReadError, UsageError
from hcc_viewer.progress import ReportProgress, ignore_progress
from hcc_viewer.training.importers import (
    amos,
    atlas,
    chaos,
    liver_hcc_seg,
    lld_mmri,
    open_swiss_hcc,
    own,
    phlf,
    simulated,
)
from hcc_viewer.training.importers.base import Importer, ImportOptions, Outcome
from hcc_viewer.training.importers.flow_chart import write_flow_chart

FLOW_NAME = "flow.svg"

_CHUNK = 1 << 20

IMPORTERS: Mapping[str, Importer] = {
    module.IMPORTER.source.name: module.IMPORTER
    for module in (
        phlf, own, atlas, lld_mmri, liver_hcc_seg, open_swiss_hcc, chaos, amos, simulated,
    )
}  # fmt: skip


@dataclass(frozen=True)
class ImportRequest:
    """What to import, from where, into which catalogue."""

    dataset: str
    root: Path
    catalogue: Path
    options: ImportOptions = field(default_factory=ImportOptions)
    shares: SplitShares = field(default_factory=SplitShares)
    hold_out: Sequence[str] = ()
    """Centres whose patients are all for testing."""
    exclusions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Case to (reason, note): left out by the user."""
    licence: str = ""
    """Of own cases."""
    allows_sharing: bool = False
    """Of own cases."""


def run_import(
    request: ImportRequest, report_progress: ReportProgress = ignore_progress
) -> Catalogue:
    """Read a data set into a catalogue; what it had of that set before is replaced.

    Raises:
        UsageError: The data set is not known, or a choice does not fit it.
        ReadError: The folder does not hold the data set, or no case of it can be used.
        OutputError: The catalogue cannot be written.
    """
    importer = _importer(request.dataset)
    source = importer.source
    if request.dataset == own.SOURCE.name:
        licence = request.licence or source.licence
        source = replace(source, licence=licence, allows_sharing=request.allows_sharing)
    fixed: dict[str, str] = {}
    held_out = {name.casefold() for name in request.hold_out}
    seen = _Seen()
    with CatalogueWriter(request.catalogue, source) as writer:
        options = replace(request.options, pseudonym=writer.pseudonym)
        taken = 0
        for done, outcome in enumerate(importer.read(request.root, options), start=1):
            seen.add(outcome)
            outcome = _after_user(outcome, request, source.name)
            if isinstance(outcome, Exclusion):
                writer.exclude(outcome)
            else:
                writer.add(outcome)
                taken += 1
                if outcome.facts.centre.casefold() in held_out:
                    fixed[outcome.facts.patient] = "test"
            report_progress(done, 0)
        if not taken:
            raise ReadError(f"No case of {request.root} can be used; {writer.last_reason}")
        seen.check(request)
        fixed |= _table_splits(request, writer.patients)
        catalogue = writer.finish(request.shares, fixed)
    write_flow_chart(catalogue, request.catalogue / FLOW_NAME)
    return catalogue


def check_archive(source_name: str, path: Path) -> str:
    """Compare a downloaded archive with the published hash; returns its MD5.

    Raises:
        ReadError: It cannot be read, or is not the published one.
    """
    source = _importer(source_name).source
    digest = md5(usedforsecurity=False)
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise ReadError(f"The archive {path} cannot be read: {error}.") from error
    found = digest.hexdigest()
    if source.archive_md5 and found != source.archive_md5:
        raise ReadError(
            f"{path} is not the published {source.archive_name}: its MD5 is {found}, published is "
            f"{source.archive_md5}. Download it again."
        )
    return found


def _importer(name: str) -> Importer:
    if name not in IMPORTERS:
        raise UsageError(f"The data set is one of {', '.join(IMPORTERS)}, not '{name}'.")
    return IMPORTERS[name]


class _Seen:
    """Cases and centres that came by, against which the user's words are checked."""

    def __init__(self) -> None:
        self._cases: set[str] = set()
        self._centres: set[str] = set()

    def add(self, outcome: Outcome) -> None:
        if isinstance(outcome, LabelledCase):
            self._cases.add(outcome.name)
            self._centres.add(outcome.facts.centre)
        else:
            self._cases.add(outcome.case)

    def check(self, request: ImportRequest) -> None:
        """Refuse a centre or a case that there is not: the wish would go unheard."""
        folded = {name.casefold() for name in self._centres}
        for name in request.hold_out:
            if name.casefold() not in folded:
                there = ", ".join(sorted(self._centres - {""})) or "none is named"
                raise UsageError(f"No case is of the centre '{name}'; the centres are: {there}.")
        others = tuple(f"{name}-" for name in IMPORTERS if name != request.dataset)
        for name in request.exclusions:
            if name not in self._cases and not name.startswith(others):
                raise UsageError(
                    f"The list of exclusions names the case '{name}', which is not there; the "
                    f"cases are called like '{min(self._cases, default='')}'."
                )


def _after_user(outcome: Outcome, request: ImportRequest, source: str) -> Outcome:
    """The outcome, or the user's reason to leave the case out."""
    if isinstance(outcome, LabelledCase) and outcome.name in request.exclusions:
        reason, note = request.exclusions[outcome.name]
        return Exclusion(source, outcome.name, reason, note)
    return outcome


def _table_splits(request: ImportRequest, names: Mapping[str, str]) -> dict[str, str]:
    """Patient to part, as a table of own cases fixes it."""
    if request.options.manifest is None:
        return {}
    lines = own.read_table(request.options.manifest)
    fixed: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        patient = names.get(f"own-{number:04d}")
        if patient is None or not line.split:
            continue
        if fixed.setdefault(patient, line.split) != line.split:
            raise UsageError(
                f"The table {request.options.manifest} puts one patient into two parts "
                f"({fixed[patient]} and {line.split})."
            )
    return fixed
