"""Which block is meant, and what is done with it, without a screen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from robotui.markdown import CodeBlock
from robotui.ui.parts.copying import Copying
from robotui.ui.parts.numbered import lines_of, numbered, title_of
from robotui.ui.parts.turns import Turns
from robotui.ui.parts.writing import Writing
from tests.ui.parts.fakes import FakeHost, FakeLog

FIRST = CodeBlock(number=1, info="python", lines=["a = 1\n", "b = 2\n"])
SECOND = CodeBlock(number=2, lines=["ls"], closed=False)
EARLIER = CodeBlock(number=1, lines=["old\n"])


@pytest.mark.parametrize(
    ("number", "walked", "meant"),
    [
        ("", None, SECOND),
        ("", EARLIER, EARLIER),
        ("1", EARLIER, FIRST),
        ("2", None, SECOND),
    ],
)
def test_a_number_means_the_latest_reply(
    number: str, walked: CodeBlock | None, meant: CodeBlock
) -> None:
    log = FakeLog([FIRST, SECOND], walked=walked)
    assert numbered(FakeHost(), log.as_log(), number) is meant


@pytest.mark.parametrize("number", ["0", "3", "-1", "one", "²"])
def test_a_number_that_is_not_there_is_told(number: str) -> None:
    host = FakeHost()
    assert numbered(host, FakeLog([FIRST, SECOND]).as_log(), number) is None
    assert host.said == ["The latest reply has blocks 1 to 2."]


def test_without_a_block_the_way_to_earlier_ones_is_told() -> None:
    host = FakeHost()
    assert numbered(host, FakeLog().as_log(), "") is None
    assert "Alt+Up" in host.said[0]


def test_titles_count_lines_and_say_what_is_not_complete() -> None:
    assert title_of(FIRST) == "block 1: 2 lines of python"
    assert title_of(SECOND) == "block 2: 1 line of text so far"
    assert [lines_of(text) for text in ("", "a", "a\n", "a\nb")] == [
        "0 lines",
        "1 line",
        "1 line",
        "2 lines",
    ]


@pytest.mark.parametrize(
    ("what", "copied"),
    [
        ("1", "a = 1\nb = 2\n"),
        ("", "ls"),
        ("ALL", "a = 1\nb = 2\n\nls"),
        ("reply", "# All of it"),
    ],
)
async def test_what_is_copied_is_exact_and_told(
    what: str, copied: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    texts = clipboard(monkeypatch)
    host = FakeHost()
    log = FakeLog([FIRST, SECOND]).as_log()
    Copying(host, log, turns("# All of it"), tmp_path).copy(what)
    await host.settle()
    assert texts == [copied]
    assert len(host.said) == 1
    assert host.said[0].startswith("Copied ")


@pytest.mark.parametrize("what", ["all", "reply", "1", "plain"])
async def test_where_there_is_nothing_to_copy_a_word_says_so(
    what: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    texts = clipboard(monkeypatch)
    host = FakeHost()
    Copying(host, FakeLog().as_log(), turns(None), tmp_path).copy(what)
    await host.settle()
    assert texts == []
    assert "no " in host.said[0]


def clipboard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is put into a clipboard from now on."""
    texts: list[str] = []

    async def copy(text: str, **_options: Any) -> SimpleNamespace:
        texts.append(text)
        return SimpleNamespace(how="verified")

    monkeypatch.setattr("robotui.clipboard.copy", copy)
    return texts


def turns(reply: str | None) -> Turns:
    last = None if reply is None else SimpleNamespace(text=reply, state="done")
    return cast("Turns", SimpleNamespace(talk=SimpleNamespace(last_reply=last)))


@dataclass
class Written:
    """What the dialog answers when a file was written."""

    path: Path

    @property
    def file(self) -> Written:
        return self


DIFFS = CodeBlock(
    number=1,
    info="diff",
    lines=[
        *("--- a/one.py\n", "+++ b/one.py\n", "@@ -1 +1 @@\n", "-A = 1\n", "+A = 2\n"),
        *("--- a/two.py\n", "+++ b/two.py\n", "@@ -1 +1 @@\n", "-B = 1\n", "+B = 2\n"),
    ],
)


@pytest.mark.parametrize("written", [2, 1, 0])
async def test_files_are_asked_about_one_after_the_other(written: int, tmp_path: Path) -> None:
    answers = [Written(tmp_path / name) for name in ("one.py", "two.py")[:written]]
    host = FakeHost(answers=[*answers, None])
    log = FakeLog([DIFFS])
    Writing(host, log.as_log(), tmp_path, tmp_path / "undo").apply("1")
    await host.settle()
    assert len(host.asked) == min(2, written + 1)
    told = [f"{answer.path.name} is written: /undo takes it back." for answer in answers]
    rest = ["one.py, two.py", "two.py"][written:][:1]
    told += [f"Not applied: {names}. Apply the block again to go on." for names in rest]
    assert host.said == told


async def test_one_file_that_is_not_written_needs_no_word(tmp_path: Path) -> None:
    host = FakeHost(answers=[None])
    Writing(host, FakeLog([FIRST, SECOND]).as_log(), tmp_path, tmp_path / "undo").save("2")
    await host.settle()
    assert len(host.asked) == 1
    assert host.said == []
