"""The Settings page: what a station may set, each saved at once, and its recovery keys."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.home import nearest_folder
from app.people.roles import Act
from app.settings import Settings
from app.snapshot import Reason, StationView
from app.ui.asker import Asker
from app.ui.marks import keyed, label
from app.ui.page import Context, Page
from app.ui.setup_fields import ChoiceRow, Folder, Gigabytes, Row, TextRow, heading
from app.ui.setup_recovery import RecoveryPanel, button, wrapped
from app.ui.tokens import CONTROL, FORM, SPACE_L, SPACE_M, SPACE_S, Type
from app.ui.words import translate

Known = tuple[Settings, int]
"""The settings as read, and the size of the vault's disk in bytes."""


class SettingsPage(Page):
    """Every setting in a row. `theme_chosen` carries "system", "light" or "dark" as soon as it is chosen."""

    NAME = "settings"

    theme_chosen = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._total = 0
        self._asker = Asker("settings", self)
        self._asker.answered.connect(self._show)
        self._asker.failed.connect(self._show_trouble)
        self.where = label(Type.SMALL, ink="muted")
        self.rows = make_rows(context, self._disk_size)
        self.recovery = RecoveryPanel(context)
        self.try_out = wrapped(
            Type.BODY,
            self.tr(
                "This is a try-out with emulated cameras: it needs no recovery keys, and the guided start is skipped."
            ),
        )
        self.try_out.hide()
        self.locked = wrapped(
            Type.BODY,
            self.tr(
                "Settings are changed by a technician or an administrator who has signed in; recovery keys by an "
                "administrator with a FIDO2 key or a second person."
            ),
        )
        self.locked.hide()
        self.first = button(self.tr("Make the first administrator\N{HORIZONTAL ELLIPSIS}"))
        self.first.clicked.connect(context.session.first_wanted)
        self.people = panel(
            self.tr("People"),
            wrapped(
                Type.BODY,
                self.tr(
                    "Nobody has an account here yet: whoever sits here may do everything, as this computer's user."
                ),
            ),
            self.first,
        )
        self.people.hide()
        self._lay_out()
        for row in self.rows.values():
            row.changed.connect(self._changed)
        for text, key, act in (
            (self.tr("Make a recovery key for paper"), "Ctrl+Shift+K", self.recovery.begin_make),
            (self.tr("Add a recovery key made elsewhere"), "Ctrl+Shift+A", self.recovery.begin_add),
        ):
            action = keyed(QAction(text, self), key)
            action.triggered.connect(act)
            self.addAction(action)
        context.session.changed.connect(self._allow)
        context.bridge.station_changed.connect(self._show_station)

    def come_up(self, what: object) -> None:
        """Show the settings as they are now. `what` may name a setting, whose field gets the keyboard."""
        self._asker.ask(self._read)
        self.recovery.refresh()
        row = self.rows.get(str(what))
        if isinstance(row, TextRow):
            row.edit.setFocus()

    def leave(self) -> None:
        """Save what is being typed, if it fits, and ask nothing more."""
        self._asker.close()
        self.recovery.leave()
        for row in self.rows.values():
            row.close_saver()

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setObjectName("page")
        column = QVBoxLayout(inside)
        column.setContentsMargins(SPACE_L, 14, SPACE_L, SPACE_L)
        column.setSpacing(SPACE_M)
        head = QHBoxLayout()
        head.setSpacing(SPACE_M)
        title = label(Type.TITLE, self.title())
        title.setFixedHeight(CONTROL)  # where the other pages have their titles, beside a control
        head.addWidget(title)
        head.addWidget(self.where, 1)
        column.addLayout(head)
        column.addWidget(self.locked)
        column.addWidget(self.people)
        for name, fields in (
            (self.tr("Station"), (*_told(), "theme")),
            (self.tr("Shifts and training"), _told_of_custody()),
            (self.tr("E-mail"), _told_of_mail()),
            (self.tr("Witnesses of the ledger"), _told_of_witnesses()),
        ):
            column.addWidget(panel(name, *(self.rows[field] for field in fields)))
        column.addWidget(panel(self.tr("Recovery keys"), self.try_out, self.recovery))
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inside)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self._scroll)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._keep_in_sight)

    @Slot("QWidget*", "QWidget*")
    def _keep_in_sight(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Where the keyboard is can be seen, whatever brought it there."""
        if now is not None and self._scroll.isAncestorOf(now):
            self._scroll.ensureWidgetVisible(now)

    def _disk_size(self) -> int:
        return self._total

    def _read(self) -> Known:
        home = self.context.home
        return home.settings, disk_size(home.vault_folder_of(home.settings))

    @Slot(object)
    def _show(self, known: Known) -> None:
        settings, self._total = known
        self.where.setText(self.tr("Kept in {file}").format(file=self.context.home.settings_file))
        for row in self.rows.values():
            row.show_settings(settings)

    @Slot(object)
    def _show_trouble(self, reason: Reason) -> None:
        self.where.setText(f"{reason.what_happened} {reason.what_to_do}")

    @Slot(object)
    def _changed(self, settings: Settings) -> None:
        before = self.rows["theme"].settings.theme
        for row in self.rows.values():
            row.show_settings(settings)
        if self.sender() is self.rows["theme"] or before != settings.theme:
            self.context.theme.force(settings.theme)
            self.theme_chosen.emit(settings.theme)

    @Slot()
    def _allow(self) -> None:
        """Let be changed what who is signed in may change; the theme is everybody's."""
        session, asked = self.context.session, (Act.CHANGE_SETTINGS, Act.PROVE_KEYS, Act.CHANGE_KEYS)
        settings, proofs, keys = (not session.accounts or session.may(act) for act in asked)
        for name, row in self.rows.items():
            row.setEnabled(settings or name == "theme")
        self.recovery.setEnabled(proofs)
        for action in self.actions():
            action.setEnabled(proofs)
        self.locked.setVisible(not (settings and keys))
        if session.accounts:
            self.people.hide()

    @Slot(object)
    def _show_station(self, station: StationView) -> None:
        self.try_out.setVisible(station.try_out)
        self.recovery.setVisible(not station.try_out)
        self.people.setVisible(not station.try_out and not station.accounts)


def disk_size(folder: Path) -> int:
    """The size of the file system that holds this folder, in bytes; 0 where it cannot be told."""
    try:
        return shutil.disk_usage(nearest_folder(folder)).total
    except OSError:
        return 0


def panel(name: str, *parts: QWidget) -> QFrame:
    """A panel with its name above its parts."""
    made = QFrame()
    made.setObjectName("panel")
    made.setMaximumWidth(FORM)
    column = QVBoxLayout(made)
    column.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_L)
    column.setSpacing(SPACE_S)
    column.addWidget(heading(name))
    for part in parts:
        column.addWidget(part)
    return made


