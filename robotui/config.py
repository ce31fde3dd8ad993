"""Settings, where they come from, and where files live."""

from __future__ import annotations

import dataclasses
import ipaddress
import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_type_hints
from urllib.parse import SplitResult, urlsplit

from robotui.agents import DEFAULT_AGENT
from robotui.errors import SettingsError
from robotui.profiles import Profile, profiles_of

EMBEDDED: Final = "embedded"
"""The server name that means: the one this program brings along and starts by itself."""

AUTO, OFFLINE = "auto", "offline"
"""Names of engines that are no address: choose by yourself; no language model."""

LOG_NAME: Final = "robotui.log"
"""The log file's name, in the state folder."""

UNIX: Final = "unix:"
"""What the address of a server on a Unix socket begins with; the socket's path follows."""

PROXY_SCHEMES: Final = ("http", "https")


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
        for name in _types():
            _check(name, getattr(self, name))


def _check(name: str, value: Any, where: str = "") -> None:
    """Raise SettingsError if a value of the right type makes no sense; ``where`` it stands."""
    match name:
        case "server":
            _check_server(value, where)
        case "engine" if value not in (AUTO, OFFLINE):
            remedy = "Leave the user out; keep the key in the keyring or ROBOTUI_MODEL_KEY."
            _check_address(name, value, where, remedy)
        case "proxy" if value:
            _check_url(name, value, PROXY_SCHEMES, where)
        case "auto_continue":
            choices = get_args(_types()[name])
            if value not in choices:
                raise SettingsError(
                    f"{name} = {value!r}{where}", f"Use one of: {', '.join(choices)}."
                )
        case "read_timeout":
            _check_range(name, value, 120, math.inf, where)
        case "max_fps":
            _check_range(name, value, 10, 60, where)
        case "fold_lines" if value:
            _check_range(name, value, 10, math.inf, where)
        case "timeout" | "connect_timeout" | "keyring_timeout":
            _check_range(name, value, 0.1, math.inf, where)


def _check_server(value: str, where: str) -> None:
    if value.startswith(UNIX) and not Path(value.removeprefix(UNIX)).is_absolute():
        raise SettingsError(f"server {value!r}{where} is no whole path", "Give all of it.")
    if value != EMBEDDED and not value.startswith(UNIX):
        remedy = "Leave the user out; `robotui login` keeps the token."
        _check_address("server", value, where, remedy)


def _check_range(name: str, value: float, low: float, high: float, where: str) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        allowed = f"{low:g} or more" if high == math.inf else f"between {low:g} and {high:g}"
        raise SettingsError(f"{name} = {value:g}{where} makes no sense", f"Set it to {allowed}.")


def _check_address(name: str, url: str, where: str, remedy: str) -> None:
    """Raise SettingsError for what is no address, or has a query or a user name (``remedy``)."""
    parts = _check_url(name, url, ("http", "https"), where)
    if parts.username is not None:
        raise SettingsError(f"{name} {_without_secrets(url)!r}{where} names a user", remedy)
    if set("?#") & set(url):  # it would be shown, with the key that may be in it
        raise SettingsError(f"{name} {_without_secrets(url)!r}{where} has a query", "Leave it out.")


def _check_url(name: str, url: str, schemes: tuple[str, ...], where: str) -> SplitResult:
    shown = f"{name} {_without_secrets(url)!r}{where}"
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        # The error's own words may show a part of the password.
        raise SettingsError(f"{shown} is no address", "Mend it.") from None
    if parts.scheme not in schemes:
        kind = f"has the unsupported scheme {parts.scheme!r}" if "://" in url else "has no scheme"
        starts = " or ".join(scheme + "://" for scheme in schemes)
        raise SettingsError(f"{shown} {kind}", f"Use an address that starts with {starts}.")
    if not parts.hostname:
        raise SettingsError(f"{shown} names no host", "Add the host.")
    if " " in url or not url.isprintable():
        raise SettingsError(f"{shown} has a space or a control character", "Take it out.")
    return parts


def _without_secrets(url: str) -> str:
    """``url`` without user, password and query, so that it can be shown."""
    head, at, tail = url.rpartition("@")
    scheme, separator, _secret = head.partition("://")
    shown = f"{scheme + separator if separator else ''}…@{tail}" if at else url
    mark = next((sign for sign in shown if sign in "?#"), "")
    return f"{shown.partition(mark)[0]}{mark}…" if mark else shown


@cache
def _types() -> dict[str, Any]:
    return get_type_hints(Settings)


