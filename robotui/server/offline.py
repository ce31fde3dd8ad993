"""The engine without a language model: it searches, and says so.

RepoAgent and FrontEndAgent answer from the workspace, GeneralCodingAgent from the Python library
and the packages of the workspace's environment. All reading is done in one thread.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from robotui import config
from robotui.errors import RobotuiError, WorkspaceError
from robotui.server import markdown_answers
from robotui.server.engine import Act, End, Fail, Observe, Part, Request, Text
from robotui.server.index.database import is_corrupt
from robotui.server.index.index import Index, Progress, path_for
from robotui.server.index.languages import FRONT_END
from robotui.server.index.library import Library
from robotui.server.index.search import Searcher
from robotui.server.index.words import Question, ask
from robotui.server.index.worker import Update, Worker
from robotui.server.library_answers import Libraries
from robotui.server.markdown_answers import code, counted
from robotui.server.workspace_answers import Answer, Repository
from robotui.text import one_line, word_set
from robotui.tree.walk import MAX_FILES

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE: Final = 3.0
"""Seconds that an answer waits for an index that is not complete."""

_QUIET: Final = 0.3  # seconds of waiting before it is told
_SIDS: Final = 64  # sessions whose further hits are kept

_HELP: Final = word_set(
    """hello hi hey hallo moin greetings help thanks thank you ok okay yes no who are what can do
    ping good morning evening start how is this does it work works"""
)
_MORE: Final = frozenset({"continue", "more", "next", "go on", "show more", "more please"})
_MORE_BLOCKS: Final = 4


class OfflineEngine:
    """Searches instead of inventing.

    ``cache`` is the folder of the indexes (the user's cache folder by default), ``libraries`` the
    folders that GeneralCodingAgent looks into (by default those of the workspace's environment).
    """

    name = "offline"
    about = "no language model: searches your code, the Python library and your packages"

    def __init__(
        self, cache: Path | None = None, libraries: Sequence[Library] | None = None
    ) -> None:
        self._cache = cache
        self._library_folders = None if libraries is None else list(libraries)
        self._desk: _Desk | None = None

    async def start(self, workspace: Path) -> None:
        """Begin to index ``workspace`` in the background. Raises WorkspaceError."""
        folder = _folder(workspace)
        await self.aclose()
        cache = self._cache or config.paths().cache
        self._desk = _Desk(folder, cache, self._library_folders)
        self._desk.refresh()

    async def aclose(self) -> None:
        """Stop the thread, which closes its files; idempotent."""
        desk, self._desk = self._desk, None
        if desk is not None:
            await desk.worker.aclose()

    async def reply(self, request: Request) -> AsyncGenerator[Part, None]:
        """Answer one prompt by searching."""
        if self._desk is None:
            yield Fail("The offline engine was not started.")
            return
        try:
            async with aclosing(self._desk.reply(request)) as parts:
                async for part in parts:
                    yield part
        except RobotuiError as error:
            yield Fail(f"{error} {error.remedy}".strip())
        except sqlite3.Error as error:
            yield Fail(f"The index can't be read: {error}. Try again, or remove the cache folder.")


def _folder(workspace: Path) -> Path:
    try:
        folder = workspace.resolve(strict=True)
        next(folder.iterdir(), None)
    except OSError as error:
        raise WorkspaceError(
            f"The workspace {workspace} can't be read: {error.strerror}",
            "Start in a folder of code that you may read.",
        ) from error
    return folder


class _Desk:
    """One workspace: the thread, what it looks into, and what it still has to show."""

    def __init__(self, workspace: Path, cache: Path, folders: list[Library] | None) -> None:
        self._searcher = Searcher()
        self._index = Index(workspace, path_for(workspace, cache))
        self._repository = Repository(self._index, self._searcher)
        self._libraries = Libraries(workspace, cache, self._searcher, folders)
        self.worker = Worker("robotui-index", self._close)
        self._files = Update(self.worker, self._index.update)
        self._modules = Update(self.worker, self._libraries.update)
        self._rest: OrderedDict[str, list[list[str]]] = OrderedDict()

    def _close(self) -> None:
        self._index.close()
        self._libraries.close()
        self._searcher.close()

    def refresh(self) -> None:
        """Bring the workspace's index up to date in the background."""
        self._files.refresh()

    async def reply(self, request: Request) -> AsyncGenerator[Part, None]:
        """The parts of an answer."""
        text = last_question(request.prompt)
        folded = text.strip().strip(".!").lower()
        question = ask(text)
        if folded in _MORE:
            answer = Answer(self._more(request.sid), "")
        elif question.empty or set(re.findall(r"\w+", folded)) <= _HELP:
            self._files.refresh()
            await self._files.wait(PATIENCE)
            answer = await self.worker.result(self._help, request.agent)
        else:
            found: list[Answer] = []
            async with aclosing(self._look_up(request, text, question, found)) as parts:
                async for part in parts:
                    yield part
            answer = found[0]
            self._remember(request.sid, answer.rest)
        for piece in answer.pieces:
            yield Text(piece)
            await asyncio.sleep(0)
        yield End()

    async def _look_up(
        self, request: Request, text: str, question: Question, found: list[Answer]
    ) -> AsyncGenerator[Part, None]:
        """Search, telling what is done; the answer goes to ``found``."""
        general = request.agent not in markdown_answers.WORKSPACE_AGENTS
        only = FRONT_END if request.agent == "FrontEndAgent" else None
        update: Update | None = self._files
        progress = self._progress
        if general:
            known = await self.worker.result(self._libraries.known, question)
            update = None if known else self._modules
            progress = self._libraries.progress
        if update is not None:
            async with aclosing(self._wait(update, progress)) as parts:
                async for part in parts:
                    yield part
        query = one_line(text, 120)
        message = f"Searching the index for: {query}"
        yield Act("recall", {"query": query, "thought": ""}, message)
        if general:
            answer = await self._safely(self._libraries.answer, question, self._repository)
        else:
            answer = await self._safely(self._repository.answer, question, only)
        extras = {"memories": answer.places, "role": "assistant"}
        yield Observe("recall", answer.summary, extras, answer.summary)
        answer.pieces.insert(0, markdown_answers.intro(request.agent))
        answer.pieces.extend(_notes(update, progress()))
        if answer.changed:
            answer.pieces.append(markdown_answers.changed(answer.changed))
            self._files.refresh(now=True)
        if not general and self._index.progress.total >= MAX_FILES:
            answer.pieces.append(markdown_answers.limited(MAX_FILES))
        if answer.rest:
            answer.pieces.append(markdown_answers.offer(len(answer.rest)))
        found.append(answer)

    def _progress(self) -> Progress:
        return self._index.progress

    async def _wait(
        self, update: Update, progress: Callable[[], Progress]
    ) -> AsyncGenerator[Part, None]:
        """Wait for an index, a while; one action tells it if it takes longer than a moment."""
        update.refresh()
        if await update.wait(_QUIET):
            return
        state = progress()
        counts = {"done": state.done, "total": state.total}
        yield Act("index", counts, f"Indexing: {state.done:,} of {state.total:,} files")
        await update.wait(PATIENCE - _QUIET)
        state = progress()
        counts = {"done": state.done, "total": state.total}
        message = f"Indexed {state.done:,} of {state.total:,} files"
        yield Observe("index", message, counts, message)

    async def _safely(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``Worker.result``; a database that turns out to be corrupt is made anew, once."""
        try:
            return await self.worker.result(function, *args, **kwargs)
        except sqlite3.DatabaseError as error:
            if not is_corrupt(error):
                raise
        await self.worker.result(self._rebuild)
        self._files.refresh(now=True)
        await self._files.wait(PATIENCE)
        return await self.worker.result(function, *args, **kwargs)

    def _rebuild(self) -> None:
        self._index.rebuild()
        self._libraries.rebuild()

    def _remember(self, sid: str, rest: list[list[str]]) -> None:
        self._rest[sid] = rest
        self._rest.move_to_end(sid)
        while len(self._rest) > _SIDS:
            self._rest.popitem(last=False)

    def _more(self, sid: str) -> list[str]:
        """The next hits of the session's last search."""
        rest = self._rest.get(sid, [])
        if not rest:
            return [
                "There is nothing to continue: the last answer was complete. "
                "Ask something, or send `help`.\n"
            ]
        shown = [piece for block in rest[:_MORE_BLOCKS] for piece in block]
        del rest[:_MORE_BLOCKS]
        return [*shown, markdown_answers.offer(len(rest))] if rest else [*shown, "That was all.\n"]

    def _help(self, agent: str) -> Answer:
        """What can be asked, with examples of this workspace."""
        if agent in markdown_answers.WORKSPACE_AGENTS:
            only = FRONT_END if agent == "FrontEndAgent" else None
            examples = self._repository.questions(only)
            count = self._index.store.file_count(only)
            what = f"{counted(count, 'file')} of your workspace"
        else:
            examples = ["asyncio.gather", "pathlib.Path.glob", "how do I parse JSON?"]
            what = "the Python standard library and the packages installed for your workspace"
        pieces = [
            markdown_answers.intro(agent),
            f"I find code in {what}: by plain words, by name, by `path:line`, by quoted text, or "
            "by a pasted traceback. I can't write or explain code. For example:\n\n",
            *(f"- {code(example)}\n" for example in examples),
        ]
        return Answer(pieces, "")


def _notes(update: Update | None, state: Progress) -> list[str]:
    """What to say of an index that the answer may lack something of."""
    if update is None or (state.complete and update.failure is None):
        return []
    if update.failure is not None:
        return [markdown_answers.outdated(update.failure)]
    return [markdown_answers.unfinished(state)]


def last_question(prompt: str) -> str:
    """The prompt, or its last message if it is a whole history (blocks headed ``User:``)."""
    *_, last = re.split(r"^User:[ \t]*\r?$", prompt, flags=re.MULTILINE)
    return last.strip()
