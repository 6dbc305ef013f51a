"""The errors of the product. arcbeat/api/problems.py maps each class to a status and a problem type.

ArcbeatError
├── InvalidValue            a value breaks a rule of the domain; lists the attributes
├── InvalidInput            a request is invalid; lists the parameters and the JSON pointers
├── UnsupportedMediaType    the operation does not accept a body of this media type
│   └── UnsupportedContentCoding  the body is compressed in a way that the service cannot read
├── PayloadTooLarge         the body exceeds the size limit
├── TooManyRows             a file of the requested format cannot hold all rows
├── OutOfSpace              the server's disk has no room for a temporary file
├── HeaderTooLarge          the request line and the headers exceed the size limit
├── NotAvailableInFunctions  a function has no live updates, and returns no response above a size
├── ServerUnavailable       the server is stopping, or has too many connections
├── Unauthenticated         the request has no valid credentials
│   └── InvalidCredentials  the user name or the password is wrong
├── Forbidden               the credentials are valid and lack a scope
├── TooManyRequests         a client exceeds its rate limit
├── NotFound
│   ├── UnknownDeviceType
│   ├── UnknownDevice
│   ├── UnknownUser
│   ├── UnknownDictType
│   ├── UnknownDictData
│   ├── UnknownStatistic    the dictionary has no table for a statistic of the board
│   ├── UnknownApiKey
│   ├── UnknownJob
│   ├── UnknownRun
│   ├── UnknownJobLog
│   ├── UnknownAlert        no alert about a job has this id
│   ├── UnknownAlarm        a device was in no alarm at a moment
│   └── UnknownDownload     the caller has no download with this id
├── Conflict
│   ├── StaticFieldsUnavailable
│   ├── AlreadyExists       a name or a code is in use
│   ├── SuperTableMissing   the readings store lacks the super table of a device type
│   ├── SuperTableUnsuitable  the super table of a device type lacks ts or device_code
│   ├── ImportRejected      a row of a file cannot be stored; lists the cells
│   ├── StatisticTableMissing  the dictionary names a table that the readings store lacks
│   ├── StatisticEmpty      the table of a statistic has no rows
│   ├── UserHasApiKeys      a user would lose rights, and the request does not decide about the user's API keys
│   ├── LastAdmin           a change would leave no enabled administrator
│   ├── ArchiveDamaged      a file of the archive of logs, or its manifest, does not hold what it should
│   ├── AlarmAcknowledged   another person has acknowledged the alarm
│   ├── DownloadCancelled   the caller has cancelled the download of an export
│   ├── LeaseLost           another process holds the run of a job, or the run has ended
│   └── NotAUser            an external token or an API key is used for what only users have
├── AlertNotSent            a target did not accept a notice about a job
│   └── AlertRejected       it will not accept one until its URL or its settings are corrected
├── PreconditionFailed      the resource has changed since the client read it
└── StoreError              a store failed; `retryable` tells whether another try can succeed
    ├── StoreUnavailable    connection refused or lost, overload, open circuit breaker
    │   ├── StoreTakesNoWrites  the store is read-only at the moment
    │   ├── StoreOverloaded     too many calls of this process wait for the store
    │   └── StoreUnreachable    the connection is refused or lost
    ├── StoreTimeout        no response within the time limit
    │   └── StatementTimeout    the store is alive, and did not finish a statement in time
    ├── StoreUnauthorised   the store rejects the credentials of this service, or they lack a privilege
    ├── StoreObjectMissing  a database, table or column does not exist
    ├── StoreBadValue       the store rejects a value
    └── StoreProtocolError  the response is malformed

The first line of a class's docstring is the ``detail`` that clients read, unless the error is raised with another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class InputError:
    """One invalid part of a request.

    Attributes:
        location: ``query``, ``path``, ``header`` or ``body``.
        name: The parameter, a JSON pointer into the body, or a position in a table such as ``row 3, column 2``.
        detail: What is wrong with it.
        value: The start of the text of a cell of a file; None for anything else.
    """

    location: str
    name: str
    detail: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule of the domain that a value breaks.

    Attributes:
        field: The attribute, with an index or a nested attribute behind a slash: ``name``, ``fields/3/maximum``. For a
            table, the position: ``row 3, column 2``. Empty for the value as a whole.
        detail: What is wrong with it.
        value: The start of the text of a cell of a file; None for anything else.
    """

    field: str
    detail: str
    value: str | None = None


