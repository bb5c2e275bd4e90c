"""The menus and the toolbar, made of the actions."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton, QWidget

from hcc_viewer.gui.enabling import SPLITS
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.panes import Layout
from hcc_viewer.gui.views.mouse import PROFILE_TITLES, Tool
from hcc_viewer.gui.views.naming import named, plain_text

MENUS = {
    "&File": "open_folder open_file open_demo - recent - close_study next_study - export_report "
    "export_as deidentify_study - fetch_study send_results pacs_settings - "
    "settings - quit",
    "&Edit": "undo redo - copy_image key_image - delete_measurement clear_measurements "
    "clear_crosshair - merge_series split undo_regrouping restore_series",
    "&View": "layout_one layout_two layout_four layout_planes link_views reset_offsets "
    "reference_lines - reset_view zoom_in zoom_out one_to_one smooth_pixels - "
    "rotate_right rotate_left flip_sides flip_ends - window_auto "
    "window_own window_narrow window_wide window_lesion window_dark window_vessels window_flat "
    "window_middle window_full invert - show_header - overlay_text hide_identity full_screen",
    "&Go": "previous_slice next_slice back_ten forward_ten first_slice last_slice cine - "
    "previous_series next_series - previous_finding next_finding",
    "&Detection": "detect cancel - read_first show_results - toggle_heatmap - accept_finding "
    "reject_finding correct_finding note_finding clear_decision add_finding - export_report "
    "export_as - models reader_study",
    "&Mouse": "window_tool zoom_tool pan_tool scroll_tool - crosshair_tool distance_tool "
    "angle_tool ellipse_tool -",
    "&Help": "help_keys first_steps - log_folder licences about",
}
"""The actions of each menu in order; `-` is a line, `recent` the menu of recent studies, `split`
the ways to split a series."""

TOOLBAR = (
    "open_folder - window_tool zoom_tool pan_tool scroll_tool reset_view - crosshair_tool "
    "distance_tool angle_tool ellipse_tool - layout_one layout_two layout_four layout_planes "
    "link_views - previous_finding next_finding - toggle_heatmap"
)

CONTEXT_MENU = (
    "reset_view one_to_one invert window_auto window_own - add_finding correct_finding "
    "accept_finding reject_finding note_finding - key_image delete_measurement - toggle_heatmap "
    "- copy_image show_header hide_identity"
)

SERIES_MENU = "merge_series split undo_regrouping restore_series"
"""The context menu of the list of series."""

TOOLS = {
    "window_tool": Tool.WINDOW,
    "zoom_tool": Tool.ZOOM,
    "pan_tool": Tool.PAN,
    "scroll_tool": Tool.SCROLL,
    "crosshair_tool": Tool.CROSSHAIR,
    "distance_tool": Tool.DISTANCE,
    "angle_tool": Tool.ANGLE,
    "ellipse_tool": Tool.ELLIPSE,
}
"""What a drag with the left button does, by action."""

WITHOUT_TEXT = (
    *TOOLS,
    "reset_view",
    "layout_one",
    "layout_two",
    "layout_four",
    "layout_planes",
    "link_views",
    "previous_finding",
    "next_finding",
)
"""Shown in the toolbar by their pictures alone."""


def make_tool_group(actions: Mapping[str, QAction], parent: QWidget) -> QActionGroup:
    """At most one of the left button's tools is on."""
    group = QActionGroup(parent)
    group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
    for name, tool in TOOLS.items():
        actions[name].setData(tool)
        group.addAction(actions[name])
    return group


def make_layout_group(actions: Mapping[str, QAction], parent: QWidget) -> QActionGroup:
    """One action for each arrangement of the views; its data is the layout."""
    group = QActionGroup(parent)
    for layout in Layout:
        action = actions[f"layout_{layout.value}"]
        action.setData(layout)
        group.addAction(action)
    return group


def make_profile_group(parent: QWidget) -> QActionGroup:
    """One action for each mouse profile; its data is the profile's name."""
    group = QActionGroup(parent)
    for name, title in PROFILE_TITLES.items():
        action = QAction(tr(title), parent)
        action.setObjectName(f"mouse_profile_{name.replace('-', '_')}_action")
        action.setCheckable(True)
        action.setData(name)
        group.addAction(action)
    return group


def fill_menu_bar(
    window: QMainWindow, actions: Mapping[str, QAction], profiles: QActionGroup, recent: QMenu
) -> None:
    """Put all actions into menus."""
    for title, names in MENUS.items():
        menu = window.menuBar().addMenu(tr(title))
        menu.setObjectName(f"{title.strip('&').lower()}_menu")
        menu.setToolTipsVisible(True)
        fill_menu(menu, names, actions, recent)
        if title == "&Mouse":
            menu.addActions(profiles.actions())


def fill_menu(
    menu: QMenu | QToolBar, names: str, actions: Mapping[str, QAction], recent: QMenu | None = None
) -> None:
    """Put the named actions into a menu or toolbar."""
    for name in names.split():
        if name == "-":
            menu.addSeparator()
        elif name == "recent" and recent is not None:
            menu.addAction(recent.menuAction())
        elif name == "split" and isinstance(menu, QMenu):
            menu.addMenu(make_split_menu(actions, menu))
        else:
            menu.addAction(actions[name])


def make_split_menu(actions: Mapping[str, QAction], parent: QWidget) -> QMenu:
    """The ways to split a series."""
    menu = named(QMenu(tr("&Split series"), parent), "split_menu")
    menu.setToolTipsVisible(True)
    fill_menu(menu, " ".join(SPLITS), actions)
    return menu


def make_toolbar(actions: Mapping[str, QAction], parent: QWidget) -> QToolBar:
    """The toolbar: what is needed all the time."""
    bar = named(QToolBar(tr("Tools"), parent), "toolbar")
    bar.setAccessibleName(tr("Tools"))
    bar.setMovable(False)
    bar.setIconSize(QSize(20, 20))
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    fill_menu(bar, TOOLBAR, actions)
    for action in bar.actions():
        button = bar.widgetForAction(action)
        name = action.objectName().removesuffix("_action")
        if name in WITHOUT_TEXT and isinstance(button, QToolButton):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        if action.text():
            button.setAccessibleName(plain_text(action.text()))
            button.setObjectName(f"toolbar_{action.objectName()}_button")
    return bar
