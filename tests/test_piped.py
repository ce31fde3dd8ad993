"""What `robotui ask` makes of its words and of what is piped into it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui import piped
from robotui.errors import UsageError
from robotui.piped import prompt_of


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def asked(data: bytes | None, *words: str) -> tuple[str, list[str]]:
    """The prompt, and what was told."""
    told: list[str] = []
    stdin = None if data is None else io.TextIOWrapper(io.BytesIO(data))
    return prompt_of(words, stdin, told.append), told


@pytest.mark.parametrize(
    ("data", "words", "prompt"),
    [
        (b"x = 1\n", ["review this"], "review this\n\n```\nx = 1\n```"),
        (b"x = 1", ["review", "this"], "review this\n\n```\nx = 1\n```"),
        (b"x\n", ["review", "-"], "review\n\n```\nx\n```"),
        (b"what is this?\n", [], "what is this?\n"),
        (b"what is this?\n", ["-"], "what is this?\n"),
        (b"", ["hello"], "hello"),
        (b" \n\n", ["hello"], "hello"),
        (None, ["hello", "you"], "hello you"),
        (b"```py\na\n```\n", ["why"], "why\n\n````\n```py\na\n```\n````"),
        (b"  `````` x", ["why"], "why\n\n```````\n  `````` x\n```````"),
        (b"a\r\nb\r\n", ["why"], "why\n\n```\na\r\nb\r\n```"),
        (b"\xef\xbb\xbfa\n", ["why"], "why\n\n```\na\n```"),
        ("über €\n".encode("utf-16"), ["why"], "why\n\n```\nüber €\n```"),
    ],
)
def test_words_come_first_then_what_is_piped(
    data: bytes | None, words: list[str], prompt: str
) -> None:
    assert asked(data, *words) == (prompt, [])


@given(st.text(min_size=1).filter(lambda text: text.strip() and not {"\0", "\ufeff"} & set(text)))
def test_nothing_of_a_text_is_lost(text: str) -> None:
    data = text.encode("utf-8", "replace")
    prompt, _ = asked(data, "why")
    fence = prompt.rpartition("\n")[2]
    assert fence.strip("`") == ""
    assert fence not in data.decode()
    assert data.decode() in prompt


def test_bytes_that_are_no_text_are_told() -> None:
    prompt, told = asked(b"caf\xe9 \xff\n", "why")
    assert prompt == "why\n\n```\ncaf\ufffd \ufffd\n```"
    assert told == ["2 bytes of standard input are no UTF-8; they are sent as \ufffd (see `iconv`)"]


@pytest.mark.parametrize(
    ("data", "words", "says"),
    [
        (b"", [], "is empty"),
        (None, [], "is empty"),
        (b" \n", ["-"], "is empty"),
        (b"", ["review", "-"], "Nothing came"),
        (b"\x7fELF\0\0", ["review"], "binary"),
        (b"a\0b\0", ["which of these"], "binary"),
        (b"x" * (piped.MAX_PIPED + 1), ["review"], "too much"),
    ],
)
def test_what_cannot_be_asked_is_refused(data: bytes | None, words: list[str], says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        asked(data, *words)
    assert caught.value.remedy


def test_a_terminal_is_not_waited_for() -> None:
    terminal = Terminal(io.BytesIO(b"typed\n"))
    assert prompt_of(["hello"], terminal, print) == "hello"
    assert prompt_of([], terminal, print) == "typed\n"


def test_who_waits_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told before the pipe ends, which it does once it was told."""
    monkeypatch.setattr(piped, "PATIENCE", 0.01)
    reading, writing = os.pipe()
    told: list[str] = []

    def tell(text: str) -> None:
        told.append(text)
        os.close(writing)

    with os.fdopen(reading) as stdin:
        assert prompt_of(["hello"], stdin, tell) == "hello"
    assert "waiting" in told[0]


def run(*words: str, folder: Path, closed: bool = False) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "robotui", *words]
    if closed:
        command = ["sh", "-c", 'exec "$0" "$@" <&-', *command]
    return subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("closed", [False, True])
def test_without_input_a_prompt_is_answered(tmp_path: Path, closed: bool) -> None:
    done = run("ask", "hello", folder=tmp_path, closed=closed)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


GONE = 'cd "$0"; rmdir "$0"; exec "$@"'


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use can't be deleted there")
@pytest.mark.parametrize(
    "words",
    [
        ("ask", "hello"),
        ("--server", "http://127.0.0.1:9", "ask", "hello"),
        ("serve", "--port", "0"),
        ("login",),
    ],
)
def test_a_working_folder_that_is_gone_is_told(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "gone").mkdir()
    command = [sys.executable, "-P", "-m", "robotui", *words]
    done = subprocess.run(
        ["sh", "-c", GONE, str(tmp_path / "gone"), *command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("robotui: The working folder")
    assert "cd" in done.stderr
    assert "Errno" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use can't be deleted there")
@pytest.mark.parametrize("word", ["status", "doctor", "--version"])
def test_what_needs_no_folder_works_without_one(tmp_path: Path, word: str) -> None:
    (tmp_path / "gone").mkdir()
    command = [
        "sh",
        "-c",
        GONE,
        str(tmp_path / "gone"),
        sys.executable,
        "-P",
        "-m",
        "robotui",
        word,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Errno" not in done.stderr
    assert "Traceback" not in done.stderr
    assert "robotui" in done.stdout


@pytest.mark.parametrize("there", [True, False])
def test_a_workspace_that_cannot_be_read_is_told(tmp_path: Path, there: bool) -> None:
    place = tmp_path / "place"
    if there:
        place.write_text("a file", "utf-8")
    done = run("serve", "--port", "0", "--workspace", str(place), folder=tmp_path)
    assert done.returncode == 1
    assert f"{place} can't be read: " in done.stderr
