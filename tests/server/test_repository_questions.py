"""Questions as people ask them of a repository, and the place that must be among the first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from robotui.server.index.index import Index
from robotui.server.index.search import Searcher
from robotui.server.index.words import ask
from robotui.server.workspace_answers import Repository

FILES = {
    "README.md": """# Courier

Sends parcels of data between two machines.

## Installation

    pip install courier

## Running the tests

    make check
""",
    "Makefile": "check:\n\tpython -m pytest\n\nserve:\n\tpython -m courier.cli serve\n",
    "pyproject.toml": '[project]\nname = "courier"\ndependencies = ["attrs"]\n',
    "LICENSE": "MIT License\n",
    ".github/workflows/ci.yml": "on: push\njobs:\n  check:\n    steps:\n      - run: make check\n",
    "courier/retry.py": '''"""When a failed delivery is tried again."""

import random

LIMIT = 5


def should_retry(error, attempt):
    """Whether another attempt is worth it."""
    return attempt < LIMIT and isinstance(error, (TimeoutError, ConnectionError))


def backoff(attempt, base=0.5):
    """Seconds to wait before the next attempt, with jitter."""
    return base * 2**attempt * random.uniform(0.8, 1.2)
''',
    "courier/transport.py": '''"""The connection to the other machine."""

import socket

from courier.retry import backoff, should_retry


class Transport:
    """Carries frames over a socket."""

    def __init__(self, host, port):
        self.address = host, port
        self.socket = None

    def connect(self):
        """Open the socket, with a deadline of ten seconds."""
        self.socket = socket.create_connection(self.address, timeout=10)

    def send(self, frame):
        """Write one frame; lost connections are opened again."""
        attempt = 0
        while True:
            try:
                return self.socket.sendall(frame.encode())
            except OSError as error:
                if not should_retry(error, attempt):
                    raise
                wait(backoff(attempt))
                attempt += 1

    def close(self):
        """Hang up."""
        self.socket.close()
''',
    "courier/frames.py": '''"""What goes over the wire."""

import zlib
from dataclasses import dataclass


@dataclass
class Frame:
    """A numbered piece of a parcel."""

    number: int
    payload: bytes

    def encode(self):
        """The frame as bytes: number, length, checksum, payload."""
        head = self.number.to_bytes(4, "big") + len(self.payload).to_bytes(4, "big")
        return head + zlib.crc32(self.payload).to_bytes(4, "big") + self.payload


def split(parcel, size):
    """The frames of a parcel that is too long for one."""
    for number, start in enumerate(range(0, len(parcel), size)):
        yield Frame(number, parcel[start : start + size])


class ChecksumError(Exception):
    """The payload is not what was sent."""
''',
    "courier/settings.py": '''"""Settings from the environment and a file."""

import os
import tomllib


def load(path):
    """Read the configuration file; environment variables win."""
    with open(path, "rb") as file:
        values = tomllib.load(file)
    values.update({key: os.environ[key] for key in values if key in os.environ})
    return values
''',
    "courier/cli.py": '''"""The command line."""

import argparse


def main():
    """Parse the arguments and start the chosen command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--verbose", help="say what is done")
    return parser.parse_args()
''',
    "web/upload.ts": """export class UploadQueue {
  private waiting: File[] = []

  enqueue(file: File): void {
    this.waiting.push(file)
  }

  async flush(): Promise<void> {
    for (const file of this.waiting) {
      await fetch('/parcels', { method: 'POST', body: file })
    }
  }
}
""",
    "web/theme.css": ".dark-mode {\n  background: black;\n}\n",
    "tests/test_retry.py": '''from courier.retry import should_retry, backoff


def test_retries_are_decided_by_attempt():
    """Retries are decided: run the tests of retries, run the tests of decided retries."""
    assert should_retry(TimeoutError(), 1)
    assert not should_retry(TimeoutError(), 5)


def test_backoff_waits_longer():
    assert backoff(3) > backoff(1)
''',
}

QUESTIONS = [
    ("where are retries decided?", "courier/retry.py should_retry"),
    ("how long do we wait before the next attempt?", "courier/retry.py backoff"),
    ("what happens when the connection is lost?", "courier/transport.py Transport.send"),
    ("where is the socket opened", "courier/transport.py Transport.connect"),
    ("how is a parcel split into pieces?", "courier/frames.py split"),
    ("how is the checksum computed?", "courier/frames.py Frame.encode"),
    ("where is the config read?", "courier/settings.py load"),
    ("which environment variables are used", "courier/settings.py load"),
    ("where are command line flags parsed", "courier/cli.py main"),
    ("where are files uploaded in the browser?", "web/upload.ts UploadQueue"),
    ("dark mode colours", "web/theme.css"),
    ("how do I run the tests?", "Makefile|README.md"),
    ("how to install this?", "README.md"),
    ("what are the dependencies?", "pyproject.toml"),
    ("what is the license", "LICENSE"),
    ("which tests cover retries", "tests/test_retry.py"),
    ("Transport", "courier/transport.py Transport"),
    ("Transport.send", "courier/transport.py Transport.send"),
    ("courier.retry.backoff", "courier/retry.py backoff"),
    ("where is should_retry used?", "courier/retry.py should_retry"),
    ("UploadQueue.flush", "web/upload.ts UploadQueue.flush"),
    ("ChecksumError", "courier/frames.py ChecksumError"),
    ('"Hang up"', "courier/transport.py Transport.close"),
    ("courier/frames.py:17", "courier/frames.py Frame.encode"),
    ("retry.py:8", "courier/retry.py should_retry"),
    (
        'Traceback (most recent call last):\n  File "/srv/app/courier/cli.py", line 9, in main\n'
        '  File "/srv/app/courier/transport.py", line 24, in send\nConnectionError: lost',
        "courier/transport.py Transport.send",
    ),
]
FIRST = 3
"""Places in which the right one must be."""
LEAST_AT_ONCE = 0.75
"""Share of the questions whose right place must be the very first."""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    root = tmp_path_factory.mktemp("questions") / "work"
    for path, text in FILES.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    index, searcher = Index(root, root.parent / "index.db"), Searcher()
    for _ in index.update():
        pass
    yield Repository(index, searcher)
    index.close()
    searcher.close()


def heads(repository: Repository, text: str) -> list[str]:
    """Path and name of each place that is shown."""
    return [f"{hit.path} {hit.symbol}" for hit in repository.hits(ask(text))]


def fits(head: str, expected: str) -> bool:
    return any(head.startswith(one) for one in expected.split("|"))


@pytest.mark.parametrize(("question", "expected"), QUESTIONS)
def test_the_right_place_is_among_the_first(
    repository: Repository, question: str, expected: str
) -> None:
    found = heads(repository, question)
    assert any(fits(head, expected) for head in found[:FIRST]), found


def test_most_are_the_very_first(repository: Repository) -> None:
    at_once = [
        fits(found[0], expected)
        for question, expected in QUESTIONS
        if (found := heads(repository, question))
    ]
    assert sum(at_once) >= LEAST_AT_ONCE * len(QUESTIONS)


def test_tests_do_not_crowd_out_the_source(repository: Repository) -> None:
    for question in ("where are retries decided?", "how do I run the tests?"):
        assert sum(head.startswith("tests/") for head in heads(repository, question)) <= 1
