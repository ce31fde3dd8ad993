"""Texts that describe a change of files: diffs, SEARCH/REPLACE, patches, "replace lines 3-5 with".

They are read by what they look like; where the changes belong in a file is found elsewhere.
"""

from robotui.edits.parts import Edit, FileEdit, Hunk, Line
from robotui.edits.reading import files_named, read, split, traces
from robotui.edits.told import Told, told_in

__all__ = [
    "Edit",
    "FileEdit",
    "Hunk",
    "Line",
    "Told",
    "files_named",
    "read",
    "split",
    "told_in",
    "traces",
]
