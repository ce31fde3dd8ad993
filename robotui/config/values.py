"""What may stand for a setting: values from files, variables and flags, converted and checked."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final, get_args
from urllib.parse import SplitResult, urlsplit

from robotui.errors import SettingsError

EMBEDDED: Final = "embedded"
"""The server name that means: the one this program brings along and starts by itself."""

AUTO, OFFLINE = "auto", "offline"
"""Names of engines that are no address: choose by yourself; no language model."""

UNIX: Final = "unix:"
"""What the address of a server on a Unix socket begins with; the socket's path follows."""

PROXY_SCHEMES: Final = ("http", "https")


def convert(name: str, value: Any, wanted: Any, where: str) -> Any:
    """``value`` (TOML value or text) as the setting's type, checked.

    Raises SettingsError, which does not show what may hold a password.
    """
    if wanted is bool:
        return _convert_bool(name, value, where)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not isinstance(value, str) and not (number and wanted in (int, float)):
        # Not shown: whatever stands there may hold a proxy's password.
        kind = type(value).__name__
        raise SettingsError(f"{name}{where} has the wrong type ({kind})", "Change it there.")
    if wanted in (int, float):
        value = _convert_number(name, value, wanted, where)
    check(name, value, wanted, where)
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


def check(name: str, value: Any, kind: Any, where: str = "") -> None:
    """Raise SettingsError if a value of the setting's type ``kind`` makes no sense.

    ``where`` says where it stands.
    """
    match name:
        case "server":
            _check_server(value, where)
        case "engine" if value not in (AUTO, OFFLINE):
            remedy = "Leave the user out; keep the key in the keyring or ROBOTUI_MODEL_KEY."
            _check_address(name, value, where, remedy)
        case "proxy" if value:
            _check_url(name, value, PROXY_SCHEMES, where)
        case "auto_continue":
            choices = get_args(kind)
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
