"""The files that edits are made of: those of installed packages, and some of our own."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.eval.apply.brace_source import BraceSource
from tests.eval.apply.python_source import PythonSource
from tests.eval.apply.source import Source

MOST_LINES: Final = 900
LEAST_LINES: Final = 30
OWN: Final = Path(__file__).parent / "files"

LANGUAGES: Final = {
    ".py": "python",
    ".js": "javascript",
    ".ts": "typescript",
    ".css": "css",
    ".go": "go",
    ".rs": "rust",
    ".java": "java",
    ".c": "c",
}


def parse(path: str, text: str) -> Source | None:
    """A file taken apart; None where that can't be done."""
    language = LANGUAGES[Path(path).suffix]
    lines = tuple(text.rstrip("\n").split("\n"))
    if not LEAST_LINES <= len(lines) <= MOST_LINES or not text.endswith("\n") or "\r" in text:
        return None
    if any(len(line) > 200 or "\f" in line for line in lines):
        return None
    if language == "python":
        return PythonSource(path, lines).source(text)
    return BraceSource(path, language, lines).source()


def find(packages: Sequence[Path], most: int = 40) -> Iterator[Source]:
    """The files of packages that can be used, at most so many of each language in each package."""
    for root in (*packages, OWN):
        for suffix in LANGUAGES:
            found = 0
            files = sorted(root.rglob(f"*{suffix}"))
            random.Random(root.name).shuffle(files)
            for file in files:
                if found >= most:
                    break
                if ".min." in file.name or "tests" in file.parts[len(root.parts) :]:
                    continue
                source = parse(file.relative_to(root.parent).as_posix(), file.read_text("utf-8"))
                if source is not None and source.members:
                    found += 1
                    yield source
