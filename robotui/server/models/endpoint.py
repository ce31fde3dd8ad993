"""Discovery of model servers: those that the environment names, and those on this machine.

Everything is asked over HTTP without the libraries that a model needs later.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from robotui.errors import ServiceError
from robotui.server.models.connection import Network, unreachable
from robotui.server.models.context_window import listed
from robotui.server.models.model_server import ModelServer
from robotui.text import one_line

LOCAL: Final = (
    ("Ollama", "http://127.0.0.1:11434/v1"),
    ("llama.cpp", "http://127.0.0.1:8080/v1"),
    ("LM Studio", "http://127.0.0.1:1234/v1"),
    ("vLLM", "http://127.0.0.1:8000/v1"),
    ("SGLang", "http://127.0.0.1:30000/v1"),
)
"""The usual model servers of this machine, the one to prefer first."""

OPENAI: Final = "https://api.openai.com/v1"
PROBE_TIMEOUT: Final = 0.3
"""Seconds that the local servers get to answer, all at once."""
LOOK_TIMEOUT: Final = 10.0
"""Seconds that an endpoint gets that was named."""

_NO_LIST: Final = frozenset({200, 404, 405, 501})  # of models, but it may serve all the same
_OTHER_USES: Final = re.compile(
    r"embed|rerank|bge-|gte-|whisper|tts|dall-e|image|moderation|realtime|audio|transcribe|ocr"
    r"|clip|davinci|babbage|sora|stable-diffusion",
    re.IGNORECASE,
)
_OWNERS: Final = {"vllm": "vLLM", "sglang": "SGLang", "llamacpp": "llama.cpp", "library": "Ollama"}


def named(environment: Mapping[str, str]) -> str | None:
    """The endpoint that OPENAI_BASE_URL names, or that OPENAI_API_KEY is for.

    A user name, a password and a query in it are left out: addresses are shown.
    """
    url = re.split(r"[?#]", environment.get("OPENAI_BASE_URL", "").strip())[0].rstrip("/")
    scheme, mark, rest = url.partition("://")
    url = scheme + mark + rest.rpartition("@")[2]
    return url or (OPENAI if environment.get("OPENAI_API_KEY", "").strip() else None)


def ollama(environment: Mapping[str, str]) -> str | None:
    """The endpoint that OLLAMA_HOST names (``host``, ``host:port`` or an address)."""
    host = environment.get("OLLAMA_HOST", "").strip().rstrip("/")
    if not host:
        return None
    try:
        parts = urlsplit(host if "://" in host else f"http://{host}")
        ports = {"http": 80, "https": 443} if "://" in host else {}
        port = parts.port or ports.get(parts.scheme, 11434)
    except ValueError:
        return None
    # A server that listens on every address is found on this machine's own.
    name = parts.hostname if parts.hostname not in (None, "0.0.0.0", "::") else "127.0.0.1"  # noqa: S104 - compared, not bound
    name = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{name}:{port}{parts.path}/v1"


async def find_local(
    network: Network,
    places: Sequence[tuple[str, str]] | None = None,
    timeout: float = PROBE_TIMEOUT,
) -> list[ModelServer]:
    """The model servers that answer on this machine, in the order of ``places`` (``LOCAL``)."""

    async def probe(kind: str, url: str) -> ModelServer | None:
        try:
            _, value = await network.fetch(url + "/models", timeout)
        except (aiohttp.ClientError, OSError, ValueError, ServiceError):
            return None
        server = _server(url, kind, value)
        return server if server is not None and server.models else None

    found = await asyncio.gather(*(probe(*place) for place in (places or LOCAL)))
    return [server for server in found if server is not None]


async def look(
    network: Network, url: str, key: str = "", timeout: float = LOOK_TIMEOUT
) -> ModelServer:
    """The model server at ``url``, with or without its ``/v1``.

    One that has no list of models is one without models: it serves if a model is named. Raises
    ServiceError if nothing answers, if it fails or is still loading, or refuses the key.
    """
    _check(url)
    usual = next((kind for kind, local in LOCAL if local.startswith(url)), "")
    failed: tuple[int, str] | None = None
    for base in dict.fromkeys((url, url.removesuffix("/v1") + "/v1")):
        try:
            status, value = await network.fetch(base + "/models", timeout, key)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # Not chained: aiohttp's errors hold the request's headers.
            raise unreachable(error, url, network) from None
        if status in (401, 403):
            raise ServiceError(
                f"The model server at {url} refused {'the key' if key else 'us without a key'}",
                KEY_REMEDY.format(url=base),
            )
        server = _server(base, usual, value) if status == 200 else None
        if server is not None:
            return server
        if failed is None and status not in _NO_LIST:
            failed = status, told(value, key)
    if failed is not None:
        raise _failure(url, *failed)
    return ModelServer(url, usual or urlsplit(url).hostname or url)


def _failure(url: str, status: int, words: str) -> ServiceError:
    words = f": {words}" if words else ""
    if status == 503:
        return ServiceError(
            f"The model server at {url} is still loading (503){words}", "Try again in a while."
        )
    return ServiceError(
        f"The model server at {url} does not list its models ({status}){words}",
        "Look at its log, then try again.",
    )


def told(value: Any, key: str = "") -> str:
    """A server's own words in the JSON value of an error, in one line, without the ``key``.

    That is taken out before the words are cut, which could leave a part of it.
    """
    for name in ("error", "message", "detail"):
        if isinstance(value, dict) and name in value:
            value = value[name]
    if not isinstance(value, str):
        return ""
    return one_line(value.replace(key, "…") if key else value, 240)


def _check(url: str) -> None:
    """Raise ServiceError for what is no address of a server; it is not quoted, as it may hold a
    password."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        fine = False
    if not fine or set("@?# ") & set(url) or not url.isprintable():
        raise ServiceError(
            "That is no address of a model server",
            "Give one like http://localhost:11434/v1, without user and query; keys go elsewhere.",
        )


KEY_REMEDY: Final = (
    "Keep its key in the keyring: `keyring set robotui-models {url}`; or set OPENAI_API_KEY with "
    "OPENAI_BASE_URL, or ROBOTUI_MODEL_KEY with the setting `engine`."
)


def _server(url: str, kind: str, value: Any) -> ModelServer | None:
    """What a list of models says; None if it is no such list."""
    entries = value.get("data") if isinstance(value, dict) else None
    if not isinstance(entries, list):
        return None
    known = [entry for entry in entries if isinstance(entry, dict) and _is_name(entry.get("id"))]
    owners = {str(entry.get("owned_by")).lower() for entry in known}
    program = next((name for owner, name in _OWNERS.items() if owner in owners), "")
    names = [entry["id"] for entry in known]
    chats = [name for name in names if not _OTHER_USES.search(name)]
    windows = {entry["id"]: window for entry in known if (window := listed(entry))}
    # A list of one is what was started, whatever its name.
    models = tuple(chats or names[:1])
    return ModelServer(url, program or kind or urlsplit(url).hostname or url, models, windows)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value != "" and value.isprintable()
