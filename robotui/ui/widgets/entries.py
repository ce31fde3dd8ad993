"""The turns of a chat as entries of the log, each made of sections."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from robotui.chats.transcript import Did, Notice, Part, Prompt, Remark, Reply, Said, Switch, Turn
from robotui.markdown import CodeBlock, Document
from robotui.markdown.blocks import Line
from robotui.ui.widgets.sections import CodeSection, Section, section_of
from robotui.ui.widgets.turn_sections import INDENT, activity, foot, head, notice, prompt, switch


class Entry:
    """One turn. Its sections are made when it is first needed, and can be dropped again.

    ``height`` is an estimate until ``made``.
    """

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.height = 0
        self.made = False
        self.sections: list[Section] = []
        self._tops: list[int] = []
        self._firsts: list[int] = []

    def estimate(self, width: int) -> int:
        """About how many rows the turn takes; cheap."""
        self.height = 1 + _guess(self._texts(), width or 80)
        return self.height

    def make(self, width: int) -> int:
        """Make or renew the sections for this width and return the exact height."""
        if not self.made:
            self.sections = self._sections()
            self.made = True
        return self._sum_up(width)

    def drop(self) -> None:
        """Forget the sections; the height stays."""
        self.made = False
        self.sections = []

    def locate(self, row: int) -> tuple[Section, int]:
        """The section that a row belongs to, and which of its rows it is."""
        at = self._section_at(row)
        return self.sections[at], row - self._tops[at]

    def place_of(self, row: int) -> tuple[int, int]:
        """The line of the entry that a row shows, and the offset at which the row begins."""
        at = self._section_at(row)
        section, row = self.sections[at], row - self._tops[at]
        return self._firsts[at] + section.line_at(row), section.start_of(row)

    def row_of(self, line: int, offset: int) -> int:
        """The row that shows this place."""
        at = max(0, bisect_right(self._firsts, line) - 1)
        return self._tops[at] + self.sections[at].row_of(line - self._firsts[at], offset)

    def lines(self) -> list[Line]:
        """All lines, in order."""
        return [line for section in self.sections for line in section.lines]

    def _section_at(self, row: int) -> int:
        return max(0, bisect_right(self._tops, min(row, self.height - 1)) - 1)

    def _sum_up(self, width: int) -> int:
        heights = (section.lay_out(width) for section in self.sections)
        *self._tops, self.height = accumulate(heights, initial=0)
        *self._firsts, _ = accumulate((len(s.lines) for s in self.sections), initial=0)
        return self.height

    def _texts(self) -> Iterable[str]:
        match self.turn:
            case Prompt(text=text):
                yield text
            case Notice(headline=headline, remedy=remedy):
                yield headline
                yield remedy
            case _:
                yield ""

    def _sections(self) -> list[Section]:
        match self.turn:
            case Prompt():
                return [prompt(self.turn)]
            case Switch():
                return [switch(self.turn)]
            case Notice():
                return [notice(self.turn)]
            case _:
                raise AssertionError(f"a turn of unknown kind: {self.turn!r}")


class _PartView:
    """A part of a reply and its sections."""

    def __init__(self, part: Part, codes: int, *, gap: bool) -> None:
        self.part = part
        self.expanded = False
        self.sections: list[Section] = []
        self.document = Document(codes, gap=gap) if isinstance(part, Said) else None
        self._gap = gap
        self._fed = 0
        self._shown: tuple[object, ...] = ()

    def refresh(self, *, final: bool, hint: bool) -> None:
        """Take in what came since the last time."""
        part = self.part
        if not isinstance(part, Said):
            shown = (*_state_of(part), self.expanded)
            if shown != self._shown:
                self._shown = shown
                self.sections = [activity(part, expanded=self.expanded, gap=self._gap)]
        elif self.document is not None:
            self._refresh_text(self.document, part, final=final or not part.open)
            for section in self.sections:
                if isinstance(section, CodeSection):
                    section.refresh(final=final or not part.open, hint=hint)

    def _refresh_text(self, document: Document, said: Said, *, final: bool) -> None:
        text = said.text
        document.feed(text[self._fed :])
        self._fed = len(text)
        if final:
            document.finish()
        blocks = document.blocks
        keep = 0
        for section, block in zip(self.sections, blocks, strict=False):
            if section.subject is not block:
                break
            keep += 1
        self.sections[keep:] = [section_of(block, INDENT) for block in blocks[keep:]]


class ReplyEntry(Entry):
    """A reply: its head, its parts, and while it comes in a line that says so.

    ``latest`` says that its code blocks are the ones that keys copy, ``unfinished`` that it was
    still coming in when it was made last.
    """

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply)
        self.reply = reply
        self.latest = False
        self.unfinished = False
        self._parts: list[_PartView] = []
        self._expanded: set[Part] = set()

    def make(self, width: int) -> int:
        """Make the sections, or take in what came since the last time."""
        final = self.reply.state != "streaming"
        codes = 0
        del self._parts[len(self.reply.parts) :]
        for at, part in enumerate(self.reply.parts):
            if at == len(self._parts):
                before = self.reply.parts[at - 1] if at else None
                together = before is None or (isinstance(before, Did) and isinstance(part, Did))
                self._parts.append(_PartView(part, codes, gap=not together))
            view = self._parts[at]
            view.expanded = part in self._expanded
            view.refresh(final=final, hint=self.latest)
            codes += len(view.document.code_blocks) if view.document else 0
        self.made, self.unfinished = True, not final
        self.sections = [
            head(self.reply),
            *(section for view in self._parts for section in view.sections),
            *foot(self.reply),
        ]
        return self._sum_up(width)

    def drop(self) -> None:
        """Forget the sections and what was parsed; what is expanded stays so."""
        super().drop()
        self._parts = []

    def code_blocks(self) -> list[CodeBlock]:
        """The code blocks of the reply as it was made last."""
        found = (view.document.code_blocks for view in self._parts if view.document)
        return [block for blocks in found for block in blocks]

    def toggle(self, part: Part) -> None:
        """Show or hide the detail of an activity or a remark."""
        self._expanded ^= {part}

    def _texts(self) -> Iterable[str]:
        for part in self.reply.parts:
            yield part.text if isinstance(part, Said) else part.title


def entry_of(turn: Turn) -> Entry:
    """The entry for a turn."""
    return ReplyEntry(turn) if isinstance(turn, Reply) else Entry(turn)


def _guess(texts: Iterable[str], width: int) -> int:
    rows = 0
    for text in texts:
        rows += 1 + text.count("\n") + len(text) // max(1, width)
    return rows


def _state_of(part: Did | Remark) -> tuple[object, ...]:
    if isinstance(part, Did):
        return part.title, part.outcome, len(part.detail)
    return part.title, part.count, len(part.detail)
