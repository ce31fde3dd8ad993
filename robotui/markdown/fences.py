"""Where a fenced code block ends.

CommonMark ends it at the first line that has nothing but a long enough run of its character. People
and models also write fences inside a fence of the same length, and mean them as content. So, inside
a fence, a line that could end it (below: bare) or that has an info string (named) is read thus:

- **Shorter fences and those of the other character are content**, as in CommonMark. What is around
  a longer fence is exact.
- **A named fence opens an inner one, a bare one closes the innermost.** This holds in Markdown, in
  strings and comments of code, and where the language tells nothing (``text``, ``html``, no info
  string, ...). Elsewhere in code a named fence is content, as in CommonMark: there it begins the
  next block, and somebody forgot to end this one.
- **A bare fence opens an inner one, if none is open, in two places**: in strings and comments of
  code; and in Markdown if it looks like it: there is text right below, and a blank line, a heading
  or a colon right above. (Where the language tells nothing, this would be the next block: so what
  came before did not nest.)
- **It has to come out even.** A bare fence that opened an inner one was the end of the block after
  all if a named one or the end of the text comes before it is closed. A block that nests and is not
  closed at the end of the text ends where CommonMark says; but Markdown goes on to the end, as it
  does in a reply that was cut off. What nests deeper than anybody writes is read as CommonMark.
- In a diff, a line that begins with a blank is content: it is a line of the file.

All of this is told line by line. The end of a block may be told only when later lines have come;
until then it is open.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from robotui.markdown.file_names import language_of, words_of
from robotui.markdown.quoting import Quoting
from robotui.markdown.source import without_ending
from robotui.text import printable

if TYPE_CHECKING:
    from markdown_it.rules_block.state_block import StateBlock

_DEEPEST: Final = 8
"""Fences inside each other."""

_MARKDOWN: Final = words_of("commonmark gfm markdown md mdown mdx mkd mkdn myst qmd quarto rmd")
_DIFFS: Final = words_of("diff patch udiff")
_OPENING: Final = re.compile(r"(?P<mark>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)", re.DOTALL)
_NAME: Final = re.compile(r"[ \t]*(?:\w|\{|\.\w)")
"""How an info string begins."""
_LEADING: Final = re.compile(r"[ \t]*$| {0,3}#{1,6}[ \t]|.*:[*_]*[ \t]*$")
"""A line that leads up to what is below: blank, a heading, or with a colon at its end."""


class Fence:
    """An open fence: is told the lines below its opening one until ``closing`` is known."""

    def __init__(self, marker: str, length: int, info: str) -> None:
        language = language_of(info).lower()
        self.lines: list[str] = []
        """All lines that were taken, the closing one and those after it as well."""
        self.closing: int | None = None
        """Which of ``lines`` is the closing fence, as soon as that is known."""
        self._mark = marker * length
        self._is_markdown = language in _MARKDOWN
        self._is_diff = language in _DIFFS
        self._is_flat = False
        """Inner fences don't count."""
        self._quoting = Quoting(language)
        self._first: int | None = None
        """Where CommonMark has the closing fence."""
        self._inner: list[int] = []
        """The lengths of the inner fences that are open."""
        self._opening: int | None = None
        """The bare fence that opened the only inner one."""
        self._doubt = False
        """The last line is a bare fence; the line below it tells what it does."""

    @property
    def known(self) -> int:
        """How many lines are content for all that is known so far."""
        if self.closing is not None:
            return self.closing
        return len(self.lines) - self._doubt

    def take(self, line: str) -> None:
        """The next line has come, with or without its line ending."""
        if self._doubt:
            self.look(line)
        self.lines.append(line)
        if self._mark in line and self.closing is None:
            bare = line.lstrip(" ")
            if bare.startswith(self._mark) and len(line) - len(bare) <= 3:
                rest = bare.lstrip(self._mark[0])
                length = len(bare) - len(rest)
                self._take_fence(len(self.lines) - 1, length, rest.strip(" \t\r\n"))

    def look(self, line: str) -> None:
        """See the beginning of the next line, which has not come yet. It must not be blank."""
        if self._doubt:
            self._doubt = False
            if not line.strip() or line.lstrip(" ").startswith(self._mark[0]):
                self.closing = len(self.lines) - 1
            elif self._is_markdown:
                self._open(len(self._mark), len(self.lines) - 1)
            else:
                self.closing = self._first

    def end(self) -> None:
        """No more lines will come."""
        if self.closing is not None:
            return
        if self._doubt:
            self.closing = len(self.lines) - 1
        elif self._opening is not None:
            self.closing = self._opening
        elif not self._is_markdown:
            self.closing = self._first

    def _take_fence(self, at: int, length: int, info: str) -> None:
        if self._is_diff and self.lines[at].startswith(" "):
            return
        if not info:
            self._take_bare(at, length)
        elif _NAME.match(info) and not (self._mark[0] == "`" and "`" in info):
            self._take_named(at, length)

    def _take_bare(self, at: int, length: int) -> None:
        if self._first is None:
            self._first = at
        if self._inner:
            if length >= self._inner[-1]:
                self._inner.pop()
                self._opening = None
        elif self._is_flat:
            self.closing = at
        elif at and _LEADING.match(without_ending(self.lines[at - 1])) and self._may_open(at):
            self._doubt = True
        elif self._quoting.quotes(self.lines, at):
            self._open(length, at)
        else:
            self.closing = at

    def _may_open(self, at: int) -> bool:
        """Whether a bare fence that looks like a beginning can be one."""
        return self._is_markdown or (not self._quoting.known and self._first != at)

    def _take_named(self, at: int, length: int) -> None:
        if self._opening is not None:
            self.closing = self._opening
        elif self._inner or self._nests(at):
            self._open(length)

    def _nests(self, at: int) -> bool:
        """Whether a named fence opens an inner one when none is open."""
        if self._is_flat:
            return False
        return not self._quoting.known or self._quoting.quotes(self.lines, at)

    def _open(self, length: int, opening: int | None = None) -> None:
        self._inner.append(length)
        self._opening = opening
        if len(self._inner) > _DEEPEST:
            self._inner.clear()
            self._is_flat = True
            self.closing = self._first


