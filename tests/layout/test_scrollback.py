"""Which entries of a long chat are made."""

from __future__ import annotations

from robotui.chats.transcript import Transcript
from robotui.chats.turns import Prompt, Reply, Said
from robotui.layout.scrollback import Place, Scrollback


def test_a_selection_of_a_whole_long_chat_makes_few_entries() -> None:
    chat = Transcript()
    for n in range(1000):
        text = f"**bold** {n}\n"
        chat.turns += [Prompt("?", "RepoAgent"), Reply("RepoAgent", [Said([text])], "done")]
    log = Scrollback()
    log.load(chat.turns)
    log.resize(80)
    text = log.text(Place(0, 0, 0), Place(1999, 9, 9))
    assert sum(entry.made for entry in log.entries) < 10
    assert text.startswith("\n?\n\n**bold** 0\n\n?\n\n**bold** 1\n\n?\n")
    assert text.endswith("\n\n?\n\nbold 999")
