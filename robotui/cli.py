"""The commands. The one place that builds things and joins them; imports late, to start fast."""

from __future__ import annotations

import argparse
import asyncio
import gc
import io
import logging
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from robotui import __version__, agents, config
from robotui.config import EMBEDDED, Paths, Settings
from robotui.errors import (
    CrashError,
    RobotuiError,
    SettingsError,
    StorageError,
    UsageError,
    shortage,
)
from robotui.folders import readable, working_folder

if TYPE_CHECKING:
    from robotui.chats.store import Chat
    from robotui.client import Client
    from robotui.server.listen import Tcp
    from robotui.ui.app import RobotuiApp

ANSWERED, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
"""Exit codes."""

_PORT: Final = 8420
_OPEN: Final = """\
Warning: --open-auth gives every user of this machine a token without the key. With it they can
have the agents read whatever you can read in this folder, and what they ask is answered by your
model, at your cost. They can't choose another model."""
_ABOUT: Final = "A full-screen terminal workbench for the Robocoders agents."


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a character the terminal lacks is no error
    try:
        settings, paths = _settings(options), config.paths()
        _keep_to_user(paths)
        _log_to(paths)
        code: int | None = options.run(options, settings, paths)
    except RobotuiError as error:
        return _tell(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output left; nothing more can be printed, at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        print(f"robotui: {error}", file=sys.stderr)
        return FAILED
    except Exception as error:  # noqa: BLE001 - whatever it is, its place is the log
        return _tell(_crash(error))
    return code or ANSWERED


def _tell(error: RobotuiError) -> int:
    print(f"robotui: {error.headline}\n{error.remedy}".rstrip(), file=sys.stderr)
    return USAGE if isinstance(error, SettingsError | UsageError) else FAILED


def _crash(error: BaseException) -> RobotuiError:
    """Keep a fault of ours in the log; what to tell about it."""
    known = error if isinstance(error, RobotuiError) else shortage(error)
    if known is not None:
        return known
    from robotui.text import one_line, without_secrets

    logging.getLogger("robotui").critical("crashed", exc_info=error)
    headline = without_secrets(
        one_line(f"Stopped by a fault: {type(error).__name__}: {error}", 300)
    )
    log = config.paths().state / config.LOG_NAME
    return CrashError(headline, f"This is a fault of robotui; the chat is kept. The log is {log}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("robotui", description=_ABOUT)
    _add_common(parser, default=None)
    parser.add_argument("--version", action="version", version=f"robotui {__version__}")
    parser.add_argument("-a", "--agent", metavar="NAME", help="agent to start with")
    parser.add_argument(
        *("-c", "--continue"),
        dest="resume",
        action="store_true",
        help="go on with the latest chat about this folder",
    )
    about = "with -c: the latest chat about any folder"
    parser.add_argument("--anywhere", action="store_true", help=about)
    parser.set_defaults(run=_workbench)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def command(name: str, run: Any, about: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(run=run)
        # A flag given before the command must not be reset by the command's own default.
        _add_common(sub, default=argparse.SUPPRESS)
        return sub

    ask = command("ask", _ask, "answer one prompt on standard output")
    ask.add_argument("-a", "--agent", metavar="NAME", default=argparse.SUPPRESS)
    ask.add_argument("--json", action="store_true", help="one event a line, as received")
    about = "the prompt; what is piped in goes with it, or with - alone is the prompt"
    ask.add_argument("prompt", nargs="*", help=about)
    login = command("login", _login, "get a token and keep it")
    login.add_argument("--token", metavar="-", help="- reads the token from standard input")
    command("logout", _logout, "forget the token")
    command("status", _status, "show server, token, session and paths")
    command("doctor", _doctor, "test the clipboard, and tell what works in this terminal")
    _add_serve(command("serve", _serve, "run the embedded server alone, for any client"))
    return parser


def _add_common(parser: argparse.ArgumentParser, default: str | None) -> None:
    about = "address of the service, or 'embedded' (the default)"
    parser.add_argument("--server", metavar="URL", default=default, help=about)
    about = "what answers on the embedded server: auto, offline, or a model server's address"
    parser.add_argument("--engine", metavar="URL", default=default, help=about)
    parser.add_argument("--model", metavar="NAME", default=default, help="the model to take there")
    about = "HTTP proxy for every call"
    parser.add_argument("--proxy", metavar="URL", default=default, help=about)


def _add_serve(serve: argparse.ArgumentParser) -> None:
    about = "listen on this port, for programs that show the key; 0 takes a free one"
    serve.add_argument("--port", type=int, help=about)
    serve.add_argument("--host", help="with a port: address to listen on (127.0.0.1)")
    about = "listen on a Unix socket of this path, for your own programs (the default)"
    serve.add_argument("--socket", type=Path, help=about)
    about = "with a port: a token to chat with for every user of this machine, without the key"
    serve.add_argument("--open-auth", action="store_true", help=about)
    serve.add_argument("--workspace", type=Path, default=Path(), help="folder to answer from")
    serve.add_argument("--child", action="store_true", help=argparse.SUPPRESS)


def _settings(options: argparse.Namespace) -> Settings:
    names = ("server", "proxy", "engine", "model")
    flags: dict[str, Any] = {name: getattr(options, name) for name in names}
    file = config.paths().settings_file
    settings = config.load(file, os.environ, flags)
    if settings.server == EMBEDDED:
        for profile in settings.agents:
            agents.add(profile.name, profile.purpose, profile.colour)
    name = getattr(options, "agent", None)
    if name is None:
        return settings
    agent = agents.find(name)
    if agent is None:
        known = ", ".join(agent.id for agent in agents.everyone())
        raise UsageError(f"There is no agent {name!r}", f"Use one of: {known}.")
    return config.load(file, os.environ, {**flags, "agent": agent.id})


class _Formatter(logging.Formatter):
    """A line of the log, and a traceback, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        from robotui.text import without_secrets

        return without_secrets(super().format(record))


def _keep_to_user(paths: Paths) -> None:
    """Say so where other users could write to a folder of ours, and let them no longer."""
    from robotui.files import tightened

    for folder in (paths.config, paths.data, paths.state, paths.cache):
        if folder.exists() and (done := tightened(folder)):
            print(f"robotui: {done}", file=sys.stderr)


def _log_to(paths: Paths) -> None:
    """Keep warnings in a file: a full-screen program has no place to print them."""
    from robotui.files import private_folder

    handler: logging.Handler
    try:
        file = private_folder(paths.state) / config.LOG_NAME
        file.touch(mode=0o600)
        handler = logging.FileHandler(file, encoding="utf-8")
    except (OSError, StorageError) as error:
        print(f"robotui: there is no log file: {error}", file=sys.stderr)
        handler = logging.NullHandler()
    handler.setFormatter(_Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    logging.raiseExceptions = False  # a log that can't be written must not break a reply
    logger = logging.getLogger("robotui")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


@asynccontextmanager
async def open_client(
    settings: Settings, paths: Paths, workspace: Path
) -> AsyncGenerator[Client, None]:
    """A client of the server that the settings name; the embedded one is started, and stopped.

    Raises LaunchError.
    """
    from robotui.client import Client, TokenStore

    async with AsyncExitStack() as stack:
        if settings.server == EMBEDDED:
            from robotui.server.launch import launch

            endpoint = await stack.enter_async_context(
                launch(workspace, log=paths.state / "server.log", flags=_engine_flags(settings))
            )
        else:
            endpoint = config.endpoint(settings, paths)
        tokens = TokenStore(settings, os.environ)
        yield await stack.enter_async_context(Client(endpoint, settings, tokens))


def _engine_flags(settings: Settings) -> list[str]:
    """What the embedded server can't find in the file or the environment: this run's flags."""
    return ["--engine", settings.engine, "--model", settings.model]


def _workbench(options: argparse.Namespace, settings: Settings, paths: Paths) -> None:
    asyncio.run(_run_workbench(options, settings, paths))


async def _run_workbench(options: argparse.Namespace, settings: Settings, paths: Paths) -> None:
    outputs = (sys.__stderr__, sys.__stdout__)  # the workbench is drawn on the first terminal
    if not (sys.stdin.isatty() and any(output and output.isatty() for output in outputs)):
        raise UsageError("The workbench needs a terminal", "Use `robotui ask` without one.")
    # Collecting garbage while modules load costs a tenth of the start; the screen turns it on.
    gc.disable()
    from robotui.client.connection import Connection
    from robotui.ui.app import RobotuiApp
    from robotui.ui.screen import Workbench

    workspace = working_folder()

    def first_chat() -> Chat:
        from robotui.chats.resuming import resumed

        chat = _new_chat(settings, paths, workspace)
        if options.resume or options.anywhere:
            chat = resumed(chat, paths.chats, workspace, anywhere=options.anywhere)
        if options.agent and chat.info.agent != settings.agent:
            try:
                chat.switch(settings.agent)
            except StorageError as error:
                chat.transcript.note("warning", error.headline, error.remedy)
        return chat

    async with Connection(lambda: open_client(settings, paths, workspace)) as connection:
        screen = Workbench(first_chat, connection, paths, settings, workspace)
        app = RobotuiApp(screen)
        _exit_on_signals(app)
        await app.run_async()
        if app.crash is not None:
            raise _crash(app.crash)


def _exit_on_signals(app: RobotuiApp) -> None:
    """Let SIGTERM and SIGHUP end the app in order: chat recorded, terminal restored."""
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            # Windows has no signal handlers in its loop.
            with suppress(NotImplementedError):
                loop.add_signal_handler(number, app.exit)


def _new_chat(settings: Settings, paths: Paths, workspace: Path) -> Chat:
    from robotui.chats.store import Chat

    return Chat.new(paths.chats, server=settings.server, agent=settings.agent, workspace=workspace)


def _ask(options: argparse.Namespace, settings: Settings, paths: Paths) -> None:
    from robotui.commands import ask, tell
    from robotui.piped import prompt_of, standard_input

    workspace = working_folder()
    prompt = prompt_of(options.prompt, standard_input(), tell)
    client = open_client(settings, paths, workspace)
    asyncio.run(ask(client, prompt, settings.agent, as_json=options.json))


def _login(options: argparse.Namespace, settings: Settings, paths: Paths) -> None:
    from robotui.commands import login

    if options.token not in (None, "-"):
        raise UsageError(
            "A token on the command line can be read by other users of this machine",
            "Use `--token -` and give it on standard input.",
        )
    token = sys.stdin.readline() if options.token else None
    asyncio.run(login(open_client(settings, paths, working_folder()), token))


def _logout(_options: argparse.Namespace, settings: Settings, _paths: Paths) -> None:
    from robotui.commands import logout

    asyncio.run(logout(settings))


def _status(_options: argparse.Namespace, settings: Settings, paths: Paths) -> None:
    from robotui.commands import status

    asyncio.run(status(settings, paths))


def _doctor(_options: argparse.Namespace, _settings: Settings, paths: Paths) -> int:
    import shutil

    from robotui.doctor import examine

    report = examine(paths, os.environ)
    width = shutil.get_terminal_size((1000, 0)).columns  # in a pipe nothing is wrapped
    print("\n".join(report.lines(width)))
    return ANSWERED if report.taken else FAILED


def _serve(options: argparse.Namespace, settings: Settings, paths: Paths) -> None:
    from robotui.server.choosing import make_engine
    from robotui.server.launch import ready_line
    from robotui.server.run import serve

    where = _where(options, paths)

    remarks: list[str] = []

    def ready(address: str) -> None:
        if options.child:
            print(ready_line(address, " ".join(remarks)), flush=True)
            return
        print(_told(address, where), flush=True)
        for remark in remarks:
            print(f"robotui: {remark}", file=sys.stderr)

    given: Path = options.workspace
    workspace = given if given.is_absolute() else working_folder() / given
    serving = serve(
        make_engine(settings, paths, os.environ, settings.agents),
        workspace=readable(workspace).resolve(),
        data=paths.data,
        where=where,
        watch_stdin=options.child,
        on_ready=ready,
        tell=remarks.append,
    )
    asyncio.run(serving)


def _where(options: argparse.Namespace, paths: Paths) -> Path | Tcp:
    """Where to listen: at a port that was asked for, else on a Unix socket, where there are any."""
    from robotui.server.listen import Tcp

    on_tcp = options.port is not None or options.host is not None
    if options.socket is not None and on_tcp:
        raise UsageError("--socket and --port exclude each other", "Give one of them.")
    if options.socket is None and (on_tcp or sys.platform == "win32"):
        return Tcp(
            options.host or "127.0.0.1",
            _PORT if options.port is None else options.port,
            open_auth=options.open_auth,
            notes=paths.runtime,
        )
    if options.open_auth:
        raise UsageError("--open-auth is for a port", "Add --port, or leave it out.")
    socket: Path = paths.socket if options.socket is None else options.socket
    return socket.absolute()


def _told(address: str, where: Path | Tcp) -> str:
    """Where a server listens, and how to get in."""
    if isinstance(where, Path):
        use = f"Use it: robotui --server {config.UNIX}{address}"
        return f"Listening on {config.UNIX}{address}, for your own programs only\n{use}"
    lines = [
        f"Listening on {address}",
        f"A token for other programs: {address}/auth?key={where.key}",
    ]
    if where.open_auth:
        lines.append(_OPEN)
    return "\n".join(lines)
