"""A reply as an entry of the log, which takes in what comes as it comes in."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress, count
from operator import is_not

from robotui.chats.reply_text import ReplyText
from robotui.chats.turns import Did, Part, Remark, Reply, Said, Turn
from robotui.layout.activity_section import ActivitySection
from robotui.layout.code_section import DEFAULT, CodeOptions, CodeSection, CodeState
from robotui.layout.entry import Entry
from robotui.layout.section import INDENT, Section, gap_lines
from robotui.layout.surroundings import foot, head
from robotui.layout.table_section import TableSection
from robotui.markdown import CodeBlock, Document
from robotui.markdown.blocks import Block, Paragraph, Table


class ReplyEntry(Entry):
    """A reply: its head, its parts, and while it comes in a line that says so.

    ``latest`` says that its code blocks are the ones that keys copy, ``unfinished`` that it was
    still coming in when it was made last.
    """

    def __init__(self, reply: Reply, options: CodeOptions = DEFAULT) -> None:
        super().__init__(reply)
        self.reply = reply
        self.latest = False
        self.unfinished = False
        self._options = options
        self._text = ReplyText(reply)
        self._head: Section | None = None
        self._parts: list[_PartView] = []
        self._expanded: set[Part] = set()
        self._states: dict[int, CodeState] = {}
        self._fenced: bool | None = None

    def make(self, width: int) -> int:
        """Make the sections, or take in what came since the last time."""
        final = self.reply.state != "streaming"
        self._text.update()
        self._take_parts()
        made = head(self.reply)
        changed = None
        if self._head is None or made.lines != self._head.lines:
            self._head, changed = made, 0
        sections = [self._head]
        for view in self._parts:
            view.expanded = view.part in self._expanded
            at = view.refresh(final=final, hint=self.latest)
            if changed is None and at is not None:
                changed = len(sections) + at
            sections += view.sections
        if changed is None:
            changed = len(sections)
        self.made, self.unfinished = True, not final
        return self.stack.lay_out([*sections, *foot(self.reply)], width, changed)

    def _take_parts(self) -> None:
        parts = self.reply.parts
        del self._parts[len(parts) :]
        for at, part in enumerate(parts[len(self._parts) :], len(self._parts)):
            before = parts[at - 1] if at else None
            together = before is None or (isinstance(before, Did) and isinstance(part, Did))
            document = self._text.documents.get(at)
            view = _PartView(part, document, self._states, self._options, gap=not together)
            self._parts.append(view)

    def drop(self) -> None:
        """Forget the sections and what was parsed; what people changed stays so."""
        super().drop()
        self._text = ReplyText(self.reply)
        self._head = None
        self._parts = []
        untouched = CodeState()
        for number in [n for n, state in self._states.items() if state == untouched]:
            del self._states[number]

    def code_blocks(self) -> list[CodeBlock]:
        """The code blocks of the reply as it was made last."""
        return self._text.code_blocks

    def may_have_fence(self) -> bool:
        """Whether there can be a fenced code block; cheap, and found out once."""
        if self._fenced is not None:
            return self._fenced
        found = any(
            # Looking for one character takes a tenth of the time.
            ("`" in text and "```" in text) or ("~" in text and "~~~" in text)
            for text in (part.text for part in self.reply.parts if isinstance(part, Said))
        )
        if self.reply.state != "streaming":
            self._fenced = found
        return found

    def toggle(self, part: Part) -> None:
        """Show or hide the detail of an activity or a remark."""
        self._expanded ^= {part}

    def hold(self, rows: int) -> None:
        """The first ``rows`` rows may be read: what is folded there stays as it is."""
        if self.unfinished:
            for section, top, _ in self.stack.code():
                if top < rows:
                    section.hold()

    def reveal(self, line: int, offset: int) -> None:
        """Let a place be shown, if it is hidden, once the entry is made anew."""
        section, line = self.stack.section_of(line)
        if isinstance(section, CodeSection):
            section.unfold_for(line)
            section.bring(line, offset)
        elif line in section.hidden:
            self._expanded.add(section.subject)

    def _texts(self) -> Iterable[str]:
        for part in self.reply.parts:
            yield part.text if isinstance(part, Said) else part.title


class _PartView:
    """A part of a reply and its sections. ``states`` are those of the reply's code blocks."""

    def __init__(
        self,
        part: Part,
        document: Document | None,
        states: dict[int, CodeState],
        options: CodeOptions,
        *,
        gap: bool,
    ) -> None:
        self.part = part
        self.expanded = False
        self.sections: list[Section] = []
        self.document = document
        self._blocks: list[Block] = []
        self._states = states
        self._options = options
        self._gap = gap
        self._shown: tuple[object, ...] = ()

    def refresh(self, *, final: bool, hint: bool) -> int | None:
        """Take in what came since the last time; returns the first section that has changed."""
        part = self.part
        if not isinstance(part, Said):
            shown = (*_state_of(part), self.expanded)
            if shown == self._shown:
                return None
            self._shown = shown
            self.sections = [ActivitySection(part, expanded=self.expanded, gap=self._gap)]
            return 0
        if self.document is None:
            return None
        final = final or not part.open
        changed = self._refresh_text(self.document.blocks)
        for at, section in enumerate(self.sections):
            if (
                isinstance(section, CodeSection)
                and section.refresh(final=final, hint=hint)
                and (changed is None or at < changed)
            ):
                changed = at
        return changed

    def _refresh_text(self, blocks: list[Block]) -> int | None:
        """Make the sections of blocks that were not there; returns the first of them."""
        old = self._blocks
        # The iterators run in C: this looks at every block, each time that something came.
        keep = next(compress(count(), map(is_not, old, blocks)), min(len(old), len(blocks)))
        if keep == len(old) == len(blocks):
            return None
        self._blocks = blocks.copy()
        self.sections[keep:] = [
            section_of(block, self._states, self._options) for block in blocks[keep:]
        ]
        return keep


def entry_of(turn: Turn, options: CodeOptions = DEFAULT) -> Entry:
    """The entry for a turn."""
    return ReplyEntry(turn, options) if isinstance(turn, Reply) else Entry(turn)


def section_of(
    block: Block, states: dict[int, CodeState], options: CodeOptions = DEFAULT
) -> Section:
    """A block of Markdown as a section; ``states`` are those of code blocks, by number."""
    match block:
        case CodeBlock():
            return CodeSection(block, states.setdefault(block.number, CodeState()), options)
        case Table():
            return TableSection(block, INDENT)
        case Paragraph():
            return Section([*gap_lines(block.gap), *block.lines], block, INDENT)
        case _:
            raise AssertionError(f"a block of unknown kind: {block!r}")


def _state_of(part: Did | Remark) -> tuple[object, ...]:
    if isinstance(part, Did):
        return part.title, part.outcome, len(part.detail)
    return part.title, part.count, len(part.detail)
