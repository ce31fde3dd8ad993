from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.errors import WriteRefusedError
from robotui.workspace.code.elision import stands_for_code
from robotui.workspace.merge.placement import Placement, whole
from robotui.workspace.merge.placements import placements
from robotui.workspace.text_file import TextFile
from tests.examples import examples

PYTHON = '''\
"""A shop."""

import json


class Shop:
    """Sells things."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.stock: dict[str, int] = {}

    def deliver(self, item: str, count: int) -> None:
        """More of an item."""
        self.stock[item] = self.stock.get(item, 0) + count

    def sell(self, item: str) -> bool:
        """One item less."""
        if self.stock.get(item, 0) == 0:
            return False
        self.stock[item] -= 1
        return True

    def report(self) -> str:
        """The stock as JSON."""
        return json.dumps(self.stock, indent=2)


def open_shop(path: str) -> Shop:
    """A shop out of a file."""
    with open(path) as file:
        data = json.load(file)
    shop = Shop(data["name"])
    for item, count in data["stock"].items():
        shop.deliver(item, count)
    return shop


def main() -> None:
    """The program."""
    print(open_shop("shop.json").report())
'''

SCRIPT = """\
import { a } from "./a.js";

export function first(x) {
  const y = x + 1;
  if (y > 3) {
    return a(y);
  }
  return y;
}

export async function second(list) {
  const found = [];
  for (const each of list) {
    found.push(await first(each));
  }
  return found;
}
"""


def file(text: str) -> TextFile:
    return TextFile(Path("file"), text.encode())


def ways(text: str, block: str, line: int | None = None) -> list[Placement]:
    return placements(file(text), textwrap.dedent(block), line)


def best(text: str, block: str, line: int | None = None) -> Placement:
    return ways(text, block, line)[0]


# --- whole files ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "after"),
    [("a\n", "a\n"), ("a", "a\n"), ("a\r\nb\r\n", "a\r\nb\r\n"), ("\ta  \n\n", "\ta  \n\n")],
)
def test_a_new_file_is_the_block_exactly(source: str, after: str) -> None:
    for way in (
        whole(TextFile(Path("f"), None), source),
        *placements(TextFile(Path("f"), None), source),
    ):
        assert (way.kind, way.after, way.sure) == ("new", after, True)


def test_an_empty_file_is_filled() -> None:
    (way,) = ways("\n", "x = 1\n")
    assert (way.kind, way.after, way.sure) == ("whole", "x = 1\n", True)


def test_an_empty_block_is_refused() -> None:
    with pytest.raises(WriteRefusedError, match="empty"):
        ways(PYTHON, " \n\n")


def test_a_new_version_of_a_file_replaces_it() -> None:
    block = PYTHON.replace("json", "tomllib").replace("Shop", "Store")
    way = best(PYTHON, block)
    assert way.after == block
    assert way.sure


def test_the_same_again_changes_nothing() -> None:
    way = best(PYTHON, PYTHON)
    assert way.after == PYTHON
    assert way.description.startswith("changes nothing")


def test_a_file_keeps_its_line_endings_and_its_bare_end() -> None:
    text = PYTHON.replace("\n", "\r\n").removesuffix("\r\n")
    block = PYTHON.replace("One item less", "Sell one")
    assert best(text, block).after == block.replace("\n", "\r\n").removesuffix("\r\n")
    assert whole(file(text), block).after == block.replace("\n", "\r\n").removesuffix("\r\n")


# --- parts of files ------------------------------------------------------------------------------


def test_a_changed_function_goes_to_its_place_and_its_depth() -> None:
    block = """
    def sell(self, item: str) -> bool:
        \"""One item less.\"""
        if not self.stock.get(item):
            return False
        self.stock[item] -= 1
        return True
    """
    way = best(PYTHON, block)
    assert way.after == PYTHON.replace("self.stock.get(item, 0) == 0", "not self.stock.get(item)")
    assert (way.kind, way.start, way.end, way.sure) == ("region", 16, 22, True)
    assert way.description.startswith("replaces lines 17-22, ")
    assert way.description.endswith("% alike, indented by 4")
    assert 0.7 < way.alike < 1


def test_a_function_written_anew_is_found_by_its_name() -> None:
    block = """
    def open_shop(path: str) -> Shop:
        return pickle.loads(Path(path).read_bytes())
    """
    way = best(PYTHON, block)
    assert (way.start, way.end) == (28, 36)
    assert way.after.count("def open_shop") == 1
    assert "return pickle" in way.after
    assert "for item, count" not in way.after


