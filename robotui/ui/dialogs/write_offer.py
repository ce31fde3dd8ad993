"""A plan as it is offered to the user: the way shown, what it takes to accept it, the words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from textual.content import Content

from robotui.workspace.diff import Diff
from robotui.workspace.merge.placement import Placement, counted
from robotui.workspace.plan import Plan

_WARNING: Final = "$text-warning"


class WriteOffer:
    """One of the ways of a plan, and what the user has said about it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.diff: Diff | None = None
        """What this way changes; None until it is on the screen, and can be accepted."""
        self._at = 0
        self._chosen = False
        """The user has picked the place."""
        self._asked = False
        """The user has been told what goes unseen, and may write it by the same key."""

    @property
    def way(self) -> Placement:
        """The way that is shown."""
        return self.plan.ways[self._at]

    @property
    def has_choice(self) -> bool:
        """There are several ways, or the only one is a guess."""
        return len(self.plan.ways) > 1 or not self.plan.ways[0].sure

    @property
    def acceptable(self) -> bool:
        """It is seen, changes something, and there is nothing to choose from any more."""
        file, way = self.plan.file, self.way
        decided = way.sure or self._chosen or way.removes > 0 or len(self.plan.ways) == 1
        return self.diff is not None and (file.is_new or way.after != file.text) and decided

    @property
    def is_harmless(self) -> bool:
        """It makes a new file in the workspace, and nothing speaks against it."""
        return self.plan.file.is_new and not self.plan.outside and not self.way.warnings

    def step(self, by: int) -> None:
        """To another way."""
        self._at = (self._at + by) % len(self.plan.ways)
        self._chosen, self._asked, self.diff = True, False, None

    def accept(self) -> bool:
        """Whether it may be written now; where lines go unseen, where the only way is a guess and
        where something will run the file, that takes a second call.
        """
        guessed = not (self.way.sure or self._chosen)
        risky = self.way.removes > 0 or guessed or bool(self.plan.runs)
        may = self._asked or not risky
        self._asked = True
        return may

    def told(self, head: Iterable[tuple[str, str]] = ()) -> Content:
        """What happens, in words, below ``head`` (texts with their styles); first what is asked."""
        return Content.assemble(*self._question(), *head, *self._parts())

    def _question(self) -> Iterator[tuple[str, str]]:
        if not self._asked:
            return
        if self.way.removes:
            asked = f"Removes {counted(self.way.removes)} that the block does not show."
            asked += " y again writes it"
        elif self.plan.runs:
            asked = f"y again writes it. Careful: {self.plan.runs}"
        else:
            asked = "This is a guess. y again writes it"
        yield f"{asked}\n", "bold $text-error"

    def _parts(self) -> Iterator[tuple[str, str]]:
        way, diff = self.way, self.diff
        several = len(self.plan.ways) > 1
        place = f"{self._at + 1} of {len(self.plan.ways)}: " if several else ""
        where = " outside the workspace" if self.plan.outside else ""
        said = way.description[0].upper() + way.description[1:]
        yield f"{place}{said}{where}", "bold" if way.sure else f"bold {_WARNING}"
        if diff is not None:
            yield f"   +{diff.added} -{diff.removed}", "dim"
        if way.why and way.sure:
            yield f"\nSure: {way.why}", "dim"
        if self.plan.runs:
            yield f"\n! {self.plan.runs}", _WARNING
        if way.removes:
            yield f"\n! removes {counted(way.removes)} that the block does not show", _WARNING
        if not way.sure and not self._chosen:
            yield f"\n{self._how_to_choose()}", _WARNING
        for warning in way.warnings:
            yield f"\n! {warning}", _WARNING

    def _how_to_choose(self) -> str:
        if len(self.plan.ways) == 1:
            return "There is no other place: y twice writes it."
        twice = ", or write this one by y twice" if self.way.removes else ""
        return f"Choose the place: n and p step through them{twice}."
