"""``make eval ARGS=speed``: what indexing, restarting and asking cost, in seconds of CPU.

The workspace is made of the Python files of the interpreter and of the packages around: 5,000
files, about 50 MB. The floor is what no index can do without: read every file and take it apart
into words, identifiers split, here with Python's regular expressions.
"""

from __future__ import annotations

import random
import re
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Final

from robotui.server.index.index import Index
from robotui.server.index.search import Searcher
from robotui.server.index.words import ask, split_humps
from robotui.tree.safe_reading import read
from robotui.tree.walk import walk

FILES: Final = 5_000
_ASKED: Final = 400
_WORD: Final = re.compile(r"[^\W_]+")
_BYTES: Final = re.compile(rb"\w+")


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "work"
        size = make(root)
        print(f"{FILES:,} files, {size / 1e6:.0f} MB")
        floor, least = timed(partial(tokenise, root)), timed(partial(count_words, root))
        print(
            f"read, split in words  {floor:6.2f} s   (bytes, identifiers left whole: {least:.2f} s)"
        )
        index = Index(root, Path(folder) / "index.db")
        spent = timed(partial(fill, index))
        ratios = f"{spent / floor:.2f} x, {spent / least:.2f} x"
        print(f"index                 {spent:6.2f} s   {ratios}   (bar: 3 x)")
        index.close()
        again = Index(root, Path(folder) / "index.db")
        started = time.monotonic()
        spent = timed(partial(fill, again))
        print(
            f"unchanged restart     {spent:6.2f} s   {time.monotonic() - started:.2f} s "
            "by the clock   (bar: 0.5 s)"
        )
        spans = sorted(queries(again))
        median, most = spans[len(spans) // 2], spans[len(spans) * 99 // 100]
        print(
            f"question              {median * 1e3:6.1f} ms median, "
            f"{most * 1e3:.1f} ms for 99 of 100, {spans[-1] * 1e3:.1f} ms at most   (bar: 50 ms)"
        )
        again.close()


def timed(function: Callable[[], object]) -> float:
    """Seconds of CPU that a call takes."""
    started = time.process_time()
    function()
    return time.process_time() - started


def make(root: Path) -> int:
    """Write the workspace; its size in bytes."""
    sources = [Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("stdlib"))]
    found = [
        (source, path)
        for source in sources
        for path in sorted(source.rglob("*.py"))
        if 200 < path.stat().st_size < 200_000
    ]
    size = 0
    for number, (source, path) in zip(range(FILES), cycle(found), strict=False):
        file = root / f"copy_{number // len(found)}" / path.relative_to(source)
        file.parent.mkdir(parents=True, exist_ok=True)
        data = path.read_bytes()
        file.write_bytes(data)
        size += len(data)
    return size


def tokenise(root: Path) -> int:
    """Read every file and take it apart into words."""
    texts = ((read(root, file.path) or b"").decode("utf-8", "replace") for file in walk(root))
    return sum(len(_WORD.findall(split_humps(text).lower())) for text in texts)


def count_words(root: Path) -> int:
    """Read every file and find its words, identifiers left whole."""
    return sum(len(_BYTES.findall(read(root, file.path) or b"")) for file in walk(root))


def fill(index: Index) -> None:
    """Bring an index up to date."""
    for _ in index.update():
        pass


def queries(index: Index) -> Iterator[float]:
    """Seconds of CPU of many questions: names, and two to eight words drawn from the files."""
    draw = random.Random(2)
    searcher = Searcher()
    paths = sorted(index.store.files())
    for _ in range(_ASKED):
        lines = index.lines(draw.choice(paths))
        words = re.findall(r"[A-Za-z_]{3,}", " ".join(draw.sample(lines, min(6, len(lines)))))
        if words:
            text = " ".join(draw.sample(words, min(len(words), draw.randint(1, 8))))
            yield timed(partial(searcher.search, index, ask(text)))
    searcher.close()
