"""How operations are logged: one JSON object a line on standard error, and never a value from a record or a request.

An exception's text and its local variables hold data (a duplicate key names the values, a parser quotes its input),
and so do the finished messages of libraries (asyncio prints the exception of a lost task). So of an exception only its
types and places are written, and of a library's message only where it was logged.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from types import TracebackType
from typing import TypeAlias

import orjson
import structlog
from structlog.typing import EventDict, WrappedLogger

_OUR_ROOMS = frozenset({"api", "authz", "domain", "persistence"})
_DEEPEST_CHAIN = 8
_MOST_FRAMES = 30

_ExcInfo: TypeAlias = "BaseException | tuple[object, BaseException | None, TracebackType | None] | bool | None"


def configure(level: int = logging.INFO) -> None:
    """Send structlog, the standard library's loggers, warnings and uncaught exceptions to standard error as JSON lines.

    To be called once, by who starts the process. uvicorn must run with `log_config=None, access_log=False`: its access
    log is off, because it holds query strings.
    """
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, add_timestamp, tell_exception, to_json],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # else a record that cannot be written is printed with its arguments
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("alembic").setLevel(max(level, logging.WARNING))  # tells every step, in words that are withheld
    _log_uncaught_exceptions()


def add_timestamp(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The time, RFC 3339 in UTC with microseconds."""
    event["timestamp"] = _rfc3339(datetime.now(UTC))
    return event


def tell_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by the exception's types and places."""
    error = _exception_of(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = without_values(error)
    return event


def to_json(_logger: WrappedLogger, _method: str, event: EventDict) -> bytes:
    """The event as one line of JSON; of a value that JSON does not know, a dataclass too, only the type is told."""
    return orjson.dumps(event, default=_type_name, option=orjson.OPT_PASSTHROUGH_DATACLASS)


class JsonLines(logging.Formatter):
    """The standard library's records as JSON lines."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line: dict[str, object] = {
            "event": _safe_message(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "timestamp": _rfc3339(datetime.fromtimestamp(record.created, UTC)),
        }
        if error := _exception_of(record.exc_info):
            line["exception"] = without_values(error)
        return orjson.dumps(line).decode()


def without_values(error: BaseException) -> list[dict[str, object]]:
    """An exception and what led to it, newest first: type, SQLSTATE and places (`file:line:function`), and no text."""
    return [_told(each) for each in islice(_chain(error), _DEEPEST_CHAIN)]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told(error: BaseException) -> dict[str, object]:
    frames = [f"{f.f_code.co_filename}:{line}:{f.f_code.co_name}" for f, line in traceback.walk_tb(error.__traceback__)]
    told: dict[str, object] = {"type": _type_name(error), "frames": frames[-_MOST_FRAMES:]}
    if isinstance(state := getattr(error, "sqlstate", None), str):
        told["sqlstate"] = state
    if isinstance(error, BaseExceptionGroup):
        told["group"] = [_told(each) for each in error.exceptions[:_DEEPEST_CHAIN]]
    return told


def _exception_of(exc_info: _ExcInfo) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1]
    return sys.exception() if exc_info else None


def _safe_message(record: logging.LogRecord) -> str:
    root = record.name.partition(".")[0]
    if root in _OUR_ROOMS:
        return record.getMessage()
    if root == "uvicorn":  # its messages are fixed texts; what they are filled with may be an address with a query
        return str(record.msg)
    return f"message withheld, logged at {record.pathname}:{record.lineno}"


def _type_name(value: object) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"


def _rfc3339(time: datetime) -> str:
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _log_uncaught_exceptions() -> None:
    logger = logging.getLogger(__name__)

    def of_process(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        logger.critical("uncaught exception", exc_info=(kind, error, trace))

    def of_thread(lost: threading.ExceptHookArgs) -> None:
        logger.critical("uncaught exception in a thread", exc_info=lost.exc_value)

    def of_nobody(lost: sys.UnraisableHookArgs) -> None:
        logger.error("exception that nobody could catch", exc_info=lost.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = of_process, of_thread, of_nobody
