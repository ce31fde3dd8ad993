"""Which earlier chat to go on with, and what to say of its folder."""

from __future__ import annotations

import os
import time
from pathlib import Path

from robotui.chats import sidecar
from robotui.chats.sidecar import Sidecar
from robotui.chats.store import Chat
from robotui.errors import StorageError


def latest(chats: Path, workspace: Path | None) -> tuple[Path, Sidecar] | None:
    """The latest chat about the folder ``workspace``, by whatever path; None: about any folder.

    One whose folder is not known is about none.
    """
    found = sidecar.every(chats)
    return next((one for one in found if workspace is None or is_about(one[1], workspace)), None)


def is_about(info: Sidecar, workspace: Path) -> bool:
    """Whether a chat is about this folder."""
    return bool(info.workspace) and _real(info.workspace) == _real(workspace)


def note_folder(chat: Chat, workspace: Path) -> None:
    """Say in a chat, without recording it, that it was about another folder than ``workspace``."""
    if not is_about(chat.info, workspace):
        was = f"This chat was about {chat.info.workspace or 'a folder that is not known'}"
        chat.transcript.note("info", was, f"Files are now those of {workspace}.")


def resumed(new: Chat, chats: Path, workspace: Path, *, anywhere: bool) -> Chat:
    """The latest chat about ``workspace``, or ``anywhere``, if there is one that can be read; else
    the ``new`` one. What one would not expect is said in it."""
    found = latest(chats, None if anywhere else workspace)
    if found is None:
        _note_others(new, chats, workspace)
        return new
    try:
        chat = Chat.load(found[0])
    except StorageError as error:
        new.note("warning", error.headline, error.remedy)
        return new
    note_folder(chat, workspace)
    return chat


def _note_others(chat: Chat, chats: Path, workspace: Path) -> None:
    """Say in a new chat, without recording it, that there is none to go on with in this folder."""
    other = latest(chats, None)
    remedy = ""
    if other is not None:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(other[1].updated))
        about = f" about {other[1].workspace}" if other[1].workspace else ""
        remedy = f"`robotui -c --anywhere` goes on with the latest one{about}, of {when}."
    chat.transcript.note(
        "info", f"There is no chat about {workspace} yet: this is a new one", remedy
    )


def _real(folder: str | Path) -> str:
    return os.path.normcase(os.path.realpath(folder))
