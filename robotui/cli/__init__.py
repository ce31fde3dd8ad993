"""The commands. The one place that builds things and joins them; imports late, to start fast."""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys
from pathlib import Path
from typing import Any, Final

from robotui import __version__, agents, config
from robotui.cli.log_file import log_to, record_crash
from robotui.cli.opening import open_client
from robotui.config import EMBEDDED, Paths, Settings
from robotui.errors import RobotuiError, SettingsError, UsageError
from robotui.folders import working_folder

ANSWERED, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
"""Exit codes."""

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
        log_to(paths)
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
        return _tell(record_crash(error))
    return code or ANSWERED


def _tell(error: RobotuiError) -> int:
    print(f"robotui: {error.headline}\n{error.remedy}".rstrip(), file=sys.stderr)
    return USAGE if isinstance(error, SettingsError | UsageError) else FAILED


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


def _keep_to_user(paths: Paths) -> None:
    """Say so where other users could write to a folder of ours, and let them no longer."""
    from robotui.files import tightened

    for folder in (paths.config, paths.data, paths.state, paths.cache):
        if folder.exists() and (done := tightened(folder)):
            print(f"robotui: {done}", file=sys.stderr)


def _workbench(options: argparse.Namespace, settings: Settings, paths: Paths) -> None:
    from robotui.cli.workbench import run_workbench

    asyncio.run(run_workbench(options, settings, paths))


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
    from robotui.cli.serve import serve_alone

    serve_alone(options, settings, paths)
