"""The reply that everything is measured with: generated, the same on every machine."""

from __future__ import annotations

import random
from functools import cache
from typing import Final

PIECE: Final = 4
"""Characters of a piece, as the reply is streamed."""

FENCES: Final = 40

END: Final = "END-OF-REPLY"
"""The last words of every generated reply; they stand nowhere else."""

_WORDS: Final = str.split(
    """
the a of to in that this which parser value buffer cache request session handler index token stream
state widget thread path module result caller record frame lock queue field order width height test
reads writes keeps returns drops builds checks waits needs fails grows shares holds takes once then
only never because before after while each every second first whole empty given fresh stale exact
“quoted” naïve Größe → 表示 ≤ café
"""
)

_CODE: Final = {
    "python": (
        'def {a}({b}: str, limit: int = {n}) -> list[str]:\n    """{A} of {b}."""',
        "    found = [{b} for {b} in self.{a} if {b}.{c} > {n}]",
        '    if not {a}:\n        raise ValueError(f"no {b}: {{{c}!r}}")  # {c}',
    ),
    "javascript": (
        "export function {a}({b}, {c}) {{",
        "  const {c} = await fetch(`/api/{a}/${{{b}.id}}?limit={n}`);",
        "  // {a}: {b} and {c}\n  return {b}.map((x) => x.{c} ?? '{a}');\n}}",
    ),
    "html": (
        '<section class="{a}" id="{b}-{n}">',
        '  <a href="/{a}/{b}?n={n}" title="{c}">{b} &amp; {c}</a>',
        "</section>\n<!-- {a} -->",
    ),
    "css": (
        ".{a} > #{b} {{\n  margin: {n}px auto;",
        "  color: rgb({n}, 40, 90); /* {c} */",
        "  grid-template: '{b} {c}' 1fr / auto;\n}}",
    ),
    "bash": (
        'for {a} in "$@"; do',
        "  grep -rn --include='*.{b}' \"${a}\" src | head -{n} # {c}",
        "done > {b}.log 2>&1",
    ),
    "json": (
        '  "{a}": {{"{b}": {n}, "{c}": [true, null, "{a}"]}},',
        '  "{b}_{c}": "{a}/{n}",',
        '  "{c}": [{n}, {n}.5, -1e{n}],',
    ),
    "rust": (
        "pub fn {a}({b}: &str) -> Option<{A}> {{",
        "    let mut {c}: Vec<u{n}> = {b}.chars().filter(|c| c != &'{a}').collect();",
        "    match {c}.len() {{ 0 => None, n => Some({A}::new(n)) }} // {b}\n}}",
    ),
    "": ("$ {a} --{b} {n}", "{a}\t{b}\t{c}", "  {n}  {c}"),
}


@cache
def big_reply() -> str:
    """About 120,000 characters in 2,500 lines: ``FENCES`` code blocks, prose, lists and tables."""
    rng = random.Random(3)
    sections = [_section(rng, number) for number in range(FENCES)]
    return "\n".join(sections) + f"\n{END}\n"


@cache
def small_reply(seed: int) -> str:
    """About 1,200 characters with two code blocks."""
    rng = random.Random(1000 + seed)
    parts = [_prose(rng, 3), _fence(rng, seed, 7), _list(rng, 4), _fence(rng, seed + 1, 8)]
    return "\n".join([*parts, _prose(rng, 2)])


def pieces(text: str) -> list[str]:
    """A reply as it streams."""
    return [text[at : at + PIECE] for at in range(0, len(text), PIECE)]


def _section(rng: random.Random, number: int) -> str:
    parts = [f"## {number + 1}. {_words(rng, 5).capitalize()}\n", _prose(rng, rng.randint(7, 11))]
    if number % 3 == 0:
        parts.append(_table(rng, rng.randint(5, 9)))
    if number % 2 == 0:
        parts.append(_list(rng, rng.randint(9, 14)))
    # One block in eight is long enough to be folded.
    parts.append(
        _fence(rng, number, rng.randint(62, 80) if number % 8 == 5 else rng.randint(17, 31))
    )
    parts.append(_prose(rng, rng.randint(6, 10)))
    return "\n".join(parts)


def _words(rng: random.Random, count: int) -> str:
    return " ".join(rng.choice(_WORDS) for _ in range(count))


def _phrase(rng: random.Random, count: int) -> str:
    """Words with some of Markdown's inline markup."""
    marked = rng.choice(("**{}**", "`{}`", "*{}*", "[{}](https://example.org/docs)", "~~{}~~"))
    half = count // 2
    words = _words(rng, 2)
    return f"{_words(rng, half)} {marked.format(words)} {_words(rng, count - half - 2)}"


def _prose(rng: random.Random, lines: int) -> str:
    """Paragraphs of two or three lines."""
    rows: list[str] = []
    while len(rows) < lines:
        rows += [_phrase(rng, 14) for _ in range(rng.randint(2, 3))]
        rows[-1] += "."
        rows.append("")
    return "\n".join(rows)


def _list(rng: random.Random, items: int) -> str:
    rows = []
    for number in range(items):
        lead = ("1. ", "   - ", "   - [x] ")[min(number % 4, 2)]
        rows.append(lead + _phrase(rng, 7))
    return "\n".join([*rows, ""])


def _table(rng: random.Random, rows: int) -> str:
    lines = ["| name | what it does | n |", "| :--- | --- | ---: |"]
    lines += [
        f"| `{_words(rng, 1)}` | {_phrase(rng, 6)} | {rng.randrange(999)} |" for _ in range(rows)
    ]
    return "\n".join([*lines, ""])


def _fence(rng: random.Random, number: int, lines: int) -> str:
    languages = list(_CODE)
    language = languages[number % len(languages)]
    names = [word for word in _WORDS if word.isascii() and word.isalpha()]
    rows: list[str] = []
    while len(rows) < lines:
        a, b, c = (rng.choice(names) for _ in range(3))
        template = _CODE[language][len(rows) % 3]
        made = template.format(a=a, b=b, c=c, A=a.capitalize(), n=rng.randrange(2, 99))
        rows += made.splitlines()
    return "\n".join([f"```{language}", *rows[:lines], "```", ""])
