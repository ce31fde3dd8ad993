"""Paths by a few letters of theirs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.mentions.path_search import Paths, PathSearch

FILES = [
    "README.md",
    "src/",
    "src/app.py",
    "src/app_config.py",
    "src/cart/item.py",
    "src/cart/",
    "tests/test_app.py",
    "docs/config.md",
    "Makefile",
    "src/models/order_item.py",
]
paths = st.lists(st.text("abc/_.A", min_size=1, max_size=8), max_size=40)
letters = st.text("abcA_/ ", max_size=4)


def found(search: PathSearch, text: str) -> list[str]:
    search.look_for(text)
    while search.work():
        continue
    return search.found


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("app", ["src/app.py", "src/app_config.py", "tests/test_app.py"]),
        ("app.py", ["src/app.py", "tests/test_app.py"]),
        ("config", ["docs/config.md", "src/app_config.py"]),
        ("item", ["src/cart/item.py", "src/models/order_item.py"]),
        ("cart", ["src/cart/", "src/cart/item.py"]),
        ("README", ["README.md"]),
        ("readme", ["README.md"]),
        ("src/app", ["src/app.py", "src/app_config.py"]),
        ("oi", ["src/models/order_item.py"]),
        ("ma", ["Makefile"]),
        ("order item", ["src/models/order_item.py"]),
    ],
)
def test_the_best_come_first(typed: str, first: list[str]) -> None:
    assert found(PathSearch(Paths(FILES)), typed)[: len(first)] == first


def test_nothing_typed_brings_the_first_and_odd_letters_bring_none() -> None:
    search = PathSearch(Paths(FILES), most=3)
    assert search.found == FILES[:3]
    assert found(search, "") == FILES[:3]
    assert found(search, "zz") == []
    assert found(search, "") == FILES[:3]
    assert found(PathSearch(Paths([])), "a") == []


@given(paths, st.lists(letters, max_size=5), letters)
def test_what_was_typed_before_makes_no_difference(
    paths: list[str], before: list[str], text: str
) -> None:
    search = PathSearch(Paths(paths), most=5)
    for earlier in before:
        search.look_for(earlier)
        search.work()  # maybe not to its end
    assert found(search, text) == found(PathSearch(Paths(paths), most=5), text)


@given(paths, letters)
def test_what_is_found_has_the_letters_in_their_order(paths: list[str], text: str) -> None:
    wanted = text.casefold().replace(" ", "")
    for path in found(PathSearch(Paths(paths), most=100), text):
        rest = iter(path.casefold())
        assert all(letter in rest for letter in wanted)


@given(paths, letters)
def test_all_that_fit_are_found_where_there_is_room(paths: list[str], text: str) -> None:
    wanted = text.casefold().replace(" ", "")

    def fits(path: str) -> bool:
        rest = iter(path.casefold())
        return all(letter in rest for letter in wanted)

    assert sorted(found(PathSearch(Paths(paths), most=100), text)) == sorted(filter(fits, paths))
