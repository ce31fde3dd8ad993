"""A code block on its way into a file: which one, where in it, and what changes."""

from __future__ import annotations

import asyncio
from pathlib import Path
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
from robotui.markdown import Told
from robotui.text import one_line
from robotui.ui.widgets.diff_view import DiffView
from robotui.workspace import plan
from robotui.workspace.changes import Change, Undo
from robotui.workspace.diff import Diff
from robotui.workspace.placing import Placement
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
        workspace: Path,
        name: str,
        source: str,
        *,
        undo: Undo,
        mode: Mode,
        told: Told | None = None,
        language: str = "",
    ) -> None:
        super().__init__()
        self._workspace = workspace
        self._source = source
        self._undo = undo
        self._mode: Mode = mode
        self._told = told
        self._language = language
        self._first_name = plan.first_name(workspace, name, mode, source)
        self._looked_up = ""
        self._plan: Plan | None = None
        self._diff = Diff.of("", "")
        self._at = 0
        self._shown = False
        """What would be written is on the screen."""
        self._chosen = False
        """The user has picked the place."""
        self._asked_twice = False
        """The user has been told what goes unseen, and may write it by the same key."""
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
        if self._shown:
            self._go_on()
        else:
            self._look(go_on=True)

    def _look(self, *, pause: float = 0.0, go_on: bool = False) -> None:
        """Find out what the name means now."""
        self._plan, self._at, self._chosen, self._asked_twice = None, 0, False, False
        self._looked_up = self._field.value
        self._show(pause, go_on=go_on)

    def _show(self, pause: float = 0.0, *, go_on: bool = False) -> None:
        """Show what would be written; until then nothing can be accepted."""
        self._shown = False
        self._set_keys()
        self._prepare(pause, go_on)

    @work(exclusive=True, group="look", exit_on_error=False)
    async def _prepare(self, pause: float, go_on: bool) -> None:
        await asyncio.sleep(pause)
        name, source = self._looked_up, self._source
        try:
            if self._plan is None:
                self._plan = await asyncio.to_thread(
                    plan.make,
                    *(self._workspace, name, source, self._mode, None, self._told),
                    guessed=name == self._first_name,
                )
        except RobotuiError as error:
            self._view.show(Diff.of("", ""))
            self._say(Content.styled(f"{error.headline}. {error.remedy}", "$text-error"))
            self._field.focus()
            return
        diff = await asyncio.to_thread(plan.compare, self._plan, self._plan.ways[self._at])
        self._view.show(diff, self._language)
        self._diff = diff
        self._tell()
        self._shown = True
        self._set_keys()
        if go_on:
            self._go_on()

    def _tell(self) -> None:
        """Say what would be written, and what is asked."""
        if self._plan is None:
            return
        told = _told(self._plan, self._at, self._diff, self._notice, chosen=self._chosen)
        told = Content.assemble(self._place(self._plan), told)
        if self._asked_twice:
            asked = _second_question(self._plan, self._plan.ways[self._at])
            told = Content.assemble((f"{asked}\n", "bold $text-error"), told)
        self._say(told)

    def _place(self, found: Plan) -> tuple[str, str]:
        """Where the file is, if that is not what stands in its field; the end is always seen."""
        room = max(20, self.query_one("#what", Static).size.width - 6)
        if found.shown == self._looked_up and len(found.shown) <= room:
            return "", ""
        return f"→ {shortened(found.shown, room)}\n", "bold $text-warning"

    def _say(self, content: Content) -> None:
        self.query_one("#what", Static).update(content)

    def _set_keys(self) -> None:
        several = self._plan is not None and (
            len(self._plan.ways) > 1 or not self._plan.ways[0].sure
        )
        self.query_one("#accept", Button).disabled = not self._acceptable
        self.query_one("#next", Button).display = several
        self.query_one("#previous", Button).display = several

    @property
    def _acceptable(self) -> bool:
        if self._plan is None or not self._shown or self._writing:
            return False
        file, way = self._plan.file, self._plan.ways[self._at]
        open_to_choice = way.sure or self._chosen or way.removes or len(self._plan.ways) == 1
        return (file.is_new or way.after != file.text) and bool(open_to_choice)

    # -- keys

    def action_step(self, by: int) -> None:
        """Show another place."""
        if self._plan is not None and not self._writing:
            self._at = (self._at + by) % len(self._plan.ways)
            self._chosen, self._asked_twice, self._notice = True, False, ""
            self._show()

    def action_turn(self) -> None:
        """Side by side, or one below the other."""
        self._view.toggle_layout()

    def action_close(self) -> None:
        """Write nothing. While the file is being written there is no way back but undo."""
        if not self._writing:
            self.dismiss(None)

    def action_accept(self) -> None:
        """Write what is shown."""
        if self._plan is not None and self._acceptable:
            way = self._plan.ways[self._at]
            if not self._asked_twice and _needs_second_key(self._plan, way, chosen=self._chosen):
                self._asked_twice = True
                self._tell()
                return
            change = Change(self._workspace, self._plan.file, self._plan.ways[self._at].after)
            self._writing = True
            self._set_keys()
            self._write(change)

    def _go_on(self) -> None:
        """Enter in the name: a new file in the workspace is saved, all else is looked at first."""
        found = self._plan
        plain = found is not None and found.file.is_new and not found.outside
        if self._mode == "save" and found and plain and not found.ways[self._at].warnings:
            self.action_accept()
        else:
            self._view.focus()

    @work(group="write", exit_on_error=False)
    async def _write(self, change: Change) -> None:
        try:
            await asyncio.to_thread(self._undo.apply, change)
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


