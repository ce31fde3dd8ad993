"""The small file beside a transcript that says whose chat it is and how to go on with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final, TypeGuard

from robotui.errors import StorageError
from robotui.files import set_aside, write_atomic

_YEAR_9999: Final = 253_370_764_800


@dataclass(slots=True)
class Sidecar:
    """What is known of a chat without reading it. Never a token."""

    server: str = ""
    """Name of the server: its address, or ``embedded``."""
    sid: str = ""
    """The server's session, to go on in it; empty before the first prompt."""
    agent: str = ""
    """The agent that the next prompt goes to."""
    title: str = ""
    """The first prompt's beginning."""
    workspace: str = ""
    """The folder the chat was about."""
    created: float = 0.0
    """Seconds since the epoch."""
    updated: float = 0.0
    """Seconds since the epoch, of the last prompt or reply."""


def path_of(transcript: Path) -> Path:
    """The sidecar's path for a transcript's."""
    return transcript.with_suffix(".json")


def write(transcript: Path, sidecar: Sidecar) -> None:
    """Write the sidecar in one step, mode 0600. Raises StorageError."""
    text = json.dumps(asdict(sidecar), indent=2, ensure_ascii=False) + "\n"
    write_atomic(path_of(transcript), text.encode("utf-8", "replace"))


def read(transcript: Path) -> tuple[Sidecar, str]:
    """The sidecar and a warning.

    A missing one is empty. One that can't be read is renamed to ``.corrupt``, an empty one takes
    its place, and the warning says so; else the warning is empty.
    """
    path = path_of(transcript)
    try:
        return _parse(path.read_bytes()), ""
    except FileNotFoundError:
        return Sidecar(), ""
    except OSError as error:
        return Sidecar(), f"{path.name} can't be read: {error.strerror}"
    except (ValueError, RecursionError) as error:
        try:
            kept = set_aside(path).name
        except StorageError as storage:
            return Sidecar(), f"{path.name} is damaged ({error}); {storage}"
        return Sidecar(), f"{path.name} was damaged ({error}); it is kept as {kept}"


def is_time(value: Any) -> TypeGuard[float]:
    """Whether it is a number of seconds since the epoch that a date can be shown for."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 <= value < _YEAR_9999


def _parse(data: bytes) -> Sidecar:
    values: Any = json.loads(data)
    if not isinstance(values, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - one kind of error for "damaged"
    known = {}
    for field in fields(Sidecar):
        value = values.get(field.name, field.default)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number != isinstance(field.default, float) or not (number or isinstance(value, str)):
            raise ValueError(f"{field.name} has the wrong type")
        if number and not is_time(value):
            raise ValueError(f"{field.name} is no time")
        known[field.name] = value
    return Sidecar(**known)


def every(folder: Path) -> Iterator[tuple[Path, Sidecar]]:
    """Transcripts and sidecars of a folder, newest first; damaged sidecars count as empty."""
    found = []
    for path in folder.glob("*.jsonl"):
        try:
            changed = path.stat().st_mtime
        except OSError:
            continue  # It was removed just now, or is a link to nothing.
        try:
            sidecar = _parse(path_of(path).read_bytes())
        except (OSError, ValueError, RecursionError):
            sidecar = Sidecar()
        found.append((sidecar.updated or changed, path, sidecar))
    for _updated, path, sidecar in sorted(found, key=lambda row: row[0], reverse=True):
        yield path, sidecar
