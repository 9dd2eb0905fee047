"""The command as tests run it: in this process, with PINs in files, its lines of JSON read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.start import main
from tests.app.people.force import PIN


class Command:
    """Runs the command in this process, on one home, and gives what it said."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.home = folder / "home"
        self._patch = monkeypatch
        self._capsys = capsys
        self.err = ""

    def pin(self, pin: str | None, variable: str = "DOCKWARDEN_PIN_FILE", mode: int = 0o600) -> None:
        path = self.folder / variable
        if pin is None:
            self._patch.delenv(variable, raising=False)
            return
        path.write_text(pin + "\n")
        path.chmod(mode)
        self._patch.setenv(variable, str(path))

    def __call__(self, *words: str, code: int = 0) -> list[dict[str, Any]]:
        got = main(["--home", str(self.home), *words, "--json"])
        said = self._capsys.readouterr()
        self.err = said.err
        assert got == code, f"{words}: {got}: {said.out}{said.err}"
        return [json.loads(line) for line in said.out.splitlines()]

    def refused(self, *words: str, rule: str = "not-allowed") -> str:
        told = self(*words, code=6)[-1]
        assert (told["event"], told["rule"]) == ("refused", rule)
        return str(told["reason"])

    def take(self, text: str, *more: str, code: int = 0) -> list[dict[str, Any]]:
        (self.folder / "force.csv").write_text(text)
        return self("--as", "9000", "people", "import", str(self.folder / "force.csv"), *more, code=code)

    def enrol(self, collar: str, pin: str) -> None:
        self.pin(PIN)
        (given,) = self("--as", "9000", "people", "enrol", collar)
        self.pin(pin)
        self("people", "enrol", collar, "--code", given["code"])
        self.pin(PIN)
