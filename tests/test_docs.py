"""The papers are true where that can be checked: headings, paths, targets, rooms, links."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from robotui.ui import actions
from tests.test_import_law import MODULES, ROOMS

ROOT: Final = Path(__file__).parent.parent
DOCS: Final = sorted((ROOT / "docs").glob("*.md"))
PAPERS: Final = [*sorted(ROOT.glob("*.md")), *DOCS]
SOURCES: Final = [
    *(path for room in ("robotui", "tests") for path in sorted((ROOT / room).rglob("*.py"))),
    *PAPERS,
]

_NUMBER: Final = r"\d+(?:\.\d+)?(?!\.?\d)"
_AND: Final = r"(?:,? (?:and|or|to) |, )(?:the (?:last )?rows of )?"
REFERENCE: Final = re.compile(
    rf"\bprotocol (?:sections? )?({_NUMBER}(?:{_AND}{_NUMBER})*)", re.IGNORECASE
)
HEADING: Final = re.compile(r"^(#+) (.+)$", re.MULTILINE)
LINK: Final = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
OURS: Final = re.compile(r"(?:robotui|tests|screenshots|docs)/[\w./*-]*\w")


def flowing(text: str) -> str:
    """``text`` on one line, as a reference may be wrapped, in a comment too."""
    return re.sub(r"\s+(?:# )?", " ", text)


def references(text: str) -> set[str]:
    """The sections of the protocol that a text refers to."""
    found = REFERENCE.finditer(flowing(text))
    return {number for match in found for number in re.findall(_NUMBER, match[1])}


def headings(paper: Path) -> list[str]:
    return [match[2] for match in HEADING.finditer(FENCE.sub("", paper.read_text("utf-8")))]


def anchors(paper: Path) -> set[str]:
    """What a link to a heading of the paper is called, as most programs make it."""
    bare = (re.sub(r"[^\w -]", "", heading.lower()) for heading in headings(paper))
    return {text.replace(" ", "-") for text in bare}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("(protocol 2)", {"2"}),
        ("Protocol 2.", {"2"}),
        ("the words of FastAPI (protocol 1.5).", {"1.5"}),
        ("(protocol 1.5, 6.3, 6.6)", {"1.5", "6.3", "6.6"}),
        ("protocol 6.1, 6.2 and the last rows of 6.4, on sockets", {"6.1", "6.2", "6.4"}),
        ("(protocol sections 2 to 6)", {"2", "6"}),
        ("in the order of protocol 5, fact 3", {"5"}),
        ("what ends\n    a line (protocol\n    6.4)", {"6.4"}),
        ("# in a comment (protocol\n# 6.7)", {"6.7"}),
        ("the Chat protocol has 3 parts", set()),
        ("protocol 1.2.3", set()),
    ],
)
def test_references_to_the_protocol_are_found(text: str, numbers: set[str]) -> None:
    assert references(text) == numbers


def test_every_reference_to_the_protocol_leads_to_a_heading() -> None:
    numbered = (re.match(r"([\d.]*\d)\.? ", each) for each in headings(ROOT / "docs/protocol.md"))
    known = {match[1] for match in numbered if match}
    assert {"1", "1.1", "2", "6.7"} <= known
    lost = [
        f"{path.relative_to(ROOT)}: protocol {number}"
        for path in SOURCES
        if path != Path(__file__)
        for number in sorted(references(path.read_text("utf-8")) - known)
    ]
    assert lost == []


def paths_in(paper: Path) -> Iterator[str]:
    yield from OURS.findall(paper.read_text("utf-8"))


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_path_that_a_paper_names_is_there(paper: Path) -> None:
    assert [path for path in paths_in(paper) if not list(ROOT.glob(path))] == []


def test_papers_name_paths() -> None:
    assert "robotui/client" in paths_in(ROOT / "docs/protocol.md")


def modules_in(paper: Path) -> set[str]:
    """What is written like a module or room of ours: names joined by dots, in code."""
    found = re.findall(r"`(\w+(?:\.\w+)+)`", paper.read_text("utf-8"))
    rooms = {name.partition(".")[0] for name in ROOMS}
    found = [name.removeprefix("robotui.") for name in found]
    return {name for name in found if name.partition(".")[0] in rooms}


@pytest.mark.parametrize("paper", DOCS, ids=lambda paper: paper.name)
def test_every_module_that_a_paper_names_is_there(paper: Path) -> None:
    """``layout.wrap`` is one, and so is ``changes.apply`` where a module is called so."""
    known = {name.removeprefix("robotui.") for name in MODULES}
    assert modules_in(paper) <= known


def test_the_keys_are_those_of_the_table() -> None:
    """If not: put ``robotui.ui.actions.as_markdown()`` in the place of both tables."""
    told = (ROOT / "docs/keys.md").read_text("utf-8")
    assert told.endswith("\n\n" + actions.as_markdown())


def test_the_readme_tells_keys_and_commands_that_there_are() -> None:
    section = (ROOT / "README.md").read_text("utf-8").partition("## Keys")[2].partition("\n## ")[0]
    table = "\n".join(line for line in section.splitlines() if line.startswith("|"))
    known = actions.as_markdown()
    keys = re.findall(r"\b(?:F\d|(?:Ctrl|Alt|Shift)\+\w+|PgUp|PgDn|Esc|Tab|End)\b", table)
    commands = re.findall(r"`(/\w+)", table)
    assert {"F6", "Ctrl+J", "Alt+Up"} <= set(keys)
    assert {"/copy", "/undo"} <= set(commands)
    lost = [each for each in (*keys, *commands) if not re.search(rf"{re.escape(each)}\b", known)]
    assert lost == []


def definitions(module: str) -> set[str]:
    """The functions, classes and methods of a module, as ``Class.method``; none if it is none."""
    path = MODULES.get(f"robotui.{module}")
    found: set[str] = set()
    to_look = [("", ast.parse(path.read_text("utf-8")))] if path else []
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    while to_look:
        prefix, tree = to_look.pop()
        for node in tree.body:
            if isinstance(node, kinds):
                found.add(prefix + node.name)
            if isinstance(node, ast.ClassDef):
                to_look.append((f"{prefix}{node.name}.", ast.Module(node.body, [])))
    return found


def test_every_function_that_the_architecture_walks_is_there() -> None:
    """They are written ``module:function`` or ``module:Class.method``."""
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    walked = re.findall(r"`([\w.]+):([\w.]+)`", text)
    lost = [f"{module}:{name}" for module, name in walked if name not in definitions(module)]
    assert lost == []


@pytest.mark.parametrize(
    ("way", "most"),
    [
        ("One prompt: Enter to POST", 12),
        ("One line of a reply: socket to screen", 26),
        ("One block of code: apply", 18),
    ],
)
def test_no_way_is_longer_than_it_may_be(way: str, most: int) -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    section = text.partition(f"## {way}\n")[2].partition("\n## ")[0]
    assert 5 < len(re.findall(r"^\d+\. .*`[\w.]+:[\w.]+`", section, re.MULTILINE)) <= most


def test_definitions_are_functions_and_methods() -> None:
    found = definitions("client.continuing")
    assert {"has_limit_sign", "Continuation", "Continuation.add"} <= found
    assert "MAX_CONTINUES" not in found
    assert definitions("client.nothing") == set()


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_target_of_make_that_a_paper_names_is_there(paper: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert {"run", "test"} <= targets
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", paper.read_text("utf-8"), re.MULTILINE))
    assert named <= targets


def test_the_picture_of_the_house_has_every_room_and_no_other() -> None:
    match = FENCE.search((ROOT / "docs/architecture.md").read_text("utf-8"))
    assert match
    words = set(re.findall(r"\w+(?:\.\w+)*", match[0]))
    assert [name for name in ROOMS if name not in words] == []
    assert {word for word in words if "." in word} <= set(ROOMS)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_link_leads_somewhere(paper: Path) -> None:
    dead = []
    for link in LINK.findall(FENCE.sub("", paper.read_text("utf-8"))):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = paper.parent / path if path else paper
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


def test_every_paper_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    to_read = [ROOT / "README.md"]
    while to_read:
        paper = to_read.pop()
        if paper in seen:
            continue
        seen.add(paper)
        links = LINK.findall(paper.read_text("utf-8"))
        linked = ((paper.parent / link.partition("#")[0]).resolve() for link in links)
        to_read += [path for path in linked if path.suffix == ".md" and path.exists()]
    assert {path.name for path in PAPERS} <= {path.name for path in seen}
