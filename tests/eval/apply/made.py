"""What is made of a file: an edit of real code with the right result known.

``Made`` is what a maker makes of a file: the file before, what may come out, the code that the
reply shows. Where several places are as good (a new method between any two others), all of them are
right. ``ask`` says whether a question is an answer: ``must`` where the block doesn't tell, ``may``
where one could doubt. Makers answer None where a file has nothing that fits.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tests.eval.apply.changes import comment
from tests.eval.apply.python_source import parsed
from tests.eval.apply.source import Member, Source

Ask = Literal["no", "may", "must"]


@dataclass(frozen=True)
class Made:
    """An edit, not yet written down."""

    before: tuple[str, ...]
    right: tuple[tuple[str, ...], ...]
    """What may come out; the first one is what a diff says."""
    block: tuple[str, ...] = ()
    """The code as a plain block; empty where only a diff can say it."""
    at: int = 0
    """The line of the file, from 0, that the block's first one is or follows."""
    ask: Ask = "no"
    line: int | None = None
    """Where the reply says that it belongs, from 1."""
    note: str = ""
    file: tuple[str, ...] = ()
    """What the file really is, if that isn't what the reply takes it for."""


Maker = Callable[[Source, random.Random, int], Made | None]
"""Makes an edit of a file; the number says which of its variants."""

_LEFT_OUT: Final = (
    *("...", "... existing code ...", "rest of the code unchanged", "... (unchanged)", "…"),
    *("same as before", "existing code here", "rest of the function stays the same ..."),
    *("[...]", "<existing code>", "… unchanged …", "code omitted for brevity", "remains the same"),
    *(
        "... restlicher Code bleibt unverändert ...",
        "... (código existente) ...",
        "... 既存のコード ...",
    ),
    *("reste du code inchangé", "其余代码保持不变", "... остальной код без изменений ..."),
)


def left_out(language: str, indent: str, draw: random.Random) -> str:
    """A line that stands for code."""
    text = draw.choice(_LEFT_OUT)
    if text in ("...", "…", "[...]") and draw.random() < 0.5:
        return indent + text
    if language not in ("python", "css") and draw.random() < 0.15:
        return f"{indent}/* {text} */"
    return indent + comment(language, text)


def spliced(lines: Sequence[str], start: int, end: int, new: Sequence[str]) -> tuple[str, ...]:
    """Lines with others in place of those from start to end."""
    return (*lines[:start], *new, *lines[end:])


def draw_member(
    source: Source, draw: random.Random, test: Callable[[Member], bool]
) -> Member | None:
    """One of the file's functions whose name no other one has."""
    found = [m for m in source.members if source.named(m.name) == 1 and m.statements and test(m)]
    return draw.choice(found) if found else None


def size(member: Member) -> int:
    return member.end - member.start


def fine(source: Source, *texts: Sequence[str]) -> bool:
    """Whether all texts are Python, for Python."""
    return source.language != "python" or all(
        parsed("\n".join(text) + "\n") is not None for text in texts
    )


def is_real(source: Source, member: Member) -> bool:
    """Of a size that is sent as a whole."""
    return 4 <= size(member) <= 60
