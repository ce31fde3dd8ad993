"""The plan of saving or applying a block: the file that a name means, the ways to put it there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from robotui import edits
from robotui.edits import Edit, LineMention
from robotui.errors import WriteRefusedError
from robotui.text import one_line
from robotui.workspace import code_block
from robotui.workspace.autorun import who_runs
from robotui.workspace.code.line_prefixes import undecorated
from robotui.workspace.code_block import own_lines
from robotui.workspace.diff import Diff
from robotui.workspace.file_names import anywhere, check_guess, inside, is_inside, proposed
from robotui.workspace.hunks.file_edit import changed
from robotui.workspace.merge.placement import Placement, doubtful, whole
from robotui.workspace.merge.placements import placements
from robotui.workspace.text_file import TextFile, read

Mode = Literal["save", "apply"]
"""To a file of its own, or into one of the workspace."""

_PATCHES: Final = (".diff", ".patch", ".rej", ".dpatch")
"""What ends so is a file of changes itself."""


@dataclass(frozen=True)
class Plan:
    """A file as it is now, and the ways to put the block into it, best first."""

    file: TextFile
    ways: list[Placement]
    outside: bool
    """The file is not in the workspace."""
    shown: str
    """Where it is: as seen from the workspace, or in full."""
    runs: str = ""
    """Who runs such a file by itself, in words; empty if nobody is known to."""


def make(
    workspace: Path,
    name: str,
    source: str,
    mode: Mode,
    told: LineMention | None = None,
    *,
    guessed: bool = False,
) -> Plan:
    """What would happen. Reads the file, and may take a moment. Raises WriteRefusedError.

    ``guessed``: the name is a reply's, not the user's. ``told`` is what the text above the
    block says of lines.
    """
    path = (anywhere if mode == "save" else inside)(workspace, name)
    if guessed:
        check_guess(name)
    file = read(path)
    if mode == "save":
        way = whole(file, source)
        if not _is_patch(name) and _describes_an_edit(source):
            warning = "the block describes a change; it is written as it stands (apply: a)"
            way = replace(way, warnings=(*way.warnings, warning))
        return _plan(workspace, file, [way])
    return _plan(workspace, file, _ways(file, name, source, told))


def _plan(workspace: Path, file: TextFile, ways: list[Placement]) -> Plan:
    """With what is to be known of the file itself."""
    within = is_inside(workspace, file.path)
    path = file.path.relative_to(workspace.resolve()) if within else file.path
    if file.names > 1:
        others = "another name" if file.names == 2 else f"{file.names - 1} other names"
        warning = f"the file has {others} (hard links), which will keep the old text"
        ways = [replace(way, warnings=(*way.warnings, warning)) for way in ways]
    return Plan(file, ways, not within, one_line(str(path), 8192), who_runs(path))


def targets(source: str, name: str) -> list[str]:
    """The files to apply a block to, one after the other; ``name`` where it names none itself."""
    others = edits.files_named(edits.split(source))
    if len(others) < 2:
        return [name or "".join(others)]
    return sorted(others, key=lambda each: each != name)


def first_name(workspace: Path, name: str, mode: Mode, source: str = "") -> str:
    """What to propose for a guessed name. One that leads elsewhere is taken from the user alone.

    A change of a file is not that file: it is saved as a patch beside it.
    """
    if mode == "save":
        if name and not _is_patch(name) and _describes_an_edit(source):
            name += ".patch"
        return proposed(workspace, name)
    return name if name.isprintable() else one_line(name)


def compare(plan: Plan, way: Placement) -> Diff:
    """What this way changes, with its rows made, which takes a moment in large files."""
    diff = Diff.of(plan.file.text, way.after)
    _ = diff.unified, diff.side_by_side
    return diff


def _is_patch(name: str) -> bool:
    return name.lower().endswith(_PATCHES)


def _describes_an_edit(source: str) -> bool:
    try:
        found = edits.read(source)
    except WriteRefusedError:
        return True
    return found is not None and found.certain


def _ways(file: TextFile, name: str, source: str, told: LineMention | None) -> list[Placement]:
    """The ways to apply a block, best first. Raises WriteRefusedError."""
    if _is_patch(name):
        return placements(file, source)
    source, edit = _edit_of(source)
    if edit is None:
        return code_block.ways(file, source, told)
    literal = not own_lines(file).isdisjoint(edit.marks)
    if edit.certain and not literal:
        return changed(file, name, edit)
    try:
        ways = changed(file, name, edit)
    except WriteRefusedError:
        if literal or {mark[0] for mark in edit.marks} != {"+", "-"}:
            return code_block.ways(file, source, told)
        reason = "the lines of the block begin with + and -, as in a diff that does not fit"
        return doubtful(placements(file, source), reason)
    if not literal:
        return ways
    reason = "the file has such lines itself, so the block may be meant literally"
    return doubtful([*ways, *placements(file, source)], reason)


def _edit_of(source: str) -> tuple[str, Edit | None]:
    """The change that a block describes, if any; and the block, without the line numbers or prompts
    before its lines if only so it is one.
    """
    edit = edits.read(source)
    bare = undecorated(source) if edit is None else None
    if bare is not None:
        edit = edits.read(bare.text)
        if edit is not None and edit.certain:
            return bare.text, edit
        return source, None
    return source, edit
