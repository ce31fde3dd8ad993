"""Files that change between being indexed and being read."""

from __future__ import annotations

import itertools
import os
import random
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from robotui.server.engine import End, Fail, Part, Request, Text
from robotui.server.index import index as indexing
from robotui.server.index.index import Index
from robotui.server.index.search import Searcher
from robotui.server.index.words import ask
from robotui.server.models.workspace import Workspace
from robotui.server.offline import OfflineEngine
from robotui.server.workspace_answers import Repository
from robotui.tree.safe_reading import read

QUESTIONS = int(os.environ.get("RACE_QUESTIONS", "100"))
FILES = int(os.environ.get("RACE_FILES", "20"))


def text_of(version: int, functions: int = 12, head: int = 0) -> str:
    """Python whose every line tells its version and number."""
    lines = ["# Stripes." for _ in range(head)]
    for number in range(functions):
        lines += [f"def zebra_{number}(stripes):", '    """Count the stripes."""']
        lines += [f"    okapi_{step} = stripes" for step in range(number % 5 + 1)]
        lines += ["    return stripes"]
    return "".join(f"{line}  # {version}:{at}\n" for at, line in enumerate(lines, 1))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    (folder / "app").mkdir(parents=True)
    for number in range(3):
        (folder / "app" / f"part{number}.py").write_text(text_of(0))
    return folder


@pytest.fixture
def index(root: Path, tmp_path: Path) -> Iterator[Index]:
    index = Index(root, tmp_path / "cache" / "index.db")
    for _ in index.update():
        pass
    yield index
    index.close()


@pytest.fixture
def searcher() -> Iterator[Searcher]:
    searcher = Searcher()
    yield searcher
    searcher.close()


def shorter(file: Path) -> None:
    os.truncate(file, 150)


def shorter_by_a_line(file: Path) -> None:
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-40]))


def empty(file: Path) -> None:
    os.truncate(file, 0)


def longer(file: Path) -> None:
    file.write_text(text_of(1, 20, head=7))


def too_long(file: Path) -> None:
    file.write_text(text_of(1) + "#" * (1 << 20))


def same_size_and_time(file: Path) -> None:
    """As a copy that keeps the times does it."""
    status, size = file.stat(), file.stat().st_size
    file.write_text(text_of(1, head=3).ljust(size, "\n")[:size])
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def other_line_ends(file: Path) -> None:
    file.write_text(text_of(1), newline="\r\n")


def replaced(file: Path) -> None:
    other = file.with_name("new")
    other.write_text(text_of(2, 3))
    other.replace(file)


def deleted(file: Path) -> None:
    file.unlink()


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def a_link(file: Path) -> None:
    outside = file.parent.parent.parent / "outside.py"
    outside.write_text(text_of(9))
    file.unlink()
    file.symlink_to(outside)


def a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def binary(file: Path) -> None:
    file.write_bytes(b"\x7fELF\0" + file.read_bytes())


def folder_gone(file: Path) -> None:
    shutil.rmtree(file.parent)


CHANGES = [
    *(shorter, shorter_by_a_line, empty, longer, too_long, same_size_and_time, other_line_ends),
    *(replaced, deleted, a_folder, a_link, a_pipe, binary, folder_gone),
]
LEAVES_NOTHING = (empty, too_long, deleted, a_folder, a_link, a_pipe, binary, folder_gone)


def shown_lines(text: str) -> int:
    """How many lines of code an answer shows, each of which must be the one with its number."""
    count = 0
    for path, first, code in re.findall(
        r"```python title=(\S+?):(\d+)\n(.*?)\n```", text, re.DOTALL
    ):
        marks = [re.search(r"  # (\d+):(\d+)$", line) for line in code.split("\n")]
        if marks[-1] is None:
            marks.pop()  # the last line of a file that was cut anywhere
        found = [(mark[1], int(mark[2])) if mark else ("", 0) for mark in marks]
        version = found[0][0] if found else ""
        expected = [(version, number) for number in range(int(first), int(first) + len(found))]
        assert found == expected, (path, first, code)
        count += len(found)
    return count


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("question", ["how are stripes counted", "zebra_11", "app/part1.py:40"])
def test_what_is_shown_is_what_the_file_has_now(
    searcher: Searcher, index: Index, root: Path, change: Callable[[Path], None], question: str
) -> None:
    file = root / "app" / "part1.py"
    change(file)
    repository = Repository(index, searcher)
    answer = repository.answer(ask(question))
    text = "".join([*answer.pieces, *(piece for block in answer.rest for piece in block)])
    assert answer.changed == 0
    shown_lines(text)
    if change in LEAVES_NOTHING:
        assert "part1.py:" not in text
    now = file.read_text().splitlines() if change not in LEAVES_NOTHING else []
    for hit in repository.hits(ask(question)):
        if hit.path == "app/part1.py":
            assert list(hit.text) == now[hit.line - 1 : hit.last]