class ArcbeatError(Exception):
    """The operation failed.

    Attributes:
        errors: The invalid parts of the request, if the request is the cause.
    """

    retryable: ClassVar[bool] = False
    errors: tuple[InputError, ...] = ()

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or _first_line(type(self).__doc__)
        super().__init__(self.detail)


def _first_line(docstring: str | None) -> str:
    return (docstring or "").strip().partition("\n")[0]


class InvalidValue(ArcbeatError):
    """A value is invalid.

    The domain raises it, without knowledge of where the value comes from. Handlers turn it into InvalidInput, which
    names the parameter or the JSON pointer: see query_errors, body_errors and file_errors in handlers/_http.py.

    Attributes:
        violations: At least one.
        summary: A sentence about all of them, if there is one.
    """

    def __init__(self, violations: Sequence[Violation], summary: str | None = None) -> None:
        super().__init__(summary or "; ".join(f"{each.field} {each.detail}".strip() for each in violations))
        self.violations = tuple(violations)
        self.summary = summary

    @classmethod
    def of(cls, field: str, detail: str) -> "InvalidValue":
        """Return the error of one attribute; an empty ``field`` means the value as a whole."""
        return cls((Violation(field, detail),))


class InvalidInput(ArcbeatError):
    """The request is invalid; `errors` lists each parameter and each part of the body that must be corrected."""

    def __init__(self, errors: Sequence[InputError], detail: str | None = None) -> None:
        super().__init__(detail)
        self.errors = tuple(errors)

    @classmethod
    def of_body(cls, detail: str, summary: str | None = None) -> "InvalidInput":
        """Return the error of the body as a whole; ``summary`` replaces the general sentence about the request."""
        return cls((InputError("body", "", detail),), summary)


class UnsupportedMediaType(ArcbeatError):
    """This operation does not accept a body of this Content-Type; use one that the contract lists for it."""


class UnsupportedContentCoding(UnsupportedMediaType):
    """The body may be compressed with gzip only: send Content-Encoding: gzip, or leave the header out."""


class PayloadTooLarge(ArcbeatError):
    """The body exceeds the size limit of this operation; send it in smaller parts."""


class TooManyRows(ArcbeatError):
    """A file of this format cannot hold so many rows; request csv or ndjson instead."""


class OutOfSpace(ArcbeatError):
    """The server's disk has no room for this file at the moment; try again later, or request csv or ndjson."""

    retryable = True


class HeaderTooLarge(ArcbeatError):
    """The request line and the headers together may have at most 64 KiB; send less in them."""


class NotAvailableInFunctions(ArcbeatError):
    """A function cannot do this, because nothing runs between its requests; use a server that runs `arcbeat serve`."""


class ServerUnavailable(ArcbeatError):
    """The server has too many connections at the moment; try again later."""

    retryable = True


class Unauthenticated(ArcbeatError):
    """The request needs a valid access token (Authorization: Bearer) or API key (X-API-Key)."""


class InvalidCredentials(Unauthenticated):
    """The user name or the password is wrong."""


class Forbidden(ArcbeatError):
    """The credentials lack a scope that this operation requires."""


class TooManyRequests(ArcbeatError):
    """This client sends too many requests; try again after `retry_after_seconds`."""

    retryable = True

    def __init__(self, detail: str | None = None, *, retry_after_seconds: int) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class NotFound(ArcbeatError):
    """The resource does not exist."""


class UnknownDeviceType(NotFound):
    """No device type has this code or alias; GET /api/v1/device/types lists them."""


class UnknownDevice(NotFound):
    """No device with this code is registered; GET /api/v1/device/info lists them."""


class UnknownUser(NotFound):
    """No user has this name."""


class UnknownJob(NotFound):
    """No job has this name."""


class UnknownRun(NotFound):
    """No run has this id."""


class UnknownJobLog(NotFound):
    """No log row has this id."""


class UnknownAlert(NotFound):
    """No alert has this id; GET /api/v1/jobs/alerts lists them."""


class UnknownAlarm(NotFound):
    """The device was in no alarm at this moment; GET /api/v1/device/alarms lists the alarms."""


class UnknownDownload(NotFound):
    """You have no download with this id; a download is forgotten an hour after its end."""


class UnknownApiKey(NotFound):
    """No API key has this id."""


class UnknownDictType(NotFound):
    """No dictionary type has this id."""


class UnknownDictData(NotFound):
    """No dictionary data has this id."""


