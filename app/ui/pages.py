"""The pages of the window, in the order of the side bar. Only pages that work are in it."""

from __future__ import annotations

from app.ui.dock_page import DockPage
from app.ui.doctor_page import DoctorPage
from app.ui.page import Page
from app.ui.recordings_page import RecordingsPage
from app.ui.settings_page import SettingsPage

PAGES: tuple[type[Page], ...] = (DockPage, RecordingsPage, DoctorPage, SettingsPage)
