"""Edges of the index: a batch that fails, a file's first line, how many words can be one name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from robotui.server.index import search
from robotui.server.index.chunks import Chunk
from robotui.server.index.index import Index
from robotui.server.index.store import Store
from robotui.server.index.words import ask
from robotui.tree.walk import File


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "index.db")
    yield store
    store.close()


def indexed(tmp_path: Path, **files: str) -> Index:
    root = tmp_path / "work"
    root.mkdir()
    for name, text in files.items():
        (root / f"{name}.py").write_text(text)
    index = Index(root, tmp_path / "index.db")
    for _ in index.update():
        pass
    return index


@pytest.mark.parametrize("error", [ValueError, sqlite3.OperationalError, KeyboardInterrupt])
def test_a_batch_that_fails_leaves_nothing_and_the_next_one_is_kept(
    store: Store, error: type[BaseException]
) -> None:
    def put(path: str, fault: type[BaseException] | None = None) -> None:
        with store.transaction():
            store.add(File(path, 1, 1), b"x", [Chunk(0, 1, 1, 1, ())], [])
            if fault:
                raise fault

    with pytest.raises(error):
        put("a.py", error)
    assert store.files() == {}
    put("b.py")
    assert set(store.files()) == {"b.py"}


@pytest.mark.parametrize("line", [0, 1, 2, 5])
def test_the_first_chunk_is_found_by_its_first_line(tmp_path: Path, line: int) -> None:
    index = indexed(tmp_path, app="def first():\n    return 1\n\n\ndef second():\n    return 2\n")
    try:
        chunk = index.store.chunk_at("app.py", line)
        assert chunk is not None
        assert chunk.line <= max(line, 1)
        assert index.store.chunk_at("none.py", 1) is None
    finally:
        index.close()


@pytest.mark.parametrize(
    ("name", "question", "by_name"),
    [
        ("quick_brown", "quick brown", True),
        ("quick_brown_fox_jumps", "quick brown fox jumps", True),
        ("quickbrownfoxjumps", "quick brown fox jumps", True),
        ("quick_brown_fox_jumps_over", "quick brown fox jumps over", False),
    ],
)
def test_up_to_four_words_may_be_one_name(
    tmp_path: Path, name: str, question: str, by_name: bool
) -> None:
    index = indexed(tmp_path, app=f"def {name}():\n    return 1\n")
    try:
        asked = ask(question)
        found = search._plainly_named(index, asked, None)
        assert [symbol.name for symbol in found] == ([name] if by_name else [])
    finally:
        index.close()