def test_lines_without_a_name_are_found_by_what_is_around_them() -> None:
    block = """
        data = json.load(file)
    shop = Shop(data["name"])
    shop.log("opened")
    for item, count in data["stock"].items():
    """
    way = best(PYTHON, block)
    wanted = '    shop = Shop(data["name"])\n'
    assert way.after == PYTHON.replace(wanted, wanted + '    shop.log("opened")\n')
    assert way.sure


def test_a_block_that_is_indented_deeper_is_moved_back() -> None:
    block = textwrap.indent(
        'def main() -> None:\n    """The program."""\n    print(1)\n', "        "
    )
    way = placements(file(PYTHON), block)[0]
    assert way.after.endswith('\n\ndef main() -> None:\n    """The program."""\n    print(1)\n')
    assert "indented by 8 less" in way.description


def test_tabs_and_blanks_are_as_the_file_has_them() -> None:
    text = "func a() {\n\tx := 1\n\tif x {\n\t\ty()\n\t}\n}\n"
    way = best(text, "func a() {\n    x := 2\n    if x {\n        y()\n    }\n}\n")
    assert way.after == text.replace("1", "2")
    assert "with tabs" in way.description
    way = best(text.replace("\t", "  "), text.replace("1", "2"))
    assert way.after == text.replace("1", "2").replace("\t", "  ")
    assert "with blanks" in way.description


def test_braces_end_where_they_close() -> None:
    block = """
    export function first(x) {
      return x;
    }
    """
    way = best(SCRIPT, block)
    assert (
        way.after
        == SCRIPT[: SCRIPT.index("export")]
        + textwrap.dedent(block).lstrip()
        + SCRIPT[SCRIPT.index("\nexport async") :]
    )


def test_one_method_shown_with_its_class_leaves_the_others() -> None:
    block = """
    class Shop:
        def report(self) -> str:
            \"""The stock as JSON.\"""
            return json.dumps(self.stock, indent=4)
    """
    way = best(PYTHON, block)
    assert way.after == PYTHON.replace("indent=2", "indent=4")
    assert "that the block leaves out" in way.description


# --- code left out -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "# ... existing code ...",
        "    # ...",
        "// ...",
        "  // ... rest of the function",
        "/* ... */",
        "<!-- ... existing markup ... -->",
        "{/* ... other props ... */}",
        "# rest unchanged",
        "# The rest of the code remains the same",
        "// existing imports stay here",
        "-- ... other columns ...",
        "# (rest of the file unchanged)",
        "# … existing methods …",
        "# [...]",
        "# unchanged",
    ],
)
def test_lines_that_stand_for_code(line: str) -> None:
    assert stands_for_code(line)


@pytest.mark.parametrize(
    "line",
    [
        "...",
        "    ...",
        "x = [...]",
        "# the rest of us",
        "# wait for the other thread",
        "print('...')",
        "# restore the existing value",
        "#",
        "",
        "# see RFC 2616 ... and others",
    ],
)
def test_lines_that_do_not(line: str) -> None:
    assert not stands_for_code(line)


def test_what_is_left_out_is_taken_from_the_file() -> None:
    block = """
    class Shop:
        \"""Sells all kinds of things.\"""

        # ... existing code ...

        def sell(self, item: str) -> bool:
            \"""One item less.\"""
            self.log(item)
            # ... rest unchanged ...
            return True
    """
    way = best(PYTHON, block)
    doc = '        """One item less."""\n'
    assert way.after == PYTHON.replace("Sells things", "Sells all kinds of things").replace(
        doc, f"{doc}        self.log(item)\n"
    )
    assert way.sure
    assert not way.warnings
    assert "keeps 12 lines" in way.description


def test_a_guess_at_what_is_left_out_is_told() -> None:
    block = """
    def sell(self, item: str) -> bool:
        # ... existing code ...
        return item in self.stock
    """
    way = best(PYTHON, block)
    assert not way.sure
    assert way.warnings == ("what line 3 of the block stands for is a guess",)


def test_what_is_left_out_at_the_ends_stays() -> None:
    block = """
    // ... imports ...

    export async function second(list) {
      return Promise.all(list.map(first));
      // ... existing code ...
    }
    // ... the rest of the file ...
    """
    way = best(SCRIPT, block)
    assert way.after.startswith(SCRIPT[: SCRIPT.index("export async")])
    assert "Promise.all" in way.after
    assert "found.push" in way.after
    assert "..." not in way.after


def test_a_closing_brace_is_that_of_the_function() -> None:
    block = """
    export function first(x, z) {
      // ... existing code ...
    }
    """
    assert best(SCRIPT, block).after == SCRIPT.replace("first(x)", "first(x, z)")


