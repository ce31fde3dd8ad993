"""Objects and refs of a repository that may be anyone's, read within limits of size and time.

Nothing but regular files is opened, and nothing is inflated before its size is known.
"""

from __future__ import annotations

import os
import re
import time
import zlib
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dulwich.object_store import DiskObjectStore, PackBasedObjectStore
from dulwich.objects import ObjectID, RawObjectID, ShaFile, Tree, hex_to_sha
from dulwich.pack import OFS_DELTA, REF_DELTA

from robotui.errors import WorkspaceError
from robotui.tree.safe_reading import read, read_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dulwich.pack import Pack

MAX_OBJECT: Final = 4 << 20
"""Bytes of an object that is read."""
MAX_TREE: Final = 1 << 20
"""Bytes of one folder's entries."""

_ALL_TREES: Final = 64 << 20  # bytes of folders that one look may read
_CHAIN: Final = 4096  # deltas that one object is made from; git makes 50, or 250 if told
_HEAD: Final = 512  # bytes that hold the header of an object
_MAX_REF: Final = 1024
_MAX_PACKED: Final = 8 << 20  # bytes of the file of all refs
_HOPS: Final = 5  # symbolic refs that lead to one another
_SHA: Final = re.compile(rb"[0-9a-f]{40}")


class TooLargeError(WorkspaceError):
    """An object is larger than what is read."""


class TooLongError(WorkspaceError):
    """A look into the repository took too long, or read too much."""


class Objects(DiskObjectStore):
    """The objects below the folder ``control``, for one look of so many seconds.

    Reading raises TooLargeError, TooLongError and what dulwich raises.
    """

    def __init__(self, control: Path, seconds: float) -> None:
        self._folder = Path(os.path.realpath(control)) / "objects"
        super().__init__(str(self._folder), loose_object_size_limit=MAX_OBJECT + _HEAD)
        self._until = time.monotonic() + seconds
        self._room = _ALL_TREES

    def check_time(self) -> None:
        """Raise TooLongError when time is up."""
        if time.monotonic() > self._until or self._room < 0:
            raise TooLongError("The look into the repository took too long.", "Ask for less.")

    def get_raw(self, name: RawObjectID | ObjectID) -> tuple[int, bytes]:
        """Type and content of an object, checked beforehand."""
        self.check_time()
        sha = hex_to_sha(ObjectID(name)) if len(name) == 2 * 20 else RawObjectID(name)

        def look(pack: Pack) -> tuple[int, bytes]:
            _check_packed(pack, sha)
            return pack.get_raw(sha)

        try:
            kind, data = self._lookup_in_packs(look)
        except KeyError:
            # Not by an index over several packs, which would get around the check.
            kind, data = PackBasedObjectStore.get_raw(self, name)
        if kind == Tree.type_num:
            if len(data) > MAX_TREE:
                raise TooLargeError("A folder in the repository has too many entries.")
            self._room -= len(data)
        return kind, data

    def _get_loose_object(self, sha: ObjectID) -> ShaFile | None:
        path = self._get_shafile_path(sha)
        if not os.path.lexists(path):
            return None
        # Read once and within bounds: dulwich would open the path again.
        data = read(self._folder, os.path.relpath(path, self._folder), 0, MAX_OBJECT + 1)
        if data is None:
            raise WorkspaceError("An object of the repository is no regular file.")
        head = zlib.decompressobj().decompress(data[:_HEAD], _HEAD)
        if max(len(data), int(head.partition(b"\0")[0].split(b" ")[-1][:20])) > MAX_OBJECT:
            raise TooLargeError("An object of the repository is too large.")
        return ShaFile.from_file(BytesIO(data), sha, max_size=MAX_OBJECT + _HEAD)


def _check_packed(pack: Pack, sha: RawObjectID) -> None:
    """Raise TooLargeError if the object is too large, or any that it is made from; KeyError if it
    is not in there."""
    offset = pack.index.object_offset(sha)
    buffer = pack.data._buffer()  # noqa: SLF001 - nothing public gives a header without its object
    room = 2 * MAX_OBJECT  # for the first of the chain and all the deltas
    for _ in range(_CHAIN):
        head = iter(bytes(buffer[offset : offset + _HEAD]))
        first = next(head, 0)
        kind, size = first >> 4 & 7, first & 15
        if first & 0x80:
            size |= _number(head) << 4
        if kind == OFS_DELTA:
            offset -= _distance(head)
        elif kind == REF_DELTA:
            offset = pack.index.object_offset(RawObjectID(bytes(islice(head, 20))))
        room -= size
        delta = kind in (OFS_DELTA, REF_DELTA)
        if delta:
            packed = bytes(head)
            made = iter(zlib.decompressobj().decompress(packed, 32))
            size = max(_number(made), _number(made))
        if size > MAX_OBJECT or room < 0:
            raise TooLargeError("An object of the repository is too large.")
        if not delta or offset < 0:
            return
    raise TooLargeError("An object of the repository is made from too many others.")


def _number(data: Iterator[int]) -> int:
    """The next number, seven bits a byte, the lowest first. Raises ValueError."""
    value = 0
    for place in range(9):
        byte = next(data, -1)
        if byte < 0:
            break
        value |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            return value
    raise ValueError("no number")


def _distance(data: Iterator[int]) -> int:
    """How far before a delta its base begins. Raises ValueError."""
    value = -1
    for _ in range(9):
        byte = next(data, -1)
        if byte < 0:
            break
        value = (value + 1) << 7 | byte & 0x7F
        if not byte & 0x80:
            return value
    raise ValueError("no distance")


def find_ref(control: Path, name: str, common: Path | None = None) -> ObjectID | None:
    """What the ref ``name`` (``HEAD`` or ``refs/...``) below ``control`` stands for, if any; a
    worktree shares most of them in ``common``."""
    common = common or control
    for _ in range(_HOPS):
        if not _is_name(name):
            return None
        text = _small(control, name) or (_small(common, name) if name != "HEAD" else b"")
        if text.startswith(b"ref:"):
            name = text[4:].strip().decode("utf-8", "replace")
            continue
        if not text:
            return _packed(common).get(name.encode())
        return ObjectID(text) if _SHA.fullmatch(text) else None
    return None


def _is_name(name: str) -> bool:
    parts = name.split("/")
    fine = name.isprintable() and len(name) < _MAX_REF and not {"", ".", ".."} & set(parts)
    return fine and (name == "HEAD" or parts[0] == "refs")


def _small(control: Path, name: str) -> bytes:
    """The text of a ref's file; empty if there is none inside ``control``."""
    return (read_in(control, name, _MAX_REF) or b"").strip()


def _packed(control: Path) -> dict[bytes, ObjectID]:
    found: dict[bytes, ObjectID] = {}
    for line in (read_in(control, "packed-refs", _MAX_PACKED) or b"").split(b"\n"):
        sha, _, name = line.strip().partition(b" ")
        if _SHA.fullmatch(sha):
            found[name] = ObjectID(sha)
    return found
