"""The language of the screen: Qt's translations, ours and Qt's own. The texts in the program are British English.

`resources/translations/dockwarden_en.ts` is the catalogue of all texts, to be copied and translated with Qt Linguist;
a `dockwarden_LOCALE.qm` beside it, made from such a copy by lrelease, is loaded where the system speaks that language.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app.ui.tokens import RESOURCES

TRANSLATIONS = RESOURCES / "translations"
BRITISH = QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)


def install(application: QCoreApplication, system: QLocale, folder: Path = TRANSLATIONS) -> QLocale:
    """Speak the system's language where there is a translation, else British English; gives which.

    Days and months follow it.
    """
    qt, ours = QTranslator(), QTranslator()
    spoken = BRITISH
    if system.language() is not QLocale.Language.English and ours.load(system, "dockwarden", "_", str(folder)):
        spoken = system
        qt.load(system, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        for one in (qt, ours):  # ours last: it is asked first
            one.setParent(application)
            application.installTranslator(one)
    QLocale.setDefault(spoken)
    return spoken
