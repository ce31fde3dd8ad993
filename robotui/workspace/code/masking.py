"""Code with its strings and comments masked: brackets and words in these are no code."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from pathlib import PurePath
from typing import Final, Literal

Family = Literal["indented", "braces", "rules", "ended"]
"""How code is nested: Python; C, Java, JavaScript, ...; CSS; Ruby, Lua, shell and all else."""

_SUFFIXES: Final[dict[str, Family]] = {
    **dict.fromkeys(("py", "pyi", "pyw", "pyx", "gd", "nim"), "indented"),
    **dict.fromkeys(
        (
            *(
                "js",
                "jsx",
                "mjs",
                "cjs",
                "ts",
                "tsx",
                "mts",
                "cts",
                "java",
                "kt",
                "kts",
                "cs",
                "go",
            ),
            *("rs", "c", "h", "cc", "cpp", "cxx", "hpp", "hh", "m", "mm", "swift", "scala", "dart"),
            *("php", "groovy", "gradle", "sol", "zig", "proto", "graphql", "tf", "v", "d"),
        ),
        "braces",
    ),
    **dict.fromkeys(("css", "scss", "less", "sass"), "rules"),
    **dict.fromkeys(
        (
            *("rb", "lua", "sh", "bash", "zsh", "fish", "ex", "exs", "jl", "pl", "pm", "sql", "vb"),
            *("yml", "yaml", "toml", "ini", "cfg", "md", "rst", "txt", "json", "html", "xml", "r"),
        ),
        "ended",
    ),
}
_PYTHON_LINE: Final = re.compile(
    r"\s*(?:(?:async\s+)?def\s+\w+\s*\(|class\s+\w+\s*[(:]|from\s+[\w.]+\s+import\b"
    r"|(?:if|for|while|with|elif|except)\b.*:\s*$|(?:else|try|finally):\s*$)"
)
_RULE_LINE: Final = re.compile(r"\s*(?:[.#&*:@\[][\w\-:.#@& >*()\[\]=\"',]*|[a-z][\w\-, ]*)\{\s*$")
_DECLARATION: Final = re.compile(r"\s*--?[a-z\-]+\s*:|\s*[a-z\-]+\s*:\s*[^{}()=]+;\s*$")

_TRIPLE: Final = r'"""(?:\\[\s\S]|[^\\])*?"""|\'\'\'(?:\\[\s\S]|[^\\])*?\'\'\''
_DOUBLE: Final = r'"(?:\\[\s\S]|[^"\\\n])*"'
_SINGLE: Final = r"'(?:\\[\s\S]|[^'\\\n])*'"
_CHARACTER: Final = r"'(?:\\[^'\n]+|[^'\\\n])'"
_HASH: Final = r"(?:(?<=\s)|^)#[^\n]*"
_SLASHES: Final = r"//[^\n]*|/\*[\s\S]*?\*/"
_REGEX: Final = (
    r"(?:(?<=[=(,:!&|?{};\[])|(?<=[=(,:!&|?] )|(?<=return ))"
    r"/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/"
)
_QUOTED_BY_ONE: Final = {
    *("js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "php", "dart", "groovy", "vue", ""),
}
"""Kinds of files with strings in single quotes: elsewhere one is a character, or a lifetime."""


def family(name: str, lines: Sequence[str]) -> Family:
    """How the code of a file is nested: by its name, else by its look."""
    known = _SUFFIXES.get(PurePath(name).suffix[1:].lower())
    if known:
        return known
    if any(map(_PYTHON_LINE.match, lines)):
        return "indented"
    if any(map(_RULE_LINE.match, lines)) and any(map(_DECLARATION.match, lines)):
        return "rules"
    if any(line.rstrip().endswith(("{", "};", "}")) for line in lines):
        return "braces"
    return "ended"


class Masked:
    """Lines of code whose strings and comments are blanked out; columns stay."""

    def __init__(self, lines: Sequence[str], kind: Family, name: str = "") -> None:
        text = "\n".join(lines)
        begins = [0, *accumulate(len(line) + 1 for line in lines)]
        self.lines: list[str] = []
        self.within: set[int] = set()
        """The lines that begin inside a string or comment."""
        self.texts: set[int] = set()
        """Of these, the ones inside a string that is no docstring: their blanks are content."""

        def blanked(found: re.Match[str]) -> str:
            first = bisect_right(begins, found.start()) - 1
            last = bisect_right(begins, found.end() - 1) - 1
            self.within.update(range(first + 1, last + 1))
            if last > first and found[0][0] in "\"'`" and not _documents(kind, lines, first, found):
                self.texts.update(range(first + 1, last + 1))
            inner = re.sub(r"[^\n]", " ", found[0])
            if found[0][0] in "\"'`" and len(inner) > 1:  # a string is still something
                inner = found[0][0] + inner[1:-1] + found[0][-1]
            return inner

        self.lines = (
            _pattern(kind, PurePath(name).suffix[1:].lower()).sub(blanked, text).split("\n")
        )
        self.depths = [0]
        """How many brackets are open before each line, and at the end."""
        for line in self.lines:
            opened = sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))
            self.depths.append(self.depths[-1] + opened)

    @property
    def balanced(self) -> bool:
        """All brackets that are opened are closed, none is closed that was not opened."""
        return self.depths[-1] == 0 and min(self.depths) >= 0


def _documents(kind: Family, lines: Sequence[str], first: int, found: re.Match[str]) -> bool:
    """Whether a string is a statement of its own, which is moved with the code around it."""
    before = found.string[: found.start()].rpartition("\n")[2]
    if kind != "indented" or before.strip(" \trRuU"):
        return False
    above = next((lines[at].strip() for at in range(first - 1, -1, -1) if lines[at].strip()), "")
    return not above.endswith(("(", ",", "=", "[", "{", "\\", "+"))


def _pattern(kind: Family, suffix: str) -> re.Pattern[str]:
    if kind == "indented":
        parts = [_TRIPLE, _DOUBLE, _SINGLE, r"#[^\n]*"]
    elif kind == "rules":
        parts = [_DOUBLE, _SINGLE, r"/\*[\s\S]*?\*/", r"(?:(?<=\s)|^)//[^\n]*"]
    elif kind == "braces":
        by_one = suffix in _QUOTED_BY_ONE
        quotes = (
            [_SINGLE, _REGEX, r"`(?:\\[\s\S]|[^`\\])*`"] if by_one else [_CHARACTER, r"`[^`]*`"]
        )
        parts = [_SLASHES, '"""[\\s\\S]*?"""', _DOUBLE, *quotes]
        parts += [_HASH] if suffix == "php" else []
    else:
        parts = [_DOUBLE, _SINGLE, _HASH, r"--[^\n]*" if suffix in ("lua", "sql") else "(?!)"]
    return re.compile("|".join(parts), re.MULTILINE)
