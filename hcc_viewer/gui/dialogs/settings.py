"""The settings dialog: mouse, display, reading, language. It changes nothing by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from hcc_viewer.gui import session_file
from hcc_viewer.gui.dialogs.fit import resize_within_screen
from hcc_viewer.gui.i18n import SYSTEM, language_name, languages, tr
from hcc_viewer.gui.views.mouse import PROFILE_TITLES
from hcc_viewer.gui.views.naming import named
from hcc_viewer.settings import HEAT_MAP_STYLES, MOUSE_DRAGS, Settings

_DRAG_TITLES = {
    "": "As the profile says",
    "window": "Window / level",
    "zoom": "Zoom",
    "pan": "Pan",
    "scroll": "Scroll slices",
    "nothing": "Nothing",
}


class SettingsDialog(QDialog):
    """Choices of the user.

    Signals:
        chosen: The user confirmed these `Settings`.
    """

    chosen = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Settings"))
        self._settings = settings
        tabs = named(QTabWidget(), "settings_tabs", tr("Settings"))
        tabs.addTab(self._make_mouse(), tr("Mouse"))
        tabs.addTab(self._make_display(), tr("Display"))
        tabs.addTab(self._make_reading(), tr("Reading and privacy"))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("OK"))
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Cancel"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self.chosen.emit(self.settings()))
        layout = QVBoxLayout(self)
        layout.addWidget(tabs)
        layout.addWidget(buttons)
        resize_within_screen(self, 460, 340)

    # --- pages ------------------------------------------------------------------------------

    def _make_mouse(self) -> QWidget:
        profiles = [(name, tr(title)) for name, title in PROFILE_TITLES.items()]
        drags = [(name, tr(_DRAG_TITLES[name])) for name in MOUSE_DRAGS]
        settings = self._settings
        self._profile = _choice("mouse_profile_box", profiles, settings.mouse_profile)
        self._left = _choice("mouse_left_box", drags, settings.mouse_left)
        self._middle = _choice("mouse_middle_box", drags, settings.mouse_middle)
        self._right = _choice("mouse_right_box", drags, settings.mouse_right)
        self._inverted = _check("inverted_drag_box", settings.inverted_drag)
        self._wheel = _check("inverted_wheel_box", settings.inverted_wheel)
        self._loop = _check("loop_scrolling_box", settings.loop_scrolling)
        return _page(
            (tr("Buttons"), self._profile),
            (tr("Left drag"), self._left),
            (tr("Middle drag"), self._middle),
            (tr("Right drag"), self._right),
            (tr("Dragging down brightens"), self._inverted),
            (tr("Wheel down goes to the feet"), self._wheel),
            (tr("Scrolling goes on at the other end"), self._loop),
        )

    def _make_display(self) -> QWidget:
        settings = self._settings
        styles = [
            (
                style,
                tr("Map")
                if style == "map"
                else tr("Contour {level} %").format(level=style.removeprefix("contour-")),
            )
            for style in HEAT_MAP_STYLES
        ]
        codes = [(SYSTEM, tr("As the computer"))]
        codes += [(code, language_name(code)) for code in languages()]
        known = {code for code, _ in codes}
        if settings.language not in known:
            codes.append((settings.language, settings.language))
        self._style = _choice("heat_map_style_choice", styles, settings.heat_map_style)
        self._smooth = _check("smooth_pixels_box", settings.smooth_pixels)
        self._cine = named(QSpinBox(), "cine_box", tr("Cine, slices a second"))
        self._cine.setRange(1, 60)
        self._cine.setValue(settings.cine_per_second)
        self._language = _choice("language_box", codes, settings.language)
        return _page(
            (tr("Heat map"), self._style),
            (tr("Smooth pixels"), self._smooth),
            (tr("Cine, slices a second"), self._cine),
            (tr("Language"), self._language),
        )

    def _make_reading(self) -> QWidget:
        settings = self._settings
        self._read_first = _check("read_first_box", settings.read_first)
        self._hidden = _check("hide_identity_box", settings.identity_hidden)
        self._restore = _check("restore_sessions_box", settings.restore_sessions)
        forget = named(QPushButton(tr("Delete all that was kept")), "forget_sessions_button")
        forget.clicked.connect(self._forget)
        self._told = named(QLabel(), "forget_label")
        self._told.setWordWrap(True)
        return _page(
            (tr("Hide results until the stack was read"), self._read_first),
            (tr("Hide the patient's identity"), self._hidden),
            (tr("Keep results and decisions for the next session"), self._restore),
            ("", forget),
            ("", self._told),
        )

    def _forget(self) -> None:
        try:
            count = session_file.forget_all()
        except OSError as error:
            text = tr("Not all could be deleted: {reason}.")
            self._told.setText(text.format(reason=error.strerror))
            return
        self._told.setText(tr("{count} files deleted.").format(count=count))

    # --- result -----------------------------------------------------------------------------

    def settings(self) -> Settings:
        """The settings as the dialog shows them."""
        return replace(
            self._settings,
            mouse_profile=self._profile.currentData(),
            mouse_left=self._left.currentData(),
            mouse_middle=self._middle.currentData(),
            mouse_right=self._right.currentData(),
            inverted_drag=self._inverted.isChecked(),
            inverted_wheel=self._wheel.isChecked(),
            loop_scrolling=self._loop.isChecked(),
            heat_map_style=self._style.currentData(),
            smooth_pixels=self._smooth.isChecked(),
            cine_per_second=self._cine.value(),
            language=self._language.currentData(),
            read_first=self._read_first.isChecked(),
            identity_hidden=self._hidden.isChecked(),
            restore_sessions=self._restore.isChecked(),
        )


def _choice(name: str, items: Sequence[tuple[str, str]], current: str) -> QComboBox:
    box = named(QComboBox(), name)
    for value, title in items:
        box.addItem(title, value)
    box.setCurrentIndex(max(box.findData(current), 0))
    return box


def _check(name: str, is_on: bool) -> QCheckBox:
    box = named(QCheckBox(), name)
    box.setChecked(is_on)
    return box


def _page(*rows: tuple[str, QWidget]) -> QWidget:
    page = QWidget()
    form = QFormLayout(page)
    form.setContentsMargins(14, 14, 14, 14)
    form.setVerticalSpacing(10)
    for title, widget in rows:
        if title:
            widget.setAccessibleName(title)
        form.addRow(title, widget)
    return page
