"""Blocks of functions and classes: what is known is replaced, what is new is inserted."""

from __future__ import annotations

from pathlib import Path

import pytest

from robotui.workspace.merge.placement import Placement
from robotui.workspace.merge.placements import placements
from robotui.workspace.text_file import TextFile

STORE = '''\
import os


class Store:
    """Keeps things."""

    def __init__(self, path):
        self.path = path
        self.items = {}

    def load(self):
        data = self.path.read_text()
        for line in data.splitlines():
            key, value = line.split("=", 1)
            self.items[key.strip()] = value.strip()
        return self.items

    def save(self):
        lines = [f"{k}={v}" for k, v in self.items.items()]
        self.path.write_text("\\n".join(lines))


def main():
    store = Store(os.environ["P"])
    print(store.load())


if __name__ == "__main__":
    main()
'''
SHELF = """\
import { a } from "./a";

interface Options {
  size: number;
}

export class Shelf {
  private items: string[] = [];

  add(item: string): void {
    this.items.push(item);
  }

  get size(): number {
    return this.items.length;
  }
}

export const open = async (path: string) => {
  return a(path);
};

export function close(shelf: Shelf) {
  shelf.add("end");
}
"""
QUEUE = """\
package queue

import (
\t"fmt"
)

type Queue struct {
\tjobs []string
}

func New() *Queue {
\treturn &Queue{}
}

func (q *Queue) Push(job string) {
\tq.jobs = append(q.jobs, job)
}

func Show(q *Queue) {
\tfmt.Println(q.jobs)
}
"""
CACHE = """\
use std::fmt;

pub struct Cache {
    hits: u32,
}

impl Cache {
    pub fn hit(&mut self) {
        self.hits += 1;
    }
}

impl fmt::Display for Cache {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.hits)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn works() {}
}
"""
ACCOUNT = """\
package bank;

public class Account {
    private long cents = 0;

    public Account(long cents) {
        this.cents = cents;
    }

    public long add(long more) {
        this.cents += more;
        return this.cents;
    }
}
"""
RING = """\
#include <stdio.h>

#define MAX 3

static int size(void)
{
\treturn MAX;
}

int main(void)
{
\tprintf("%d", size());
\treturn 0;
}
"""
STYLE = """\
:root {
  --gap: 1px;
}

.button,
.button:hover {
  color: red;
}

@media (max-width: 600px) {
  .button {
    color: blue;
  }
}
"""
SHOP = """\
require "json"

class Shop
  def initialize(name)
    @name = name
  end

  def name
    @name
  end
end
"""
MODULE = "local M = {}\n\nfunction M.load(x)\n  return x\nend\n\nreturn M\n"
SCRIPT = 'set -e\n\nusage() {\n  echo "usage"\n}\n\nusage\n'
PAGE = """\
<?php

class Page
{
    private string $title = "x";

    public function title(): string
    {
        return $this->title;
    }
}
"""


def ways(name: str, text: str, block: str, line: int | None = None) -> list[Placement]:
    return placements(TextFile(Path(name), text.encode()), block, line)


def behind(text: str, known: str, new: str) -> str:
    """The text with new code behind a known piece of it."""
    assert text.count(known) == 1
    return text.replace(known, known + new)


# --- new symbols ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "block", "known"),
    [
        ("s.py", STORE, "    def clear(self):\n        self.items = {}\n", "join(lines))\n"),
        ("s.py", STORE, "    @property\n    def size(self):\n        return 1\n", "join(lines))\n"),
        ("s.py", STORE, "    async def drop(self):\n        await x()\n", "join(lines))\n"),
        ("s.ts", SHELF, "  clear(): void {\n    this.items = [];\n  }\n", ".length;\n  }\n"),
        ("s.ts", SHELF, "  drop = (n: number) => {\n    pop(n);\n  };\n", ".length;\n  }\n"),
        ("s.ts", SHELF, "export function other() {\n  return 2;\n}\n", '("end");\n}\n'),
        ("q.go", QUEUE, "func (q *Queue) Len() int {\n\treturn 1\n}\n", "q.jobs, job)\n}\n"),
        ("q.go", QUEUE, "func Other() int {\n\treturn 1\n}\n", "Println(q.jobs)\n}\n"),
        ("c.rs", CACHE, "    pub fn clear(&mut self) {\n        x();\n    }\n", "+= 1;\n    }\n"),
        ("A.java", ACCOUNT, "    void close() {\n        x();\n    }\n", "this.cents;\n    }\n"),
        ("r.c", RING, "int twice(int x)\n{\n\treturn 2 * x;\n}\n", "return 0;\n}\n"),
        ("s.css", STYLE, ".link {\n  color: red;\n}\n", "blue;\n  }\n}\n"),
        ("s.rb", SHOP, "  def close\n    @open = false\n  end\n", "    @name\n  end\n"),
        ("m.lua", MODULE, "function M.save(y)\n  return y\nend\n", "return x\nend\n"),
        ("s.sh", SCRIPT, "clean() {\n  rm -f x\n}\n", 'echo "usage"\n}\n'),
        (
            *("p.php", PAGE, "    public function clear(): void\n    {\n        x();\n    }\n"),
            "->title;\n    }\n",
        ),
    ],
)
def test_a_symbol_that_the_file_lacks_is_inserted(
    name: str, text: str, block: str, known: str
) -> None:
    way = ways(name, text, block)[0]
    gap = "\n"
    assert way.after == behind(text, known, gap + block)
    assert (way.kind, way.start, way.sure, way.removes) == ("insert", way.end, True, 0)
    assert way.why.startswith("inserts ")


