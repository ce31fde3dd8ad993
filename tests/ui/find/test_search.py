from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.chats.transcript import Transcript
from robotui.chats.turns import Did, Notice, Part, Prompt, Remark, Reply, Said, Switch, Turn
from robotui.layout.reply_entry import entry_of
from robotui.layout.scrollback import Place, Scrollback
from robotui.ui.find import search as search_module
from robotui.ui.find import shown_texts
from robotui.ui.find.query import Query
from robotui.ui.find.search import Match, Search

TOP = Place(0, 0, 0)


def chat(*texts: str) -> Scrollback:
    """A scrollback with a reply of Markdown for each text."""
    log = Scrollback()
    log.load([Reply("RepoAgent", [Said([text])], "done") for text in texts])
    log.resize(60)
    return log


def searched(log: Scrollback, text: str, start: Place = TOP) -> Search:
    search = Search(log)
    search.look_for(text, start)
    finish(search)
    return search


def finish(search: Search) -> None:
    while search.work(0):
        pass
    assert search.complete


def current_text(search: Search) -> str:
    """The current match, with the number of its turn."""
    match = search.current
    assert match is not None
    line = search._texts.get(match.entry).split("\n")[match.line]
    return f"{match.entry}: {line[match.start : match.end]}"


def test_the_match_at_or_below_the_start_is_the_current_one() -> None:
    log = chat("zebra", "no", "one zebra, two zebras", "zebra")
    search = searched(log, "zebra", Place(1, 0, 0))
    assert (search.count, search.position, current_text(search)) == (4, 2, "2: zebra")
    line = search.current.line if search.current else 0
    for offset, position in ((4, 2), (5, 3), (15, 3), (16, 4)):
        assert searched(log, "zebra", Place(2, line, offset)).position == position


def test_without_one_below_it_is_the_nearest_above() -> None:
    assert searched(chat("zebra", "two zebras, zebra", "no"), "zebra", Place(2, 0, 0)).position == 3


def test_moves_go_around_and_say_so() -> None:
    search = searched(chat("a zebra", "zebra zebra"), "zebra")
    seen = []
    for step in (1, 1, 1, -1, -1):
        search.move(step)
        finish(search)
        seen.append((search.position, search.wrapped))
    assert seen == [(2, 0), (3, 0), (1, 1), (3, -1), (2, 0)]


def test_a_move_waits_for_what_has_to_be_searched_first() -> None:
    search = Search(chat("zebra", "no", "zebra", *["no"] * 20, "zebra", "zebra"))
    search.look_for("zebra", TOP)
    search.work(0)
    search.move(1)
    search.move(-1)
    search.move(-1)
    finish(search)
    assert (search.count, search.position, search.wrapped) == (4, 4, -1)


def test_the_view_is_searched_first_then_what_is_below_then_what_is_above() -> None:
    log = chat(*["zebra"] * 30)
    search = Search(log)
    search.look_for("zebra", Place(20, 0, 0))
    search.work(0)
    assert (search.count, search.complete) == (1, False)
    assert search.current is not None
    assert search.current.entry == 20
    for _ in range(9):
        search.work(0)
    assert (search.count, search.position) == (10, 1)
    finish(search)
    assert (search.count, search.position) == (30, 21)


def test_no_move_skips_what_is_not_searched_yet() -> None:
    search = Search(chat(*["zebra" if at in {5, 20} else "no" for at in range(25)]))
    search.look_for("zebra", Place(20, 0, 0))
    for _ in range(5):
        search.work(0)
    assert (search.count, search.position) == (1, 1)
    search.move(1)
    for _ in range(6):
        search.work(0)
    assert (current_text(search), search.wrapped) == ("5: zebra", 1)


def test_a_separator_in_a_line_of_code_begins_no_line() -> None:
    search = searched(chat("```\na\u2028b\nzebra\n```"), "zebra")
    assert current_text(search) == "0: zebra"


def test_nothing_found_and_nothing_looked_for() -> None:
    search = searched(chat("one", "two"), "zebra")
    assert (search.count, search.position, search.current) == (0, 0, None)
    search.move(1)
    finish(search)
    search.look_for(" ", TOP)
    finish(search)
    search.look_for("", TOP)
    assert search.complete
    assert not search.work(0)
    assert searched(Scrollback(), "x").count == 0


