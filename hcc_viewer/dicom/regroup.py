"""Merges stacks and splits them again, where the user knows better than the headers.

Both give another `Study`: its phase scores are told anew, since each series is judged beside the
others. What is merged or split comes from the files again; nothing of it is kept from the scan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from hcc_viewer.dicom.describe import describe_stacks, rescore
from hcc_viewer.dicom.duplicates import drop_copies
from hcc_viewer.dicom.header_reader import HeaderReader
from hcc_viewer.dicom.headers import ImageHeader, NotTakenUpError
from hcc_viewer.dicom.placing import place
from hcc_viewer.dicom.series import Regrouping, Series, SplitKey, Study
from hcc_viewer.dicom.stacks import PARALLEL, Stack, split_series
from hcc_viewer.dicom.time_points import known_distances, places_of
from hcc_viewer.dicom.tolerance import quiet
from hcc_viewer.errors import ReadError, UsageError
from hcc_viewer.phrases import Phrase
from hcc_viewer.progress import ReportProgress, ignore_progress

_VALUES: dict[SplitKey, Callable[[ImageHeader], Hashable]] = {
    "image type": lambda image: image.image_type,
    "echo time": lambda image: image.echo_time_ms,
    "temporal position": lambda image: image.temporal_position,
    "trigger time": lambda image: image.trigger_time_ms,
    "acquisition time": lambda image: image.acquisition_time_s,
    "acquisition number": lambda image: image.acquisition_number,
}

_NAMES: dict[SplitKey, Phrase] = {
    "automatic": Phrase("automatic"),
    "place": Phrase("place"),
    "image type": Phrase("image type"),
    "echo time": Phrase("echo time"),
    "temporal position": Phrase("temporal position"),
    "trigger time": Phrase("trigger time"),
    "acquisition time": Phrase("acquisition time"),
    "acquisition number": Phrase("acquisition number"),
}
"""What the keys are called in sentences."""

MAX_PARTS = 500
"""More stacks than this help no one."""


def merge_series(
    study: Study, chosen: Sequence[Series], report_progress: ReportProgress = ignore_progress
) -> Study:
    """Make one stack of several; it stands where the first of them stood.

    Args:
        study: Of the series.
        chosen: Two or more of its series.
        report_progress: Called with the headers read and their total; may raise CancelledError.

    Raises:
        UsageError: They do not fit together; the sentence says why.
        ReadError: A file is gone.
    """
    members = [series for series in study.series if series.key in {one.key for one in chosen}]
    if len(members) < 2:
        raise UsageError(Phrase("Choose at least two series to merge."))
    with quiet():
        images = _images_of(members, report_progress)
        images, _ = drop_copies(images, [])
        _check_fit(images)
        stack = _merged(images, members)
        merged = describe_stacks([[stack]], members[0].source)
    return _replaced(study, members, merged, None)


def split_series_by(
    study: Study,
    series: Series,
    key: SplitKey = "automatic",
    report_progress: ReportProgress = ignore_progress,
) -> Study:
    """Take a stack apart; its parts stand where it stood.

    Args:
        study: Of the series.
        series: One of its series.
        key: What to split by.
        report_progress: Called with the headers read and their total; may raise CancelledError.

    Raises:
        UsageError: The key does not tell the images apart, or gives too many stacks.
        ReadError: A file is gone.
    """
    with quiet():
        images = _images_of([series], report_progress)
        stacks = split_series(images) if key == "automatic" else _split(images, key)
        parts = describe_stacks([stacks], series.source)
    if len(parts) == 1:
        text = "By '{key}' the images of {title} are all alike; try another way."
        raise UsageError(Phrase(text, key=_NAMES[key], title=series.title))
    if len(parts) > MAX_PARTS:
        text = "By '{key}' {title} would fall into {count} parts."
        raise UsageError(Phrase(text, key=_NAMES[key], title=series.title, count=len(parts)))
    return _replaced(study, [series], parts, key)


def repeat_regroupings(
    study: Study,
    steps: Sequence[Regrouping],
    report_progress: ReportProgress = ignore_progress,
) -> Study:
    """Merge and split a study, as scanned, as it was before; ends at a step that fits no more.

    Args:
        study: As scanned.
        steps: The `regroupings` of an earlier session.
        report_progress: See `merge_series`.

    Raises:
        CancelledError: `report_progress` asked to stop.
    """
    for step in steps:
        by_key = {series.key: series for series in study.series}
        members = [by_key[key] for key in step.keys if key in by_key]
        if not members or len(members) != len(step.keys):
            break
        try:
            if step.split_by is None:
                study = merge_series(study, members, report_progress)
            else:
                study = split_series_by(study, members[0], step.split_by, report_progress)
        except (UsageError, ReadError):
            break
    return study


def _images_of(members: Sequence[Series], report_progress: ReportProgress) -> list[ImageHeader]:
    """The headers of the images of some stacks, in their order."""
    by_file: dict[Path, dict[int | None, ImageHeader]] = {}
    reader = HeaderReader()
    result: list[ImageHeader] = []
    instances = [instance for series in members for instance in series.instances]
    for instance in instances:
        report_progress(len(result), len(instances))
        if instance.path not in by_file:
            by_file[instance.path] = {image.frame: image for image in _read(reader, instance.path)}
        image = by_file[instance.path].get(instance.frame)
        if image is None:
            raise ReadError(f"{instance.path.name} has changed; open the study again.")
        result.append(image)
    return result


def _read(reader: HeaderReader, path: Path) -> list[ImageHeader]:
    try:
        return reader.read(path)
    except NotTakenUpError as error:
        raise ReadError(f"{path.name} is no image any more: {error}.") from error


def _check_fit(images: list[ImageHeader]) -> None:
    if len({(image.rows, image.columns) for image in images}) > 1:
        raise UsageError(Phrase("Series with images of different size cannot be merged."))
    if not _are_as_large(images):
        raise UsageError(Phrase("Series with pixels of different size cannot be merged."))
    if len({image.series.modality for image in images}) > 1:
        raise UsageError(Phrase("Series of different modalities cannot be merged."))
    if len({image.series.is_color for image in images}) > 1:
        raise UsageError(Phrase("Colour and grey series cannot be merged."))
    if len({image.series.study_instance_uid for image in images}) > 1:
        raise UsageError(Phrase("Series of different studies cannot be merged."))
    if not _are_parallel(images):
        raise UsageError(Phrase("Series in different planes cannot be merged."))


def _are_as_large(images: list[ImageHeader]) -> bool:
    """Whether all pixels have the same size; scanners and exports round it differently."""
    stated = [image.pixel_spacing for image in images if image.pixel_spacing is not None]
    return all(
        abs(one[axis] - stated[0][axis]) <= 0.01 * stated[0][axis]
        for one in stated
        for axis in (0, 1)
    )


def _are_parallel(images: list[ImageHeader]) -> bool:
    first = images[0].orientation
    for image in images:
        own = image.orientation
        if (own is None) != (first is None):
            return False
        if own is None or first is None:
            continue
        column = sum(a * b for a, b in zip(own[:3], first[:3], strict=True))
        row = sum(a * b for a, b in zip(own[3:], first[3:], strict=True))
        if min(column, row) < PARALLEL:
            return False
    return True


def _merged(images: list[ImageHeader], members: Sequence[Series]) -> Stack:
    placed = place(images)
    names = dict.fromkeys(series.stack for series in members if series.stack)
    label = " + ".join(names) if len(names) > 1 else "merged"
    return Stack(placed.images, placed.geometry, label=label, notices=placed.notices)


def _split(images: list[ImageHeader], key: SplitKey) -> list[Stack]:
    groups: dict[Hashable, list[ImageHeader]] = defaultdict(list)
    seen: dict[int, int] = defaultdict(int)
    distances = known_distances(images) if key == "place" else None
    places = range(len(images)) if distances is None else places_of(distances).tolist()
    for image, at in zip(images, places, strict=True):
        groups[_VALUES[key](image) if key in _VALUES else seen[at]].append(image)
        seen[at] += 1
    return [_part(members, number) for number, members in enumerate(groups.values(), start=1)]


def _part(images: list[ImageHeader], number: int) -> Stack:
    placed = place(images)
    return Stack(placed.images, placed.geometry, label=f"part {number}", notices=placed.notices)


def _replaced(
    study: Study, old: Sequence[Series], new: Sequence[Series], split_by: SplitKey | None
) -> Study:
    """The study with the new series where the first of the old ones stood."""
    keys = tuple(series.key for series in old)
    result: list[Series] = []
    for series in study.series:
        if series.key == keys[0]:
            result += [replace(one, regrouped=_digest(one)) for one in new]
        elif series.key not in keys:
            result.append(series)
    return replace(
        study,
        series=tuple(rescore(result)),
        before=study,
        regrouping=Regrouping(keys, split_by),
    )


def _digest(series: Series) -> str:
    """Tells stacks apart that have the first image in common."""
    names = "\n".join(f"{one.sop_instance_uid} {one.frame}" for one in series.instances)
    return f"#{sha256(names.encode()).hexdigest()[:12]}"
