"""A repository that was made to do harm: it takes no long time, no memory, and no tool with it."""

from __future__ import annotations

import asyncio
import os
import struct
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from contextlib import closing
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from dulwich import porcelain
from dulwich.object_store import DiskObjectStore
from dulwich.objects import Blob, Commit, Tree
from dulwich.pack import write_pack_index_v2
from dulwich.repo import Repo

from robotui.profiles import TOOLS
from robotui.server.engine import Observe
from robotui.server.models import git_history, git_store, workspace_history
from robotui.server.models.tools import Call, offered
from robotui.server.models.workspace import Workspace
from robotui.server.models.workspace_files import Found
from tests.waiting import PATIENCE

WHO = b"A <a@b.c>"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    porcelain.init(str(folder))
    (folder / "a.py").write_text("x = 1\n", "utf-8")
    commit(folder, "Begin")
    return folder


@pytest_asyncio.fixture
async def looked_into(root: Path, tmp_path: Path) -> AsyncIterator[Workspace]:
    place = Workspace(root, tmp_path / "cache")
    yield place
    await place.aclose()


def commit(root: Path, message: str, *names: str) -> str:
    porcelain.add(str(root), [str(root / name) for name in names or ("a.py",)])
    return porcelain.commit(str(root), message.encode(), author=WHO, committer=WHO).decode()


async def used(place: Workspace, name: str, /, **given: Any) -> Observe:
    tool = next(tool for tool in offered(place, TOOLS) if tool.name == name)
    return (await Call(tool, name, given, 100_000).run())[1]


def crafted(root: Path, when: int = 0, entries: tuple[tuple[bytes, int, bytes], ...] = ()) -> str:
    """A commit at this time, with these entries in its tree, which HEAD now is."""
    store = DiskObjectStore(str(root / ".git/objects"))
    tree = Tree()
    for name, mode, sha in entries:
        tree.add(name, mode, sha)  # type: ignore[arg-type]
    made = Commit()
    made.tree, made.author, made.committer, made.message = tree.id, WHO, WHO, b"Odd"
    made.commit_time = made.author_time = when
    made.commit_timezone = made.author_timezone = 0
    store.add_object(tree)
    store.add_object(made)
    store.close()
    (root / ".git/refs/heads/master").write_bytes(made.id + b"\n")
    return made.id.decode()


def loose(root: Path, kind: str, size: int) -> bytes:
    """The name of an object of so many zero bytes, as a small file."""
    deflate, digest = zlib.compressobj(9), sha1(usedforsecurity=False)
    pieces = []
    for piece in (f"{kind} {size}\0".encode(), *([bytes(1 << 20)] * (size >> 20))):
        digest.update(piece)
        pieces.append(deflate.compress(piece))
    pieces.append(deflate.flush())
    name = digest.hexdigest()
    file = root / ".git/objects" / name[:2] / name[2:]
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"".join(pieces))
    return name.encode()


@pytest.mark.parametrize("when", [10**18, 2**63, 10**30])
async def test_a_commit_at_an_absurd_time(looked_into: Workspace, root: Path, when: int) -> None:
    crafted(root, when)
    seen = await used(looked_into, "git_log")
    assert "at no real time" in seen.content
    assert "Odd" in seen.content


@pytest.mark.parametrize("name", ["HEAD", "packed-refs", "refs/heads/master"])
async def test_a_pipe_is_not_waited_for(looked_into: Workspace, root: Path, name: str) -> None:
    (root / ".git" / name).unlink(missing_ok=True)
    os.mkfifo(root / ".git" / name)
    seen = await used(looked_into, "git_log")
    assert seen.extras["exit_code"] == (0 if name == "packed-refs" else 1)
    assert "x = 1" in (await used(looked_into, "read_file", path="a.py")).content


@pytest.mark.parametrize("folder", ["objects/pack/pack-1.idx", "objects/pack/pack-1.pack"])
async def test_a_pipe_among_the_packs(looked_into: Workspace, root: Path, folder: str) -> None:
    os.mkfifo(root / ".git" / folder)
    assert "links or pipes" in (await used(looked_into, "git_log")).content


async def test_a_pipe_among_the_objects(looked_into: Workspace, root: Path) -> None:
    name = crafted(root)
    file = root / ".git/objects" / name[:2] / name[2:]
    file.unlink()
    os.mkfifo(file)
    assert "no regular file" in (await used(looked_into, "git_log")).content


