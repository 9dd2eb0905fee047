"""A card reader that types like a keyboard, told from a person who types: nobody types as fast as a reader does."""

from __future__ import annotations

GAP_S = 0.05
"""A reader's keys follow each other at least as fast as this; a person's hardly ever do, and never for a whole card."""
SHORTEST, LONGEST = 4, 64
"""Characters of a card's number."""
END = frozenset("\r\n")


class Reader:
    """Listens to keys. A card is a run of characters without a pause between them, with Enter right after the last."""

    def __init__(self) -> None:
        self._typed = ""
        self._at_s = 0.0

    def key(self, text: str, at_s: float) -> str | None:
        """Take the text of one key, pressed at this time (of any clock that runs on); gives the card that it ends."""
        in_time = 0 <= at_s - self._at_s <= GAP_S
        self._at_s = at_s
        if text in END:
            card, self._typed = self._typed if in_time else "", ""
            return card if SHORTEST <= len(card) <= LONGEST else None
        if text and text.isprintable():
            self._typed = (self._typed if in_time else "")[:LONGEST] + text
        return None
