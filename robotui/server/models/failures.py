"""What went wrong between us and a model, in words: which endpoint, which model, what to do."""

from __future__ import annotations

from typing import Final

import httpx2
from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelServerError,
    ModelTimeoutError,
    ModelUnavailableError,
)

from robotui.server.models.endpoint import KEY_REMEDY, Model, told

_TOO_LONG: Final = ("context length", "context size", "context window", "maximum context")
# Without the words of a limit, at which a client goes on by itself.
_KEPT: Final = "What came is kept. Ask to continue if you want the rest."
_AGAIN: Final = "Retry, or choose another model with /engine."


def explain(error: Exception, model: Model, key: str, *, begun: bool, kept: bool) -> str:
    """A headline and a remedy in one line, without the ``key``.

    ``begun``: an answer had begun, ``kept``: there were words of it. The server's own words stand
    in curved quotation marks: if they tell of a limit, it is not one at which a reply goes on.
    """
    headline, remedy = _words(error, model, key, begun)
    remedy = _AGAIN if remedy == _KEPT and not kept else remedy
    text = f"{headline}. {remedy}"
    return text.replace(key, "…") if key else text


def is_too_long(error: Exception) -> bool:
    """Whether the model refused because the conversation does not fit into its context."""
    if isinstance(error, ModelContextWindowExceededError):
        return True
    told = _detail(error).lower()
    return _status(error) in (400, 413, 500) and any(words in told for words in _TOO_LONG)


def is_about_tools(error: Exception) -> bool:
    """Whether the model, or its server, can't call tools."""
    return _status(error) in (400, 404, 422, 500, 501) and "tool" in _detail(error).lower()


def is_refused(error: Exception) -> bool:
    """Whether the request's form was refused, before any word of an answer."""
    return _status(error) in (400, 422, 500, 501)


def _status(error: Exception) -> int:
    return error.status_code if isinstance(error, ModelHTTPError) else 0


def _detail(error: Exception, key: str = "") -> str:
    """The server's own words, without the ``key``."""
    return told(error.body, key) if isinstance(error, ModelAPIError) else ""


def _quoted(text: str) -> str:
    return "“" + text.replace("“", '"').replace("”", '"') + "”"


def _words(error: Exception, model: Model, key: str, begun: bool) -> tuple[str, str]:
    url, name, detail = model.server.url, model.name, _detail(error, key)
    fields = {"url": url, "name": name, "told": f": {_quoted(detail)}" if detail else ""}
    fields["status"] = str(_status(error))
    if is_too_long(error):
        headline, remedy = _LONG
    elif begun and isinstance(error, ModelConnectionError | httpx2.HTTPError):
        headline, remedy = "The answer of {name} at {url} broke off", _KEPT
    elif isinstance(error, ModelNotFoundError) and model.server.kind == "Ollama":
        headline, remedy = _NO_MODEL, "Get it with `ollama pull {name}`, or choose with /engine."
    elif isinstance(error, ModelAPIError) and "finish_reason" in error.message:
        headline, remedy = "The answer of {name} at {url} ended in the middle", _KEPT
    else:
        known = (words for kind, *words in _KINDS if isinstance(error, kind))
        headline, remedy = next(known, _STRANGE)
    wait = error.retry_after if isinstance(error, ModelAPIError) else None
    if wait is not None:
        remedy = f"Retry in {wait:.0f} s."
    fields["kind"] = type(error.__cause__ or error).__name__
    return headline.format(**fields), remedy.format(**fields)


_NO_MODEL: Final = "{url} has no model {name} (404){told}"
_LONG: Final = (
    "The conversation is too long for {name} at {url}{told}",
    "Start a new chat, or give the model a larger context.",
)
_STRANGE: Final = ("{url} sent for {name} what can't be understood ({kind}){told}", _KEPT)
# From the special to the general: the first that fits counts.
_KINDS: Final = (
    (ModelAuthenticationError, "{url} refused the key for {name} ({status}){told}", KEY_REMEDY),
    (ModelNotFoundError, _NO_MODEL, "Choose another with /engine, or check the setting `model`."),
    (ModelQuotaExceededError, "{url} has no quota left for {name}{told}", "Check your account."),
    (ModelRateLimitError, "{url} asks to slow down for {name} (429){told}", "Wait, then retry."),
    (ModelTimeoutError, "{name} at {url} did not answer in time", "Retry, or use another model."),
    (
        ModelConnectionError,
        "No model server answers at {url} for {name}",
        "Start it, or choose another with /engine.",
    ),
    (ModelServerError, "{name} at {url} failed ({status}){told}", "Look at its log, then retry."),
    (ModelUnavailableError, "{name} at {url} is not available ({status}){told}", "Retry later."),
    (
        ModelHTTPError,
        "{url} refused the request for {name} ({status}){told}",
        "Choose another model with /engine.",
    ),
    (httpx2.HTTPError, "{name} at {url} can't be reached ({kind})", "Look at its log, then retry."),
)
