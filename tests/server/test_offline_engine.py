from __future__ import annotations

import asyncio
import itertools
import os
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from robotui.errors import WorkspaceError
from robotui.server import markdown_answers, offline
from robotui.server.engine import Act, End, Fail, Observe, Part, Request, Text
from robotui.server.index import index as indexing
from robotui.server.index.index import path_for
from robotui.server.index.library import Library
from robotui.server.offline import OfflineEngine, last_question
from tests.waiting import PATIENCE

WORKSPACE = {
    "app/tokens.py": '''class TokenStore:
    """Keeps the access token in the keyring."""

    def save(self, account, token):
        """Store the token of an account."""
        return token
''',
    "app/main.py": '''from app.tokens import TokenStore


def main():
    """Start.

    ```
    fenced
    ```
    """
    TokenStore().save("a", "b")
''',
    ".env": "TOKEN=hunter2\n",
    "prod.env": "TOKEN=hunter2\n",
}
LIBRARY = {
    "clock.py": '''"""About time."""


def later(delay, callback):
    """Call a function after a delay."""
    return delay, callback


def _later_private(delay, callback):
    """Call a function after a delay."""
''',
}


def write(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "work", WORKSPACE)


@pytest.fixture
async def engine(root: Path, tmp_path: Path) -> AsyncIterator[OfflineEngine]:
    library = Library("packages", write(tmp_path / "library", LIBRARY))
    engine = OfflineEngine(tmp_path / "cache", [library])
    await engine.start(root)
    yield engine
    await engine.aclose()


async def add(engine: OfflineEngine, root: Path, files: dict[str, str]) -> None:
    """Write files, and have them indexed now: by itself the engine looks again after a while."""
    assert engine._desk is not None
    update = engine._desk._files
    assert await update.wait(PATIENCE), "the update that may have passed them by"
    write(root, files)
    update.refresh(now=True)
    assert await update.wait(PATIENCE)


async def parts(
    engine: OfflineEngine, prompt: str, agent: str = "RepoAgent", sid: str = "s"
) -> list[Part]:
    return [part async for part in engine.reply(Request(sid, agent, prompt))]


async def said(engine: OfflineEngine, prompt: str, agent: str = "RepoAgent", sid: str = "s") -> str:
    found = await parts(engine, prompt, agent, sid)
    assert isinstance(found[-1], End)
    return "".join(part.piece for part in found if isinstance(part, Text))


async def test_a_question_brings_code_with_language_and_place(engine: OfflineEngine) -> None:
    text = await said(engine, "where is the token stored?")
    assert text.startswith("*Offline engine, no language model")
    assert "**`app/tokens.py:4`** · method `TokenStore.save`" in text
    assert "```python title=app/tokens.py:1\nclass TokenStore:\n" in text


async def test_the_search_is_told_as_an_action_and_its_observation(engine: OfflineEngine) -> None:
    found = await parts(engine, "where is the token stored?")
    act, observe = found[0], found[1]
    assert isinstance(act, Act)
    assert (act.action, act.args["query"]) == ("recall", "where is the token stored?")
    assert isinstance(observe, Observe)
    assert observe.observation == "recall"
    assert "in 2 files" in observe.content
    assert found[-1] == End()


async def test_a_name_brings_where_it_is_defined_and_used(engine: OfflineEngine) -> None:
    text = await said(engine, "TokenStore")
    assert "**Defined** `TokenStore`\n\n- `app/tokens.py:1` · class `TokenStore`" in text
    assert "**Used** `TokenStore`\n\n- `app/main.py:11` `TokenStore().save" in text


async def test_a_fence_is_longer_than_the_ones_in_it(engine: OfflineEngine) -> None:
    text = await said(engine, "app/main.py:5")
    assert "````python title=app/main.py:4\ndef main():" in text
    assert text.count("\n````\n") == 1


async def test_a_traceback_brings_its_places(engine: OfflineEngine) -> None:
    trace = (
        'Traceback (most recent call last):\n  File "/srv/x/app/main.py", line 11, in main\n'
        '  File "/srv/x/app/tokens.py", line 6, in save\nKeyError\n'
    )
    text = await said(engine, trace)
    assert text.index("**`app/tokens.py:6`**") < text.index("**`app/main.py:11`**")


