"""What a name means for a block that is to be written: which file, and the ways to put it there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from robotui import edits
from robotui.edits import Edit, FileEdit
from robotui.errors import WriteRefusedError
from robotui.text import one_line
from robotui.workspace.decorations import Plain, undecorated
from robotui.workspace.diff import Diff
from robotui.workspace.editing import edited
from robotui.workspace.names import anywhere, inside, is_inside, proposed
from robotui.workspace.placing import Placement, placements, whole
from robotui.workspace.text_file import TextFile, file_lines, read

Mode = Literal["save", "apply"]
"""To a file of its own, or into one of the workspace."""

_PATCHES: Final = (".diff", ".patch", ".rej", ".dpatch")
"""What ends so is a file of changes itself."""
_ALIKE: Final = 0.6
"""Lines that are less like a block are not meant by its numbers."""
_SAVE: Final = "To write the block as it stands, save it (s) instead."


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
        way = whole(file, source)
        if not _is_patch(name) and _describes_an_edit(source):
            warning = "the block describes a change; it is written as it stands (apply: a)"
            way = replace(way, warnings=(*way.warnings, warning))
        return Plan(file, [way], not is_inside(workspace, file.path))
    file = read(inside(workspace, name))
    return Plan(file, _ways(file, name, source, line), outside=False)


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


def _ways(file: TextFile, name: str, source: str, line: int | None) -> list[Placement]:
    """The ways to apply a block: as the change that it describes, without decorations, as it is."""
    if _is_patch(name):
        return placements(file, source, line)
    edit = edits.read(source)
    own = _own(file)
    if edit is not None:
        literal = not own.isdisjoint(edit.marks)
        if not literal and edit.certain:
            return _edited(file, name, edit)
        try:
            ways = _edited(file, name, edit)
        except WriteRefusedError:
            ways = []
        if ways and not literal:
            return ways
        if ways:
            reason = "the file has such lines itself, so the block may be meant literally"
            return _doubtful([*ways, *placements(file, source, line)], reason)
        if {mark[0] for mark in edit.marks} == {"+", "-"} and not literal:
            reason = "the lines of the block begin with + and -, as in a diff that does not fit"
            return _doubtful(placements(file, source, line), reason)
    plain = undecorated(source)
    if plain is not None and (_knows(file, plain) or not any(map(plain.form, own))):
        return _undecorated(file, source, plain, line)
    found = placements(file, source, line)
    trace = edits.traces(source)
    if trace is not None and source.split("\n")[trace - 1].strip() not in own:
        reason = f"line {trace} of the block looks like a change of a file, the rest does not"
        return _doubtful(found, reason)
    return found


def _own(file: TextFile) -> set[str]:
    """The lines of the file that have text."""
    return {text.strip() for text in file_lines(file.text)} - {""}


def _doubtful(ways: Sequence[Placement], reason: str) -> list[Placement]:
    """The same, to be chosen from, with the reason for it; a single way needs no choice."""
    sure = len(ways) == 1
    first = replace(ways[0], warnings=(*ways[0].warnings, reason))
    return [replace(way, sure=sure and way.sure) for way in (first, *ways[1:])]


# -- changes


def _edited(file: TextFile, name: str, edit: Edit) -> list[Placement]:
    part = _part(name, edit)
    _refuse_other_than_lines(file, part)
    others = [other for other in edit.names if other != part.name]
    made = part.action == "add" and edit.style != "SEARCH/REPLACE"
    if made or file.is_new or not file.text.strip():
        ways = [_added(file, part, edit)]
    else:
        ways = edited(file, part, edit)
    if part.name and not _same_file(name, part.name) and not _same_file(name, part.old_name):
        ways = _doubtful(ways, f"the block says that it changes {one_line(part.name)}")
        ways = [replace(way, sure=False) for way in ways]
    said = ""
    if part.old_name:
        said += f"; renaming {one_line(part.old_name)} to {one_line(part.name)} is left to you"
    if others:
        said += f"; the block also changes {one_line(', '.join(others), 100)}"
    return [replace(way, description=way.description + said) for way in ways]


def _part(name: str, edit: Edit) -> FileEdit:
    """What the block changes in this file."""
    named = [part for part in edit.files if part.name]
    for same in (_is_called, _same_file):
        found = [part for part in edit.files if same(name, part.name) or same(name, part.old_name)]
        if found:
            hunks = tuple(hunk for part in found for hunk in part.hunks)
            return replace(found[0], hunks=hunks)
    if len(edit.files) == 1:
        return edit.files[0]
    if len(named) < len(edit.files):
        return next(part for part in edit.files if not part.name)
    listed = one_line(", ".join(edit.names), 200)
    message = f"The block changes {listed}, not {one_line(name, 80)}"
    raise WriteRefusedError(message, "Give the name of one of these files.")


def _is_called(name: str, other: str) -> bool:
    return bool(other) and _parts(name) == _parts(other)


def _same_file(name: str, other: str) -> bool:
    """Whether two paths may mean one file: one is the end of the other."""
    ours, theirs = _parts(name), _parts(other)
    size = min(len(ours), len(theirs))
    return bool(theirs) and ours[-size:] == theirs[-size:]


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[/\\]", name) if part not in ("", ".")]


def _refuse_other_than_lines(file: TextFile, part: FileEdit) -> None:
    """Raise WriteRefusedError for what is done to a file as a whole."""
    shown = one_line(part.name or file.path.name)
    if part.action == "delete":
        message = f"The block deletes {shown}; apply deletes no file"
        raise WriteRefusedError(message, "Look at the file, then delete it yourself.")
    if part.old_name and (file.is_new or not part.hunks):
        message = f"The block renames {one_line(part.old_name)} to {shown}; apply renames no file"
        remedy = "Rename it yourself; then apply what is changed in it."
        raise WriteRefusedError(message, remedy if part.hunks else "Rename it yourself: git mv.")
    if part.without_lines and not part.hunks:
        message = f"The block {part.without_lines} {shown}; apply changes lines only"
        raise WriteRefusedError(message, "Use git apply for it.")
    if not part.hunks and part.action != "add":
        message = f"The block says nothing of what to change in {shown}"
        raise WriteRefusedError(message, "Ask for the change itself.")


def _added(file: TextFile, part: FileEdit, edit: Edit) -> Placement:
    """A new file out of its lines."""
    if any(hunk.old for hunk in part.hunks):
        what = "is not there" if file.is_new else "is empty"
        message = f"{file.path.name} {what}, and the block changes lines of it"
        raise WriteRefusedError(message, f"Give the name of the file that it is for. {_SAVE}")
    hunks = part.hunks
    text = "".join(f"{line}\n" for hunk in hunks for line in hunk.new)
    if hunks and hunks[-1].bare_new:
        text = text.removesuffix("\n")
    if not file.text.strip():
        return _exactly(file, text)
    way = whole(file, text)
    if way.after == file.text:
        return way
    reason = f"the {edit.style} makes {file.path.name} as a new file, but it is there already"
    return replace(way, sure=False, warnings=(*way.warnings, reason))


def _exactly(file: TextFile, text: str) -> Placement:
    return replace(whole(file, text), after=text) if file.is_new else whole(file, text)


# -- decorations


def _undecorated(file: TextFile, source: str, plain: Plain, line: int | None) -> list[Placement]:
    """The ways to put a block there without what is before its lines; or with it, if that may be
    what it is about.
    """
    ways = placements(file, plain.text, line if plain.line is None else plain.line)
    ways = _as_numbered(ways, plain)
    said = f", without the {plain.what} of the block"
    ways = [replace(way, description=way.description + said) for way in ways]
    own = _own(file)
    if plain.certain and _knows(file, plain) and not any(map(plain.form, own)):
        return ways
    literal = placements(file, source, line)
    known = {way.after for way in ways}
    both = [ways[0], *(way for way in literal[:1] if way.after not in known), *ways[1:]]
    return [replace(way, sure=False) for way in [*both, *literal[1:]]] if len(both) > 1 else ways


def _as_numbered(ways: list[Placement], plain: Plain) -> list[Placement]:
    """The same with the lines first that the numbers of the block say, if they are like it."""
    if plain.line is None or not plain.certain:
        return ways
    told = plain.line - 1, plain.line - 1 + len(file_lines(plain.text))
    for way in ways:
        if way.kind == "region" and (way.start, way.end) == told and way.alike >= _ALIKE:
            said = f"{way.description}, as its line numbers say"
            first = replace(way, sure=not way.warnings, description=said)
            return [first, *(other for other in ways if other is not way)]
    return ways


def _knows(file: TextFile, plain: Plain) -> bool:
    """Whether the file has some of the lines, so that what was taken off is none of theirs."""
    own = _own(file)
    lines = [text.strip() for text in file_lines(plain.text)]
    told = [text for text in lines if sum(map(str.isalnum, text)) > 2]
    return sum(text in own for text in told) * 3 >= len(told) > 0
