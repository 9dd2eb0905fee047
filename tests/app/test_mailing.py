"""Late cameras are told on the screens and by e-mail, each once, to a real mail server on this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from app import mailing
from app.home import Home
from app.mailing import FILE, NotSent, Postman, send
from app.settings import Settings
from app.snapshot import Event, Notice
from db.custody import Pool
from tests.app.custody.force import MORNING, Force


class Inbox:
    """What the mail server took; told to, it takes nothing."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = False

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  its name
        if self.refuses:
            return "451 come back later"
        self.mails.append(cast("EmailMessage", message_from_bytes(envelope.content or b"", policy=policy.default)))
        return "250 taken"

    @property
    def texts(self) -> list[str]:
        return [mail.get_content() for mail in self.mails]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def server(inbox: Inbox) -> Iterator[Controller]:
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def home(tmp_path: Path, server: Controller) -> Iterator[Home]:
    with Home(tmp_path / "home") as home:
        home.change_settings(
            station_name="Kendal",
            smtp_host="127.0.0.1",
            smtp_port=server.port,
            smtp_from="dockwarden@example.org",
            alert_to=("duty@example.org", "desk@example.org"),
        )
        yield home


@pytest.fixture
def force(home: Home) -> Force:
    """At 05:50 an early shift's camera goes to 1361; 1402 is of another station."""
    force = Force(home.database, home.records)
    force.hire("2214", name="Whittaker", rank="Sgt", role="sergeant", station="Carlisle")
    force.hire("1361", name="Graham, S.")
    force.hire("1402", station="Carlisle")
    for place, asset in enumerate(("CAM-1", "CAM-2", "CAM-3"), 1):
        force.add(asset)
        force.dock(asset, bay=f"A{place}")
    force.custody.issue("CAM-1", "1361", force.sergeant)
    return force


class Post:
    """A postman who looks when told to, and what the screens heard of him."""

    def __init__(self, home: Home) -> None:
        self.at = MORNING
        self.heard: list[Notice] = []
        self.postman = Postman(home, self._hear, lambda: self.at)

    def _hear(self, event: Event) -> None:
        assert isinstance(event, Notice)
        self.heard.append(event)

    def look(self, at: datetime) -> None:
        self.at = at
        self.postman.look()

    @property
    def codes(self) -> list[tuple[str, bool]]:
        return [(one.reason.code, one.urgent) for one in self.heard]


LATER = MORNING + timedelta(hours=10)


def lift(force: Force, asset: str) -> None:
    """Somebody takes a camera out of its bay who did not say who they are."""
    with force.database.read() as session:
        docking = session.scalar(select(Pool.docking).where(Pool.asset == asset))
    assert docking is not None
    force.records.lifted(docking, force.settings)


def test_nothing_is_told_before_the_end_of_the_shift_and_its_grace(home: Home, force: Force, inbox: Inbox) -> None:
    post = Post(home)
    end = force.asking.camera("CAM-1").due_at
    assert end is not None
    post.look(end + timedelta(minutes=29))
    assert post.heard == []
    post.look(end + timedelta(minutes=31))
    assert post.codes == [("late", False)]
    assert len(inbox.mails) == 1


def test_the_mail_says_which_camera_who_by_number_and_since_when_and_no_name(
    home: Home, force: Force, inbox: Inbox
) -> None:
    Post(home).look(LATER)
    (mail,) = inbox.mails
    assert mail["To"] == "duty@example.org, desk@example.org"
    assert mail["From"] == "dockwarden@example.org"
    assert mail["Subject"] == "OFFICIAL: cameras of Kendal: 1 late"
    text = inbox.texts[0]
    assert "CAM-1: 1361 of Northgate should have brought it back" in text
    assert "Graham" not in text


def test_each_is_told_once_over_restarts_too(home: Home, force: Force, inbox: Inbox) -> None:
    Post(home).look(LATER)
    post = Post(home)
    post.look(LATER + timedelta(minutes=1))
    assert len(inbox.mails) == 1
    assert post.codes == [("late", False)], "the screens of a new start know nothing yet"
    post.look(LATER + timedelta(minutes=2))
    assert post.codes == [("late", False)]


def test_one_that_comes_later_is_told_alone(home: Home, force: Force, inbox: Inbox) -> None:
    post = Post(home)
    post.look(LATER)
    lift(force, "CAM-3")
    post.look(LATER + timedelta(minutes=1))
    assert post.codes == [("late", False), ("taken-unknown", True)]
    assert "CAM-1" not in inbox.texts[1]
    assert "CAM-3: taken" in inbox.texts[1]
    assert inbox.mails[1]["Subject"] == "OFFICIAL: cameras of Kendal: 1 taken by somebody unknown"


def test_one_that_is_late_again_is_told_again(home: Home, force: Force, inbox: Inbox) -> None:
    post = Post(home)
    post.look(LATER)
    force.now = LATER
    force.custody.give_back("CAM-1", force.sergeant)
    force.custody.issue("CAM-1", "1361", force.sergeant, override="No other")
    post.look(LATER + timedelta(minutes=1))
    assert (home.folder / FILE).read_bytes() == b"[]"
    post.look(LATER + timedelta(days=1))
    assert len(inbox.mails) == 2


def test_who_to_call_is_the_sergeant_of_the_officer_s_own_station(home: Home, force: Force) -> None:
    force.custody.issue("CAM-2", "1402", force.sergeant)
    post = Post(home)
    post.look(LATER)
    called = {one.reason.what_happened[:5]: one.reason.what_to_do for one in post.heard}
    assert called == {"CAM-1": "Call PC 900 Name 900.", "CAM-2": "Call Sgt 2214 Whittaker."}


def test_what_the_server_does_not_take_is_told_once_and_tried_again(home: Home, force: Force, inbox: Inbox) -> None:
    inbox.refuses = True
    post = Post(home)
    post.look(LATER)
    post.look(LATER + timedelta(minutes=1))
    assert post.codes == [("late", False), ("mail", True)]
    assert "come back later" in post.heard[1].reason.what_happened
    inbox.refuses = False
    post.look(LATER + timedelta(minutes=2))
    assert len(inbox.mails) == 1


def test_without_a_mail_server_only_the_screens_are_told_and_mail_follows_when_there_is_one(
    home: Home, force: Force, inbox: Inbox
) -> None:
    technician = force.hire("7001", role="technician")
    home.change_settings(technician, smtp_host=None)
    post = Post(home)
    post.look(LATER)
    assert post.codes == [("late", False)]
    home.change_settings(technician, smtp_host="127.0.0.1")
    post.look(LATER + timedelta(minutes=1))
    assert len(inbox.mails) == 1


def test_a_spoilt_file_has_them_told_once_more_and_no_more(home: Home, force: Force, inbox: Inbox) -> None:
    (home.folder / FILE).write_bytes(b"\xff{")
    post = Post(home)
    post.look(LATER)
    post.look(LATER + timedelta(minutes=1))
    assert len(inbox.mails) == 1


def test_a_server_that_is_not_there_is_said_in_words() -> None:
    settings = Settings(smtp_host="127.0.0.1", smtp_port=free_port(), alert_to=("duty@example.org",))
    with pytest.raises(NotSent, match=r"The mail server 127\.0\.0\.1 did not take an e-mail: .*refused"):
        send(settings, EmailMessage())


def test_it_works_from_start_to_close_on_a_thread_of_its_own(
    home: Home, force: Force, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "LOOK_S", 0.01)
    post = Post(home)
    post.at = LATER
    post.postman.start()
    post.postman.close()
    assert len(inbox.mails) == 1
