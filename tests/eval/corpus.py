"""Questions made from real packages: what a function's documentation says -> where it is defined.

A *target* is a public function or method (no part of its path or name starts with an underscore,
no overload, setter or test). Its question is the first line of its docstring without

- everything that is written as code: quoted by back-ticks, called, with underscores, inner dots
  or inner capitals, and the roles of reStructuredText;
- the words of the function's own name, in singular and plural.

Left out are questions with fewer than ``LEAST_WORDS`` words of three or more letters, and those
that two functions of one package share. The docstrings of all functions are cut out of the copy
of the package that is searched, so that a target is no worse off than its neighbours.
"""

from __future__ import annotations

import ast
import random
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LEAST_WORDS: Final = 4
"""Words of three or more letters that a question must have."""
MOST_TARGETS: Final = 60
"""Targets that are drawn from one package, so that a large one doesn't outweigh the others."""

_TESTS: Final = re.compile(r"(?:^|/)(?:tests?|testing|conftest)(?:/|\.py$)|(?:^|/)test_[^/]*$")
_CODE: Final = re.compile(
    r":[\w:.+-]+:`[^`]*`|`+[^`]*`+|\*{1,2}\w+\*{0,2}|\S+\(\S*\)"
    r"|\w*_\w*|\w+(?:\.\w+)+|\w*[a-z0-9][A-Z]\w*"
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:'\w+)?")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Target:
    """A function to be found, at a line of the searched copy, and the question that asks for it."""

    path: str
    line: int
    name: str
    question: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """A copy of a package without the documentation of its functions."""

    name: str
    root: Path
    targets: tuple[Target, ...]


def build(package: Path, root: Path, most: int = MOST_TARGETS, *, strict: bool = True) -> Corpus:
    """Copy the Python files of ``package`` to ``root``; its targets are drawn with a fixed seed."""
    texts: dict[str, str] = {}
    documented: list[tuple[str, str, _Function, str]] = []
    for file in sorted(package.rglob("*.py")):
        path = file.relative_to(package.parent).as_posix()
        text = texts[path] = file.read_text("utf-8", "replace").replace("\r\n", "\n")
        if _is_public(path) and not _TESTS.search(path):
            for name, node in _functions(_parse(text)):
                asked = question(ast.get_docstring(node) or "", name, strict=strict)
                if asked:
                    documented.append((path, name, node, asked))
    shared = Counter(asked.lower() for *_, asked in documented)
    once = [one for one in documented if shared[one[3].lower()] == 1]
    chosen = random.Random(package.name).sample(once, min(most, len(once)))
    places = {path: _write(root / path, text) for path, text in texts.items()}
    targets = [
        Target(path, places[path][node.lineno], name, asked) for path, name, node, asked in chosen
    ]
    return Corpus(package.name, root, tuple(targets))


def _write(file: Path, text: str) -> dict[int, int]:
    kept, place = without_docstrings(text)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(kept, "utf-8")
    return place


def question(doc: str, name: str, *, strict: bool = True) -> str:
    """The first line of ``doc`` without code and the words of ``name``; empty if too short."""
    line = doc.strip().split("\n")[0]
    short = name.rpartition(".")[2]
    own = {short.lower().rstrip("s")}
    if strict:
        own.update(part.lower().rstrip("s") for part in _HUMP.sub("_", short).split("_"))
    words = [
        word for word in _WORD.findall(_CODE.sub(" ", line)) if word.lower().rstrip("s") not in own
    ]
    long_enough = sum(len(word) >= 3 for word in words) >= LEAST_WORDS
    return " ".join(words) if long_enough else ""


def without_docstrings(text: str) -> tuple[str, dict[int, int]]:
    """``text`` without the docstrings of its functions, and where each of its lines is now."""
    lines = text.split("\n")
    cut: dict[int, str | None] = {}
    for node in ast.walk(_parse(text)):
        if isinstance(node, _Function) and ast.get_docstring(node) is not None:
            cut.update(_cut(lines, node))
    kept: list[str] = []
    place: dict[int, int] = {}
    for number, line in enumerate(lines, 1):
        place[number] = len(kept) + 1
        now = cut.get(number, line)
        if now is not None:
            kept.append(now)
    return "\n".join(kept), place


def _cut(lines: list[str], node: _Function) -> dict[int, str | None]:
    """What the lines of a function's docstring become: None where they go."""
    first = node.body[0]
    end = first.end_lineno or first.lineno
    cut: dict[int, str | None] = dict.fromkeys(range(first.lineno, end + 1))
    before = lines[first.lineno - 1].encode()[: first.col_offset].decode()
    if len(node.body) > 1 and end == node.body[1].lineno:  # a statement stands behind it
        cut[first.lineno] = (
            before + "..." + lines[end - 1].encode()[first.end_col_offset :].decode()
        )
    elif before.strip() or len(node.body) == 1:
        cut[first.lineno] = before + "..."
    return cut


def _is_public(path: str) -> bool:
    return not any(part.startswith("_") for part in path.removesuffix("/__init__.py").split("/"))


def _parse(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes in other people's strings
        try:
            return ast.parse(text)
        except SyntaxError:  # a template, or for another version
            return ast.Module([], [])


def _functions(
    module: ast.Module | ast.ClassDef, outer: str = ""
) -> Iterator[tuple[str, _Function]]:
    """The public functions of a module and of its public classes, with qualified names."""
    for node in module.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _functions(node, f"{outer}{node.name}.")
        elif isinstance(node, _Function) and not node.name.startswith("_"):
            marks = {ast.unparse(mark).rpartition(".")[2] for mark in node.decorator_list}
            if not marks & {"overload", "setter", "deleter"}:
                yield outer + node.name, node
