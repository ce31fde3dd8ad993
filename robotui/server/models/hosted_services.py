"""Hosted services list many models without details: the model to prefer, and its context window."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from robotui.config import is_loopback
from robotui.server.models.context_window import CAUTIOUS_WINDOW
from robotui.server.models.model_server import ModelServer

HOSTED_WINDOW: Final = 128_000
"""Tokens of context to count on at a service that does not say how many there are."""

_PROGRAMS: Final = frozenset({"Ollama", "llama.cpp", "LM Studio", "vLLM", "SGLang"})
# Listed with the others, but not for chats with tools.
_SPECIAL: Final = re.compile(
    r"turbo-instruct|computer-use|search|deep-research|guard|codex|-pro\b|veo|imagen|aqa|live"
    r"|embed|image|audio|realtime|transcribe|moderation|tts|whisper|vision|preview|-exp\b",
    re.IGNORECASE,
)
_SMALL: Final = re.compile(r"mini|nano|lite|flash|haiku|tiny|-8b", re.IGNORECASE)
# The first family that is there is taken, of it the newest.
_FAMILIES: Final = (
    r"^gpt-[5-9]",
    r"^claude.*(sonnet|opus)",
    r"^gpt-4\.1",
    r"^gpt-4o",
    r"^gemini",
    r"^o[3-9]",
    r"^deepseek",
    r"^(qwen|kimi|glm)",
    r"^(mistral|devstral|codestral)",
    r"^(meta-)?llama",
    r"^(gpt|claude)",
)
_VERSION: Final = re.compile(r"(?<!\d)(\d{1,2})(?:[.-](\d{1,2})(?![\dbk]))?(?!\d)")
# By the beginning of the name; the longest that fits counts.
_WINDOWS: Final = {
    "gpt-3.5": 16_385,
    "gpt-4": 8_192,
    "gpt-4-32k": 32_768,
    "gpt-4-turbo": 128_000,
    "gpt-4o": 128_000,
    "gpt-4.1": 1_000_000,
    "gpt-5": 272_000,
    "gpt-5-chat": 128_000,
    "o1": 200_000,
    "o1-mini": 128_000,
    "o3": 200_000,
    "o4": 200_000,
    "claude": 200_000,
    "gemini": 1_000_000,
    "llama-3": 128_000,
    "llama-3-": 8_192,
    "llama3-": 8_192,
    "meta-llama-3-": 8_192,
    "qwen": 32_768,
    "qwen3": 128_000,
    "mistral": 32_768,
    "mistral-large": 128_000,
    "deepseek": 64_000,
}


def preferred(server: ModelServer) -> str:
    """The model to take where none is named: of a program the first, of a service the best known.

    Raises IndexError if there is none.
    """
    if not is_hosted(server):
        return server.models[0]
    fit = [name for name in server.models if not _SPECIAL.search(name)]
    return min(fit or server.models, key=_rank)


def is_hosted(server: ModelServer) -> bool:
    """Whether it is a service of others, not a program on this machine or in its network."""
    host = urlsplit(server.url).hostname or ""
    if server.kind in _PROGRAMS or is_loopback(server.url):
        return False
    try:
        return not ipaddress.ip_address(host).is_private
    except ValueError:
        return "." in host and not host.endswith((".local", ".lan", ".internal"))


def guess(server: ModelServer, name: str) -> int:
    """Tokens of context that ``name`` probably has, where its server does not tell."""
    if not is_hosted(server):
        return CAUTIOUS_WINDOW
    bare = _bare(name)
    known = [start for start in _WINDOWS if bare.startswith(start)]
    return _WINDOWS[max(known, key=len)] if known else HOSTED_WINDOW


def _bare(name: str) -> str:
    """The name without the maker's, as in ``maker/name``."""
    return name.rpartition("/")[2].lower()


def _rank(name: str) -> tuple[int, bool, int, int, int]:
    """Sorts the preferred family first, of it the large ones, the newest, the shortest name."""
    bare = _bare(name)
    families = (at for at, family in enumerate(_FAMILIES) if re.search(family, bare))
    version = _VERSION.search(bare)
    major, minor = (int(version[1]), int(version[2] or 0)) if version else (0, 0)
    family = next(families, len(_FAMILIES))
    return family, _SMALL.search(bare) is not None, -major, -minor, len(bare)
