"""What concerns the image views as widgets: whose mouse does what, and who follows whose zoom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from hcc_viewer import HEAT_MAP_CAPTION, RESEARCH_USE
from hcc_viewer.gui import linking, menus
from hcc_viewer.gui.controller import Controller
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.session import Message, Session
from hcc_viewer.gui.views.mouse import Tool
from hcc_viewer.gui.views.naming import named
from hcc_viewer.gui.views.picture import picture_of
from hcc_viewer.gui.views.slice_view import SliceView
from hcc_viewer.gui.views.view_transform import Turn


@dataclass(frozen=True)
class MenuTarget:
    """What was under the pointer when the context menu of a view was asked for."""

    view: int
    place: tuple[float, float] | None
    measurement: int | None


class ViewControl(QObject):
    """Hands what the views ask for to the controller, and what is asked of the views to them."""

    def __init__(
        self,
        session: Session,
        controller: Controller,
        views: Sequence[SliceView],
        actions: Mapping[str, QAction],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._controller = controller
        self._views = tuple(views)
        self._actions = actions
        self._window = window
        self._menu_target: MenuTarget | None = None
        self._left_drag: Tool | None = None
        self._seen = session.panes.seen
        for index, view in enumerate(self._views):
            self._connect_view(index, view)
        session.panes.layout_changed.connect(self._on_layout_changed)
        controller.detection.place_shown.connect(self._reveal)

    def _connect_view(self, index: int, view: SliceView) -> None:
        controller = self._controller
        display, panes, reading = controller.display, controller.panes, controller.reading
        view.slice_step_requested.connect(partial(display.step_in, index))
        view.series_step_requested.connect(controller.step_series)
        view.window_requested.connect(partial(display.set_window_in, index))
        view.menu_requested.connect(partial(self._show_menu, index))
        view.full_screen_requested.connect(self._actions["full_screen"].trigger)
        view.activated.connect(partial(panes.activate, index))
        view.place_requested.connect(partial(panes.mark_place, index))
        view.measurement_drawn.connect(partial(reading.draw, index))
        view.measurement_edited.connect(partial(reading.redraw, index))
        view.series_dropped.connect(partial(controller.show_series_in, index))
        view.moved.connect(partial(self._follow_pose, index))
        viewport = self._session.panes.viewports[index]
        viewport.volume_changed.connect(partial(self._on_series_changed, index))

    @property
    def active(self) -> SliceView:
        """The view that keys and menus act on."""
        return self._views[self._session.panes.active_index]

    def set_mouse(self, buttons: Mapping[Qt.MouseButton, Tool]) -> None:
        """Give the buttons their drags, and the left one the tool that is on.

        A tool goes off when the left button is given another drag than before; the tool that is
        this drag is on then.
        """
        tools = [self._actions[name] for name in menus.TOOLS]
        chosen = next((one for one in tools if one.isChecked()), None)
        left = buttons[Qt.MouseButton.LeftButton]
        if chosen is None or left != self._left_drag:
            self._left_drag = left
            for one in tools:
                one.setChecked(one.data() == left)
        else:
            left = chosen.data()
        for view in self._views:
            view.set_buttons(buttons)
            view.set_left_tool(left)

    def set_inverted_drag(self, is_inverted: bool) -> None:
        """Whether dragging down brightens."""
        for view in self._views:
            view.set_inverted_drag(is_inverted)

    def set_inverted_wheel(self, is_inverted: bool) -> None:
        """Whether turning the wheel to oneself passes slices to the feet."""
        for view in self._views:
            view.set_inverted_wheel(is_inverted)

    def set_smooth(self, is_smooth: bool) -> None:
        """Whether pixels are interpolated."""
        for view in self._views:
            view.set_smooth(is_smooth)

    def cycle_overlay(self) -> None:
        """All text on the images, less, none."""
        for view in self._views:
            view.cycle_overlay()

    def reset(self) -> None:
        """Give up a measurement that is being drawn; else fit all views, in their own window."""
        drafting = [view for view in self._views if view.is_drafting]
        for view in drafting:
            view.drop_draft()
        if drafting:
            return
        for index in self._session.panes.seen:
            self._views[index].reset_view()
            self._session.panes.viewports[index].reset_window()

    def zoom(self, factor: float) -> None:
        """Enlarge the active view, and those linked to it."""
        self.active.zoom(factor)

    def show_one_to_one(self) -> None:
        """One image pixel on one pixel of the screen, in the active view."""
        self.active.show_one_to_one()

    def turn(self, turn: Turn) -> None:
        """Turn or mirror the active view."""
        self.active.turn(turn)

    def copy_image(self) -> None:
        """Put the active view into the clipboard as a picture, without the patient's identity."""
        label, _ = self._session.result_model
        caption = tr(HEAT_MAP_CAPTION) if self.active.has_heat_map else ""
        said = [tr(RESEARCH_USE), caption, label if self._session.detection else ""]
        picture = picture_of(self.active, "  ".join(filter(None, said)))
        QGuiApplication.clipboard().setImage(picture)
        text = tr("The view is in the clipboard, without the patient's identity.")
        self._session.set_message(Message(text))

    def at_place(self, act: Callable[[float, float, int], None]) -> None:
        """Do something at the pointer, or in the main view at the crosshair or in the middle.

        What the pointer shows in another view is looked for in the series of the main one, back
        by the offset that the view is kept at.

        Args:
            act: Given column, row and slice of the main view's series.
        """
        target = self._session.viewport.stack
        index, place = self._wanted_place()
        viewport = self._session.panes.viewports[index]
        if target is None or viewport.stack is None:
            return
        offset_mm = self._session.panes.offset_mm(index)
        found = linking.place_in(viewport.stack, viewport.slice_index, place, target, offset_mm)
        if found is None:
            text = tr("This place does not lie in the images of the main view.")
            self._session.set_message(Message(text, is_error=True))
            return
        act(*found)

    def _wanted_place(self) -> tuple[int, tuple[float, float]]:
        """The view, and the (column, row) in it, that the reader means."""
        asked = self._menu_target
        if asked is not None and asked.place is not None:
            return asked.view, asked.place
        for index in self._session.panes.seen:
            place = self._views[index].pointed
            if place is not None and self._views[index].underMouse():
                return index, place
        view = self._views[0]
        middle = view.rect().center()
        return 0, view.crosshair or view.transform.to_image(middle.x(), middle.y())

    def delete_measurement(self) -> None:
        """Delete the measurement under the pointer, or the last one of the active view's slice."""
        target = self._menu_target
        if target is not None:
            self._controller.reading.delete_measurement(target.view, target.measurement)
            return
        pointed = (
            (one, self._views[one].pointed_measurement()) for one in self._session.panes.seen
        )
        index, number = next(
            (one for one in pointed if one[1] is not None), (self._session.panes.active_index, None)
        )
        self._controller.reading.delete_measurement(index, number)

    def _follow_pose(self, index: int) -> None:
        """Zoom and pan the views that are linked to this one."""
        pose = self._views[index].pose
        for other in self._session.panes.seen:
            if other != index and pose is not None and self._are_linked(index, other):
                self._views[other].show_pose(pose)

    def _are_linked(self, index: int, other: int) -> bool:
        """Whether two views are zoomed and moved together."""
        panes = self._session.panes
        one, two = panes.viewports[index].stack, panes.viewports[other].stack
        if not panes.is_linked or one is None or two is None:
            return False
        return linking.are_parallel(one.geometry, two.geometry)

    def _match(self, index: int) -> None:
        """Zoom and move a view as the main one, if it is linked to it."""
        main, view = self._views[0], self._views[index]
        if not self._are_linked(0, index):
            return
        if main.is_fitted:
            view.fit()
        elif main.pose is not None:
            view.show_pose(main.pose)

    def _reveal(self, point: tuple[float, float, float]) -> None:
        """Move a finding into the main view where it is zoomed past it; linked views follow."""
        stack = self._views[0].stack
        if stack is not None:
            column, row, _ = stack.geometry.to_index(np.array(point))
            self._views[0].reveal(float(column), float(row))

    def _on_series_changed(self, index: int) -> None:
        if self._session.panes.viewports[index].is_continued:
            return
        if index:
            self._match(index)
            return
        # The main view has another series: it looks where those linked to it do.
        others = (one for one in self._session.panes.seen[1:] if self._are_linked(0, one))
        other = next(others, None)
        pose = None if other is None else self._views[other].pose
        if other is not None and pose is not None and not self._views[other].is_fitted:
            self._views[0].show_pose(pose)

    def _on_layout_changed(self) -> None:
        before, self._seen = self._seen, self._session.panes.seen
        for index in self._seen[len(before) :]:
            self._match(index)

    def _show_menu(self, index: int, at: QPoint) -> None:
        view = self._views[index]
        target = MenuTarget(index, view.pointed, view.pointed_measurement())
        self._menu_target = target
        menu = named(QMenu(self._window), "image_menu", tr("Image"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menus.fill_menu(menu, menus.CONTEXT_MENU, self._actions)
        # The menu hides before it triggers its action, which still needs its target.
        menu.aboutToHide.connect(lambda: QTimer.singleShot(0, partial(self._forget, target)))
        self._session.study_changed.connect(menu.close)  # its place is one of other images now
        menu.popup(at)

    def _forget(self, target: MenuTarget) -> None:
        """The menu that acts on this is gone; another one may be open by now."""
        if self._menu_target is target:
            self._menu_target = None
