"""The models' memory stays bounded, and takes a file of before it counted its sessions."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from robotui.server.models import history
from robotui.server.models.history import History


def remembered(path: Path, *sids: str) -> list[str]:
    """Those of the sessions that are known after a restart."""
    memory = History(path)
    known = [sid for sid in sids if memory.load(sid, 1000).messages]
    memory.close()
    return known


def told(path: Path, *sids: str) -> None:
    memory = History(path)
    for sid in sids:
        memory.load(sid, 1000).ask(f"prompt of {sid}")
    memory.close()


def test_what_was_not_used_for_long_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "models.db"
    now = 1_000_000_000.0
    monkeypatch.setattr("robotui.server.models.history.time.time", lambda: now)
    told(path, "old", "used")
    now += 80 * 86_400
    told(path, "used", "new")
    now += 20 * 86_400
    assert remembered(path, "old", "used", "new") == ["used", "new"]


def test_only_the_latest_sessions_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "models.db"
    now = iter(range(1_000_000_000, 1_000_001_000))
    monkeypatch.setattr("robotui.server.models.history.time.time", lambda: float(next(now)))
    told(path, "a", "b", "c", "d")
    monkeypatch.setattr(history, "KEPT_SESSIONS", 2)
    assert remembered(path, "a", "b", "c", "d") == ["c", "d"]


def test_a_file_without_a_list_of_sessions_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "models.db"
    told(path, "a")
    with closing(sqlite3.connect(path)) as database:
        database.execute("DROP TABLE session")
    assert remembered(path, "a") == ["a"]


@pytest.mark.parametrize("kind", ["below a file", "a folder", "a link to nowhere"])
def test_where_there_can_be_no_file_it_is_kept_in_memory_and_logged(
    tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "data" / "models.db"
    if kind == "below a file":
        path.parent.touch()
    elif kind == "a folder":
        path.mkdir(parents=True)
    else:
        path.parent.symlink_to(tmp_path / "none" / "there")
    memory = History(path)
    memory.load("a", 1000).ask("prompt")
    assert memory.load("a", 1000).messages
    memory.close()
    assert "until the server ends" in caplog.text
    assert str(path) in caplog.text
