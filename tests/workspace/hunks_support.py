"""Files and diffs for the tests of blocks that describe changes."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

from robotui.workspace import plan
from robotui.workspace.plan import Plan

CALC = """\
import os


def add(a, b):
    return a + b


def sub(a, b):
    return a + b


def mul(a, b):
    return a * b
"""
MENDED = CALC.replace(
    "def sub(a, b):\n    return a + b", 'def sub(a, b):\n    """Less."""\n    return a - b'
)


def applied(folder: Path, text: str | None, block: str, name: str = "calc.py") -> Plan:
    """What applying the block to a file with this text would do; None: there is no file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if text is not None:
        path.write_bytes(text.encode())
    return plan.make(folder, name, block, "apply")


def unified(
    old: Sequence[str],
    new: Sequence[str],
    *,
    context: int = 3,
    shifted: int = 0,
    counts: bool = True,
) -> str:
    """A diff as ``diff -u`` writes it, of lines with their endings."""
    rows = ["--- a/calc.py\n", "+++ b/calc.py\n"]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for group in matcher.get_grouped_opcodes(context):
        first, last = group[0], group[-1]
        olds, news = last[2] - first[1], last[4] - first[3]
        start = first[1] + (olds > 0) + shifted, first[3] + (news > 0) + shifted
        if not counts:
            olds, news = olds + 2, max(0, news - 1)
        rows.append(f"@@ -{start[0]},{olds} +{start[1]},{news} @@\n")
        for tag, a, b, c, d in group:
            if tag == "equal":
                rows += (_row(" ", line) for line in old[a:b])
                continue
            rows += (_row("-", line) for line in old[a:b])
            rows += (_row("+", line) for line in new[c:d])
    return "".join(rows)


def _row(sign: str, line: str) -> str:
    return sign + line if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"
