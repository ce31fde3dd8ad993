"""Lines that stand for code, in many languages, and dots that are code."""

from __future__ import annotations

from pathlib import Path

import pytest

from robotui.workspace.code.elision import gaps, is_bare, stands_for_code
from robotui.workspace.merge.placements import placements
from robotui.workspace.text_file import TextFile

BODY = """\
def load(path):
    data = path.read_text()
    for line in data.splitlines():
        key, value = line.split("=", 1)
        items[key] = value
    return items


def other():
    return 1
"""


@pytest.mark.parametrize(
    "line",
    [
        *("# same as before", "# snip", "# --- snip ---", "// truncated for brevity"),
        *("# keep the rest", "// keep existing code as is", "# code omitted for brevity"),
        *("# everything else unchanged", "# remains the same", "# lines 10-40 unchanged"),
        *("; rest as before", "% unchanged", '" ... existing mappings', "' ... the rest"),
        *("REM rest unchanged", "(* ... *)", "{/* remaining markup unchanged */}"),
        *("<!-- existing markup -->", "-- other columns unchanged", "{# ... #}", "/* 8< */"),
        *("pass  # unchanged", "pass  # ... existing code", "# <existing code>"),
        *("# ... wie bisher", "# (unverändert)", "// der restliche Code bleibt gleich"),
        *("# reste du code inchangé", "// le reste", "# resto del código sin cambios"),
        *("// restante do código inalterado", "# resto del codice invariato", "# come prima"),
        *("# 其余代码保持不变", "// 中间代码省略", "// 既存のコード", "# 以下省略"),
        *("# остальной код без изменений", "// существующий код", "// 나머지 코드"),
    ],
)
def test_comments_that_stand_for_code(line: str) -> None:
    assert stands_for_code(line)


@pytest.mark.parametrize(
    "line",
    [
        *("# Loading...", "# TODO: handle this...", "# wait for the other thread"),
        *("# use the previous value if the key is missing", "// skip existing files"),
        *("# cut the string at the first blank", "# Parse remaining arguments", "# current user"),
        *("# Return the existing user, if there is one", "// remove the remaining whitespace"),
        *('"""The rest of the path."""', "#!/bin/sh", "# the same value is used twice"),
    ],
)
def test_comments_that_explain(line: str) -> None:
    assert not stands_for_code(line)


@pytest.mark.parametrize(
    "line", ["...", "…", "    ...", "[...]", "(...)", "... existing code ...", "...,", "⋮"]
)
def test_bare_lines_that_stand_for_code(line: str) -> None:
    assert is_bare(line)


@pytest.mark.parametrize(
    "line", ["...args,", "...props", "x = [...]", "f(...)", "..", "[1, 2]", "<div>", "[section]"]
)
def test_dots_that_are_code(line: str) -> None:
    assert not is_bare(line)


def test_dots_that_are_a_whole_body_are_code() -> None:
    block = (
        'def f():\n    ...\n\n\nclass G:\n    """Doc."""\n    ...\n\n\ndef h():\n    a()\n    ...\n'
    )
    assert gaps(block.split("\n")) == [11]


@pytest.mark.parametrize(
    "gap",
    ["...", "…", "    ...", "    # wie gehabt", "    # ...", "    pass  # unchanged", "[...]"],
)
def test_what_is_left_out_in_the_middle_stays(gap: str) -> None:
    block = (
        f"def load(path):\n    data = path.read_text()\n{gap}\n    log(items)\n    return items\n"
    )
    way = placements(TextFile(Path("b.py"), BODY.encode()), block)[0]
    assert way.after == BODY.replace("    return items\n", "    log(items)\n    return items\n")
    assert way.sure


@pytest.mark.parametrize(
    "block",
    [
        "def load(path):\n    check(path)\n    ...\n",
        "def load(path, strict):\n    ...\n",
        "def load(path):\n    # das Lesen der Datei\n    return items\n",
        "def load(path):\n    ...\n    log(1)\n    ...\n",
    ],
)
def test_no_line_goes_silently(block: str) -> None:
    way = placements(TextFile(Path("b.py"), BODY.encode()), block)[0]
    assert not way.sure or "items[key] = value" in way.after


def test_a_stub_shown_for_its_name_changes_nothing() -> None:
    block = "def load(path): ...\n\n\ndef other():\n    return 2\n"
    way = placements(TextFile(Path("b.py"), BODY.encode()), block)[0]
    assert way.after == BODY.replace("return 1", "return 2")


def test_dots_that_the_file_has_are_kept() -> None:
    text = (
        "class P(Protocol):\n    def f(self) -> int:\n        ...\n\n    def g(self) -> int: ...\n"
    )
    block = text.replace("int", "str")
    way = placements(TextFile(Path("p.py"), text.encode()), block)[0]
    assert (way.after, way.sure) == (block, True)
