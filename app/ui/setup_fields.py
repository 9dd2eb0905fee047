"""A setting as a row: its name, where it is typed, and beside that what is wrong with it, or what it does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from app.home import Home
from app.settings import GB, LISTS, SettingRefused, Settings, changed, read
from app.snapshot import Reason
from app.ui.asker import Asker
from app.ui.marks import label, restyle
from app.ui.page import Context
from app.ui.tokens import CONTROL, FIELD, FIELD_NAME, SPACE_M, SPACE_S, Tone, Type, font
from app.ui.words import translate
from app.words import SPACE, size_words


class Saver(QObject):
    """Saves one setting on a worker: of several changes in a hurry the last one counts."""

    saved = Signal(object)
    refused = Signal(object)

    def __init__(self, context: Context, field: str, parent: QObject) -> None:
        super().__init__(parent)
        self._home, self._session, self._field = context.home, context.session, field
        self._asker = Asker(f"setting-{field}", self)
        self._asker.answered.connect(self.saved)
        self._asker.failed.connect(self.refused)

    def save(self, value: Any) -> None:
        """Have this value saved, in the name of who is signed in."""
        self._asker.ask(partial(self._home.change_settings, self._session.actor, **{self._field: value}))

    def close(self) -> None:
        """Save nothing more."""
        self._asker.close()


class Row(QWidget):
    """What every setting's row has. `changed` carries the settings after a saved change."""

    changed = Signal(object)

    def __init__(self, context: Context, field: str, name: str, hint: str) -> None:
        super().__init__()
        self.field = field
        self.hint, self.settings = hint, Settings()
        self.saver = Saver(context, field, self)
        self.saver.saved.connect(self._show_saved)
        self.saver.refused.connect(self._show_refused)
        self.name = label(Type.BODY, name)
        self.name.setFixedWidth(FIELD_NAME)
        self.told = label(Type.SMALL, hint, ink="muted")
        self.told.setWordWrap(True)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(SPACE_M)
        self.row.addWidget(self.name)
        self.row.addWidget(self.told, 1)

    def tell(self, words: str, ink: str = "muted") -> None:
        """Say this beside the field."""
        self.told.setText(words)
        restyle(self.told, "ink", ink)

    def show_settings(self, settings: Settings) -> None:
        """Show the setting as it is."""
        self.settings = settings

    def close_saver(self) -> None:
        """The window closes."""
        self.saver.close()

    @Slot(object)
    def _show_saved(self, settings: Settings) -> None:
        self.show_settings(settings)
        self.tell(translate("settings", "Saved. {hint}").format(hint=self.hint), Tone.READY)
        self.changed.emit(settings)

    @Slot(object)
    def _show_refused(self, reason: Reason) -> None:
        self.tell(f"{reason.what_happened} {reason.what_to_do}", Tone.FAULT)


class TextRow(Row):
    """A setting that is typed: checked with every key, saved when the field is left or Enter is pressed."""

    def __init__(self, context: Context, field: str, name: str, hint: str, words: Words | None = None) -> None:
        super().__init__(context, field, name, hint)
        self._words = words or Words(field)
        self.edit = QLineEdit()
        self.edit.setFont(font(Type.BODY))
        self.edit.setFixedSize(FIELD, CONTROL)
        self.edit.setAccessibleName(name)
        self.edit.setAccessibleDescription(hint)
        self.name.setBuddy(self.edit)
        self.row.insertWidget(1, self.edit)
        self.edit.textEdited.connect(self._check)
        self.edit.editingFinished.connect(self.commit)

    def show_settings(self, settings: Settings) -> None:
        """Show the setting, unless something is typed that was not saved."""
        super().show_settings(settings)
        if not self.edit.isModified():
            self.edit.setText(self._words.shown(settings))
            self.edit.setCursorPosition(0)  # of what is too long the beginning is seen
        self.edit.setPlaceholderText(self._words.default(settings))
        self.edit.setToolTip(self.edit.text() or self.edit.placeholderText())  # what is long is told whole

    def value(self) -> Any:
        """What stands in the field. Raises SettingRefused."""
        value = self._words.value(self.edit.text())
        return getattr(changed(self.settings, **{self.field: value}), self.field)

    @Slot()
    def _check(self) -> bool:
        try:
            self.value()
        except SettingRefused as refused:
            self.tell(refused.what_happened, Tone.FAULT)
            return False
        self.tell(self.hint)
        return True

    @Slot()
    def commit(self) -> bool:
        """Save what stands in the field, if it fits and is another; whether it fits."""
        if not self.edit.isModified():
            return True
        if not self._check():
            return False
        self.edit.setModified(False)
        value = self.value()
        if value != getattr(self.settings, self.field):
            self.saver.save(value)
        return True

    @Slot(object)
    def _show_refused(self, reason: Reason) -> None:
        self.edit.setModified(True)  # what was typed stays, to be mended
        super()._show_refused(reason)


