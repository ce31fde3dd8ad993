"""The HTTP application: the endpoints of protocol 1 in front of an engine."""

from __future__ import annotations

import asyncio
import html
import logging
from collections.abc import Collection, Iterable
from contextlib import aclosing
from typing import Any, Final, cast

from aiohttp import hdrs, web

from robotui.agents import DEFAULT_AGENT, everyone
from robotui.errors import ForbiddenError, RobotuiError, shortage
from robotui.server import auth, middleware, request_bodies
from robotui.server.auth import Scope
from robotui.server.engine import Engine, Fail, Request, SwitchableEngine
from robotui.server.middleware import json_response, redirect
from robotui.server.reply_lines import Frames
from robotui.server.sessions import Sessions

MAX_BODY: Final = 8 << 20
"""Bytes that the body of a request may have."""

_PARTS_PER_BREATH: Final = 32
"""Parts after which one reply lets the others run, however fast its engine is."""

_STOP_TIMEOUT: Final = 3.0
"""Seconds that engines get to let go of their replies when the server stops."""

log = logging.getLogger(__name__)

_PAGE: Final = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1>
{body}
</body></html>
"""
_HOW_TO_GET_IN: Final = """\
<p>This server gives a token to who shows its key. The address with the key is what
<code>robotui serve</code> printed when it was started; robotui itself, run by the same user, finds
it without being told. For programs that know no key the server can be started with
<code>--open-auth</code>.</p>"""
_PAGE_HEADERS: Final = {
    hdrs.CACHE_CONTROL: "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
_REPLY_HEADERS: Final = {
    hdrs.CONTENT_TYPE: "application/x-ndjson",
    hdrs.CACHE_CONTROL: "no-store",
    "X-Accel-Buffering": "no",
}


def make_app(
    engine: Engine,
    *,
    secret: bytes,
    sessions: Sessions,
    door: auth.Door = auth.PRIVATE,
    prefix: str = "",
    allowed_hosts: Collection[str] = (),
) -> web.Application:
    """The server in front of ``engine``.

    ``secret`` signs the tokens, which ``door`` gives out. Everything lives under the path
    ``prefix`` (empty, or with a leading slash). ``allowed_hosts`` are names for the Host header
    beside ``localhost``. Run it with ``handler_cancellation=True``: then a client that hangs up
    cancels its reply.
    """
    service = _Service(engine, secret, sessions, door)
    hosts = middleware.guard({name.lower() for name in allowed_hosts})
    layers = [middleware.errors, middleware.own_user, hosts, middleware.slashes]
    app = web.Application(middlewares=layers, client_max_size=MAX_BODY)
    app.add_routes(
        [
            web.get(prefix + "/", service.home, allow_head=False),
            web.get(prefix + "/docs", service.docs, allow_head=False),
            web.get(prefix + "/auth", service.auth, allow_head=False),
            web.get(prefix + "/create-session", service.create_session, allow_head=False),
            web.post(prefix + "/chat", service.chat),
            web.post(prefix + "/get-session-code", service.get_session_code),
        ]
    )
    if isinstance(engine, SwitchableEngine):
        choice = _Choice(engine, service)
        app.add_routes(
            [
                web.get(prefix + "/engine", choice.describe, allow_head=False),
                web.post(prefix + "/engine", choice.switch),
            ]
        )
    app.on_shutdown.append(service.cancel_replies)
    return app


class _Service:
    """The endpoints."""

    def __init__(self, engine: Engine, secret: bytes, sessions: Sessions, door: auth.Door) -> None:
        self._engine = engine
        self._secret = secret
        self._door = door
        self._sessions = sessions
        self._replies: set[asyncio.Task[Any]] = set()
        own = engine.agents if isinstance(engine, SwitchableEngine) else ()
        self._agents = [*(agent.id for agent in everyone()), *own]

    async def home(self, _request: web.Request) -> web.Response:
        """What this is, for whoever looks with a browser."""
        about = f"{self._engine.name}: {self._engine.about}"
        return _page(
            "robotui serve",
            f"<p>A server of the Robocoders HTTP API. Engine: {html.escape(about)}</p>\n"
            "<p>GET auth, GET create-session, POST chat, POST get-session-code</p>",
        )

    async def docs(self, request: web.Request) -> web.Response:
        """There is no other documentation than the home page."""
        return redirect(request.path.removesuffix("docs"))

    async def auth(self, request: web.Request) -> web.Response:
        """A token, for who may have one: people and programs on this machine."""
        if request.transport is not None:
            peer = request.transport.get_extra_info("peername")
            if isinstance(peer, tuple) and not auth.is_loopback(peer[0]):
                detail = "Tokens are given only on the machine where the server runs"
                raise ForbiddenError("/auth", status=403, detail=detail)
        fault = auth.relayed(request.headers)
        if fault:
            raise ForbiddenError("/auth", status=403, detail=fault)
        scope = self._door.scope(request.query.get("key"))
        if scope is None:
            return _page("A key is needed", _HOW_TO_GET_IN, status=403)
        token = auth.issue(self._secret, await self._sessions.local_user(), self._door, scope)
        return _page("Your token", f'<pre id="token">{token}</pre>')

    async def create_session(self, request: web.Request) -> web.Response:
        """A new session of the token's user."""
        return json_response({"sid": await self._sessions.create(self.user(request))})

    async def get_session_code(self, request: web.Request) -> web.Response:
        """This server has no repository on GitHub to invite anyone to: null (protocol 1.1)."""
        sub = self.user(request)
        body = request_bodies.parse(await request.read())
        fields = request_bodies.strings(body, ("sid", "github_username"))
        await self._sessions.check(fields["sid"], sub)
        return json_response(None)

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """One prompt; the reply is a stream of events, one a line."""
        sub = self.user(request)
        body = request_bodies.parse(await request.read())
        fields = request_bodies.strings(body, ("sid", "prompt"), agent=DEFAULT_AGENT)
        request_bodies.one_of("agent", fields["agent"], self._agents)
        await self._sessions.check(fields["sid"], sub)
        prompt = Request(fields["sid"], fields["agent"], fields["prompt"])
        response = web.StreamResponse(headers=_REPLY_HEADERS)
        async with self._sessions.turn(prompt.sid) as turn:
            frames = Frames(prompt.sid, turn.next_id, deltas=body.get("stream") is True)
            self._replies.add(task := cast("asyncio.Task[None]", asyncio.current_task()))
            try:
                await self._reply(request, response, prompt, frames)
            except ConnectionError:
                log.debug("the client hung up during a reply in session %s", prompt.sid)
            finally:
                self._replies.discard(task)
                turn.next_id = frames.next_id
        return response

    async def _reply(
        self, request: web.Request, response: web.StreamResponse, prompt: Request, frames: Frames
    ) -> None:
        """Send what the engine answers; if it fails, that is the reply's last event."""

        async def send(lines: Iterable[str]) -> None:
            for line in lines:
                await response.write(line.encode("ascii"))

        await response.prepare(request)
        try:
            async with aclosing(self._engine.reply(prompt)) as parts:
                count = 0
                async for part in parts:
                    await send(frames.feed(part))
                    if frames.ended:
                        break
                    count += 1
                    if count % _PARTS_PER_BREATH == 0:
                        await asyncio.sleep(0)
            await send(frames.close())
        except Exception as error:
            if isinstance(error, ConnectionError) and _hung_up(request):
                raise
            log.exception("the %s engine failed in session %s", self._engine.name, prompt.sid)
            await send(frames.feed(Fail(_explain(self._engine, error))))
        await response.write_eof()

    async def cancel_replies(self, _app: web.Application) -> None:
        """The server stops: so do all replies."""
        for task in self._replies:
            task.cancel()
        if self._replies:
            await asyncio.wait(self._replies, timeout=_STOP_TIMEOUT)

    def user(self, request: web.Request) -> str:
        """Whose token the request has. Raises RequestError, UnauthorizedError."""
        return self._claims(request)[0]

    def owner(self, request: web.Request) -> None:
        """Raises ForbiddenError for a token that is for chats only, and what ``user`` raises."""
        if self._claims(request)[1] != "owner":
            detail = "What answers is chosen by the owner of this server; this token is for chats"
            raise ForbiddenError(request.path, status=403, detail=detail)

    def _claims(self, request: web.Request) -> tuple[str, Scope]:
        header = request.headers.get(hdrs.AUTHORIZATION)
        if header is None:
            raise request_bodies.RequestError(request_bodies.missing("header", "authorization"))
        return auth.user(self._secret, header, self._door)


