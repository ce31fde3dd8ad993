"""The log: warnings and faults in a file, as a full-screen program has no place to print them."""

from __future__ import annotations

import logging
import sys

from robotui import config
from robotui.config import Paths
from robotui.errors import CrashError, RobotuiError, StorageError, shortage


class _Formatter(logging.Formatter):
    """A line of the log, and a traceback, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        from robotui.text import without_secrets

        return without_secrets(super().format(record))


def log_to(paths: Paths) -> None:
    """Keep warnings in a file: a full-screen program has no place to print them."""
    from robotui.files import private_folder

    handler: logging.Handler
    try:
        file = private_folder(paths.state) / config.LOG_NAME
        file.touch(mode=0o600)
        handler = logging.FileHandler(file, encoding="utf-8")
    except (OSError, StorageError) as error:
        print(f"robotui: there is no log file: {error}", file=sys.stderr)
        handler = logging.NullHandler()
    handler.setFormatter(_Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    logging.raiseExceptions = False  # a log that can't be written must not break a reply
    logger = logging.getLogger("robotui")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


def record_crash(error: BaseException) -> RobotuiError:
    """Keep a fault of ours in the log; what to tell about it."""
    known = error if isinstance(error, RobotuiError) else shortage(error)
    if known is not None:
        return known
    from robotui.text import one_line, without_secrets

    logging.getLogger("robotui").critical("crashed", exc_info=error)
    headline = without_secrets(
        one_line(f"Stopped by a fault: {type(error).__name__}: {error}", 300)
    )
    log = config.paths().state / config.LOG_NAME
    return CrashError(headline, f"This is a fault of robotui; the chat is kept. The log is {log}")
