"""The composition root: only this package names concrete adapters and handlers, and connects them.

Each name is imported from its module when it is first used: a run of a job or a function needs neither the API nor the
migrations, which take most of the time to import.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from arcbeat.runtime.collection import paused_collection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from adapters.embedded_postgres.server import EmbeddedPostgres
    from arcbeat.app.administration import Administration, open_administration
    from arcbeat.app.application import build, open_function
    from arcbeat.app.jobs import JobRuntime, configure_job_logs, function_timeout_seconds, open_jobs
    from arcbeat.app.migration import migrate, undo_jobs

    embedded_postgres: Callable[[Path], EmbeddedPostgres]

__all__ = [
    "Administration",
    "JobRuntime",
    "build",
    "configure_job_logs",
    "embedded_postgres",
    "function_timeout_seconds",
    "migrate",
    "open_administration",
    "open_function",
    "open_jobs",
    "undo_jobs",
]

_SOURCES = {
    "Administration": ("arcbeat.app.administration", "Administration"),
    "JobRuntime": ("arcbeat.app.jobs", "JobRuntime"),
    "build": ("arcbeat.app.application", "build"),
    "configure_job_logs": ("arcbeat.app.jobs", "configure_job_logs"),
    "embedded_postgres": ("adapters.embedded_postgres.server", "EmbeddedPostgres"),
    "function_timeout_seconds": ("arcbeat.app.jobs", "function_timeout_seconds"),
    "migrate": ("arcbeat.app.migration", "migrate"),
    "open_administration": ("arcbeat.app.administration", "open_administration"),
    "open_function": ("arcbeat.app.application", "open_function"),
    "open_jobs": ("arcbeat.app.jobs", "open_jobs"),
    "undo_jobs": ("arcbeat.app.migration", "undo_jobs"),
}


def __getattr__(name: str) -> object:
    if name not in _SOURCES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _SOURCES[name]
    with paused_collection():
        return getattr(import_module(module), attribute)
