"""The whole pool in one sentence, and as one bar: a stretch for each way in which cameras stand."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QFontMetrics, QHelpEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip

from app.pool import Counts, Kind, Standing
from app.ui import words
from app.ui.pool_table import look
from app.ui.roles import Painted
from app.ui.tokens import POOL_BAR, RADIUS_CONTROL, SPACE_M, SPACE_S, Theme, Tone, Type, font
from app.ui.words import translate

GAP = 2
LEAST = 6
"""However few there are of a kind, they are to be seen."""


def sentence(counts: Counts) -> str:
    """How the pool stands, and what needs somebody, in one sentence."""
    in_use = counts.of[Kind.ALL] - counts.of[Kind.RETIRED]
    ready = counts.standing.get(Standing.READY, 0)
    first = words.counted(
        ready,
        translate("pool", "1 of {all} cameras in use is ready"),
        translate("pool", "%1 of {all} cameras in use are ready"),
    ).format(all=words.number(in_use))
    needs = list(_needs(counts))
    if not needs:
        return translate("pool", "{first}; none is late, lost or in need of somebody.").format(first=first)
    *others, last = needs
    both = translate("pool", "{some} and {last}").format(some=", ".join(others), last=last) if others else last
    return translate("pool", "{first}; {needs}.").format(first=first, needs=both)


def _needs(counts: Counts) -> Iterator[str]:
    told = (
        (Kind.LATE, translate("pool", "1 is late back"), translate("pool", "%1 are late back")),
        (
            Kind.UNKNOWN,
            translate("pool", "1 was taken by nobody known"),
            translate("pool", "%1 were taken by nobody known"),
        ),
        (Kind.NOT_READY, translate("pool", "1 is not ready"), translate("pool", "%1 are not ready")),
        (Kind.LOST, translate("pool", "1 is lost"), translate("pool", "%1 are lost")),
    )
    for kind, one, many in told:
        if counts.of[kind]:
            yield words.counted(counts.of[kind], one, many)


class PoolBar(Painted):
    """The bar. Each stretch says its number, and its word where there is room; all of them in its tooltips."""

    ROLE = QAccessible.Role.Chart

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._counts: dict[Standing, int] = {}
        self.setFixedHeight(POOL_BAR)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFont(font(Type.SMALL_STRONG))
        self.setAccessibleName(self.tr("How the pool stands"))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(400, POOL_BAR)

    def show_counts(self, counts: Counts) -> None:
        """Show how many cameras stand how."""
        self._counts = {one: n for one in Standing if (n := counts.standing.get(one, 0))}
        self.setAccessibleDescription(", ".join(self._told(one) for one in self._counts))
        self.update()

    def _told(self, standing: Standing) -> str:
        return f"{words.number(self._counts[standing])} {look(standing)[1].lower()}"

    def stretches(self) -> Iterator[tuple[Standing, QRectF]]:
        """Each way in which cameras stand, and where on the bar it is."""
        total, room = sum(self._counts.values()), self.width() - GAP * (len(self._counts) - 1)
        spare = room - LEAST * len(self._counts)
        left = 0.0
        for standing, count in self._counts.items():
            width = LEAST + spare * count / total
            yield standing, QRectF(left, 0, width, self.height())
            left += width + GAP

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the stretches, within one outline of round corners."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            outline = QPainterPath()
            outline.addRoundedRect(QRectF(self.rect()), RADIUS_CONTROL, RADIUS_CONTROL)
            painter.setClipPath(outline)
            for standing, area in self.stretches():
                self._paint(painter, standing, area)

    def _paint(self, painter: QPainter, standing: Standing, area: QRectF) -> None:
        palette, tone = self._theme.palette, look(standing)[2]
        pale = tone is Tone.QUIET and standing is not Standing.OUT
        painter.fillRect(area, QColor(palette.bar_waiting) if pale else self._theme.ink(tone))
        painter.setPen(QColor(palette.text if pale else palette.surface))
        metrics, room = QFontMetrics(self.font()), area.width() - SPACE_M
        told = self._told(standing), words.number(self._counts[standing])
        text = next((one for one in told if metrics.horizontalAdvance(one) <= room), "")
        painter.drawText(area.adjusted(SPACE_S, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def event(self, event: QEvent) -> bool:
        """Say what stands under the pointer."""
        if isinstance(event, QHelpEvent):
            at = QPointF(event.pos())
            told = next((self._told(one) for one, area in self.stretches() if area.contains(at)), "")
            QToolTip.showText(event.globalPos() + QPoint(0, SPACE_M), told, self)
            return True
        return super().event(event)
