"""All code blocks of a chat: which they are, in what order, and what each is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.chats import shelf as shelf_module
from robotui.chats.reply_text import ReplyText, may_have_code
from robotui.chats.shelf import Key, Shelf, Shelved
from robotui.chats.transcript import Transcript
from robotui.chats.turns import Did, Part, Reply, Said
from robotui.markdown import Document
from tests.markdown.samples import cuts, documents


def code(name: str = "", text: str = "x", language: str = "py") -> str:
    return f"```{language} {name}\n{text}\n```\n\n"


def chat(*texts: str, agent: str = "RepoAgent") -> Transcript:
    transcript = Transcript()
    for text in texts:
        reply = transcript.ask("?", agent)
        reply.parts.append(Said([text]))
        transcript.close("done")
    return transcript


def read(shelf: Shelf, first: int = 0) -> list[Shelved]:
    return [item for blocks in shelf.read(first) for item in blocks]


def test_the_last_reply_comes_first_and_its_blocks_in_order() -> None:
    shelf = Shelf(chat(code("a.py") + code("b.py"), "no code", code("c.py")))
    assert [(item.key, item.file_name) for item in read(shelf)] == [
        (Key(5, 1), "c.py"),
        (Key(1, 1), "a.py"),
        (Key(1, 2), "b.py"),
    ]
    assert shelf.replies == 3


def test_reading_can_be_given_up_and_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[Reply] = []

    class Counting(ReplyText):
        def __init__(self, reply: Reply) -> None:
            parsed.append(reply)
            super().__init__(reply)

    monkeypatch.setattr(shelf_module, "ReplyText", Counting)
    shelf = Shelf(chat(code("a.py"), "no code", code("b.py")))
    next(shelf.read())
    assert len(parsed) == 1
    assert len(read(shelf)) == len(read(shelf)) == 2
    assert len(parsed) == 2


def test_versions_of_a_file_are_counted_from_the_oldest() -> None:
    shelf = Shelf(chat(code("a.py", "1"), code("b.py") + code("a.py", "2"), code("a.py", "3")))
    newest, other, second, first = read(shelf)
    assert [shelf.version(item) for item in (first, second, newest)] == [(1, 3), (2, 3), (3, 3)]
    assert shelf.version(other) == (1, 1)
    assert (shelf.previous(newest), shelf.previous(second)) == (second, first)
    assert (shelf.previous(first), shelf.previous(other)) == (None, None)


def test_blocks_without_a_file_name_are_no_versions_of_each_other() -> None:
    shelf = Shelf(chat(code(), code()))
    newest, _ = read(shelf)
    assert shelf.previous(newest) is None


def test_a_reply_that_is_coming_in_is_there_as_it_stands() -> None:
    transcript = chat(code("a.py", "old"))
    reply = transcript.ask("?", "RepoAgent")
    said = Said([code("a.py", "new") + "```py a.py\ny ="], open=True)
    reply.parts.append(said)
    shelf = Shelf(transcript)
    first, second, old = read(shelf)
    assert (second.source, second.closed, second.lines) == ("y =", False, 1)
    assert [shelf.version(item) for item in (old, first, second)] == [(1, 3), (2, 3), (3, 3)]
    assert shelf.previous(second) == first
    assert shelf.end == 3

    said.pieces.append(" 1\n```\n")
    transcript.close("done")
    second = read(shelf, shelf.end - 1)[1]
    assert (second.source, second.closed) == ("y = 1\n", True)
    assert shelf.version(second) == (3, 3)
    assert shelf.find(second.key) == second
    assert shelf.end == 4


@pytest.mark.parametrize("key", [Key(0, 1), Key(1, 2), Key(9, 1)])
def test_what_is_not_there_is_not_found(key: Key) -> None:
    assert Shelf(chat(code())).find(key) is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["b.ts", "a.py"]),
        ("PY", ["a.py"]),
        ("repo ts", ["b.ts"]),
        ("needle", ["a.py"]),
        ("needle ts", []),
        ("straße", ["b.ts"]),
    ],
)
def test_words_may_be_in_the_agent_language_file_name_or_code(query: str, found: list[str]) -> None:
    shelf = Shelf(chat(code("a.py", "the Needle"), code("b.ts", "STRASSE", "typescript")))
    words = query.casefold().split()
    assert [item.file_name for item in read(shelf) if item.has(words)] == found


@given(documents)
def test_a_block_can_be_made_anew(text: str) -> None:
    transcript = chat(text)
    document = Document()
    document.feed(text)
    document.finish()
    blocks, items = document.code_blocks, read(Shelf(transcript))
    assert [item.source for item in items] == [block.source for block in blocks]
    for item, block in zip(items, blocks, strict=True):
        again = item.block
        assert (again.lines, again.number, again.info) == (block.lines, block.number, block.info)
        assert (again.language, again.closed) == (block.language, block.closed)
        assert (again.file_name, again.line) == (block.file_name, block.line)
        assert item.lines == len(block.lines)


@given(documents)
def test_no_text_with_code_is_skipped(text: str) -> None:
    document = Document()
    document.feed(text)
    document.finish()
    assert may_have_code(Reply("a", [Said([text])])) or not document.code_blocks


@given(st.data())
def test_blocks_are_numbered_through_a_reply_however_it_came_in(data: st.DataObject) -> None:
    texts = data.draw(st.lists(st.one_of(st.none(), documents), max_size=4))
    transcript = Transcript()
    reply = transcript.ask("?", "RepoAgent")
    shelf = Shelf(transcript)
    expected: list[str] = []
    for text in texts:
        part: Part = Did("did") if text is None else Said([], open=True)
        reply.parts.append(part)
        if isinstance(part, Said):
            for piece in data.draw(cuts(text or "")):
                part.pieces.append(piece)
                read(shelf)
            part.open = False
            document = Document()
            document.feed(text or "")
            document.finish()
            expected += [block.source for block in document.code_blocks]
    transcript.close("done")
    for found in (read(shelf), read(Shelf(transcript))):
        assert [item.source for item in found] == expected
        assert [item.key.number for item in found] == list(range(1, len(expected) + 1))
