"""The main window: builds and arranges the views, and hands their requests to the controller."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QEvent,
    QPoint,
    QSignalBlocker,
    Qt,
    QTimer,
    QUrl,
)
from PySide6.QtGui import (
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
    QStatusBar,
    QVBoxLayout,
    QWidget,
)

from hcc_viewer import paths
from hcc_viewer.gui import menus
from hcc_viewer.gui.action_handlers import Handlers, action_handlers
from hcc_viewer.gui.actions import local_actions, make_actions
from hcc_viewer.gui.controller import Controller
from hcc_viewer.gui.dialogs.about import show_about, show_first_steps, show_keys, show_licences
from hcc_viewer.gui.dialogs.fit import resize_within_screen
from hcc_viewer.gui.dialogs.models import ModelsDialog
from hcc_viewer.gui.dialogs.once import once
from hcc_viewer.gui.dialogs.reader_study import ReaderStudyDialog
from hcc_viewer.gui.drops import dropped_paths
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.item_models import FindingsModel, FlaggedModel, SeriesListModel
from hcc_viewer.gui.pane_presenter import CamFunction
from hcc_viewer.gui.presenter import Presenter, Views
from hcc_viewer.gui.session import Session
from hcc_viewer.gui.study_places import StudyPlaces
from hcc_viewer.gui.user_settings import UserSettings
from hcc_viewer.gui.view_control import ViewControl
from hcc_viewer.gui.views.detection_panel import DetectionPanel
from hcc_viewer.gui.views.findings_table import make_findings_table, make_slices_table
from hcc_viewer.gui.views.image_area import ImageArea
from hcc_viewer.gui.views.naming import named
from hcc_viewer.gui.views.parts_splitter import PartsSplitter
from hcc_viewer.gui.views.recent import RecentMenu
from hcc_viewer.gui.views.research_banner import ResearchBanner
from hcc_viewer.gui.views.series_list import SeriesList
from hcc_viewer.gui.views.start_page import StartPage
from hcc_viewer.settings import Settings

DEFAULT_SIZE = (1500, 940)


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
        self._was_shown = False
        session.setParent(self)
        controller.setParent(self)
        self._actions = make_actions(self)
        self._tools = menus.make_tool_group(self._actions, self)
        self._layouts = menus.make_layout_group(self._actions, self)
        self._profiles = menus.make_profile_group(self)
        self._recent = RecentMenu(self)
        self._views = self._make_views()
        self._arrange()
        self.presenter = Presenter(session, self._views, cam_on_image, self)
        slice_views = self._views.images.slice_views
        self._control = ViewControl(session, controller, slice_views, self._actions, self)
        self._places = StudyPlaces(session, controller, slice_views, self)
        self.settings = UserSettings(
            settings, session, controller, self._control, self._actions, self._profiles, self
        )
        self._connect_signals()
        self._connect_actions()
        self.settings.apply()
        self._show_recent()

    # --- building ---------------------------------------------------------------------------

    def _make_views(self) -> Views:
        actions = self._actions
        series_model = SeriesListModel(self)
        findings_model, flagged_model = FindingsModel(self), FlaggedModel(self)
        findings, slices = make_findings_table(findings_model), make_slices_table(flagged_model)
        self._start = StartPage((actions["open_folder"], actions["open_demo"]))
        panel = DetectionPanel(actions, findings, slices)
        images = ImageArea(self._start)
        return Views(
            images=images,
            tabs=images.tabs,
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
        parts = PartsSplitter(self._make_series_panel(), views.images, views.panel)
        self._splitter = named(parts, "splitter")
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
        menus.fill_menu_bar(self, self._actions, self._profiles, self._recent)
        self.addActions(list(self._actions.values()))
        local = local_actions(self._actions)
        for action in local:
            self.removeAction(action)
        views.images.addActions(local)
        resize_within_screen(self, *DEFAULT_SIZE)

    def _make_series_panel(self) -> QFrame:
        panel = named(QFrame(), "series_panel")
        layout = QVBoxLayout(panel)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(named(QLabel(tr("Series")), "panel_title"))
        layout.addWidget(self._views.series_list, 1)
        return panel

    def _connect_signals(self) -> None:
        views, controller = self._views, self.controller
        display, detection = controller.display, controller.detection
        views.images.strip.slice_requested.connect(display.show_slice)
        views.images.message_bar.dismissed.connect(lambda: self.session.set_message(None))
        views.images.message_bar.folder_requested.connect(self._show_folder)
        views.tabs.study_requested.connect(controller.study.show_study)
        views.tabs.close_requested.connect(controller.study.close_study)
        views.series_list.series_requested.connect(controller.show_series)
        views.series_list.rows_selected.connect(self.session.set_selected_rows)
        views.series_list.menu_requested.connect(self._show_series_menu)
        views.findings_table.item_requested.connect(detection.go_to_finding)
        views.findings_table.item_opened.connect(self._open_finding)
        views.slices_table.item_requested.connect(display.show_slice)
        views.slices_table.item_opened.connect(self._open_slice)
        views.panel.threshold.threshold_requested.connect(detection.set_threshold)
        views.panel.opacity.opacity_requested.connect(display.set_opacity)
        views.panel.opacity.style_requested.connect(display.set_style)
        self._tools.triggered.connect(self.settings.apply_mouse)
        self._profiles.triggered.connect(self.settings.choose_profile)
        self._layouts.triggered.connect(lambda one: controller.panes.set_layout(one.data()))
        for recent in (self._recent, self._start):
            recent.path_requested.connect(controller.study.open_path)
        controller.study.study_opening.connect(self._show_recent)
        self.session.identity_changed.connect(self._show_recent)
        self.session.viewport.volume_changed.connect(self._show_title)

    def _connect_actions(self) -> None:
        """Let every action do what it is for."""
        network = self.controller.network
        handlers: Handlers = {
            **action_handlers(self.session, self.controller, self._control),
            "export_as": lambda: self.controller.export.show_dialog(self),
            "fetch_study": lambda: network.show_fetch(self),
            "send_results": lambda: network.show_send(self),
            "pacs_settings": lambda: network.show_settings(self),
            "settings": once(self, "settings_dialog", self.settings.ask),
            "show_header": lambda: self.controller.header.show(self),
            "models": once(self, "models_dialog", self._show_models),
            "reader_study": once(
                self, "reader_study_dialog", lambda: ReaderStudyDialog(self).show()
            ),
            "help_keys": lambda: show_keys(self, self._actions),
            "first_steps": lambda: show_first_steps(self),
            "licences": once(self, "licences_dialog", lambda: show_licences(self)),
            "log_folder": self._show_log_folder,
            "about": lambda: show_about(self, self.session),
            "quit": self.close,
        }
        for name, handler in handlers.items():
            self._actions[name].triggered.connect(lambda _=False, do=handler: do())
        read_on = self._views.images.slice_view.setFocus  # the arrow keys then pass slices
        for name in ("detect", "next_finding", "previous_finding"):
            self._actions[name].triggered.connect(lambda: read_on())
        toggles: dict[str, Callable[[bool], object]] = {
            "smooth_pixels": self._control.set_smooth,
            "hide_identity": self.session.set_identity_hidden,
            "read_first": self.session.set_read_first,
            "reference_lines": self.session.panes.set_reference_lines,
            "full_screen": self._set_full_screen,
        }
        for name, toggle in toggles.items():
            self._actions[name].toggled.connect(toggle)

    # --- what concerns the window alone -----------------------------------------------------

    def _show_recent(self, _study: object = None) -> None:
        """List the studies that were opened last, by number only while the identity is hidden."""
        recent, is_hidden = self.controller.study.recent, self.session.is_identity_hidden
        self._recent.set_paths(recent, is_hidden)
        self._start.set_paths(recent, is_hidden)

    def _show_title(self) -> None:
        """Name the series, and never the patient: titles show in task bars and screen shares."""
        series = self.session.shown_series
        name = "HCC Viewer"
        self.setWindowTitle(name if series is None else f"{series.title} - {name}")

    def _show_log_folder(self) -> None:
        folder = paths.log_dir()
        folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _open_finding(self, finding_id: int) -> None:
        self.controller.detection.go_to_finding(finding_id)
        self._views.images.slice_view.setFocus()

    def _open_slice(self, index: int) -> None:
        self.controller.display.show_slice(index)
        self._views.images.slice_view.setFocus()

    def _show_series_menu(self, at: QPoint) -> None:
        menu = named(QMenu(self), "series_menu", tr("Series"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        menus.fill_menu(menu, menus.SERIES_MENU, self._actions)
        menu.popup(at)

    def _show_models(self) -> None:
        dialog = ModelsDialog(self)
        dialog.model_chosen.connect(self.controller.detection.reload_model)
        dialog.show()

    def _show_folder(self) -> None:
        message = self.session.message
        if message is not None and message.folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(message.folder)))

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

    def changeEvent(self, event: QEvent) -> None:
        """Let the action say whether the window fills the screen, whoever made it so."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._actions["full_screen"].setChecked(self.isFullScreen())

    def show_hint_once(self) -> None:
        """On the very first start, say how to begin."""
        if self.settings.take_first_start():
            show_first_steps(self)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Letting go of the heat map key after a while ends a peek."""
        if event.key() == Qt.Key.Key_G and not event.isAutoRepeat():
            self.controller.display.release_heat_map_key()
        super().keyReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file or folder."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.activateWindow()  # the keys are for this window now, not for where it came from
            self.controller.study.open_paths(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop all work before the window goes."""
        with QSignalBlocker(self.session):
            self.controller.shutdown()
        event.accept()
