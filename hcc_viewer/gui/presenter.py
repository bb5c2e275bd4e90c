"""Shows the session in the views: each change of state goes to the widgets that show it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStatusBar

from hcc_viewer.gui import words
from hcc_viewer.gui.item_models import FindingsModel, FlaggedModel, SeriesListModel
from hcc_viewer.gui.session import Message, Session
from hcc_viewer.gui.views.detection_panel import DetectionPanel
from hcc_viewer.gui.views.findings_table import ResultTable
from hcc_viewer.gui.views.image_area import ImageArea
from hcc_viewer.gui.views.overlay import Mark
from hcc_viewer.gui.views.research_banner import ResearchBanner
from hcc_viewer.gui.views.series_list import SeriesList
from hcc_viewer.gui.views.slice_image import to_qimage

if TYPE_CHECKING:
    from hcc_viewer.detection import Detection

CamFunction = Callable[["Detection", int], NDArray[np.float32]]

ETA_MILLISECONDS = 500
"""How often the remaining time is written anew while work goes on."""


@dataclass(frozen=True)
class Views:
    """The widgets and models that show the session."""

    images: ImageArea
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
        self._cam_on_image = cam_on_image
        self._shown_cam: tuple[object, int] | None = None
        self._ticker = QTimer(self, interval=ETA_MILLISECONDS)
        self._connect_signals()
        self.show_all()

    def _connect_signals(self) -> None:
        session, viewport = self._session, self._session.viewport
        session.study_changed.connect(self.show_study)
        session.row_changed.connect(self.show_row)
        session.thumbnail_changed.connect(self.show_thumbnail)
        viewport.volume_changed.connect(self.show_volume)
        viewport.slice_changed.connect(self.show_slice)
        viewport.window_changed.connect(self.show_window)
        session.result_changed.connect(self.show_result)
        session.finding_changed.connect(self.show_finding)
        session.heat_map_changed.connect(self.show_heat_map)
        session.identity_changed.connect(self.show_identity)
        session.notices_changed.connect(self.show_notices)
        session.model_changed.connect(self.show_model)
        session.activity_changed.connect(self.show_activity)
        session.message_changed.connect(self.show_message)
        session.cine_changed.connect(self.show_cine)
        self._ticker.timeout.connect(self._show_progress)

    def show_all(self) -> None:
        """Show the session as it is."""
        self.show_study()
        self.show_volume()
        self.show_result()
        self.show_heat_map()
        self.show_identity()
        self.show_notices()
        self.show_model()
        self.show_activity()
        self.show_message()

    # --- study, series, image ---------------------------------------------------------------

    def show_study(self) -> None:
        """Another study."""
        self._views.series_model.set_series(self._session.series)
        for row in range(len(self._session.series)):
            self.show_thumbnail(row)
        self.show_row()

    def show_row(self) -> None:
        """Another series is wanted."""
        self._views.series_list.set_row(self._session.wanted_row)

    def show_thumbnail(self, row: int) -> None:
        """The picture of a series."""
        picture = self._session.thumbnails.get(self._session.series[row].key)
        if picture is not None:
            self._views.series_model.set_thumbnail(row, to_qimage(picture))

    def show_volume(self) -> None:
        """Another volume."""
        viewport = self._session.viewport
        images = self._views.images
        volume = viewport.volume
        images.set_has_volume(volume is not None)
        images.slice_view.set_volume(volume)
        low, high = ("", "")
        if volume is not None and volume.geometry.known:
            normal = volume.geometry.normal
            low = words.direction_letters(-normal)[:1]
            high = words.direction_letters(normal)[:1]
        images.strip.set_slices(viewport.slice_count, low, high)
        self.show_window()
        self.show_slice()
        self.show_actions()

    def show_slice(self) -> None:
        """Another slice."""
        index = self._session.viewport.slice_index
        self._views.images.slice_view.set_slice(index)
        self._views.images.strip.set_slice(index)
        self.show_marks()
        self.show_heat_map()

    def show_window(self) -> None:
        """Another window."""
        self._views.images.slice_view.set_window(self._session.viewport.window)

    def show_identity(self) -> None:
        """The identity is hidden or shown."""
        is_hidden = self._session.is_identity_hidden
        self._views.images.slice_view.set_identity_hidden(is_hidden)
        self._views.actions["hide_identity"].setChecked(is_hidden)

    # --- results ----------------------------------------------------------------------------

    def show_result(self) -> None:
        """More slices are known, or there is another result."""
        session, views = self._session, self._views
        detection = session.detection
        views.findings_model.set_detection(detection)
        views.flagged_model.set_detection(detection)
        peaks = () if detection is None else tuple(f.peak_slice for f in detection.findings)
        views.images.strip.set_result(session.probabilities, session.threshold, peaks)
        views.panel.threshold.set_threshold(None if detection is None else detection.threshold)
        views.panel.set_summary("" if detection is None else words.result_summary(detection))
        row = session.shown_row
        if row is not None:
            text = "" if detection is None else words.findings_count(detection)
            views.series_model.set_detected(row, text)
        placeholder = words.no_rows(detection, session.is_busy("detect"))
        views.findings_table.set_placeholder(placeholder)
        views.slices_table.set_placeholder(placeholder)
        self.show_finding()
        self.show_heat_map()
        self.show_actions()

    def show_finding(self) -> None:
        """Another finding is selected."""
        views = self._views
        views.findings_table.set_row(views.findings_model.row_of(self._session.selected_finding))
        self.show_marks()

    def show_marks(self) -> None:
        """Where the findings peak that peak on the shown slice, and what the model says of it."""
        session = self._session
        index = session.viewport.slice_index
        detection, probabilities = session.detection, session.probabilities
        marks = [
            Mark(f.column, f.row, str(f.id), is_selected=f.id == session.selected_finding)
            for f in (() if detection is None else detection.findings)
            if f.peak_slice == index
        ]
        probability = None if probabilities is None else float(probabilities[index])
        is_flagged = detection is not None and detection.is_flagged(index)
        self._views.images.slice_view.set_result(probability, is_flagged, marks)
        self._views.slices_table.set_row(self._views.flagged_model.row_of(index))

    def show_heat_map(self) -> None:
        """The heat map is on or off, lies on another slice, or has another opacity."""
        session = self._session
        detection = session.detection
        is_shown = session.is_heat_map_on and detection is not None
        self._show_cam(detection if is_shown else None)
        self._views.images.set_caption_visible(is_shown)
        self._views.actions["toggle_heatmap"].setChecked(session.is_heat_map_on)
        self._views.panel.opacity.set_opacity(session.heat_map_opacity)

    def _show_cam(self, detection: Detection | None) -> None:
        """Lay the CAM of the shown slice over it; it is made once, whatever the opacity does."""
        view = self._views.images.slice_view
        index = self._session.viewport.slice_index
        wanted = None if detection is None else (detection.slices, index)
        if detection is None:
            view.set_heat_map(None)
        elif wanted != self._shown_cam or not view.has_heat_map:
            view.set_heat_map(self._cam_on_image(detection, index))
        self._shown_cam = wanted
        view.set_opacity(self._session.heat_map_opacity)

    def show_notices(self) -> None:
        """There is more or less to warn of."""
        self._views.panel.warnings.set_notices(self._session.notices)

    def show_model(self) -> None:
        """The model is loaded or refused."""
        session = self._session
        card = session.card
        trained_on = "" if card is None else card.trained_on
        self._views.banner.set_model(session.model_label, trained_on, session.model_refusal)
        points = () if card is None else card.operating_points
        curve = () if card is None else card.operating_curve
        self._views.panel.threshold.set_points(points, curve)
        self.show_result()

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
            text = activity.text(time.monotonic())
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
        session, actions = self._session, self._views.actions
        series, detection = session.shown_series, session.detection
        is_detecting = session.is_busy("detect")
        can_detect = series is not None and series.detectable and not session.model_refusal
        actions["detect"].setEnabled(can_detect and not is_detecting)
        actions["cancel"].setEnabled(session.activity is not None)
        has_result = detection is not None
        actions["export_report"].setEnabled(has_result and not session.is_busy("export"))
        actions["toggle_heatmap"].setEnabled(has_result)
        has_findings = detection is not None and bool(detection.findings)
        actions["next_finding"].setEnabled(has_findings)
        actions["previous_finding"].setEnabled(has_findings)
        for name in NEED_VOLUME:
            actions[name].setEnabled(series is not None)
        refusal = series is not None and not series.detectable
        text = words.detect_hint(series, session.model_refusal)
        self._views.panel.set_hint(text, is_refusal=refusal or bool(session.model_refusal))


NEED_VOLUME = (
    "next_slice",
    "previous_slice",
    "forward_ten",
    "back_ten",
    "first_slice",
    "last_slice",
    "cine",
    "next_series",
    "previous_series",
    "reset_view",
    "zoom_in",
    "zoom_out",
    "one_to_one",
    "window_auto",
    "window_own",
    "window_narrow",
    "window_wide",
    "invert",
)
"""Actions that make sense only while a volume is shown."""
