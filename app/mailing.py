"""Tells of late cameras: on the screens at once, and by e-mail where a mail server is set, each once.

An e-mail leaves the station, so it has collar numbers and no names. What was sent is kept in HOME/told.json: a start
tells nothing twice. A mail that could not be sent is tried again each minute.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

import msgspec

from app.board import now
from app.custody.lateness import Late, look
from app.errors import KNOWN, Trouble, reason_of
from app.home import Home
from app.keys import write_whole
from app.settings import Settings
from app.snapshot import Event, Notice, Reason
from app.words import time_words

log = logging.getLogger(__name__)

LOOK_S = 60.0
"""How often it is looked who is late."""

LIMIT_S = 10.0
"""A mail server that is silent for so long is given up."""

TLS_PORT = 465
FILE = "told.json"
MAX_FILE = 1024 * 1024


class NotSent(Trouble):
    """An e-mail could not be sent."""

    code = "mail"
    what_to_do = "It is tried again each minute. Have IT look at the mail server, or put smtp_host right."


class Postman:
    """Looks who is late from `start` to `close`, in the process that owns the docks; `tell` hears what screens show."""

    def __init__(self, home: Home, tell: Callable[[Event], None], clock: Callable[[], datetime] = now) -> None:
        self._home = home
        self._tell = tell
        self._clock = clock
        self._noticed: set[int] = set()
        self._trouble: Reason | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="postman")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End; a mail under way is given at most LIMIT_S."""
        self._closing.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._closing.is_set():
            self.look()
            self._closing.wait(LOOK_S)

    def look(self) -> None:
        """Look once, and tell what was not told yet; says once what keeps it from being done."""
        trouble = None
        try:
            late = look(self._home, self._clock())
            self._notice(late)
            self._send(late)
        except KNOWN as known:
            trouble = reason_of(known)
        except Exception:
            log.exception("defect while late cameras were told")
        if trouble is not None and trouble != self._trouble:
            self._tell(Notice(now(), trouble, urgent=True))
        self._trouble = trouble

    def _notice(self, late: Sequence[Late]) -> None:
        """Tell the screens; what somebody unknown took is urgent."""
        for one in late:
            if one.entry not in self._noticed:
                self._tell(Notice(self._clock(), notice_of(one), urgent=one.unknown))
        self._noticed = {one.entry for one in late}

    def _send(self, late: Sequence[Late]) -> None:
        settings = self._home.settings
        if settings.smtp_host is None or not settings.alert_to:
            return
        told = self._told()
        new = [one for one in late if one.entry not in told]
        if new:
            send(settings, letter(settings, new, self._clock()))
        kept = sorted(one.entry for one in late)
        if kept != sorted(told):
            write_whole(self._home.folder / FILE, msgspec.json.encode(kept), new=False)

    def _told(self) -> set[int]:
        """The entries that were sent; a file that is lost or spoilt has them told once more."""
        try:
            with (self._home.folder / FILE).open("rb") as file:
                return set(msgspec.json.decode(file.read(MAX_FILE), type=list[int]))
        except (OSError, msgspec.MsgspecError):
            return set()


def notice_of(late: Late) -> Reason:
    """What the screens say of one late camera: by number, as a screen may be seen by many."""
    whom = f"Call {', '.join(late.call)}." if late.call else f"Call the sergeant of {late.station}."
    if late.unknown:
        what = f"{late.camera} was taken, and it is not known by whom."
        return Reason("taken-unknown", what, "Open Late and name the holder, or have it docked.")
    return Reason("late", f"{late.camera} is late: {late.officer} should have brought it back.", whom)


def letter(settings: Settings, late: Sequence[Late], at: datetime) -> EmailMessage:
    """The e-mail about these."""
    unknown = sum(one.unknown for one in late)
    counts = [f"{len(late) - unknown} late"] if len(late) > unknown else []
    counts += [f"{unknown} taken by somebody unknown"] if unknown else []
    made = EmailMessage()
    made["Subject"] = f"OFFICIAL: cameras of {settings.station_name}: {', '.join(counts)}"
    made["From"] = settings.smtp_from or settings.alert_to[0]
    made["To"] = ", ".join(settings.alert_to)
    made["Date"] = format_datetime(at)
    made["Message-ID"] = make_msgid(domain="dockwarden.invalid")
    made["Auto-Submitted"] = "auto-generated"
    lines = [_line(one, at) for one in late]
    foot = "Names are in Dockwarden, on the page Late. Each camera is told once."
    made.set_content("\n".join([*lines, "", foot, ""]))
    return made


def _line(late: Late, at: datetime) -> str:
    since = f"{late.since.astimezone():%d %B %Y %H:%M}"
    ago = time_words((at - late.since).total_seconds()).replace("\N{NO-BREAK SPACE}", " ")
    if late.unknown:
        return f"{late.camera}: taken {since} ({ago} ago), nobody knows by whom. It belongs to {late.station}."
    return f"{late.camera}: {late.officer} of {late.station} should have brought it back {since} ({ago} ago)."


def send(settings: Settings, message: EmailMessage) -> None:
    """Hand an e-mail to the mail server, encrypted wherever that offers it. Takes at most LIMIT_S. Raises NotSent."""
    host, port, context = settings.smtp_host or "", settings.smtp_port, ssl.create_default_context()
    try:
        if port == TLS_PORT:
            with smtplib.SMTP_SSL(host, port, timeout=LIMIT_S, context=context) as server:
                server.send_message(message)
            return
        with smtplib.SMTP(host, port, timeout=LIMIT_S) as server:
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as failure:
        raise NotSent(f"The mail server {host} did not take an e-mail: {_short(failure)}") from failure


def _short(failure: Exception) -> str:
    """What went wrong, in one line: a server may say anything."""
    said = " ".join(str(failure).split())
    return f"{said[:200] or type(failure).__name__}."