def make_rows(context: Context, total: Callable[[], int]) -> dict[str, Row]:
    """A row for every setting, by its field."""
    special = {"vault_folder": Folder(context.home), "free_space_floor": Gigabytes(total)}
    told = _told() | _told_of_custody() | _told_of_mail() | _told_of_witnesses()
    rows: dict[str, Row] = {
        field: TextRow(context, field, name, hint, special.get(field)) for field, (name, hint) in told.items()
    }
    themes = {
        "system": translate("settings", "As the system"),
        "light": translate("settings", "Light"),
        "dark": translate("settings", "Dark"),
    }
    colours, hint = translate("settings", "Colours"), translate("settings", "Taken at once.")
    return rows | {"theme": ChoiceRow(context, "theme", colours, hint, themes)}


def _told() -> dict[str, tuple[str, str]]:
    """What people call each setting that is typed, and what is said beside it."""
    floor = translate(
        "settings", "Copying stops before the vault's disk has less than this. Empty: 2 %, at most 20 GB."
    )
    hours = translate("settings", "So long a sealed recording stays on its camera, 0 to 720. 0: released at once.")
    return {
        "station_name": (
            translate("settings", "Name of the station"),
            translate("settings", "At the top of every page and on printed sheets."),
        ),
        "vault_folder": (
            translate("settings", "Vault folder"),
            translate("settings", "Where sealed recordings are kept: a full path."),
        ),
        "parallel_lanes": (
            translate("settings", "Cameras at once"),
            translate("settings", "1 to 64 are copied from at the same time."),
        ),
        "free_space_floor": (translate("settings", "Leave free, in GB"), floor),
        "keep_on_camera_hours": (translate("settings", "Keep on camera, in hours"), hours),
        "ready_battery_percent": (
            translate("settings", "Ready from, in %"),
            translate("settings", "The charge from which a camera is ready."),
        ),
    }


def _told_of_custody() -> dict[str, tuple[str, str]]:
    """The same of what custody goes by."""
    shifts = translate("settings", "Early 06:00-14:00, with commas between; for one cohort Nights 19:00-07:00 #armed.")
    longest = translate("settings", "When a camera should be back where no shift fits, 1 to 72.")
    lasts = translate("settings", "Without it in date nobody is given a camera. 0: without end.")
    return {
        "shifts": (translate("settings", "Shifts"), shifts),
        "longest_shift_hours": (translate("settings", "Longest shift, in hours"), longest),
        "late_after_minutes": (
            translate("settings", "Late after, in minutes"),
            translate("settings", "So long after the end of its shift a camera is late, 0 to 1440."),
        ),
        "training_lasts_days": (translate("settings", "Training lasts, in days"), lasts),
    }


def _told_of_mail() -> dict[str, tuple[str, str]]:
    """The same of how alerts are sent."""
    port = translate("settings", "25 for most; 465 is encrypted from the first byte, others as soon as the server can.")
    return {
        "smtp_host": (
            translate("settings", "Mail server"),
            translate("settings", "Such as mail.example.org. Empty: no e-mail is sent."),
        ),
        "smtp_port": (translate("settings", "Its port"), port),
        "smtp_from": (
            translate("settings", "E-mail comes from"),
            translate("settings", "Empty: from the first of those who are told."),
        ),
        "alert_to": (
            translate("settings", "Who is told by e-mail"),
            translate("settings", "Of late cameras, each once. Addresses, with commas between."),
        ),
    }


def _told_of_witnesses() -> dict[str, tuple[str, str]]:
    """The same of who keeps the ledger honest."""
    certificate = translate("settings", "A PEM file of the time stamping authority, as a full path.")
    return {
        "witness_folder": (
            translate("settings", "Shared folder"),
            translate("settings", "Where this station and its witnesses meet: a full path. Empty: nobody is asked."),
        ),
        "witness_keys": (
            translate("settings", "Their keys"),
            translate("settings", "The keys of the witnesses, with spaces between."),
        ),
        "tsa_certificate": (translate("settings", "Time stamps: certificate"), certificate),
        "witness_hours": (
            translate("settings", "Warn after, in hours"),
            translate("settings", "So long without a witness is amber, 1 to 8760."),
        ),
    }
