"""The composition root: only this package names concrete adapters and handlers, and connects them."""

from collections.abc import Callable
from pathlib import Path

from adapters.embedded_postgres.server import EmbeddedPostgres
from arcbeat.app.administration import Administration, open_administration
from arcbeat.app.application import build, open_function
from arcbeat.app.jobs import JobRuntime, open_jobs
from arcbeat.app.migration import migrate, undo_jobs

__all__ = [
    "Administration",
    "JobRuntime",
    "build",
    "embedded_postgres",
    "migrate",
    "open_administration",
    "open_function",
    "open_jobs",
    "undo_jobs",
]

embedded_postgres: Callable[[Path], EmbeddedPostgres] = EmbeddedPostgres
