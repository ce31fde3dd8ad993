"""The wire, from our end: a client of the Robocoders HTTP API that needs no terminal.

::

    async for text in robotui.client.stream_chat([ChatMessage("user", "Hello")]):
        print(text, end="")

The names below are loaded on first use, so that importing this package costs nothing: aiohttp comes
with ``Client`` and ``stream_chat``, keyring with the first token.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from robotui.agents import DEFAULT_AGENT
    from robotui.client.api import Client
    from robotui.client.prompt import ChatMessage, format_prompt
    from robotui.client.session import Session
    from robotui.client.stream import stream_chat
    from robotui.client.tokens import TokenStore

__all__ = [
    "DEFAULT_AGENT",
    "ChatMessage",
    "Client",
    "Session",
    "TokenStore",
    "format_prompt",
    "stream_chat",
]

_HOMES: Final = {
    "DEFAULT_AGENT": "robotui.agents",
    "ChatMessage": "robotui.client.prompt",
    "Client": "robotui.client.api",
    "Session": "robotui.client.session",
    "TokenStore": "robotui.client.tokens",
    "format_prompt": "robotui.client.prompt",
    "stream_chat": "robotui.client.stream",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