def test_what_is_hidden_is_found_and_decoration_is_not() -> None:
    log = Scrollback()
    folded = "\n".join(f"zebra{at}" for at in range(300))
    parts: list[Part] = [
        Did("run zebra", "zebra in the detail\nzebra", "a zebra"),
        Said([f"```python title=zebra.py\n{folded}\n```\n\n| a | zebra |\n|---|---|\n| b | c |\n"]),
        Remark("warning", "a zebra", "zebra", 1),
    ]
    log.load(
        [
            Prompt("a zebra?", "zebra", automatic="zebra"),
            Switch("zebra", "zebra"),
            Reply("zebra", parts, "done", limit="zebra"),
            Notice("error", "zebra", "a zebra"),
        ]
    )
    log.resize(80)
    assert searched(log, "zebra").count == 1 + 4 + 300 + 1 + 2 + 2


def test_a_reply_that_grows_is_searched_again_and_nothing_jumps() -> None:
    transcript, log = Transcript(), Scrollback()
    log.load(transcript.turns)
    log.resize(60)
    reply = transcript.ask("a zebra", "RepoAgent")
    reply.parts.append(Said(["zebra **ze"], open=True))
    search = searched(log, "zebra")
    assert (search.count, search.position) == (2, 1)
    search.move(1)
    reply.parts[0].pieces.append("bra** and\n\n```\nzebra")  # type: ignore[union-attr]
    search.sync()
    finish(search)
    assert (search.count, search.position) == (4, 2)
    reply.parts.append(Did("zebra"))
    transcript.close("done")
    transcript.note("info", "zebra")
    search.sync()
    finish(search)
    assert (search.count, search.position) == (6, 2)


def test_turns_may_go_away_and_another_chat_may_come() -> None:
    transcript, log = Transcript(), Scrollback()
    transcript.note("info", "zebra")
    transcript.note("info", "zebra zebra")
    log.load(transcript.turns)
    search = searched(log, "zebra", Place(1, 0, 0))
    assert (search.count, search.position) == (3, 2)
    transcript.turns.pop()
    search.sync()
    finish(search)
    assert (search.count, search.position) == (1, 1)
    log.load([Notice("info", "no"), Notice("info", "zebra"), Notice("info", "zebra")])
    search.sync()
    finish(search)
    assert (search.count, current_text(search)) == (2, "1: zebra")


def test_turns_that_come_and_go_between_two_slices_do_no_harm() -> None:
    turns: list[Turn] = [Notice("info", "zebra"), Notice("info", "zebra")]
    log = Scrollback()
    log.load(turns)
    search = Search(log)
    turns.append(Notice("info", "zebra"))
    log.sync()
    search.look_for("zebra", Place(2, 0, 0))
    search.work(0)
    assert search.position == 1
    del turns[1:]
    log.sync()
    finish(search)
    assert (search.count, search.position) == (1, 1)


def test_a_longer_query_looks_only_where_the_shorter_one_could_be() -> None:
    search = searched(chat("zebra", "one", "a **z**ebra", "two"), "zeb")
    ruled_out = search._done.count(2)
    search.look_for("zebra", TOP)
    assert search._done.count(0) == 4 - ruled_out == 2
    finish(search)
    assert search.count == 2
    search.look_for("one", TOP)
    finish(search)
    assert search.count == 1


def test_searching_makes_no_entry_and_evicts_none() -> None:
    log = chat(*["**ze**bra and [zebra](http://x.y)"] * 240)
    for index in (238, 239):
        log.measure(index)
    heights = [log.heights[at] for at in range(240)]
    assert searched(log, "zebra").count == 480
    assert [at for at in range(240) if log.entries[at].made] == [238, 239]
    assert [log.heights[at] for at in range(240)] == heights


def test_a_long_reply_is_read_by_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown_texts, "_PIECE", 50)
    text = "a ze**br**a\n\n```\nzebra\n```\n\n1. one\n2. zebra &amp; x\n\n" * 9
    log = chat("zebra", text)
    whole = chat(text)
    whole.measure(0)
    search = Search(log)
    search.look_for("zebra", TOP)
    slices = 1
    while search.work(0):
        slices += 1
    assert slices > 10
    assert search.count == 1 + 27
    assert search._texts.get(1) == shown_texts._text(whole.entries[0])


