"""The context window of a model, in tokens: asked in each server's own way."""

from __future__ import annotations

import re
from typing import Any, Final

import aiohttp

from robotui.errors import ServiceError
from robotui.server.models.connection import Network
from robotui.server.models.model_server import ModelServer

CAUTIOUS_WINDOW: Final = 8192
"""Tokens of context to count on where nobody says how many there are."""
OLLAMA_WINDOW: Final = 4096
"""What Ollama gives a model unless told otherwise."""

_LEAST: Final = 256  # a smaller context is none that could be worked with
_TIMEOUT: Final = 10.0


def listed(entry: dict[str, Any]) -> int:
    """Tokens of context that an entry of the list tells (vLLM, SGLang, OpenRouter)."""
    names = ("max_model_len", "context_length", "context_window")
    return next((found for name in names if (found := _count(entry, name))), 0)


async def window(network: Network, server: ModelServer, name: str, key: str = "") -> int:
    """Tokens of context that the model ``name`` has there; a cautious guess if nobody tells."""
    if name in server.windows:
        return server.windows[name]
    base = server.url.removesuffix("/v1")
    ask = {"Ollama": _ollama_window, "llama.cpp": _llama_window, "LM Studio": _studio_window}
    if server.kind not in ask:
        return CAUTIOUS_WINDOW
    try:
        return await ask[server.kind](network, base, name, key) or CAUTIOUS_WINDOW
    except (aiohttp.ClientError, OSError, ValueError, ServiceError):
        return CAUTIOUS_WINDOW


async def _llama_window(network: Network, base: str, _name: str, key: str) -> int:
    _, props = await network.fetch(base + "/props", _TIMEOUT, key)
    return _count(props, "default_generation_settings", "n_ctx")


async def _studio_window(network: Network, base: str, name: str, key: str) -> int:
    _, value = await network.fetch(base + "/api/v0/models", _TIMEOUT, key)
    entry = _entry(value, "data", "id", name)
    return _count(entry, "loaded_context_length") or _count(entry, "max_context_length")


async def _ollama_window(network: Network, base: str, name: str, key: str) -> int:
    """What the model's file sets, else what it was loaded with, else Ollama's own default."""
    _, shown = await network.fetch(base + "/api/show", _TIMEOUT, key, post={"model": name})
    shown = shown if isinstance(shown, dict) else {}
    wanted = re.search(r"^num_ctx\s+(\d+)\s*$", str(shown.get("parameters")), re.MULTILINE)
    if wanted:
        return int(wanted[1])
    _, running = await network.fetch(base + "/api/ps", _TIMEOUT, key)
    loaded = _count(_entry(running, "models", "name", name), "context_length")
    if loaded:
        return loaded
    about = shown.get("model_info")
    about = about if isinstance(about, dict) else {}
    names = [name for name in about if str(name).endswith(".context_length")]
    return min([OLLAMA_WINDOW, *filter(None, (_count(about, name) for name in names))])


def _count(value: Any, *path: str) -> int:
    """The number of tokens at ``path`` in a JSON value; 0 if there is none that makes sense."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if type(value) is int and value >= _LEAST else 0


def _entry(value: Any, group: str, field_name: str, name: str) -> Any:
    entries = value.get(group) if isinstance(value, dict) else None
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and entry.get(field_name) == name:
            return entry
    return None
