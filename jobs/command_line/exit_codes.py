"""The exit codes of the commands, as docs/how-to/run-jobs.md lists them."""

from collections.abc import Mapping

from arcbeat.domain.jobs.runs import RunState

EXIT_NOT_DELIVERED = 1
"""A target did not accept the test notice."""
EXIT_USAGE = 2
"""The command line or a setting is wrong."""
EXIT_CANCELLED = 5
EXIT_LOST = 6
"""The run was abandoned, or another process took it over."""
EXIT_UNAVAILABLE = 7
"""PostgreSQL is unavailable, so that the run did not begin, or its outcome is not stored."""

EXIT_CODES: Mapping[RunState, int] = {
    RunState.SUCCEEDED: 0,
    RunState.FAILED: 1,
    RunState.SKIPPED: 3,
    RunState.REFUSED: 3,
    RunState.QUEUED: 3,
    RunState.RUNNING: 3,
    RunState.TIMED_OUT: 4,
    RunState.CANCELLED: EXIT_CANCELLED,
    RunState.ABANDONED: EXIT_LOST,
}
"""The exit code of ``run`` and ``retry`` by the state of the run. A run that is queued or running is carried out by
another process."""
