"""What each action does, by its name, as far as it needs nothing of the window itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from hcc_viewer.dicom import SPLIT_KEYS
from hcc_viewer.gui.controller import Controller
from hcc_viewer.gui.enabling import SPLITS
from hcc_viewer.gui.session import Session
from hcc_viewer.gui.view_control import ViewControl
from hcc_viewer.gui.views.view_transform import ENDS_EXCHANGED, LEFT, RIGHT, SIDES_EXCHANGED

Handlers = dict[str, Callable[[], object]]


def action_handlers(session: Session, controller: Controller, views: ViewControl) -> Handlers:
    """All of them."""
    return {
        **_study_handlers(controller),
        **_regrouping_handlers(controller),
        **_result_handlers(session, controller),
        **_reading_handlers(controller, views),
        **_slice_handlers(controller),
        **_display_handlers(session, controller, views),
    }


def _study_handlers(controller: Controller) -> Handlers:
    study = controller.study
    return {
        "open_folder": study.ask_for_folder,
        "open_file": study.ask_for_file,
        "open_demo": controller.open_demo,
        "close_study": study.close_shown_study,
        "next_study": study.step_study,
        "next_series": lambda: controller.step_series(1),
        "previous_series": lambda: controller.step_series(-1),
        "deidentify_study": controller.network.deidentify,
        "cancel": controller.cancel,
    }


def _regrouping_handlers(controller: Controller) -> Handlers:
    regroup = controller.regroup
    splits = {
        name: partial(regroup.split, key) for name, key in zip(SPLITS, SPLIT_KEYS, strict=True)
    }
    return {
        "merge_series": regroup.merge,
        "undo_regrouping": regroup.undo,
        "restore_series": regroup.restore,
        **splits,
    }


def _result_handlers(session: Session, controller: Controller) -> Handlers:
    detection = controller.detection
    return {
        "detect": detection.detect,
        "show_results": session.lift_veil,
        "export_report": controller.export.export_report,
        "toggle_heatmap": controller.display.press_heat_map_key,
        "next_finding": lambda: detection.step_finding(1),
        "previous_finding": lambda: detection.step_finding(-1),
    }


def _reading_handlers(controller: Controller, views: ViewControl) -> Handlers:
    reading = controller.reading
    return {
        "accept_finding": reading.accept,
        "reject_finding": reading.reject,
        "note_finding": reading.write_note,
        "clear_decision": reading.clear_decision,
        "add_finding": lambda: views.at_place(reading.add),
        "correct_finding": lambda: views.at_place(reading.correct),
        "undo": reading.undo,
        "redo": reading.redo,
        "key_image": reading.toggle_key_image,
        "delete_measurement": views.delete_measurement,
        "clear_measurements": reading.clear_measurements,
    }


def _slice_handlers(controller: Controller) -> Handlers:
    display = controller.display
    return {
        "next_slice": lambda: display.step_slice(1),
        "previous_slice": lambda: display.step_slice(-1),
        "forward_ten": lambda: display.step_slice(10),
        "back_ten": lambda: display.step_slice(-10),
        "first_slice": display.first_slice,
        "last_slice": display.last_slice,
        "cine": display.toggle_cine,
    }


def _display_handlers(session: Session, controller: Controller, views: ViewControl) -> Handlers:
    display, panes = controller.display, controller.panes
    return {
        "link_views": panes.toggle_link,
        "reset_offsets": panes.reset_offsets,
        "clear_crosshair": panes.clear_crosshair,
        "reset_view": views.reset,
        "zoom_in": lambda: views.zoom(1.25),
        "zoom_out": lambda: views.zoom(0.8),
        "one_to_one": views.show_one_to_one,
        "rotate_right": lambda: views.turn(RIGHT),
        "rotate_left": lambda: views.turn(LEFT),
        "flip_sides": lambda: views.turn(SIDES_EXCHANGED),
        "flip_ends": lambda: views.turn(ENDS_EXCHANGED),
        "overlay_text": views.cycle_overlay,
        "copy_image": views.copy_image,
        "invert": display.invert,
        "window_auto": lambda: session.panes.active.fit_window(),
        "window_own": lambda: display.preset_window(1.0),
        "window_narrow": lambda: display.preset_window(0.5),
        "window_wide": lambda: display.preset_window(2.0),
        "window_lesion": lambda: display.percentile_window(50, 99.5),
        "window_dark": lambda: display.percentile_window(1, 60),
        "window_vessels": lambda: display.preset_window(0.25),
        "window_flat": lambda: display.preset_window(4.0),
        "window_middle": lambda: display.volume_window(5, 95),
        "window_full": lambda: display.volume_window(0, 100),
    }
