"""The search terms of a question: its full-text expression, and the matching of words in code."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import Final

from robotui.server.index.store import Store
from robotui.server.index.words import Stemmer, alike

Mask = tuple[int, int]
"""Which words occur, as bits: as asked, and written another way (``cfg`` for ``config``)."""

_COMMON: Final = 6_000  # rows that the words of one question may match in all
_NAMES: Final = "{path symbol} : "  # what stands everywhere is looked for in names alone
_WEAK: Final = 0.6  # worth of another way to write a word
_LONG: Final = 5  # letters from which a word also finds longer ones
_WORD: Final = re.compile(r"[^\W_]+")


def union(masks: Iterable[Mask]) -> Mask:
    """What occurs in any of ``masks``."""
    strong = weak = 0
    for own, other in masks:
        strong |= own
        weak |= other
    return strong, weak


class Terms:
    """The words of a question as groups of spellings, each group with its weight."""

    def __init__(self, store: Store, words: tuple[str, ...], stemmer: Stemmer) -> None:
        groups = [(word, *sorted(alike(word))) for word in words]
        flat = stemmer.stems([word for group in groups for word in group])
        found = store.frequencies(set(flat)) if flat else {}
        total = max(store.chunk_count(), 1)
        stems = iter(flat)
        self._words = groups
        self._stems = [tuple(next(stems) for _ in group) for group in groups]
        self._counts = [sum(found.get(stem, 0) for stem in own) for own in self._stems]
        # The rarer a word, the more it tells: bm25's own measure, kept above zero.
        self._weights = [
            math.log(1 + (total - min(count, total) + 0.5) / (count + 0.5))
            for count in self._counts
        ]
        self._starts = {stem[:2] for own in self._stems for stem in own}
        self._total = sum(self._weights) or 1.0
        self._known: dict[str, Mask] = {}
        self._values: dict[Mask, float] = {}
        self._seen: set[str] = set()
        self._matching: dict[str, Mask] = {}

    def match(self, token: str) -> Mask:
        """Which words of the question a word in code is."""
        found = self._known.get(token)
        if found is None:
            strong = weak = 0
            # Most words of the code are none of the question's: two letters tell.
            for bit, stems in enumerate(self._stems if token[:2] in self._starts else ()):
                if _has_stem(token, stems[0]):
                    strong |= 1 << bit
                elif any(_has_stem(token, stem) for stem in stems[1:]):
                    weak |= 1 << bit
            found = self._known[token] = (strong, weak)
        return found

    def matching(self, tokens: set[str]) -> dict[str, Mask]:
        """Those of ``tokens`` that are words of the question."""
        for token in tokens - self._seen:
            self._seen.add(token)
            if self.match(token) != (0, 0):
                self._matching[token] = self._known[token]
        return self._matching

    def of(self, text: str) -> Mask:
        """Which words occur in ``text``, whose humps are split."""
        return union(self._known.get(t) or self.match(t) for t in _WORD.findall(text.lower()))

    def value(self, mask: Mask) -> float:
        """The share of the question that a mask is, 0 to 1."""
        value = self._values.get(mask)
        if value is None:
            strong, weak = mask
            value = 0.0
            for bit, weight in enumerate(self._weights):
                if strong >> bit & 1:
                    value += weight
                elif weak >> bit & 1:
                    value += weight * _WEAK
            value = self._values[mask] = value / self._total
        return value

    def expression(self) -> Iterator[str]:
        """FTS5 terms, the rarest words first, until they would match too much."""
        matched = 0
        order = sorted(range(len(self._words)), key=self._counts.__getitem__)
        for number, place in enumerate(order):
            matched += self._counts[place]
            if number >= 2 and matched > _COMMON:
                return
            words = self._words[place]
            where = _NAMES if self._counts[place] > _COMMON else ""
            yield from (f'{where}"{word}"' for word in words)
            if len(words[0]) >= _LONG and self._counts[place] < _COMMON // 4:
                yield f'"{words[0]}" *'

    def phrase(self, words: list[str]) -> str:
        """The FTS5 term for ``words`` in a row."""
        counts = dict(zip((group[0] for group in self._words), self._counts, strict=True))
        common = all(counts.get(word, 0) > _COMMON // 2 for word in words)
        return f'{_NAMES if common else ""}"{" ".join(words)}"'


def _has_stem(token: str, stem: str) -> bool:
    if token == stem:
        return True
    stem = stem.removesuffix("i")  # the stem of "retry" and "retries" is "retri"
    return len(stem) > 2 and token.startswith(stem) and len(token) - len(stem) <= 5
