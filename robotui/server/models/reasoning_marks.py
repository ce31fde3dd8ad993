"""Reasoning separated from an answer by the marks around it, such as ``<think>``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from robotui.server.engine import Text, Think
from robotui.server.models.reasoning_tags import ANSWERS, FAMILIES, LOWER, NEXT, WRAPS, begun
from robotui.server.models.unopened_reasoning import Opened, Unopened

Place = Literal["start", "reasoning", "after", "open", "text"]


class Marks:
    """Divides the text of one answer into words and reasoning.

    Reasoning stands between marks at the very start of the answer; later ones are text. Where only
    the mark that closes it may come, text is held back until ``release`` (see ``Unopened``).
    """

    def __init__(self, opened: Opened = "yes") -> None:
        self.lone = False
        """Whether a mark came that closes what was never opened."""
        self._unopened = Unopened(opened)
        self._place: Place = "start"
        self._held = ""
        self._mark = ""
        self._closing: tuple[str, ...] = ()
        self._end = ""
        self._thought = False

    @property
    def holding(self) -> bool:
        """Whether text is held back that may be reasoning."""
        return self._unopened.holding

    @property
    def likely(self) -> bool:
        """Whether what is held back begins as reasoning does."""
        return self._unopened.likely

    @property
    def reasoned(self) -> bool:
        """Whether there was reasoning between marks."""
        return self._thought

    def feed(self, piece: str) -> Iterator[Text | Think]:
        """What can be told after ``piece``."""
        if self._place == "text" and not self._end:
            yield Text(piece)
            return
        self._held += piece
        yield from self._advance()

    def _advance(self) -> Iterator[Text | Think]:
        place: Place | None = None
        while place != self._place:
            place = self._place
            yield from self._step()

    def release(self) -> Iterator[Text | Think]:
        """Hold nothing back any more: it took too long."""
        yield from self._unopened.release()

    def flush(self) -> Iterator[Text | Think]:
        """The rest, at the end."""
        if self._place == "open":
            yield from self._look(last=True)
            yield from self._advance()
        if self._place == "open":
            yield from self._unopened.flush()
        elif self._place == "reasoning":
            # A mark and nothing else is what was said.
            yield Think(self._held) if self._held or self._thought else Text(self._mark)
        elif self._end and self._held.rstrip().translate(LOWER).endswith(self._end):
            yield Text(self._held.rstrip()[: -len(self._end)])
        else:
            yield Text(self._held.lstrip("\n") if self._place == "after" else self._held)
        self._held = ""

    def _step(self) -> Iterator[Text | Think]:
        match self._place:
            case "start" | "after":
                yield from self._begin()
            case "reasoning":
                yield from self._reason()
            case "open":
                yield from self._look()
            case "text":
                yield from self._say()

    def _begin(self) -> Iterator[Text | Think]:
        new = self._held.lstrip()
        low = new.translate(LOWER)
        wraps = WRAPS | ANSWERS if self._place == "after" else WRAPS
        for mark, closing in FAMILIES.items():
            if low.startswith(mark):
                if self._place == "after":
                    yield Think("\n\n")
                self._mark, self._held = new[: len(mark)], new[len(mark) :]
                self._place, self._closing = "reasoning", closing
                return
        for mark, end in wraps.items():
            if low.startswith(mark):
                self._place, self._end, self._held = "text", end, new[len(mark) :].lstrip("\n")
                return
        if any(mark.startswith(low) for mark in (*FAMILIES, *wraps)):
            return
        if self._place == "after":
            self._place, self._held = "text", self._held.lstrip("\n")
        else:
            self._place = "open"

    def _reason(self) -> Iterator[Text | Think]:
        low = self._held.translate(LOWER)
        found = [(low.find(mark), mark) for mark in self._closing if mark in low]
        at, mark = min(found, default=(-1, ""))
        end = at + len(mark)
        if mark and self._held[at - 1 : at] == "`":
            if end == len(self._held):
                return
            if self._held[end] == "`":  # spoken of
                yield self._thinks(self._held[:end])
                self._held = self._held[end:]
                yield from self._reason()
                return
        if mark:
            yield self._thinks(self._held[:at])
            self._place, self._held = "after", self._held[at if mark in NEXT else end :]
            return
        kept = max(begun(mark, low) for mark in self._closing)
        kept += self._held[: len(self._held) - kept].endswith("`")
        cut = len(self._held) - kept
        yield self._thinks(self._held[:cut])
        self._held = self._held[cut:]

    def _thinks(self, text: str) -> Think:
        self._thought |= text != ""
        return Think(text)

    def _say(self) -> Iterator[Text | Think]:
        """Words up to the mark that ends the answer, which a control word does anywhere."""
        low = self._held.translate(LOWER)
        at = low.find(self._end) if self._end.startswith("<|") else -1
        if at >= 0:
            yield Text(self._held[:at])
            self._held = self._held[at + len(self._end) :]
            self._place, self._end = "after", ""
            return
        bare = low.rstrip()
        kept = begun(self._end, bare) or len(self._end) * bare.endswith(self._end)
        cut = len(bare) - kept if kept and self._end else len(self._held)
        yield Text(self._held[:cut])
        self._held = self._held[cut:]

    def _look(self, *, last: bool = False) -> Iterator[Text | Think]:
        """Look for a mark that closes what was not opened; ``last``: nothing more comes."""
        found = self._unopened.look(self._held, last=last)
        self._held = found.rest
        if found.closed:
            self.lone, self._place = True, "after"
            self._thought |= any(part.piece for part in found.parts)
        yield from found.parts
