"""Recovery keys in the window: the list, adding one, making one for paper, proving one. Used by settings and guide."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import recovery
from app.home import Home
from app.keys import Recovery
from app.people.roles import Act
from app.people.values import Actor
from app.recovery import TYPED, WANTED, Standing
from app.snapshot import Reason
from app.ui.asker import Asker
from app.ui.marks import Mark, label
from app.ui.page import Context
from app.ui.session import Session
from app.ui.setup_paper import QrCode, grouped, print_sheet, sheet_words
from app.ui.tokens import CONTROL, FIELD, SPACE_M, SPACE_S, Tone, Type, font
from app.ui.words import counted, moment, translate, utc
from app.vault.age import Identity


def short(recipient: str) -> str:
    """A recipient as far as people compare it."""
    return f"{recipient[:11]}…{recipient[-6:]}"


def button(words: str, *, main: bool = False) -> QPushButton:
    """A button; the main act of a form is in the accent's colour."""
    made = QPushButton(words)
    made.setFont(font(Type.BODY))
    made.setProperty("main", "true" if main else "false")
    made.setAutoDefault(True)
    return made


def field(name: str, width: int = FIELD) -> QLineEdit:
    """A field with its name inside while it is empty."""
    made = QLineEdit()
    made.setFont(font(Type.BODY))
    made.setFixedHeight(CONTROL)
    made.setMinimumWidth(width)
    made.setPlaceholderText(name)
    made.setAccessibleName(name)
    return made


def wrapped(kind: Type, text: str = "", ink: str = "") -> QLabel:
    """A label that may take several lines."""
    made = label(kind, text, ink=ink)
    made.setWordWrap(True)
    return made


class Form(QWidget):
    """A step with acts below it. `done` leaves it; `told` is where trouble is said."""

    done = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._act: QPushButton | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(SPACE_M)
        self.told = wrapped(Type.SMALL, ink=Tone.FAULT)
        self.told.hide()
        self.cancel = button(self.tr("Back to the list"))
        self.cancel.clicked.connect(self.give_up)

    def lay_acts(self, *acts: QPushButton) -> None:
        """Put the acts below, the way back last."""
        self.column.addWidget(self.told)
        line = QHBoxLayout()
        line.setSpacing(SPACE_S)
        for act in (*acts, self.cancel):
            line.addWidget(act)
        line.addStretch(1)
        self.column.addLayout(line)
        self.column.addStretch(1)

    @Slot()
    def give_up(self) -> None:
        """Leave the form."""
        self.done.emit()

    def ask(self, asker: Asker, act: QPushButton, needs: Act, question: Callable[..., object]) -> None:
        """Do an act, once at a time; `question` is given the `actor` in whose name it is asked."""
        if act.isEnabled() and self._session.allows(needs):
            act.setEnabled(False)
            self._act = act
            asker.ask(partial(question, actor=self._session.acting))

    @Slot(object)
    def tell(self, reason: Reason) -> None:
        """Say trouble where the act was tried."""
        self.free()
        self.told.setText(f"{reason.what_happened} {reason.what_to_do}")
        self.told.show()

    def free(self) -> None:
        """The act is over: it may be done again."""
        self.told.hide()
        if self._act is not None:
            self._act.setEnabled(True)


class AddForm(Form):
    """Adds a recipient that was made elsewhere. `added` carries it."""

    added = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__(context.session)
        self._home = context.home
        self._asker = Asker("add-recovery", self)
        self._asker.answered.connect(self.added)
        self._asker.failed.connect(self.tell)
        self.recipient = field(self.tr("Recipient, age1…"))
        self.label = field(self.tr("Whose it is, or where its secret is kept"))
        self.column.addWidget(
            wrapped(
                Type.BODY,
                self.tr("Made elsewhere with age-keygen. Paste its public half; the secret never comes here."),
            )
        )
        self.column.addWidget(self.recipient)
        self.column.addWidget(self.label)
        self.add = button(self.tr("Add"), main=True)
        self.add.clicked.connect(self.commit)
        self.recipient.returnPressed.connect(self.label.setFocus)
        self.label.returnPressed.connect(self.commit)
        self.lay_acts(self.add)

    def begin(self) -> None:
        """Start with empty fields."""
        self.recipient.clear()
        self.label.clear()
        self.free()
        self.recipient.setFocus()

    @Slot()
    def commit(self) -> None:
        """Add what stands in the fields."""
        add = partial(recovery.add, self._home, self.recipient.text(), self.label.text())
        self.ask(self._asker, self.add, Act.CHANGE_KEYS, add)

    def close_asker(self) -> None:
        """The window closes."""
        self._asker.close()


