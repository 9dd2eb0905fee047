"""The viewer of one recording: its small picture, and once it is played and that is logged, the recording itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from app.errors import Trouble
from app.home import Home
from app.media.player import FASTEST_HEARD, Player
from app.media.stage import Stage
from app.people.acting import name_for, name_here
from app.people.roles import Act
from app.people.values import Actor
from app.records import RecordingFacts
from app.snapshot import Reason
from app.thumbnails import Small, Thumbnails
from app.times import corrected
from app.ui import icons
from app.ui.asker import Asker
from app.ui.marks import keyed
from app.ui.page import Context
from app.ui.tokens import ICON, SPACE_S, SPACE_XS, VIEWER_MIN, Type, font
from app.ui.viewer_screen import Screen
from app.ui.viewer_wave import Wave
from app.ui.words import DOT

TICK_MS = 15
JUMP_S = 5.0
SPEEDS = (0.5, 1.0, 1.5, 2.0, 4.0, 8.0)


class NotSealed(Trouble):
    """A recording that the vault does not hold."""

    code = "not-sealed"
    what_to_do = "It can be played once it is copied and sealed. Dock its camera again."


@dataclass(frozen=True, slots=True)
class _Still:
    """A recording's small picture, None without one, and how much of it lies before the button was pressed."""

    small: Small | None
    before_s: int


class _Tool(QPushButton):
    """A small button with a shape. The space bar presses it, whatever else that key does around it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("tool", "true")
        self.setIconSize(QSize(ICON, ICON))
        self.setFont(font(Type.SMALL_STRONG))

    def event(self, event: QEvent) -> bool:
        """Keep the space bar."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Space
        ):
            event.accept()
            return True
        return super().event(event)


