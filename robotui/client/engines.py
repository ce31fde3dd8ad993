"""What answers on the embedded server, as it tells (an extension of the protocol)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from robotui.events import as_object, text_of
from robotui.text import one_line


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """One thing that can answer: ``offline``, or a model of a model server."""

    engine: str
    """What to ask for: ``offline``, or the server's address."""
    name: str
    """What program or service it is."""
    model: str = ""
    context_window: int = 0
    """Tokens of context; 0 if that is not known."""
    why: str = ""
    """Why it can't answer; empty if it can."""

    @property
    def label(self) -> str:
        """Its name for the status bar; of a model's path, or maker and name, the last part."""
        return self.model.rstrip("/").rpartition("/")[2] or self.name


@dataclass(frozen=True, slots=True)
class Stranger:
    """A model server of another user, which is not taken without this user's word."""

    engine: str
    """Its address."""
    owner: str
    """Who runs it."""


@dataclass(frozen=True, slots=True)
class Engines:
    """What answers now, and all that could."""

    current: EngineChoice
    choices: tuple[EngineChoice, ...] = ()
    strangers: tuple[Stranger, ...] = ()


def read_engines(value: dict[str, Any]) -> Engines:
    """The answer of ``/engine``; what makes no sense in it is left out."""
    return Engines(
        _choice(as_object(value.get("current"))),
        tuple(_choice(entry) for entry in _entries(value.get("choices"))),
        tuple(_stranger(entry) for entry in _entries(value.get("strangers"))),
    )


def _entries(value: Any) -> list[dict[str, Any]]:
    listed = value if isinstance(value, list) else []
    return [entry for entry in listed if isinstance(entry, dict)]


def _stranger(entry: dict[str, Any]) -> Stranger:
    return Stranger(
        one_line(text_of(entry.get("engine")), 500), one_line(text_of(entry.get("owner")), 100)
    )


def _choice(entry: dict[str, Any]) -> EngineChoice:
    window = entry.get("context_window")
    return EngineChoice(
        engine=one_line(text_of(entry.get("engine")), 500),
        name=one_line(text_of(entry.get("name")), 100),
        model=one_line(text_of(entry.get("model")), 200),
        context_window=window if type(window) is int and window > 0 else 0,
        why=one_line(text_of(entry.get("why")), 500),
    )
