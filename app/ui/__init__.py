"""The window: the only part of the program that imports PySide6. It shows snapshots and sends acts, nothing more.

`app.ui.display.can_show` says, without loading Qt, why no window can be shown; `app.ui.main.run` shows it.
"""
