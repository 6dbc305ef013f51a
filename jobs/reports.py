"""What a runner reports while it works: progress, log rows, and the end of the run."""

from typing import Protocol

from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.runs import Run


class Reporter(Protocol):
    """Shows a run while it is under way. Its methods must return at once."""

    def began(self, run: Run) -> None:
        """Show that a run begins on this process."""
        ...

    def progress(self, run: Run, done: int, total: int) -> None:
        """Show how many steps of the attempt are done."""
        ...

    def logged(self, log: SyncJobLog) -> None:
        """Show a row of the log."""
        ...

    def ended(self, run: Run) -> None:
        """Show how a run ended."""
        ...


class _Silent:
    def began(self, run: Run) -> None:
        """Show nothing."""

    def progress(self, run: Run, done: int, total: int) -> None:
        """Show nothing."""

    def logged(self, log: SyncJobLog) -> None:
        """Show nothing."""

    def ended(self, run: Run) -> None:
        """Show nothing."""


SILENT: Reporter = _Silent()
"""A reporter that shows nothing."""