@pytest.mark.parametrize("change", CHANGES)
async def test_a_model_is_shown_what_the_file_has_now(
    root: Path, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    workspace = Workspace(root, tmp_path / "cache")
    await workspace.search_code("stripes")
    change(root / "app" / "part1.py")
    for found in (
        await workspace.search_code("how are stripes counted"),
        await workspace.find_symbol("zebra_11"),
        await workspace.find_symbol("okapi_0"),
    ):
        for number, mark in re.findall(r"(\d+) .*  # \d+:(\d+)$", found.text, re.MULTILINE):
            assert number == mark
        if change in LEAVES_NOTHING:
            assert "part1.py" not in found.text
    await workspace.aclose()


def test_what_changes_at_every_look_is_left_out_and_told(
    searcher: Searcher, index: Index, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = itertools.count(1)

    def reading(folder: Path, path: str) -> bytes | None:
        if path == "app/part1.py":
            (folder / path).write_text(text_of(next(versions)))
        return read(folder, path)

    monkeypatch.setattr(indexing, "read", reading)
    answer = Repository(index, searcher).answer(ask("how are stripes counted"))
    assert answer.changed == 1
    assert not any("part1.py" in piece for piece in answer.pieces)
    assert any("part0.py" in piece for piece in answer.pieces)


async def test_what_is_left_out_is_said(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = OfflineEngine(tmp_path / "cache", [])
    await engine.start(root)
    await asked(engine, "stripes")
    with monkeypatch.context() as patch:
        patch.setattr(indexing.Index, "content", lambda self, path: self.changed.add(path) or b"")
        text = await asked(engine, "how are stripes counted")
    assert "Nothing found" in text
    assert "*3 files changed meanwhile; ask again.*" in text
    assert "def zebra_" in await asked(engine, "how are stripes counted")
    await engine.aclose()


def test_a_look_sees_one_moment_of_the_index(index: Index, root: Path, tmp_path: Path) -> None:
    """Another program may bring the index up to date in the middle of it."""
    other = Index(root, tmp_path / "cache" / "index.db")

    def look() -> tuple[int, int]:
        before = len(index.store.named("zebra_11"))
        (root / "app" / "part1.py").write_text("")
        for _ in other.update():
            pass
        return before, len(index.store.named("zebra_11"))

    assert index.settled(look) == (3, 3)
    assert len(index.store.named("zebra_11")) == 2
    other.close()


async def asked(engine: OfflineEngine, prompt: str) -> str:
    """What the engine says; it must not fail."""
    parts: list[Part] = [part async for part in engine.reply(Request("s", "RepoAgent", prompt))]
    assert not [part for part in parts if isinstance(part, Fail)], prompt
    assert isinstance(parts[-1], End)
    return "".join(part.piece for part in parts if isinstance(part, Text))


def disturb(root: Path, seed: int, stop: threading.Event) -> None:
    """Change files in every way until told to stop."""
    draw = random.Random(seed)
    version = itertools.count(1)
    while not stop.wait(0.002):
        file = root / "app" / f"part{draw.randrange(FILES)}.py"
        if file.is_file() and not file.is_symlink() and draw.random() < 0.5:
            draw.choice([change for change in CHANGES if change is not folder_gone])(file)
        else:
            restore(file, next(version), draw)


def restore(file: Path, version: int, draw: random.Random) -> None:
    if file.is_dir():
        file.rmdir()
    else:
        file.unlink(missing_ok=True)
    file.write_text(text_of(version, draw.randrange(1, 20), draw.randrange(9)))


@contextmanager
def disturbed(root: Path, seed: int) -> Iterator[None]:
    stop = threading.Event()
    writer = threading.Thread(target=disturb, args=(root, seed, stop))
    writer.start()
    try:
        yield
    finally:
        stop.set()
        writer.join()


async def test_questions_while_files_change_never_fail_nor_show_a_wrong_line(
    root: Path, tmp_path: Path
) -> None:
    for number in range(FILES):
        (root / "app" / f"part{number}.py").write_text(text_of(0))
    engine = OfflineEngine(tmp_path / "cache", [])
    await engine.start(root)
    draw, shown = random.Random(5), 0
    with disturbed(root, seed=6):
        for _ in range(QUESTIONS):
            file = f"app/part{draw.randrange(FILES)}.py"
            question = draw.choice(
                [
                    *("how are stripes counted", "zebra_7", "where is okapi_2 used", "more"),
                    *(f"{file}:{draw.randrange(1, 90)}", f"@{file}", '"return stripes"', "help"),
                ]
            )
            shown += shown_lines(await asked(engine, question))
    assert shown > 0
    assert "changed meanwhile" not in await asked(engine, "how are stripes counted")
    await engine.aclose()
