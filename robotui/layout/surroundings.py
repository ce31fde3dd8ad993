"""What stands around the text of replies: prompts, dividers, notices, heads and feet of replies."""

from __future__ import annotations

from typing import Final

from robotui import agents
from robotui.chats.turns import Level, Notice, Prompt, Reply, Switch
from robotui.layout.section import BLANK, INDENT, Section
from robotui.markdown.blocks import Line, Margin, Piece, Span
from robotui.text import duration, one_line, printable

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
    return Section([BLANK, *lines])


def switch(switch: Switch) -> Section:
    """A divider: from here on another agent."""
    agent = agents.get(switch.agent)
    text = f"{one_line(agent.id, 40)} from here on (was {one_line(switch.previous, 40)})"
    key = Span(len(text), f"fg:{agent.colour}")
    return Section([BLANK, Line(text, (key,), wrap="rule", chrome=True)])


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
    return Section([BLANK, *said, *body], notice)


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
    return Section([BLANK, Line("", (), (badge, state), chrome=True)])


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
        return [Section([BLANK, *lines] if reply.parts else lines, indent=INDENT)]
    words = _ending(reply)
    if not words:
        return []
    text = f"■ {words[0]}"
    key = "warning" if reply.state != "failed" else "error"
    return [Section([BLANK, Line(text, (Span(len(text), key),), chrome=True)], indent=INDENT)]


def took(seconds: float) -> str:
    """How long a reply took: ``0.4 s``, ``12 s``, ``3 min 5 s``."""
    return f"{seconds:.1f} s" if 0 <= seconds < 10 else duration(seconds)
