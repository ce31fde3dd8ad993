"""What every request passes on its way to an endpoint, and the shapes of what is answered."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Awaitable, Callable, Collection, Mapping
from http import HTTPStatus
from typing import Any, Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware
from multidict import istr

from robotui import owners
from robotui.errors import ForbiddenError, StatusError, shortage
from robotui.server import auth, request_bodies

_RETRY_AFTER: Final = "2"
"""Seconds after which a server that is held up may be asked again."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = logging.getLogger(__name__)


def json_response(
    value: Any, status: int = 200, headers: Mapping[istr, str] | None = None
) -> web.Response:
    """``value`` as a JSON body."""
    body = json.dumps(value, separators=(",", ":")).encode("ascii")
    kind = "application/json"
    return web.Response(body=body, status=status, content_type=kind, headers=headers)


def redirect(location: str) -> web.Response:
    """Go there with the same method and body."""
    return web.Response(status=307, headers={hdrs.LOCATION: location})


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error in FastAPI's shape."""
    try:
        return await handler(request)
    except request_bodies.RequestError as error:
        return json_response({"detail": error.faults}, error.status)
    except StatusError as error:
        headers = {hdrs.RETRY_AFTER: _RETRY_AFTER} if error.status == 503 else {}
        return json_response({"detail": error.detail}, error.status, headers)
    except web.HTTPException as error:
        allow = {name: error.headers[name] for name in (hdrs.ALLOW,) if name in error.headers}
        return json_response({"detail": _detail(error)}, error.status, allow)
    except Exception as error:
        log.exception("%s %s failed", request.method, request.path)
        short = shortage(error)
        if short is not None:
            detail = f"{short.headline}. {short.remedy}"
            return json_response({"detail": detail}, 503, {hdrs.RETRY_AFTER: _RETRY_AFTER})
        return web.Response(status=500, text="Internal Server Error")


def _detail(error: web.HTTPException) -> str:
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return error.text or ""
    return HTTPStatus(error.status).phrase


@web.middleware
async def own_user(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A Unix socket is for its own user, whatever the mode of its file was made."""
    connection = request.transport.get_extra_info("socket") if request.transport else None
    if connection is not None and connection.family == getattr(socket, "AF_UNIX", None):
        uid = owners.peer(connection)
        if uid is not None and not owners.is_trusted(uid):
            detail = "This server is another user's"
            raise ForbiddenError(request.path, status=403, detail=detail)
    return await handler(request)


def guard(allowed_hosts: Collection[str]) -> Middleware:
    """A check of Host and Origin; ``allowed_hosts`` are further names of this server."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Keep out what a page of another site makes a browser send here."""
        hosts = request.headers.getall(hdrs.HOST, [])
        address = request.transport and request.transport.get_extra_info("sockname")
        fault = ""
        if isinstance(address, tuple):
            fault = auth.host_fault(hosts, address[0], allowed_hosts)
        fault = fault or auth.origin_fault(request.headers.get(hdrs.ORIGIN), "".join(hosts))
        if fault:
            raise ForbiddenError(request.path, status=403, detail=fault)
        return await handler(request)

    return check


@web.middleware
async def slashes(request: web.Request, handler: Handler) -> web.StreamResponse:
    """An endpoint with a slash too many is sent to the one without, as FastAPI does."""
    bare = request.path.rstrip("/")
    resources = request.app.router.resources()
    if bare != request.path and any(resource.canonical == bare for resource in resources):
        return redirect(str(request.rel_url.with_path(bare, keep_query=True)))
    return await handler(request)
