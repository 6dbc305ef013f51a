"""A run and its log, as the command line reads them from the HTTP API."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

NOT_ENDED = frozenset({"queued", "running"})


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What is to be run.

    Attributes:
        key: the ``Idempotency-Key``; requests for one job with the same key make one run.
        body: ``parameters`` and ``dry_run``.
    """

    job: str
    key: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """The members of a run that the command line uses.

    Attributes:
        body: all members, as in the contract.
    """

    id: int
    job: str
    state: str
    attempts: int
    started_at: str
    error: str | None
    body: Mapping[str, Any]

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """Return the run of a response.

        Raises:
            KeyError: the body is not that of a run.
        """
        message, category = body["error_message"], body["error_category"]
        error = f"{category}: {message}" if category and message else message or category
        return cls(body["id"], body["job_name"], body["state"], body["attempts"], body["run_started_at"], error, body)

    @property
    def has_ended(self) -> bool:
        return self.state not in NOT_ENDED


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row of the log of a run; ``text`` is what it says."""

    id: int
    text: str
    body: Mapping[str, Any]

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """Return the row of a response.

        Raises:
            KeyError: the body is not that of a row.
        """
        attempt = "" if body["attempt_number"] is None else f" attempt {body['attempt_number']}"
        error = "" if body["error_message"] is None else f" [{body['error_category']}] {body['error_message']}"
        return cls(body["id"], f"{body['started_at']} {body['log_type']}{attempt}: {body['message']}{error}", body)
