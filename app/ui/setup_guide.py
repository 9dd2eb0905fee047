"""The guided first start: over the pages until it is done or put off."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app import setup
from app.people.values import Actor
from app.recovery import WANTED
from app.settings import Settings
from app.setup import Told
from app.snapshot import Notice, Reason, StationView
from app.ui.asker import Asker
from app.ui.marks import Mark, label
from app.ui.page import Context
from app.ui.setup_admin import AdminStep
from app.ui.setup_fields import Folder, TextRow
from app.ui.setup_recovery import RecoveryPanel, button, wrapped
from app.ui.setup_step import Step
from app.ui.tokens import FORM, SPACE_L, SPACE_M, SPACE_S, SPACE_XL, Tone, Type
from app.ui.words import translate


class NameStep(Step):
    """Names the station."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            translate("setup", "Name this station"),
            translate("setup", "The name stands at the top of every page and on printed sheets."),
        )
        self.row = TextRow(context, "station_name", translate("setup", "Name of the station"), "")
        self.column.addWidget(self.row)
        self.column.addStretch(1)

    def begin(self) -> None:
        """Have the name typed over."""
        self.row.edit.setFocus()
        self.row.edit.selectAll()

    def end(self) -> bool:
        """Keep the name."""
        return self.row.commit()

    def leave(self) -> None:
        """Save nothing more."""
        self.row.close_saver()


class VaultStep(Step):
    """Chooses the vault's folder, and says what can be told of it."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            translate("setup", "Choose where recordings are kept"),
            translate(
                "setup", "A folder on a disk of this machine with room for weeks. Once recordings are in it, it stays."
            ),
        )
        self._home, self._theme = context.home, context.theme
        self._asker = Asker("vault-folder", self)
        self._asker.answered.connect(self._show_told)
        self.row = TextRow(context, "vault_folder", translate("setup", "Vault folder"), "", Folder(context.home))
        self.choose = button(translate("setup", "Choose…"))
        self.choose.clicked.connect(self._choose)
        self.told = QFrame()
        self._grid = QGridLayout(self.told)
        self._grid.setContentsMargins(0, SPACE_S, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_M)
        self._grid.setVerticalSpacing(SPACE_S)
        self._grid.setColumnStretch(1, 1)
        for part in (self.row, self.choose, self.told):
            self.column.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft if part is self.choose else Qt.AlignmentFlag(0))
        self.column.addStretch(1)
        self.row.edit.textEdited.connect(self._look)
        self.row.changed.connect(self._look)

    def begin(self) -> None:
        """Look at the folder as it is."""
        self.row.edit.setFocus()
        self._look()

    def end(self) -> bool:
        """Keep the folder."""
        return self.row.commit()

    def leave(self) -> None:
        """Ask nothing more."""
        self._asker.close()
        self.row.close_saver()

    @Slot()
    def _look(self) -> None:
        typed = self.row.edit.text().strip()
        folder = Path(typed) if typed else self._home.vault_folder_of(Settings())
        if folder.is_absolute():
            self._asker.ask(partial(setup.tell_of, folder))

    @Slot()
    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.row.name.text())
        if chosen:
            self.row.edit.setText(chosen)
            self.row.edit.setModified(True)
            self.row.commit()
            self._look()

    @Slot(object)
    def _show_told(self, told: tuple[Told, ...]) -> None:
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for line, one in enumerate(told):
            shape, tone = ("attention", Tone.WARN) if one.doubt else ("info", Tone.QUIET)
            mark = Mark(self._theme, Type.SMALL_STRONG)
            mark.show_mark(shape, one.what, tone)
            self._grid.addWidget(mark, line, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(wrapped(Type.SMALL, one.words), line, 1)


class KeyStep(Step):
    """Makes the station's key, and says where it is kept."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            translate("setup", "The station's own key"),
            translate("setup", "It opens recordings on this machine and signs the ledger. It never leaves it."),
        )
        self._home = context.home
        self._asker = Asker("station-key", self)
        self._asker.answered.connect(self._show)
        self._asker.failed.connect(self._show_trouble)
        self.mark = Mark(context.theme)
        self.words = wrapped(Type.BODY)
        self.column.addWidget(self.mark)
        self.column.addWidget(self.words)
        self.column.addStretch(1)

    def begin(self) -> None:
        """Look for the key; it is made where there is none."""
        self.mark.show_mark("working", translate("setup", "Asking the keyring …"), Tone.BUSY)
        self._asker.ask(self._find)

    def leave(self) -> None:
        """Ask nothing more."""
        self._asker.close()

    def _find(self) -> tuple[str, tuple[str, str] | None]:
        return self._home.keys.place, self._home.keys.warning()

    @Slot(object)
    def _show(self, found: tuple[str, tuple[str, str] | None]) -> None:
        place, warning = found
        if warning is None:
            self.mark.show_mark("key", translate("setup", "Kept in this user's keyring"), Tone.READY)
            self.words.setText(translate("setup", "Whoever can use this user's session can open recordings with it."))
            return
        where = {"file": translate("setup", "Kept in a file"), "nowhere": translate("setup", "Not to be had")}
        self.mark.show_mark("attention", where.get(place, place), Tone.WARN)
        self.words.setText(" ".join(warning))

    @Slot(object)
    def _show_trouble(self, reason: Reason) -> None:
        self.mark.show_mark("fault", translate("setup", "Not made"), Tone.FAULT)
        self.words.setText(f"{reason.what_happened} {reason.what_to_do}")