class ProveForm(Form):
    """Has a recipient's holder open a sealed test file, and takes the word that was in it."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.session)
        self._home = context.home
        self._recipient = ""
        self._writer, self._prover = Asker("recovery-test", self), Asker("prove-recovery", self)
        self._writer.answered.connect(self._written)
        self._prover.answered.connect(self._proved)
        for asker in (self._writer, self._prover):
            asker.failed.connect(self.tell)
        self.what = wrapped(Type.BODY)
        self.write = button(self.tr("Write the test file…"))
        self.write.clicked.connect(self._choose_file)
        self.how = wrapped(Type.SMALL, ink="muted")
        self.word = field(self.tr("The word inside"))
        self.word.returnPressed.connect(self.commit)
        self.prove = button(self.tr("Prove"), main=True)
        self.prove.clicked.connect(self.commit)
        for one in (self.what, self.write, self.how, self.word):
            self.column.addWidget(one, 0, Qt.AlignmentFlag.AlignLeft if one is self.write else Qt.AlignmentFlag(0))
        self.lay_acts(self.prove)

    def begin(self, one: Standing) -> None:
        """Prove this one."""
        self._recipient = one.recipient
        self.what.setText(
            self.tr("To prove {label}, a test file is sealed to it alone, with one word inside.").format(
                label=one.label or short(one.recipient)
            )
        )
        waits = self.tr("A test file waits for its word. Another one may be written; the earlier counts no more then.")
        self.how.setText(waits if one.tested else self.tr("Take the file to where the secret is kept."))
        self.word.clear()
        self.free()
        (self.word if one.tested else self.write).setFocus()

    @Slot()
    def _choose_file(self) -> None:
        name, _kind = QFileDialog.getSaveFileName(self, self.tr("Write the test file"), "recovery-test.age")
        if name:
            self.write_to(Path(name))

    def write_to(self, path: Path) -> None:
        """Write the test file here."""
        write = partial(_write_test, self._home, self._recipient, path)
        self.ask(self._writer, self.write, Act.PROVE_KEYS, write)

    @Slot(object)
    def _written(self, path: Path) -> None:
        self.free()
        self.how.setText(
            self.tr("Written: {path}. Its holder opens it with  age -d -i key.txt {name}  and tells the word.").format(
                path=path, name=path.name
            )
        )
        self.word.setFocus()

    @Slot()
    def commit(self) -> None:
        """Take the word."""
        if self.word.text().strip():
            prove = partial(recovery.prove_word, self._home, self._recipient, self.word.text())
            self.ask(self._prover, self.prove, Act.PROVE_KEYS, prove)

    @Slot(object)
    def _proved(self, _nothing: object) -> None:
        self.done.emit()

    def close_asker(self) -> None:
        """The window closes."""
        self._writer.close()
        self._prover.close()


def _write_test(home: Home, recipient: str, path: Path, actor: Actor | None) -> Path:
    recovery.write_test(home, recipient, path, actor)
    return path


class MakeForm(Form):
    """Makes a key, shows it once, has its end read back from the paper, and forgets it."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.session)
        self._context = context
        self._identity: Identity | None = None
        self._asker = Asker("make-recovery", self)
        self._asker.answered.connect(self._proved)
        self._asker.failed.connect(self.tell)
        self.what = wrapped(Type.BODY)
        self.label = field(self.tr("Where its paper will be kept"))
        self.secret = label(Type.CODE)
        self.secret.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.secret.setAccessibleName(self.tr("The secret key, to be put on paper"))
        self.qr = QrCode()
        self.typed = field(self.tr("Its last {count} characters, from the paper").format(count=TYPED))
        self.make, self.printed = button(self.tr("Make the key"), main=True), button(self.tr("Print…"))
        self.on_paper, self.prove = button(self.tr("It is on paper"), main=True), button(self.tr("Prove"), main=True)
        for one in (self.what, self.label, self.secret, self.qr, self.typed):
            self.column.addWidget(one)
        self.lay_acts(self.make, self.printed, self.on_paper, self.prove)
        self.make.clicked.connect(self._show)
        self.label.returnPressed.connect(self._show)
        self.printed.clicked.connect(self._print)
        self.on_paper.clicked.connect(self._hide)
        self.prove.clicked.connect(self.commit)
        self.typed.returnPressed.connect(self.commit)

    def begin(self) -> None:
        """Ask where the paper will be."""
        self.forget()
        self.label.clear()
        self._step(
            self.tr("A new key is shown here once, for paper. This machine does not keep it."), self.label, self.make
        )

    def _step(self, what: str, *shown: QWidget) -> None:
        self.what.setText(what)
        self.free()
        for one in (self.label, self.secret, self.qr, self.typed, self.make, self.printed, self.on_paper, self.prove):
            one.setVisible(one in shown)
        (self.printed if self.printed in shown else shown[0]).setFocus()

    @Slot()
    def _show(self) -> None:
        self._identity = recovery.make()
        secret = self._identity.secret_text()
        self.secret.setText(grouped(secret))
        self.qr.show_text(secret)
        what = self.tr(
            "Print this, or copy it by hand, every character. A printer's memory may keep what it printed. "
            "When you go on it is not shown again."
        )
        self._step(what, self.secret, self.qr, self.printed, self.on_paper)

    @Slot()
    def _print(self) -> None:
        if self._identity is not None:
            told = sheet_words(
                self._context.home.settings.station_name,
                self.label.text().strip(),
                str(self._identity.recipient),
                self._context.clock(),
            )
            print_sheet(self, self._identity.secret_text(), told)

    @Slot()
    def _hide(self) -> None:
        self._wipe()
        what = self.tr("Read it back from the paper: the last {count} characters, or the whole key from a scanner.")
        self._step(what.format(count=TYPED), self.typed, self.prove)

    @Slot()
    def commit(self) -> None:
        """Prove the key by its paper and by a test recording, and add it."""
        if self._identity is not None and self.typed.text().strip():
            home, label_, typed = self._context.home, self.label.text(), self.typed.text()
            prove = partial(recovery.prove_here, home, self._identity, label_, typed)
            self.ask(self._asker, self.prove, Act.CHANGE_KEYS, prove)

    @Slot(object)
    def _proved(self, _added: object) -> None:
        self.give_up()

    @Slot()
    def give_up(self) -> None:
        """Forget the key and leave."""
        self.forget()
        super().give_up()

    def hideEvent(self, event: QHideEvent) -> None:
        """Whoever goes elsewhere leaves no secret behind; a window made small is still theirs."""
        if not event.spontaneous():
            self.forget()

    def forget(self) -> None:
        """Keep nothing of the key. What the memory of this machine still has of it cannot be told."""
        self._wipe()
        self.typed.setText("•" * len(self.typed.text()))
        self.typed.clear()
        self._identity = None

    def _wipe(self) -> None:
        self.secret.setText("•" * len(self.secret.text()))
        self.secret.clear()
        self.qr.show_text("")

    def close_asker(self) -> None:
        """The window closes."""
        self.forget()
        self._asker.close()


