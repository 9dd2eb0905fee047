"""The one module that names colours, sizes, spaces and type. Everything else asks here.

Lengths are in Qt's logical pixels, colours in the form #RRGGBB.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

RESOURCES = Path(__file__).resolve().parents[2] / "resources"

SPACE_XS, SPACE_S, SPACE_M, SPACE_L, SPACE_XL = 4, 8, 12, 16, 24
RADIUS_CONTROL, RADIUS_PANEL = 6, 8
LINE, EDGE, RING = 1, 5, 3
ROW, CONTROL, ICON = 32, 32, 16
SIDE_BAR, SIDE_BAR_NARROW, TOP_BAR = 176, 56, 48
DETAILS_MIN, DETAILS_MAX = 370, 392
PANEL_HEIGHT = 66
NOTICE_WIDTH = 330
FIELD_NAME, FIELD, FORM, QR = 176, 272, 860, 222
DRAWER_WIDTH, COMMANDS_WIDTH, KEYS_WIDTH, SIGN_IN_WIDTH = 376, 620, 720, 460
PICTURE_WIDTH, PICTURE_HEIGHT, ROW_PICTURE = 62, 34, 44
STRIP_HEIGHT = 84
POOL_BAR, ACTS_HEIGHT, LANE, PROOF = 22, 264, 34, 420
SEARCH_WIDTH = 300
PANE_MIN = 330
FINDING_STATE, FINDING_NAME, NOTE_HEIGHT = 88, 144, 112
SCAN_HEIGHT, BEST_WIDTH, NAME_FIELD = 110, 330, 190
WAVE_HEIGHT, PLAY_DISC, VIEWER_MIN = 24, 52, (330, 300)
SCREEN, ON_SCREEN, SHADE = "#10151D", "#FFFFFF", "#B0000000"
"""The ground of a picture, what is written on it, and the shade (alpha first) under it that keeps it legible."""
DETAILS_SHARE = 0.3
"""The details take this share of the page, within their limits."""
WINDOW_MIN = (900, 500)
NARROW_BELOW = 1200
"""A window narrower than this shows its side bar as icons alone."""


KIOSK, KIOSK_TARGET, KIOSK_GAP, KIOSK_EDGE, KIOSK_FOOT, KIOSK_ROW = (1920, 1080), 96, 88, 18, 96, 219
"""The screen for which the kiosk's sizes are given: they grow and shrink with it, but for what a glove has to hit."""


class Tone(StrEnum):
    """The meaning of a colour. Each has an ink, for text and shapes, and a paper to lie under it."""

    READY = "ready"
    BUSY = "busy"
    CHARGE = "charge"
    WARN = "warn"
    FAULT = "fault"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Palette:
    """All colours of one theme."""

    name: str
    canvas: str
    surface: str
    raised: str
    line: str
    line2: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_soft: str
    on_accent: str
    nav: str
    nav_sel: str
    nav_text: str
    nav_muted: str
    nav_brand: str
    nav_badge: str
    focus: str
    bar_released: str
    bar_waiting: str
    stripe: str
    inks: dict[Tone, str]
    papers: dict[Tone, str]


LIGHT = Palette(
    name="light",
    canvas="#EEF0F3",
    surface="#FFFFFF",
    raised="#F7F8FA",
    line="#D3D8DF",
    line2="#E6E9EE",
    text="#12171F",
    muted="#4B5565",
    faint="#6B7585",
    accent="#1D3F8F",
    accent_soft="#E7ECF8",
    on_accent="#FFFFFF",
    nav="#141B2B",
    nav_sel="#25324D",
    nav_text="#FFFFFF",
    nav_muted="#A6ABB6",
    nav_brand="#8FB0FF",
    nav_badge="#8A5200",
    focus="#FFBF00",
    bar_released="#7BB894",
    bar_waiting="#C3CAD5",
    stripe="#F9ECEB",
    inks={
        Tone.READY: "#17703F",
        Tone.BUSY: "#1A5FB4",
        Tone.CHARGE: "#0F6E75",
        Tone.WARN: "#8A5200",
        Tone.FAULT: "#A8201A",
        Tone.QUIET: "#5C6675",
    },
    papers={
        Tone.READY: "#E3F3E9",
        Tone.BUSY: "#E3EEFB",
        Tone.CHARGE: "#DFF2F2",
        Tone.WARN: "#FFF1D9",
        Tone.FAULT: "#FCE7E5",
        Tone.QUIET: "#ECEFF3",
    },
)

