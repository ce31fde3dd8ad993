"""Prompts of before: kept in a file, or known here only where there can't be one."""

from __future__ import annotations

from pathlib import Path

import pytest

from robotui.chats.history import PromptHistory
from robotui.errors import StorageError


def test_a_file_that_refuses_is_told_once_until_it_takes_again(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.touch()
    history = PromptHistory(folder / "prompts.jsonl")
    with pytest.raises(StorageError, match=r"prompts\.jsonl can't be written"):
        history.add("one")
    history.add("two")
    assert history.entries == ["one", "two"]
    folder.unlink()
    history.add("three")
    (folder / "prompts.jsonl").unlink()
    (folder / "prompts.jsonl").mkdir()
    with pytest.raises(StorageError):
        history.add("four")
    assert history.entries == ["one", "two", "three", "four"]


def test_what_was_kept_is_known_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "prompts.jsonl"
    history = PromptHistory(path)
    for prompt in ("one", "one", " ", "two\nlines"):
        history.add(prompt)
    again = PromptHistory(path)
    again.load()
    assert again.entries == ["one", "two\nlines"]
