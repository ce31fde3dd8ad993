"""Completing what is typed: commands and what may follow them, files behind ``@``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from robotui.mentions.mention import Mention, typed_path
from robotui.ui import slash
from robotui.ui.completion import Choice, Offer, OpenList

if TYPE_CHECKING:
    from robotui.ui.parts.files import Files
    from robotui.ui.widgets.completion_list import CompletionList
    from robotui.ui.widgets.prompt import PromptArea

_ONLY: Final = "only"
"""Held for the key that takes what is the only choice."""
_LONGEST: Final = 500
"""Characters of a line that are looked at: no path that is typed is longer."""


class Completing:
    """Opens a list for a word that is typed, and takes keys while it is open."""

    def __init__(
        self, prompt: PromptArea, shown: CompletionList, files: Files, arguments: slash.Arguments
    ) -> None:
        """``arguments``: what may follow commands."""
        self._prompt = prompt
        self._shown = shown
        self._files = files
        self._arguments = arguments
        self._list: OpenList | None = None
        self._replaced = 0
        """Characters of the word for which the list is, or is going to be."""
        self._held = ""
        """A key that came before it was known which files there are to take."""
        self._closed = ""
        """The word for which the list was closed."""
        prompt.completer = self

    @property
    def is_open(self) -> bool:
        """Whether choices are shown."""
        return self._list is not None

    # -- what the prompt tells

    def edited(self, *, typed: bool) -> None:
        """The text has changed: offer what it may go on with if it was typed."""
        if typed:
            self._look()
        else:
            self._closed = ""
            self.close()

    def takes(self, key: str) -> bool:
        """Whether a key is the list's."""
        if self._held:
            self._files.finish()  # which was pressed before comes before
        if key in ("enter", "tab") and self._files.busy:
            self._held = key
            return True
        if self._list is None:
            return False
        offer = self._list.offer
        if key in ("up", "down"):
            self._list.move(1 if key == "down" else -1)
            self._shown.show(self._list)
            return True
        if key == "tab":
            self._take(offer, self._list.choice or offer.choices[0], whole=False)
            return True
        if key == "enter" and self._list.choice is not None:
            self._take(offer, self._list.choice, whole=True)
            return True
        return False

    def complete(self) -> None:
        """Open a list for what stands before the cursor; take what is the only choice."""
        self._closed = ""
        self._look()
        if self._files.busy:
            self._held = _ONLY
        else:
            self._take_only()

    def close(self) -> None:
        """Offer nothing until something is typed."""
        self._held = ""
        self._files.forget()
        if self._list is not None:
            self._list = None
            self._shown.hide()

    # -- what people do with the list

    def dismiss(self) -> None:
        """Close the list until there is another word."""
        if self._list is not None:
            line = self._prompt.typed_line(_LONGEST)
            self._closed = line[len(line) - self._replaced :]
            self.close()

    def pick(self, index: int) -> None:
        """Take a choice that was clicked; not one of the word before the last letter."""
        if self._list is not None and not self._files.busy:
            self._take(self._list.offer, self._list.offer.choices[index], whole=False)

    def _take_only(self) -> None:
        """Take what is the only choice."""
        if self._list is not None and len(self._list.offer.choices) == 1:
            self._take(self._list.offer, self._list.offer.choices[0], whole=False)

    def _take(self, offer: Offer, choice: Choice, *, whole: bool) -> None:
        self._prompt.put(choice.whole if whole else choice.text, offer.replaced)
        if whole and choice.runs:
            self._prompt.send()
        elif choice.goes_on:
            self._look()

    # -- what is offered

    def _look(self) -> None:
        """Offer what the word before the cursor may go on with."""
        line = self._prompt.typed_line(_LONGEST)
        path = typed_path(line)
        command = slash.offer(line, self._arguments) if self._prompt.in_one_line else None
        if command is not None:
            self._files.forget()
            self._replaced = command.replaced
            self._offer(command, line)
        elif path is not None and not self._is_closed(line, _length(line, path)):
            self._replaced = _length(line, path)
            self._files.look_for(path, self._found)
        else:
            if path is None:
                self._closed = ""
            self.close()

    def _found(self, paths: Sequence[str]) -> None:
        """The files that fit the word are known."""
        held, self._held = self._held, ""
        self._offer(Offer(self._replaced, [_file(path) for path in paths]), "")
        if held == _ONLY:
            self._take_only()
        elif held and not self.takes(held) and held == "enter":
            self._prompt.send()

    def _offer(self, offer: Offer, line: str) -> None:
        if not offer.choices or (line and self._is_closed(line, offer.replaced)):
            self.close()
            return
        if self._list is None:
            self._list = OpenList(offer)
        else:
            self._list.renew(offer)
        self._shown.show(self._list)

    def _is_closed(self, line: str, replaced: int) -> bool:
        """Whether the list was closed for this word, as far as it was typed then."""
        word = line[len(line) - replaced :]
        if self._closed and not word.startswith(self._closed):
            self._closed = ""
        return bool(self._closed)


def _length(line: str, path: str) -> int:
    """How many characters a path that is being typed has with the signs before it."""
    return len(path) + (2 if line.endswith(f'@"{path}') else 1)


def _file(path: str) -> Choice:
    mention = str(Mention(path))
    folder = path.endswith("/")
    # The closing quote comes with the file.
    further = mention.removesuffix('"') if folder else f"{mention} "
    return Choice(path, further, f"{mention} ", goes_on=folder)
