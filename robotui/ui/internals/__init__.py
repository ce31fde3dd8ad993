"""All use of names that Textual calls its own, each behind a function of ours.

Another version of Textual may have changed them. Then the program runs with less, and says so in
its log: what needs such a name asks for it before (``need``), under ``OrLess``. What the workbench
calls is in ``screens``; the other modules raise on import where a name is gone.
"""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Final

_log: Final = logging.getLogger("robotui.ui")


def need(holder: object, *names: str) -> None:
    """Ask for names of a class, a module or an object of Textual.

    Raises:
        AttributeError: one of them is gone.
    """
    for name in names:
        if not hasattr(holder, name):
            raise AttributeError(f"{holder!r} has no {name}")


class OrLess:
    """Goes on behind the block where Textual has changed, and says in the log what that costs."""

    def __init__(self, cost: str) -> None:
        self._cost = cost

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        changed = isinstance(error, ImportError | AttributeError | TypeError)
        if changed:
            told = "Textual is another one inside (%s): %s"
            _log.warning(told, error, self._cost, exc_info=error)
        return changed
