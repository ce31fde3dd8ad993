"""An HTTP answer that is no reply, as an exception (protocol 1.5, 6.3, 6.6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

from robotui.client.auth import describe_page
from robotui.errors import (
    BusyError,
    ForbiddenError,
    NotFoundError,
    RateLimitError,
    RedirectError,
    ServerFaultError,
    ServiceError,
    SessionGoneError,
    StatusError,
    UnauthorizedError,
    UnexpectedStatusError,
    ValidationError,
)
from robotui.events import text_of
from robotui.network import REDIRECTS
from robotui.text import one_line

_DETAIL_LENGTH: Final = 300
_AUTHORIZATION: Final = ["header", "authorization"]
_SIMPLE: Final[dict[int, tuple[type[StatusError], str]]] = {
    401: (UnauthorizedError, "Unauthorized: {} refused the token"),
    403: (ForbiddenError, "{} is forbidden"),
    404: (NotFoundError, "{} does not exist"),
    409: (BusyError, "{} is busy with another reply of this session"),
    422: (ValidationError, "{} refuses the request"),
}


def status_error(
    status: int, headers: Mapping[str, str], body: str, where: str, *, session: bool = False
) -> ServiceError:
    """The exception for an answer that is not a 200.

    ``where`` names the request in the headline. ``session``: the request named a session, so that
    404 means that the server forgot it.
    """
    if status in REDIRECTS and headers.get("Location"):
        return _redirect_error(status, headers["Location"], where)
    value = _json(body)
    detail = _detail(body) if value is None else _detail_of(value)
    if status == 422 and _blames_authorization(value):
        status = 401
    if status == 404 and session:
        return SessionGoneError("the server forgot the session", status=404, detail=detail)
    if status in _SIMPLE:
        kind, headline = _SIMPLE[status]
        return kind(headline.format(where), status=status, detail=detail)
    if status == 429:
        wait = retry_after(headers.get("Retry-After", ""), datetime.now(UTC))
        remedy = None if wait is None else f"Retry in {wait:.0f} s."
        return RateLimitError(
            f"{where} asks to slow down", detail=detail, remedy=remedy, retry_after=wait
        )
    if 500 <= status <= 599:
        return ServerFaultError(f"{where} failed ({status})", status=status, detail=detail)
    return UnexpectedStatusError(
        f"{where} answered with the unexpected status {status}", status=status, detail=detail
    )


def _redirect_error(status: int, location: str, where: str) -> ServiceError:
    # Without query and fragment: they may hold secrets.
    try:
        parts = urlsplit(location)
    except ValueError:
        return RedirectError(f"{where} sends us to an address that can't be read")
    scheme = f"{parts.scheme}://" if parts.scheme else ""
    target = one_line(f"{scheme}{parts.netloc.rpartition('@')[2]}{parts.path}", 120)
    if is_login(location):
        return UnauthorizedError(f"{where} wants a new login at {target}", status=status)
    return RedirectError(f"{where} sends us to {target}")


def is_login(location: str) -> bool:
    """Whether a redirect leads to a page to log in at. Raises ValueError."""
    parts = urlsplit(location)
    return parts.hostname == "accounts.google.com" or parts.path.rstrip("/").endswith("/login")


def retry_after(value: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for (a number or an HTTP date); None if none."""
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


def _json(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _detail(body: str) -> str:
    """A body that is no JSON, in one line; of an HTML page only the title."""
    if body.lstrip().startswith("<"):
        return describe_page(body)
    return one_line(body, _DETAIL_LENGTH)


def _detail_of(value: Any) -> str:
    if isinstance(value, dict):
        value = next((value[key] for key in ("detail", "message", "error") if key in value), value)
    items = value if isinstance(value, list) else [value]
    return one_line("; ".join(filter(None, map(_item, items))), _DETAIL_LENGTH)


def _item(item: Any) -> str:
    """One part of a detail: ``msg`` behind the field it is about, e.g. ``body.prompt``."""
    if not isinstance(item, dict) or "msg" not in item:
        return text_of(item)
    loc = item.get("loc")
    path = ".".join(map(text_of, loc)) if isinstance(loc, list) else text_of(loc)
    return f"{path}: {text_of(item['msg'])}" if path else text_of(item["msg"])


def _blames_authorization(value: Any) -> bool:
    detail = value.get("detail") if isinstance(value, dict) else None
    for item in detail if isinstance(detail, list) else []:
        loc = item.get("loc") if isinstance(item, dict) else None
        if isinstance(loc, list) and [str(part).lower() for part in loc] == _AUTHORIZATION:
            return True
    return False
