"""Categories of errors, which decide whether a failed attempt is repeated."""

from enum import StrEnum

from arcbeat.domain.errors import (
    AlertNotSent,
    AlertRejected,
    ArcbeatError,
    Conflict,
    Forbidden,
    InvalidInput,
    InvalidValue,
    NotFound,
    OutOfSpace,
    StoreBadValue,
    StoreObjectMissing,
    StoreOverloaded,
    StoreProtocolError,
    StoreTimeout,
    StoreUnauthorised,
    StoreUnavailable,
    StoreUnreachable,
    TooManyRequests,
    Unauthenticated,
)


class ErrorCategory(StrEnum):
    """Why an attempt failed."""

    NETWORK_ERROR = "network_error"
    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"
    AUTH_ERROR = "auth_error"
    DATA_ERROR = "data_error"
    CONFLICT = "conflict"
    RESOURCE_EXHAUSTED = "resource_exhausted"
    UNKNOWN = "unknown"

    @property
    def is_permanent(self) -> bool:
        """Whether a repetition would fail in the same way."""
        return self in _PERMANENT


_PERMANENT = frozenset({ErrorCategory.AUTH_ERROR, ErrorCategory.DATA_ERROR, ErrorCategory.CONFLICT})

# The first class that fits decides: a class stands before its bases.
_CATEGORIES: tuple[tuple[type[BaseException], ErrorCategory], ...] = (
    (StoreUnreachable, ErrorCategory.NETWORK_ERROR),
    (StoreOverloaded, ErrorCategory.RESOURCE_EXHAUSTED),
    (StoreUnavailable, ErrorCategory.UNAVAILABLE),
    (StoreTimeout, ErrorCategory.TIMEOUT),
    (StoreUnauthorised, ErrorCategory.AUTH_ERROR),
    (StoreObjectMissing, ErrorCategory.DATA_ERROR),
    (StoreBadValue, ErrorCategory.DATA_ERROR),
    # An answer cut in the middle or damaged on its way says nothing about the next one.
    (StoreProtocolError, ErrorCategory.UNKNOWN),
    (AlertRejected, ErrorCategory.DATA_ERROR),
    (AlertNotSent, ErrorCategory.UNAVAILABLE),
    (TooManyRequests, ErrorCategory.RESOURCE_EXHAUSTED),
    (OutOfSpace, ErrorCategory.RESOURCE_EXHAUSTED),
    (Unauthenticated, ErrorCategory.AUTH_ERROR),
    (Forbidden, ErrorCategory.AUTH_ERROR),
    (InvalidInput, ErrorCategory.DATA_ERROR),
    (InvalidValue, ErrorCategory.DATA_ERROR),
    (NotFound, ErrorCategory.DATA_ERROR),
    (Conflict, ErrorCategory.CONFLICT),
    (ArcbeatError, ErrorCategory.UNKNOWN),
    (TimeoutError, ErrorCategory.TIMEOUT),
    (ConnectionError, ErrorCategory.NETWORK_ERROR),
    (MemoryError, ErrorCategory.RESOURCE_EXHAUSTED),
)


def categorise(error: BaseException) -> ErrorCategory:
    """Return the category of an error that ended an attempt."""
    return next((category for kind, category in _CATEGORIES if isinstance(error, kind)), ErrorCategory.UNKNOWN)