class Words:
    """How a setting is written in its field."""

    def __init__(self, field: str) -> None:
        self._field = field

    def shown(self, settings: Settings) -> str:
        """The value as it is typed; nothing for a default."""
        value = getattr(settings, self._field)
        if self._field in LISTS:
            return ", ".join(value)
        return "" if value is None else str(value)

    def value(self, text: str) -> Any:
        """What the typed text stands for."""
        return read(self._field, text)

    def default(self, settings: Settings) -> str:  # noqa: ARG002  others say it by what is set
        """What holds when nothing is typed."""
        return ""


class Folder(Words):
    """The vault's folder: nothing typed is the one in the home."""

    def __init__(self, home: Home) -> None:
        super().__init__("vault_folder")
        self._home = home

    def default(self, settings: Settings) -> str:  # noqa: ARG002  the same whatever is set
        """The folder in the home."""
        return str(self._home.vault_folder_of(Settings()))


class Gigabytes(Words):
    """Room on a disk, typed in GB."""

    def __init__(self, total: Callable[[], int]) -> None:
        super().__init__("free_space_floor")
        self._total = total

    def shown(self, settings: Settings) -> str:
        """The room in GB."""
        floor = settings.free_space_floor
        return "" if floor is None else f"{floor / GB:g}"

    def value(self, text: str) -> Any:
        """The room in bytes."""
        text = text.strip().removesuffix("GB").strip()
        try:
            return round(float(text) * GB) if text else None
        except (ValueError, OverflowError):
            return text

    def default(self, settings: Settings) -> str:  # noqa: ARG002  the same whatever is set
        """What the default comes to on this disk."""
        total = self._total()
        return size_words(Settings().floor_bytes(total)) if total else f"2{SPACE}%"


class ChoiceRow(Row):
    """A setting with few values: a button for each, saved when it is pressed."""

    def __init__(self, context: Context, field: str, name: str, hint: str, choices: dict[str, str]) -> None:
        super().__init__(context, field, name, hint)
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        box = QWidget()
        box.setFixedWidth(FIELD)
        line = QHBoxLayout(box)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_S)
        for value, words in choices.items():
            button = QPushButton(words)
            button.setFont(font(Type.BODY))
            button.setCheckable(True)
            button.setAccessibleName(f"{name}: {words}")
            self._group.addButton(button)
            self.buttons[value] = button
            line.addWidget(button, 1)
        self.row.insertWidget(1, box)
        self._group.buttonClicked.connect(self._choose)

    def show_settings(self, settings: Settings) -> None:
        """Mark the value that holds."""
        super().show_settings(settings)
        for value, button in self.buttons.items():
            chosen = value == getattr(settings, self.field)
            button.setChecked(chosen)
            restyle(button, "main", "true" if chosen else "false")

    @Slot("QAbstractButton*")
    def _choose(self, pressed: QPushButton) -> None:
        self.saver.save(next(value for value, button in self.buttons.items() if button is pressed))


def heading(text: str) -> QLabel:
    """The name of a panel."""
    return label(Type.BAY, text)