def shortened(path: str, room: int) -> str:
    """A path with its end in view, whatever its length."""
    return path if len(path) <= room else "…" + path[len(path) - room + 1 :]


def _button(label: str, action: str, name: str, variant: ButtonVariant = "default") -> Button:
    return Button(label, variant, id=name, compact=True, action=f"screen.{action}")


def _needs_second_key(found: Plan, way: Placement, *, chosen: bool) -> bool:
    """Lines go unseen, the only way there is is a guess, or something will run the file."""
    return way.removes > 0 or not (way.sure or chosen) or bool(found.runs)


def _second_question(found: Plan, way: Placement) -> str:
    if way.removes == 0 and found.runs:
        return f"y again writes it. Careful: {found.runs}"
    if way.removes == 0:
        return "This is a guess. y again writes it"
    count = f"{way.removes} line{'' if way.removes == 1 else 's'}"
    return f"Removes {count} that the block does not show. y again writes it"


def _how_to_choose(found: Plan, way: Placement) -> str:
    if len(found.ways) == 1:
        return "There is no other place: y twice writes it."
    twice = ", or write this one by y twice" if way.removes else ""
    return f"Choose the place: n and p step through them{twice}."


def _told(found: Plan, at: int, diff: Diff, notice: str, *, chosen: bool) -> Content:
    """What happens, in words."""
    way = found.ways[at]
    place = f"{at + 1} of {len(found.ways)}: " if len(found.ways) > 1 else ""
    where = " outside the workspace" if found.outside else ""
    said = way.description[0].upper() + way.description[1:]
    parts = [(f"{notice}\n", "$text-error")] if notice else []
    parts.append((f"{place}{said}{where}", "bold" if way.sure else "bold $text-warning"))
    parts.append((f"   +{diff.added} -{diff.removed}", "dim"))
    if way.why and way.sure:
        parts.append((f"\nSure: {way.why}", "dim"))
    if found.runs:
        parts.append((f"\n! {found.runs}", "$text-warning"))
    if way.removes:
        gone = f"{way.removes} line{'' if way.removes == 1 else 's'}"
        parts.append((f"\n! removes {gone} that the block does not show", "$text-warning"))
    if not way.sure and not chosen:
        parts.append((f"\n{_how_to_choose(found, way)}", "$text-warning"))
    parts += ((f"\n! {warning}", "$text-warning") for warning in way.warnings)
    return Content.assemble(*parts)