class KeyLine(QFrame):
    """One recovery key in the list. `asked` says that it is to be proved."""

    asked = Signal(object)

    def __init__(self, one: Standing, context: Context) -> None:
        super().__init__()
        self._one = one
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_M)
        mark = Mark(context.theme, Type.SMALL_STRONG)
        looks = (
            ("ready", self.tr("Proved"), Tone.READY)
            if one.proved
            else ("attention", self.tr("Not yet proved"), Tone.WARN)
        )
        mark.show_mark(*looks)
        mark.setMinimumWidth(128)
        name = label(Type.STRONG, one.label or short(one.recipient))
        name.setToolTip(one.recipient)
        added = self.tr("{recipient}, added {when}").format(
            recipient=short(one.recipient), when=moment(one.added, context.clock())
        )
        when = label(Type.SMALL, added, ink="muted")
        when.setToolTip(f"{one.recipient}\n{utc(one.added)}")
        row.addWidget(mark)
        row.addWidget(name)
        row.addWidget(when)
        row.addStretch(1)
        self.prove = button(self.tr("Prove…"))
        self.prove.setAccessibleName(self.tr("Prove {label}").format(label=name.text()))
        self.prove.clicked.connect(self._ask)
        row.addWidget(self.prove)
        self.prove.setVisible(not one.proved)  # in its row by now: before, it would come up as a window of its own
        self.setMinimumHeight(CONTROL)

    @Slot()
    def _ask(self) -> None:
        self.asked.emit(self._one)


