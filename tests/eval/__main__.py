"""``make eval``: how well the search finds functions by what their documentation says.

A place is what a contestant shows: a path and lines. *file*: the place is in the right file (each
file counts once); *function*: it shows the line where the function is defined. *lines* is how many
lines a place has on average: more lines show more functions, so this says what a rank costs to
read.

``make eval`` asks the packages that are reported, ``make eval ARGS=development`` those that the
search was tuned on, ``make eval ARGS=speed`` measures what indexing, restarting and asking cost.
``make eval ARGS=apply`` is about another thing: what becomes of edits that are applied to files;
``ARGS="apply -v"`` shows each that isn't right, ``ARGS="apply 7"`` tries other ones.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Final

from robotui.server.index.index import Index
from robotui.server.index.search import Searcher
from robotui.server.index.words import ask
from tests.eval import speed
from tests.eval.apply import report as apply
from tests.eval.corpus import Corpus, Target, build
from tests.eval.measures import DEPTH, file_rank, function_rank, score
from tests.eval.rivals import Place, Rank, ripgrep, whole_files, windows

REPORTED: Final = Path(sysconfig.get_path("data")) / "eval"
"""Where the packages of packages.txt are installed."""
DEVELOPMENT: Final = Path(sysconfig.get_path("purelib"))
_TUNED_ON: Final = [
    "aiohttp",
    "textual",
    "keyring",
    "_pytest",
    "cryptography",
    "bs4",
    "yarl",
    "soupsieve",
    "setuptools",
    "hypothesis",
    "packaging",
    "pluggy",
    "rich",
    "markdown_it",
    "attr",
    "pyte",
    "platformdirs",
    "more_itertools",
]


@contextmanager
def ours(root: Path) -> Iterator[Rank]:
    """The search of this program; what is shown is at most 24 lines a place."""
    with (
        tempfile.TemporaryDirectory() as cache,
        closing(Index(root, Path(cache) / "index.db")) as index,
        closing(Searcher()) as searcher,
    ):
        for _ in index.update():
            pass

        def rank(question: str) -> list[Place]:
            hits = searcher.search(index, ask(question))
            return [(hit.path, hit.line, hit.last) for hit in hits]

        yield rank


CONTESTANTS: Final[dict[str, Callable[[Path], AbstractContextManager[Rank]]]] = {
    "this program": ours,
    "BM25, 40-line windows": windows,
    "BM25, whole files": whole_files,
    "ripgrep, words counted": lambda root: nullcontext(ripgrep(root)),
}
RULES: Final = {
    True: "without code and all words of the function's own name",
    False: "without code and the function's own name as one word",
}
"""What is left of the first docstring line, by whether the rule is the strict one."""


def main(which: str = "reported", *flags: str) -> int:
    """Print the figures of one set of packages; the exit code."""
    if which == "speed":
        speed.main()
        return 0
    if which == "apply":
        return apply.main(flags, reported())
    packages = reported()
    if which == "development":
        packages = [DEVELOPMENT / name for name in _TUNED_ON]
    for strict, rule in RULES.items():
        with tempfile.TemporaryDirectory() as folder:
            report(packages, Path(folder), rule, strict=strict)
    return 0


def reported() -> list[Path]:
    """The packages of packages.txt."""
    return sorted(path for path in REPORTED.iterdir() if (path / "__init__.py").is_file())


def report(packages: Sequence[Path], folder: Path, rule: str, *, strict: bool) -> None:
    """Print the figures for the questions that one rule makes."""
    corpora = [build(package, folder / package.name, strict=strict) for package in packages]
    count = sum(len(corpus.targets) for corpus in corpora)
    print(f"\n{count} functions of {', '.join(corpus.name for corpus in corpora)};")
    print(f"asked by the first line of their documentation {rule}.")
    print(f"{'':23}{'found':>9}  MRR@{DEPTH} (95 % bounds)  hit@1  hit@5   lines  CPU s")
    for name in CONTESTANTS:
        started = time.process_time() + _children()
        answered = ask_all(name, corpora)
        seconds = time.process_time() + _children() - started
        shown = [last - first + 1 for places, _ in answered for _, first, last in places[:DEPTH]]
        for level, rank in (("file", file_rank), ("function", function_rank)):
            if level == "function" and name == "BM25, whole files":
                continue  # a whole file names no function
            found = score([rank(places, target) for places, target in answered])
            print(
                f"{name:23}{level:>9}  {found.mrr:.3f} ({found.low:.3f}-{found.high:.3f})   "
                f"{found.hit1:.3f}  {found.hit5:.3f}  {sum(shown) / max(len(shown), 1):6.0f} "
                f"{seconds:6.1f}"
            )


def ask_all(name: str, corpora: Sequence[Corpus]) -> list[tuple[list[Place], Target]]:
    """The places that a contestant finds for each target."""
    answered = []
    for corpus in corpora:
        with CONTESTANTS[name](corpus.root) as rank:
            answered += [(rank(target.question), target) for target in corpus.targets]
    return answered


def _children() -> float:
    spent = os.times()
    return spent.children_user + spent.children_system


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