@pytest.mark.parametrize(
    "prompt", ["@.env", ".env:1", "@prod.env:1", "TOKEN hunter2", "@../library/clock.py"]
)
async def test_secrets_and_what_is_outside_are_not_shown(
    engine: OfflineEngine, prompt: str
) -> None:
    text = await said(engine, prompt)
    assert "TOKEN=hunter2" not in text
    assert "def later" not in text


@pytest.mark.parametrize("prompt", ["@notes.md", "notes.md:1", "where is the zebra?", '"zebra"'])
async def test_secrets_in_a_file_of_any_name_are_not_shown(
    engine: OfflineEngine, root: Path, prompt: str
) -> None:
    key = "-----BEGIN PRIVATE " + "KEY-----\nMIIzebra\n"
    (root / "notes.md").write_text(f"The zebra:\n{key}")
    assert "MIIzebra" not in await said(engine, prompt)


async def test_nothing_found_says_what_was_searched_and_how_to_ask(engine: OfflineEngine) -> None:
    text = await said(engine, "zebra crossing")
    assert "Nothing found for `zebra`, `crossing` in 2 files" in text
    assert "`TokenStore`" in text


async def test_a_name_that_is_nearly_right_is_helped(engine: OfflineEngine) -> None:
    text = await said(engine, "okenStor")
    assert "Names that come close: `TokenStore`" in text


@pytest.mark.parametrize("prompt", ["", "hello", "help", "Hi!", "what can you do", "?"])
async def test_empty_words_are_answered_with_examples(engine: OfflineEngine, prompt: str) -> None:
    text = await said(engine, prompt)
    assert "no language model" in text
    assert "where is TokenStore used?" in text


async def test_more_goes_on_and_ends(engine: OfflineEngine, root: Path) -> None:
    pad = "\n".join(f"    value_{n} = {n}" for n in range(20))
    await add(engine, root, {f"app/part{n}.py": f"def zebra_{n}():\n{pad}\n" for n in range(7)})
    text = await said(engine, "zebra")
    assert "more places: say `more`" in text
    seen = text.count("def zebra_")
    while "say `more`" in text:
        text = await said(engine, "more")
        seen += text.count("def zebra_")
    assert seen == 7
    assert "nothing to continue" in await said(engine, "continue")


async def test_what_is_left_belongs_to_one_session(engine: OfflineEngine, root: Path) -> None:
    await add(
        engine, root, {f"app/part{n}.py": f"def zebra_{n}():\n    return {n}\n" for n in range(7)}
    )
    assert "say `more`" in await said(engine, "zebra", sid="one")
    assert "nothing to continue" in await said(engine, "continue", sid="two")
    assert "zebra" in await said(engine, "continue", sid="one")


async def test_only_the_latest_sessions_are_remembered(
    engine: OfflineEngine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offline, "_SIDS", 2)
    await add(
        engine, root, {f"app/part{n}.py": f"def zebra_{n}():\n    return {n}\n" for n in range(7)}
    )
    for sid in ("one", "two", "three"):
        assert "say `more`" in await said(engine, "zebra", sid=sid)
    assert "nothing to continue" in await said(engine, "more", sid="one")
    assert "zebra" in await said(engine, "more", sid="two")


async def test_the_question_of_a_history_is_its_last_message(engine: OfflineEngine) -> None:
    history = "System:\nBe brief.\n\nUser:\nzebra\n\nAssistant:\nno\n\nUser:\nTokenStore"
    assert "**Defined** `TokenStore`" in await said(engine, history)
    assert last_question(history) == "TokenStore"
    assert last_question("a line\n User:\nthat is moved in") == "a line\n User:\nthat is moved in"


async def test_front_end_without_such_files_says_so(engine: OfflineEngine) -> None:
    text = await said(engine, "TokenStore", "FrontEndAgent")
    assert "no HTML, CSS, SCSS" in text
    assert "2 files looked at" in text


async def test_front_end_shows_only_such_files(engine: OfflineEngine, root: Path) -> None:
    await add(engine, root, {"web/token.js": "export class TokenStore {\n  save() {\n  }\n}\n"})
    text = await said(engine, "TokenStore", "FrontEndAgent")
    assert "```javascript title=web/token.js:1" in text
    assert "app/tokens.py" not in text


async def test_general_answers_from_the_library(engine: OfflineEngine) -> None:
    text = await said(engine, "how to call a function after a delay", "GeneralCodingAgent")
    assert "**`clock.py:4`** · function `later` · packages" in text
    assert "```python\ndef later(delay, callback)\n```" in text
    assert "```text\nCall a function after a delay.\n```" in text
    assert "_later_private" not in text