class RecoveryPanel(QStackedWidget):
    """The list of recovery keys and its forms, one at a time. `counted` says how many keys there are."""

    counted = Signal(int)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._asker = Asker("recovery-keys", self)
        self._asker.answered.connect(self._show_keys)
        self._asker.failed.connect(self._show_trouble)
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_S)
        self.sentence = wrapped(Type.BODY)
        self.make, self.add = button(self.tr("Make one for paper")), button(self.tr("Add one made elsewhere"))
        self.lines: list[KeyLine] = []
        self._lay_out()
        self.make_form, self.add_form, self.prove_form = MakeForm(context), AddForm(context), ProveForm(context)
        self._parts = (self._list, self.make_form, self.add_form, self.prove_form)
        for part in self._parts:
            self.addWidget(part)
        self.currentChanged.connect(self._fit)
        self._fit(0)
        for form in (self.make_form, self.add_form, self.prove_form):
            form.done.connect(self.refresh)
        self.add_form.added.connect(self._added)
        self.make.clicked.connect(self.begin_make)
        self.add.clicked.connect(self.begin_add)

    def _lay_out(self) -> None:
        acts = QHBoxLayout()
        acts.setSpacing(SPACE_S)
        acts.addWidget(self.make)
        acts.addWidget(self.add)
        acts.addStretch(1)
        self._column.addWidget(self.sentence)
        self._column.addLayout(acts)
        self._column.addStretch(1)

    @Slot(int)
    def _fit(self, shown: int) -> None:
        """Be as high as what is shown."""
        for place, part in enumerate(self._parts):
            vertical = QSizePolicy.Policy.Preferred if place == shown else QSizePolicy.Policy.Ignored
            part.setSizePolicy(QSizePolicy.Policy.Preferred, vertical)
        self.updateGeometry()

    @Slot()
    def refresh(self) -> None:
        """Show the list as it is now."""
        self.setCurrentWidget(self._list)
        self._asker.ask(partial(recovery.standings, self._context.home))

    def leave(self) -> None:
        """The window closes."""
        self._asker.close()
        for form in (self.make_form, self.add_form, self.prove_form):
            form.close_asker()

    @Slot(object)
    def _show_keys(self, found: tuple[Standing, ...]) -> None:
        for line in self.lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.lines = [KeyLine(one, self._context) for one in found]
        for place, line in enumerate(self.lines):
            line.asked.connect(self._prove)
            self._column.insertWidget(1 + place, line)
        self.sentence.setText(sentence(found))
        self.counted.emit(len(found))

    @Slot(object)
    def _show_trouble(self, reason: Reason) -> None:
        self.sentence.setText(f"{reason.what_happened} {reason.what_to_do}")

    @Slot()
    def begin_make(self) -> None:
        """Make a key for paper."""
        self.setCurrentWidget(self.make_form)
        self.make_form.begin()

    @Slot()
    def begin_add(self) -> None:
        """Add a key that was made elsewhere."""
        self.setCurrentWidget(self.add_form)
        self.add_form.begin()

    @Slot(object)
    def _prove(self, one: Standing) -> None:
        self.setCurrentWidget(self.prove_form)
        self.prove_form.begin(one)

    @Slot(object)
    def _added(self, added: Recovery) -> None:
        self._prove(Standing(added.recipient, added.label, added.added, proved=False, tested=False))


def sentence(found: tuple[Standing, ...]) -> str:
    """How the station stands, in a sentence."""
    if not found:
        return translate(
            "recovery",
            "No recovery key yet: what is sealed here is lost if this machine or its key is. Have two, in two places.",
        )
    proved = sum(one.proved for one in found)
    keys = counted(len(found), translate("recovery", "1 recovery key"), translate("recovery", "%1 recovery keys"))
    text = translate("recovery", "{keys}, {proved} of them proved.").format(keys=keys, proved=proved)
    more = translate("recovery", "One more is wanted, kept in another place.") if len(found) < WANTED else ""
    return f"{text} {more}".strip()
