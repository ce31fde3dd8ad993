from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.server.index.words import Place, Stemmer, alike, ask, parts, split_humps


@pytest.fixture
def stemmer() -> Iterator[Stemmer]:
    stemmer = Stemmer()
    yield stemmer
    stemmer.close()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("getUserName", ["get", "user", "name"]),
        ("HTTPServer", ["http", "server"]),
        ("snake_case_2", ["snake", "case", "2"]),
        ("utf8Text", ["utf8", "text"]),
        ("client.api.Session", ["client", "api", "session"]),
        ("größeÜber", ["größeüber"]),
        ("", []),
    ],
)
def test_identifiers_are_taken_apart(name: str, words: list[str]) -> None:
    assert parts(name) == words


@given(st.text())
def test_splitting_only_adds_blanks(text: str) -> None:
    assert split_humps(text).replace(" ", "") == text.replace(" ", "")


@given(st.text(max_size=200))
def test_any_text_is_a_question(text: str) -> None:
    question = ask(text)
    assert all(word.isalnum() for word in question.words)
    assert question.empty == (
        not any((question.words, question.symbols, *question.phrases)) and not question.places
    )


def test_stop_words_are_dropped_unless_they_are_all() -> None:
    assert ask("where is the token stored?").words == ("token", "stored")
    assert ask("get").words == ("get",)
    assert ask("what is this").empty
    assert ask("which functions").words == ("functions",)


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("TokenStore", ("TokenStore",)),
        ("walk", ("walk",)),
        ("how does `walk` work", ("walk",)),
        ("what does load() do", ("load",)),
        ("who calls get_token and parseUrl?", ("get_token", "parseUrl")),
        ("client.api.Session", ("client.api.Session",)),
        ("std::vec::Vec", ("std.vec.Vec",)),
        ("where is MAX_SIZE checked", ("MAX_SIZE",)),
        ("where is the token stored?", ()),
        ("see tokens.py please", ()),
        ("a path like src/getUrl/x", ()),
    ],
)
def test_names_of_code_are_seen(text: str, symbols: tuple[str, ...]) -> None:
    assert ask(text).symbols == symbols


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("client/tokens.py:31", [Place("client/tokens.py", 31)]),
        ("see (a/b.ts:4:7) now", [Place("a/b.ts", 4)]),
        ("@client/tokens.py", [Place("client/tokens.py", 0)]),
        ("@src/a.rs:9 why", [Place("src/a.rs", 9)]),
        ("what is in tokens.py?", [Place("tokens.py", 0)]),
        (r"src\a.py:3", [Place("src/a.py", 3)]),
        ("/etc/passwd:1", [Place("/etc/passwd", 1)]),
        ("../../etc/passwd:1", [Place("../../etc/passwd", 1)]),
        ("http://localhost:8000", []),
        ("asyncio.gather", []),
        ("mail@example.org at 10:30", []),
    ],
)
def test_places_are_seen(text: str, places: list[Place]) -> None:
    assert list(ask(text).places) == places


def test_of_a_traceback_the_last_call_comes_first() -> None:
    text = (
        "Traceback (most recent call last):\n"
        '  File "/home/a/app/main.py", line 4, in run\n'
        '  File "/home/a/app/store.py", line 9, in get\n'
        "KeyError: 'x'\n"
    )
    assert ask(text).places[:2] == (
        Place("/home/a/app/store.py", 9),
        Place("/home/a/app/main.py", 4),
    )


def test_quoted_text_is_a_phrase() -> None:
    assert ask('where is "no such file" raised').phrases == ("no such file",)


def test_abbreviations_count_as_the_word() -> None:
    assert "dir" in alike("directory")
    assert "config" in alike("settings")
    assert "request" in alike("reqs") or "request" in alike("req")
    assert alike("zebra") == frozenset()


def test_stems_are_the_tokenizers_own(stemmer: Stemmer) -> None:
    assert stemmer.stems(["stored", "retries", "running", "x"]) == ["store", "retri", "run", "x"]
    assert stemmer.stems([]) == []


def test_an_endless_name_is_no_symbol() -> None:
    assert not ask("a." * 10_000 + "a").symbols
    assert not ask("x_" * 200).symbols


@pytest.mark.parametrize(
    ("text", "operates"),
    [
        ("how do I run the tests?", True),
        ("How to install it", True),
        ("how can we build the wheel", True),
        ("how are the tests run in CI?", True),
        ("which command lints the code?", True),
        ("how does the runner start a test?", False),
        ("where are the tests?", False),
        ("run", False),
    ],
)
def test_questions_on_running_the_project_are_told_apart(text: str, operates: bool) -> None:
    assert ask(text).operates is operates


def test_content_words_keep_what_a_search_leaves_out() -> None:
    question = ask("how do I list the files in a directory?")
    assert question.words == ("directory",)
    assert question.content == ("list", "files", "directory")
