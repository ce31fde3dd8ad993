"""Of a very long line what is around the place that was found is shown, and what that is in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from robotui.server.index.excerpts import LONG, SIDE, enclosing, excerpt
from robotui.server.index.index import Index
from robotui.server.index.results import Hit
from robotui.server.index.search import Searcher, definitions, uses
from robotui.server.index.words import ask
from robotui.server.models.workspace import Workspace

FILLER = ";".join(f"function f{n}(a,b){{return a+b*{n}}}" for n in range(900))
MINIFIED = f'{FILLER};function loadZebra(u){{if(u){{fetchStripes(u,"{{")}}}};{FILLER}\n'
ROWS = {f"row{n}": {"size": n, "tags": ["a", "b"]} for n in range(900)}
DATA = json.dumps({"top": {**ROWS, "animals": {"zebra": {"stripes": "many zebraStripes"}}, **ROWS}})
LOG = "x=1 " * 5000 + "error: the zebra lost its stripes at noon " + "y=2 " * 5000 + "\n"


@pytest.fixture
def search(tmp_path: Path) -> Iterator[object]:
    with closing(Searcher()) as searcher:
        yield searcher


def found(root: Path, searcher: Searcher, name: str, text: str, query: str) -> Hit:
    workspace = root / "workspace"
    workspace.mkdir()
    (workspace / name).write_text(text, "utf-8")
    with closing(Index(workspace, root / "index.db")) as index:
        for _ in index.update():
            pass
        return searcher.search(index, ask(query))[0]


@pytest.mark.parametrize(
    ("name", "text", "query", "symbol", "words"),
    [
        ("a.js", MINIFIED, '"fetchStripes"', "loadZebra", "fetchStripes(u"),
        ("a.js", MINIFIED, "where are the stripes fetched", "loadZebra", "fetchStripes(u"),
        ("a.json", DATA, '"many zebraStripes"', "top.animals.zebra", "many zebraStripes"),
        ("a.txt", LOG, "zebra stripes", "", "the zebra lost its stripes"),
        ("a.py", "D = {" + "'k': 1, " * 3000 + "'zebra': 'stripes'}\n", "zebra", "D", "'zebra'"),
        ("a.css", ".a{color:red}" * 2000 + ".zebra{stripes:many}\n", '"stripes"', ".zebra", "many"),
    ],
)
def test_what_is_around_the_place(
    tmp_path: Path, search: Searcher, name: str, text: str, query: str, symbol: str, words: str
) -> None:
    hit = found(tmp_path, search, name, text, query)
    assert any(words in line for line in hit.text)
    assert max(map(len, hit.text)) <= LONG + 60
    assert hit.symbol == symbol


@pytest.mark.parametrize("at", [0, 5, SIDE, 5000, 9990, 9999])
def test_two_hundred_characters_a_side(at: int) -> None:
    line = "".join(chr(0x4E00 + n) for n in range(10_000))
    shown = excerpt(line, at, at + 1)
    middle = shown.strip("…")
    assert line[at] in middle
    assert middle == line[max(at - SIDE, 0) : at + 1 + SIDE]
    assert shown.startswith("…") is (at > SIDE)
    assert shown.endswith("…") is (at + 1 + SIDE < len(line))


def test_a_line_that_is_not_long_is_whole() -> None:
    assert excerpt("x" * LONG, 3) == "x" * LONG


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("var a={load:function(u){HIT}}", "load"),
        ("const go=async(u)=>{if(u){HIT}}", "go"),
        ("class Zoo{feed(x){HIT}}", "Zoo.feed"),
        ("function a(){}HIT", ""),
        ('{"a":[{"b":HIT}]}', "a"),
        ("HIT", ""),
        ("}}}]HIT", ""),
        ('function a(){x="}";HIT}', "a"),
    ],
)
def test_what_a_place_is_in(line: str, name: str) -> None:
    assert enclosing(line, line.index("HIT"))[0] == name


def test_uses_in_long_lines_show_the_mention(tmp_path: Path, search: Searcher) -> None:
    root = tmp_path / "workspace"
    root.mkdir()
    (root / "a.js").write_text("function zebraRun(){}\n", "utf-8")
    (root / "b.js").write_text(f"{FILLER};zebraRun();{FILLER}\n", "utf-8")
    with closing(Index(root, tmp_path / "index.db")) as index:
        for _ in index.update():
            pass
        (use,) = uses(index, definitions(index, "zebraRun")[0])
    assert "zebraRun()" in use.text
    assert len(use.text) <= LONG + 60


async def test_the_models_search_shows_the_same(tmp_path: Path) -> None:
    root = tmp_path / "workspace"
    root.mkdir()
    (root / "a.js").write_text(MINIFIED, "utf-8")
    place = Workspace(root, tmp_path / "cache")
    text = (await place.search_code('"fetchStripes"')).text
    await place.aclose()
    assert "a.js:1 function loadZebra" in text
    assert "fetchStripes(u" in text
    assert len(text) < 2 * LONG
