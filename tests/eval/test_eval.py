from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.eval import rivals, speed
from tests.eval.__main__ import CONTESTANTS, ask_all, report
from tests.eval.corpus import Corpus, Target, build, question, without_docstrings
from tests.eval.measures import file_rank, function_rank, score
from tests.needs import need

PACKAGE = {
    "shop/__init__.py": "",
    "shop/basket.py": '''"""Baskets."""


class Basket:
    """What a customer wants to buy."""

    def total(self):
        """Add up the prices of all articles in euros."""
        prices = [article.price for article in self.articles]
        return sum(prices)

    def _hidden(self):
        """Private things of prices and articles are no target."""


def checkout(customer):
    """Let the customer pay for everything with a credit card."""


def same(one):
    """Two functions with one question are left out."""


def equal(one):
    """Two functions with one question are left out."""
''',
    "shop/tests/test_basket.py": '''def helper():
    """Helpers of tests are no targets whatever they say."""
''',
    "shop/_inner.py": '''def inner():
    """Private modules have no targets whatever they say."""
''',
}


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    for path, text in PACKAGE.items():
        file = tmp_path / "site" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return build(tmp_path / "site" / "shop", tmp_path / "copy")


def test_targets_are_public_documented_functions_of_their_own(corpus: Corpus) -> None:
    assert {target.name for target in corpus.targets} == {"Basket.total", "checkout"}


def test_the_copy_has_no_documentation_of_functions_and_lines_that_fit(corpus: Corpus) -> None:
    text = (corpus.root / "shop" / "basket.py").read_text()
    assert "euros" not in text
    assert "Private things" not in text
    assert "What a customer wants" in text
    ast.parse(text)
    for target in corpus.targets:
        line = (corpus.root / target.path).read_text().split("\n")[target.line - 1]
        assert f"def {target.name.rpartition('.')[2]}(" in line


@pytest.mark.parametrize(
    ("doc", "name", "strict", "asked"),
    [
        (
            "Return the next tokens of a long stream.",
            "next_token",
            True,
            "Return the of a long stream",
        ),
        (
            "Return the next tokens of a stream.",
            "next_token",
            False,
            "Return the next tokens of a stream",
        ),
        ("Parse `that` into :func:`parse` and foo_bar or os.path", "x", True, ""),
        ("Sort a list.\nOf many words that are not asked.", "order", True, ""),
        ("", "f", True, ""),
        ("Split camelCase words, call sort() quickly", "C.do_it", True, "Split words call quickly"),
    ],
)
def test_a_question_has_no_code_and_not_the_name(
    doc: str, name: str, strict: bool, asked: str
) -> None:
    assert question(doc, name, strict=strict) == asked


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('def f():\n    """Doc."""\n', "def f():\n    ...\n"),
        ('def f(): "Doc."\n', "def f(): ...\n"),
        ('def f():\n    """Doc.\n\n    More."""\n    return 1\n', "def f():\n    return 1\n"),
        ('def f():\n    "é"; return 1\n', "def f():\n    ...; return 1\n"),
        ('class C:\n    """Doc."""\n', 'class C:\n    """Doc."""\n'),
        ("not python (", "not python ("),
    ],
)
def test_docstrings_are_cut(text: str, kept: str) -> None:
    assert without_docstrings(text)[0] == kept


def test_ranks_are_counted_in_places_and_in_files() -> None:
    target = Target("b.py", 50, "f", "")
    places = [("a.py", 1, 40), ("a.py", 41, 80), ("b.py", 1, 40), ("b.py", 41, 80)]
    assert (function_rank(places, target), file_rank(places, target)) == (4, 2)
    assert (function_rank(places[:3], target), file_rank(places[:2], target)) == (0, 0)


def test_a_score_has_its_bounds() -> None:
    found = score([1, 2, 0, 1])
    assert (found.mrr, found.hit1, found.hit5) == (0.625, 0.5, 0.75)
    assert found.low <= found.mrr <= found.high


@pytest.mark.parametrize("name", CONTESTANTS)
def test_every_contestant_finds_what_is_easy(corpus: Corpus, name: str) -> None:
    answered = {target.name: places for places, target in ask_all(name, [corpus])}
    assert answered["Basket.total"][0][0] == "shop/basket.py"


def test_ripgrep_and_its_stand_in_agree(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    need("rg")
    asked = "prices of all articles"
    with_it = rivals.ripgrep(corpus.root)(asked)
    monkeypatch.setenv("PATH", "")
    assert with_it
    assert rivals.ripgrep(corpus.root)(asked) == with_it


def test_the_report_names_all(
    corpus: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report([tmp_path / "site" / "shop"], tmp_path / "again", "plainly", strict=True)
    printed = capsys.readouterr().out
    assert "2 functions of shop" in printed
    assert all(name in printed for name in CONTESTANTS)


def test_the_floor_reads_all(corpus: Corpus) -> None:
    assert speed.tokenise(corpus.root) > speed.count_words(corpus.root) / 2 > 0
