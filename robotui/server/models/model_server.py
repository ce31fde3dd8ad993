"""A program or service that serves models, and one model of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_CONTINUING: Final = frozenset({"vLLM", "SGLang", "llama.cpp"})


@dataclass(frozen=True, slots=True)
class ModelServer:
    """A model server that answered, or was named."""

    url: str
    """Base address, which mostly ends in ``/v1``."""
    kind: str
    """What program or service it is, as far as can be told; else the host."""
    models: tuple[str, ...] = ()
    """Its models for chats."""
    windows: Mapping[str, int] = field(default_factory=dict)
    """Tokens of context by model, where its list says so."""

    @property
    def continues(self) -> bool:
        """Whether a reply can be handed back to it to be continued (``continue_final_message``)."""
        return self.kind in _CONTINUING


@dataclass(frozen=True, slots=True)
class Model:
    """One model of one server."""

    server: ModelServer
    name: str
    window: int
    """Tokens of context."""
    guessed: bool = False
    """Whether nobody told how many these are."""
