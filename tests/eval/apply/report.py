"""``make eval ARGS=apply``: what becomes of 300 edits whose right result is known.

*right*: the program is sure, and what it would write is right. *asked*: it isn't sure, so the user
chooses. *wrong*: it is sure, and what it would write is something else. Of edits that no one could
place by the block alone, a question is the right answer; they are counted apart. ``-v`` shows all
that isn't right; a number makes other edits, to see whether the figures hold.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Final

from robotui.edits import LineMention
from robotui.errors import WriteRefusedError
from robotui.workspace.plan import make
from tests.eval.apply.judging import Verdict, same
from tests.eval.apply.slots import Edit, edits
from tests.eval.apply.sources import find

LEAST_RIGHT: Final = 0.85


@dataclass(frozen=True)
class Result:
    """What became of an edit."""

    edit: Edit
    verdict: Verdict
    after: str
    """What would be written first of all; empty if it was refused."""
    said: str

    @property
    def honest(self) -> bool:
        """It was asked where a question is an answer."""
        return self.verdict == "asked" and self.edit.ask != "no"


def tried(edit: Edit, folder: Path) -> Result:
    """Let the program plan an edit, in a folder of its own."""
    file = folder / edit.path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(edit.before.encode())
    try:
        told = LineMention("see", edit.line, edit.line + 1) if edit.line else None
        way = make(folder, edit.path, edit.block, "apply", told).ways[0]
    except WriteRefusedError as error:
        return Result(edit, "asked", "", f"refused: {error}")
    finally:
        file.unlink()
    return Result(edit, judged(edit, way.after, sure=way.sure), way.after, way.description)


def judged(edit: Edit, after: str, *, sure: bool) -> Verdict:
    """What a way is worth."""
    if not sure:
        return "asked"
    if edit.ask == "must":
        return "wrong"
    return "right" if fits(edit, after) else "wrong"


def fits(edit: Edit, after: str) -> bool:
    """Whether one of the right results came out."""
    python = edit.language == "python"
    return any(same(edit.before, after, right, python=python) for right in edit.right)


def main(flags: Sequence[str], packages: Sequence[Path]) -> int:
    """Print the table; the exit code: 0 if the bar is reached."""
    sources = list(find(packages))
    seed = next((int(flag) for flag in flags if flag.isdecimal()), 0)
    with tempfile.TemporaryDirectory() as folder:
        results = [tried(edit, Path(folder)) for edit in edits(sources, seed=seed)]
    if "-v" in flags:
        for number, result in enumerate(results):
            if result.verdict != "right" and not result.honest:
                _show(number, result)
    return report(results)


def report(results: Sequence[Result]) -> int:
    """Print the tables; 0 if nothing is wrong and enough is right."""
    told = [each for each in results if each.edit.ask != "must"]
    print(f"\n{len(results)} edits; in {len(results) - len(told)} of them the block doesn't tell")
    for title, name in (("kind", "kind"), ("form", "form"), ("language", "language")):
        print(f"\n{title:24}{'edits':>6}{'right':>14}{'asked':>14}{'wrong':>14}")
        for value in dict.fromkeys(getattr(each.edit, name) for each in told):
            _row(value, [each for each in told if getattr(each.edit, name) == value])
    _row("all", told)
    must = [each for each in results if each.edit.ask == "must"]
    sure = sum(each.verdict == "wrong" for each in must)
    print(f"\nnot told by the block: {len(must)} edits, {len(must) - sure} asked, {sure} wrong")
    doubted = [each for each in told if each.honest]
    counts = Counter(each.verdict for each in told)
    share = counts["right"] / max(1, len(told) - len(doubted))
    best = sum(each.verdict == "asked" and fits(each.edit, each.after) for each in told)
    print(f"{len(doubted)} of those asked could be doubted: a question is fine there")
    print(f"{best} of those asked show what is right first")
    wrong = counts["wrong"] + sure
    print(f"sure and right: {share:.1%} (bar: {LEAST_RIGHT:.0%}); sure but wrong: {wrong} (bar: 0)")
    return int(wrong > 0 or share < LEAST_RIGHT)


def _row(name: str, results: Sequence[Result]) -> None:
    counts = Counter(each.verdict for each in results)
    cells = [f"{counts[v]:6} {counts[v] / max(1, len(results)):6.1%}" for v in _VERDICTS]
    print(f"{name:24}{len(results):6}" + "".join(f"{cell:>14}" for cell in cells))


_VERDICTS: Final[tuple[Verdict, ...]] = ("right", "asked", "wrong")


def _show(number: int, result: Result) -> None:
    edit = result.edit
    print(f"\n{'=' * 20} {number}. {result.verdict}: {edit.kind}, {edit.form}, {edit.path}")
    print(f"({edit.note or 'no note'}; ask: {edit.ask}; line: {edit.line}) {result.said}")
    print(f"--- block\n{edit.block}")
    if result.after:
        _print_diff("what it would write", edit.before, result.after)
    _print_diff("what is right", edit.before, edit.right[0])


def _print_diff(title: str, before: str, after: str) -> None:
    print(f"--- {title}")
    lines: Iterable[str] = unified_diff(before.splitlines(), after.splitlines(), n=2, lineterm="")
    print("\n".join(list(lines)[2:]))


if __name__ == "__main__":
    sys.exit("run it with: make eval ARGS=apply")
