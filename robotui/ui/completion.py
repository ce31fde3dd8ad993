"""What a text could go on with: the choices, and the list of them while it is open. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to go on."""

    label: str
    """How the list calls it."""
    text: str
    """What stands there once it is taken, for more to be typed."""
    whole: str
    """What stands there if nothing more is typed."""
    help: str = ""
    key: str = ""
    """The key that does the same."""
    runs: bool = False
    """Taken as a whole it is a command to run at once."""
    goes_on: bool = False
    """There is more to choose behind ``text``."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Choices for the end of a text."""

    replaced: int
    """Characters before the cursor that a choice stands in place of."""
    choices: Sequence[Choice]
    optional: bool = False
    """The text is fine as it is: no choice is picked until one is moved to."""


class OpenList:
    """Which choices are offered, and which of them is picked."""

    def __init__(self, offer: Offer) -> None:
        self.offer = offer
        self.picked = -1 if offer.optional else 0
        """Its index; -1: none."""
        self._moved = False

    @property
    def choice(self) -> Choice | None:
        """The picked choice."""
        return self.offer.choices[self.picked] if self.picked >= 0 else None

    def move(self, step: int) -> None:
        """Pick the choice that many places on, round and round."""
        at = -1 if step > 0 and self.picked < 0 else max(0, self.picked)
        self.picked = (at + step) % len(self.offer.choices)
        self._moved = True

    def renew(self, offer: Offer) -> None:
        """Offer these for the same text; what was moved to stays picked if it is among them."""
        kept = self.choice if self._moved else None
        self._moved = kept in offer.choices
        self.offer = offer
        if kept is not None and self._moved:
            self.picked = list(offer.choices).index(kept)
        else:
            self.picked = -1 if offer.optional else 0
