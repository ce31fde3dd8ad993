"""Strings, comments and heredocs of several lines in code: whether a line is inside one.

Only what can hold a fence as it is counts. This reads no language well; it has to be right where a
line of code begins with a fence, which it does nowhere else.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_CLOSING: Final = {
    '"""': '"""',
    "'''": "'''",
    "/*": "*/",
    "{-": "-}",
    "(*": "*)",
    "--[[": "]]",
    "#=": "=#",
    "<#": "#>",
    '@"': '"@',
    "@'": "'@",
    'r#"': '"#',
    "=begin": "=end",
}
"""What ends what begins with a mark. A heredoc (``<<``) ends at the line with its word."""

_LANGUAGES: Final = {
    "#": {
        "\"\"\" '''": "py python python3 py3 pyi pyx ipython starlark bzl bazel mojo gd gdscript",
        '"""': "elixir ex exs nim graphql gql",
        '""" #=': "jl julia",
        "<< =begin": "rb ruby",
        "<<": "bash console docker dockerfile ksh perl pl sh shell shell-session terminal zsh",
        "<# @\" @'": "powershell ps1 psm1 pwsh",
    },
    "//": {
        "\"\"\" ''' /*": "dart gradle groovy",
        '""" /*': "c# cs csharp java kotlin kt kts scala sc swift",
        'r#" /*': "rust rs",
        "<< /*": "php",
        "/*": """
            c c++ cc cpp cts css cuda cxx fs fsharp go golang h hpp java javascript js jsx less
            mjs mts objc objective-c proto protobuf scss sol solidity ts tsx typescript zig
        """,
    },
    "--": {
        "{-": "elm haskell hs purescript",
        "--[[": "lua luau",
        "/*": "mysql plpgsql postgres postgresql sql sqlite",
    },
    "(*": {"(*": "ml mli ocaml pascal"},
}
"""For each beginning of a comment of one line: what begins longer ones, in which languages."""

_HEREDOC: Final = r"<<<?[-~]?[ \t]*(?P<quote>['\"]?)(?P<word>[A-Za-z_]\w*)(?P=quote)"
_STRING: Final = r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"


@cache
def _pattern(language: str) -> tuple[re.Pattern[str], tuple[str, ...]] | None:
    """What to look for in a language, and the marks of which one has to be there; None: unknown."""
    for comment, groups in _LANGUAGES.items():
        for marks, names in groups.items():
            if language in names.split():
                openers = tuple(marks.split())
                parts = [_HEREDOC if mark == "<<" else re.escape(mark) for mark in openers]
                skipped = [_STRING, rf"{re.escape(comment)}.*"]
                return re.compile("|".join([f"(?P<mark>{'|'.join(parts)})", *skipped])), openers
    return None


class Quoting:
    """Tells of the lines of one block of code, in order, whether they are quoted in it."""

    def __init__(self, language: str) -> None:
        self._pattern = _pattern(language)
        self._read = 0
        self._closing: re.Pattern[str] | None = None
        """What ends the string or comment that is open."""

    @property
    def known(self) -> bool:
        """Something is known about the language."""
        return self._pattern is not None

    def quotes(self, lines: list[str], at: int) -> bool:
        """Whether the line ``lines[at]`` begins inside a string or comment."""
        if self._pattern is None:
            return False
        pattern, openers = self._pattern
        between = lines[self._read : at]
        if self._closing or any(mark in line for line in between for mark in openers):
            for line in between:
                self._take(line, pattern)
        self._read = at
        return self._closing is not None

    def _take(self, line: str, pattern: re.Pattern[str]) -> None:
        place = 0
        while True:
            if self._closing is not None:
                end = self._closing.search(line, place)
                if end is None:
                    return
                self._closing, place = None, end.end()
            begin = pattern.search(line, place)
            if begin is None:
                return
            place = begin.end()
            if begin["mark"]:
                self._closing = _closing(begin)
                if begin["mark"].startswith("<<"):
                    return


def _closing(begin: re.Match[str]) -> re.Pattern[str]:
    if begin["mark"].startswith("<<"):
        return re.compile(rf"^[ \t]*{begin['word']}\b")
    return re.compile(re.escape(_CLOSING[begin["mark"]]))
