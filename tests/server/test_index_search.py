from __future__ import annotations

import multiprocessing
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from robotui.server.index.database import is_corrupt
from robotui.server.index.index import Index
from robotui.server.index.languages import FRONT_END
from robotui.server.index.search import Searcher, definitions, resolve, uses
from robotui.server.index.words import Place, ask
from robotui.tree.walk import File

FILES = {
    "app/tokens.py": '''"""Secrets of the user."""

SERVICE = "app"


class TokenStore:
    """Keeps the access token in the keyring."""

    def save(self, account, token):
        """Store the token of an account."""
        backend().set_password(SERVICE, account, token)
        return token

    def load(self, account):
        """The stored token, or None."""
        return backend().get_password(SERVICE, account)
''',
    "app/http.py": '''from app.tokens import TokenStore

MAX_ATTEMPTS = 3


def fetch(url, attempts=MAX_ATTEMPTS):
    """Ask a server; a refused request is tried again a few times."""
    for number in range(attempts):
        try:
            return send(url, TokenStore().load(url))
        except ConnectionError:
            if not should_retry(number):
                raise


def should_retry(number):
    return number < MAX_ATTEMPTS - 1
''',
    "tests/test_tokens.py": """from app.tokens import TokenStore


def test_token_is_stored_token_stored_token_stored():
    TokenStore().save("a", "token")
""",
    "README.md": "# App\n\nThe token is stored in the keyring of the system.\n",
    "web/app.js": "export function showToken(token) {\n  render(token)\n}\n",
    "web/style.css": ".token-field {\n  color: red;\n}\n",
}


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def fill(index: Index) -> Index:
    for _ in index.update():
        pass
    return index


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "work"
    write(root, FILES)
    return root


