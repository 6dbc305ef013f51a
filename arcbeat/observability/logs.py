"""Logging: one JSON object per line on standard error, also for the logs of libraries.

To add a field to every line of a request, bind it with ``structlog.contextvars.bind_contextvars``.
"""

import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict

SHARED: tuple[Any, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    # Local variables may hold passwords, tokens and readings.
    structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
)
# Libraries log requests, statements, URLs and headers below this level, some with secrets in them. The setting
# LOG_LEVEL applies to our own logs.
LIBRARIES_LEVEL = logging.WARNING
SERVER_LOGGER = "uvicorn.error"
"""Logs the start and the end of the server at level info; connections have another logger."""

# The last line of defence: no log is meant to contain a secret, but messages of libraries and stores may.
SECRETS = re.compile(
    rb"arcbeat_[0-9a-f]{16}_[A-Za-z0-9_-]{43}"  # API keys
    rb"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]*"  # tokens
    rb"|(?<=://)[^/?#\s\"@:]*:[^/?#\s\"@]+(?=@)"  # user and password in URLs
)
MARKS_OF_SECRETS = (b"arcbeat_", b"eyJ", b"://")
"""One of these is in each text that SECRETS finds; the regular expression would be slower."""
REDACTED = b"[redacted]"


def configure(level: str) -> None:
    """Set up logging at a level, for example ``info``. Call it once, before anything is logged.

    Our own logs are written by structlog directly, without the logging module: one line per request must be cheap.
    """
    structlog.configure(
        processors=[_line],
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    _configure_libraries(level)


def _line(logger: Any, method: str, event: EventDict) -> bytes:
    """Return the line of an event: what the SHARED processors do, in one step for an event without an exception."""
    if "exc_info" in event:
        for processor in SHARED:
            event = processor(logger, method, event)
        return _serialize(event)
    structlog.contextvars.merge_contextvars(logger, method, event)
    event["level"] = method
    event["timestamp"] = datetime.now(UTC)
    return _serialize(event)


def _configure_libraries(level: str) -> None:
    render = structlog.processors.JSONRenderer(serializer=lambda event, **_: _serialize(event).decode())
    processors: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, render]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=processors, foreign_pre_chain=[structlog.stdlib.add_logger_name, *SHARED]
        )
    )
    own_level = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(handlers=[handler], level=max(own_level, LIBRARIES_LEVEL), force=True)
    logging.getLogger(SERVER_LOGGER).setLevel(max(own_level, logging.INFO))


def _serialize(event: object, **_: object) -> bytes:
    line = orjson.dumps(event, default=str, option=orjson.OPT_UTC_Z)
    for mark in MARKS_OF_SECRETS:
        if mark in line:
            return SECRETS.sub(REDACTED, line)
    return line