async def test_a_full_name_needs_no_index(engine: OfflineEngine, tmp_path: Path) -> None:
    text = await said(engine, "clock.later", "GeneralCodingAgent")
    assert "def later(delay, callback)" in text
    assert not path_for(tmp_path / "library", tmp_path / "cache").exists()


async def test_general_finds_nothing(engine: OfflineEngine) -> None:
    text = await said(engine, "zebra", "GeneralCodingAgent")
    assert "Nothing found for `zebra` in 1 file (packages)." in text


async def test_general_tells_what_is_installed(engine: OfflineEngine, tmp_path: Path) -> None:
    metadata = "Metadata-Version: 2.1\nName: Clock\nVersion: 4.2\nSummary: Ticks.\n"
    write(tmp_path / "library" / "clock-4.2.dist-info", {"METADATA": metadata})
    text = await said(engine, "which version of clock is installed?", "GeneralCodingAgent")
    assert "- `Clock` 4.2 · Ticks." in text


@pytest.mark.parametrize("agent", ["GeneralCodingAgent", "RepoAgent", "FrontEndAgent"])
async def test_no_prompt_makes_it_fail(engine: OfflineEngine, agent: str) -> None:
    for prompt in ("`", '"""', "a" * 100_000, "\x00\x1b[31m", "User:\n", "é" * 50, "../..:1", "@/"):
        found = await parts(engine, prompt, agent)
        assert not any(isinstance(part, Fail) for part in found)
        assert isinstance(found[-1], End)


async def test_while_indexing_it_answers_from_what_is_there_and_says_so(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offline, "PATIENCE", 0.02)
    monkeypatch.setattr(offline, "_QUIET", 0.01)
    monkeypatch.setattr(indexing, "_BATCH_FILES", 1)
    steps, go_on = threading.Semaphore(0), threading.Event()
    original = indexing.Index.update

    def slow(self: indexing.Index) -> Iterator[None]:
        for _ in original(self):
            yield
            steps.release()
            while not go_on.is_set() and self.progress.done == 1:
                yield

    monkeypatch.setattr(indexing.Index, "update", slow)
    engine = OfflineEngine(tmp_path / "cache", [])
    await engine.start(root)
    assert await asyncio.to_thread(steps.acquire, timeout=PATIENCE)
    found = await parts(engine, "TokenStore")
    indexed = [part for part in found if isinstance(part, Act) and part.action == "index"]
    assert [part.message for part in indexed] == ["Indexing: 1 of 2 files"]
    text = "".join(part.piece for part in found if isinstance(part, Text))
    assert "1 of 2 files read so far" in text
    go_on.set()
    monkeypatch.setattr(offline, "PATIENCE", PATIENCE)
    assert "read so far" not in await said(engine, "TokenStore")
    await engine.aclose()


async def test_closing_a_reply_early_leaves_nothing_behind(engine: OfflineEngine) -> None:
    reply = engine.reply(Request("s", "RepoAgent", "TokenStore"))
    async for part in reply:
        if isinstance(part, Text):
            break
    await reply.aclose()
    assert "TokenStore" in await said(engine, "TokenStore")