@pytest.fixture
def index(root: Path, tmp_path: Path) -> Iterator[Index]:
    index = fill(Index(root, tmp_path / "cache" / "x.db"))
    yield index
    index.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index that no test changes."""
    root = tmp_path_factory.mktemp("shared") / "work"
    write(root, FILES)
    index = fill(Index(root, root.parent / "x.db"))
    yield index
    index.close()


@pytest.fixture(scope="module")
def searcher() -> Iterator[Searcher]:
    searcher = Searcher()
    yield searcher
    searcher.close()


def first(searcher: Searcher, index: Index, text: str) -> str:
    hits = searcher.search(index, ask(text))
    return f"{hits[0].path} {hits[0].symbol}" if hits else ""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("where is the token stored?", "app/tokens.py TokenStore"),
        ("TokenStore", "app/tokens.py TokenStore"),
        ("tokenstore", "app/tokens.py TokenStore"),
        ("TokenStore.load", "app/tokens.py TokenStore.load"),
        ("app.tokens.TokenStore.load", "app/tokens.py TokenStore.load"),
        ("where are retries decided?", "app/http.py should_retry"),
        ("how often is a request tried again", "app/http.py fetch"),
        ("MAX_ATTEMPTS", "app/http.py MAX_ATTEMPTS"),
        ('"set_password"', "app/tokens.py TokenStore.save"),
        ("which test covers storing the token", "tests/test_tokens.py"),
        ("readme keyring", "README.md App"),
    ],
)
def test_questions_bring_the_right_place_first(
    searcher: Searcher, shared: Index, question: str, answer: str
) -> None:
    assert first(searcher, shared, question).startswith(answer)


def test_languages_can_be_limited(searcher: Searcher, shared: Index) -> None:
    hits = searcher.search(shared, ask("where is the token shown"), FRONT_END)
    assert {hit.path for hit in hits} == {"web/app.js", "web/style.css"}


def test_nothing_matches_nothing(searcher: Searcher, shared: Index) -> None:
    assert searcher.search(shared, ask("zebra crossing")) == []
    assert searcher.search(shared, ask("")) == []


def test_a_name_comes_before_what_mentions_it_often(
    searcher: Searcher, root: Path, tmp_path: Path
) -> None:
    write(root, {"app/a.py": "def show_zebra():\n" + "    zebra = zebra + zebra\n" * 20})
    write(root, {"lib/deep/b.py": "def zebra():\n    " + "x = other * 2 + noise\n    " * 40})
    index = fill(Index(root, tmp_path / "y.db"))
    assert first(searcher, index, "zebra") == "lib/deep/b.py zebra"
    index.close()


def test_any_punctuation_can_be_asked(searcher: Searcher, shared: Index) -> None:
    for text in ('"', "a OR b", "NEAR(", "*", "token*", "'; DROP TABLE files; --", "^{}:-"):
        searcher.search(shared, ask(text))
    assert shared.store.file_count() == len(FILES)


def test_definitions_and_uses(shared: Index) -> None:
    found = definitions(shared, "TokenStore")
    assert [(one.path, one.line) for one in found] == [("app/tokens.py", 6)]
    used = [(use.path, use.line) for use in uses(shared, found[0])]
    assert used[0] == ("app/http.py", 10)
    assert set(used) == {("app/http.py", 10), ("app/http.py", 1)} | {
        ("tests/test_tokens.py", 1),
        ("tests/test_tokens.py", 5),
    }


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("app/http.py", ["app/http.py"]),
        ("http.py", ["app/http.py"]),
        ("./app/http.py", ["app/http.py"]),
        ("/elsewhere/build/app/http.py", ["app/http.py"]),
        ("http", ["app/http.py"]),
        ("../../etc/passwd", []),
        ("/etc/passwd", []),
        ("../app/../http.py", []),
        ("/etc/http", []),
        ("/app/http.py", ["app/http.py"]),
        ("/srv/http.py", ["app/http.py"]),
        ("gone.py", []),
    ],
)
def test_written_paths_are_found_and_only_indexed_ones(
    shared: Index, path: str, found: list[str]
) -> None:
    assert resolve(shared, Place(path, 1)) == found


def test_a_path_below_the_root_may_be_absolute(shared: Index) -> None:
    assert resolve(shared, Place(f"{shared.root}/app/http.py", 1)) == ["app/http.py"]


def test_a_second_start_reads_only_what_changed(
    index: Index, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root, {"app/http.py": "def other(): pass\n", "app/new.py": "def fresh(): pass\n"})
    (root / "README.md").unlink()
    again = Index(root, index.store.path)
    opened: list[str] = []
    original = again._read

    def noted(file: File) -> None:
        opened.append(file.path)
        original(file)

    monkeypatch.setattr(again, "_read", noted)
    fill(again)
    assert sorted(opened) == ["app/http.py", "app/new.py"]
    assert definitions(again, "should_retry") == []
    assert [one.path for one in definitions(again, "fresh")] == ["app/new.py"]
    assert again.store.file("README.md") is None
    assert again.progress.complete
    again.close()


def test_an_answer_never_shows_a_stale_place(searcher: Searcher, index: Index, root: Path) -> None:
    text = "\n" * 30 + FILES["app/tokens.py"]
    (root / "app" / "tokens.py").write_text(text)
    hit = searcher.search(index, ask("TokenStore"))[0]
    assert (hit.symbol_line, hit.text[0]) == (36, "class TokenStore:")


def test_a_file_that_went_away_is_not_shown(searcher: Searcher, index: Index, root: Path) -> None:
    (root / "app" / "tokens.py").unlink()
    hits = searcher.search(index, ask("TokenStore"))
    assert "app/tokens.py" not in {hit.path for hit in hits}


def test_a_file_that_became_a_link_is_not_read(
    searcher: Searcher, index: Index, root: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("class TokenStore: secret = 1\n")
    (root / "app" / "tokens.py").unlink()
    (root / "app" / "tokens.py").symlink_to(outside)
    hits = searcher.search(index, ask("TokenStore secret"))
    assert all("secret" not in line for hit in hits for line in hit.text)


def test_it_can_be_searched_before_it_is_complete(
    searcher: Searcher, root: Path, tmp_path: Path
) -> None:
    write(root, {f"many/f{n}.py": f"def number_{n}(): pass\n" for n in range(450)})
    index = Index(root, tmp_path / "y.db")
    steps = index.update()
    while not index.store.file_count():
        next(steps)
    assert not index.progress.complete
    assert 0 < index.progress.done < index.progress.total
    assert first(searcher, index, "TokenStore") == "app/tokens.py TokenStore"
    for _ in steps:
        pass
    assert index.progress.done == index.progress.total == len(FILES) + 450
    index.close()


def test_binary_and_generated_files_are_known_but_not_searched(
    searcher: Searcher, root: Path, tmp_path: Path
) -> None:
    (root / "blob").write_bytes(b"zebra\0zebra")
    write(root, {"package-lock.json": '{"zebra": 1}\n'})
    index = fill(Index(root, tmp_path / "y.db"))
    assert searcher.search(index, ask("zebra")) == []
    assert index.store.file("blob") is not None
    index.close()


def test_bytes_that_are_no_utf8_are_replaced(
    searcher: Searcher, root: Path, tmp_path: Path
) -> None:
    (root / "latin.py").write_bytes(b"def zebra():\n    return 'caf\xe9'\n")
    index = fill(Index(root, tmp_path / "y.db"))
    assert "caf\ufffd" in searcher.search(index, ask("zebra"))[0].text[1]
    index.close()


@pytest.mark.parametrize("garbage", [b"not a database" * 500, b""])
def test_a_file_that_is_no_database_is_replaced(root: Path, tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(garbage)
    index = fill(Index(root, path))
    assert index.store.file_count() == len(FILES)
    assert (tmp_path / "x.db.corrupt").exists() == bool(garbage)
    index.close()


def test_a_database_that_becomes_corrupt_is_rebuilt(index: Index, root: Path) -> None:
    path = index.store.path
    index.close()
    data = bytearray(path.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    path.write_bytes(data)
    again = Index(root, path)
    fill(again)
    assert again.store.file_count() == len(FILES)
    assert path.with_name(path.name + ".corrupt").exists()
    again.close()


def test_a_database_of_another_version_is_made_anew(index: Index, root: Path) -> None:
    path = index.store.path
    index.close()
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA user_version = 999")
    base.close()
    again = fill(Index(root, path))
    assert again.store.file_count() == len(FILES)
    again.close()


def test_the_database_is_for_its_owner_only(index: Index) -> None:
    assert index.store.path.stat().st_mode & 0o077 == 0
    assert index.store.path.parent.stat().st_mode & 0o077 == 0


def test_a_cache_that_can_not_be_written_is_told_and_done_without(
    root: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    index = fill(Index(root, tmp_path / "file" / "x.db"))
    assert index.store.file_count() == len(FILES)
    assert "made anew at every start" in caplog.text
    index.close()


def test_a_folder_in_the_index_s_place_is_set_aside(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    (path / "precious").mkdir(parents=True)
    index = fill(Index(root, path))
    assert index.store.file_count() == len(FILES)
    assert path.is_file()
    assert (tmp_path / "x.db.corrupt" / "precious").is_dir()
    index.close()


def test_locked_is_not_corrupt() -> None:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    assert not is_corrupt(error)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    assert is_corrupt(error)


def test_vanished_chunks_do_not_pile_up_for_ever(
    index: Index, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("robotui.server.index.index._DEAD", 10)
    for number in range(30):
        (root / "app" / "http.py").write_text(f"def version_{number}(): pass\n" * (number + 1))
        fill(index)
    assert index.store.dead_count() <= max(index.store.chunk_count(), 10) + 2
    assert [one.name for one in definitions(index, "version_29")][:1] == ["version_29"]


def _fill(root: Path, path: Path, turns: int) -> None:
    for turn in range(turns):
        (root / f"own_{os.getpid()}.py").write_text(f"def own_{turn}(): pass\n")
        fill(Index(root, path)).close()


def test_two_programs_may_index_at_once(searcher: Searcher, root: Path, tmp_path: Path) -> None:
    write(root, {f"many/f{n}.py": f"def number_{n}():\n    return {n}\n" * 20 for n in range(300)})
    path = tmp_path / "both.db"
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=_fill, args=(root, path, 3)) for _ in range(2)]
    for other in others:
        other.start()
    _fill(root, path, 3)
    for other in others:
        other.join(60)
    assert [other.exitcode for other in others] == [0, 0]
    index = fill(Index(root, path))
    assert index.store.file_count() == len(FILES) + 303
    with sqlite3.connect(path) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    base.close()
    assert first(searcher, index, "number_77") == "many/f77.py number_77"
    index.close()
