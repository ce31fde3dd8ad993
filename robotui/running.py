"""Servers of this user that run now, and the key that each gives tokens for.

``robotui serve`` leaves a note for each TCP address in a folder that only this user can enter; our
own client finds the key there, so that nothing has to be typed.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from robotui import owners
from robotui.errors import StorageError
from robotui.files import private_folder, write_atomic


@contextlib.contextmanager
def announced(folder: Path, url: str, key: str) -> Iterator[None]:
    """Tell this user's programs the ``key`` of the server at ``url`` until the end of the block.

    Raises StorageError.
    """
    note = _note(folder, url)
    write_atomic(note, json.dumps({"url": url, "key": key, "pid": os.getpid()}).encode())
    try:
        yield
    finally:
        # A server that was started since on the same port has left a note of its own.
        with contextlib.suppress(OSError):
            if _read(note).get("pid") == os.getpid():
                note.unlink()


def key_for(folder: Path, url: str) -> tuple[str, str]:
    """The address and the key of this user's server at ``url``; both empty if there is none.

    The address is the one that the server listens at: a name such as ``localhost`` may lead to
    somebody else's. A key is given only while the server belongs to this user, or to root.
    """
    note = _note(folder, url)
    if not note.exists():
        return "", ""
    try:
        private_folder(folder)
    except StorageError:
        return "", ""
    told = _read(note)
    address, key = str(told.get("url", "")), str(told.get("key", ""))
    who = owners.listeners(address) if address else None
    if not key or (who is not None and not all(map(owners.is_trusted, who))):
        return "", ""
    return address, key


def _note(folder: Path, url: str) -> Path:
    return folder / f"serve-{urlsplit(url).port or 80}.json"


def _read(note: Path) -> dict[str, object]:
    try:
        value = json.loads(note.read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
