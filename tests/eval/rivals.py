"""What the search is compared with: plain BM25 over whole files and over windows, and ripgrep.

All get the files that ours gets, and answer with places: a file and the lines that are shown.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Final

from robotui.tree.walk import walk

Place = tuple[str, int, int]
"""A path, and the first and the last line of what is shown."""
Rank = Callable[[str], list[Place]]
"""Gives the places for a question, best first."""

WINDOW: Final = 40
"""Lines of a window."""
_MOST: Final = 100
_WORD: Final = re.compile(r"\w+")


def _texts(root: Path) -> Iterator[tuple[str, list[str]]]:
    for file in walk(root):
        yield file.path, (root / file.path).read_text("utf-8", "replace").split("\n")


@contextmanager
def _bm25(pieces: Iterator[tuple[str, int, list[str]]]) -> Iterator[Rank]:
    """FTS5's BM25 as it comes, with stems, over pieces of files; any word of a question counts."""
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as base:
        base.execute(
            "CREATE VIRTUAL TABLE pieces USING fts5"
            "(path UNINDEXED, first UNINDEXED, last UNINDEXED, body, tokenize='porter unicode61')"
        )
        rows = ((path, at, at + len(lines) - 1, "\n".join(lines)) for path, at, lines in pieces)
        base.executemany("INSERT INTO pieces VALUES (?, ?, ?, ?)", rows)

        def rank(question: str) -> list[Place]:
            words = " OR ".join(f'"{word}"' for word in _WORD.findall(question))
            query = (
                "SELECT path, first, last FROM pieces WHERE pieces MATCH ? ORDER BY rank LIMIT ?"
            )
            return base.execute(query, (words, _MOST)).fetchall()

        yield rank


def whole_files(root: Path) -> AbstractContextManager[Rank]:
    """BM25 over whole files."""
    return _bm25((path, 1, lines) for path, lines in _texts(root))


def windows(root: Path) -> AbstractContextManager[Rank]:
    """BM25 over fixed windows."""
    return _bm25(
        (path, start + 1, lines[start : start + WINDOW])
        for path, lines in _texts(root)
        for start in range(0, len(lines), WINDOW)
    )


def ripgrep(root: Path) -> Rank:
    """Windows by the number of different words of the question in them, then of all its words.

    Words of three or more letters, whole, in any case; ``rg`` where it is installed, else a count
    by the same rule.
    """
    search = _rg if shutil.which("rg") else _count

    def rank(question: str) -> list[Place]:
        words = sorted({word.lower() for word in _WORD.findall(question) if len(word) >= 3})
        counts: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        for path, line, word in search(root, words):
            counts[path, (line - 1) // WINDOW][word.lower()] += 1
        found = sorted(counts, key=lambda one: (-len(counts[one]), -counts[one].total(), one))
        return [
            (path, number * WINDOW + 1, (number + 1) * WINDOW) for path, number in found[:_MOST]
        ]

    return rank


def _rg(root: Path, words: list[str]) -> Iterator[tuple[str, int, str]]:
    command = ["rg", "--line-number", "--only-matching", "--ignore-case", "--word-regexp"]
    command += ["--no-ignore", "--no-heading", "--with-filename", "--no-messages", "--threads=1"]
    command += [f"--regexp={word}" for word in words]
    done = subprocess.run([*command, "."], cwd=root, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        path, number, word = line.removeprefix("./").split(":", 2)
        yield path, int(number), word


def _count(root: Path, words: list[str]) -> Iterator[tuple[str, int, str]]:
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b", re.IGNORECASE)
    for path, lines in _texts(root):
        for number, line in enumerate(lines, 1):
            for word in pattern.findall(line):
                yield path, number, word
