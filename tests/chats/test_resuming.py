"""Which chat -c goes on with, and what it says."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from robotui.chats import resuming, sidecar
from robotui.chats.store import Chat
from robotui.chats.turns import Notice


@pytest.fixture
def chats(tmp_path: Path) -> Path:
    return tmp_path / "chats"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


def chat(chats: Path, workspace: Path | str, title: str = "x") -> Path:
    """A chat that was begun, later than those before."""
    made = Chat.new(chats, server="embedded", agent="GeneralCodingAgent", workspace=Path())
    made.info.workspace = str(workspace)
    made.ask(title, "GeneralCodingAgent")
    made.close("done")
    made.shut()
    made.info.updated = time.time() + len(list(chats.glob("*.jsonl")))
    sidecar.write(made.path, made.info)
    return made.path


def resumed(chats: Path, here: Path, *, anywhere: bool = False) -> Chat:
    new = Chat.new(chats, server="embedded", agent="GeneralCodingAgent", workspace=here)
    return resuming.resumed(new, chats, here, anywhere=anywhere)


def said(found: Chat) -> str:
    notes = [turn for turn in found.transcript.turns if isinstance(turn, Notice)]
    return " | ".join(f"{note.headline} {note.remedy}" for note in notes)


def test_the_latest_of_this_folder_is_gone_on_with(chats: Path, here: Path, tmp_path: Path) -> None:
    chat(chats, here, "first")
    mine = chat(chats, here, "second")
    chat(chats, tmp_path / "other")
    found = resumed(chats, here)
    assert found.path == mine
    assert said(found) == ""


def test_one_of_another_folder_only_when_asked_and_said(
    chats: Path, here: Path, tmp_path: Path
) -> None:
    chat(chats, here)
    other = chat(chats, tmp_path / "other")
    found = resumed(chats, here, anywhere=True)
    assert found.path == other
    assert f"was about {tmp_path / 'other'}" in said(found)
    found.shut()
    assert said(Chat.load(other)) == ""  # it is not recorded


@pytest.mark.parametrize("recorded", ["", "gone", "below"])
def test_where_there_is_none_a_new_one_says_how_to_get_the_others(
    chats: Path, here: Path, tmp_path: Path, recorded: str
) -> None:
    place = {"": "", "gone": str(tmp_path / "gone"), "below": str(here / "src")}[recorded]
    old = chat(chats, place)
    found = resumed(chats, here)
    assert found.path != old
    assert not found.started
    assert "no chat about" in said(found)
    assert "-c --anywhere" in said(found)


def test_without_any_chat_there_is_nothing_to_offer(chats: Path, here: Path) -> None:
    assert said(resumed(chats, here)).endswith("this is a new one ")


def test_a_folder_is_known_by_any_of_its_paths(chats: Path, here: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(here, target_is_directory=True)
    by_link = chat(chats, tmp_path / "link")
    assert resumed(chats, here).path == by_link
    plain = chat(chats, f"{here}/../here/")
    assert resumed(chats, tmp_path / "link").path == plain


def test_a_chat_that_cannot_be_read_is_told(chats: Path, here: Path) -> None:
    broken = chat(chats, here)
    broken.unlink()
    broken.mkdir()
    assert "can't be read" in said(resumed(chats, here))