class _Choice:
    """Which engine answers: an extension of the protocol, for our own client."""

    def __init__(self, engine: SwitchableEngine, service: _Service) -> None:
        self._engine = engine
        self._service = service

    async def describe(self, request: web.Request) -> web.Response:
        """What answers now, and what else there is."""
        self._service.user(request)
        return json_response(await self._engine.describe())

    async def switch(self, request: web.Request) -> web.Response:
        """Let another one answer."""
        self._service.owner(request)
        body = request_bodies.parse(await request.read())
        fields = request_bodies.strings(body, ("engine",), model="", stranger="")
        engine, model, word = fields["engine"], fields["model"], fields["stranger"]
        try:
            if word:
                request_bodies.one_of("stranger", word, ["use", "refuse"])
                return json_response(await self._engine.answer(engine, use=word == "use"))
            return json_response(await self._engine.switch(engine, model))
        except RobotuiError as error:
            text = f"{error.headline.rstrip('.')}. {error.remedy}".strip()
            raise request_bodies.RequestError(
                request_bodies.refused("engine", fields["engine"], text)
            ) from error


def _hung_up(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _explain(engine: Engine, error: Exception) -> str:
    known = error if isinstance(error, RobotuiError) else shortage(error)
    if known is not None:
        text = f"{known.headline}. {known.remedy}".strip()
    else:
        text = f"The {engine.name} engine failed: {type(error).__name__}: {error}"
    return engine.redact(text) if isinstance(engine, SwitchableEngine) else text


def _page(title: str, body: str, status: int = 200) -> web.Response:
    text = _PAGE.format(title=title, body=body)
    return web.Response(text=text, status=status, content_type="text/html", headers=_PAGE_HEADERS)
