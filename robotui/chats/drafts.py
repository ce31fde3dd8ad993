"""Prompts that were typed and not sent when the program ended, one a folder."""

from __future__ import annotations

import json
from pathlib import Path

from robotui.errors import StorageError
from robotui.files import write_atomic


def keep(file: Path, workspace: Path, text: str) -> None:
    """Keep the draft of a folder; an empty one is forgotten. Raises StorageError."""
    drafts = _load(file)
    if drafts.get(str(workspace), "") != text:
        drafts[str(workspace)] = text
        kept = {folder: draft for folder, draft in drafts.items() if draft.strip()}
        write_atomic(file, json.dumps(kept).encode())


def kept(file: Path, workspace: Path) -> str:
    """The draft of a folder, or nothing. Raises StorageError."""
    return _load(file).get(str(workspace), "")


def _load(file: Path) -> dict[str, str]:
    """All drafts; a file that holds something else holds none."""
    try:
        found = json.loads(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    except OSError as error:
        raise StorageError(f"{file} can't be read: {error.strerror}") from error
    if not isinstance(found, dict):
        return {}
    return {folder: text for folder, text in found.items() if isinstance(text, str)}
