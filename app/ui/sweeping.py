"""Has Python collect its cyclic garbage on the Qt thread alone.

Python collects on whatever thread happens to allocate. A widget that only a cycle still holds would be destroyed
there, beside Qt's own thread, and that ends the process. Reference counting goes on everywhere as ever.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS = 250
"""How often it is asked whether enough has gathered; far more often than anything large can."""


class Sweeper(QObject):
    """From `start` on collects as often as Python itself would, until `close`; before it nobody collects.

    Lives in the Qt thread.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.sweep)

    @Slot()
    def start(self) -> None:
        """Begin, now that the program is loaded: modules and classes are not looked at again, so sweeps stay short."""
        gc.freeze()
        self._timer.start()

    @Slot()
    def sweep(self) -> None:
        """Collect the oldest generation that is due, if any is."""
        counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
        due = [generation for generation, (count, threshold) in enumerate(counts) if count > threshold]
        if due:
            gc.collect(max(due))

    def close(self) -> None:
        """Leave collecting to Python again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
