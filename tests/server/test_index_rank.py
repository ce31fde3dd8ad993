from __future__ import annotations

from collections.abc import Iterator

import pytest

from robotui.server.index.candidates import candidates
from robotui.server.index.index import Index
from robotui.server.index.question_terms import Terms
from robotui.server.index.search import Searcher
from robotui.server.index.words import ask

SOURCE = '''"""Clocks."""

ZONE = "UTC"


class Clock:
    """Tells the hour."""

    # rings at noon
    @property
    def noon(self):
        return 12

    def __repr__(self):
        return "noon alarm"

    def wake(self, sleeper):
        """Ring the alarm until the sleeper
        is awake."""

        def ring():
            return "alarm"

        return ring
'''


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    root = tmp_path_factory.mktemp("rank") / "work"
    root.mkdir()
    (root / "clock.py").write_text(SOURCE)
    (root / "notes.txt").write_text("The alarm is loud.\n")
    index = Index(root, root.parent / "index.db")
    for _ in index.update():
        pass
    yield index
    index.close()


@pytest.fixture(scope="module")
def searcher() -> Iterator[Searcher]:
    searcher = Searcher()
    yield searcher
    searcher.close()


def found(index: Index, searcher: Searcher, text: str) -> dict[str, tuple[int, int, int]]:
    """Names of the candidates, with the places of their lines."""
    terms = Terms(index.store, ask(text).words, searcher.stemmer)
    return {
        one.symbol.name if one.symbol else "": (
            one.piece.chunk.line + one.top,
            one.piece.chunk.line + one.first,
            one.piece.chunk.line + one.end - 1,
        )
        for chunk in index.store.match('"alarm" OR "noon"', 10)
        for one in candidates(index, chunk, terms)
    }


def test_every_definition_is_a_candidate_but_local_ones(index: Index, searcher: Searcher) -> None:
    places = found(index, searcher, "alarm at noon")
    assert set(places) >= {"Clock.noon", "Clock.__repr__", "Clock.wake", ""}
    assert "Clock.wake.ring" not in places
    assert places["Clock.noon"] == (9, 11, 12)
    assert places[""] == (1, 1, 1)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("who rings at noon", "Clock.noon"),  # by the comment above it
        ("ring the alarm for the sleeper", "Clock.wake"),
        ("where is the zone", "ZONE"),
        ("noon alarm", "Clock.noon"),  # rather than a special method that has both words
    ],
)
def test_the_definition_that_fits_comes_first(
    index: Index, searcher: Searcher, question: str, name: str
) -> None:
    assert searcher.search(index, ask(question))[0].symbol == name


def test_what_stands_everywhere_is_looked_for_in_names(
    index: Index, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("robotui.server.index.question_terms._COMMON", 0)
    terms = Terms(index.store, ("alarm", "noon"), searcher.stemmer)
    assert next(iter(terms.expression())).startswith("{path symbol} : ")
    assert terms.phrase(["alarm", "noon"]).startswith("{path symbol} : ")
    assert [hit.symbol for hit in searcher.search(index, ask("noon"))][:1] == ["Clock.noon"]
