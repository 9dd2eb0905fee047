"""A row that goes on in the next line where there is no room for all of it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem


class Flow(QLayout):
    """Lays its widgets side by side, each as wide as it wants to be, in as many lines as that takes."""

    def __init__(self, spacing: int) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        """Take one more; Qt calls this."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The one at this place; None, as Qt asks for, behind the last."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give one away."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It wants no more room than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Its height depends on its width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """How high it is in this width."""
        return self._lay(QRect(0, 0, width, 0), move=False)

    def minimumSize(self) -> QSize:
        """As wide as its widest part."""
        sizes = [item.sizeHint() for item in self._items]
        return QSize(max((one.width() for one in sizes), default=0), max((one.height() for one in sizes), default=0))

    def sizeHint(self) -> QSize:
        """One line."""
        widths = [item.sizeHint().width() + self.spacing() for item in self._shown()]
        return QSize(sum(widths), self.minimumSize().height())

    def setGeometry(self, rect: QRect) -> None:
        """Lay everything out."""
        super().setGeometry(rect)
        self._lay(rect, move=True)

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lay(self, rect: QRect, *, move: bool) -> int:
        """Lay everything out in this width, and tell how high that is."""
        at, high = rect.topLeft(), 0
        for item in self._shown():
            size = item.sizeHint()
            if at.x() > rect.left() and at.x() + size.width() > rect.left() + rect.width():
                at, high = QPoint(rect.left(), at.y() + high + self.spacing()), 0
            if move:
                item.setGeometry(QRect(at, size))
            at.setX(at.x() + size.width() + self.spacing())
            high = max(high, size.height())
        return at.y() + high - rect.top()
