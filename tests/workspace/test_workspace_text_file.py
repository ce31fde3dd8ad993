from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.errors import WriteRefusedError
from robotui.workspace.text_file import LARGEST, TextFile, content, ending, file_lines, read


@pytest.mark.parametrize(
    ("data", "text", "newline"),
    [
        (b"", "", "\n"),
        (b"a", "a", "\n"),
        (b"a\nb\n", "a\nb\n", "\n"),
        (b"a\r\nb\r\n", "a\r\nb\r\n", "\r\n"),
        (b"a\r\nb\nc\n", "a\r\nb\nc\n", "\n"),
        (b"a\r\nb\nc\r\n", "a\r\nb\nc\r\n", "\r\n"),
        (b"\xef\xbb\xbfa\n", "a\n", "\n"),
        ("日本\u2028\r\x0c\n".encode(), "日本\u2028\r\x0c\n", "\n"),
    ],
)
def test_a_file_is_read_exactly(tmp_path: Path, data: bytes, text: str, newline: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    file = read(path)
    assert (file.data, file.text, file.newline, file.is_new) == (data, text, newline, False)
    assert file.encode(text) == data


def test_a_missing_file_is_a_new_one(tmp_path: Path) -> None:
    file = read(tmp_path / "none")
    assert file.is_new
    assert file.text == ""


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a\0b", "zero bytes"),
        (b"one\ntwo\ncaf\xe9\n", "not UTF-8: line 3"),
        ("a".encode("utf-16"), "zero bytes|UTF-8"),
        (b"x" * (LARGEST + 1), "larger than 5 MB"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(WriteRefusedError, match=reason) as caught:
        read(path)
    assert str(path) in caught.value.headline
    assert caught.value.remedy


def test_what_is_no_file_or_read_only_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("target")
    (tmp_path / "fixed").touch(mode=0o444)
    for name, reason in (("pipe", "no regular"), ("link", "symbolic"), ("fixed", "read-only")):
        with pytest.raises(WriteRefusedError, match=reason):
            read(tmp_path / name)
    with pytest.raises(WriteRefusedError):
        read(tmp_path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a\n\ud800\n", "Line 2"), ("a\0", "zero"), ("é" * (LARGEST // 2 + 1), "larger")],
)
def test_what_could_not_be_read_again_is_not_written(text: str, reason: str) -> None:
    with pytest.raises(WriteRefusedError, match=reason):
        TextFile(Path("f"), None).encode(text)


@given(st.text(alphabet="ab\r\n\x0c\u2028", max_size=30))
def test_lines_and_their_endings_are_the_text(text: str) -> None:
    lines = file_lines(text)
    assert "".join(lines) == text
    assert "".join(content(line) + ending(line) for line in lines) == text
    assert all("\n" not in content(line) for line in lines)
