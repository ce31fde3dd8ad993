"""Search results as Markdown: places, code in fences, lists of definitions and uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from robotui.server.index.index import Progress
from robotui.server.index.library import Package
from robotui.server.index.python_reference import Entry
from robotui.server.index.results import Hit
from robotui.server.index.search import Use
from robotui.server.index.store import Symbol
from robotui.server.index.words import Place
from robotui.text import one_line

WORKSPACE_AGENTS: Final = {
    "RepoAgent": "your workspace",
    "FrontEndAgent": "your workspace's front-end files",
}
"""Agents that answer from the workspace; all others answer from the Python library."""
LISTED: Final = 8
"""Definitions or uses that are listed; of more, the number is told."""

_TICKS: Final = re.compile(r"`{3,}")
_DOC_LINES: Final = 14
_SOURCE_LINES: Final = 40


def code(text: str) -> str:
    """``text`` as inline code, whatever back-ticks are in it."""
    ticks = "`"
    while ticks in text:
        ticks += "`"
    blank = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{blank}{text}{blank}{ticks}"


def fence(lines: Sequence[str], language: str, title: str = "") -> Iterator[str]:
    """``lines`` as a fenced block, in pieces; the fence is longer than any in the content."""
    longest = max((len(ticks) for line in lines for ticks in _TICKS.findall(line)), default=2)
    ticks = "`" * max(3, longest + 1)
    name = title.replace("`", "'")
    named = f' title="{name}"' if " " in name else f" title={name}"
    yield f"{ticks}{language}{named if title else ''}\n"
    for start in range(0, len(lines), 10):
        yield "".join(f"{line}\n" for line in lines[start : start + 10])
    yield f"{ticks}\n\n"


def hit(found: Hit) -> Iterator[str]:
    """A hit: a line that says where and what, and the code."""
    what = f" · {found.kind} {code(found.symbol)}" if found.symbol else ""
    place = f"{found.path}:{found.symbol_line}" if _starts_at_symbol(found) else _place(found)
    yield f"**{code(place)}**{what}\n\n"
    yield from fence(found.text, found.language, _place(found))


def _place(found: Hit) -> str:
    return f"{found.path}:{found.line}"


def _starts_at_symbol(found: Hit) -> bool:
    return found.line <= found.symbol_line <= found.last


def defined(name: str, symbols: Sequence[Symbol]) -> Iterator[str]:
    """Where a name is defined."""
    if symbols:
        yield f"**Defined** {code(name)}\n\n"
        for symbol in symbols[:LISTED]:
            yield f"- {code(f'{symbol.path}:{symbol.line}')} · {symbol.kind} {code(symbol.name)}\n"
        yield _more(len(symbols)) + "\n"


def used(name: str, uses: Sequence[Use]) -> Iterator[str]:
    """Where a name is used, with the lines."""
    if uses:
        yield f"**Used** {code(name)}\n\n"
        for use in uses[:LISTED]:
            yield f"- {code(f'{use.path}:{use.line}')} {code(use.text)}\n"
        yield _more(len(uses)) + "\n"


def _more(count: int) -> str:
    return f"- … and {count - LISTED} more\n" if count > LISTED else ""


def entry(found: Entry, library: str) -> Iterator[str]:
    """A name of the library: signature, documentation, source."""
    place = f"{found.path}:{found.line}" if found.path else "compiled into the interpreter"
    head = f"**{code(place)}**" if found.path else f"*{place}*"
    yield f"{head} · {found.kind} {code(found.name)} · {library}\n\n"
    if found.signature:
        yield from fence(found.signature.split("\n"), "python")
    if found.doc:
        lines = found.doc.split("\n")
        shown = lines[:_DOC_LINES]
        yield from fence([*shown, "…"] if len(lines) > len(shown) else shown, "text")
    if found.source:
        yield from _source(found)


def _source(found: Entry) -> Iterator[str]:
    shown = found.source[:_SOURCE_LINES]
    yield from fence(shown, "python", f"{found.path}:{found.source_line}")
    rest = len(found.source) - len(shown)
    if rest > 0:
        yield f"… {rest} more lines in {code(found.path)}\n\n"


def installed(packages: Sequence[Package]) -> Iterator[str]:
    """Installed distributions with their versions."""
    yield "**Installed**\n\n"
    for package in packages:
        yield f"- {code(package.name)} {package.version} · {package.summary}\n"
    yield "\n"


def counted(count: int, noun: str) -> str:
    """``count`` things."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def intro(agent: str) -> str:
    """One line that says what speaks here."""
    where = WORKSPACE_AGENTS.get(agent, "the Python library and your packages")
    return f"*Offline engine, no language model: search results from {where}.*\n\n"


def unfinished(state: Progress) -> str:
    """One line that says how far the index is."""
    if not state.total:
        return "*Still looking for files; ask again in a moment.*\n\n"
    return f"*{state.done:,} of {state.total:,} files read so far; ask again for the rest.*\n\n"


def outdated(failure: BaseException) -> str:
    """One line that says why the index is as old as it is."""
    reason = code(one_line(str(failure) or type(failure).__name__))
    return f"*The index can't be brought up to date, this is what was read before:* {reason}\n\n"


def changed(count: int) -> str:
    """One line that says that files changed while they were looked at."""
    return f"*{counted(count, 'file')} changed meanwhile; ask again.*\n\n"


def limited(count: int) -> str:
    """One line that says that the workspace has more files than are read."""
    return f"*Only the first {count:,} files are indexed; start in a smaller folder.*\n\n"


def missing(places: Sequence[Place]) -> str:
    """One line that says which places are not there to be shown."""
    names = ", ".join(code(one_line(place.path)) for place in places)
    return (
        f"Not in this workspace: {names}. Ignored files, binary files and what looks like a "
        "secret are never read.\n\n"
    )


def offer(count: int) -> str:
    """One line that offers what was found and not shown."""
    return f"*{counted(count, 'more place')}: say `more`.*\n"
