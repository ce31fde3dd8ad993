"""Re-ranking: the candidates that the full-text index gave are read again and ordered.

BM25 knows which words are rare; it does not know that a name weighs more than a mention, that a
definition is a better answer than a use, that its class and its file tell what it is about, or
that "where is …?" asks for source and not for its tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from robotui.server.index.candidates import Candidate, candidates
from robotui.server.index.excerpts import LONG, shorten
from robotui.server.index.index import Index
from robotui.server.index.languages import runs_project
from robotui.server.index.question_terms import Mask, Terms, union
from robotui.server.index.results import Hit, show
from robotui.server.index.store import Stored, Symbol
from robotui.server.index.words import Question, parts, split_humps
from robotui.text import word_set

ROLES: Final = {"source": 1.0, "doc": 0.7, "config": 0.75, "test": 0.6, "generated": 0.3}
"""What a place in a file of this role is worth, unless the question asks for such files."""
ASKS_FOR_TESTS: Final = word_set("test tests tested testing fixture fixtures")
"""Words of a question that is after tests."""

_MOST: Final = 60  # hits
_ASKS_FOR_DOCS: Final = word_set(
    "doc docs documentation documented readme changelog license install"
)
_ASKS_FOR_CONFIG: Final = word_set(
    "dependency dependencies requirements packaging ci pipeline workflow"
)
# What each property of a candidate is worth: fitted (a softmax over the candidates of a question)
# to 3,300 questions made from the docstrings of 50 packages, none of which is reported by
# ``make eval``. Three departures by judgement: what follows from these questions asking for public
# functions alone was halved or less; names count a little more, as people use them; and so do the
# words of documentation, which was cut out of what these questions searched.
_BM25: Final = 0.23
_ALL: Final = 0.12
_FILE: Final = 0.15
_CLASS: Final = 0.16
_DOC: Final = 0.2
_HEAD: Final = 0.2
_NAME: Final = 0.13
_OUTER: Final = 0.27
_PATH: Final = 0.19
_DENSITY: Final = 0.78
_RUNS: Final = 1.6  # worth of a project file where the question is how to run or build
_ROLE: Final = 1.0
_KINDS: Final = {"function": 0.3, "method": 0.3, "class": 0.1}  # what does things before data
_PRIVATE: Final = -0.15
_SPECIAL: Final = -0.15  # more, for ``__init__`` and the like


class Ranking:
    """The second look at the candidates of one question.

    ``exact`` are the definitions of what it asks for by name, each list the best first.
    """

    def __init__(
        self, index: Index, question: Question, terms: Terms, exact: dict[str, list[Symbol]]
    ) -> None:
        self._index = index
        self._question = question
        self._terms = terms
        self._asked = {(one.path, one.line) for found in exact.values() for one in found[:20]}
        self._first = {(found[0].path, found[0].line) for found in exact.values() if found}
        self._exact_texts = [*question.phrases, *(name.rpartition(".")[2] for name in exact)]
        self._mentions = [mention(name.rpartition(".")[2]) for name in exact]
        self._roles = dict(ROLES)
        words = frozenset(question.words)
        if words & ASKS_FOR_TESTS and not question.operates:
            self._roles["test"] = 1.1
        if words & _ASKS_FOR_CONFIG:
            self._roles["config"] = 1.3
        if words & _ASKS_FOR_DOCS:
            self._roles["doc"] = 1.1

    def hits(self, chunks: Iterable[Stored]) -> list[Hit]:
        """The best of what ``chunks`` hold, best first."""
        found = [one for chunk in chunks for one in candidates(self._index, chunk, self._terms)]
        best = max((one.piece.chunk.score for one in found), default=0.0) or 1.0
        files: dict[str, float] = {}
        outer: dict[tuple[str, str], Mask] = {}
        for one in found:
            chunk = one.piece.chunk
            files[chunk.file.path] = max(files.get(chunk.file.path, 0.0), chunk.score / best)
            outer[one.outer] = union([outer.get(one.outer, (0, 0)), one.mask])
        ranked: dict[tuple[str, int], tuple[float, Candidate]] = {}
        for one in found:
            around = _FILE * files[one.place[0]] + _CLASS * self._terms.value(outer[one.outer])
            score = self._score(one, best) + around
            score += (self._role(one) - 1) * _ROLE + self._exact(one)
            if one.place not in ranked or score > ranked[one.place][0]:
                ranked[one.place] = score, one
        order = sorted(ranked, key=lambda place: (-ranked[place][0], place))[:_MOST]
        return [self._shown(*ranked[place]) for place in order]

    def _shown(self, score: float, one: Candidate) -> Hit:
        hit = show(one, score, self._terms)
        if max(map(len, hit.text), default=0) <= LONG:
            return hit
        return shorten(hit, self._index.lines(hit.path), self._exact_texts, self._terms)

    def _score(self, one: Candidate, best: float) -> float:
        value = self._terms.value
        chunk, symbol = one.piece.chunk, one.symbol
        score = (
            _BM25 * chunk.score / best
            + _HEAD * value(one.head)
            + _ALL * value(one.mask)
            + _DOC * value(one.doc)
            + _DENSITY * one.density
            + _PATH * value(self._terms.of(split_humps(chunk.file.path)))
        )
        if symbol is None:
            return score
        outer = symbol.name.rpartition(".")[0]
        score += _NAME * self._named(symbol.short) + _OUTER * value(
            self._terms.of(split_humps(outer))
        )
        score += _PRIVATE * symbol.short.startswith("_") + _SPECIAL * symbol.short.startswith("__")
        return score + _KINDS.get(symbol.kind, 0.0)

    def _role(self, one: Candidate) -> float:
        chunk = one.piece.chunk
        if self._question.operates and runs_project(chunk.file.path):
            return _RUNS
        return self._roles[chunk.role]

    def _named(self, short: str) -> float:
        """How well a name says what is asked, and nothing else: 0 to 1."""
        words = parts(short)
        matched = [mask for word in words if (mask := self._terms.match(word)) != (0, 0)]
        return self._terms.value(union(matched)) * len(matched) / len(words) if matched else 0.0

    def _exact(self, one: Candidate) -> float:
        """The bonus for what was asked for by name or in quotes."""
        bonus, text = 0.0, one.text
        if one.place in self._asked:
            bonus = self._roles[one.piece.chunk.role] * (2.0 if one.place in self._first else 1.5)
        elif any(pattern.search(text) for pattern in self._mentions):
            bonus = 0.3
        folded = text.lower() if self._question.phrases else ""
        return bonus + sum(0.5 for phrase in self._question.phrases if phrase.lower() in folded)


def mention(name: str) -> re.Pattern[str]:
    """A pattern for ``name`` as a word of its own."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
