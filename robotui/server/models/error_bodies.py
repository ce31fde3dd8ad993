"""The error message in a failed answer, in the formats of servers and gateways."""

from __future__ import annotations

import html
import json
import re
from typing import Any, Final

MOST: Final = 8000
"""Characters that are kept of a server's words."""

_WORDS: Final = (
    *("message", "msg", "detail", "details", "error_description", "error_msg", "errorMessage"),
    *("status_msg", "faultstring", "reason", "title", "description", "text"),
)
_NESTED: Final = ("error", "errors", "fault", "base_resp", "exception", "err")
_CODES: Final = ("code", "status_code", "status", "error_code", "statusCode")
_SECRET: Final = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|hf|nvapi|pplx|csk|fw|r8)[-_][\w*-]{8,}|\bAIza[\w-]{16,}"
    r"|(?<=\bBearer )[\w.~+/=-]{8,}|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+",
)
_TAGS: Final = re.compile(
    r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE
)
_TITLE: Final = re.compile(r"<(title|h1)\b[^>]*>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)

Complaint = dict[str, Any]
"""``message``, and ``code`` and ``type`` where they are told: what OpenAI has in ``error``."""


def complaint(value: Any, *, failed: bool = False) -> Complaint | None:
    """The error that a JSON value tells of; None if it is none.

    ``failed``: it is known to be one (by its HTTP status, or the name of its event), so that any
    words in it are taken.
    """
    if isinstance(value, list):
        found = (complaint(item, failed=failed) for item in value[:9])
        return next((each for each in found if each is not None), None)
    if isinstance(value, str):
        return made(value) if failed else None
    if not isinstance(value, dict):
        return made("") if failed else None
    if not (failed or _tells(value)):
        return None
    message, code, kind = _message(value), _first(value, _CODES), _first(value, ("type", "kind"))
    return made(message, code, kind)


def made(message: str, code: Any = None, kind: Any = None) -> Complaint:
    """An error in these words, without what looks like a key."""
    told = {"message": _SECRET.sub("…", message[:MOST]), "code": code, "type": kind}
    return {name: value for name, value in told.items() if value is not None}


def of_text(text: str) -> str:
    """The words of an error that is no JSON: of a page its title, or what can be read of it."""
    text = text.strip()[: 8 * MOST]
    if not text.startswith("<"):
        return text
    title = _TITLE.search(text)
    words = title[2] if title is not None and title[2].strip() else text
    return " ".join(html.unescape(_TAGS.sub(" ", words)).split())


def of_body(body: bytes) -> Complaint:
    """The error in the body of an answer whose HTTP status says that it is one."""
    text = body.decode("utf-8", "replace").removeprefix("\ufeff").strip()
    for name in ("data:", "error:"):
        line = next((line for line in text.splitlines() if line.startswith(name)), "")
        text = line.removeprefix(name).strip() or text
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return made(of_text(text))
    return complaint(value, failed=True) or made("")


def _tells(value: dict[str, Any]) -> bool:
    """Whether an object that came like an answer is an error."""
    if any(value.get(name) for name in ("error", "errors", "fault", "err", "exception")):
        return True
    kind = str(value.get("object") or value.get("type") or "").lower()
    if kind == "error" or kind.endswith((".error", "_error")) or value.get("status") == "error":
        return True
    base = value.get("base_resp")
    if isinstance(base, dict) and base.get("status_code") not in (None, 0, "0"):
        return True
    if value.get("choices") or isinstance(value.get("message"), dict):
        return False
    # A word and nothing of an answer: FastAPI's ``detail``, a gateway's ``message``.
    answer = value.keys() & {"choices", "usage", "delta", "response", "model", "timings", "object"}
    words = value.keys() & {
        "message",
        "detail",
        "msg",
        "error_msg",
        "error_message",
        "errorMessage",
    }
    return bool(words) and not answer and _message(value) != ""


def _message(value: Any, depth: int = 0) -> str:
    """The words in ``value``: the innermost, as gateways wrap what they were told."""
    if isinstance(value, str):
        return _unwrapped(value, depth)
    if isinstance(value, list):
        texts = (_message(item, depth + 1) for item in value[:9]) if depth < 6 else iter(())
        return "; ".join(filter(None, texts))
    if not isinstance(value, dict) or depth > 6:
        return ""
    for name in (*_NESTED, *_WORDS):
        words = _message(value.get(name), depth + 1)
        if words:
            more = _upstream(value) if name == "message" else ""
            return f"{words}: {more}" if more and more not in words else words
    return ""


def _upstream(value: dict[str, Any]) -> str:
    """What the provider behind a service said, which the service's own words leave out."""
    about = value.get("metadata")
    return _message(about.get("raw"), 2) if isinstance(about, dict) else ""


def _unwrapped(text: str, depth: int) -> str:
    if text[:1] == "{" and depth < 6:
        try:
            return _message(json.loads(text, strict=False), depth + 1) or text
        except (ValueError, RecursionError):
            return text
    return of_text(text) if text[:1] == "<" else text


def _first(value: Any, names: tuple[str, ...], depth: int = 0) -> Any:
    """The innermost text or number that goes by one of ``names``."""
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, dict) or depth > 6:
        return None
    for name in _NESTED:
        found = _first(value.get(name), names, depth + 1)
        if found is not None:
            return found
    found = (value.get(name) for name in names)
    return next(
        (one for one in found if type(one) in (int, str) and one not in ("", "error")), None
    )
