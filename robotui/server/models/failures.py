"""The failures of a request to a model: told apart, and put into words with a remedy."""

from __future__ import annotations

import re
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
    UnexpectedModelBehavior,
)

from robotui.server.models.connection import obstacle
from robotui.server.models.endpoint import KEY_REMEDY, told
from robotui.server.models.model_server import Model

# What is too long, in each maker's words; the first are sure, the others may mean something else.
_TOO_LONG: Final = re.compile(
    r"context[ _-]?(?:length|size|window|limit)|maximum context"
    r"|max[_ ]?(?:model|context|seq)[_ ]?len"
    r"|(?:prompt|input|conversation|context|messages?|request)\b.{0,40}\btoo (?:long|large|big)"
    r"|too many (?:input |prompt |total )?tokens|tokens?\b.{0,60}\bexceeds?"
    r"|exceed\w*\b.{0,60}\b(?:tokens?|context|model len)|reduce the (?:length|size|number|prompt)"
    r"|string too long|request entity too large|maximum (?:allowed )?(?:number of )?"
    r"(?:input |prompt )?(?:tokens?|length|input)|input length|token limit|sequence length"
    r"|n_ctx|shorten"
    r"|(?:超|过长|长度)",
    re.DOTALL | re.IGNORECASE,
)
_PERHAPS_LONG: Final = re.compile(
    r"too (?:long|large|big|many)|exceed|maximum|at most|limit|overflow|truncat|tokens?\b|length",
    re.IGNORECASE,
)
_NO_TOOLS: Final = re.compile(
    r"(?:does(?: not|n['’]t)|do(?: not|n['’]t)|can(?:not|['’]t)|not?) (?:currently )?"
    r"(?:support|use|call|accept|allow|have)\w* (?:any )?(?:the )?"
    r"(?:tools?\b(?! ?_?choice)|tool[- ]?us|tool[- ]?call|function[- ]?call|functions\b)"
    r"|(?:tools?|tool use|tool[- ]calling"
    r"|function[- ]calling) (?:is|are) not (?:supported|enabled|available)"
    r"|no endpoints found that support tool|enable-auto-tool-choice",
    re.IGNORECASE,
)
# Without the words of a limit, at which a client goes on by itself.
_TOOLS: Final = re.compile(r"tool|function.?call", re.IGNORECASE)
_OTHER: Final = (401, 403, 404, 408, 429)  # of which the words tell something else
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
    return _status(error) not in _OTHER and _says(error, _TOO_LONG)


def may_be_too_long(error: Exception) -> bool:
    """Whether a refusal may mean that: worth one attempt with less."""
    status = _status(error)
    return status == 413 or (status in (400, 422) and _says(error, _PERHAPS_LONG))


def has_no_tools(error: Exception) -> bool:
    """Whether the model, or its server, says that it can't call tools at all."""
    return _status(error) in (400, 404, 422, 501) and _says(error, _NO_TOOLS)


def is_about_tools(error: Exception) -> bool:
    """Whether a request failed at its tools, perhaps for this once."""
    return _status(error) in (0, 400, 404, 422, 500, 501, 502) and _says(error, _TOOLS)


def _says(error: Exception, words: re.Pattern[str]) -> bool:
    if not isinstance(error, ModelAPIError):
        return False
    code = f"{error.provider_error_code or ''} {error.provider_error_type or ''}"
    return words.search(f"{_detail(error)} {code}") is not None


def is_refused(error: Exception) -> bool:
    """Whether the request's form was refused, before any word of an answer."""
    return _status(error) in (400, 422, 500, 501)


def filtered(model: Model, *, kept: bool) -> str:
    """That an answer was held back, or cut, by a filter."""
    what = "cut off" if kept else "held back"
    return (
        f"The answer of {model.name} at {model.server.url} was {what} by a content filter. "
        "Ask in another way, or choose another model with /engine."
    )


def _status(error: Exception) -> int:
    return error.status_code if isinstance(error, ModelHTTPError) else 0


def _detail(error: Exception, key: str = "") -> str:
    """The server's own words, without the ``key``."""
    return told(error.body, key) if isinstance(error, ModelAPIError) else ""


def _quoted(text: str) -> str:
    return "“" + text.replace("“", '"').replace("”", '"') + "”"


def _words(error: Exception, model: Model, key: str, begun: bool) -> tuple[str, str]:
    found = obstacle(error, model.server.url)
    if found is not None:
        return found
    url, name, detail = model.server.url, model.name, _detail(error, key)
    fields = {"url": url, "name": name, "told": f": {_quoted(detail)}" if detail else ""}
    fields["status"] = str(_status(error))
    if is_too_long(error):
        headline, remedy = _LONG
    elif begun and (_in_stream(error) or isinstance(error, _CONNECTION)):
        headline, remedy = "The answer of {name} at {url} broke off{told}", _KEPT
    elif isinstance(error, ModelNotFoundError) and model.server.kind == "Ollama":
        headline, remedy = _NO_MODEL, "Get it with `ollama pull {name}`, or choose with /engine."
    elif _ended(error):
        headline, remedy = "The answer of {name} at {url} ended in the middle", _KEPT
    elif _in_stream(error) and not isinstance(error, ModelHTTPError):
        headline, remedy = "{name} at {url} failed{told}", _AGAIN
    else:
        known = (words for kind, *words in _KINDS if isinstance(error, kind))
        headline, remedy = next(known, _STRANGE)
    wait = error.retry_after if isinstance(error, ModelAPIError) else None
    if wait is not None:
        remedy = f"Retry in {wait:.0f} s."
    fields["kind"] = type(error.__cause__ or error).__name__
    return headline.format(**fields), remedy.format(**fields)


def _in_stream(error: Exception) -> bool:
    """Whether the server told the error in the place of an answer, or amid one."""
    return isinstance(error, ModelAPIError) and error.in_stream


def _ended(error: Exception) -> bool:
    """Whether the stream just ended."""
    told = error.message if isinstance(error, ModelAPIError | UnexpectedModelBehavior) else ""
    return "finish_reason" in told or "ended without" in told


_CONNECTION: Final = (ModelConnectionError, httpx2.HTTPError)
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
