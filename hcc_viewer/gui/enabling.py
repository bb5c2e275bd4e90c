"""Which actions are possible, as the session stands."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction

from hcc_viewer.gui.session import Session

NEED_FINDING = (
    "accept_finding",
    "reject_finding",
    "correct_finding",
    "note_finding",
    "clear_decision",
)
"""Actions on the selected finding."""

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
    "rotate_right",
    "rotate_left",
    "flip_sides",
    "flip_ends",
    "window_auto",
    "window_own",
    "window_narrow",
    "window_wide",
    "window_lesion",
    "window_vessels",
    "window_flat",
    "window_full",
    "window_middle",
    "window_dark",
    "invert",
    "copy_image",
    "show_header",
    "key_image",
    "delete_measurement",
    "clear_measurements",
)
"""Actions that make sense only while the view that they act on shows something."""

LAYOUTS = ("layout_one", "layout_two", "layout_four", "layout_planes")
"""Actions that arrange the views, whichever of them is used."""

SPLITS = (
    "split_automatic",
    "split_place",
    "split_image_type",
    "split_echo_time",
    "split_temporal_position",
    "split_trigger_time",
    "split_acquisition_time",
    "split_acquisition_number",
)
"""Actions that split the marked series, in the order of `SPLIT_KEYS`."""


def enable_actions(actions: Mapping[str, QAction], session: Session, *, has_rows: bool) -> None:
    """Enable what is possible now.

    Args:
        actions: By their names.
        session: As it stands.
        has_rows: Whether there are findings to go to.
    """
    series, has_result = session.shown_series, session.detection is not None
    can_detect = series is not None and series.detectable and not session.model_refusal
    is_busy = session.is_busy("detect") or session.is_switching
    actions["detect"].setEnabled(can_detect and session.is_whole and not is_busy)
    actions["cancel"].setEnabled(session.activity is not None)
    for name in ("export_report", "export_as"):
        actions[name].setEnabled(has_result and not session.is_busy("export"))
    can_copy = session.study is not None and not session.is_busy("copy")
    actions["deidentify_study"].setEnabled(can_copy)
    actions["toggle_heatmap"].setEnabled(has_result)
    for name in ("next_finding", "previous_finding"):
        actions[name].setEnabled(has_rows)
    for name in NEED_FINDING:
        actions[name].setEnabled(session.selected_finding is not None)
    for name in NEED_VOLUME:
        actions[name].setEnabled(session.panes.active.stack is not None)
    for name in LAYOUTS:
        actions[name].setEnabled(series is not None)
    actions["add_finding"].setEnabled(series is not None)
    _enable_regrouping(actions, session)


def _enable_regrouping(actions: Mapping[str, QAction], session: Session) -> None:
    study = session.study
    is_ready = study is not None and study.is_complete and not session.is_busy("regroup")
    rows = [row for row in session.selected_rows if row < len(session.series)]
    actions["merge_series"].setEnabled(is_ready and len(rows) > 1)
    is_splittable = len(rows) == 1 and len(session.series[rows[0]].instances) > 1
    for name in SPLITS:
        actions[name].setEnabled(is_ready and is_splittable)
    is_regrouped = study is not None and study.before is not None
    for name in ("undo_regrouping", "restore_series"):
        actions[name].setEnabled(is_ready and is_regrouped)
