"""Where a verb's words go: results to standard output, messages to standard error; with --json one object a line."""

from __future__ import annotations

import sys
from typing import Any

import msgspec


class Output:
    """Says results and messages. With `json` standard output carries JSON objects and nothing else."""

    def __init__(self, *, json: bool) -> None:
        self.json = json

    def result(self, value: msgspec.Struct | dict[str, Any], words: str | None = None) -> None:
        """Say one result: the value as a line of JSON, or `words` for people (nothing where there are none)."""
        if self.json:
            self._line(msgspec.json.encode(value, enc_hook=str).decode())
        elif words is not None:
            self._line(words)

    def say(self, words: str) -> None:
        """Say a message for people: beside the JSON, never in it."""
        print(words, file=sys.stderr, flush=True)  # noqa: T201  this is the command's voice

    def refused(self, rule: str, reason: str) -> None:
        """Say that a rule, by its fixed name, forbids what was asked for, and why in words."""
        self.result({"event": "refused", "rule": rule, "reason": reason})
        self.say(reason)

    @staticmethod
    def _line(text: str) -> None:
        print(text, flush=True)  # noqa: T201  this is the command's voice
