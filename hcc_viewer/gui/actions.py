"""Every action of the window: name, text, keys, what it does in words."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QWidget

from hcc_viewer.errors import HccViewerError
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.views.naming import plain_text
from hcc_viewer.paths import resources_dir

DIM = "-dim"
"""Ends the name of the gray icon of a disabled action; `tools/dim_icons.py` draws them."""


@dataclass(frozen=True)
class ActionSpec:
    """How an action looks and is reached."""

    name: str
    """Without `_action`."""
    text: str
    tip: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    is_checkable: bool = False
    is_local: bool = False
    """True: the keys work in the image area only, since lists and tables use them too."""
    short: str = ""
    """What stands on its button, where the text is too long."""
    repeats: bool = True
    """Whether a key that is held does it again and again."""


SPECS = (
    ActionSpec("open_folder", "Open &folder…", "Open a study folder", ("Ctrl+O",), "folder"),
    ActionSpec("open_file", "Open file or &zip…", "Open a DICOM file or a zip", ("Ctrl+Shift+O",)),
    ActionSpec(
        "open_demo", "Open the &demo study", "Open the simulated patient", ("Ctrl+D",), "demo"
    ),
    ActionSpec("quit", "&Quit", "Close the program", ("Ctrl+Q",)),
    ActionSpec("detect", "&Detect", "Look for HCC on the shown series", ("F5",), "detect"),
    ActionSpec("cancel", "&Cancel", "Stop what is going on", ("Ctrl+.",), "cancel"),
    ActionSpec("export_report", "&Export report…", "Write PDF, PNG and CSV", ("Ctrl+E",), "export"),
    ActionSpec(
        "export_as",
        "Export &as…",
        "Choose formats, DICOM objects and folder",
        ("Ctrl+Shift+E",),
        short="Export as…",
    ),
    ActionSpec(
        "toggle_heatmap",
        "&Heat map",
        "Show or hide the heat map; hold the key to peek",
        ("G",),
        "heat",
        is_checkable=True,
        repeats=False,
    ),
    ActionSpec("next_finding", "&Next finding", "Go to the next finding", ("N",), "next"),
    ActionSpec(
        "previous_finding",
        "&Previous finding",
        "Go to the finding before",
        ("Shift+N",),
        "previous",
    ),
    ActionSpec("next_slice", "Next slice", "One slice on", ("Down",), is_local=True),
    ActionSpec("previous_slice", "Previous slice", "One slice back", ("Up",), is_local=True),
    ActionSpec(
        "forward_ten", "Ten slices on", "Ten slices on", ("Shift+Down", "PgDown"), is_local=True
    ),
    ActionSpec(
        "back_ten", "Ten slices back", "Ten slices back", ("Shift+Up", "PgUp"), is_local=True
    ),
    ActionSpec("first_slice", "First slice", "To the first slice", ("Home",), is_local=True),
    ActionSpec("last_slice", "Last slice", "To the last slice", ("End",), is_local=True),
    ActionSpec("cine", "&Cine", "Let the slices run by themselves", ("C",), is_checkable=True),
    ActionSpec("next_series", "Next series", "Show the next series", ("Right",), is_local=True),
    ActionSpec(
        "previous_series", "Previous series", "Show the series before", ("Left",), is_local=True
    ),
    ActionSpec(
        "reset_view", "&Reset view", "Fit the image and take its own window", ("Esc",), "reset"
    ),
    ActionSpec("undo", "Undo", "Take back the last decision or measurement", ("Ctrl+Z",), "undo"),
    ActionSpec("redo", "Redo", "Do again what was taken back", ("Ctrl+Shift+Z", "Ctrl+Y")),
    ActionSpec(
        "accept_finding",
        "Accept finding",
        "Accept the selected finding",
        ("Y",),
        "accept",
        short="Accept",
        repeats=False,
    ),
    ActionSpec(
        "reject_finding",
        "Reject finding",
        "Reject the selected finding",
        ("R",),
        "reject",
        short="Reject",
        repeats=False,
    ),
    ActionSpec(
        "add_finding",
        "Add finding here",
        "Add a finding of your own at the pointer, the crosshair, or the middle of the view",
        ("M",),
        "add",
        short="Add",
        repeats=False,
    ),
    ActionSpec(
        "correct_finding",
        "Move finding here",
        "Move the selected finding to the pointer or the crosshair",
        ("Shift+M",),
        repeats=False,
    ),
    ActionSpec(
        "note_finding",
        "Note on finding…",
        "Write a note on the selected finding",
        ("F2",),
        "note",
        short="Note…",
    ),
    ActionSpec(
        "clear_decision", "Take the decision back", "Decide nothing on the selected finding"
    ),
    ActionSpec(
        "read_first",
        "Read first",
        "Hide results until you have been through the stack",
        ("Ctrl+R",),
        is_checkable=True,
    ),
    ActionSpec("show_results", "Show the results now", "Do not wait for the last slice"),
    ActionSpec("key_image", "&Key image", "Mark or unmark this slice", ("K",), repeats=False),
    ActionSpec(
        "delete_measurement",
        "Delete measurement",
        "Delete the measurement under the pointer, or the last one of this slice",
        ("Del",),
        is_local=True,
    ),
    ActionSpec("clear_measurements", "Delete all measurements", "Delete them all in this series"),
    ActionSpec("layout_one", "One view", "Show one view", ("Ctrl+F1",), "one", True),
    ActionSpec("layout_two", "Two views", "Two series side by side", ("Ctrl+F2",), "two", True),
    ActionSpec("layout_four", "Four views", "Up to four series", ("Ctrl+F3",), "four", True),
    ActionSpec(
        "layout_planes", "Three planes", "Axial, coronal, sagittal", ("Ctrl+F4",), "planes", True
    ),
    ActionSpec(
        "link_views",
        "&Link views",
        "Scroll and zoom views together; switched on again, how they stand then is kept",
        ("L",),
        "link",
        True,
        repeats=False,
    ),
    ActionSpec("reset_offsets", "Reset offsets", "Let linked views show the same place again"),
    ActionSpec(
        "reference_lines",
        "Reference lines",
        "Show where the other views lie",
        ("Ctrl+L",),
        is_checkable=True,
    ),
    ActionSpec("clear_crosshair", "Remove the crosshair", "Mark no place", ("Shift+H",)),
    ActionSpec("merge_series", "&Merge series", "Make one stack of the marked series"),
    ActionSpec("split_automatic", "&Automatically", "Take the series apart as opening does"),
    ActionSpec("split_place", "By &place", "First, second, third image at each place"),
    ActionSpec("split_image_type", "By &image type", "Water, fat, magnitude and the like"),
    ActionSpec("split_echo_time", "By &echo time", "One series for each echo"),
    ActionSpec("split_temporal_position", "By &time point", "By the number of the time point"),
    ActionSpec("split_trigger_time", "By t&rigger time", "By the time since the trigger"),
    ActionSpec("split_acquisition_time", "By a&cquisition time", "By the time of day"),
    ActionSpec("split_acquisition_number", "By acquisition &number", "By the acquisition's number"),
    ActionSpec("undo_regrouping", "&Undo merge or split", "Take back the last merge or split"),
    ActionSpec("restore_series", "Series as &opened", "Take back all merges and splits"),
    ActionSpec("close_study", "Close study", "Close the shown study", ("Ctrl+W",)),
    ActionSpec("next_study", "Next study", "Show the next open study", ("Ctrl+Tab",)),
    ActionSpec("fetch_study", "Fetch from &PACS…", "Find a study in a PACS and open it"),
    ActionSpec("send_results", "&Send results to PACS…", "Send the shown result to a PACS"),
    ActionSpec("pacs_settings", "PACS &addresses…", "Addresses, AE titles, and a test of them"),
    ActionSpec(
        "deidentify_study", "Copy without &identity…", "Write a copy of the study without identity"
    ),
    ActionSpec("settings", "&Settings…", "Mouse, display, language, sessions", ("Ctrl+,",)),
    ActionSpec("zoom_in", "Zoom in", "Enlarge", ("+", "=", "Ctrl++", "Ctrl+=")),
    ActionSpec("zoom_out", "Zoom out", "Make smaller", ("-", "Ctrl+-")),
    ActionSpec("one_to_one", "1:1", "One image pixel on one screen pixel", ("Ctrl+1",)),
    ActionSpec("rotate_right", "Rotate &right", "A quarter turn clockwise", ("Shift+R",)),
    ActionSpec("rotate_left", "Rotate &left", "A quarter turn anticlockwise", ("Shift+L",)),
    ActionSpec("flip_sides", "Flip left to right", "Exchange left and right", ("Shift+F",)),
    ActionSpec("flip_ends", "Flip top to bottom", "Exchange top and bottom", ("Shift+V",)),
    ActionSpec("window_auto", "Window: automatic", "From the shown slice's values", ("0",)),
    ActionSpec("window_own", "Window: of the series", "The window in the files", ("1",)),
    ActionSpec("window_narrow", "Window: more contrast", "Half the series' window", ("2",)),
    ActionSpec("window_wide", "Window: less contrast", "Twice the series' window", ("3",)),
    ActionSpec("window_lesion", "Window: liver", "The shown slice's brighter half", ("4",)),
    ActionSpec("window_dark", "Window: dark structures", "The darker half", ("5",)),
    ActionSpec("window_vessels", "Window: high contrast", "A quarter of the window", ("6",)),
    ActionSpec("window_flat", "Window: flat", "Four times the window", ("7",)),
    ActionSpec("window_middle", "Window: middle 90 %", "From the whole series", ("8",)),
    ActionSpec("window_full", "Window: full range", "From lowest to highest value", ("9",)),
    ActionSpec(
        "copy_image",
        "Copy &image",
        "Copy the view as a picture, without the patient's identity",
        ("Ctrl+C",),
        is_local=True,
    ),
    ActionSpec("show_header", "DICOM &header…", "What the file of this slice says", ("Ctrl+T",)),
    ActionSpec("invert", "&Invert", "Turn black and white round", ("X", "Ctrl+I")),
    ActionSpec("overlay_text", "Overlay &text", "All, less, none", ("I",), repeats=False),
    ActionSpec(
        "smooth_pixels", "&Smooth pixels", "Interpolate, or show pixels", (), is_checkable=True
    ),
    ActionSpec(
        "hide_identity",
        "Hide patient &identity",
        "Show no name, identifier or birth date",
        ("F9", "Ctrl+H"),
        is_checkable=True,
    ),
    ActionSpec("full_screen", "F&ull screen", "Fill the screen", ("F11",), is_checkable=True),
    ActionSpec(
        "window_tool", "&Window / level", "Left drag sets the window", ("W",), "window", True
    ),
    ActionSpec("zoom_tool", "&Zoom", "Left drag zooms", ("Z",), "zoom", True),
    ActionSpec("pan_tool", "&Pan", "Left drag moves the image", ("T",), "pan", True),
    ActionSpec("scroll_tool", "&Scroll", "Left drag passes slices", ("S",), "scroll", True),
    ActionSpec(
        "distance_tool", "&Distance", "Left drag measures a length", ("D",), "distance", True
    ),
    ActionSpec(
        "angle_tool", "&Angle", "Drag one leg, click the end of the other", ("A",), "angle", True
    ),
    ActionSpec(
        "ellipse_tool", "&Region", "Drag an ellipse: mean, SD, area", ("E",), "ellipse", True
    ),
    ActionSpec(
        "crosshair_tool", "&Crosshair", "Mark a place in all views", ("H",), "crosshair", True
    ),
    ActionSpec("log_folder", "Show the &log folder", "Open the folder of the log file"),
    ActionSpec("licences", "&Licences", "Of the program and of the libraries in it"),
    ActionSpec("first_steps", "&First steps", "The hint of the first start", ()),
    ActionSpec("models", "&Models…", "Install, choose and remove model files"),
    ActionSpec("reader_study", "&Reading study…", "Read blinded cases against the clock"),
    ActionSpec("help_keys", "&Keys and mouse", "What keys and buttons do", ("F1",)),
    ActionSpec("about", "&About HCC Viewer", "Version, model card, limits"),
)


def make_actions(parent: QWidget) -> dict[str, QAction]:
    """All actions by their name, children of `parent`; keys that are local are not added yet."""
    return {spec.name: _make(spec, parent) for spec in SPECS}


def local_actions(actions: dict[str, QAction]) -> list[QAction]:
    """Those whose keys work in the image area only."""
    return [actions[spec.name] for spec in SPECS if spec.is_local]


def _make(spec: ActionSpec, parent: QWidget) -> QAction:
    text, tip = tr(spec.text), tr(spec.tip)
    action = QAction(text, parent)
    action.setIconText(tr(spec.short) if spec.short else plain_text(text))
    action.setObjectName(f"{spec.name}_action")
    action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
    action.setCheckable(spec.is_checkable)
    action.setAutoRepeat(spec.repeats)
    if spec.is_local:
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    keys = ", ".join(
        QKeySequence(k).toString(QKeySequence.SequenceFormat.NativeText) for k in spec.keys
    )
    action.setToolTip(f"{tip} ({keys})" if keys else tip)
    action.setStatusTip(tip)
    if spec.icon:
        action.setIcon(load_icon(spec.icon))
    return action


def load_icon(name: str) -> QIcon:
    """One of the program's own icons; an empty one if it is missing."""
    try:
        path = resources_dir() / "icons" / f"{name}.svg"
    except HccViewerError:
        return QIcon()
    if not path.is_file():
        return QIcon()
    icon, dim = QIcon(str(path)), path.with_name(f"{name}{DIM}.svg")
    if dim.is_file():
        for state in (QIcon.State.Off, QIcon.State.On):
            icon.addFile(str(dim), QSize(), QIcon.Mode.Disabled, state)
    return icon
