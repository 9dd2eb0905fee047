"""The notary: signs the head of the ledger each minute while entries are added, and has it witnessed.

So what a thief of the key could still write anew is never more than since a witness last answered.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from app.board import now
from app.errors import KNOWN, Trouble, reason_of
from app.home import Home
from app.snapshot import Event, Notice, Reason
from app.witnesses import exchange

log = logging.getLogger(__name__)

MINUTE_S = 60.0
"""How often it is looked whether entries were added."""


FOLDER_LIMIT_S = 5.0
"""So long the folder of witnesses is waited for; while it hangs it is not asked again."""


class Notary:
    """Signs from `start` to `close`, in the process that owns the docks.

    What keeps it from signing (the key, the disk) is told by the station's warnings and by the docks themselves; what
    a witness has against this ledger, or this station against another one's, is told once, and `tell` hears it.
    """

    def __init__(self, home: Home, tell: Callable[[Event], None]) -> None:
        self._home = home
        self._tell = tell
        self._told: set[Reason] = set()
        self._asking: threading.Thread | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notary")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Sign what is not signed yet, and end."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        ended = False
        while not ended:
            ended = self._closing.wait(MINUTE_S)
            try:
                if self._home.records.unsigned():
                    self._home.records.checkpoint()
            except KNOWN:
                pass
            self._ask_witnesses()

    def _ask_witnesses(self) -> None:
        """Exchange with witnesses on a thread of its own: a share that hangs holds up neither signing nor the end."""
        if self._asking is None or not self._asking.is_alive():
            self._asking = threading.Thread(target=self._exchange, name="witnesses", daemon=True)
            self._asking.start()
            self._asking.join(FOLDER_LIMIT_S)

    def _exchange(self) -> None:
        try:
            self._hear(exchange(self._home))
        except KNOWN:
            pass
        except Exception:
            log.exception("defect while the ledger was witnessed")

    def _hear(self, troubles: list[Trouble]) -> None:
        """Log and tell each trouble once."""
        reasons = {reason_of(trouble) for trouble in troubles}
        for reason in reasons - self._told:
            self._home.records.alarm(None, None, reason.code, reason.what_happened)
            self._tell(Notice(now(), reason, urgent=True))
        self._told = reasons