DARK = Palette(
    name="dark",
    canvas="#0E1218",
    surface="#171D26",
    raised="#1D2530",
    line="#303A49",
    line2="#252E3B",
    text="#EAEEF4",
    muted="#AEB8C7",
    faint="#8C97A8",
    accent="#8FB0FF",
    accent_soft="#1F2C49",
    on_accent="#0E1218",
    nav="#0A0E14",
    nav_sel="#1D2A44",
    nav_text="#FFFFFF",
    nav_muted="#A6ABB6",
    nav_brand="#8FB0FF",
    nav_badge="#8A5200",
    focus="#FFBF00",
    bar_released="#3E7C5B",
    bar_waiting="#465166",
    stripe="#2A252C",
    inks={
        Tone.READY: "#6FD39B",
        Tone.BUSY: "#84B6FF",
        Tone.CHARGE: "#6CCFD6",
        Tone.WARN: "#FFC069",
        Tone.FAULT: "#FF9A92",
        Tone.QUIET: "#9AA5B5",
    },
    papers={
        Tone.READY: "#143023",
        Tone.BUSY: "#15294A",
        Tone.CHARGE: "#0F2F33",
        Tone.WARN: "#3A2A10",
        Tone.FAULT: "#401A18",
        Tone.QUIET: "#222B37",
    },
)


def text_pairs(palette: Palette) -> Iterator[tuple[str, str, str]]:
    """Every pair of text and background in use: what it is, the text's colour, the background's."""
    for ground in ("canvas", "surface", "raised"):
        yield f"text on {ground}", palette.text, getattr(palette, ground)
        yield f"muted on {ground}", palette.muted, getattr(palette, ground)
    yield "text on accent_soft", palette.text, palette.accent_soft
    yield "text on stripe", palette.text, palette.stripe
    yield "muted on stripe", palette.muted, palette.stripe
    yield "fault on stripe", palette.inks[Tone.FAULT], palette.stripe
    yield "on_accent on accent", palette.on_accent, palette.accent
    yield "nav_text on nav_sel", palette.nav_text, palette.nav_sel
    yield "nav_text on nav_badge", palette.nav_text, palette.nav_badge
    yield "nav_muted on nav", palette.nav_muted, palette.nav
    yield "nav_text on nav", palette.nav_text, palette.nav
    yield "words on the screen", ON_SCREEN, SCREEN
    yield "nav_brand on nav", palette.nav_brand, palette.nav
    yield "muted on accent_soft", palette.muted, palette.accent_soft
    yield "surface on ready", palette.surface, palette.inks[Tone.READY]
    yield "text on bar_waiting", palette.text, palette.bar_waiting
    for tone in Tone:
        yield f"{tone} on surface", palette.inks[tone], palette.surface
        yield f"{tone} on canvas", palette.inks[tone], palette.canvas
        yield f"{tone} on accent_soft", palette.inks[tone], palette.accent_soft
        yield f"{tone} on its paper", palette.inks[tone], palette.papers[tone]
        yield f"text on {tone} paper", palette.text, palette.papers[tone]
        yield f"muted on {tone} paper", palette.muted, palette.papers[tone]


class Type(StrEnum):
    """The kinds of text on a page."""

    BODY = "body"
    STRONG = "strong"
    SMALL = "small"
    SMALL_STRONG = "small-strong"
    BAY = "bay"
    TITLE = "title"
    COUNT = "count"
    COUNT_LIGHT = "count-light"
    CODE = "code"


_SIZES = {
    Type.BODY: (13, QFont.Weight.Normal),
    Type.STRONG: (13, QFont.Weight.DemiBold),
    Type.SMALL: (12, QFont.Weight.Normal),
    Type.SMALL_STRONG: (12, QFont.Weight.DemiBold),
    Type.BAY: (15, QFont.Weight.DemiBold),
    Type.TITLE: (18, QFont.Weight.DemiBold),
    Type.COUNT: (24, QFont.Weight.DemiBold),
    Type.COUNT_LIGHT: (24, QFont.Weight.Normal),
    Type.CODE: (15, QFont.Weight.Normal),
}


class Big(StrEnum):
    """The kinds of text at the kiosk, where it is read from 2 m."""

    HEADLINE = "headline"
    BAY = "bay"
    TITLE = "title"
    ASIDE = "aside"
    BODY = "body"
    FOOT = "foot"


