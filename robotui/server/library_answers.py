"""Answers from the Python library and installed packages: what GeneralCodingAgent says offline.

Runs in the worker.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from robotui.server import markdown_answers
from robotui.server.index import python_reference
from robotui.server.index.index import Index, Progress, path_for
from robotui.server.index.library import Library, Package, libraries, packages
from robotui.server.index.python_reference import Entry
from robotui.server.index.results import Hit
from robotui.server.index.search import Searcher, definitions
from robotui.server.index.words import Place, Question, parts
from robotui.server.markdown_answers import code, counted
from robotui.server.python_topics import Topics
from robotui.server.workspace_answers import REMEMBERED, Answer, Repository, around

PAGE: Final = 3
"""Entries that are shown at once."""

_TOPICS: Final = 2  # names that a common task brings, before what the search brings
_FAR: Final = 0.6  # a hit below this share of the best one's score waits for "more"
_PRIVATE: Final = 0.55  # worth of what its author marked as private
_STANDARD: Final = 1.1  # worth of the standard library
_METADATA: Final = frozenset({"installed", "package", "packages", "version", "versions"})


class Libraries:
    """The library folders of a workspace, each with an index of its own, made when first needed.

    ``found`` takes the place of the folders of the workspace's environment.
    """

    def __init__(
        self,
        workspace: Path,
        cache: Path | None,
        searcher: Searcher,
        found: list[Library] | None = None,
    ) -> None:
        self._workspace = workspace
        self._cache = cache
        self._searcher = searcher
        self._topics = Topics(searcher.stemmer)
        self._found = found
        self._indexes: list[tuple[Library, Index]] = []

    @property
    def found(self) -> list[Library]:
        """The folders, looked for when first asked."""
        if self._found is None:
            self._found = libraries(self._workspace)
        return self._found

    @property
    def indexes(self) -> list[tuple[Library, Index]]:
        """The folders with their indexes."""
        if not self._indexes:
            self._indexes = [
                (library, Index(library.root, path_for(library.root, self._cache), library.files))
                for library in self.found
            ]
        return self._indexes

    def update(self) -> Iterator[None]:
        """Bring the indexes up to date, in small steps."""
        for _, index in self.indexes:
            yield from index.update()

    def progress(self) -> Progress:
        """How far the indexes are, all together."""
        states = [index.progress for _, index in self._indexes]
        done, total = sum(state.done for state in states), sum(state.total for state in states)
        return Progress(done, total, bool(states) and all(state.complete for state in states))

    def rebuild(self) -> None:
        """Begin the indexes anew; they are filled by the next update."""
        for _, index in self._indexes:
            index.rebuild()

    def close(self) -> None:
        """Close the databases."""
        for _, index in self._indexes:
            index.close()

    def known(self, question: Question) -> bool:
        """Whether full names in ``question`` say it all, so that no index is needed."""
        entries = [python_reference.find(self.found, name) for name in question.symbols]
        rest = set(question.words) - {word for name in question.symbols for word in parts(name)}
        return bool(entries) and all(entries) and not rest

    def answer(self, question: Question, repository: Repository) -> Answer:
        """The best entries for ``question``."""
        asked = [*self._places(question), *repository.places(question)]
        blocks = [list(markdown_answers.hit(hit)) for hit in asked]
        words = set(question.words) - {word for name in question.symbols for word in parts(name)}
        if words & _METADATA:
            blocks.append(list(markdown_answers.installed(self._packages(words))))
            words = set()
        known: set[tuple[str, int]] = set()
        for entry, library in self._exact(question):
            if (entry.path, entry.line) not in known:
                known.add((entry.path, entry.line))
                blocks.append(list(markdown_answers.entry(entry, library)))
        near, room = len(blocks), max(PAGE - len(blocks), 1)
        if words or not blocks:
            found = list(self._found_by_words(question, known))
            best = max((score for score, _ in found), default=0.0)
            near += sum(score >= _FAR * best for score, _ in found[:room])
            blocks += [block for _, block in found]
        if not blocks and question.places:
            return Answer([markdown_answers.missing(question.places)], "a place that is not there")
        if not blocks:
            return self._nothing(question)
        summary = f"{counted(len(blocks), 'place')} in the library"
        pieces = [piece for block in blocks[:near] for piece in block]
        return Answer(pieces, summary, [], blocks[near:][:REMEMBERED])

    def _found_by_words(
        self, question: Question, known: set[tuple[str, int]]
    ) -> Iterator[tuple[float, list[str]]]:
        """Scores and blocks of what a search brings and is not ``known``."""
        for number, (hit, library, index) in enumerate(self._search(question)):
            # Reading what a name is takes parsing its file: not for what waits for "more".
            entry = self._entry(hit, index) if number <= PAGE else None
            place = (hit.path, entry.line if entry else hit.line)
            if place not in known:
                block = (
                    markdown_answers.entry(entry, library.name)
                    if entry
                    else markdown_answers.hit(hit)
                )
                yield hit.score * _worth(hit, library), list(block)

    def _places(self, question: Question) -> Iterator[Hit]:
        """Places that the question names in the library folders, by their absolute paths."""
        for place in question.places:
            for library, index in self.indexes:
                path = _below(library.root, place)
                if path:
                    lines = index.settled(partial(index.lines, path))
                    hit = around(path, lines, place.line, None)
                    if hit is not None:
                        yield hit

    def _packages(self, words: set[str]) -> list[Package]:
        known = packages(self.found)
        asked = [package for package in known if words & set(parts(package.name))]
        return asked or known

    def _exact(self, question: Question) -> Iterator[tuple[Entry, str]]:
        """What is asked for by name: full names from the files, short ones from the index."""
        for name in (*self._topics.names(question)[:_TOPICS], *question.symbols):
            entry = python_reference.find(self.found, name)
            if entry is not None:
                # What is compiled in is often known to its module by another name (posix.listdir).
                yield (
                    entry if entry.path else replace(entry, name=name),
                    self._library_of(entry),
                )
                continue
            for library, index in self.indexes:
                for symbol in definitions(index, name)[:1]:
                    found = python_reference.describe(index.root, symbol.path, symbol.name)
                    if found is not None:
                        yield found, library.name

    def _library_of(self, entry: Entry) -> str:
        if not entry.path:
            return "standard library"
        return next(
            (found.name for found in self.found if (found.root / entry.path).is_file()), "packages"
        )

    def _search(self, question: Question) -> list[tuple[Hit, Library, Index]]:
        """Hits of all folders, public names first."""
        found = [
            (hit, library, index)
            for library, index in self.indexes
            for hit in self._searcher.search(index, question)[:REMEMBERED]
        ]
        found.sort(key=lambda one: -one[0].score * _worth(one[0], one[1]))
        return found[:REMEMBERED]

    @staticmethod
    def _entry(hit: Hit, index: Index) -> Entry | None:
        if hit.kind not in {"function", "method", "class"}:
            return None
        return python_reference.describe(index.root, hit.path, hit.symbol)

    def _nothing(self, question: Question) -> Answer:
        words = ", ".join(code(word) for word in question.terms[:6])
        names = ", ".join(dict.fromkeys(library.name for library in self.found))
        count = sum(index.store.file_count() for _, index in self.indexes)
        text = (
            f"Nothing found for {words or 'that'} in {counted(count, 'file')} ({names}).\n\n"
            "Ask with a full name such as `asyncio.gather` or `pathlib.Path.glob`, or with words "
            "of its documentation. RepoAgent searches your own code.\n"
        )
        return Answer([text], "nothing in the library")


def _below(root: Path, place: Place) -> str:
    start = root.as_posix() + "/"
    return place.path.removeprefix(start) if place.path.startswith(start) else ""


def _worth(hit: Hit, library: Library) -> float:
    """Public names come before private ones, what every program has before what was installed."""
    names = [*hit.path.removesuffix(".py").split("/"), *hit.symbol.split(".")]
    private = any(name.startswith("_") and not name.endswith("__") for name in names)
    standard = library.name == "standard library"
    return (_PRIVATE if private else 1.0) * (_STANDARD if standard else 1.0)
