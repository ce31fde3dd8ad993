"""Tokenising: identifiers split into words, stems, and questions parsed into what they ask for."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import Final

from robotui.text import word_set

TOKENIZER: Final = "porter unicode61"
"""FTS5's: words of letters and digits, underscores split, English endings removed."""

_HUMP: Final = re.compile(r"[A-Z](?:(?<=[a-z0-9][A-Z])|(?<=[A-Z][A-Z])(?=[a-z]))")
_WORD: Final = re.compile(r"[^\W_]+")


_STOP: Final = word_set(
    """a about above across actually again all also am an and any anything are aren around as at be
    because been being below best between both but by can could did do does doing done down during
    each else etc ever every for from further get gets give given gives go goes going got had has
    have having he her here hers him his how however i if in inside into is it its itself just let
    like made make makes many may me might more most much must my need needs no nor not now of off
    on once one only onto or other our out over own perhaps please rather really same shall she
    should show since so some somewhere still such tell than that the their them then there these
    they thing things this those through to too under until up upon us use used uses using very
    via want was way we well were what when where whether which while who whom whose why will with
    within without would yes you your"""
)
_GENERIC: Final = word_set(
    """class classes code codebase define defined defines definition describe explain file files
    find function functions happen happens handled implement implementation implemented implements
    line lines list locate located look looking method methods module modules place project repo
    repository search source work works"""
)
_ABBREVIATIONS: Final = tuple(
    word_set(group)
    for group in (
        "argument arg parameter param",
        "application app",
        "asynchronous async",
        "attribute attr",
        "authentication authenticate auth authorization login",
        "character char",
        "column col",
        "command cmd",
        "configuration config configure conf cfg settings",
        "connection conn connect",
        "context ctx",
        "database db",
        "delete del remove",
        "destination dest dst",
        "dictionary dict mapping",
        "difference diff",
        "directory dir folder",
        "document doc",
        "environment env",
        "error err exception",
        "expression expr",
        "format fmt",
        "function func fn",
        "identifier id",
        "image img",
        "index idx",
        "information info",
        "initialize init",
        "integer int",
        "iterator iter iterate",
        "length len size",
        "maximum max",
        "message msg",
        "minimum min",
        "number num count",
        "object obj",
        "package pkg",
        "password passwd pwd",
        "pointer ptr",
        "position pos",
        "previous prev",
        "process proc",
        "random rand",
        "reference ref",
        "regular regex regexp",
        "repository repo",
        "request req",
        "response resp reply",
        "save store write persist keep",
        "source src",
        "specification spec",
        "statistics stats",
        "string str",
        "synchronize sync",
        "temporary temp tmp",
        "timeout time",
        "token tok",
        "utility util",
        "value val",
        "variable var",
        "window win",
    )
)

_OPERATES: Final = re.compile(
    r"\b(?:how (?:do|can|should|would|could) (?:i|we|you|one)|how to|(?:what|which) command)\b"
    r".{0,40}?\b(?:run|start|launch|build|compile|install|set ?up|test|lint|format|deploy"
    r"|release|publish|debug|benchmark|develop|contribute|try)s?\b"
    r"|\bhow (?:is|are) (?:[\w-]+ ){1,4}"
    r"(?:run|started|launched|built|compiled|installed|linted|deployed|released|published)\b",
    re.IGNORECASE,
)

