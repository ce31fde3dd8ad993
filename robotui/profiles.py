"""What an agent is to a language model: instructions, tools, limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, get_type_hints

from robotui.errors import SettingsError

TOOLS: Final = ("search_code", "find_symbol", "read_file", "list_files", "git_log", "git_diff")
"""The names of the tools there are; all of them only read."""

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Profile:
    """One agent: built in, or the user's own from ``[agents.NAME]`` of the settings."""

    name: str
    """Its name on the wire and in the sidebar."""
    instructions: str
    """What the model is told before everything else."""
    tools: tuple[str, ...] = TOOLS
    """Names of the tools that it may call; others are ignored."""
    purpose: str = ""
    """One line for the sidebar."""
    colour: str = ""
    """``#rrggbb``; empty for a neutral one."""
    steps: int = 24
    """Requests to the model for one reply."""
    seconds: float = 300.0
    """Time for one reply."""
    output_tokens: int = 8192
    """Tokens of one answer of the model, its reasoning included."""


def profiles_of(tables: Any, where: str) -> tuple[Profile, ...]:
    """The profiles of the settings' ``[agents.NAME]`` tables; ``where`` they stand.

    Raises SettingsError that names the agent and what may stand there.
    """
    if not isinstance(tables, Mapping):
        raise SettingsError(f"agents{where} is no table", "Write [agents.NAME] above its lines.")
    return tuple(_profile(name, fields, where) for name, fields in tables.items())


def _profile(name: str, fields: Any, where: str) -> Profile:
    label = f"[agents.{name}]{where}"
    if not _NAME.fullmatch(name):
        remedy = "Use letters, digits, - and _, at most 40, a letter first."
        raise SettingsError(f"{label} has a name that can't be used", remedy)
    if not isinstance(fields, Mapping) or not fields.get("instructions"):
        raise SettingsError(f"{label} has no instructions", 'Add instructions = "You are ...".')
    types = {key: kind for key, kind in get_type_hints(Profile).items() if key != "name"}
    values: dict[str, Any] = {}
    for key, value in fields.items():
        if key not in types:
            raise SettingsError(f"{label} has an unknown line {key!r}", f"Use: {', '.join(types)}.")
        values[key] = _value(label, key, value, types[key])
    return Profile(name, **values)


def _value(label: str, key: str, value: Any, kind: Any) -> Any:
    if key == "tools":
        if not isinstance(value, list) or not all(tool in TOOLS for tool in value):
            raise SettingsError(f"{label}: tools = {value!r}", f"Some of: {', '.join(TOOLS)}.")
        return tuple(value)
    if kind is str:
        if not isinstance(value, str) or (key == "colour" and not _COLOUR.fullmatch(value)):
            remedy = "Use #rrggbb." if key == "colour" else "Put it in quotes."
            raise SettingsError(f"{label}: {key} = {value!r}", remedy)
        return value
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or value < 1 or (kind is int and value != int(value)):
        raise SettingsError(f"{label}: {key} = {value!r}", "Use a number of 1 or more.")
    return kind(value)
