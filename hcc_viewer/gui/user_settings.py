"""The user's settings: lets them hold in the window, and tells them as the user leaves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QByteArray, QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QWidget

from hcc_viewer.gui.controller import Controller
from hcc_viewer.gui.dialogs.settings import SettingsDialog
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.session import Message, Session
from hcc_viewer.gui.view_control import ViewControl
from hcc_viewer.gui.views.mouse import buttons_of
from hcc_viewer.settings import Settings


class UserSettings(QObject):
    """Stands between `Settings` and what they are about.

    Signals:
        chosen: The user confirmed the settings dialog.
    """

    chosen = Signal()

    def __init__(
        self,
        settings: Settings,
        session: Session,
        controller: Controller,
        control: ViewControl,
        actions: Mapping[str, QAction],
        profiles: QActionGroup,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._settings = settings
        self._session = session
        self._controller = controller
        self._control = control
        self._actions = actions
        self._profiles = profiles
        self._window = window

    def apply(self) -> None:
        """Let the kept settings hold, once the window is connected."""
        settings = self._settings
        if settings.window_geometry:
            geometry = QByteArray.fromHex(settings.window_geometry.encode())
            self._window.restoreGeometry(geometry)
        self._controller.study.last_folder = settings.last_folder
        self._controller.study.recent = settings.recent
        self._controller.export.formats = settings.export_formats
        self._session.set_heat_map_opacity(settings.heat_map_opacity)
        self._session.set_heat_map_style(settings.heat_map_style)
        self._session.set_identity_hidden(settings.identity_hidden)
        self._use(settings)

    @property
    def current(self) -> Settings:
        """As the user leaves them."""
        profile = self._profiles.checkedAction()
        return replace(
            self._settings,
            window_geometry=bytes(self._window.saveGeometry().toHex().data()).decode("ascii"),
            last_folder=self._controller.study.last_folder,
            recent=self._controller.study.recent,
            export_formats=tuple(self._controller.export.formats),
            mouse_profile=profile.data() if profile else self._settings.mouse_profile,
            heat_map_opacity=self._session.heat_map_opacity,
            heat_map_style=self._session.heat_map_style,
            identity_hidden=self._session.is_identity_hidden,
            smooth_pixels=self._actions["smooth_pixels"].isChecked(),
            read_first=self._session.read_first.is_on,
        )

    def take_first_start(self) -> bool:
        """Whether this is the very first start; from now on it is not."""
        is_first = not self._settings.hints_shown
        self._settings = replace(self._settings, hints_shown=True)
        return is_first

    def ask(self) -> None:
        """Open the settings dialog; what is chosen holds when it is confirmed."""
        dialog = SettingsDialog(self.current, self._window)
        dialog.chosen.connect(self.choose)
        dialog.open()

    def choose(self, settings: Settings) -> None:
        """Let the choices of the settings dialog hold from now on."""
        is_other_language = settings.language != self._settings.language
        self._use(settings)
        self._session.set_identity_hidden(settings.identity_hidden)
        self._session.set_heat_map_style(settings.heat_map_style)
        if is_other_language:
            text = tr("The language changes when the program is started anew.")
            self._session.set_message(Message(text))
        self.chosen.emit()

    def choose_profile(self, _action: QAction) -> None:
        """A mouse profile from the menu takes the place of what was remapped before."""
        bare = replace(self._settings, mouse_left="", mouse_middle="", mouse_right="")
        self._settings = bare
        self.apply_mouse()

    def apply_mouse(self, _action: QAction | None = None) -> None:
        """Give the buttons their drags, and the left one the tool that is on."""
        profile = self._profiles.checkedAction()
        name = profile.data() if profile else self._settings.mouse_profile
        remapped = {
            "left": self._settings.mouse_left,
            "middle": self._settings.mouse_middle,
            "right": self._settings.mouse_right,
        }
        self._control.set_mouse(buttons_of(name, remapped))

    def _use(self, settings: Settings) -> None:
        self._settings = settings
        self._session.set_read_first(settings.read_first)
        self._actions["smooth_pixels"].setChecked(settings.smooth_pixels)
        self._control.set_smooth(settings.smooth_pixels)
        self._controller.display.set_cine_speed(settings.cine_per_second)
        self._controller.display.is_looping = settings.loop_scrolling
        self._controller.keeping.is_on = settings.restore_sessions
        self._controller.regroup.is_kept = settings.restore_sessions
        for action in self._profiles.actions():
            action.setChecked(action.data() == settings.mouse_profile)
        self._control.set_inverted_drag(settings.inverted_drag)
        self._control.set_inverted_wheel(settings.inverted_wheel)
        self.apply_mouse()
