"""A turn of a chat as an entry of the log."""

from __future__ import annotations

from collections.abc import Iterable

from robotui.chats.turns import Notice, Prompt, Reply, Switch, Turn
from robotui.layout.section import Section
from robotui.layout.section_stack import SectionStack
from robotui.layout.surroundings import notice, prompt, switch
from robotui.text import printable


class Entry:
    """One turn. Its sections are made when it is first needed, and can be dropped again."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.made = False
        self.stack = SectionStack()
        """What it shows, once it is made."""
        self._extent: tuple[int, int] | None = None

    def estimate(self, width: int) -> int:
        """About how many rows the turn takes; cheap."""
        lines, characters = self._extent or _extent(self._texts())
        if not isinstance(self.turn, Reply) or self.turn.state != "streaming":
            self._extent = lines, characters  # it stays so: to count anew at every width is slow
        return 1 + lines + characters // (width or 80)

    def make(self, width: int) -> int:
        """Make or renew the sections for this width and return the exact height."""
        sections = self.stack.sections if self.made else [self._section()]
        self.made = True
        return self.stack.lay_out(sections, width)

    def drop(self) -> None:
        """Forget the sections."""
        self.made = False
        self.stack = SectionStack()

    def hold(self, rows: int) -> None:
        """The first ``rows`` rows may be read: what is folded there stays as it is."""

    def reveal(self, line: int, offset: int) -> None:
        """Let a place be shown, if it is hidden, once the entry is made anew."""

    def source(self) -> str:
        """The text as it came, Markdown and all; cheap."""
        return "\n" + printable("\n\n".join(text.rstrip("\n") for text in self._texts()))

    def _texts(self) -> Iterable[str]:
        match self.turn:
            case Prompt(text=text):
                yield text
            case Notice(headline=headline, remedy=remedy):
                yield headline
                yield remedy
            case _:
                yield ""

    def _section(self) -> Section:
        match self.turn:
            case Prompt():
                return prompt(self.turn)
            case Switch():
                return switch(self.turn)
            case Notice():
                return notice(self.turn)
            case _:
                raise AssertionError(f"a turn of unknown kind: {self.turn!r}")


def _extent(texts: Iterable[str]) -> tuple[int, int]:
    """How many lines and characters these are."""
    lines = characters = 0
    for text in texts:
        lines += 1 + text.count("\n")
        characters += len(text)
    return lines, characters
