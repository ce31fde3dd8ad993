"""Which file a code block is said to be: by its info string, the line before, its first line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.markdown import CodeBlock, Document
from robotui.markdown.file_names import LONGEST, in_info, is_file_name
from robotui.markdown.sentences import in_sentence
from tests.markdown.samples import cuts, documents


def block_of(text: str) -> CodeBlock:
    document = Document()
    document.feed(text)
    document.finish()
    return document.code_blocks[-1]


def file_of(text: str) -> tuple[str, int | None]:
    block = block_of(text)
    return block.file_name, block.line


@pytest.mark.parametrize(
    "name",
    [
        *("app.py", "src/app.py", "./a/b.test.ts", "../x.go", "/etc/nginx/nginx.conf", "~/.bashrc"),
        *(
            "Makefile",
            "docker/Dockerfile",
            ".gitignore",
            "poetry.lock",
            "a-b_c.d.tsx",
            "__init__.py",
        ),
        *("src\\win\\app.cs", "C:\\x\\y.bat", "app/[slug]/page.tsx", "+page.svelte", "日本.md"),
        *("README.MD", "Main.JAVA", "logs/out.log", "@types/x.d.ts", "CMakeLists.txt"),
    ],
)
def test_these_are_file_names(name: str) -> None:
    assert is_file_name(name)


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "..", "...", "app", "src/", "3.11", "v1.2.3", "e.g", "i.e", "os.path", "self.x"),
        *("console.log", "np.array", ".py", "*.py", "http://x.y/a.py", "https://x.y", "//x.y/a.py"),
        *("www.x.org/a.html", "example.com", "a b.py", " a.py", "a.py ", "a.py\n", "a\x1b[1m.py"),
        *(
            "a\u202e.py",
            "a\u2028.py",
            "a\0.py",
            "<a.py>",
            "a|b.py",
            "$(rm).sh",
            "a;b.sh",
            "--x.json",
        ),
        *("a.py/", "x" * LONGEST + ".py", "me@x.org", "1.5", "a.", "U.S", "a/.../b.py"),
    ],
)
def test_these_are_none(text: str) -> None:
    assert not is_file_name(text) or in_sentence(text) is None


@pytest.mark.parametrize(
    ("info", "language", "file"),
    [
        ("python title=app.py", "python", ("app.py", None)),
        ('py file="my app.py"', "py", ("my app.py", None)),
        ("js {1,3} filename='x.js'", "js", ("x.js", None)),
        ("sh file=bin/run", "sh", ("bin/run", None)),
        ('js title="An example"', "js", ("", None)),
        ("python app.py", "python", ("app.py", None)),
        ("make Makefile", "make", ("Makefile", None)),
        ("Makefile", "Makefile", ("", None)),
        ("app.py", "py", ("app.py", None)),
        ("src/app.py:12", "py", ("src/app.py", 12)),
        ("12:30:src/app.py", "py", ("src/app.py", 12)),
        ("python:src/app.py", "python", ("src/app.py", None)),
        ("python:src/app.py:7-9", "python", ("src/app.py", 7)),
        ("ts src\\a.ts#L3-L9", "ts", ("src/a.ts", 3)),
        ("diff a.py b.py", "diff", ("", None)),
        ("c++", "c++", ("", None)),
        ("node.js", "node.js", ("", None)),
        ("asp.net", "asp.net", ("", None)),
        ("{.python title=app.py}", "python", ("app.py", None)),
        ("python http://x.y/a.py", "python", ("", None)),
        ("title=../../etc/passwd", "", ("../../etc/passwd", None)),
        ("sh title=/etc/passwd", "sh", ("/etc/passwd", None)),
        ("title=.git/config", "", (".git/config", None)),
        ('file="con: a|b, c?"', "", ("con: a|b, c?", None)),
        ("file=" + "x" * (LONGEST + 1), "", ("", None)),
        ("file=' x.py'", "", ("", None)),
        ("py file=\"\" title=''", "py", ("", None)),
        ("rust,filename=src/i.rs", "rust", ("src/i.rs", None)),
        ("rust,filename=src/i.rs,ignore", "rust", ("src/i.rs", None)),
        ("rust,ignore,title='a b.rs'", "rust", ("a b.rs", None)),
        ("rust, ignore file=a,b.rs", "rust", ("a,b.rs", None)),
        ("rust,src/i.rs", "rust", ("src/i.rs", None)),
        ("src/i.rs,ignore", "rs", ("src/i.rs", None)),
        (",", "", ("", None)),
    ],
)
def test_the_info_string_tells(info: str, language: str, file: tuple[str, int | None]) -> None:
    assert file_of(f"```{info}\nx\n```\n") == file
    assert block_of(f"```{info}\nx\n```\n").language == language


@pytest.mark.parametrize(
    ("before", "file"),
    [
        ("`src/app.py`:", ("src/app.py", None)),
        ("**config.py**", ("config.py", None)),
        ("**`config.py`**", ("config.py", None)),
        ("### src/app.py", ("src/app.py", None)),
        ("### 1. `src/app.py` (new)", ("src/app.py", None)),
        ("In src/app.py:42:", ("src/app.py", 42)),
        ("Create `Dockerfile`:", ("Dockerfile", None)),
        ("Some words\nand then *app.py*:", ("app.py", None)),
        ("app.py\n======", ("app.py", None)),
        ("_config.yml_", ("config.yml", None)),
        ("__init__.py", ("__init__.py", None)),
        ("- [app.py](src/app.py)", ("app.py", None)),
        ("> see app.py", ("app.py", None)),
        ("文件 `日本.py`：", ("日本.py", None)),
        ("I mended config.py. Now put this into app.py:", ("app.py", None)),
        ("I mended config.py. Now run it:", ("", None)),
        ("Copy a.py to b.py:", ("", None)),
        ("See `n.py` for details but this is example output:", ("", None)),
        ("See the n.py file for details, and change this:", ("", None)),
        ("Compare this with `n.py` and its tests:", ("", None)),
        ("The error came out of `n.py` yesterday:", ("", None)),
        ("Like n.py, it prints:", ("", None)),
        ("Running n.py with -v prints:", ("", None)),
        ("Output of `n.py`:", ("", None)),
        ("I changed the parser, n.py is fine:", ("", None)),
        ("Here is the `n.py` file:", ("n.py", None)),
        ("Here's n.py with the fix:", ("n.py", None)),
        ("Add this to `n.py` before the loop:", ("n.py", None)),
        ("Open `n.py` and change line 3 to:", ("n.py", None)),
        ("Now, in `n.py`, we need a loop:", ("n.py", None)),
        ("In the file n.py this is wrong:", ("n.py", None)),
        ("Let's put the main function into `n.py` for now:", ("n.py", None)),
        ("`n.py` should look like this:", ("n.py", None)),
        ("**n.py** - the whole program", ("n.py", None)),
        ("1. `n.py`: the whole program", ("n.py", None)),
        ("The `n.py` module, line 3-7 (old):", ("n.py", None)),
        ("In n.py at line 12:", ("n.py", None)),
        ("app.py, once more app.py:", ("app.py", None)),
        ("Use `os.path` or `console.log`, e.g. in Node.js 3.11:", ("", None)),
        ("See https://x.y/app.py:", ("", None)),
        ("It was 5 p.m. in the U.S.:", ("", None)),
        ("`python app.py`", ("", None)),
        ("| app.py |\n|---|\n| x |", ("", None)),
        ("    app.py", ("", None)),
        ("<p>app.py</p>", ("", None)),
        ("app.py\n\n---", ("", None)),
        ("app.py\n\nand so on:", ("", None)),
    ],
)
def test_the_line_before_tells(before: str, file: tuple[str, int | None]) -> None:
    assert file_of(f"{before}\n\n```python\nx\n```\n") == file


def test_a_line_before_another_block_is_not_before_this_one() -> None:
    assert file_of("app.py:\n```py\nx\n```\n\n```py\ny\n```\n") == ("", None)


def test_the_line_before_may_stand_in_the_same_list_item_or_around_it() -> None:
    assert file_of("1. Write app.py:\n\n   ```py\n   x\n   ```\n") == ("app.py", None)
    assert file_of("Write app.py:\n\n- ```py\n  x\n  ```\n") == ("app.py", None)


def test_commands_after_a_file_name_are_not_the_file() -> None:
    assert file_of("Run app.py:\n\n```bash\npython app.py\n```\n") == ("", None)
    assert file_of("Create run.sh:\n\n```bash\npython app.py\n```\n") == ("run.sh", None)
    assert file_of("```bash\n# app.py\npython app.py\n```\n") == ("", None)


@pytest.mark.parametrize(
    ("code", "file"),
    [
        ("# app.py\nx", ("app.py", None)),
        ("// src/app.ts\nx", ("src/app.ts", None)),
        ("<!-- index.html -->\nx", ("index.html", None)),
        ("/* x.css */\nx", ("x.css", None)),
        ("-- q.sql\nx", ("q.sql", None)),
        ("; boot.asm\nx", ("boot.asm", None)),
        ("# file: app.py\nx", ("app.py", None)),
        ("// Filename: app.js (new)\nx", ("app.js", None)),
        ("#!/usr/bin/env python3\n# app.py\nx", ("app.py", None)),
        ("<?php\n// index.php\nx", ("index.php", None)),
        ("# src/app.py:12\nx", ("src/app.py", 12)),
        ("# see app.py\nx", ("", None)),
        ("#app.py\nx", ("", None)),
        ("x\n# app.py\n", ("", None)),
        ("# os.path\nx", ("", None)),
        ("# app.py", ("app.py", None)),
    ],
)
def test_the_first_comment_tells(code: str, file: tuple[str, int | None]) -> None:
    assert file_of(f"```any\n{code}\n```\n") == file


def test_a_heading_in_markdown_is_not_a_comment() -> None:
    assert file_of("```md\n# app.py\n```\n") == ("", None)


def test_the_info_string_goes_before_the_line_before_and_that_before_the_comment() -> None:
    assert file_of("b.py:\n```py a.py\n# c.py\n```\n") == ("a.py", None)
    assert file_of("b.py:\n```py\n# c.py\n```\n") == ("b.py", None)


@pytest.mark.parametrize(
    "text",
    [
        "# app.py\n\nIn b.py:\n\n```py title=src/c.pyx\n# d.py\n```\n",
        "In b.py:\n\n```py\n# d.pyi\n```\n",
        "```py\n# d.pyi\nx\n```\n",
        "```py\n#!/bin/python\n# d.pyi\nx\n```\n",
        "1. In `b.py`:\n   ```pyi src/d.pyi\n   # x.py\n   ```\n2. x\n",
        "> ```py file=app.pyi\n> x\n",
        "- ```c\n  // app.cpp\n",
        "- ```py file=app.pyi\n  x\n",
        "In b.py:\n\n- ```py\n  x\n  y\n",
        "- in b.py:\n- ```py\n  x\n  y\n",
        "### b.py\n> ```py\n> x\n> y\n> ```\n",
        "```js\r\n// app.jsx\r\ny\r\n```\r\n",
    ],
)
def test_a_name_that_was_shown_does_not_change_with_the_next_characters(text: str) -> None:
    document = Document()
    names = []
    for letter in text:
        document.feed(letter)
        names += [block.file_name for block in document.code_blocks]
    document.finish()
    (last,) = {name for name in names if name}
    assert document.code_blocks[-1].file_name == last


_NAMED = st.lists(
    st.sampled_from(
        [
            *("In app.py:\n", "\n", "`b.ts`\n\n", "- c.go\n", "> d.rs:\n", "# e.md\n", "[a]: /u\n"),
            *("```py\n", "```\n", "  ```js f.js\n", "~~~\n", "# g.py\n", "code\n", "| x |\n|-|\n"),
            *("- ```\n", "  ", "    x\n", "[a]", "---\n", "1. h.c\n", "\r\n", "<div>\n"),
        ]
    ),
    max_size=16,
).map("".join)


@given(st.data())
def test_names_depend_on_the_text_alone(data: st.DataObject) -> None:
    text = data.draw(st.one_of(_NAMED, documents))
    growing, came = Document(), ""
    for piece in data.draw(cuts(text)):
        growing.feed(piece)
        came += piece
        at_once = Document()
        at_once.feed(came)
        expected = [(block.above, block.file_name, block.line) for block in at_once.code_blocks]
        found = [(block.above, block.file_name, block.line) for block in growing.code_blocks]
        assert found == expected


@given(st.text())
def test_nothing_unprintable_is_ever_a_name(text: str) -> None:
    for found in (in_info(f"x file={text}"), in_info(text), in_sentence(text)):
        assert found is None or found.name.isprintable()


@pytest.mark.parametrize("text", ["`" * 9999, "[" * 9999, "(" * 9999, "a." * 9999, "a/" * 9999])
def test_masses_of_signs_are_no_names(text: str) -> None:
    assert in_sentence(text) is None
    assert in_info(text) is None
    assert in_info(f"x {text}") is None


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("```diff\n--- a/src/x.py\n+++ b/src/x.py\n@@ -1 +1 @@\n-a\n+b\n```\n", ["src/x.py"]),
        ("```python\n--- x.py\n+++ x.py\n@@\n-a\n+b\n```\n", ["x.py"]),
        ("```\n--- x.py\t2024-01-01 10:00:00\n+++ x.py\t2024-01-02\n@@\n-a\n```\n", ["x.py"]),
        ("```diff\n--- a/bin/tool\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n```\n", ["bin/tool"]),
        ("```diff\n--- /dev/null\n+++ b/n.go\n@@ -0,0 +1 @@\n+a\n```\n", ["n.go"]),
        ('```diff\n--- "a/\\303\\244.py"\n+++ "b/\\303\\244.py"\n@@\n-a\n```\n', ["ä.py"]),
        ("```diff\nrename from a.py\nrename to b.py\n```\n", ["b.py"]),
        (
            "```diff\n--- a/x.py\n+++ b/x.py\n@@\n-a\n--- a/y.py\n+++ b/y.py\n@@\n-b\n```\n",
            ["x.py", "y.py"],
        ),
        (
            "```\n*** Begin Patch\n*** Update File: a/x.py\n@@\n-a\n*** Add File: y\n+b\n```\n",
            ["a/x.py", "y"],
        ),
        ("```py\ncalc.py\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n```\n", ["calc.py"]),
        (
            "```py\n# src/calc.py\n<<<<<<< ORIGINAL\na\n=======\nb\n>>>>>>> UPDATED\n```\n",
            ["src/calc.py"],
        ),
        ("See `other.py`:\n\n```diff\n--- a/x.py\n+++ b/x.py\n@@\n-a\n```\n", ["x.py"]),
        ("```py\nx = 1\n--- \n```\n", []),
        ("```yaml\n---\na: 1\n---\nb: 2\n```\n", []),
        ("```md\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> topic\n```\n", []),
        ("```sql\n--- a note\nselect 1;\n```\n", []),
    ],
)
def test_a_change_names_its_files(text: str, files: list[str]) -> None:
    block = block_of(text)
    assert block.files == files
    if files:
        assert block.file_name == files[0]


def test_the_fence_says_more_than_the_change_in_it() -> None:
    text = "```diff src/y.py\n--- a/x.py\n+++ b/x.py\n@@\n-a\n```\n"
    assert file_of(text) == ("src/y.py", None)


def test_a_name_that_is_still_coming_in_is_none() -> None:
    document = Document()
    document.feed("```diff\n--- a/x.py\n+++ b/x.p")
    assert document.code_blocks[-1].files == []
