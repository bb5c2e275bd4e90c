"""Has the header of the shown image read, and shows it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.jobs import JobContext, JobRunner
from hcc_viewer.gui.services import Services
from hcc_viewer.gui.session import Message, Session

if TYPE_CHECKING:
    from hcc_viewer.dicom import Instance
    from hcc_viewer.dicom.elements import Element
    from hcc_viewer.gui.dialogs.header import HeaderDialog


class HeaderController(QObject):
    """At most one header is shown at a time."""

    def __init__(self, session: Session, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._services = services
        self._dialog: HeaderDialog | None = None
        self._image: Instance | None = None
        """That the shown header is of."""
        self._elements: list[Element] | None = None
        """Of the shown header, once they are read."""
        self._runner = JobRunner("header", self)
        self._runner.succeeded.connect(self._on_read)
        self._runner.failed.connect(self._on_failed)
        session.identity_changed.connect(self._fill)
        session.study_changed.connect(self._on_study_changed)

    @property
    def runners(self) -> tuple[JobRunner, ...]:
        """Everything that must stop before the window goes."""
        return (self._runner,)

    def show(self, parent: QWidget) -> None:
        """Show the header of the image in the view that is used."""
        from hcc_viewer.gui.dialogs.header import HeaderDialog

        viewport = self._session.panes.active
        image = viewport.shown_image
        if image is None:
            text = tr("A reformat has no header of its own; choose a view of acquired images.")
            self._session.set_message(Message(text, is_error=True))
            return
        if self._dialog is not None:
            self._dialog.close()
        title = tr("Slice {number} / {count}").format(
            number=viewport.slice_index + 1, count=viewport.slice_count
        )
        self._image, self._elements = image, None
        self._dialog = HeaderDialog(title, parent)
        self._dialog.destroyed.connect(partial(self._forget, self._dialog))
        self._dialog.show()
        self._runner.start(partial(_read, self._services, image))

    def _forget(self, dialog: HeaderDialog) -> None:
        if self._dialog is dialog:
            self._dialog, self._elements = None, None
            self._runner.cancel()

    @Slot(object)
    def _on_read(self, result: object) -> None:
        self._elements = cast("list[Element]", result)
        self._fill()

    @Slot()
    def _fill(self) -> None:
        """Show what was read, with or without the identity as the session says now."""
        if self._dialog is not None and self._elements is not None:
            is_hidden = self._session.is_identity_hidden
            self._dialog.set_elements(self._elements, is_identity_hidden=is_hidden)

    @Slot()
    def _on_study_changed(self) -> None:
        """Close a header that would stand beside another study."""
        is_here = any(self._image in series.instances for series in self._session.series)
        if self._dialog is not None and not is_here:
            self._dialog.close()

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        if self._dialog is not None:
            self._dialog.set_failure(text)


def _read(services: Services, image: Instance, context: JobContext) -> list[Element]:
    return services.list_elements(image.path, image.frame)
