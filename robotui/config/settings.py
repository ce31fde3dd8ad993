"""The settings, and where they come from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_type_hints

from robotui.agents import DEFAULT_AGENT
from robotui.config.values import AUTO, EMBEDDED, check, convert
from robotui.errors import SettingsError
from robotui.profiles import Profile, profiles_of


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting. Later sources win: defaults, file, environment (ROBOTUI_NAME), flags."""

    server: str = EMBEDDED
    """Address of the service (http, https, or ``unix:`` and a socket's path), or ``embedded``."""
    agent: str = DEFAULT_AGENT
    """The agent a new chat starts with."""
    engine: str = AUTO
    """What answers on the embedded server: the address of a model server (OpenAI's chat
    completions), ``offline``, or ``auto``: the environment's, else one of this machine, else
    offline."""
    model: str = ""
    """The model to take there; empty: the first one for chats."""
    auto_continue: Literal["limit", "always", "off"] = "limit"
    """When the client sends ``continue`` by itself (protocol 5): at a limit sign, at every
    ``wait_for_response``, or never."""
    timeout: float = 600.0
    """Seconds for one reply in total, and for a chain of automatic continues."""
    read_timeout: float = 120.0
    """Seconds of silence after which a reply counts as dead; at least 120."""
    connect_timeout: float = 15.0
    """Seconds to get a connection."""
    proxy: str = dataclasses.field(default="", repr=False)
    """HTTP proxy for every call; never used for the embedded server."""
    trust_env: bool = True
    """Whether HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY of the environment count, and
    SSL_CERT_FILE, SSL_CERT_DIR, REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE."""
    ca_file: str = ""
    """Certificates to trust besides the system's: a PEM file of a private authority, or a folder
    of such files."""
    keyring_timeout: float = 5.0
    """Seconds the OS keyring gets to answer before the token stays in memory."""
    theme: str = "textual-dark"
    """A theme of the command palette."""
    max_fps: int = 30
    """Screen updates a second while a reply streams; 10 to 60."""
    animations: bool = True
    """Whether anything on the screen may move by itself, the blinking cursor too."""
    fold_lines: int = 60
    """Lines from which on a code block is folded to its head and tail; 0: never."""
    code_wrap: bool = True
    """Whether long lines of code are wrapped; else they are scrolled sideways."""
    agents: tuple[Profile, ...] = ()
    """Agents of one's own on the embedded server; a table ``[agents.NAME]`` of the file each."""

    def __post_init__(self) -> None:
        for name in ("server", "engine"):
            object.__setattr__(self, name, getattr(self, name).rstrip("/"))
        for name, kind in _types().items():
            check(name, getattr(self, name), kind)


@cache
def _types() -> dict[str, Any]:
    return get_type_hints(Settings)


def load(
    file: Path | None, environment: Mapping[str, str], flags: Mapping[str, Any] | None = None
) -> Settings:
    """The settings from a TOML file, ``ROBOTUI_*`` variables and flags (None = not given).

    Raises SettingsError that names the source and what may stand there.
    """
    types = _types()
    values: dict[str, Any] = {}
    for name, value in _read(file).items():
        where = f" in {file}"
        if name == "agents":
            values[name] = profiles_of(value, where)
        else:
            values[name] = convert(name, value, types[name], where)
    for name in types.keys() - {"agents"}:
        variable = f"ROBOTUI_{name.upper()}"
        if environment.get(variable):
            values[name] = convert(name, environment[variable], types[name], f" in {variable}")
    for name, value in (flags or {}).items():
        if value is not None:
            values[name] = convert(name, value, types[name], f" in --{name.replace('_', '-')}")
    return Settings(**values)


def _read(file: Path | None) -> dict[str, Any]:
    if file is None or not file.exists():
        return {}
    import difflib
    import tomllib

    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file} can't be read: {error}", "Mend or remove it.") from error
    for name in values:
        if name not in _types():
            close = difflib.get_close_matches(name, _types(), 1)
            hint = f"Did you mean {close[0]}?" if close else "Remove it."
            raise SettingsError(f"{file} has an unknown setting {name!r}", hint)
    return values
