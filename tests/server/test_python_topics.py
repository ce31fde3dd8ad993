"""Common questions on Python's library: the table of tasks, and what the search makes of them."""

from __future__ import annotations

import ast
import functools
import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from robotui.server.index import python_reference
from robotui.server.index.index import Index, path_for
from robotui.server.index.library import Library
from robotui.server.index.search import Searcher
from robotui.server.index.words import ask
from robotui.server.library_answers import PAGE, Libraries
from robotui.server.python_topics import Topics
from robotui.server.workspace_answers import Repository

STANDARD = Library("standard library", Path(sysconfig.get_path("stdlib")).resolve())

QUESTIONS = """
how do I parse JSON? | json/
turn a dict into a json string | json/
read a csv file | csv
write rows to a csv file | csv
sort a dict by value | sorted operator.py
sort a list of dicts by a key | sorted operator.py
http request | urllib/request.py http/client.py
download a web page | urllib/request.py http/client.py
run a subprocess with timeout | subprocess.py
run a shell command and capture its output | subprocess.py
read a file line by line | open pathlib
list all files in a folder | listdir pathlib scandir
find files recursively | os.py pathlib glob.py
copy a file | shutil.py
remove a directory with everything in it | shutil.py
does a file exist? | pathlib genericpath.py
create a folder | pathlib os.py
parse a date from a string | datetime.py
what is the current time? | datetime.py time
measure how long code takes | time timeit.py
parse command line options | argparse.py
random integer | random.py
shuffle a list | random.py
count the words in a text | collections/
sha256 of a file | hashlib.py
base64 encode | base64.py
temporary file | tempfile.py
iterate over two lists in parallel | zip itertools
group a list by key | itertools
cache function results | functools.py
run coroutines concurrently | asyncio/
timeout for a coroutine | asyncio/
thread pool | concurrent/futures/
send an e-mail | smtplib.py email/
open a sqlite database | sqlite3
find all matches of a regex | re/ re.py
replace text with a regular expression | re/ re.py
log to a file | logging/
parse xml | xml/
split a url into its parts | urllib/parse.py
load a toml file | tomllib/
deep copy | copy.py
make a dataclass | dataclasses.py
serve http | http/server.py
extract a zip file | zipfile shutil.py
read an environment variable | os.py
ask the user for a password | getpass.py
mock a function | unittest/mock.py
print the traceback of an exception | traceback.py
remove duplicates from a list | set dict frozenset
"""
LEAST = 0.9
"""Share of these questions that must be answered in the first three entries."""


@pytest.fixture(scope="module")
def searcher() -> Iterator[Searcher]:
    searcher = Searcher()
    yield searcher
    searcher.close()


@pytest.fixture(scope="module", autouse=True)
def each_file_is_parsed_once() -> Iterator[None]:
    """The library does not change meanwhile, and most questions lead to the same files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ast, "parse", functools.cache(ast.parse))
        yield


def test_every_name_of_the_table_is_in_the_library(searcher: Searcher) -> None:
    rows = Topics(searcher.stemmer).rows()
    names = [name for names, *_ in rows for name in names]
    assert [name for name in names if python_reference.find([STANDARD], name) is None] == []


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("how do I parse JSON?", "json.loads"),
        ("sort a dict by value", "sorted"),
        ("exit the program", "sys.exit"),
        ("json.dumps", None),
        ("app.py:3", None),
        ("parse the quaternions of my spaceship", None),
        ("file", None),
    ],
)
def test_a_task_brings_its_names(searcher: Searcher, question: str, first: str | None) -> None:
    names = Topics(searcher.stemmer).names(ask(question))
    assert (names[0] if names else None) == first


def test_common_questions_find_their_module(searcher: Searcher, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    libraries = Libraries(tmp_path, cache, searcher, [STANDARD])
    repository = Repository(Index(tmp_path, path_for(tmp_path, cache)), searcher)
    for _ in (*repository.index.update(), *libraries.update()):
        pass
    rows = [line.split(" | ") for line in QUESTIONS.strip().splitlines()]
    wrong = []
    for question, expected in rows:
        found = libraries.answer(ask(question), repository)
        heads = re.findall(
            r"^\*(?:\*`([^`]+)`\*)?.*?\* · \w+ `([^`]+)`", "".join(found.pieces), re.MULTILINE
        )[:PAGE]
        if not any(
            path.startswith(place)
            or name == place
            or name.startswith(f"{place}.")
            or (not path and place in name)
            for path, name in heads
            for place in expected.split()
        ):
            wrong.append((question, heads))
    libraries.close()
    repository.index.close()
    assert len(wrong) <= (1 - LEAST) * len(rows), wrong