def info_string(raw: str) -> str:
    """A fence's info string as CommonMark reads it: escapes and entities resolved, trimmed."""
    from markdown_it.common.utils import unescapeAll

    return printable(unescapeAll(raw).strip())


def read_fence(state: StateBlock, begins: int, end: int, silent: bool) -> bool:
    """The parser's rule for fences. ``meta["closed"]`` of its token: the closing line has come."""
    place = state.bMarks[begins] + state.tShift[begins]
    if state.src[place : place + 3] not in {"```", "~~~"} or state.is_code_block(begins):
        return False
    found = _OPENING.match(state.src, place, state.eMarks[begins])
    if found is None or silent:
        return found is not None
    fence = Fence(found["mark"][0], len(found["mark"]), info_string(found["info"]))
    at = begins + 1
    while at < end and fence.closing is None:
        indent = state.sCount[at] - state.blkIndent
        place = state.bMarks[at] + state.tShift[at]
        if indent < 0 and not state.isEmpty(at):
            break
        fence.take(" " * indent + state.src[place : state.eMarks[at]])
        at += 1
    if at < len(state.bMarks) - 1 or state.env["final"]:
        fence.end()
    token = state.push("fence", "code", 0)
    token.info, token.markup = found["info"], found["mark"]
    token.content = state.getLines(begins + 1, begins + 1 + fence.known, state.sCount[begins], True)
    token.meta = {"closed": fence.closing is not None}
    state.line = at if fence.closing is None else begins + 2 + fence.closing
    token.map = [begins, state.line]
    return True
