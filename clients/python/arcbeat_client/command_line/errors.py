"""The exit codes of the command, and the errors that end it.

They are those of ``python -m jobs run``; docs/how-to/run-jobs.md lists them.
"""

from collections.abc import Mapping

EXIT_USAGE = 2
"""The command line, a setting or the request is wrong."""
EXIT_NOT_STARTED = 3
"""The run was skipped or refused."""
EXIT_TIMED_OUT = 4
EXIT_CANCELLED = 5
EXIT_UNAVAILABLE = 7
"""The service is unavailable: the run did not begin, or its outcome is unknown."""

EXIT_CODES: Mapping[str, int] = {
    "succeeded": 0,
    "failed": 1,
    "skipped": EXIT_NOT_STARTED,
    "refused": EXIT_NOT_STARTED,
    "timed_out": EXIT_TIMED_OUT,
    "cancelled": EXIT_CANCELLED,
    "abandoned": 6,
}
"""The exit code by the final state of the run."""

CONFLICT = 409


class CommandFailed(Exception):
    """The command ends with ``code`` and prints its message."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class RequestRejected(CommandFailed):
    """The service rejected a request, and would reject it again."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"the service responded with {status}: {detail}", _exit_code(status))


class NotArcbeat(CommandFailed):
    """Another server responded, for example a portal where one logs in to a network."""

    def __init__(self, message: str) -> None:
        super().__init__(message, EXIT_USAGE)


class ServiceUnavailable(CommandFailed):
    """The service did not respond for so long that the command gives up."""

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(f"the service has been unavailable for {seconds:.0f} seconds: {reason}", EXIT_UNAVAILABLE)


def _exit_code(status: int) -> int:
    return EXIT_NOT_STARTED if status == CONFLICT else EXIT_USAGE