def test_what_is_kept_of_the_text_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown_texts, "_KEPT", 1000)
    log = chat(*["**ze**bra " + "x" * 100] * 30)
    search = searched(log, "zebra")
    assert 0 < len(search._texts._kept) < 10
    search.look_for("bra x", TOP)
    finish(search)
    assert search.count == 30
    log.load([])
    search.sync()
    assert search._texts._room == 1000


def test_the_matches_of_a_line_are_marked_the_current_one_otherwise() -> None:
    log = chat("a zebra and a zebra")
    search = searched(log, "zebra")
    assert search.current is not None
    place = search.current.place
    marks = search.marks(place, log.line(place))
    assert marks == [(2, 7, "match-current"), (14, 19, "match")]
    assert search.marks(Place(0, 0, 0), log.line(Place(0, 0, 0))) == []
    other = search.marks(place._replace(entry=9), log.line(place))
    assert [key for *_, key in other] == ["match", "match"]


def test_with_enough_matches_the_rest_is_read_only_where_a_move_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search_module, "_ENOUGH", 5)
    log = chat("ze**br**a", *["zebra"] * 6, "ze**br**a and ze**br**a", "zebra")
    search = Search(log)
    search.look_for("zebra", Place(8, 0, 0))
    while search.work(0):
        pass
    assert (search.busy, search.complete, search.is_position_exact) == (False, False, False)
    assert (search.count, search.position) == (7, 7)
    seen = []
    for _ in range(9):
        search.move(-1)
        while search.work(0):
            pass
        seen.append(current_text(search))
    assert seen == ["7: zebra", "7: zebra", *[f"{at}: zebra" for at in range(6, -1, -1)]]
    assert (search.count, search.position, search.complete) == (10, 1, True)


def test_text_without_markdown_is_counted_without_being_read() -> None:
    log = Scrollback()
    dids: list[Part] = [Did("a zebra", "**zebra** \x1b[1mze\x1b[0mbra\r\n", "zebra"), Said(["no"])]
    log.load([Prompt("[zebra](\n**zebra", "x"), Reply("x", dids, "done"), Notice("info", "`zebra")])
    search = searched(log, "zebra")
    assert search.count == 2 + 4 + 1
    assert search.current is not None
    assert set(search._texts._kept) == {0}


WORDS = st.sampled_from(
    [
        "zebra",
        "Zebra",
        "ze**br**a",
        "ze",
        "bra",
        " ",
        "\n\n",
        "`zebra`",
        "é",
        "e\u0301",
        "\u2028",
        "[a](b)",
    ]
)
TEXTS = st.lists(WORDS, max_size=6).map("".join)
TURNS = st.one_of(
    TEXTS.map(lambda text: Prompt(text, "RepoAgent")),
    TEXTS.map(lambda text: Notice("info", text, text)),
    st.lists(
        st.one_of(
            TEXTS.map(lambda text: Said([text])),
            TEXTS.map(lambda text: Did(text, text, text)),
            TEXTS.map(lambda text: Remark("info", text, text)),
        ),
        max_size=3,
    ).map(lambda parts: Reply("RepoAgent", parts, "done")),
)


@given(
    st.lists(TURNS, max_size=6),
    st.lists(st.sampled_from(["z", "zebra", "Z", "a", "é", "e", "b", "ze bra"]), max_size=3),
    st.lists(st.sampled_from([1, -1]), max_size=6),
    st.integers(0, 5),
)
def test_all_matches_of_the_lines_are_found_in_their_order(
    turns: list[Turn], queries: list[str], steps: list[int], first: int
) -> None:
    log = Scrollback()
    log.load(turns)
    log.resize(40)
    search = Search(log)
    for text in ["", *queries]:
        search.look_for(text, Place(min(first, max(0, len(turns) - 1)), 0, 0))
        finish(search)
        query, expected = Query(text), []
        for index, turn in enumerate(turns):
            entry = entry_of(turn)
            entry.make(40)
            for at, line in enumerate(entry.stack.lines()):
                found = [] if line.chrome else query.find(line.text.replace("\n", "\0"))
                expected += [Match(index, at, *stretch) for stretch in found]
        assert search.count == len(expected)
        for step in steps if expected else []:
            before = search.position - 1
            assert search.current == expected[before]
            search.move(step)
            finish(search)
            assert search.position - 1 == (before + step) % len(expected)