def test_code_left_out_that_is_not_found_is_warned_of() -> None:
    block = """
    def quite_another(thing):
        alpha()
        # ... existing code ...
        omega()
    """
    for way in ways(PYTHON, block):
        assert not way.sure
        assert any("line 4 of the block stands for code" in warning for warning in way.warnings)


def test_a_file_made_of_a_block_with_code_left_out_is_warned_of() -> None:
    block = "def f():\n    # ... existing code ...\n    return 1\n"
    wanted = ("line 2 of the block stands for code that was left out",)
    assert whole(TextFile(Path("f"), None), block).warnings == wanted
    assert whole(file(PYTHON), block).warnings == wanted
    assert whole(file(block), block).warnings == ()


def test_a_line_of_the_file_itself_is_no_gap() -> None:
    text = PYTHON.replace('"""The program."""', "# ... existing code ...")
    block = "def main() -> None:\n    # ... existing code ...\n    print(1)\n"
    way = best(text, block)
    assert way.after == text.replace('print(open_shop("shop.json").report())', "print(1)")


# --- doubt ---------------------------------------------------------------------------------------


def test_nothing_alike_is_told_and_left_to_the_user() -> None:
    found = ways(PYTHON, "SELECT name FROM customers WHERE debt > 100;\n")
    assert not any(way.sure for way in found)
    assert found[0].description.startswith("nothing in the file is much like the block")
    assert {"end", "whole"} <= {way.kind for way in found}
    end = next(way for way in found if way.kind == "end")
    assert end.after.startswith(PYTHON)
    assert end.after.endswith("100;\n")


def test_a_line_number_is_a_place_too() -> None:
    way = best(PYTHON, "VERSION = 3\n", 4)
    assert (way.kind, way.start, way.end, way.sure) == ("before", 3, 3, False)
    assert way.after == PYTHON.replace("\n\nclass Shop", "VERSION = 3\n\n\nclass Shop", 1)
    assert "before line 4" in way.description
    assert all(way.kind != "before" for way in ways(PYTHON, "VERSION = 3\n", 4000))


def test_several_places_alike_are_left_to_the_user_unless_a_line_is_given() -> None:
    text = "".join(f"def f{n}():\n    prepare()\n    run()\n    finish()\n\n\n" for n in range(3))
    block = "    prepare()\n    run(1)\n    finish()\n"
    found = ways(text, block)
    assert [way.sure for way in found] == [False] * len(found)
    assert "3 places fit alike" in found[0].description
    way = best(text, block, 8)
    assert (way.start, way.end, way.sure) == (7, 10, True)


def test_much_less_than_before_is_warned_of() -> None:
    block = "class Shop:\n    pass\n"
    way = next(way for way in ways(PYTHON, block) if (way.start, way.end) == (5, 26))
    assert any("less than before" in warning for warning in way.warnings)


# --- any file, any block -------------------------------------------------------------------------

SOME_LINES = st.lists(
    st.sampled_from(
        [*PYTHON.splitlines()[5:24], "", "}", "# ... existing code ...", "\tx", "class A:", "é"]
    ),
    min_size=1,
    max_size=14,
)


@examples(3)
@given(SOME_LINES, SOME_LINES, st.none() | st.integers(-1, 20), st.sampled_from(["\n", "\r\n"]))
def test_every_placement_leaves_what_it_does_not_replace(
    old: list[str], new: list[str], line: int | None, end: str
) -> None:
    text = "".join(each + end for each in old)
    if not "".join(new).strip():
        return
    found = placements(file(text), "\n".join(new), line)
    assert found
    assert len({way.after for way in found}) == len(found)
    for way in found:
        if not text.strip():
            continue
        assert 0 <= way.start <= way.end <= len(old)
        assert way.after.startswith("".join(each + end for each in old[: way.start]))
        assert way.after.endswith("".join(each + end for each in old[way.end :]))
        assert "\r\n" in way.after or end == "\n"
        assert way.description


@given(st.integers(0, 40), st.integers(1, 12), st.integers(0, 12))
def test_a_part_of_the_file_is_found_where_it_is(start: int, count: int, depth: int) -> None:
    lines = PYTHON.splitlines()
    part = lines[start : start + count]
    if sum(len(each.strip()) for each in part) < 20:
        return
    block = textwrap.indent(textwrap.dedent("\n".join(part)), " " * depth)
    found = ways_of_exactly(block)
    assert PYTHON in [way.after for way in found]
    # A function that is cut short may as well be the whole of a shorter one.
    if not any(each.lstrip().startswith(("def", "class")) for each in part):
        assert found[0].after == PYTHON


def ways_of_exactly(block: str) -> list[Placement]:
    return placements(file(PYTHON), block)
