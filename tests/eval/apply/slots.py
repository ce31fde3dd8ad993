"""Which edits are made: how many of each kind in each form, always the same ones."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tests.eval.apply.forms import WRITERS, numbered, prompts
from tests.eval.apply.kinds import MAKERS
from tests.eval.apply.made import Ask, Made
from tests.eval.apply.source import Source

_TRIES: Final = 1000
_CRLF: Final = 0.06
"""Of so many files the lines end as on Windows; those of blocks never do."""
_LANGUAGES: Final = (
    *("python",) * 7,
    *("javascript", "javascript", "css", "typescript", "go", "rust", "java", "c"),
)

PLAN: Final[dict[str, dict[str, int]]] = {
    "insert": {"plain": 23, "numbered": 4, "diffs": 8, "blocks": 5, "patch": 3},
    "replace": {"plain": 20, "numbered": 12, "diffs": 8, "blocks": 6, "patch": 3},
    "rename": {"plain": 6, "diffs": 4, "blocks": 3, "patch": 2},
    "delete lines": {"plain": 5, "diffs": 4, "blocks": 3, "patch": 2},
    "delete": {"diffs": 4, "blocks": 2, "patch": 2},
    "partial": {"plain": 36, "numbered": 5},
    "moved": {"plain": 5, "diffs": 4, "blocks": 3, "patch": 2},
    "re-indented": {"plain": 18, "blocks": 4},
    "two alike": {"plain": 18, "diffs": 10, "blocks": 4, "patch": 3},
    "constant": {"plain": 12, "diffs": 3, "blocks": 3, "patch": 1},
    "snippet": {"plain": 18, "numbered": 7, "diffs": 4, "blocks": 3},
    "stale": {"diffs": 4, "blocks": 2, "patch": 2},
}
"""300 edits."""
_DIFFS: Final = ("diff", "diff, wrong numbers", "diff, bare @@", "diff, signs only")
_FORMS: Final = {"blocks": ("SEARCH/REPLACE",), "patch": ("*** Begin Patch",), "diffs": _DIFFS}


@dataclass(frozen=True)
class Edit:
    """An edit as a reply has it, and what is right."""

    kind: str
    form: str
    path: str
    language: str
    before: str
    block: str
    right: tuple[str, ...]
    ask: Ask
    line: int | None
    note: str


def edits(
    sources: Sequence[Source], plan: dict[str, dict[str, int]] = PLAN, seed: int = 0
) -> Iterator[Edit]:
    """The edits of the plan that the sources allow; others for each seed."""
    seen: set[tuple[str, str]] = set()
    for kind, groups in plan.items():
        for group, count in groups.items():
            for number in range(count):
                for edit in _drawn(sources, kind, group, number, seed):
                    if (edit.before, edit.block) not in seen:
                        seen.add((edit.before, edit.block))
                        yield edit
                        break


def _drawn(
    sources: Sequence[Source], kind: str, group: str, number: int, seed: int
) -> Iterator[Edit]:
    """Edits for a place in the plan, in the order in which they are drawn."""
    draw = random.Random(f"{seed}, {kind}, {group}, {number}")
    wanted = _LANGUAGES[draw.randrange(len(_LANGUAGES))]
    for attempt in range(_TRIES):
        if attempt == _TRIES // 5:
            wanted = "python"
        source = draw.choice([each for each in sources if each.language == wanted] or [*sources])
        made = MAKERS[kind](source, draw, number)
        edit = _written(source, made, kind, group, number, draw) if made else None
        if edit is not None and edit.block.strip() and edit.before not in edit.right:
            yield edit


def _written(
    source: Source, made: Made, kind: str, group: str, number: int, draw: random.Random
) -> Edit | None:
    """The edit in one of the forms of a group."""
    right, ask, line, note = made.right, made.ask, made.line, made.note
    if group == "plain":
        form, block = "plain", "\n".join(made.block)
    elif group == "numbered":
        form, block = "line numbers", numbered(made.block, _first(made, draw), draw)
        if source.language == "python" and number % 5 == 4 and not made.block[0].startswith(" "):
            block, note = prompts(made.block), "prompts"
    else:
        form = _FORMS[group][number % len(_FORMS[group])]
        block, clear = WRITERS[form](source.path, made.before, made.right[0], draw)
        if not clear and kind != "two alike":
            return None
        right, line = right[:1], None
        ask = "no" if clear else "may" if form == "diff, wrong numbers" else "must"
        if made.file:
            ask = "must"
    end = "\r\n" if draw.random() < _CRLF else "\n"
    before = _text(made.file or made.before, end)
    results = tuple(_text(lines, end) for lines in right)
    return Edit(kind, form, source.path, source.language, before, block, results, ask, line, note)


def _first(made: Made, draw: random.Random) -> int:
    """The number of the first line: the file's, or models count from one."""
    return made.at + 1 if draw.random() < 0.7 else 1


def _text(lines: Sequence[str], end: str) -> str:
    return end.join(lines) + end
