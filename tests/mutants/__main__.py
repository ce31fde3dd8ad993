"""``make mutants``: how many small faults in the program are noticed by its tests.

Each fault is put into a copy of the tree, alone, and the tests of its room are run until one fails:
then it is killed. It is killed too where they take much longer than without it. What survived is
printed with its place: either a test is missing there, or the fault makes no difference.

``make mutants ARGS="--count 40 --seed 7 --rooms chats edits"`` makes fewer, others, and in these
rooms alone.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from tests.mutants.faults import Fault, faults

TREE: Final = Path(__file__).parents[2]
_COPIED: Final = ("robotui", "tests", "pyproject.toml", "README.md", "LICENSE")
_LEFT_OUT: Final = shutil.ignore_patterns("__pycache__")

ROOMS: Final = {
    **{name: (f"tests/{name}",) for name in ("chats", "client", "markdown", "workspace")},
    **{f"{name}.py": (f"tests/test_{name}*.py",) for name in ("agents", "clipboard", "commands")},
    **{f"{name}.py": (f"tests/test_{name}*.py",) for name in ("activity", "events", "files")},
    **{f"{name}.py": (f"tests/test_{name}*.py",) for name in ("piped", "profiles")},
    "network": ("tests/test_network.py",),
    "text.py": ("tests/test_text*.py",),
    "config": ("tests/test_config*.py",),
    "reading.py": ("tests/test_one_reading.py",),
    "edits": (
        *("tests/workspace/test_workspace_hunks.py", "tests/workspace/test_workspace_near*.py"),
        *("tests/workspace/test_workspace_told*.py", "tests/workspace/test_workspace_line*.py"),
        "tests/workspace/test_workspace_disguised*.py",
    ),
    **{name: (f"tests/{name}",) for name in ("mentions", "tree")},
    "server/index": ("tests/server/test_index*.py", "tests/server/test_offline_engine.py"),
    "server/models": ("tests/server/test_models*.py",),
    "server": ("tests/server/test_server*.py", "tests/server/test_[oprt]*.py"),
    "doctor": ("tests/test_doctor*.py",),
    "layout": ("tests/layout", "tests/ui/log"),
    "ui/log": ("tests/ui/log",),
    "ui/find": ("tests/ui/find",),
    **{f"ui/{name}": ("tests/ui",) for name in ("painting", "widgets")},
    "ui": ("tests/ui", "tests/e2e"),
}
"""The tests of each room, which is the longest of these that a module's path starts with.

What is in none (the command line, owners, locks) is tried by tests of the whole program alone.
"""
_LONGER: Final = 4
"""A fault is killed where the tests take so many times as long as without it, and ``_SLACK``."""
_SLACK: Final = 20.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault in a module of a room."""

    room: str
    module: str
    fault: Fault

    def __str__(self) -> str:
        return f"{self.module}:{self.fault}"


def room_of(module: str) -> str | None:
    """Whose tests try a module, given by its path below the package; None if nobody's."""
    fitting = [room for room in ROOMS if module == room or module.startswith(room + "/")]
    return max(fitting, key=len, default=None)


def choose(tree: Path, count: int, seed: int, only: Collection[str] = ROOMS) -> list[Mutant]:
    """So many mutants: the rooms take turns, as do the kinds of faults in each; else by chance."""
    chance = random.Random(seed)
    found: dict[str, dict[str, list[Mutant]]] = {}
    for path in sorted((tree / "robotui").rglob("*.py")):
        module = path.relative_to(tree / "robotui").as_posix()
        room = room_of(module)
        if room is not None and room in only:
            for fault in faults(path.read_bytes()):
                mutant = Mutant(room, f"robotui/{module}", fault)
                found.setdefault(room, {}).setdefault(fault.kind, []).append(mutant)
    rooms = [_in_turn(chance, list(kinds.values())) for kinds in found.values()]
    return _in_turn(chance, rooms, shuffle=False)[:count]


def _in_turn(
    chance: random.Random, rows: list[list[Mutant]], *, shuffle: bool = True
) -> list[Mutant]:
    if shuffle:
        for row in rows:
            chance.shuffle(row)
    chance.shuffle(rows)
    return [mutant for mutant in chain.from_iterable(zip_longest(*rows)) if mutant is not None]