async def test_refs_that_lead_to_each_other(looked_into: Workspace, root: Path) -> None:
    (root / ".git/refs/heads/master").write_text("ref: refs/heads/other\n", "utf-8")
    (root / ".git/refs/heads/other").write_text("ref: refs/heads/master\n", "utf-8")
    assert (await used(looked_into, "git_log")).extras["exit_code"] == 1


@pytest.mark.parametrize("text", ["ref: ../../x", "ref: /etc/passwd", "ref: config", "x" * 5000])
def test_refs_that_are_none(root: Path, text: str) -> None:
    (root / ".git/HEAD").write_text(text, "utf-8")
    assert git_store.find_ref(root / ".git", "HEAD") is None


def test_refs(root: Path) -> None:
    sha = git_store.find_ref(root / ".git", "HEAD")
    assert sha
    (root / ".git/packed-refs").write_bytes(b"# pack-refs\n%s refs/tags/v1\n^%s\n" % (sha, sha))
    assert git_store.find_ref(root / ".git", "refs/tags/v1") == sha
    assert git_store.find_ref(root / ".git", "refs/heads/none") is None
    (root / ".git/refs/heads/away").symlink_to(root / ".git/refs/heads/master")
    assert git_store.find_ref(root / ".git", "refs/heads/away") is None


async def test_a_bomb_is_not_inflated(looked_into: Workspace, root: Path) -> None:
    bomb = loose(root, "blob", 256 << 20)
    name = crafted(root, entries=((b"bomb", 0o100644, bomb),))
    tracemalloc.start()
    seen = await used(looked_into, "git_diff", commit=name)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "bomb: too large to compare" in seen.content
    assert most < 30 << 20


@pytest.mark.parametrize("kind", ["commit", "tree"])
async def test_bombs_of_other_kinds(looked_into: Workspace, root: Path, kind: str) -> None:
    (root / ".git/refs/heads/master").write_bytes(loose(root, kind, 64 << 20))
    assert "too large" in (await used(looked_into, "git_log")).content


async def test_a_bomb_in_a_pack(looked_into: Workspace, root: Path) -> None:
    big, small = Blob.from_string(bytes(8 << 20)), Blob.from_string(b"y = 2\n" * 99)
    like = Blob.from_string(big.data[:-9] + b"something")
    name = crafted(
        root,
        entries=((b"a", 0o100644, big.id), (b"b", 0o100644, like.id), (b"c", 0o100644, small.id)),
    )
    packed = DiskObjectStore(str(root / ".git/objects"))
    packed.add_objects([(each, None) for each in (big, like, small)])
    packed.close()
    seen = await used(looked_into, "git_diff", commit=name)
    assert "a: too large to compare" in seen.content
    assert "b: too large to compare" in seen.content
    assert "+y = 2" in seen.content


def entry(kind: int, data: bytes, base: bytes = b"") -> bytes:
    """An object, or a delta from ``base``, as a pack has it."""
    head, size = [kind << 4 | len(data) & 15], len(data) >> 4
    while size:
        head[-1] |= 0x80
        head.append(size & 0x7F)
        size >>= 7
    return bytes(head) + base + zlib.compress(data)


def test_a_small_delta_for_a_large_object(tmp_path: Path) -> None:
    base = Blob.from_string(b"a" * 60_000)
    times = 1000
    large = Blob.from_string(base.data * times)
    name, pieces = bytes.fromhex(base.id.decode()), []
    pieces.append((name, entry(3, base.data)))
    whole = _numbers(60_000, 60_000 * times) + b"\xb0\x60\xea" * times  # copies of all of it
    pieces.append((bytes.fromhex(large.id.decode()), entry(7, whole, name)))
    fine = _numbers(60_000, 4) + b"\x90\x04"
    pieces.append((bytes.fromhex(Blob.from_string(b"aaaa").id.decode()), entry(7, fine, name)))
    body, index = b"PACK" + struct.pack(">II", 2, len(pieces)), []
    for sha, raw in pieces:
        index.append((sha, len(body), zlib.crc32(raw)))
        body += raw
    folder = tmp_path / ".git/objects/pack"
    folder.mkdir(parents=True)
    digest = sha1(body, usedforsecurity=False).digest()
    (folder / "pack-1.pack").write_bytes(body + digest)
    with (folder / "pack-1.idx").open("wb") as file:
        write_pack_index_v2(file, sorted(index), digest)
    with closing(git_store.Objects(tmp_path / ".git", 60)) as objects:
        assert objects[base.id].as_raw_string() == base.data
        assert objects[Blob.from_string(b"aaaa").id].as_raw_string() == b"aaaa"
        with pytest.raises(git_store.TooLargeError):
            objects[large.id]


