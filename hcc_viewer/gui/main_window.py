"""The main window: builds and arranges the views, and hands their requests to the controller."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QSignalBlocker, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QMainWindow,
    QMenu,
    QSplitter,
    QStatusBar,
    QVBoxLayout,
    QWidget,
)

from hcc_viewer.gui import menus
from hcc_viewer.gui.actions import local_actions, make_actions
from hcc_viewer.gui.controller import Controller
from hcc_viewer.gui.dialogs.about import show_about, show_keys
from hcc_viewer.gui.item_models import FindingsModel, FlaggedModel, SeriesListModel
from hcc_viewer.gui.presenter import CamFunction, Presenter, Views
from hcc_viewer.gui.session import Session
from hcc_viewer.gui.views.detection_panel import DetectionPanel
from hcc_viewer.gui.views.findings_table import make_findings_table, make_slices_table
from hcc_viewer.gui.views.image_area import ImageArea
from hcc_viewer.gui.views.mouse import PROFILES, Tool
from hcc_viewer.gui.views.naming import named
from hcc_viewer.gui.views.research_banner import ResearchBanner
from hcc_viewer.gui.views.series_list import SeriesList
from hcc_viewer.gui.views.start_page import StartPage
from hcc_viewer.settings import Settings

DEFAULT_SIZE = (1500, 940)
SIDES = (270, 850, 380)
"""Widths of series, image and results in the default window."""


class MainWindow(QMainWindow):
    """Series on the left, image in the middle, results on the right, research band below."""

    def __init__(
        self,
        session: Session,
        controller: Controller,
        cam_on_image: CamFunction,
        settings: Settings,
    ) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setAccessibleName("HCC Viewer")
        self.setWindowTitle("HCC Viewer")
        self.setAcceptDrops(True)
        self.session = session
        self.controller = controller
        self._settings = settings
        self._was_shown = False
        session.setParent(self)
        controller.setParent(self)
        self._actions = make_actions(self)
        self._tools = menus.make_tool_group(self._actions, self)
        self._profiles = menus.make_profile_group(self)
        self._views = self._make_views()
        self._arrange()
        self.presenter = Presenter(session, self._views, cam_on_image, self)
        self._connect_signals()
        self._connect_actions()
        self._apply_settings(settings)

    # --- building ---------------------------------------------------------------------------

    def _make_views(self) -> Views:
        actions = self._actions
        series_model = SeriesListModel(self)
        findings_model, flagged_model = FindingsModel(self), FlaggedModel(self)
        findings, slices = make_findings_table(findings_model), make_slices_table(flagged_model)
        start = StartPage((actions["open_folder"], actions["open_demo"]))
        panel = DetectionPanel(
            actions["detect"],
            actions["cancel"],
            actions["export_report"],
            actions["toggle_heatmap"],
            findings,
            slices,
        )
        return Views(
            images=ImageArea(start),
            panel=panel,
            series_list=SeriesList(series_model),
            series_model=series_model,
            findings_table=findings,
            findings_model=findings_model,
            slices_table=slices,
            flagged_model=flagged_model,
            banner=ResearchBanner(),
            status_bar=named(QStatusBar(), "status_bar"),
            actions=actions,
        )

    def _arrange(self) -> None:
        views = self._views
        self._splitter = named(QSplitter(Qt.Orientation.Horizontal), "splitter")
        self._splitter.addWidget(self._make_series_panel())
        self._splitter.addWidget(views.images)
        self._splitter.addWidget(views.panel)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes(list(SIDES))
        self._splitter.setChildrenCollapsible(False)
        middle = QWidget()
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._splitter, 1)
        layout.addWidget(views.banner)
        self.setCentralWidget(middle)
        views.status_bar.setSizeGripEnabled(False)
        self.setStatusBar(views.status_bar)
        self.addToolBar(menus.make_toolbar(self._actions, self))
        menus.fill_menu_bar(self, self._actions, self._profiles)
        self.addActions(list(self._actions.values()))
        local = local_actions(self._actions)
        for action in local:
            self.removeAction(action)
        views.images.addActions(local)
        room = self.screen().availableSize() * 0.96
        self.resize(QSize(*DEFAULT_SIZE).boundedTo(room))

    def _make_series_panel(self) -> QFrame:
        panel = named(QFrame(), "series_panel")
        layout = QVBoxLayout(panel)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(named(QLabel("Series"), "panel_title"))
        layout.addWidget(self._views.series_list, 1)
        return panel

    def _connect_signals(self) -> None:
        views, controller = self._views, self.controller
        display, detection = controller.display, controller.detection
        slice_view = views.images.slice_view
        slice_view.slice_step_requested.connect(display.step_slice)
        slice_view.window_requested.connect(display.set_window)
        slice_view.menu_requested.connect(self._show_context_menu)
        slice_view.full_screen_requested.connect(self._actions["full_screen"].trigger)
        views.images.strip.slice_requested.connect(display.show_slice)
        views.images.message_bar.dismissed.connect(lambda: self.session.set_message(None))
        views.images.message_bar.folder_requested.connect(self._show_folder)
        views.series_list.series_requested.connect(controller.study.show_series)
        views.findings_table.item_requested.connect(detection.go_to_finding)
        views.findings_table.item_opened.connect(self._open_finding)
        views.slices_table.item_requested.connect(display.show_slice)
        views.slices_table.item_opened.connect(self._open_slice)
        views.panel.threshold.threshold_requested.connect(detection.set_threshold)
        views.panel.opacity.opacity_requested.connect(display.set_opacity)
        self._tools.triggered.connect(self._apply_mouse)
        self._profiles.triggered.connect(self._apply_mouse)

    def _connect_actions(self) -> None:
        controller = self.controller
        display, study, detection = controller.display, controller.study, controller.detection
        view = self._views.images.slice_view
        handlers = {
            "open_folder": study.ask_for_folder,
            "open_file": study.ask_for_file,
            "open_demo": controller.open_demo,
            "quit": self.close,
            "detect": detection.detect,
            "cancel": controller.cancel,
            "export_report": detection.export_report,
            "toggle_heatmap": display.press_heat_map_key,
            "next_finding": lambda: detection.step_finding(1),
            "previous_finding": lambda: detection.step_finding(-1),
            "next_slice": lambda: display.step_slice(1),
            "previous_slice": lambda: display.step_slice(-1),
            "forward_ten": lambda: display.step_slice(10),
            "back_ten": lambda: display.step_slice(-10),
            "first_slice": display.first_slice,
            "last_slice": display.last_slice,
            "cine": display.toggle_cine,
            "next_series": lambda: study.step_series(1),
            "previous_series": lambda: study.step_series(-1),
            "reset_view": self._reset_view,
            "zoom_in": lambda: view.zoom(1.25),
            "zoom_out": lambda: view.zoom(0.8),
            "one_to_one": view.show_one_to_one,
            "window_auto": self.session.viewport.fit_window,
            "window_own": lambda: display.preset_window(1.0),
            "window_narrow": lambda: display.preset_window(0.5),
            "window_wide": lambda: display.preset_window(2.0),
            "invert": display.invert,
            "overlay_text": view.cycle_overlay,
            "help_keys": lambda: show_keys(self, self._actions),
            "about": lambda: show_about(self, self.session),
        }
        for name, handler in handlers.items():
            self._actions[name].triggered.connect(lambda _=False, do=handler: do())
        self._actions["smooth_pixels"].toggled.connect(view.set_smooth)
        self._actions["hide_identity"].toggled.connect(self.session.set_identity_hidden)
        self._actions["full_screen"].toggled.connect(self._set_full_screen)

    # --- settings ---------------------------------------------------------------------------

    def _apply_settings(self, settings: Settings) -> None:
        if settings.window_geometry:
            self.restoreGeometry(QByteArray.fromHex(settings.window_geometry.encode()))
        self._actions["smooth_pixels"].setChecked(True)
        self.controller.study.last_folder = settings.last_folder
        self.session.set_heat_map_opacity(settings.heat_map_opacity)
        self.session.set_identity_hidden(settings.identity_hidden)
        for action in self._profiles.actions():
            action.setChecked(action.data() == settings.mouse_profile)
        self._views.images.slice_view.set_inverted_drag(settings.inverted_drag)
        self._apply_mouse()

    def current_settings(self) -> Settings:
        """The settings as the user leaves them."""
        profile = self._profiles.checkedAction()
        return replace(
            self._settings,
            window_geometry=bytes(self.saveGeometry().toHex().data()).decode("ascii"),
            last_folder=self.controller.study.last_folder,
            mouse_profile=profile.data() if profile else self._settings.mouse_profile,
            heat_map_opacity=self.session.heat_map_opacity,
            identity_hidden=self.session.is_identity_hidden,
        )

    # --- what concerns the window alone -----------------------------------------------------

    def _apply_mouse(self, _action: QAction | None = None) -> None:
        """Give the buttons the profile's drags, and the left one the tool that is on."""
        view = self._views.images.slice_view
        profile = self._profiles.checkedAction()
        name = profile.data() if profile else self._settings.mouse_profile
        view.set_mouse_profile(name)
        tool = self._tools.checkedAction()
        if tool is None and PROFILES[name][Qt.MouseButton.LeftButton] == Tool.WINDOW:
            self._actions["window_tool"].setChecked(True)
        elif tool is not None:
            view.set_left_tool(tool.data())

    def _reset_view(self) -> None:
        self._views.images.slice_view.reset_view()
        self.session.viewport.reset_window()

    def _open_finding(self, finding_id: int) -> None:
        self.controller.detection.go_to_finding(finding_id)
        self._views.images.slice_view.setFocus()

    def _open_slice(self, index: int) -> None:
        self.controller.display.show_slice(index)
        self._views.images.slice_view.setFocus()

    def _show_folder(self) -> None:
        message = self.session.message
        if message is not None and message.folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(message.folder)))

    def _show_context_menu(self, at: QPoint) -> None:
        menu = named(QMenu(self), "image_menu", "Image")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menus.fill_menu(menu, menus.CONTEXT_MENU, self._actions)
        menu.popup(at)

    def _set_full_screen(self, is_full: bool) -> None:
        state = Qt.WindowState.WindowFullScreen
        self.setWindowState(self.windowState() | state if is_full else self.windowState() & ~state)

    # --- events -----------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Load the model once the window is there, so that the window is there at once."""
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            QTimer.singleShot(0, self.controller.detection.load_model)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Letting go of the heat map key after a while ends a peek."""
        if event.key() == Qt.Key.Key_G and not event.isAutoRepeat():
            self.controller.display.release_heat_map_key()
        super().keyReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file or folder."""
        if _dropped_path(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        path = _dropped_path(event)
        if path is not None:
            event.acceptProposedAction()
            self.controller.study.open_path(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop all work before the window goes."""
        with QSignalBlocker(self.session):
            self.controller.shutdown()
        event.accept()


def _dropped_path(event: QDropEvent) -> Path | None:
    """The file or folder that was dropped; the common folder of several."""
    files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    if len(files) <= 1:
        return files[0] if files else None
    return files[0].parent if len({file.parent for file in files}) == 1 else None
