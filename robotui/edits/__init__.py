"""Texts that describe a change of files: diffs, SEARCH/REPLACE, patches, "replace lines 3-5 with".

They are read by what they look like; where the changes belong in a file is found elsewhere.
"""

from robotui.edits.edit import Edit, FileEdit, Hunk, Line
from robotui.edits.formats import files_named, read, split, traces
from robotui.edits.line_mentions import LineMention, line_mention

__all__ = [
    "Edit",
    "FileEdit",
    "Hunk",
    "Line",
    "LineMention",
    "files_named",
    "line_mention",
    "read",
    "split",
    "traces",
]
