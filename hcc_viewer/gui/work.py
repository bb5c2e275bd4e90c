"""The part of the session that says what is being done, with which model, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from hcc_viewer.gui.activity import Activities, Activity, Concern
from hcc_viewer.gui.message import Message

if TYPE_CHECKING:
    from hcc_viewer.detection import ModelCard


class Work(QObject):
    """The model, the slow work that goes on, and the message to the user.

    Signals:
        model_changed: The model was loaded or refused.
        activity_changed: Slow work began, went on or ended.
        message_changed: There is another message, or none.
    """

    model_changed = Signal()
    activity_changed = Signal()
    message_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.card: ModelCard | None = None
        self.model_label = ""
        self.model_refusal = ""
        self.message: Message | None = None
        self._activities = Activities()

    def set_model(self, card: ModelCard, label: str) -> None:
        """The model is loaded."""
        self.card, self.model_label, self.model_refusal = card, label, ""
        self.model_changed.emit()

    def refuse_model(self, reason: str) -> None:
        """The model cannot be used; the reason is a sentence."""
        self.card, self.model_label, self.model_refusal = None, "", reason
        self.model_changed.emit()

    @property
    def activity(self) -> Activity | None:
        """The slow work that the user is waiting for most."""
        return self._activities.of(self.busiest) if self.busiest else None

    @property
    def busiest(self) -> Concern | None:
        """Which concern `activity` belongs to."""
        return self._activities.busiest

    def is_busy(self, concern: Concern) -> bool:
        """Whether slow work of this concern goes on."""
        return self._activities.of(concern) is not None

    def set_activity(self, concern: Concern, activity: Activity | None) -> None:
        """Slow work of a concern began, went on, or (None) ended."""
        self._activities.set(concern, activity)
        self.activity_changed.emit()

    def progress(self, concern: Concern, done: int, total: int) -> None:
        """Slow work of a concern went on."""
        activity = self._activities.of(concern)
        if activity is not None:
            self.set_activity(concern, activity.at(done, total))

    def set_message(self, message: Message | None) -> None:
        """Say something in the message area, or clear it."""
        self.message = message
        self.message_changed.emit()
