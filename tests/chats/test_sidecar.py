from __future__ import annotations

import json
import os
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.chats import sidecar
from robotui.chats.sidecar import Sidecar
from robotui.errors import StorageError
from tests.strategies import json_values

FULL = Sidecar(
    server="https://h",
    sid="8c0b",
    agent="RepoAgent",
    title="日本 [x]",
    workspace="/w",
    created=1000.5,
    updated=2000.0,
)


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    return tmp_path / "chat.jsonl"


def test_what_is_written_is_read(transcript: Path) -> None:
    sidecar.write(transcript, FULL)
    assert sidecar.read(transcript) == (FULL, "")
    assert sidecar.path_of(transcript).name == "chat.json"


def test_only_this_user_can_read_it(transcript: Path) -> None:
    sidecar.write(transcript, FULL)
    assert sidecar.path_of(transcript).stat().st_mode & 0o777 == 0o600


def test_there_is_no_place_for_a_token(transcript: Path) -> None:
    keys = ["server", "sid", "agent", "title", "workspace", "created", "updated"]
    sidecar.write(transcript, FULL)
    assert list(json.loads(sidecar.path_of(transcript).read_bytes())) == keys
    assert [field.name for field in fields(Sidecar)] == keys


def test_a_missing_one_is_empty(transcript: Path) -> None:
    assert sidecar.read(transcript) == (Sidecar(), "")
    assert list(transcript.parent.iterdir()) == []


def test_a_lone_surrogate_can_be_written(transcript: Path) -> None:
    sidecar.write(transcript, Sidecar(title="a\ud800"))
    assert sidecar.read(transcript)[0].title == "a?"


def test_missing_and_unknown_keys_do_no_harm(transcript: Path) -> None:
    sidecar.path_of(transcript).write_text('{"sid": "x", "token": "t", "created": 5}')
    assert sidecar.read(transcript) == (Sidecar(sid="x", created=5), "")


DAMAGED = [
    b"",
    b"{",
    b'{"sid": "x"',
    b"[]",
    b"null",
    b"\xff\xfe",
    b"\x00" * 50,
    b'{"sid": 5}',
    b'{"sid": null}',
    b'{"created": "now"}',
    b'{"created": true}',
    b'{"created": NaN}',
    b'{"created": -1}',
    b'{"updated": 1e300}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("data", DAMAGED, ids=lambda data: ascii(data[:20]))
def test_a_damaged_one_is_kept_aside_and_told(transcript: Path, data: bytes) -> None:
    path = sidecar.path_of(transcript)
    path.write_bytes(data)
    info, warning = sidecar.read(transcript)
    assert info == Sidecar()
    assert "chat.json was damaged" in warning
    assert "chat.json.corrupt" in warning
    assert not path.exists()
    assert path.with_name("chat.json.corrupt").read_bytes() == data
    assert sidecar.read(transcript) == (Sidecar(), "")


def test_every_cut_of_one_is_told(transcript: Path) -> None:
    sidecar.write(transcript, FULL)
    path = sidecar.path_of(transcript)
    whole = path.read_bytes().rstrip()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        info, warning = sidecar.read(transcript)
        assert info == Sidecar()
        assert "was damaged" in warning


@given(json_values)
def test_any_json_is_a_sidecar_or_damaged(
    tmp_path_factory: pytest.TempPathFactory, value: Any
) -> None:
    transcript = tmp_path_factory.mktemp("any") / "chat.jsonl"
    sidecar.path_of(transcript).write_text(json.dumps(value))
    info, warning = sidecar.read(transcript)
    assert info == Sidecar() or not warning


@given(st.builds(Sidecar, title=st.text(), sid=st.text(), created=st.floats(0, 1e10)))
def test_any_sidecar_comes_back(tmp_path_factory: pytest.TempPathFactory, info: Sidecar) -> None:
    transcript = tmp_path_factory.mktemp("any") / "chat.jsonl"
    sidecar.write(transcript, info)
    assert sidecar.read(transcript) == (info, "")


def test_one_that_cannot_be_read_is_told_and_left(transcript: Path) -> None:
    sidecar.path_of(transcript).mkdir()
    info, warning = sidecar.read(transcript)
    assert info == Sidecar()
    assert "can't be read" in warning
    assert sidecar.path_of(transcript).is_dir()


def test_a_damaged_one_that_cannot_be_kept_aside_is_told(
    transcript: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sidecar.path_of(transcript).write_bytes(b"{")

    def refuse(path: Path) -> Path:
        raise StorageError(f"{path.name} can't be set aside: Read-only file system")

    monkeypatch.setattr(sidecar, "set_aside", refuse)
    info, warning = sidecar.read(transcript)
    assert info == Sidecar()
    assert "Read-only" in warning


# --- every ---------------------------------------------------------------------------------------


def put(folder: Path, name: str, updated: float) -> None:
    path = folder / f"{name}.jsonl"
    path.touch()
    sidecar.write(path, Sidecar(title=name, updated=updated))


def test_chats_come_newest_first(tmp_path: Path) -> None:
    for name, updated in (("b", 200.0), ("c", 300.0), ("a", 100.0)):
        put(tmp_path, name, updated)
    found = list(sidecar.every(tmp_path))
    assert [path.name for path, _info in found] == ["c.jsonl", "b.jsonl", "a.jsonl"]
    assert [info.title for _path, info in found] == ["c", "b", "a"]


def test_a_chat_without_a_usable_sidecar_has_its_files_time(tmp_path: Path) -> None:
    put(tmp_path, "new", 300.0)
    put(tmp_path, "old", 100.0)
    for name in ("none", "damaged"):
        path = tmp_path / f"{name}.jsonl"
        path.touch()
        os.utime(path, (0, 200.0 if name == "none" else 150.0))
    sidecar.path_of(tmp_path / "damaged.jsonl").write_bytes(b"[" * 100_000)
    found = {path.stem: info for path, info in sidecar.every(tmp_path)}
    assert list(found) == ["new", "none", "damaged", "old"]
    assert found["none"] == found["damaged"] == Sidecar()
    assert sidecar.path_of(tmp_path / "damaged.jsonl").exists()


def test_other_files_are_no_chats(tmp_path: Path) -> None:
    put(tmp_path, "chat", 1.0)
    for name in ("x.json", "chat.partial", "chat.json.corrupt", ".chat.json.tmp"):
        (tmp_path / name).touch()
    (tmp_path / "gone.jsonl").symlink_to(tmp_path / "nowhere")
    assert [path.name for path, _info in sidecar.every(tmp_path)] == ["chat.jsonl"]


def test_no_folder_has_no_chats(tmp_path: Path) -> None:
    assert list(sidecar.every(tmp_path / "none")) == []


@pytest.mark.parametrize("value", [0, 0.0, 1_700_000_000, 1_700_000_000.5])
def test_times(value: float) -> None:
    assert sidecar.is_time(value)


@pytest.mark.parametrize("value", [True, None, "5", -1, float("nan"), float("inf"), 10**400])
def test_no_times(value: Any) -> None:
    assert not sidecar.is_time(value)


def test_a_sidecar_is_flat() -> None:
    assert all(isinstance(value, str | float) for value in asdict(Sidecar()).values())