async def test_cancelling_a_reply_while_it_searches(engine: OfflineEngine) -> None:
    await said(engine, "TokenStore")
    task = asyncio.create_task(parts(engine, "TokenStore"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert "TokenStore" in await said(engine, "TokenStore")


async def test_many_replies_at_once(engine: OfflineEngine) -> None:
    prompts = itertools.cycle(["TokenStore", "zebra", "hello", "app/main.py:4"])
    asked = [said(engine, next(prompts), sid=str(number)) for number in range(40)]
    texts = await asyncio.gather(*asked)
    assert len(set(texts)) == 4


async def test_a_file_written_between_two_questions_is_found(
    engine: OfflineEngine, root: Path
) -> None:
    assert "Nothing found" in await said(engine, "okapi")
    text = WORKSPACE["app/tokens.py"].replace("save", "okapi")
    await add(engine, root, {"app/tokens.py": text})
    assert "okapi" in await said(engine, "TokenStore okapi")


async def test_an_index_that_turns_corrupt_is_made_anew(
    engine: OfflineEngine, root: Path, tmp_path: Path
) -> None:
    await said(engine, "TokenStore")
    path = path_for(root, tmp_path / "cache")
    await engine.aclose()
    data = bytearray(path.read_bytes())
    data[8192:] = os.urandom(len(data) - 8192)
    path.write_bytes(data)
    await engine.start(root)
    assert "**Defined** `TokenStore`" in await said(engine, "TokenStore")
    assert path.with_name(path.name + ".corrupt").exists()


async def test_without_a_cache_it_answers_from_memory_and_logs_it(
    root: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    engine = OfflineEngine(tmp_path / "file", [])
    await engine.start(root)
    assert "**Defined** `TokenStore`" in await said(engine, "TokenStore")
    assert "can't be kept" in caplog.text
    await engine.aclose()


async def test_a_workspace_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="gone"):
        await OfflineEngine(tmp_path / "cache").start(tmp_path / "gone")


async def test_it_says_when_it_was_not_started_or_has_ended(root: Path, tmp_path: Path) -> None:
    engine = OfflineEngine(tmp_path / "cache", [])
    assert isinstance((await parts(engine, "x"))[0], Fail)
    await engine.start(root)
    await engine.aclose()
    await engine.aclose()
    assert isinstance((await parts(engine, "x"))[0], Fail)


async def test_the_end_leaves_no_thread(engine: OfflineEngine) -> None:
    await said(engine, "TokenStore")
    await engine.aclose()
    assert not [thread for thread in threading.enumerate() if thread.name == "robotui-index"]


@pytest.mark.parametrize(
    ("text", "quoted"), [("a", "`a`"), ("a`b", "``a`b``"), ("`a`", "`` `a` ``")]
)
def test_inline_code_survives_back_ticks(text: str, quoted: str) -> None:
    assert markdown_answers.code(text) == quoted


def test_a_title_with_blanks_is_quoted() -> None:
    assert "".join(markdown_answers.fence(["x"], "c", "a b.c:1")).startswith(
        '```c title="a b.c:1"\n'
    )


@pytest.mark.parametrize("place", ["/etc/passwd:1", "../../etc/passwd:1", "@../x/main.py"])
async def test_a_place_outside_is_told_to_be_outside(
    engine: OfflineEngine, root: Path, place: str
) -> None:
    await add(
        engine,
        root,
        {"tools/passwd": "etc passwd\n", "app/password.py": "def passwd():\n    pass\n"},
    )
    text = await said(engine, place)
    assert f"Not in this workspace: `{place.strip('@').removesuffix(':1')}`." in text
    assert "```" not in text
    assert "Not in this workspace" in await said(engine, place, "GeneralCodingAgent")


async def test_a_place_outside_beside_words_still_brings_what_they_find(
    engine: OfflineEngine,
) -> None:
    text = await said(engine, "does TokenStore read /etc/passwd:1")
    assert "Not in this workspace: `/etc/passwd`." in text
    assert "class TokenStore" in text


async def test_a_workspace_with_too_many_files_is_told_so_once(
    engine: OfflineEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "files are indexed" not in await said(engine, "TokenStore")
    monkeypatch.setattr(offline, "MAX_FILES", 2)
    assert (await said(engine, "TokenStore")).count("*Only the first 2 files are indexed") == 1


async def test_when_the_index_fails_help_and_what_was_read_before_answer(
    engine: OfflineEngine, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await said(engine, "TokenStore")
    await engine.aclose()

    def broken(_: indexing.Index) -> Iterator[None]:
        yield
        raise ValueError("odd \x1b[31mline")

    monkeypatch.setattr(indexing.Index, "update", broken)
    await engine.start(root)
    assert "where is TokenStore used?" in await said(engine, "help")
    text = await said(engine, "TokenStore")
    assert "**Defined** `TokenStore`" in text
    assert "can't be brought up to date" in text
    assert "`odd line`" in text


async def test_of_tests_one_is_shown_unless_asked_for(engine: OfflineEngine, root: Path) -> None:
    for n in range(5):
        text = f"def test_zebra_{n}():\n    zebra(stripes)\n"
        await add(engine, root, {f"tests/test_zebra{n}.py": text})
    await add(engine, root, {"app/zebra.py": "def zebra(stripes):\n    return stripes\n"})
    shown = await said(engine, "how are zebra stripes made")
    assert "def zebra(" in shown
    assert shown.count("def test_zebra_") <= 1
    assert (await said(engine, "tests of zebra stripes")).count("def test_zebra_") > 1
