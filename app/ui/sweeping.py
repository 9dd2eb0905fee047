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
    """Collects while it lives, as often as Python itself would. Lives in the Qt thread; ends with `close`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.collect()
        gc.freeze()  # what a start leaves (modules, classes) is not looked at again: a sweep stays short
        gc.disable()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.sweep)
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
