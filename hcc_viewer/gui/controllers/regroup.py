"""Merges stacks and splits them, on the user's word; takes it back, and does it again next time."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Slot

from hcc_viewer.gui import groups_file
from hcc_viewer.gui.activity import Activity
from hcc_viewer.gui.controllers.study import StudyController
from hcc_viewer.gui.i18n import plural, tr, tr_phrase
from hcc_viewer.gui.jobs import Job, JobContext, JobRunner
from hcc_viewer.gui.services import Services
from hcc_viewer.gui.session import Message, Session

if TYPE_CHECKING:
    from hcc_viewer.dicom import Series, SplitKey, Study

logger = logging.getLogger(__name__)


class RegroupController(QObject):
    """Answers what concerns merging and splitting the stacks of the shown study."""

    def __init__(
        self,
        session: Session,
        services: Services,
        studies: StudyController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._services = services
        self._studies = studies
        self.is_kept = True
        """Whether merges and splits are kept for the next session."""
        self._study: Study | None = None
        self._runner = JobRunner("regroup", self)
        studies.regroup_again = self._regroup_again
        self._connect_signals()

    def _connect_signals(self) -> None:
        self._runner.progressed.connect(self._on_progressed)
        self._runner.succeeded.connect(self._on_regrouped)
        self._runner.failed.connect(self._on_failed)
        self._session.study_changed.connect(self._on_study_changed)

    @property
    def runners(self) -> tuple[JobRunner, ...]:
        """Everything that must stop before the window goes."""
        return (self._runner,)

    @Slot()
    def merge(self) -> None:
        """Make one stack of the marked series."""
        study, chosen = self._session.study, self._marked()
        if study is not None and len(chosen) > 1:
            job = partial(_merge, self._services, study, chosen)
            self._start(study, tr("Merging series"), job)

    def split(self, key: SplitKey) -> None:
        """Take the marked series apart by this key."""
        study, chosen = self._session.study, self._marked()
        if study is not None and len(chosen) == 1:
            job = partial(_split, self._services, study, chosen[0], key)
            self._start(study, tr("Splitting the series"), job)

    @Slot()
    def undo(self) -> None:
        """Take back the last merge or split."""
        study = self._session.study
        if study is not None and study.before is not None:
            self._replace(study, study.before)

    @Slot()
    def restore(self) -> None:
        """Take back all merges and splits: the series are as the scan found them."""
        study = self._session.study
        if study is not None and study.before is not None:
            *_, scanned = study.history
            self._replace(study, scanned)

    @Slot()
    def cancel(self) -> None:
        """Stop; the series stay as they are."""
        self._runner.cancel()
        self._end()

    def _marked(self) -> list[Series]:
        series = self._session.series
        return [series[row] for row in self._session.selected_rows if row < len(series)]

    def _start(self, study: Study, label: str, job: Job) -> None:
        self._study = study
        self._session.set_message(None)
        activity = Activity(label, tr("images"), started=time.monotonic())
        self._session.set_activity("regroup", activity)
        self._runner.start(job)

    def _end(self) -> Study | None:
        """Nothing is done any more; gives the study that was worked on, which is not held on to."""
        study, self._study = self._study, None
        self._session.set_activity("regroup", None)
        return study

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        self._session.progress("regroup", done, total)

    @Slot(object)
    def _on_regrouped(self, result: object) -> None:
        new, old = cast("Study", result), self._end()
        if old is not None and self._session.is_open(old):
            self._replace(old, new)
            self._session.set_message(Message(_said(old, new)))

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        self._end()
        self._session.set_message(Message(text, is_error=True))

    @Slot()
    def _on_study_changed(self) -> None:
        if self._runner.is_running and self._session.study is not self._study:
            self.cancel()

    # --- kept for the next session ----------------------------------------------------------

    def _replace(self, old: Study, new: Study) -> None:
        self._studies.replace_study(old, new)
        if not self.is_kept:
            return
        try:
            groups_file.write_regroupings(new)
        except OSError as error:
            logger.warning("Merges and splits could not be kept: %s", error.strerror)

    def _regroup_again(self, study: Study, context: JobContext) -> Study:
        """Merge and split as in an earlier session; run in the worker that has scanned."""
        if not self.is_kept or not study.is_complete:
            return study
        try:
            steps = groups_file.read_regroupings(study)
        except (ValueError, OSError) as error:
            logger.warning("Kept merges and splits are left out: %s", type(error).__name__)
            return study
        return self._services.repeat_regroupings(study, steps, context) if steps else study


def _merge(services: Services, study: Study, chosen: list[Series], context: JobContext) -> Study:
    return services.merge(study, chosen, context)


def _split(
    services: Services, study: Study, chosen: Series, key: SplitKey, context: JobContext
) -> Study:
    return services.split(study, chosen, key, context)


def _said(old: Study, new: Study) -> str:
    """What came of it, with what is odd about the new stacks."""
    known = {series.key for series in old.series}
    made = [series for series in new.series if series.key not in known]
    if len(made) == 1:
        slices = plural(len(made[0].instances), "1 slice", "{count} slices")
        text = tr("Merged to {title}: {slices}.").format(title=made[0].title, slices=slices)
    else:
        text = tr("Split into {count} series.").format(count=len(made))
    odd = dict.fromkeys(notice.message for series in made for notice in series.warnings)
    return " ".join((text, *map(tr_phrase, list(odd)[:2])))
