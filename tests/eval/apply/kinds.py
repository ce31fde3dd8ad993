"""The kinds of edits."""

from __future__ import annotations

from typing import Final

from tests.eval.apply.alike import alike
from tests.eval.apply.inserting import deleted, deleted_lines, inserted, moved, renamed
from tests.eval.apply.made import Maker
from tests.eval.apply.partial import partial
from tests.eval.apply.replacing import reindented, replaced, snippet, stale
from tests.eval.apply.single_lines import constants

MAKERS: Final[dict[str, Maker]] = {
    "insert": inserted,
    "replace": replaced,
    "rename": renamed,
    "delete lines": deleted_lines,
    "delete": deleted,
    "partial": partial,
    "moved": moved,
    "re-indented": reindented,
    "two alike": alike,
    "constant": constants,
    "snippet": snippet,
    "stale": stale,
}
