"""The Recordings page beside a file manager: a key is pressed on a real screen, until the list stands.

`python -m tests.bench.beside [COUNT]` shows both, one after the other, under Xvfb with a window manager and with the
same names in their lists: ours from the database, pcmanfm-qt from a folder of empty files. Keys and the wheel come from
xdotool; the X server's own memory is watched at the same place of both windows. A time is from before xdotool's start,
some milliseconds in both, to the last change of the list before QUIET_S without one. Ours is the bare page, without the
window and its docks; it searches all that is told of a recording, the newest first, and the file manager the names of
files, by name. The list is what is seen of it: rows below it may still come.

Prints a table in Markdown and a line of JSON, or which of the programs that it needs are missing.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from app.home import Home
from app.ui.bridge import Bridge
from app.ui.page import Context
from app.ui.recordings_page import RecordingsPage
from app.ui.tokens import Theme, load_fonts, stylesheet
from tests.bench.library import COUNT, PICTURES, fill, picture
from tests.screens.story import NOW, StoryDocks

PROGRAMS = ("Xvfb", "openbox", "xdotool", "dbus-run-session", "pcmanfm-qt")
WIDTH, HEIGHT = 1366, 768
COLUMNS, ROWS = slice(4 * 250, 4 * 780), range(320, 640)
"""Where both windows show their lists: bytes of a row, and rows of the screen."""
MIDDLE = ("500", "480")
QUIET_S, OPENED_S = 1.0, 5.0
LOOK_S = 0.0005
LIMIT_S = 120.0
LETTERS = ("7", "3", "5", "BackSpace", "BackSpace", "BackSpace") * 3
WHEEL = 12
FILE_MANAGER = "[FolderView]\nMode=detailed\n[Window]\nLastWindowMaximized=true\n"


class Screen:
    """An X server with a window manager, whose picture lies in a file."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        line = ["Xvfb", "-displayfd", "1", "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", str(folder)]
        server = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        stack.callback(_end, server)
        assert server.stdout is not None
        self.environment = os.environ | {
            "DISPLAY": f":{server.stdout.readline().strip()}",
            "QT_QPA_PLATFORM": "xcb",
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "DOCKWARDEN_KEYS": "file",
            "GVFS_DISABLE_FUSE": "1",
        }
        stack.enter_context(self.running(["openbox"]))
        with (folder / "Xvfb_screen0").open("rb") as file:
            self._picture = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._begin = len(self._picture) - 4 * WIDTH * HEIGHT

    @contextmanager
    def running(self, line: list[str]) -> Iterator[None]:
        """Run a program on this screen meanwhile."""
        program = subprocess.Popen(line, env=self.environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            yield
        finally:
            _end(program)

    def listed(self) -> bytes:
        """What is shown now where the lists are."""
        begins = (self._begin + 4 * WIDTH * row for row in ROWS)
        return b"".join(self._picture[begin + COLUMNS.start : begin + COLUMNS.stop] for begin in begins)

    def stands(self, before: bytes, quiet: float) -> float:
        """Wait until the list shows something else than before and stands for so long; gives when it last changed."""
        began, last, changed = time.perf_counter(), before, 0.0
        while not changed or time.perf_counter() - changed < quiet:
            if time.perf_counter() - began > LIMIT_S:
                raise TimeoutError("the list does not stand")
            time.sleep(LOOK_S)
            now = self.listed()
            if now != last:
                last, changed = now, time.perf_counter()
        return changed

    def xdotool(self, *words: str) -> str:
        """Do something as a person would, or ask something; gives what was answered."""
        done = subprocess.run(["xdotool", *words], env=self.environment, check=False, capture_output=True, text=True)
        return done.stdout.strip()

    def wait_for_window(self, title: str) -> None:
        """Wait until the window of this title is the one that keys go to."""
        began = time.perf_counter()
        while self.xdotool("getactivewindow", "getwindowname") != title:
            if time.perf_counter() - began > LIMIT_S:
                raise TimeoutError(f"no window {title!r} came up")
            time.sleep(0.1)

    def send(self, *words: str) -> float:
        """Do something as a person would, and give the milliseconds until the list stands."""
        before, began = self.listed(), time.perf_counter()
        with self.running(["xdotool", *words]):
            return 1000 * (self.stands(before, QUIET_S) - began)

    def measure(self, line: list[str], title: str, *to_filter: str) -> dict[str, list[float]]:
        """Run a program that shows a list, and do every act on it; milliseconds."""
        with self.running(line):
            self.wait_for_window(title)
            self.stands(b"", OPENED_S)
            self.xdotool("mousemove", *MIDDLE, *to_filter)
            letters = [self.send("key", key) for key in LETTERS]
            wheel = [self.send("click", "--delay", "0", "5") for _ in range(WHEEL)]
        return {
            "a letter in the filter": letters,
            "a turn of the wheel": wheel,
        }


def _end(program: subprocess.Popen[Any]) -> None:
    program.terminate()
    program.communicate()


def show_page(folder: Path, count: int) -> None:
    """Make a home of recordings and a folder of empty files of the same names, and show the page until ended."""
    application = QApplication(["beside"])
    application.setStyle("Fusion")
    load_fonts()
    theme = Theme("light")
    application.setStyleSheet(stylesheet(theme.palette))
    with Home(folder / "home") as home:
        fill(home, count)
        picture(home, PICTURES)
        make_files(folder / "files", home.database.path)
        page = RecordingsPage(Context(home, Bridge(StoryDocks()), theme, NOW.astimezone))
        page.showMaximized()
        page.search.setFocus()
        application.exec()


def make_files(folder: Path, database: Path) -> None:
    """An empty file for each recording; a number ends its name, since a home may have two of one name."""
    folder.mkdir()
    with sqlite3.connect(database) as connection:
        for place, (name,) in enumerate(connection.execute("SELECT name FROM recording")):
            (folder / name.replace(".MP4", f"_{place}.MP4")).touch()
    connection.close()


def main(count: int = COUNT) -> None:
    """Measure both and report."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        print("Not measured: these programs are missing:", *missing)
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, ExitStack() as stack:
        folder = Path(name)
        settings = folder / "pcmanfm-qt" / "default" / "settings.conf"
        settings.parent.mkdir(parents=True)
        settings.write_text(FILE_MANAGER, encoding="utf-8")
        screen = Screen(folder, stack)
        ours = screen.measure([sys.executable, "-m", "tests.bench.beside", "--page", str(folder), str(count)], "beside")
        others = screen.measure(
            ["dbus-run-session", "--", "pcmanfm-qt", str(folder / "files")], "files", "key", "ctrl+i", "sleep", "1"
        )
    report(count, ours, others)


def report(count: int, ours: dict[str, list[float]], others: dict[str, list[float]]) -> None:
    """Print the table and the JSON."""
    print(f"{count:,} names, median and worst, ms\n\n| | ours | pcmanfm-qt |\n|---|---:|---:|")
    for act in ours:
        figures = [f"{statistics.median(one[act]):,.0f} ({max(one[act]):,.0f})" for one in (ours, others)]
        print(f"| {act} |", " | ".join(figures), "|")
    print(json.dumps({"bench": "beside", "count": count, "ours": ours, "others": others}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--page"]:
        show_page(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(*map(int, sys.argv[1:2]))
