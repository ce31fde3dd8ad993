"""Replies for transcripts."""

from __future__ import annotations

from robotui.chats.transcript import Transcript
from robotui.chats.turns import Reply, Said


def said(transcript: Transcript, text: str, *, open: bool = False) -> Reply:  # noqa: A002
    """Ask something and let this be the reply, or its beginning."""
    reply = transcript.ask("?", "RepoAgent")
    reply.parts.append(Said([text], open))
    if not open:
        transcript.close("done")
    return reply


def code(count: int) -> str:
    """A fence of so many lines."""
    return "```py\n" + "".join(f"line_{n} = {n}\n" for n in range(count)) + "```\n"