_BIG_SIZES = {
    Big.HEADLINE: (172, QFont.Weight.DemiBold),
    Big.BAY: (84, QFont.Weight.DemiBold),
    Big.TITLE: (56, QFont.Weight.DemiBold),
    Big.ASIDE: (56, QFont.Weight.Normal),
    Big.BODY: (38, QFont.Weight.Normal),
    Big.FOOT: (32, QFont.Weight.Medium),
}


def big_font(kind: Big, scale: float) -> QFont:
    """The typeface of a kind of text at the kiosk, on a screen so many times as big as `KIOSK`.

    Figures are as wide as each needs to be: nothing stands below another, and a bay's name reads as one word.
    """
    size, weight = _BIG_SIZES[kind]
    face = QFont(["Inter", "sans-serif"])
    face.setFeature(QFont.Tag("tnum"), 0)  # said outright: else a widget takes it over from the application's
    face.setPixelSize(max(1, round(size * scale)))
    face.setWeight(weight)
    return face


@lru_cache(maxsize=1)
def load_fonts() -> None:
    """Load the typeface that the program brings and make it that of every widget. Called once a QApplication exists."""
    for file in sorted((RESOURCES / "fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(file))
    QApplication.setFont(font(Type.BODY))


@lru_cache(maxsize=len(Type))
def font(kind: Type) -> QFont:
    """The typeface of a kind of text, with figures that are all equally wide."""
    size, weight = _SIZES[kind]
    face = QFont(["monospace"] if kind is Type.CODE else ["Inter", "sans-serif"])
    face.setPixelSize(size)
    face.setWeight(weight)
    face.setFeature(QFont.Tag("tnum"), 1)
    return face


@lru_cache(maxsize=1)
def mono() -> QFont:
    """The typeface of hashes and commands: the system's own, with letters that are all equally wide."""
    face = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    face.setPixelSize(12)
    return face


def paper_font(*, strong: bool) -> QFont:
    """The typeface of what goes into a PDF: the system's own, since figures of Inter cannot be copied out of one."""
    face = QFont(["sans-serif"])
    face.setPointSizeF(7.5)
    face.setBold(strong)
    return face


class Theme(QObject):
    """The palette in force: forced by name, or following the system. `changed` says that it is another one now."""

    changed = Signal()

    def __init__(self, forced: str | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._forced = None if forced == "system" else forced
        self.palette = self._wanted()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)

    def force(self, name: str | None) -> None:
        """Be "light" or "dark" from now on; "system" or None follows the system again."""
        self._forced = None if name == "system" else name
        self._follow()

    @Slot()
    def _follow(self) -> None:
        wanted = self._wanted()
        if wanted is not self.palette:
            self.palette = wanted
            self.changed.emit()

    def _wanted(self) -> Palette:
        if self._forced:
            return {"light": LIGHT, "dark": DARK}[self._forced]
        return DARK if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT

    def ink(self, tone: Tone) -> QColor:
        """The colour of text and shapes of this tone."""
        return QColor(self.palette.inks[tone])


def plain_palette(palette: Palette) -> QPalette:
    """The colours of what the stylesheet does not reach: menus, the system's dialogs, text that hints in a field."""
    made = QPalette(QColor(palette.surface), QColor(palette.canvas))
    role = QPalette.ColorRole
    for name, colour in (
        (role.Base, palette.surface), (role.AlternateBase, palette.raised), (role.Text, palette.text),
        (role.WindowText, palette.text), (role.ButtonText, palette.text), (role.PlaceholderText, palette.muted),
        (role.Highlight, palette.accent), (role.HighlightedText, palette.on_accent), (role.Link, palette.accent),
        (role.ToolTipBase, palette.raised), (role.ToolTipText, palette.text), (role.Mid, palette.line),
    ):  # fmt: skip
        made.setColor(name, QColor(colour))
    return made


def stylesheet(palette: Palette) -> str:
    """The style of the plain widgets, made from the palette. What is painted by hand asks the palette itself."""
    return f"""
    QWidget {{ color: {palette.text}; }}
    #window, #page {{ background: {palette.canvas}; }}
    #topBar {{ background: {palette.surface}; border: 0; border-bottom: {LINE}px solid {palette.line}; }}
    #panel, #overlay {{ background: {palette.surface}; border: {LINE}px solid {palette.line};
        border-radius: {RADIUS_PANEL}px; }}
    QLabel {{ background: transparent; }}
    QLabel[ink="muted"] {{ color: {palette.muted}; }}
    QScrollArea, #plain {{ background: transparent; border: 0; }}
    #ruled {{ border: 0; border-bottom: {LINE}px solid {palette.line2}; }}
    QPlainTextEdit {{ background: {palette.raised}; border: {LINE}px solid {palette.line};
        border-radius: {RADIUS_CONTROL}px; padding: {SPACE_XS}px; selection-background-color: {palette.accent};
        selection-color: {palette.on_accent}; }}
    QPlainTextEdit:focus {{ border: {RING}px solid {palette.focus}; padding: 2px; }}
    QToolTip {{ color: {palette.text}; background: {palette.raised}; border: {LINE}px solid {palette.line};
        padding: {SPACE_XS}px; }}
    {_controls(palette)}{_kiosk(palette)}{_tones(palette)}{_side_bar(palette)}{_table(palette)}{_library(palette)}"""


def _controls(palette: Palette) -> str:
    return f"""
    QPushButton {{ background: {palette.surface}; border: {LINE}px solid {palette.line}; padding: 2px 14px;
        border-radius: {RADIUS_CONTROL}px; min-height: {CONTROL - 6}px; }}
    QPushButton:hover {{ background: {palette.raised}; }}
    QPushButton:disabled {{ color: {palette.faint}; }}
    QPushButton[main="true"] {{ background: {palette.accent}; color: {palette.on_accent};
        border-color: {palette.accent}; }}
    QPushButton[main="true"]:disabled {{ background: {palette.line}; color: {palette.muted};
        border-color: {palette.line}; }}
    QPushButton:focus {{ border: {RING}px solid {palette.focus}; padding: 0 12px; }}
    QPushButton[tool="true"] {{ background: transparent; border: 0; padding: 0; min-width: {CONTROL - 2}px; }}
    QPushButton[tool="true"]:hover, QPushButton[tool="true"]:checked {{ background: {palette.accent_soft}; }}
    QPushButton[tool="true"]:focus {{ border: {RING}px solid {palette.focus}; padding: 0; min-width: {CONTROL - 8}px; }}
    QPushButton[tool="true"]::menu-indicator {{ image: none; }}
    QLineEdit {{ background: {palette.surface}; border: {LINE}px solid {palette.line}; padding: 2px 10px;
        border-radius: {RADIUS_CONTROL}px; min-height: {CONTROL - 6}px;
        selection-background-color: {palette.accent}; selection-color: {palette.on_accent}; }}
    QLineEdit:focus {{ border: {RING}px solid {palette.focus}; padding: 0 8px; }}
    QLineEdit#scan, QLineEdit#scan:focus {{ border-radius: {RADIUS_PANEL}px; }}
    QScrollArea:focus {{ border: {RING}px solid {palette.focus}; border-radius: {RADIUS_CONTROL}px; }}
    QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {palette.line}; border-radius: 4px; min-height: 24px; }}
    QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical {{ height: 0; }}
    """


def _kiosk(palette: Palette) -> str:
    return f"""
    #kiosk {{ background: {palette.canvas}; }}
    #kioskFoot {{ border: 0; border-top: 2px solid {palette.line}; }}
    #kioskRow {{ background: {palette.surface}; border: 0; border-radius: {RADIUS_PANEL * 2}px; }}
    QPushButton[kiosk="true"] {{ border: 2px solid {palette.line}; border-radius: {RADIUS_PANEL * 2}px;
        padding: 0 {SPACE_XL * 2}px; min-height: {KIOSK_TARGET - 4}px; min-width: {KIOSK_TARGET}px; }}
    QPushButton[kiosk="true"]:pressed {{ background: {palette.accent_soft}; }}"""


def _tones(palette: Palette) -> str:
    rules = []
    for tone in Tone:
        ink, paper = palette.inks[tone], palette.papers[tone]
        rules.append(f"""
    QFrame[paper="{tone}"], QPushButton[paper="{tone}"] {{ background: {paper}; border: 0;
        border-radius: {RADIUS_CONTROL}px; }}
    QPushButton[paper="{tone}"] {{ color: {ink}; border-radius: 13px; min-height: 20px; padding: 3px 12px; }}
    QPushButton[paper="{tone}"]:focus {{ border: {RING}px solid {palette.focus}; padding: 0 9px; }}
    QLabel[ink="{tone}"] {{ color: {ink}; }}
    #notice[paper="{tone}"] {{ background: {palette.surface}; border: {LINE}px solid {palette.line};
        border-left: {EDGE}px solid {ink}; border-top-right-radius: {RADIUS_PANEL}px;
        border-bottom-right-radius: {RADIUS_PANEL}px; }}""")
    return "".join(rules)


def _side_bar(palette: Palette) -> str:
    return f"""
    #topBar QPushButton[flat="true"] {{ background: transparent; border: 0; padding: 2px {SPACE_XS}px; }}
    #topBar QPushButton[flat="true"]:hover {{ background: {palette.raised}; }}
    #topBar QPushButton[flat="true"]:focus {{ border: {RING}px solid {palette.focus}; padding: 0 1px; }}
    #topBar QPushButton[ink="muted"] {{ color: {palette.muted}; }}
    #overlay[floating="true"] {{ border-color: {palette.faint}; }}
    #drawerHead {{ background: transparent; border: 0; border-bottom: {LINE}px solid {palette.line}; }}
    QListView#hits {{ background: transparent; border: 0; outline: 0; }}
    #sideBar {{ background: {palette.nav}; }}
    #sideBar QLabel {{ color: {palette.nav_text}; }}
    #sideBar QPushButton {{ background: transparent; color: {palette.nav_muted}; border: 0; text-align: left;
        padding: 5px 10px; border-radius: {RADIUS_CONTROL}px; }}
    #sideBar QPushButton:checked {{ background: {palette.nav_sel}; color: {palette.nav_text}; }}
    #sideBar QPushButton:focus {{ border: {RING}px solid {palette.focus}; padding: 2px 7px; }}"""


def _table(palette: Palette) -> str:
    return f"""
    QTableView {{ background: {palette.surface}; border: {LINE}px solid {palette.line};
        border-radius: {RADIUS_CONTROL}px; gridline-color: {palette.line2}; outline: 0;
        selection-background-color: {palette.accent_soft}; selection-color: {palette.text}; }}
    QTableView::item {{ border: 0; border-bottom: {LINE}px solid {palette.line2}; padding: 0 3px; }}
    QTableView::item:selected {{ background: {palette.accent_soft}; }}
    QTableView QScrollBar:vertical {{ margin-top: {ROW}px; }}
    QTableView:focus {{ border: {RING}px solid {palette.focus}; }}
    QHeaderView {{ background: {palette.raised}; border: 0; border-top-left-radius: {RADIUS_CONTROL}px;
        border-top-right-radius: {RADIUS_CONTROL}px; }}
    QHeaderView::section {{ background: transparent; color: {palette.muted}; border: 0; padding: 0 6px;
        border-bottom: {LINE}px solid {palette.line}; }}"""


def _library(palette: Palette) -> str:
    return f"""
    QPushButton[chip="true"] {{ border-radius: 14px; padding: 2px 12px; min-height: 22px; }}
    QPushButton[chip="true"]:checked {{ background: {palette.accent}; color: {palette.on_accent};
        border-color: {palette.accent}; }}
    QPushButton[chip="true"]:focus {{ border: {RING}px solid {palette.focus}; padding: 0 10px; }}
    QHeaderView::section:hover {{ color: {palette.text}; }}
    QProgressBar {{ background: {palette.line2}; border: 0; border-radius: 3px; max-height: 6px; }}
    QProgressBar::chunk {{ background: {palette.inks[Tone.BUSY]}; border-radius: 3px; }}
    QPlainTextEdit#commands {{ background: {palette.raised}; border: {LINE}px solid {palette.line2};
        border-radius: {RADIUS_CONTROL}px; padding: {SPACE_XS}px; }}
    QPlainTextEdit#commands:focus {{ border: {RING}px solid {palette.focus}; padding: 2px; }}
    QScrollBar:horizontal {{ background: transparent; height: 8px; margin: 0; }}
    QScrollBar::handle:horizontal {{ background: {palette.line}; border-radius: 4px; min-width: 24px; }}
    QScrollBar::add-line:horizontal, QScrollBar::sub-line:horizontal {{ width: 0; }}
    QMenu {{ background: {palette.surface}; border: {LINE}px solid {palette.line}; padding: {SPACE_XS}px; }}
    QMenu::item {{ padding: 6px 24px; border-radius: {RADIUS_CONTROL}px; }}
    QMenu::item:selected {{ background: {palette.accent_soft}; }}
    QMenu::item:disabled {{ color: {palette.muted}; }}
    QMenu::separator {{ height: {LINE}px; background: {palette.line2}; margin: {SPACE_XS}px; }}"""
