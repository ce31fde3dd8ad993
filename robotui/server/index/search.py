"""A search in an index: BM25 retrieves candidates, which are then re-ranked by reading them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from robotui.server.index.excerpts import excerpt
from robotui.server.index.index import Index
from robotui.server.index.languages import PROJECT_FILES
from robotui.server.index.question_terms import Terms
from robotui.server.index.rank import ROLES, Ranking, mention
from robotui.server.index.results import Hit, merge
from robotui.server.index.store import Stored, Symbol
from robotui.server.index.words import Place, Question, Stemmer, parts

CANDIDATES: Final = 60
"""Chunks that get the second look."""

PROJECT: Final = 20
"""Chunks of project files that are looked at besides, if a question is on running or building."""
MENTIONS: Final = 300
"""Chunks that are read for the uses of a name."""


@dataclass(frozen=True, slots=True)
class Use:
    """One line that mentions a name."""

    path: str
    line: int
    text: str


class Searcher:
    """Answers questions from indexes; holds the tokenizer that they share."""

    def __init__(self) -> None:
        self.stemmer = Stemmer()
        """The tokenizer, for others that compare words."""

    def close(self) -> None:
        """Release the tokenizer."""
        self.stemmer.close()

    def search(
        self, index: Index, question: Question, only: Collection[str] | None = None
    ) -> list[Hit]:
        """The hits for ``question``, best first; ``only`` limits the languages."""
        return index.settled(lambda: self._search(index, question, only))

    def _search(self, index: Index, question: Question, only: Collection[str] | None) -> list[Hit]:
        terms = Terms(index.store, question.words, self.stemmer)
        exact = {name: definitions(index, name, only) for name in question.symbols}
        found = _matches(index, question, terms, only)
        named = [symbol for symbols in exact.values() for symbol in symbols[:3]]
        for symbol in named + _plainly_named(index, question, only):
            chunk = index.store.chunk_at(symbol.path, symbol.line)
            if chunk is not None:
                found.append(chunk)
        chunks = {(chunk.file.path, chunk.start): chunk for chunk in reversed(found)}.values()
        return merge(Ranking(index, question, terms, exact).hits(chunks))


def _matches(
    index: Index, question: Question, terms: Terms, only: Collection[str] | None
) -> list[Stored]:
    """The chunks that BM25 finds best."""
    expression = [*terms.expression()]
    for text in (*question.symbols, *question.phrases):
        words = parts(text)
        if len(words) > 1:  # one alone is among the terms already, if it is not too common
            expression.append(terms.phrase(words))
    if not expression:
        return []
    found = index.store.match(" OR ".join(expression), CANDIDATES, only)
    if question.operates:
        names = " OR ".join(f'path : "{name}"' for name in PROJECT_FILES.split())
        found += index.store.match(f"({names}) AND ({' OR '.join(expression)})", PROJECT, only)
    return found


def _plainly_named(index: Index, question: Question, only: Collection[str] | None) -> list[Symbol]:
    """Definitions whose whole name is a word of the question, or all of its words."""
    names = [*question.words[:8]]
    if 1 < len(question.words) <= 4:
        names += ["_".join(question.words), "".join(question.words)]
    found = [symbol for name in names for symbol in index.store.named(name, 6)]
    wanted = [symbol for symbol in found if only is None or symbol.language in only]
    return [symbol for symbol in wanted if symbol.role == "source"][:12]


def definitions(
    index: Index, name: str, only: Collection[str] | None = None, limit: int = 200
) -> list[Symbol]:
    """Where ``name`` is defined: the best match first.

    ``name`` may be qualified (``client.api.Session``): what stands before the last dot must be
    found in the qualified name or the path; if it is nowhere, the last part alone counts.
    """
    *outer, short = name.split(".")
    found = index.store.named(short, limit)
    if only is not None:
        found = [symbol for symbol in found if symbol.language in only]
    if outer:
        wanted = [part.lower() for part in outer]
        inside = [symbol for symbol in found if _is_within(symbol, wanted)]
        found = inside or found
    return sorted(
        found,
        key=lambda symbol: (
            symbol.short != short,
            -ROLES[symbol.role],
            symbol.name.count("."),
            symbol.path.endswith(".pyi"),
            symbol.path.count("/"),
            symbol.path,
            symbol.line,
        ),
    )


def _is_within(symbol: Symbol, outer: list[str]) -> bool:
    place = PurePosixPath(symbol.path.lower())
    around = [*place.parts[:-1], place.name.partition(".")[0], *symbol.name.lower().split(".")[:-1]]
    rest = iter(around)
    return all(part in rest for part in outer)


def uses(index: Index, symbol: Symbol, only: Collection[str] | None = None) -> list[Use]:
    """Lines that mention a name, source first; its definitions are left out."""
    phrase = " ".join(parts(symbol.short))
    if not phrase:
        return []
    pattern = mention(symbol.short)
    defined = {(other.path, other.line) for other in index.store.named(symbol.short)}
    found: dict[tuple[float, str, int], Use] = {}
    for chunk in index.store.match(f'body : "{phrase}"', MENTIONS, only):
        for number, line in enumerate(index.text(chunk).split("\n"), chunk.line):
            mentioned = pattern.search(line)
            if mentioned and (chunk.file.path, number) not in defined:
                text = excerpt(line, *mentioned.span()).strip()
                weight = ROLES[chunk.role] - 0.2 * text.startswith(("import ", "from "))
                found[-weight, chunk.file.path, number] = Use(chunk.file.path, number, text)
    return [found[place] for place in sorted(found)]


def resolve(index: Index, place: Place) -> list[str]:
    """The paths of the index that a written path may mean, the best first."""
    wanted = place.path.removeprefix("./").strip("/")
    root = index.root.as_posix().strip("/")
    if wanted.startswith(root + "/"):
        wanted = wanted[len(root) + 1 :]
    files = index.store.files()
    if wanted in files:
        return [wanted]
    ends = [path for path in files if path.endswith("/" + wanted)]
    if not ends and "/" in wanted and ".." not in wanted.split("/"):
        # An absolute path of another machine: the longest end of it that is here.
        rest = wanted.split("/")
        while len(rest) > 1 and not ends:
            rest.pop(0)
            tail = "/".join(rest)
            if len(rest) == 1 and "." not in tail:
                break  # a name such as "hosts" or "passwd" alone says too little
            ends = [path for path in files if path == tail or path.endswith("/" + tail)]
    if not ends and "." not in wanted.rpartition("/")[2]:
        ends = [path for path in files if PurePosixPath(path).stem == wanted]
    return sorted(ends, key=lambda path: (path.count("/"), path))
