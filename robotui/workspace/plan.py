"""What a name means for a block that is to be written: which file, and the ways to put it there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from robotui.text import one_line
from robotui.workspace.diff import Diff
from robotui.workspace.names import anywhere, inside, is_inside, proposed
from robotui.workspace.placing import Placement, placements, whole
from robotui.workspace.text_file import TextFile, read

Mode = Literal["save", "apply"]
"""To a file of its own, or into one of the workspace."""


@dataclass(frozen=True)
class Plan:
    """A file as it is now, and the ways to put the block into it, best first."""

    file: TextFile
    ways: list[Placement]
    outside: bool
    """The file is not in the workspace."""


def make(workspace: Path, name: str, source: str, mode: Mode, line: int | None = None) -> Plan:
    """What would happen. Reads the file, and may take a moment. Raises WriteRefusedError."""
    if mode == "save":
        file = read(anywhere(workspace, name))
        return Plan(file, [whole(file, source)], not is_inside(workspace, file.path))
    file = read(inside(workspace, name))
    return Plan(file, placements(file, source, line), outside=False)


def first_name(workspace: Path, name: str, mode: Mode) -> str:
    """What to propose for a guessed name. One that leads elsewhere is taken from the user alone."""
    if mode == "save":
        return proposed(workspace, name)
    return name if name.isprintable() else one_line(name)


def compare(plan: Plan, way: Placement) -> Diff:
    """What this way changes, with its rows made, which takes a moment in large files."""
    diff = Diff.of(plan.file.text, way.after)
    _ = diff.unified, diff.side_by_side
    return diff