def test_a_new_function_goes_before_the_start_of_the_program() -> None:
    block = "def helper(x):\n    return x + 1\n"
    way = ways("s.py", STORE, block)[0]
    assert way.after == behind(STORE, "print(store.load())\n", f"\n\n{block}")
    assert way.sure


def test_a_method_at_the_margin_goes_into_its_class() -> None:
    way = ways("s.py", STORE, "def clear(self):\n    self.items = {}\n")[0]
    new = "\n    def clear(self):\n        self.items = {}\n"
    assert way.after == behind(STORE, "join(lines))\n", new)
    assert way.sure


def test_what_is_known_is_replaced_and_what_is_new_goes_next_to_it() -> None:
    block = (
        "import json\nimport os\n\n\nclass Store:\n    def load(self):\n"
        "        data = self.path.read_text()\n        for line in data.splitlines():\n"
        "            key, value = parse(line)\n            self.items[key] = value\n"
        "        return self.items\n\n    def clear(self):\n        self.items = {}\n"
    )
    way = ways("s.py", STORE, block)[0]
    old = STORE[STORE.index("            key, value =") : STORE.index("        return self.items")]
    wanted = STORE.replace(
        old, "            key, value = parse(line)\n            self.items[key] = value\n"
    ).replace(
        "return self.items\n",
        "return self.items\n\n    def clear(self):\n        self.items = {}\n",
    )
    assert way.after == wanted.replace("import os\n", "import os\nimport json\n")
    assert way.sure
    assert way.why.startswith("adds 1 import; function load in Store")
    assert "inserts clear after load in Store" in way.why


@pytest.mark.parametrize(
    ("name", "text", "line", "after"),
    [
        ("a.py", "from x import a\n\nb = 1\n", "from x import c", "from x import a, c"),
        ("a.py", "from x import a, z\n\nb = 1\n", "from x import c", "from x import a, c, z"),
        ("a.ts", 'import { a } from "x";\n\nlet b = 1;\n', 'import { c } from "x";', "{ a, c }"),
        ("a.java", "package x;\n\nimport a.B;\n\nclass C {\n}\n", "import a.D;", "B;\nimport a.D;"),
        ("a.c", "#include <a.h>\n\nint x = 1;\n", "#include <b.h>", "<a.h>\n#include <b.h>"),
    ],
)
def test_imports_are_merged(name: str, text: str, line: str, after: str) -> None:
    way = ways(name, text, line + "\n")[0]
    assert after in way.after
    assert way.after.endswith(text[-8:])
    assert way.sure


def test_an_import_of_a_name_that_is_taken_is_asked_about() -> None:
    assert not ways("a.py", "from x import a\n\nb = 1\n", "from y import a\n")[0].sure


# --- questions -----------------------------------------------------------------------------------

TWINS = """\
class First:
    def run(self):
        self.one = prepare()
        return self.one


class Second:
    def run(self):
        self.two = prepare()
        return self.two
"""


def test_a_name_in_two_classes_is_asked_about_and_both_are_shown() -> None:
    found = ways("t.py", TWINS, "    def run(self):\n        return 3\n")
    assert not found[0].sure
    assert any("2 in the file are called run" in warning for warning in found[0].warnings)
    assert {(1, 4), (7, 10)} <= {(way.start, way.end) for way in found}


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("class Second:\n    def run(self):\n        return 3\n", None),
        ("    def run(self):\n        return 3\n", 8),
    ],
)
def test_the_class_or_the_line_says_which(block: str, line: int | None) -> None:
    way = ways("t.py", TWINS, block, line)[0]
    assert way.after == TWINS.replace(
        "        self.two = prepare()\n        return self.two\n", "        return 3\n"
    )
    assert way.sure


