"""Logs that cannot tell on anybody: where something went wrong, never what was written or by whom.

Rasa and Sanic put message text, sender ids and local variables into their log lines. So nothing of
a record's message is passed on unless it comes from our own loggers, which log no user data.
"""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path

OWN = "vejviser"


class SilentFormatter(logging.Formatter):
    """Time, level, logger and place; for exceptions their type and the lines they passed through.

    The text of exceptions is left out: it may quote the message. Messages of the loggers
    "vejviser…" are kept, for they are constants by convention (tests/privacy proves it).
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line, or several for an exception."""
        stamp = self.formatTime(record, "%Y-%m-%dT%H:%M:%S")
        place = f"{record.name}:{record.lineno}"
        parts = [f"{stamp} {record.levelname} {place}"]
        if record.name.split(".")[0] == OWN:
            parts.append(str(record.msg))
        if record.exc_info and record.exc_info[0]:
            parts.append(_trace(record.exc_info))
        return " ".join(parts)


def _trace(exc_info: "tuple") -> str:
    kind, _, where = exc_info
    frames = traceback.extract_tb(where)[-8:]
    path = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))
    return f"{kind.__name__} at {path}"


def keep_silent() -> None:
    """Once more what logging.yml says: after it is read, Rasa's command line puts a handler of its
    own in the place of ours, which prints every message in full."""
    for handler in logging.getLogger().handlers:
        stream = getattr(handler, "stream", None)
        if stream is not None and stream in (sys.stderr, sys.stdout):
            handler.setFormatter(SilentFormatter())
            handler.setLevel(logging.WARNING)