def _convert(name: str, value: Any, where: str) -> Any:
    """``value`` (TOML value or text) as the setting's type, checked."""
    wanted = _types()[name]
    if wanted is bool:
        return _convert_bool(name, value, where)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not isinstance(value, str) and not (number and wanted in (int, float)):
        # Not shown: whatever stands there may hold a proxy's password.
        kind = type(value).__name__
        raise SettingsError(f"{name}{where} has the wrong type ({kind})", "Change it there.")
    if wanted in (int, float):
        value = _convert_number(name, value, wanted, where)
    _check(name, value, where)
    return value


def _convert_number(
    name: str, value: str | float, wanted: type[int] | type[float], where: str
) -> float:
    try:
        number = wanted(value)
    except (ValueError, OverflowError):
        number = None
    if number is None or (not isinstance(value, str) and number != value):
        kind = "whole number" if wanted is int else "number"
        raise SettingsError(f"{name} = {value!r}{where} is no {kind}", f"Change {name} there.")
    return number


def _convert_bool(name: str, value: Any, where: str) -> bool:
    if isinstance(value, bool):
        return value
    words = {"1": True, "true": True, "yes": True, "on": True}
    words |= {"0": False, "false": False, "no": False, "off": False}
    found = words.get(str(value).lower())
    if found is None:
        raise SettingsError(f"{name} = {value!r}{where}", "Use true or false.")
    return found


def load(
    file: Path | None, environment: Mapping[str, str], flags: Mapping[str, Any] | None = None
) -> Settings:
    """The settings from a TOML file, ``ROBOTUI_*`` variables and flags (None = not given).

    Raises SettingsError that names the source and what may stand there.
    """
    values: dict[str, Any] = {}
    for name, value in _read(file).items():
        where = f" in {file}"
        values[name] = (
            profiles_of(value, where) if name == "agents" else _convert(name, value, where)
        )
    for name in _types().keys() - {"agents"}:
        variable = f"ROBOTUI_{name.upper()}"
        if environment.get(variable):
            values[name] = _convert(name, environment[variable], f" in {variable}")
    for name, value in (flags or {}).items():
        if value is not None:
            values[name] = _convert(name, value, f" in --{name.replace('_', '-')}")
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


@dataclass(frozen=True, slots=True)
class Paths:
    """Where files live on this machine, by the platform's custom (XDG on Linux)."""

    config: Path
    """Folder of ``config.toml``."""
    data: Path
    """Folder of chats and of the embedded server's secret."""
    cache: Path
    """Folder of the workspace indexes; may be deleted at any time."""
    state: Path
    """Folder of the log file and the prompt history."""
    runtime: Path
    """Folder of what is there only while a server runs: its Unix socket, the note of its key."""

    @property
    def socket(self) -> Path:
        """The Unix socket of ``robotui serve``, unless another is given."""
        return self.runtime / "serve.sock"

    @property
    def settings_file(self) -> Path:
        """The settings as TOML."""
        return self.config / "config.toml"

    @property
    def chats(self) -> Path:
        """Folder of transcripts and their sidecars."""
        return self.data / "chats"


def paths() -> Paths:
    """The folders of this user; none is made."""
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("robotui", appauthor=False)
    with warnings.catch_warnings():
        # Where the session has no such folder, one in the temporary folder is as good.
        warnings.simplefilter("ignore")
        runtime = dirs.user_runtime_path
    return Paths(
        config=dirs.user_config_path,
        data=dirs.user_data_path,
        cache=dirs.user_cache_path,
        state=dirs.user_state_path,
        runtime=runtime,
    )


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where requests go."""

    name: str
    """What the user calls it, and its keyring account: the address, or ``embedded``."""
    url: str
    """Base address without a trailing slash."""
    socket: Path | None = None
    """The Unix socket to use instead of TCP."""
    notes: Path | None = None
    """The folder in which servers of this user leave the keys that they give tokens for."""
    remark: str = ""
    """What is amiss there, in words."""

    @property
    def embedded(self) -> bool:
        """Whether it is the server that this program started."""
        return self.name == EMBEDDED

    @property
    def private(self) -> bool:
        """Whether it is a server of this user that nobody else can reach."""
        return self.embedded or self.socket is not None

    @property
    def local(self) -> bool:
        """Whether it is on this machine, whose clock is ours."""
        return self.private or is_loopback(self.url)


def is_loopback(url: str) -> bool:
    """Whether ``url`` always leads to this machine itself."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def endpoint(settings: Settings, paths: Paths) -> Endpoint:
    """Where the requests to the server of the settings go, which is not the embedded one."""
    from robotui.running import key_for

    server = settings.server
    if server.startswith(UNIX):
        return Endpoint(server, "http://localhost", Path(server.removeprefix(UNIX)))
    here = is_loopback(server)
    address = key_for(paths.runtime, server)[0] if here else ""
    return Endpoint(server, address or server, notes=paths.runtime if here else None)