def test_a_new_method_for_several_classes_is_asked_about() -> None:
    found = ways("t.py", TWINS, "    def stop(self):\n        self.two = None\n")
    assert not found[0].sure
    assert found[0].after == TWINS + "\n    def stop(self):\n        self.two = None\n"
    assert found[1].after.index("stop") < found[1].after.index("Second")


@pytest.mark.parametrize(
    ("block", "doubt"),
    [
        (STORE[STORE.index("    def load") : STORE.index("    def save")], ""),
        ("    def read(self):\n" + STORE[STORE.index("        data") :][:230], "load, renamed"),
        (
            "    def load(self):\n        data = self.path.read_text('utf-8')\n        log(data)\n",
            "end of load",
        ),
        ("    def load(self):\n        data = self.path.read_text(\n", "breaks off"),
    ],
)
def test_what_is_not_clear_is_not_sure(block: str, doubt: str) -> None:
    way = ways("s.py", STORE, block)[0]
    assert way.sure is (doubt == "")
    assert doubt in " ".join(way.warnings)


def test_a_rule_for_one_of_several_selectors_is_asked_about() -> None:
    way = ways("s.css", STYLE, ".button:hover {\n  color: green;\n}\n")[0]
    assert not way.sure
    assert "a rule for .button,.button:hover" in " ".join(way.warnings)


def test_an_overload_is_asked_about() -> None:
    block = "    public long add(String text) {\n        return parse(text);\n    }\n"
    way = ways("A.java", ACCOUNT, block)[0]
    assert not way.sure
    assert "overload" in " ".join(way.warnings)


def test_a_whole_file_without_one_of_its_functions_asks_for_a_second_key() -> None:
    block = STORE.replace(STORE[STORE.index("    def save") : STORE.index("\n\ndef main")], "")
    found = ways("s.py", STORE, block)
    assert not found[0].sure
    whole = next(way for way in found if way.kind == "whole")
    assert whole.removes == 3
    assert "removes save" in whole.warnings


def test_a_function_shown_whole_may_become_shorter() -> None:
    block = "    def load(self):\n        return parse(self.path)\n"
    way = ways("s.py", STORE.replace("        return self.items\n", ""), block)[0]
    assert (way.sure, way.removes) == (True, 0)
    assert way.why == "function load in Store, the only one of that name"


def test_lines_that_go_from_between_others_are_counted() -> None:
    text = (
        "def f():\n    a = 1\n" + "".join(f"    step({n})\n" for n in range(9)) + "    return a\n"
    )
    way = ways("f.py", text, "def f():\n    a = 1\n    return a\n")[0]
    assert (way.sure, way.removes) == (False, 9)


# --- what belongs to a function ------------------------------------------------------------------


def test_decorators_and_comments_above_stay_unless_shown() -> None:
    text = "# About f.\n@cache\ndef f():\n    return 1\n\n\ndef g():\n    return 2\n"
    assert ways("f.py", text, "def f():\n    return 3\n")[0].after == text.replace("1", "3")
    way = ways("f.py", text, "@lru_cache(9)\ndef f():\n    return 3\n")[0]
    assert way.after == text.replace("1", "3").replace("@cache", "@lru_cache(9)")
    way = ways("f.py", text, "# Better.\ndef f():\n    return 3\n")[0]
    assert way.after == text.replace("1", "3").replace("# About f.", "# Better.")


def test_a_property_and_its_setter_are_two() -> None:
    text = (
        "class A:\n    @property\n    def x(self):\n        return self._x\n\n"
        "    @x.setter\n    def x(self, x):\n        self._x = x\n"
    )
    block = "    @x.setter\n    def x(self, x):\n        self._x = int(x)\n"
    way = ways("a.py", text, block)[0]
    assert way.after == text.replace("= x\n", "= int(x)\n")
    assert way.sure


def test_neighbours_in_another_order_change_places() -> None:
    text = "def a():\n    return 1\n\n\ndef b():\n    return 2\n\n\nx = 3\n"
    way = ways("a.py", text, "def b():\n    return 2\n\n\ndef a():\n    return 4\n")[0]
    assert way.after == "def b():\n    return 2\n\n\ndef a():\n    return 4\n\n\nx = 3\n"
    assert way.sure


def test_a_first_line_with_the_name_of_the_file_is_not_written() -> None:
    way = ways("s.py", STORE, "# src/s.py\n\ndef main():\n    return Store(2).load()\n")[0]
    assert "src/s.py" not in way.after
    assert way.sure
