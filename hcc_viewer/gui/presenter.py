"""Shows the session in the views: each change of state goes to the widgets that show it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStatusBar

from hcc_viewer.gui import whose, words
from hcc_viewer.gui.enabling import enable_actions
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.item_models import FindingsModel, FlaggedModel, SeriesListModel
from hcc_viewer.gui.pane_presenter import CamFunction, PanePresenter
from hcc_viewer.gui.panes import Layout
from hcc_viewer.gui.session import Message, Session
from hcc_viewer.gui.views.detection_panel import DetectionPanel
from hcc_viewer.gui.views.findings_table import ResultTable
from hcc_viewer.gui.views.image_area import ImageArea
from hcc_viewer.gui.views.research_banner import ResearchBanner
from hcc_viewer.gui.views.series_list import SeriesList
from hcc_viewer.gui.views.slice_image import to_qimage
from hcc_viewer.gui.views.study_tabs import StudyTabs

if TYPE_CHECKING:
    from hcc_viewer.dicom import Study

ETA_MILLISECONDS = 500
"""How often the remaining time is written anew while work goes on."""


@dataclass(frozen=True)
class Views:
    """The widgets and models that show the session."""

    images: ImageArea
    tabs: StudyTabs
    panel: DetectionPanel
    series_list: SeriesList
    series_model: SeriesListModel
    findings_table: ResultTable
    findings_model: FindingsModel
    slices_table: ResultTable
    flagged_model: FlaggedModel
    banner: ResearchBanner
    status_bar: QStatusBar
    actions: Mapping[str, QAction]


class Presenter(QObject):
    """Reads the session and tells the views; asks nothing and decides nothing."""

    def __init__(
        self, session: Session, views: Views, cam_on_image: CamFunction, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._views = views
        self.panes = tuple(
            PanePresenter(session, index, view, cam_on_image, self)
            for index, view in enumerate(views.images.slice_views)
        )
        self._last_rows: dict[Path, int] = {}
        self._ticker = QTimer(self, interval=ETA_MILLISECONDS)
        self._connect_signals()
        self.show_all()

    def _connect_signals(self) -> None:
        session, viewport = self._session, self._session.viewport
        session.study_changed.connect(self.show_study)
        session.row_changed.connect(self.show_row)
        session.selection_changed.connect(self.show_actions)
        session.thumbnail_changed.connect(self.show_thumbnail)
        viewport.volume_changed.connect(self.show_volume)
        viewport.slice_changed.connect(self.show_slice)
        session.studies_changed.connect(self.show_studies)
        session.panes.layout_changed.connect(self.show_layout)
        session.panes.active_changed.connect(self.show_active)
        session.panes.link_changed.connect(self.show_link)
        session.panes.reference_lines_changed.connect(self.show_link)
        for one in session.panes.viewports:
            one.volume_changed.connect(self.show_active)
        session.reading_changed.connect(self.show_reading)
        session.readings.changed.connect(self.show_undo)
        session.readings.steps_changed.connect(self.show_undo)
        session.veil_changed.connect(self.show_result)
        session.result_changed.connect(self.show_result)
        session.finding_changed.connect(self.show_finding)
        session.heat_map_changed.connect(self.show_heat_map)
        session.identity_changed.connect(self.show_identity)
        session.notices_changed.connect(self.show_notices)
        session.model_changed.connect(self.show_result)
        session.activity_changed.connect(self.show_activity)
        session.message_changed.connect(self.show_message)
        session.cine_changed.connect(self.show_cine)
        self._ticker.timeout.connect(self._show_progress)

    def show_all(self) -> None:
        """Show the session as it is."""
        self.show_layout()
        self.show_link()
        self.show_studies()
        self.show_study()
        self.show_undo()
        self.show_volume()
        self.show_result()
        self.show_heat_map()
        self.show_identity()
        self.show_notices()
        self.show_activity()
        self.show_message()

    # --- study, series, image ---------------------------------------------------------------

    def show_study(self) -> None:
        """Another study."""
        self._views.series_model.set_series(self._session.series, self._whose_rows())
        for row in range(len(self._session.series)):
            self.show_thumbnail(row)
        self._show_detected()
        self.show_current_study()
        self.show_row()

    def _whose_rows(self) -> tuple[str, ...]:
        return whose.row_texts(self._session.series, self._session.is_identity_hidden)

    def show_row(self) -> None:
        """Another series is wanted."""
        self.show_active()
        self.show_studies()

    def show_thumbnail(self, row: int) -> None:
        """The picture of a series."""
        picture = self._session.thumbnails.get(self._session.series[row].key)
        if picture is not None:
            self._views.series_model.set_thumbnail(row, to_qimage(picture))

    def show_studies(self) -> None:
        """A study was opened or closed, or another series of one is shown."""
        session = self._session
        self._views.tabs.set_studies(
            [
                whose.study_name(one, session.is_identity_hidden, number, self._row_of(one))
                for number, one in enumerate(session.studies, 1)
            ]
        )
        self.show_current_study()

    def _row_of(self, study: Study) -> int | None:
        session = self._session
        if study is session.study:
            row = session.wanted_row if session.shown_row is None else session.shown_row
            if row is not None:
                self._last_rows[study.path] = row
        row = self._last_rows.get(study.path)
        return row if row is not None and row < len(study.series) else None

    def show_current_study(self) -> None:
        """Another of the open studies is shown."""
        studies = self._session.studies
        at = next((i for i, one in enumerate(studies) if one is self._session.study), None)
        self._views.tabs.set_current(at)
        self._views.actions["close_study"].setEnabled(at is not None)

    def show_volume(self) -> None:
        """Another volume in the main view."""
        viewport = self._session.viewport
        images = self._views.images
        volume = viewport.volume
        images.set_has_volume(volume is not None)
        low, high = ("", "")
        if volume is not None and volume.geometry.known:
            normal = volume.geometry.normal
            low = words.direction_letters(-normal)[:1]
            high = words.direction_letters(normal)[:1]
        images.strip.set_slices(viewport.slice_count, low, high)
        self.show_slice()
        self.show_studies()
        self.show_actions()

    def show_slice(self) -> None:
        """Another slice in the main view."""
        session = self._session
        index = session.viewport.slice_index
        self._views.images.strip.set_slice(index)
        self._views.slices_table.set_row(self._views.flagged_model.row_of(index))

    def show_identity(self) -> None:
        """The identity is hidden or shown."""
        self._views.actions["hide_identity"].setChecked(self._session.is_identity_hidden)
        self._views.series_model.set_whose(self._whose_rows())
        self.show_studies()
        self.show_notices()
        self._show_progress()

    # --- the image views --------------------------------------------------------------------

    def show_layout(self) -> None:
        """The views are arranged in another way."""
        layout = self._session.panes.layout
        self._views.images.set_layout(layout)
        for one in Layout:
            self._views.actions[f"layout_{one.value}"].setChecked(one == layout)
        self._views.actions["link_views"].setEnabled(layout.count > 1)
        self._views.actions["reset_offsets"].setEnabled(layout.count > 1)
        self.show_active()

    def show_active(self) -> None:
        """Keys and the series list act on another view."""
        series = self._session.panes.active.volume
        rows = [
            row
            for row, one in enumerate(self._session.series)
            if series is not None and one.key == series.series.key
        ]
        if self._session.panes.active_index == 0:
            self._views.series_list.set_row(self._session.wanted_row)
        else:
            self._views.series_list.set_row(rows[0] if rows else None)
        self.show_actions()

    def show_link(self) -> None:
        """The views are linked or not, with lines or without."""
        panes = self._session.panes
        self._views.actions["link_views"].setChecked(panes.is_linked)
        self._views.actions["reference_lines"].setChecked(panes.has_reference_lines)

    # --- results ----------------------------------------------------------------------------

    def show_result(self) -> None:
        """Slices, a result or a model are known, or not any more, or the result is hidden."""
        session, views = self._session, self._views
        detection = session.detection
        views.flagged_model.set_detection(detection)
        peaks = () if detection is None else tuple(f.peak_slice for f in detection.findings)
        views.images.strip.set_result(session.probabilities, session.threshold, peaks)
        views.banner.set_model(*session.result_model, session.model_refusal)
        card = session.result_card
        points, curve = ((), ()) if card is None else (card.operating_points, card.operating_curve)
        views.panel.threshold.set_points(points, curve)
        views.panel.threshold.set_threshold(None if detection is None else detection.threshold)
        self._show_detected()
        self._show_veil()
        shown = session.shown_series
        is_detecting = shown is not None and session.is_detecting(shown.key)
        placeholder = words.no_rows(detection, is_detecting, session.is_veiled)
        views.findings_table.set_placeholder(placeholder)
        views.slices_table.set_placeholder(placeholder)
        self.show_reading()
        self.show_heat_map()

    def _show_detected(self) -> None:
        """What was found on each series, whichever is shown."""
        for row, series in enumerate(self._session.series):
            detection = self._session.visible_detection_of(series.key)
            text = "" if detection is None else words.findings_count(detection)
            self._views.series_model.set_detected(row, text)

    def _show_veil(self) -> None:
        session = self._session
        seen, total = session.seen_slices
        text = words.veil_text(seen, total) if session.is_veiled else ""
        self._views.panel.set_veil(text)
        self._views.actions["read_first"].setChecked(session.read_first.is_on)
        self._views.actions["show_results"].setEnabled(session.is_veiled)

    def show_reading(self) -> None:
        """The reader decided, marked or measured something on the shown series."""
        views, result, detection = self._views, self._session.read_result, self._session.detection
        shown = self._session.shown_series
        geometry = None if shown is None else shown.geometry
        views.findings_model.set_rows_of(self._session.rows, geometry)
        summary = "" if detection is None else words.result_summary(detection, result)
        views.panel.set_summary(summary, words.decisions_summary(result))
        views.images.strip.set_key_slices(self._session.reading.key_slices)
        self.show_finding()
        self.show_actions()

    def show_undo(self) -> None:
        """There is something else to take back or to do again."""
        readings, actions = self._session.readings, self._views.actions
        for name, word, what in (
            ("undo", tr("Undo"), readings.undo_name),
            ("redo", tr("Redo"), readings.redo_name),
        ):
            actions[name].setEnabled(bool(what))
            actions[name].setText(f"{word}: {what}" if what else word)

    def show_finding(self) -> None:
        """Another finding is selected."""
        views = self._views
        selected = self._session.selected_finding
        views.findings_table.set_row(views.findings_model.row_of(selected))
        views.slices_table.set_row(views.flagged_model.row_of(self._session.viewport.slice_index))
        self.show_actions()

    def show_heat_map(self) -> None:
        """The heat map is on or off, or looks different."""
        session = self._session
        is_shown = session.is_heat_map_on and session.detection is not None
        self._views.images.set_caption_visible(is_shown)
        self._views.actions["toggle_heatmap"].setChecked(session.is_heat_map_on)
        self._views.panel.opacity.set_opacity(session.heat_map_opacity)
        self._views.panel.opacity.set_style(session.heat_map_style)

    def show_notices(self) -> None:
        """There is more or less to warn of."""
        self._views.panel.warnings.set_notices(self._session.notices)

    # --- work and messages ------------------------------------------------------------------

    def show_activity(self) -> None:
        """Slow work began, went on, or ended."""
        if self._session.activity is None:
            self._ticker.stop()
        elif not self._ticker.isActive():
            self._ticker.start()
        self._show_progress()
        self.show_actions()

    def _show_progress(self) -> None:
        activity = self._session.activity
        progress = self._views.panel.progress
        if activity is None:
            progress.set_progress("", 0, 1)
        else:
            session, elsewhere = self._session, ""
            if activity.series is not None:
                shown, is_hidden = session.shown_series, session.is_identity_hidden
                elsewhere = whose.name_elsewhere(activity.series, session.studies, shown, is_hidden)
            text = activity.text(time.monotonic(), elsewhere)
            progress.set_progress(text, activity.done, activity.total)

    def show_cine(self) -> None:
        """The slices run by themselves, or stand still again."""
        self._views.actions["cine"].setChecked(self._session.is_cine_on)

    def show_message(self) -> None:
        """There is another message."""
        message = self._session.message or Message("")
        self._views.images.message_bar.set_message(
            message.text, is_error=message.is_error, has_folder=message.folder is not None
        )
        self._views.status_bar.showMessage(message.text)

    def show_actions(self) -> None:
        """Which actions are possible now, and why Detect is not."""
        session = self._session
        has_rows = self._views.findings_model.rowCount() > 0
        enable_actions(self._views.actions, session, has_rows=has_rows)
        series = session.shown_series
        refusal = series is not None and not series.detectable
        text = words.detect_hint(series, session.model_refusal)
        self._views.panel.set_hint(text, is_refusal=refusal or bool(session.model_refusal))
