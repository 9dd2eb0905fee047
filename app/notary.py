"""The notary: signs the head of the ledger each minute while entries are added, and once more at the end.

So what a thief of the key could still write anew is never more than the last minute, once a witness holds the head.
"""

from __future__ import annotations

import threading

from app.errors import KNOWN
from app.home import Home

MINUTE_S = 60.0
"""How often it is looked whether entries were added."""


class Notary:
    """Signs from `start` to `close`, in the process that owns the docks.

    What keeps it from signing (the key, the disk) is told by the station's warnings and by the docks themselves.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
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
