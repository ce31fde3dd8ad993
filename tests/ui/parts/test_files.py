"""Finding files a bit at a time; and keys that come before it is known which there are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from robotui.mentions.path_search import Paths, PathSearch
from robotui.ui.parts.completing import Completing
from robotui.ui.parts.files import Files
from robotui.ui.widgets.prompt import PromptArea
from tests.ui.parts.fakes import FakeHost, FakeList

MANY = [f"src/module_{number}.py" for number in range(12_000)]

SEVENS = "@src/module_7777.py "


def known(host: FakeHost, paths: list[str], monkeypatch: pytest.MonkeyPatch) -> Files:
    """A part that knows these files."""
    found = Paths(paths)
    monkeypatch.setattr("robotui.mentions.workspace_paths.workspace_paths", lambda *_args: found)
    files = Files(host, Path("unused"))
    files._paths, files._search = found, PathSearch(found)
    return files


class Line:
    """Stands for a prompt of one line, its cursor at the end."""

    in_one_line = True

    def __init__(self) -> None:
        self.text = ""
        self.sent: list[str] = []
        self.completer: Completing | None = None

    def typed_line(self, most: int) -> str:
        return self.text[-most:]

    def put(self, text: str, replaced: int) -> None:
        self.text = self.text[: len(self.text) - replaced] + text
        assert self.completer is not None
        self.completer.edited(typed=False)

    def send(self) -> None:
        self.sent.append(self.text)

    def press(self, completer: Completing, *keys: str) -> None:
        for key in keys:
            if completer.takes(key):
                continue
            if key == "enter":
                self.send()
            else:
                self.text += key
                completer.edited(typed=True)


async def test_only_what_was_looked_for_last_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    host, told = FakeHost(), list[Sequence[str]]()
    files = known(host, MANY, monkeypatch)
    files.look_for("module_1", told.append)
    files.look_for("module_11999", told.append)
    assert not told  # typing never waits
    await host.settle()
    assert told == [["src/module_11999.py"]]
    assert not files.busy
    files.look_for("module_1", told.append)
    files.forget()
    await host.settle()
    assert len(told) == 1


@pytest.mark.parametrize(
    ("keys", "text", "sent"),
    [
        (("@", "7", "7", "7", "7", "enter"), SEVENS, []),
        (("@", "7", "7", "7", "7", "tab", "x"), "@src/module_7777.py x", []),
        (("@", "q", "q", "enter"), "@qq", ["@qq"]),
        (("@", "7", "7", "7", "7", "enter", "enter"), SEVENS, [SEVENS]),
    ],
)
async def test_a_key_waits_for_what_fits(
    keys: tuple[str, ...], text: str, sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    host, prompt, shown = FakeHost(), Line(), FakeList()
    files = known(host, MANY, monkeypatch)
    completing = Completing(cast("PromptArea", prompt), shown.as_list(), files, {})
    prompt.press(completing, *keys)
    await host.settle()
    assert prompt.text == text
    assert prompt.sent == sent
