"""Where a verb's words go: results to standard output, messages to standard error; with --json one object a line."""

from __future__ import annotations

import json
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
            self._line(encoded(value))
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
        shown = text.encode(errors="backslashreplace").decode()  # a stray byte of an argument or of a file's name
        print(shown, flush=True)  # noqa: T201  this is the command's voice


def encoded(value: msgspec.Struct | dict[str, Any]) -> str:
    """A value as a line of JSON. Text with a stray byte, which UTF-8 cannot hold, is escaped."""
    try:
        return msgspec.json.encode(value, enc_hook=str).decode()
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value, enc_hook=str), separators=(",", ":"))