class Copy:
    """A copy of the tree, in which tests are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        for name in _COPIED:
            source = TREE / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=_LEFT_OUT)
            else:
                shutil.copy(source, folder / name)

    @contextmanager
    def holding(self, mutant: Mutant) -> Iterator[None]:
        """The copy with this fault in it."""
        module = self.folder / mutant.module
        source = module.read_bytes()
        compiled = Path(importlib.util.cache_from_source(str(module)))
        try:
            self._put(module, compiled, mutant.fault.put_into(source))
            yield
        finally:
            self._put(module, compiled, source)

    def _put(self, module: Path, compiled: Path, source: bytes) -> None:
        module.write_bytes(source)
        # It would be taken for the module's if that has its size, and was written the same second.
        compiled.unlink(missing_ok=True)

    def tests(self, room: str, module: str = "") -> list[str]:
        """The files with a room's tests, first those that speak of the module."""
        files = list(chain.from_iterable(map(self._files, ROOMS[room])))
        stem = Path(module).stem
        return sorted(files, key=lambda file: stem not in (self.folder / file).read_text())

    def _files(self, pattern: str) -> Iterator[str]:
        below = "" if pattern.endswith(".py") else "/**/test_*.py"
        for path in sorted(self.folder.glob(pattern + below)):
            yield path.relative_to(self.folder).as_posix()

    def passes(self, tests: Sequence[str], limit: float | None = None) -> bool:
        """Whether tests pass, in time: ``limit`` is in seconds."""
        command = [sys.executable, "-m", "pytest", "--exitfirst", "--numprocesses=0", "--quiet"]
        command += ["-p", "no:cacheprovider", *tests]
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return process.wait(limit) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


class Trial:
    """Tries mutants, as many at once as there are copies."""

    def __init__(self, folder: Path, jobs: int) -> None:
        self._jobs = jobs
        self._free: SimpleQueue[Copy] = SimpleQueue()
        for number in range(jobs):
            self._free.put(Copy(folder / str(number)))

    def run(self, mutants: Sequence[Mutant]) -> Iterator[tuple[Mutant, bool]]:
        """Each mutant, and whether it survived. Ends the program where tests fail without it."""
        rooms = sorted({mutant.room for mutant in mutants})
        with ThreadPoolExecutor(self._jobs) as pool:
            seconds = dict(zip(rooms, pool.map(self._measure, rooms), strict=True))
            limits = [_SLACK + _LONGER * seconds[mutant.room] for mutant in mutants]
            yield from zip(mutants, pool.map(self._survives, mutants, limits), strict=True)

    @contextmanager
    def _copy(self) -> Iterator[Copy]:
        copy = self._free.get()
        try:
            yield copy
        finally:
            self._free.put(copy)

    def _measure(self, room: str) -> float:
        """How many seconds the tests of a room take."""
        with self._copy() as copy:
            began = time.monotonic()
            if not copy.passes(copy.tests(room)):
                sys.exit(f"The tests of {room} fail without any fault: mend that first.")
            seconds = time.monotonic() - began
        print(f"{room}: {seconds:.0f} s without a fault", flush=True)
        return seconds

    def _survives(self, mutant: Mutant, limit: float) -> bool:
        with self._copy() as copy, copy.holding(mutant):
            return copy.passes(copy.tests(mutant.room, mutant.module), limit)


def main() -> None:
    """Make mutants, and say which survive."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__.split("\n\n")[1])
    parser.add_argument("--count", type=int, default=200, help="how many (200)")
    parser.add_argument("--seed", type=int, default=0, help="which: others with another (0)")
    parser.add_argument("--rooms", nargs="+", choices=ROOMS, default=ROOMS, help="in these alone")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="at once")
    options = parser.parse_args()
    mutants = choose(TREE, options.count, options.seed, options.rooms)
    survived = []
    with tempfile.TemporaryDirectory() as folder:
        for mutant, survives in Trial(Path(folder), options.jobs).run(mutants):
            print("survived" if survives else "killed  ", mutant, flush=True)
            if survives:
                survived.append(mutant)
    killed = len(mutants) - len(survived)
    print(f"\n{killed} of {len(mutants)} killed ({100 * killed // len(mutants)} %); survived:")
    for mutant in survived:
        print(" ", mutant)


if __name__ == "__main__":
    main()
