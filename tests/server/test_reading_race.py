"""A folder that is swapped for a symbolic link, again and again, while files in it are read."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from robotui.errors import RobotuiError
from robotui.nofollow import HELD
from robotui.server.index.index import Index, path_for
from robotui.server.index.search import Searcher
from robotui.server.index.words import ask
from robotui.server.models.workspace import Workspace
from robotui.tree.safe_reading import read
from robotui.tree.walk import File, walk
from robotui.workspace.file_names import inside
from robotui.workspace.text_file import read as read_to_apply
from tests.waiting import PATIENCE

pytestmark = pytest.mark.skipif(not HELD, reason="folders can't be held open here")

READS = int(os.environ.get("ROBOTUI_RACE", "2000"))
"""How many reads are tried; a hundred thousand take minutes."""
OUTSIDE = "xyzzy_outside"
FILES = 20

SWAPS = """
import os, sys
src, aside, outside = sys.argv[1:]
print("ready", flush=True)
while os.getppid() == PARENT:
    os.rename(src, aside)
    os.symlink(outside, src)
    os.unlink(src)
    os.rename(aside, src)
    for _ in range(1000):
        pass
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with the folder ``a/src``; the same names stand outside of it."""
    for folder, text in (("root/a/src", "inside"), ("outside", OUTSIDE)):
        place = tmp_path / folder
        place.mkdir(parents=True)
        for number in range(FILES):
            content = f"def wanted_{number}():\n    return '{text}'\n"
            (place / f"file_{number}.py").write_text(content * 3)
    (tmp_path / "outside" / f"{OUTSIDE}.py").write_text("x = 1\n")
    return tmp_path / "root"


@contextmanager
def swapping(root: Path) -> Iterator[None]:
    """Another process swaps the folder for a link to what is outside, and back."""
    script = SWAPS.replace("PARENT", str(os.getpid()))
    places = [root / "a/src", root.parent / "aside", root.parent / "outside"]
    command = [sys.executable, "-c", script, *map(str, places)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as swapper:
        assert swapper.stdout is not None
        assert swapper.stdout.readline() == b"ready\n"
        try:
            yield
        finally:
            swapper.kill()
    if not (root / "a/src").is_dir() or (root / "a/src").is_symlink():
        (root / "a/src").unlink(missing_ok=True)
        places[1].rename(root / "a/src")


def name(number: int) -> str:
    return f"a/src/file_{number % FILES}.py"


def numbers(times: int, seen: list[str]) -> Iterator[int]:
    """So many numbers, and more until there is something inside among what was seen.

    On a busy machine each look may meet the moment in which the folder is not there.
    """
    end = time.monotonic() + PATIENCE
    number = 0
    while number < times or (not any("inside" in text for text in seen) and time.monotonic() < end):
        yield number
        number += 1


def tried(look: Callable[[int], str], times: int) -> tuple[int, int]:
    """How many of at least so many looks saw what is inside, and how many what is outside."""
    seen: list[str] = []
    for number in numbers(times, seen):
        text = look(number)
        seen.append(text)
    return sum("inside" in text for text in seen), sum(OUTSIDE in text for text in seen)


def test_files_and_names(root: Path) -> None:
    def look(number: int) -> str:
        return (read(root, name(number)) or b"").decode()

    with swapping(root):
        inside_, outside = tried(look, READS)
        listed: set[str] = set()
        some: list[str] = []
        for _ in numbers(READS // 4, some):
            listed.update(file.path for file in walk(root))
            some[:] = ["inside"] if listed else []
    assert (inside_ > 0, outside) == (True, 0)
    assert listed
    assert not [path for path in listed if OUTSIDE in path]


def test_what_an_applied_block_is_compared_with(root: Path) -> None:
    def look(number: int) -> str:
        with suppress(RobotuiError):
            return (read_to_apply(inside(root, name(number))).data or b"").decode()
        return ""

    with swapping(root):
        inside_, outside = tried(look, READS)
    assert (inside_ > 0, outside) == (True, 0)


def test_the_index_and_its_excerpts(root: Path, tmp_path: Path) -> None:
    index, searcher = Index(root, path_for(root, tmp_path / "cache")), Searcher()

    def look(number: int) -> str:
        # As files that have changed, so that they are read again.
        index.refresh(File(name(n), 1, number) for n in range(number, number + 5))
        hits = searcher.search(index, ask(f"wanted_{number % FILES}"))
        chunks = index.store.match("wanted", 50)
        texts = [*map(index.text, chunks), *(line for hit in hits for line in hit.text)]
        return "\n".join([*texts, *index.lines(name(number))])

    try:
        with swapping(root):
            inside_, outside = tried(look, max(READS // 10, 1))
        found = index.store.match(f'"{OUTSIDE}"', 50)
    finally:
        index.close()
        searcher.close()
    assert (inside_ > 0, outside, found) == (True, 0, [])


async def test_the_tools_of_a_model(root: Path, tmp_path: Path) -> None:
    workspace = Workspace(root, tmp_path / "cache")

    async def look(number: int) -> str:
        texts = []
        with suppress(RobotuiError):
            texts.append((await workspace.read_file(name(number), 1, 0)).text)
        if number % 10 == 0:
            texts.append((await workspace.search_code(f"wanted_{number % FILES}")).text)
            texts.append((await workspace.find_symbol(f"wanted_{number % FILES}")).text)
        return "\n".join(texts)

    try:
        await workspace.list_files("", "*")
        seen: list[str] = []
        with swapping(root):
            for number in numbers(READS, seen):
                text = await look(number)
                seen.append(text)
    finally:
        await workspace.aclose()
    assert any("inside" in text for text in seen)
    assert not [text for text in seen if OUTSIDE in text]
