"""What a reply says, as running text: pure, no sockets."""

from __future__ import annotations

from robotui.events import Event
from robotui.reading import Reading, Words


class Paragraphs:
    """Joins the pieces of a message, and separates whole messages by a blank line."""

    def __init__(self) -> None:
        self._reading = Reading()
        self._text_before = ""

    @property
    def spoke(self) -> bool:
        """Whether anything was said."""
        return bool(self._text_before)

    @property
    def failure(self) -> str:
        """The error that the reply ends with, as far as it has come; empty if it does not."""
        return self._reading.failure

    def add(self, event: Event) -> str:
        """The text that ``event`` adds, with the separator that is due before it."""
        return "".join(self._add(step) for step in self._reading.add(event) if type(step) is Words)

    def _add(self, words: Words) -> str:
        separator = ""
        if self._text_before and not words.joins:
            separator = "\n" if self._text_before.endswith("\n") else "\n\n"
        self._text_before = words.text
        return separator + words.text
