"""The colours of the lines of a code block, found when a line is first shown."""

from __future__ import annotations

from typing import Final

from robotui.markdown import highlight
from robotui.markdown.blocks import Line, Span

_STRETCH: Final = 500
"""Lines. Colouring begins anew at the first line of each stretch: no line has to wait for more."""


class CodeColours:
    """Colours for ``lines`` from the one at ``first`` on; the list may grow until ``finish``.

    They depend on the text alone: not on which lines were asked for, or in which order.
    """

    def __init__(self, language: str, lines: list[Line], first: int) -> None:
        self._language = language
        self._lines = lines
        self._first = first
        self._final = self._tried = False
        self._exact: list[tuple[Span, ...]] | None = None
        self._stretches: dict[int, tuple[highlight.Growing, list[tuple[Span, ...]]]] = {}

    def finish(self) -> None:
        """The code is complete: where it is not too long it is coloured as a whole from now on."""
        self._final = True

    def of(self, at: int) -> tuple[Span, ...]:
        """The colours of the code line at this index."""
        if self._final and not self._tried:
            self._tried = True
            texts = [line.text for line in self._lines[self._first :]]
            self._exact = highlight.exact(self._language, texts)
        if self._exact is not None:
            return self._exact[at]
        number, index = divmod(at, _STRETCH)
        if number not in self._stretches:
            self._stretches[number] = (highlight.Growing(self._language), [])
        growing, spans = self._stretches[number]
        while len(spans) <= index:
            line = self._first + number * _STRETCH + len(spans)
            last = line == len(self._lines) - 1 and not self._final
            found = growing.line(self._lines[line].text, last=last)
            if last:
                return found
            spans.append(found)
        return spans[index]
