"""A code block on its way into a file: which one, where in it, and what changes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static
from textual.widgets.button import ButtonVariant
from textual.worker import Worker, WorkerState

from robotui.errors import RobotuiError
from robotui.markdown import LineMention
from robotui.text import one_line
from robotui.ui.dialogs.write_offer import WriteOffer
from robotui.ui.widgets.diff_view import DiffView
from robotui.workspace import plan
from robotui.workspace.changes import Change, Changes
from robotui.workspace.diff import Diff
from robotui.workspace.plan import Mode, Plan

_PAUSE: Final = 0.15
"""Seconds without a key after which a name that is being typed is looked up."""
_WIDTHS: Final = [(0, "-narrow"), (110, "-wide")]
"""Columns of the screen, and what they allow."""


class Write(ModalScreen[Change | None]):
    """Save a block to a file, or apply it to one; answers the change that was written, or None.

    A change is on the disk, and can be undone, when it is answered.
    """

    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", show=False),
        Binding("y,ctrl+enter", "accept", "Write", show=False),
        Binding("n", "step(1)", "Next place", show=False),
        Binding("p", "step(-1)", "Previous place", show=False),
        Binding("t", "turn", "Side by side", show=False),
    ]
    CSS = """
    Write > .dialog { width: 96%; max-width: 220; height: 92%; max-height: 92%; padding: 0 1; }
    Write #name { margin: 0 0 1 0; background: $foreground 8%; }
    Write #what { height: auto; max-height: 6; padding: 0 1; }
    Write #keys { height: 1; }
    Write #keys Button { width: auto; min-width: 0; margin: 0 1 0 0; padding: 0 1; }
    Write.-narrow #turn { display: none; }
    """

    def __init__(
        self,
        changes: Changes,
        name: str,
        source: str,
        *,
        mode: Mode,
        told: LineMention | None = None,
        language: str = "",
    ) -> None:
        super().__init__()
        self._changes = changes
        self._source = source
        self._mode: Mode = mode
        self._told = told
        self._language = language
        self._first_name = plan.first_name(changes.workspace, name, mode, source)
        self._looked_up = ""
        self._offer: WriteOffer | None = None
        """None until it is known what the name means."""
        self._writing = False
        self._notice = ""

    def compose(self) -> ComposeResult:
        """The name, what happens, the difference, the keys."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Save to a file" if self._mode == "save" else "Apply to a file"
            dialog.border_subtitle = "Tab  name, difference, keys    Enter  go on    Esc  close"
            yield Input(self._first_name, placeholder="file name", id="name", compact=True)
            yield Static(id="what", markup=False)
            yield DiffView("", "", language=self._language, id="difference")
            with Horizontal(id="keys"):
                yield _button("y Write", "accept", "accept", "success")
                yield _button("n Next", "step(1)", "next")
                yield _button("p Previous", "step(-1)", "previous")
                yield _button("t Side by side", "turn", "turn")
                yield _button("Esc Close", "close", "close")

    def on_mount(self) -> None:
        """Look the first name up."""
        apply = self._mode == "apply" and self._first_name
        (self._view if apply else self._field).focus()
        self._look()

    @property
    def _field(self) -> Input:
        return self.query_one("#name", Input)

    @property
    def _view(self) -> DiffView:
        return self.query_one(DiffView)

    # -- what would happen

    @on(Input.Changed, "#name")
    def _name_changed(self, event: Input.Changed) -> None:
        if event.value != self._looked_up:  # an Input tells its first value too
            self._notice = ""
            self._look(pause=_PAUSE)

    @on(Input.Submitted, "#name")
    def _name_given(self) -> None:
        if self._offer is not None and self._offer.diff is not None:
            self._go_on(self._offer)
        else:
            self._look(go_on=True)

    def _look(self, *, pause: float = 0.0, go_on: bool = False) -> None:
        """Find out what the name means now, and show it; until then nothing can be accepted."""
        self._offer = None
        self._looked_up = self._field.value
        self._set_keys()
        self._show(pause, go_on=go_on)

    @work(exclusive=True, group="look", exit_on_error=False)
    async def _show(self, pause: float = 0.0, *, go_on: bool = False) -> None:
        await asyncio.sleep(pause)
        offer, name = self._offer, self._looked_up
        if offer is None:
            try:
                found = await asyncio.to_thread(
                    plan.make,
                    *(self._changes.workspace, name, self._source, self._mode, self._told),
                    guessed=name == self._first_name,
                )
                offer = self._offer = WriteOffer(found)
            except RobotuiError as error:
                self._view.show(Diff.of("", ""))
                self._say(Content.styled(f"{error.headline}. {error.remedy}", "$text-error"))
                self._field.focus()
                return
        diff = await asyncio.to_thread(plan.compare, offer.plan, offer.way)
        self._view.show(diff, self._language)
        offer.diff = diff
        self._tell(offer)
        self._set_keys()
        if go_on:
            self._go_on(offer)

    def _tell(self, offer: WriteOffer) -> None:
        """Say what would be written, and what is asked."""
        self._say(offer.told(self._head(offer.plan)))

    def _head(self, found: Plan) -> Iterator[tuple[str, str]]:
        """Where the file is, if that is not what stands in its field (its end is always seen); and
        what went wrong before.
        """
        room = max(20, self.query_one("#what", Static).size.width - 6)
        if found.shown != self._looked_up or len(found.shown) > room:
            yield f"→ {_shortened(found.shown, room)}\n", "bold $text-warning"
        if self._notice:
            yield f"{self._notice}\n", "$text-error"

    def _say(self, content: Content) -> None:
        self.query_one("#what", Static).update(content)

    def _set_keys(self) -> None:
        offer = self._offer
        acceptable = offer is not None and offer.acceptable and not self._writing
        self.query_one("#accept", Button).disabled = not acceptable
        for step in ("#next", "#previous"):
            self.query_one(step, Button).display = offer is not None and offer.has_choice

    # -- keys

    def action_step(self, by: int) -> None:
        """Show another place."""
        if self._offer is not None and not self._writing:
            self._offer.step(by)
            self._notice = ""
            self._set_keys()
            self._show()

    def action_turn(self) -> None:
        """Side by side, or one below the other."""
        self._view.toggle_layout()

    def action_close(self) -> None:
        """Write nothing. While the file is being written there is no way back but undo."""
        if not self._writing:
            self.dismiss(None)

    def action_accept(self) -> None:
        """Write what is shown, or ask a second time."""
        offer = self._offer
        if offer is None or not offer.acceptable or self._writing:
            return
        if offer.accept():
            self._writing = True
            self._set_keys()
            self._apply(Change(offer.plan.file, offer.way.after))
        else:
            self._tell(offer)

    def _go_on(self, offer: WriteOffer) -> None:
        """Enter in the name: a new file in the workspace is saved, all else is looked at first."""
        if self._mode == "save" and offer.is_harmless:
            self.action_accept()
        else:
            self._view.focus()

    @work(group="write", exit_on_error=False)
    async def _apply(self, change: Change) -> None:
        try:
            await asyncio.to_thread(self._changes.apply, change)
        except RobotuiError as error:
            self._writing = False
            self._notice = f"Not written: {error.headline}. {error.remedy}"
            self._look()
        else:
            self.dismiss(change)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A fault of ours is told as well; the dialog stays."""
        event.stop()
        if event.state is WorkerState.ERROR:
            self._writing = False
            text = f"This failed, nothing is lost: {event.worker.error!r}"
            self._say(Content.styled(one_line(text), "$text-error"))


def _shortened(path: str, room: int) -> str:
    """A path with its end in view, whatever its length."""
    return path if len(path) <= room else "…" + path[len(path) - room + 1 :]


def _button(label: str, action: str, name: str, variant: ButtonVariant = "default") -> Button:
    return Button(label, variant, id=name, compact=True, action=f"screen.{action}")
