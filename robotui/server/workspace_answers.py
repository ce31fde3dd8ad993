"""Answers from a workspace: what RepoAgent and FrontEndAgent say offline. Runs in the worker."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from robotui.server import markdown_answers
from robotui.server.index import languages
from robotui.server.index.excerpts import excerpt
from robotui.server.index.index import Index
from robotui.server.index.rank import ASKS_FOR_TESTS
from robotui.server.index.results import SHOWN_LINES, Hit
from robotui.server.index.search import Searcher, definitions, resolve, uses
from robotui.server.index.store import Symbol
from robotui.server.index.words import Place, Question
from robotui.server.markdown_answers import code, counted

PAGE: Final = 3
"""Hits that are shown at once."""
REMEMBERED: Final = 24
"""Further hits that "more" can bring."""

_FAR: Final = 0.45  # a hit below this share of the best one's score waits for "more"
_AROUND: Final = 12  # lines shown before a place that was asked for
_LIST: Final = "HTML, CSS, SCSS, JavaScript, TypeScript, Vue or Svelte"


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say: pieces of Markdown, further blocks for "more", and one line on the search.

    ``changed`` is the number of files that are left out, since they changed meanwhile.
    """

    pieces: list[str]
    summary: str
    places: list[str] = field(default_factory=list)
    rest: list[list[str]] = field(default_factory=list)
    changed: int = 0


class Repository:
    """Looks things up in one workspace; ``only`` limits the languages."""

    def __init__(self, index: Index, searcher: Searcher) -> None:
        self.index = index
        self._searcher = searcher

    def answer(self, question: Question, only: Collection[str] | None = None) -> Answer:
        """The best places for ``question``."""
        answer = self.index.settled(lambda: self._answer(question, only))
        return replace(answer, changed=len(self.index.changed))

    def _answer(self, question: Question, only: Collection[str] | None) -> Answer:
        count = self.index.store.file_count(only)
        if only is not None and not count:
            total = self.index.store.file_count()
            text = f"This workspace has no {_LIST} files ({counted(total, 'file')} looked at).\n"
            return Answer([text], "no front-end files")
        near, found = self._find(question, only)
        lost = () if self.places(question) else question.places
        if not near and lost:
            return Answer([markdown_answers.missing(lost)], "a place that is not in the workspace")
        if not near:
            return self._nothing(question, count, only)
        shown = {(hit.path, hit.line) for hit in near}
        rest = [hit for hit in found if (hit.path, hit.line) not in shown]
        pieces = [markdown_answers.missing(lost)] if lost else []
        pieces += [piece for hit in near for piece in markdown_answers.hit(hit)]
        for name in question.symbols[:2]:
            pieces += self._symbol(name, only)
        return Answer(
            pieces,
            f"{counted(len(near) + len(rest), 'place')} in {counted(count, 'file')}",
            [f"{hit.path}:{hit.line}" for hit in near],
            [list(markdown_answers.hit(hit)) for hit in rest[:REMEMBERED]],
        )

    def hits(self, question: Question, only: Collection[str] | None = None) -> list[Hit]:
        """What is shown first for ``question``: the place that it names, else the best found."""
        return self.index.settled(lambda: self._find(question, only))[0]

    def _find(
        self, question: Question, only: Collection[str] | None
    ) -> tuple[list[Hit], list[Hit]]:
        """What to show first, and all that was found."""
        found = self._searcher.search(self.index, question, only)
        asked = self.places(question)
        return (_asked_for(asked, found) if asked else _best(question, found)), found

    def _symbol(self, name: str, only: Collection[str] | None) -> Iterator[str]:
        found = definitions(self.index, name, only)
        for symbol in found[: markdown_answers.LISTED]:
            self.index.content(symbol.path)  # so that it is known to be there
        if found:
            same = [symbol for symbol in found if symbol.short == found[0].short]
            yield from markdown_answers.defined(name, same)
            yield from markdown_answers.used(name, uses(self.index, same[0], only))

    def places(self, question: Question) -> list[Hit]:
        """The places that the question names itself: ``path:line``, tracebacks, ``@path``."""
        return self.index.settled(lambda: self._places(question))

    def _places(self, question: Question) -> list[Hit]:
        found: dict[tuple[str, int], Hit] = {}
        for place in question.places:
            for path in resolve(self.index, place)[:2]:
                hit = self._at(path, place)
                if hit is not None:
                    found.setdefault((path, hit.symbol_line), hit)
        return list(found.values())

    def _at(self, path: str, place: Place) -> Hit | None:
        lines = self.index.lines(path)
        symbol = self.index.store.enclosing(path, place.line) if place.line else None
        return around(path, lines, place.line, symbol)

    def _nothing(self, question: Question, count: int, only: Collection[str] | None) -> Answer:
        words = ", ".join(code(word) for word in question.terms[:6])
        where = counted(count, "file" if only is None else "front-end file")
        pieces = [f"Nothing found for {words or 'that'} in {where} of this workspace.\n\n"]
        parts = [word.rpartition(".")[2] for word in question.terms[:4]]
        names = [name for part in parts for name in self.index.store.similar(part, only)]
        if names:
            listed = ", ".join(code(name) for name in dict.fromkeys(names[:6]))
            pieces.append(f"Names that come close: {listed}\n\n")
        pieces.append(
            "Ask with words that stand in the code or its comments, a name such as "
            f"{code(self._example(only))}, a quoted text, or a place such as {code('path:line')}.\n"
        )
        return Answer(pieces, f"nothing in {where}")

    def _example(self, only: Collection[str] | None) -> str:
        examples = self.index.store.examples(only, 1)
        return examples[0].short if examples else "ClassName.method"

    def questions(self, only: Collection[str] | None = None) -> list[str]:
        """Three questions that this workspace can answer."""
        found = self.index.store.examples(only, 3)
        forms = ("where is {} used?", "{}", "{}")
        asked = [form.format(symbol.name) for form, symbol in zip(forms, found, strict=False)]
        if found:
            asked[-1] = f"{found[-1].path}:{found[-1].line}"
        return asked or ["where are the settings read?", "README.md", '"TODO"']


