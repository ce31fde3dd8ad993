"""The part of an edit that is for one file, and the refusal of what apply does not do."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from robotui.edits import Edit, FileEdit
from robotui.errors import WriteRefusedError
from robotui.text import one_line
from robotui.workspace.hunks.search import edited
from robotui.workspace.merge.placement import Placement, doubtful, whole
from robotui.workspace.text_file import TextFile

_SAVE: Final = "To write the block as it stands, save it (s) instead."


def changed(file: TextFile, name: str, edit: Edit) -> list[Placement]:
    """The ways to make the changes of a block in the file that was given this name.

    Raises WriteRefusedError for what does not fit, or is more than changing lines.
    """
    part = _part(name, edit)
    _refuse_other_than_lines(file, part)
    others = [other for other in edit.names if other != part.name]
    made = part.action == "add" and edit.style != "SEARCH/REPLACE"
    if made or file.is_new or not file.text.strip():
        ways = [_added(file, part, edit)]
    else:
        ways = edited(file, part, edit)
    if part.name and not _same_file(name, part.name) and not _same_file(name, part.old_name):
        ways = doubtful(ways, f"the block says that it changes {one_line(part.name)}")
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
