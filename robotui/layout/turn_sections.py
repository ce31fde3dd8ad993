"""What is not Markdown in the log: prompts, dividers, notices, activities, badges."""

from __future__ import annotations

from typing import Final

from robotui import agents
from robotui.chats.transcript import Did, Level, Notice, Prompt, Remark, Reply, Switch
from robotui.layout.rows import is_cut
from robotui.layout.section import Section
from robotui.markdown.blocks import Line, Margin, Piece, Span, Wrap
from robotui.text import duration, one_line, printable

INDENT: Final = 2
"""Cells in front of what an agent says and does."""

_BLANK: Final = Line("")
_SIGNS: Final[dict[Level, str]] = {"info": "·", "warning": "▲", "error": "✖"}


def prompt(prompt: Prompt) -> Section:
    """What was asked, beside a bar in the colour of the agent that it went to."""
    agent = agents.get(prompt.agent)
    bar = Piece("▌ ", f"fg:{agent.colour}")
    margin: Margin = (bar,)
    target = (Piece(f"→ {one_line(agent.id, 40)} ", f"prompt fg:{agent.colour}"),)
    texts = printable(prompt.text).split("\n")
    lines = [
        Line(text, (), margin, margin, fill="prompt", right=() if at else target)
        for at, text in enumerate(texts)
    ]
    if prompt.automatic:
        why = f"sent by itself: {one_line(prompt.automatic)}"
        key = Span(len(why), "muted")
        lines.append(Line(why, (key,), margin, margin, fill="prompt", chrome=True))
    return Section([_BLANK, *lines])


def switch(switch: Switch) -> Section:
    """A divider: from here on another agent."""
    agent = agents.get(switch.agent)
    text = f"{one_line(agent.id, 40)} from here on (was {one_line(switch.previous, 40)})"
    key = Span(len(text), f"fg:{agent.colour}")
    return Section([_BLANK, Line(text, (key,), wrap="rule", chrome=True)])


def notice(notice: Notice) -> Section:
    """A word of the program, with what to do and a retry where there is one."""
    level = notice.level
    margin: Margin = (Piece(f"{_SIGNS[level]} ", level),)
    rest: Margin = (Piece("  "),)
    said = [
        _plain(text, level, margin if at == 0 else rest, rest)
        for at, text in enumerate(printable(notice.headline).split("\n"))
    ]
    body = [_plain(text, "", rest, rest) for text in printable(notice.remedy).split("\n") if text]
    if notice.retry:
        body.append(_button("[r] retry", "retry", rest))
    return Section([_BLANK, *said, *body], notice)


def _plain(text: str, key: str, first: Margin, rest: Margin) -> Line:
    return Line(text, (Span(len(text), key),) if key else (), first, rest)


def _button(text: str, target: str, margin: Margin) -> Line:
    return Line("", (), (*margin, Piece(text, "button", target)), margin, chrome=True)


def head(reply: Reply) -> Section:
    """The badge of the agent; once the reply has ended, how long it took and how it ended."""
    agent = agents.get(reply.agent)
    badge = Piece(f" {one_line(agent.id, 40)} ", f"badge:{agent.colour}")
    spent = reply.ended - reply.began
    words = _ending(reply) if reply.state != "streaming" else []
    if reply.continued:
        words.insert(0, f"continued {reply.continued}x")
    if reply.state != "streaming" and spent > 0:
        words.insert(0, took(spent))
    state = Piece("  " + " · ".join(words) if words else "", "muted")
    return Section([_BLANK, Line("", (), (badge, state), chrome=True)])


def _ending(reply: Reply) -> list[str]:
    """How the reply ended, where there is something to say about it."""
    if reply.state == "interrupted":
        return ["interrupted"]
    if reply.state == "failed":
        return ["failed"]
    return [f"stopped at a limit: {one_line(reply.limit, 40)}"] if reply.limit else []


def foot(reply: Reply) -> list[Section]:
    """Below the parts: what is being waited for, or how it ended unless all was well."""
    if reply.state == "streaming":
        if not reply.status and reply.parts:
            return []
        text = one_line(reply.status) or "waiting for the first words …"
        lines = [Line(text, (Span(len(text), "muted em"),), chrome=True)]
        return [Section([_BLANK, *lines] if reply.parts else lines, indent=INDENT)]
    words = _ending(reply)
    if not words:
        return []
    text = f"■ {words[0]}"
    key = "warning" if reply.state != "failed" else "error"
    return [Section([_BLANK, Line(text, (Span(len(text), key),), chrome=True)], indent=INDENT)]


def activity(part: Did | Remark, *, expanded: bool, gap: bool) -> ActivitySection:
    """One row; if it is expanded the whole title, and below it the detail."""
    return ActivitySection(part, expanded=expanded, gap=gap)


class ActivitySection(Section):
    """An activity or a remark. It can be expanded where one row is not all there is of it."""

    def __init__(self, part: Did | Remark, *, expanded: bool, gap: bool) -> None:
        self._part = part
        self._expanded = expanded
        self._title = int(gap)
        """The line that is the title; the detail follows."""
        lines = [*([_BLANK] if gap else []), self._title_line(can_expand=bool(part.detail))]
        shown = len(lines)
        if part.detail:
            bar: Margin = (Piece("│ ", "muted"),)
            texts = printable(part.detail).rstrip("\n").split("\n")
            lines += [Line(text, (Span(len(text), "detail"),), bar, bar, "fold") for text in texts]
        hidden = range(0) if expanded else range(shown, len(lines))
        super().__init__(lines, part, INDENT, hidden)

    @property
    def can_expand(self) -> bool:
        """There is more than one row has room for, at the width it was laid out for."""
        return bool(self._part.detail) or is_cut(self.lines[self._title], self._inner)

    def _lay_out_from(self, first: int) -> None:
        self.lines[self._title] = self._title_line(can_expand=self.can_expand)
        super()._lay_out_from(first)

    def _title_line(self, *, can_expand: bool) -> Line:
        part, expanded = self._part, self._expanded
        key = "did" if isinstance(part, Did) else part.level
        target = "toggle" if can_expand else ""
        title = one_line(part.title) or "?"
        spans = [Span(len(title), key, target)]
        if isinstance(part, Did) and part.outcome:
            title += f" — {one_line(part.outcome)}"
            spans.append(Span(len(title), "muted", target))
        sign = ("▾" if expanded else "▸") if can_expand else "·"
        margin: Margin = (Piece(f"{sign} ", key, target),)
        wrap: Wrap = "word" if expanded else "cut"
        return Line(title, tuple(spans), margin, (Piece("  "),), wrap)


def took(seconds: float) -> str:
    """How long a reply took: ``0.4 s``, ``12 s``, ``3 min 5 s``."""
    return f"{seconds:.1f} s" if 0 <= seconds < 10 else duration(seconds)