class RecoveryStep(Step):
    """Adds recovery keys."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            translate("setup", "Recovery keys"),
            translate("setup", "They open every recording without this machine. Have two, kept in two places."),
        )
        self.panel = RecoveryPanel(context)
        self.column.addWidget(self.panel, 1)

    def begin(self) -> None:
        """Show the list."""
        self.panel.refresh()
        self.panel.make.setFocus()

    def leave(self) -> None:
        """Ask nothing more, and forget what was shown."""
        self.panel.leave()


class SetupGuide(QFrame):
    """Stands over `over` from the first start until it is done or put off; in a try-out it only says that it is not.

    It comes up by itself when the bridge first tells of a station that still needs it, and for the first administrator
    alone when the session says that one is wanted. Whoever that is is signed in. `ended`: it has gone.
    """

    ended = Signal()

    def __init__(self, context: Context, over: QWidget) -> None:
        super().__init__(over)
        self._context, self._over = context, over
        self._asked = self._alone = False
        self.setObjectName("page")
        self.setAccessibleName(self.tr("First start"))
        self._asker = Asker("first-start", self)
        self._asker.answered.connect(self._show_wanted)
        self._asker.failed.connect(self._show_trouble)
        self._recovery = RecoveryStep(context)
        name, vault = NameStep(context), VaultStep(context)
        self._rows, self._admin = (name.row, vault.row), AdminStep(context)
        self.steps: tuple[Step, ...] = (name, vault, KeyStep(context), self._recovery, self._admin)
        self._admin.entered.connect(self._go_on)
        self._admin.made.connect(self._sign_in)
        self._recovery.panel.counted.connect(self._count)
        self._keys = 0
        for row in self._rows:
            row.edit.returnPressed.connect(self._go_on)
            row.saver.refused.connect(self._show_refused)
        self.stack = QStackedWidget()
        for step in self.steps:
            self.stack.addWidget(step)
        self.at, self.title, self.told = label(Type.SMALL, ink="muted"), label(Type.TITLE), wrapped(Type.SMALL)
        self.put_off, self.back = button(self.tr("Put it off")), button(self.tr("Back"))
        self.next = button(self.tr("Next"), main=True)
        self._lay_out()
        self.hide()
        over.installEventFilter(self)
        context.bridge.station_changed.connect(self._meet_station)
        context.session.first_wanted.connect(self.come_up_for_first)

    def _lay_out(self) -> None:
        self.panel = QFrame(self)
        self.panel.setObjectName("panel")
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_S)
        for part in (self.at, self.title):
            column.addWidget(part)
        column.addWidget(self.stack, 1)
        column.addWidget(self.told)
        acts = QHBoxLayout()
        acts.setSpacing(SPACE_S)
        acts.addWidget(self.put_off)
        acts.addStretch(1)
        acts.addWidget(self.back)
        acts.addWidget(self.next)
        column.addLayout(acts)
        self.put_off.clicked.connect(self._put_off)
        self.back.clicked.connect(self._go_back)
        self.next.clicked.connect(self._go_on)

    @Slot(object)
    def _meet_station(self, station: StationView) -> None:
        if self._asked:
            return
        self._asked = True
        if station.try_out:
            self._context.bridge.hear(Notice(self._context.clock(), SKIPPED))
        else:
            self._asker.ask(self._find)

    def _find(self) -> Settings | None:
        home = self._context.home
        return home.settings if setup.is_wanted(home) else None

    @Slot(object)
    def _show_wanted(self, settings: Settings | None) -> None:
        if settings is None:
            self.end()
            return
        for row in self._rows:
            row.show_settings(settings)
        self.come_up()

    @Slot(object)
    def _show_trouble(self, reason: Reason) -> None:
        self.told.setText(f"{reason.what_happened} {reason.what_to_do}")

    @Slot()
    def come_up(self) -> None:
        """Come up over everything, from the first step. What is below takes no key meanwhile."""
        self._come_up_at(0)

    @Slot()
    def come_up_for_first(self) -> None:
        """Come up with the step of the first administrator alone."""
        self._alone = True
        self._come_up_at(self.steps.index(self._admin))

    def _come_up_at(self, place: int) -> None:
        for one in self._below():
            one.setEnabled(False)
        self._place()
        self.show()
        self.raise_()
        self._show_step(place)

    @Slot()
    def end(self) -> None:
        """Go."""
        for one in self._below():
            one.setEnabled(True)
        self.hide()
        self._admin.forget()
        self._alone = False
        self.ended.emit()

    @Slot(object)
    def _sign_in(self, actor: Actor) -> None:
        """There are accounts from now on, and the first is signed in."""
        self.end()
        self._context.session.accounts = True
        self._context.session.sign_in(actor)

    def leave(self) -> None:
        """The window closes: ask nothing more."""
        self._asker.close()
        for step in self.steps:
            step.leave()

    def _below(self) -> list[QWidget]:
        kind, direct = QWidget, Qt.FindChildOption.FindDirectChildrenOnly
        return [one for one in self._over.findChildren(kind, options=direct) if one is not self]

    def _show_step(self, place: int) -> None:
        self._turn_to(place)
        self.steps[place].begin()

    def _turn_to(self, place: int) -> None:
        self.stack.setCurrentIndex(place)
        self.at.setText(self.tr("Step {at} of {of}").format(at=place + 1, of=len(self.steps)))
        self.title.setText(self.steps[place].title)
        self.at.setVisible(not self._alone)
        self.back.setVisible(place > 0 and not self._alone)
        self.put_off.setText(self.tr("Cancel") if self._alone else self.tr("Put it off"))
        self._tell_next()

    def _tell_next(self) -> None:
        step = self.stack.currentWidget()
        self.next.setText(self.tr("Make the account") if step is self._admin else self.tr("Next"))
        self.next.setEnabled(step is not self._recovery or self._keys >= WANTED)
        self.next.setToolTip("" if self.next.isEnabled() else self.tr("Two recovery keys are needed, or put it off."))

    @Slot()
    def _go_on(self) -> None:
        place = self.stack.currentIndex()
        if self.steps[place].end():
            self._show_step(place + 1)  # the last step never ends so: the account is made first

    @Slot()
    def _go_back(self) -> None:
        self._show_step(self.stack.currentIndex() - 1)

    @Slot()
    def _show_refused(self) -> None:
        """What was typed passed as words, but not when it was to be saved: back to it."""
        self._turn_to(next(place for place, row in enumerate(self._rows) if row.saver is self.sender()))

    @Slot()
    def _put_off(self) -> None:
        """Put the rest off; the recovery keys alone, where they are what is asked for."""
        step = self.stack.currentWidget()
        if self._alone:
            self.end()
        elif step is self._recovery:
            self._show_step(self.steps.index(self._admin))
        else:
            if step is not self._admin:
                self.steps[self.stack.currentIndex()].end()
            self._asker.ask(partial(_put_off, self._context))

    @Slot(int)
    def _count(self, keys: int) -> None:
        self._keys = keys
        self._tell_next()

    def _place(self) -> None:
        self.setGeometry(self._over.rect())
        width = min(FORM, self.width() - 2 * SPACE_XL)
        height = min(FORM * 5 // 8, self.height() - 2 * SPACE_XL)
        self.panel.setGeometry(QRect((self.width() - width) // 2, (self.height() - height) // 2, width, height))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the size of the window, and end with it."""
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        if watched is self._over and event.type() == QEvent.Type.Close:
            self.leave()
        return False


SKIPPED = Reason(
    "try-out",
    "This is a try-out with emulated cameras: the guided start is skipped.",
    "Nothing here is evidence. A real station is set up when Dockwarden is first started without --virtual.",
)


def _put_off(context: Context) -> None:
    setup.put_off(context.home)
