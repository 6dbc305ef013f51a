"""The errors of this package.

ArcbeatError
├── Rejected         the server rejected a request with a problem
└── ConnectionEnded  the server ended the connection, or it was lost
"""

from collections.abc import Mapping
from typing import Any, Self, cast

from arcbeat_client.frames import Problem

PERMANENT_STATUSES = frozenset({400, 403, 404})
"""A client that repeats the same request is rejected again."""


class ArcbeatError(Exception):
    """Base of all errors of this package."""


class Rejected(ArcbeatError):
    """The server rejected a request.

    Args:
        problem: the body of the response, as in RFC 9457.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem["detail"])
        self.problem = problem

    @classmethod
    def from_response(cls, body: Any, headers: Mapping[str, str]) -> Self:
        """Return the error for a response; the header Retry-After becomes the member that events have instead."""
        delay = headers.get("Retry-After", "")
        return cls(cast("Problem", {**body, "retry_after_seconds": int(delay)} if delay.isdigit() else body))

    @property
    def is_permanent(self) -> bool:
        return self.problem["status"] in PERMANENT_STATUSES


class ConnectionEnded(ArcbeatError):
    """The connection of a table has ended.

    Args:
        reason: that of the event ``closing`` or ``reset``, for example ``expired``, or ``disconnect``.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason

    @property
    def is_permanent(self) -> bool:
        """Whether the same program would be disconnected again."""
        return self.reason in {"too-many-messages", "malformed"}
