"""One reader reads blinded cases: the image, the slices marked so far, the clock, save and next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hcc_viewer import HEAT_MAP_CAPTION, RESEARCH_USE
from hcc_viewer.errors import HccViewerError
from hcc_viewer.gui.dialogs.fit import resize_within_screen
from hcc_viewer.gui.i18n import tr, tr_phrase
from hcc_viewer.gui.jobs import JobContext, JobRunner
from hcc_viewer.gui.reader_study.loading import LoadCase, ShownCase
from hcc_viewer.gui.viewport import Viewport, Window
from hcc_viewer.gui.views.naming import named
from hcc_viewer.gui.views.probability_strip import ProbabilityStrip
from hcc_viewer.gui.views.slice_view import SliceView

if TYPE_CHECKING:
    from hcc_viewer.reader_study import ReadingRun

TICK_MILLISECONDS = 500

HEAT_MAP_OPACITY = 0.5
"""The same for all readers of a study, whatever the main window is set to."""

SAVE_WAIT_SECONDS = 0.5
"""No answer is saved sooner: a second press so soon after the image was meant for the last case."""


@dataclass(frozen=True)
class _Buttons:
    """What the reader presses."""

    mark: QPushButton
    save: QPushButton
    pause: QPushButton


class ReaderStudyWindow(QMainWindow):
    """Shows the cases of a run one after another.

    The next case is loaded before its image appears, and the clock runs from its first painting.

    Signals:
        case_shown: The image of another case is on the screen.
        finished: The last case was answered.
    """

    case_shown = Signal()
    finished = Signal()

    def __init__(self, run: ReadingRun, load_case: LoadCase) -> None:
        super().__init__()
        self.setObjectName("reader_study_window")
        self.setWindowTitle(tr("Reading study"))
        self.run = run
        self._is_aided = bool(run.model)
        self._load_case = load_case
        self._shown: ShownCase | None = None
        self._is_closing = False
        self._loader = JobRunner("reader study", self)
        self._ticker = QTimer(self, interval=TICK_MILLISECONDS)
        self.viewport = Viewport(self)
        self._view = SliceView()
        self._view.set_opacity(HEAT_MAP_OPACITY)
        self._strip = ProbabilityStrip()
        self._marks = named(QListWidget(), "marked_slices", tr("Marked slices"))
        self._heat = named(QCheckBox(tr("&Heat map")), "reader_heat_map")
        self._caption = named(QLabel(tr(HEAT_MAP_CAPTION)), "reader_heat_map_caption")
        self._title = named(QLabel(), "reader_case_title")
        self._time = named(QLabel(), "reader_time")
        self._message = named(QLabel(), "reader_message")
        self._message.setWordWrap(True)
        self._buttons = _Buttons(
            named(QPushButton(), "mark_slice_button"),
            named(QPushButton(tr("&Save and next (Return)")), "save_answer_button"),
            named(QPushButton(tr("&Pause (P)")), "pause_button"),
        )
        self._arrange()
        self._connect_signals()
        self._next_case()

    # --- building ---------------------------------------------------------------------------

    def _arrange(self) -> None:
        self._reading = QWidget()
        reading = QVBoxLayout(self._reading)
        reading.setContentsMargins(0, 0, 0, 0)
        reading.addWidget(self._view, 1)
        reading.addWidget(self._strip)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._reading)
        curtain = named(QLabel(), "reader_curtain")
        curtain.setAlignment(Qt.AlignmentFlag.AlignCenter)
        curtain.setWordWrap(True)
        self._curtain = curtain
        self._pages.addWidget(curtain)
        right = QVBoxLayout()
        for widget in (
            self._title,
            self._time,
            self._buttons.mark,
            QLabel(tr("Slices with HCC:")),
            self._marks,
            self._heat,
            self._caption,
            self._message,
            self._buttons.pause,
            self._buttons.save,
            QLabel(RESEARCH_USE),
        ):
            if isinstance(widget, QLabel):
                widget.setWordWrap(True)
            right.addWidget(widget)
        side = QWidget()
        side.setLayout(right)
        side.setFixedWidth(260)
        middle = QWidget()
        layout = QHBoxLayout(middle)
        layout.addWidget(self._pages, 1)
        layout.addWidget(side)
        self.setCentralWidget(middle)
        self._strip.setVisible(self._is_aided)
        self._heat.setVisible(self._is_aided)
        self._caption.hide()
        resize_within_screen(self, 1100, 760)

    def _connect_signals(self) -> None:
        self._loader.succeeded.connect(self._on_loaded)
        self._loader.failed.connect(self._on_failed)
        self._ticker.timeout.connect(self._show_time)
        self._view.slice_step_requested.connect(self._step)
        self._view.window_requested.connect(
            lambda center, width: self.viewport.set_window(Window(center, width))
        )
        self._strip.slice_requested.connect(self._go_to_slice)
        self.viewport.slice_changed.connect(self._show_slice)
        self.viewport.window_changed.connect(lambda: self._view.set_window(self.viewport.window))
        self._marks.itemActivated.connect(self._go_to_mark)
        self._heat.toggled.connect(self._show_heat_map)
        self._buttons.mark.clicked.connect(self.toggle_mark)
        self._buttons.save.clicked.connect(self.save)
        self._buttons.pause.clicked.connect(self.toggle_pause)
        self._connect_keys()

    def _connect_keys(self) -> None:
        for keys, act, repeats in (
            ("Space", self.toggle_mark, False),
            ("Return", self.save, False),
            ("P", self.toggle_pause, False),
            ("G", self._toggle_heat_map, False),
            ("Up", partial(self._step, -1), True),
            ("Down", partial(self._step, 1), True),
            ("PgUp", partial(self._step, -10), True),
            ("PgDown", partial(self._step, 10), True),
            ("Esc", self._reset_view, True),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setAutoRepeat(repeats)
            shortcut.activated.connect(act)

    # --- what the reader does ---------------------------------------------------------------

    @Slot()
    def toggle_mark(self) -> None:
        """Mark the shown slice as one with HCC, or no longer."""
        if self._is_read:
            self.run.toggle(self.viewport.slice_index)
            self._show_marks()

    @Slot()
    def toggle_pause(self) -> None:
        """Hide the image and stop the clock, or go on."""
        if self._shown is None:
            return
        if self.run.is_running:
            self.run.pause()
            self._draw_curtain(tr("Paused. The image is hidden and the clock stands."))
        else:
            self._pages.setCurrentWidget(self._reading)
            self.run.resume()
        self._show_state()

    @Slot()
    def save(self) -> None:
        """Save the answer and go to the next case; see `SAVE_WAIT_SECONDS`."""
        if not self._is_read or self.run.seconds < SAVE_WAIT_SECONDS:
            return
        try:
            self.run.save()
        except HccViewerError as error:
            self._message.setText(tr_phrase(str(error)))
            self.run.resume()
            return
        self._shown = None
        self._next_case()

    @property
    def _is_read(self) -> bool:
        """Whether an image is shown and the clock runs."""
        return self._shown is not None and self.run.is_running

    def _go_to_slice(self, index: int) -> None:
        if self._is_read:
            self.viewport.set_slice(index)

    def _step(self, steps: int) -> None:
        self._go_to_slice(self.viewport.slice_index + steps)

    def _go_to_mark(self) -> None:
        row = self._marks.currentRow()
        marks = sorted(self.run.marked)
        if 0 <= row < len(marks):
            self._go_to_slice(marks[row])

    def _toggle_heat_map(self) -> None:
        if self._is_aided and self._is_read:
            self._heat.toggle()

    def _reset_view(self) -> None:
        self._view.reset_view()
        self.viewport.reset_window()

    # --- cases ------------------------------------------------------------------------------

    def _next_case(self) -> None:
        case = self.run.case
        self._message.clear()
        self._heat.setChecked(False)
        if case is None:
            self._ticker.stop()
            self._draw_curtain(tr("All cases are read. Thank you; the answers are saved."))
            self._show_state()
            self.finished.emit()
            return
        self._draw_curtain(tr("The next case is being prepared; the clock stands."))
        self._show_state()
        self._loader.start(partial(self._load, case, self.run.title))

    def _load(self, case: str, title: str, context: JobContext) -> ShownCase:
        return self._load_case(case, title, context)

    @Slot(object)
    def _on_loaded(self, result: object) -> None:
        if self._is_closing:
            return
        shown = cast("ShownCase", result)
        self._shown = shown
        self.viewport.set_volume(shown.volume)
        self._view.set_volume(shown.volume)
        self._view.set_window(self.viewport.window)
        self._strip.set_slices(self.viewport.slice_count)
        if shown.detection is not None:
            self._strip.set_result(
                shown.probabilities, shown.detection.threshold, shown.peak_slices
            )
        self._pages.setCurrentWidget(self._reading)
        self.run.image_shown(self.viewport.slice_count)
        self._show_slice()
        self._show_state()
        self._ticker.start()
        self.case_shown.emit()

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        self._draw_curtain(message)

    def _draw_curtain(self, text: str) -> None:
        self._curtain.setText(text)
        self._pages.setCurrentWidget(self._curtain)

    # --- what is shown ----------------------------------------------------------------------

    def _show_slice(self) -> None:
        if self._shown is None:
            return
        index = self.viewport.slice_index
        self._view.set_slice(index)
        self._strip.set_slice(index)
        self._view.set_heat_map(self._shown.cam(index) if self._heat.isChecked() else None)
        self._show_marks()

    def _show_heat_map(self) -> None:
        self._caption.setVisible(self._heat.isChecked())
        self._show_slice()

    def _show_marks(self) -> None:
        marks = sorted(self.run.marked)
        self._marks.clear()
        self._marks.addItems([tr("slice {number}").format(number=i + 1) for i in marks])
        is_marked = self.viewport.slice_index in self.run.marked
        text = tr("&Unmark this slice (Space)") if is_marked else tr("&Mark this slice (Space)")
        self._buttons.mark.setText(text)

    def _show_state(self) -> None:
        self._title.setText(self.run.title if self.run.case is not None else tr("Finished"))
        for widget in (self._buttons.mark, self._buttons.save, self._heat):
            widget.setEnabled(self._is_read)
        self._buttons.pause.setEnabled(self._shown is not None)
        self._show_marks()
        self._show_time()

    def _show_time(self) -> None:
        seconds = int(self.run.seconds) if self._shown is not None else 0
        self._time.setText(f"{seconds // 60}:{seconds % 60:02d}")

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop; the case that is not saved is read again next time."""
        self._is_closing = True
        self._ticker.stop()
        self._loader.cancel()
        self._loader.shutdown()
        event.accept()