def _best(question: Question, found: list[Hit]) -> list[Hit]:
    """What to show first: hits that come close to the best, of tests only one unless asked for."""
    close = [hit for hit in found[:REMEMBERED] if hit.score >= _FAR * found[0].score]
    if not ASKS_FOR_TESTS.isdisjoint(question.words) and not question.operates:
        return close[:PAGE]
    tests = [hit for hit in close if languages.role(hit.path) == "test"]
    return [hit for hit in close if hit not in tests[1:]][:PAGE]


def _asked_for(asked: list[Hit], found: list[Hit]) -> list[Hit]:
    """What to show for places that were named: of a whole file rather the hits in it."""
    whole = {hit.path for hit in asked if not hit.symbol_line}
    inside = [hit for hit in found if hit.path in whole][:PAGE]
    known = {hit.path for hit in inside}
    return [hit for hit in asked if hit.path not in known or hit.symbol_line][:PAGE] + inside


def around(path: str, lines: list[str], line: int, symbol: Symbol | None) -> Hit | None:
    """The lines around ``line`` of a file, from its definition where that is near; 0: its head.

    The ``symbol_line`` of the result is ``line``, as that is what was asked for.
    """
    if not any(lines):
        return None
    line = min(line, len(lines))
    near = symbol is not None and line - symbol.line < _AROUND * 2
    first = symbol.line if symbol is not None and near else max(line - _AROUND, 1)
    last = min(first - 1 + SHOWN_LINES, line + _AROUND if line > 1 else len(lines))
    text = [excerpt(shown) for shown in lines[first - 1 : last]]
    while text and not text[-1].strip():
        text.pop()
    name, kind = (symbol.name, symbol.kind) if symbol is not None else ("", "")
    return Hit(path, languages.of(path), first, tuple(text), name, kind, line)