def _numbers(*values: int) -> bytes:
    found = []
    for value in values:
        rest = value
        while rest > 0x7F:
            found.append(rest & 0x7F | 0x80)
            rest >>= 7
        found.append(rest)
    return bytes(found)


async def test_what_is_packed_is_read(looked_into: Workspace, root: Path) -> None:
    for n in range(20):
        (root / "a.py").write_text("line = 1\n" * 500 + f"x = {n}\n", "utf-8")
        name = commit(root, f"Number {n}")
    porcelain.repack(str(root))
    repository = Repo(str(root))
    repository.object_store.pack_loose_objects()
    repository.close()
    assert "Number 7" in (await used(looked_into, "git_log", count=50)).content
    assert "+x = 19" in (await used(looked_into, "git_diff", commit=name)).content


async def test_trees_that_never_end_are_given_up(looked_into: Workspace, root: Path) -> None:
    """Ten folders that are the same, in ten that are the same, and so on."""
    store = DiskObjectStore(str(root / ".git/objects"))
    inner, mode = Blob.from_string(b"x").id, 0o100644
    for _ in range(12):
        tree = Tree()
        for n in range(10):
            tree.add(b"%d" % n, mode, inner)
        store.add_object(tree)
        inner, mode = tree.id, 0o040000
    store.close()
    crafted(root, entries=((b"t", 0o040000, inner),))
    seen = await used(looked_into, "git_diff")
    assert "too many files" in seen.content or "too long" in seen.content
    assert "x = 1" in (await used(looked_into, "read_file", path="a.py")).content


async def test_a_look_that_hangs_takes_no_other_tool_with_it(
    looked_into: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: asyncio.Event = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hang(*_given: object) -> Found:
        return asyncio.run_coroutine_threadsafe(held.wait(), loop).result() and Found("")

    monkeypatch.setattr(workspace_history, "HISTORY_SECONDS", 0.1)
    with monkeypatch.context() as patched:
        patched.setattr(git_history, "log", hang)
        assert "in time" in (await used(looked_into, "git_log")).content
    monkeypatch.setattr(workspace_history, "HISTORY_SECONDS", PATIENCE)
    assert "x = 1" in (await used(looked_into, "read_file", path="a.py")).content
    assert "Begin" in (await used(looked_into, "git_log")).content
    held.set()


async def test_what_breaks_in_a_tool_fails_the_call_alone(
    looked_into: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_given: object) -> Found:
        raise OverflowError("quoted secret")

    monkeypatch.setattr(git_history, "log", fail)
    seen = await used(looked_into, "git_log")
    assert (seen.extras["exit_code"], "OverflowError" in seen.content) == (1, True)
    assert "quoted secret" not in seen.content
    assert "git_log failed" in caplog.text


async def test_files_that_are_ignored_now_are_in_no_diff(
    looked_into: Workspace, root: Path
) -> None:
    (root / "deep").mkdir()
    for name in ("notes.txt", "deep/private.py", "deep/fine.py"):
        (root / name).write_text("word = 1\n", "utf-8")
    name = commit(root, "All", "notes.txt", "deep/private.py", "deep/fine.py")
    (root / ".gitignore").write_text("notes.txt\n", "utf-8")
    (root / "deep" / ".gitignore").write_text("private.py\n", "utf-8")
    (root / "notes.txt").unlink()
    for given in ({"commit": name}, {}):
        seen = await used(looked_into, "git_diff", **given)
        assert "notes.txt" not in seen.content.replace("+notes.txt", "")
        assert "deep/private.py" not in seen.content
    assert "b/deep/fine.py" in (await used(looked_into, "git_diff", commit=name)).content


async def test_private_keys_are_shown_nowhere(looked_into: Workspace, root: Path) -> None:
    mark = "-----BEGIN OPENSSH PRIVATE " + "KEY-----"
    (root / "notes.md").write_text(f"The zebra key:\n{mark}\nb3BlbnNzaC1r\n", "utf-8")
    name = commit(root, "Key", "notes.md")
    assert "private key" in (await used(looked_into, "read_file", path="notes.md")).content
    for tool, given in (
        ("read_file", {"path": "notes.md"}),
        ("search_code", {"query": "zebra b3BlbnNzaC1r"}),
        ("git_diff", {"commit": name}),
    ):
        seen = await used(looked_into, tool, **given)
        assert "b3BlbnNzaC1r" not in seen.content.replace("zebra b3BlbnNzaC1r", "")
        assert "zebra key" not in seen.content