class UnknownStatistic(NotFound):
    """The dictionary has no enabled data with this dict_name and data_label, which would name the statistic's table."""


class Conflict(ArcbeatError):
    """The request conflicts with the current state of the resource."""


class StaticFieldsUnavailable(Conflict):
    """This device type has no static fields; send use_dynamic_fields=true."""


class AlreadyExists(Conflict):
    """The name is already in use; choose another one."""


class SuperTableMissing(Conflict):
    """The readings store does not have this super table; pass create_super_table=true, or correct super_table."""


class SuperTableUnsuitable(Conflict):
    """This table cannot be the super table of a device type; it needs the column ts and the tag device_code."""


class StatisticTableMissing(Conflict):
    """The readings store does not have the table that the dictionary names; correct its data_value."""


class StatisticEmpty(Conflict):
    """The table of this statistic has no rows yet."""


class UserHasApiKeys(Conflict):
    """The user has API keys: decide with `keys` whether to revoke, transfer or keep them."""

    NAMES_MAX = 20

    def __init__(self, username: str, names: Sequence[str]) -> None:
        listed = ", ".join(names[: self.NAMES_MAX])
        more = f" and {len(names) - self.NAMES_MAX} more" if len(names) > self.NAMES_MAX else ""
        super().__init__(
            f"{username} has API keys that may be in use: {listed}{more}. Pass keys=revoke, keys=transfer (they become "
            "yours) or keys=keep (they stay valid)."
        )


class LastAdmin(Conflict):
    """This is the last enabled administrator; give another enabled user the role admin first."""


class ImportRejected(Conflict):
    """The file has rows that cannot be stored, so no row was stored; correct the cells that `errors` lists.

    Attributes:
        violations: The cells that cannot be stored.
    """

    def __init__(self, violations: Sequence[Violation], detail: str | None = None) -> None:
        super().__init__(detail)
        self.violations = tuple(violations)


class AlarmAcknowledged(Conflict):
    """Another person has acknowledged this alarm."""


class ArchiveDamaged(Conflict):
    """A file of the archive does not hold what its manifest says."""


class DownloadCancelled(Conflict):
    """The download was cancelled; make a new link with POST /api/v1/downloads."""


class LeaseLost(Conflict):
    """Another process holds this run, or it has ended; nothing was stored."""


class NotAUser(Conflict):
    """This operation needs the token of a user of this service, not an API key or the token of another issuer."""


class AlertNotSent(ArcbeatError):
    """The target did not accept the notice.

    Attributes:
        retry_after_seconds: An earlier repetition fails for certain, for example because of a rate limit; 0 if unknown.
    """

    retryable = True

    def __init__(self, detail: str | None = None, *, retry_after_seconds: float = 0.0) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class AlertRejected(AlertNotSent):
    """The target accepts no notice until its URL or its settings are corrected."""

    retryable = False


class PreconditionFailed(ArcbeatError):
    """The resource has changed since you read it; read it again and repeat the change with its new ETag."""


class StoreError(ArcbeatError):
    """A store failed."""


class StoreUnavailable(StoreError):
    """The store cannot be reached."""

    retryable = True


class StoreTakesNoWrites(StoreUnavailable):
    """The store is read-only at the moment."""


class StoreUnreachable(StoreUnavailable):
    """The store cannot be reached.

    The connection is refused or lost, so the store itself has not responded.
    """


class StoreOverloaded(StoreUnavailable):
    """Too many requests wait for this store at the moment; try again later.

    The load is our own and shows nothing about the store, so circuit breakers do not count it.
    """


class StoreTimeout(StoreError):
    """The store did not respond within the time limit."""

    retryable = True


class StatementTimeout(StoreTimeout):
    """The store did not finish within the time limit; request less, for example a shorter time range.

    The store has shown that it is alive, for example by confirming that it cancelled the statement, so circuit breakers
    count this as a response.
    """


class StoreUnauthorised(StoreError):
    """The store rejects the credentials of this service, or they lack a privilege."""


class StoreObjectMissing(StoreError):
    """The store does not have this database, table or column."""


class StoreBadValue(StoreError):
    """The store rejects a value."""


class StoreProtocolError(StoreError):
    """The store sent a malformed response."""


OUTAGE_ERRORS = (StoreUnavailable, StoreTimeout, StoreProtocolError)
"""The store cannot be reached, is silent, or sends malformed responses; after any other StoreError it is available."""