_IDENTIFIER: Final = r"[A-Za-z_$][\w$]*"
_SYMBOL: Final = re.compile(
    rf"`(?P<quoted>{_IDENTIFIER}(?:(?:\.|::|\#){_IDENTIFIER})*)(?:\(\))?`"
    rf"|(?<![\w/.@-])(?P<dotted>{_IDENTIFIER}(?:(?:\.|::){_IDENTIFIER})+)(?![\w/])"
    rf"|(?<![\w/.@-])(?P<called>{_IDENTIFIER})\(\)"
    rf"|(?<![\w/.@-])(?P<plain>{_IDENTIFIER})(?![\w/])"
)
_PHRASE: Final = re.compile(r"\"([^\"\n]{2,120})\"|“([^”\n]{2,120})”|`([^`\n]{2,120})`")
_NO_SYMBOL: Final = frozenset({"e.g", "i.e", "etc", "JavaScript", "TypeScript", "GitHub", "PyPI"})
_FILE_ENDING: Final = re.compile(
    r"\.(?:py|pyi|js|jsx|ts|tsx|vue|svelte|html?|s?css|less|md|rst|txt|toml|ya?ml|json|cfg|ini|go"
    r"|rs|java|kt|c|h|cc|cpp|hpp|cs|rb|php|sh|sql)$"
)
_PLACES: Final = (
    re.compile(r'File "(?P<path>[^"\n]+)", line (?P<line>\d+)'),
    re.compile(r"(?:^|(?<=[\s(\[`'\"@]))(?P<path>[\w~./\\-]*[\w-]\.[A-Za-z]\w{0,9}):(?P<line>\d+)"),
    re.compile(r"(?:^|(?<=[\s(\[`'\"@]))(?P<path>[\w~.-]*/[\w~./-]*\w):(?P<line>\d+)"),
    re.compile(r"(?:^|(?<=\s))@(?P<path>[\w~./\\-]*\w)(?::(?P<line>\d+))?"),
    re.compile(
        r"(?:^|(?<=[\s`'\"(]))(?P<path>(?:[\w.-]+/)*[\w-][\w.-]*\.[A-Za-z]\w{0,9})"
        r"(?=[\s`'\",:;?!)]|\.?$)"
    ),
)
_SURE: Final = 4  # the first patterns match nothing but places
MAX_QUESTION: Final = 20_000
"""Characters of a question that are looked at; a pasted log may be longer."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that the question names: a path as written, and a line or 0."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: content words, names of code, quoted text, places in files."""

    text: str
    words: tuple[str, ...]
    symbols: tuple[str, ...]
    phrases: tuple[str, ...]
    places: tuple[Place, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """Names and words, each once, the names first."""
        known = {word for name in self.symbols for word in (name.lower(), *parts(name))}
        return (*self.symbols, *(word for word in self.words if word not in known))

    @property
    def operates(self) -> bool:
        """Whether it asks how to do something with the project: run, build, install it."""
        return _OPERATES.search(self.text) is not None

    @property
    def content(self) -> tuple[str, ...]:
        """All words but those without a meaning of their own; ``words`` leaves out more."""
        return tuple(dict.fromkeys(w for w in parts(self.text) if w not in _STOP and len(w) > 1))

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not (self.words or self.symbols or self.phrases or self.places)


def split_humps(text: str) -> str:
    """``text`` with a blank before each capital that starts a word: ``getUrl`` -> ``get Url``."""
    return _HUMP.sub(_blank_before, text)


def _blank_before(match: re.Match[str]) -> str:
    return " " + match[0]


def parts(text: str) -> list[str]:
    """The words of identifiers or prose in lower case: ``HTTPServer.run_all`` -> http server …"""
    return [word.lower() for word in _WORD.findall(split_humps(text))]


def alike(word: str) -> frozenset[str]:
    """Other ways in which programs write ``word``, without itself."""
    single = word[:-1] if word.endswith("s") and not word.endswith("ss") else word
    found = [group for group in _ABBREVIATIONS if word in group or single in group]
    return frozenset().union(*found) - {word, single}


def ask(text: str) -> Question:
    """What ``text`` asks for."""
    text = text[:MAX_QUESTION]
    places = _places(text)
    prose = text
    for pattern in _PLACES[:_SURE]:
        prose = pattern.sub(" ", prose)
    phrases = tuple(dict.fromkeys("".join(groups) for groups in _PHRASE.findall(prose)))
    words = list(dict.fromkeys(parts(prose)))
    content = [word for word in words if word not in _STOP and len(word) > 1]
    telling = [word for word in content if word not in _GENERIC] or content
    if len(text.split()) == 1:
        telling = words  # one word alone is meant, whatever it is
    return Question(text, tuple(telling[:24]), _symbols(prose), phrases[:8], places)


_LONGEST: Final = 200
_MOST_PARTS: Final = 12
"""No name of code is longer, or has more parts: looking one up costs time for each."""


def _symbols(text: str) -> tuple[str, ...]:
    """The names of code in ``text``: marked by quotes, dots, brackets, humps or underscores."""
    alone = len(text.split()) == 1  # then it is a name, however common
    found: dict[str, None] = {}
    for match in _SYMBOL.finditer(text):
        kind, name = match.lastgroup, match[match.lastgroup or 0]
        name = name.replace("::", ".").replace("#", ".")
        if name in _NO_SYMBOL or _FILE_ENDING.search(name):
            continue
        if len(name) > _LONGEST or name.count(".") >= _MOST_PARTS:
            continue
        marked = "_" in name.strip("_") or name.startswith("_") or split_humps(name) != name
        capitals = len(name) > 3 and name.isupper()
        if kind != "plain" or marked or capitals or alone:
            found[name] = None
    return tuple(found)[:8]


def _places(text: str) -> tuple[Place, ...]:
    """The places named in ``text``; of a traceback the last call, where it went wrong, first."""
    found: dict[Place, None] = {}
    for number, pattern in enumerate(_PLACES):
        places = [
            Place(match["path"].replace("\\", "/"), int(match.groupdict().get("line") or 0))
            for match in pattern.finditer(text)
        ]
        seen = {place.path for place in found}
        for place in reversed(places) if number == 0 else places:
            named = number < _SURE or _FILE_ENDING.search(place.path)
            if named and (place.line or place.path not in seen):
                found[place] = None
    return tuple(found)[:8]


class Stemmer:
    """Gives the stems that the index holds for words, by asking the same tokenizer."""

    def __init__(self) -> None:
        self._base = sqlite3.connect(":memory:", check_same_thread=False)
        self._base.execute(f"CREATE VIRTUAL TABLE t USING fts5(w, tokenize='{TOKENIZER}')")
        self._base.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, instance)")

    def stems(self, words: list[str]) -> list[str]:
        """The stem of each word (a word of letters and digits only), in order."""
        with self._base:
            self._base.execute("DELETE FROM t")
            rows = enumerate(words, 1)
            self._base.executemany("INSERT INTO t(rowid, w) VALUES (?, ?)", rows)
            found = dict(self._base.execute("SELECT doc, term FROM v ORDER BY doc, offset DESC"))
        return [found.get(number, word) for number, word in enumerate(words, 1)]

    def close(self) -> None:
        """Release the memory."""
        self._base.close()