class _FullScreen(QWidget):
    """The whole screen, for the viewer's stand. Closing it gives the stand back."""

    def __init__(self, viewer: Viewer) -> None:
        super().__init__(viewer, Qt.WindowType.Window)
        self._viewer = viewer
        self.setObjectName("page")
        self.setWindowTitle(self.tr("Recording"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, SPACE_S)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves it."""
        if event.key() == Qt.Key.Key_Escape:
            self._viewer.leave_full_screen()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Closed by the window's system: the stand goes back first."""
        if event.type() == QEvent.Type.Close:
            self._viewer.leave_full_screen()
        return super().event(event)


class Viewer(QWidget):
    """Shows one recording, and plays it once that is logged. Its acts are its QActions.

    `player` plays it, None until then; `opened` says that its opening stands in the ledger and it plays.
    """

    opened = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._stage = Stage()
        self._thumbnails: Thumbnails | None = None
        self._facts: RecordingFacts | None = None
        self.player: Player | None = None
        self._muted = self._warmed = False
        self._full: _FullScreen | None = None
        self.setMinimumWidth(VIEWER_MIN[0] // 2)
        self.setAccessibleName(self.tr("Viewer"))
        self.stand = QWidget()
        self.screen_ = Screen(context.theme)
        self.wave = Wave(context.theme)
        self.screen_.pressed.connect(self.toggle)
        self.wave.sought.connect(self.seek)
        self._asker = Asker("viewer", self)
        self._asker.answered.connect(self._take)
        self._asker.failed.connect(self._refuse)
        self._ticks = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._ticks.timeout.connect(self._tick)
        self._make_acts()
        self._lay_out()
        context.theme.changed.connect(self._draw_shapes)
        context.session.changed.connect(self._lock)
        self._draw_shapes()
        self._enable()

    @property
    def busy(self) -> bool:
        """Whether something is still being looked up or opened."""
        return self._asker.waiting

    # -- what is shown -----------------------------------------------------------------------------------------------

    def show_recording(self, facts: RecordingFacts | None) -> None:
        """Show this recording's small picture and the button that plays it; None shows nothing."""
        if facts is not None and self._facts is not None and facts.id == self._facts.id:
            return
        self._facts = facts
        self._forget_player()
        self.screen_.show_still(None)
        self.screen_.invite(inviting=facts is not None)
        self.wave.show_recording(facts.seconds if facts else None)
        self._burn_in(0.0)
        self._enable()
        self._asker.ask(partial(self._look_up, facts))

    def leave(self) -> None:
        """The window closes: end the player and its child."""
        self.leave_full_screen()
        self._asker.close()
        self._ticks.stop()
        self.player = None
        self._stage.close()

    def _look_up(self, facts: RecordingFacts | None) -> _Still:
        """Make ready for the next viewing, and find the small picture. On the worker."""
        self._stage.end()
        self._stage.warm()
        if facts is None:
            return _Still(None, 0)
        home = self._context.home
        if self._thumbnails is None:
            self._thumbnails = Thumbnails(home)
        kept = (one.footage.pre_record_s for one in home.models if one.name == facts.model_file)
        return _Still(self._thumbnails.picture(facts.id), next(kept, 0))

    def _burn_in(self, at: float) -> None:
        facts = self._facts
        if facts is None:
            self.screen_.burn_in((), "")
            return
        viewed = f"{self._context.clock().astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
        viewer = name_here(self._context.session.actor)
        above = DOT.join((self.tr("OFFICIAL"), self.tr("viewing is logged"), viewer))
        self.screen_.burn_in((above, self.tr("viewed {time}").format(time=viewed)), _made_at(facts, at))

    # -- acts --------------------------------------------------------------------------------------------------------

    @Slot()
    def toggle(self) -> None:
        """Play or pause. The first time the viewing is logged before anything is opened."""
        if self.player is not None and self.player.trouble is None:
            if self.player.playing:
                self.player.pause()
            else:
                self.player.play()
            self._tick()
        elif self._facts is not None and not self._ticks.isActive():
            self._start(self._facts)

    @Slot(float)
    def seek(self, seconds: float) -> None:
        """Go to another moment."""
        if self.player is not None:
            self.player.seek(seconds)

    @Slot()
    def go_back(self) -> None:
        """Five seconds back."""
        self._jump(-JUMP_S)

    @Slot()
    def go_on(self) -> None:
        """Five seconds on."""
        self._jump(JUMP_S)

    @Slot()
    def step_back(self) -> None:
        """One picture back."""
        self._step(-1)

    @Slot()
    def step_on(self) -> None:
        """One picture on."""
        self._step(1)

    @Slot()
    def slower(self) -> None:
        """The next lower speed."""
        self._set_speed(next((one for one in reversed(SPEEDS) if one < self._speed), SPEEDS[0]))

    @Slot()
    def faster(self) -> None:
        """The next higher speed."""
        self._set_speed(next((one for one in SPEEDS if one > self._speed), SPEEDS[-1]))

    @Slot()
    def toggle_sound(self) -> None:
        """Be unheard, or heard again."""
        self._muted = not self._muted
        if self.player is not None:
            self.player.mute(muted=self._muted)
        self._draw_shapes()

    @Slot()
    def toggle_full_screen(self) -> None:
        """Fill the screen, or go back into the pane."""
        if self._full is not None:
            self.leave_full_screen()
            return
        self._full = _FullScreen(self)
        self._column.removeWidget(self.stand)
        full = self._full.layout()
        assert full is not None, "made with one"
        full.addWidget(self.stand)
        for act in self.actions():
            self._full.addAction(act)
        self._full.showFullScreen()
        self.screen_.setFocus()

    @Slot()
    def leave_full_screen(self) -> None:
        """Go back into the pane."""
        if self._full is not None:
            full, self._full = self._full, None
            self._column.insertWidget(0, self.stand)
            full.close()
            full.deleteLater()

    # -- the player --------------------------------------------------------------------------------------------------

    def _start(self, facts: RecordingFacts) -> None:
        session = self._context.session
        if not session.allows(Act.VIEW_FOOTAGE):
            return
        self.screen_.show_words(None)
        self.screen_.invite(inviting=False)
        self._ticks.start()
        self._warmed = False
        self._asker.ask(
            partial(open_to_play, self._context.home, self._stage, facts, self.screen_.pixels(), session.acting)
        )

    @Slot(object)
    def _take(self, answer: object) -> None:
        if isinstance(answer, _Still):
            self.wave.show_before(answer.before_s)
            self.screen_.show_still(answer.small)
            self.screen_.invite(inviting=self._facts is not None)
        elif isinstance(answer, Player):
            self.player = answer
            answer.mute(muted=self._muted)
            if self._seen:
                answer.play()
            else:
                self._ticks.stop()
            self._enable()
            self._tick()
            self.opened.emit()

    @Slot()
    def _lock(self) -> None:
        """Nobody is signed in any more: what plays is put away."""
        session = self._context.session
        if session.accounts and session.actor is None and self._facts is not None:
            facts, self._facts = self._facts, None
            self.show_recording(facts)

    @Slot(object)
    def _refuse(self, reason: Reason) -> None:
        self._forget_player()
        self.screen_.show_words(reason)

    def _forget_player(self) -> None:
        """Let go of the player at once; the worker ends it."""
        self._ticks.stop()
        if self.player is not None:
            self.player.pause()
            self.player = None
        self.screen_.show_words(None)
        self._enable()

    @Slot()
    def _tick(self) -> None:
        player = self.player
        if player is None:
            return
        shown = player.due()
        if shown is not None:
            self.screen_.show_picture(shown)
            self._warm_next()
        at = player.position
        self.wave.show_position(at)
        self._burn_in(at)
        self._show_news(player)
        if player.trouble is not None:
            self._asker.ask(self._stage.end)
            self._refuse(player.trouble)

    def _show_news(self, player: Player) -> None:
        """Show what has become known of the recording."""
        if player.seconds is not None:
            self.wave.show_length(player.seconds)
        if player.peaks is not None:
            self.wave.show_peaks(player.peaks)
        self.wave.show_stop(player.stops_at)
        self.wave.setToolTip(f"{player.damage.what_happened} {player.damage.what_to_do}" if player.damage else "")
        self.screen_.invite(inviting=player.ended)
        if self._shown_state != self._state(player):
            self._enable()

    def _warm_next(self) -> None:
        """Once something is seen, have a child ready for the next recording."""
        if not self._warmed:
            self._warmed = True
            self._asker.ask(self._stage.warm)

    @property
    def _speed(self) -> float:
        return self.player.speed if self.player is not None else 1.0

    def _set_speed(self, speed: float) -> None:
        if self.player is not None:
            self.player.set_speed(speed)
            self._enable()

    def _jump(self, seconds: float) -> None:
        if self.player is not None:
            self.player.seek(self.player.position + seconds)

    def _step(self, pictures: int) -> None:
        if self.player is not None:
            self.player.step(pictures)

    # -- how it looks ------------------------------------------------------------------------------------------------

    def _make_acts(self) -> None:
        rows = (
            ("play", self.tr("Play or pause"), "Space", self.toggle),
            ("back", self.tr("5 seconds back"), "Left", self.go_back),
            ("step-back", self.tr("One picture back"), ",", self.step_back),
            ("step-on", self.tr("One picture on"), ".", self.step_on),
            ("on", self.tr("5 seconds on"), "Right", self.go_on),
            ("slower", self.tr("Play slower"), "[", self.slower),
            ("faster", self.tr("Play faster"), "]", self.faster),
            ("sound", self.tr("Sound on or off"), "M", self.toggle_sound),
            ("full-screen", self.tr("Full screen or back"), "F", self.toggle_full_screen),
        )
        self._acts: dict[str, QAction] = {}
        for name, text, key, slot in rows:
            act = keyed(QAction(text, self), key)
            act.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            act.triggered.connect(slot)
            self._acts[name] = act
            self.addAction(act)

    def _lay_out(self) -> None:
        self._tools = {name: self._tool(name) for name in ("back", "step-back", "play", "step-on", "on")}
        self._tools |= {name: self._tool(name) for name in ("sound", "full-screen")}
        row = QHBoxLayout()
        row.setSpacing(SPACE_XS)
        for name in ("back", "step-back", "play", "step-on", "on"):
            row.addWidget(self._tools[name])
        row.addStretch(1)
        self._pace = self._speed_button()
        for one in (self._pace, self._tools["sound"], self._tools["full-screen"]):
            row.addWidget(one)
        column = QVBoxLayout(self.stand)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(self.screen_, 1)
        column.addWidget(self.wave)
        column.addLayout(row)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.stand)

    def _tool(self, name: str) -> _Tool:
        act = self._acts[name]
        tool = _Tool(self)
        tool.setToolTip(act.toolTip())
        tool.setAccessibleName(act.text())
        tool.clicked.connect(act.trigger)
        return tool

    def _speed_button(self) -> _Tool:
        tool = _Tool(self)
        tool.setAccessibleName(self.tr("Speed"))
        tool.setToolTip(self.tr("Speed ([ slower, ] faster)"))
        menu = QMenu(tool)
        for speed in SPEEDS:
            act = menu.addAction(_times(speed))
            act.setData(speed)
        menu.triggered.connect(self._choose_speed)
        tool.setMenu(menu)
        return tool

    @Slot(QAction)
    def _choose_speed(self, act: QAction) -> None:
        self._set_speed(float(act.data()))

    @Slot()
    def _draw_shapes(self) -> None:
        """Draw the buttons as things stand."""
        ink = self._context.theme.palette.text
        playing = self.player is not None and self.player.playing
        for name, tool in self._tools.items():
            shape = {"play": "pause" if playing else "play", "sound": self._sound_shape()}.get(name, name)
            tool.setIcon(icons.icon(shape, ink, 2))
        self._pace.setText(_times(self._speed))

    def _sound_shape(self) -> str:
        return "sound-off" if self._muted or self._silence() else "sound"

    def _silence(self) -> str:
        """Why nothing is heard, apart from its being muted; empty when it is."""
        if self._stage.silent is not None:
            return self.tr("No sound: {why}.").format(why=self._stage.silent)
        if self.player is not None and self.player.opened is not None and not self.player.opened.sounds:
            return self.tr("This recording has no sound.")
        if self._speed > FASTEST_HEARD:
            return self.tr("No sound above twice the speed.")
        return ""

    def _enable(self) -> None:
        """Let be done what can be done now."""
        opened = self.player is not None
        for name, act in self._acts.items():
            act.setEnabled(opened or name == "sound" or (name == "play" and self._facts is not None))
            if name in self._tools:
                self._tools[name].setEnabled(act.isEnabled())
        self._pace.setEnabled(opened)
        why = self._silence() if opened else ""
        self._shown_state = self._state(self.player)
        self.wave.show_silent(silent=bool(why))
        self._draw_shapes()

    @staticmethod
    def _state(player: Player | None) -> tuple[object, ...]:
        """What the controls depend on."""
        return () if player is None else (player.playing, player.speed, player.opened)

    @property
    def _seen(self) -> bool:
        return self.isVisible() or self._full is not None

    def hideEvent(self, event: QHideEvent) -> None:
        """What nobody sees stands still."""
        if self.player is not None and self._full is None:
            self.player.pause()
            self._ticks.stop()
        super().hideEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """What was played goes on where it stood, once a person plays it."""
        super().showEvent(event)
        if self.player is not None:
            self._ticks.start()
            self._enable()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have pictures sent in the size that they are shown in."""
        super().resizeEvent(event)
        if self.player is not None:
            self.player.set_box(*self.screen_.pixels())


def open_to_play(
    home: Home, stage: Stage, facts: RecordingFacts, box: tuple[int, int], actor: Actor | None = None
) -> Player:
    """Log who opens the recording, then open it: no entry, no picture. On a worker.

    Raises Refused, NotSealed, KeysTrouble, VaultError, StorageError, CannotPlay or StageClosed.
    """
    by = name_for(home, actor, Act.VIEW_FOOTAGE)
    if facts.sealed_at is None:
        raise NotSealed(f"{facts.name} is not in the vault.")
    identity = home.keys.secrets().identity
    home.records.opened(facts.id, by, "played")
    return stage.play(home.vault.open(facts.id, identity), box)


def _made_at(facts: RecordingFacts, at: float) -> str:
    """When and by which camera the picture at `at` seconds was made, in UTC."""
    begun = facts.recorded_at or corrected(facts.started_at, None)
    when = f"{_utc(begun + timedelta(seconds=at)):%Y-%m-%d %H:%M:%S}Z" if begun is not None else ""
    return " ".join(part for part in (when, facts.serial or "") if part)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _times(speed: float) -> str:
    """A speed as text, with the sign for times."""
    return f"{speed:g}\N{MULTIPLICATION SIGN}"
