"""A process seen from outside, as Linux tells it: memory, descriptors, children."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.waiting import PATIENCE


@dataclass(frozen=True, slots=True)
class State:
    """Resident memory in bytes, and open descriptors."""

    memory: int
    descriptors: int

    def __str__(self) -> str:
        return f"{self.memory / 1e6:6.1f} MB {self.descriptors:3} descriptors"


def state(pid: int) -> State:
    """How a process is now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return State(
        pages * os.sysconf("SC_PAGE_SIZE"), sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    )


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    return _stat(pid)[:1] not in ([], ["Z"])


def children(pid: int) -> list[int]:
    """The processes that ``pid`` started."""
    every = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    return [each for each in every if _stat(each)[1:2] == [str(pid)]]


def gone(pids: Iterable[int]) -> bool:
    """Whether all of them end; waits for it."""
    end = time.monotonic() + PATIENCE
    waiting = list(pids)
    while waiting and time.monotonic() < end:
        waiting = [pid for pid in waiting if alive(pid)]
        time.sleep(0.01)
    return not waiting


def _stat(pid: int) -> list[str]:
    """State and parent of a process; empty if it is not there."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return []
