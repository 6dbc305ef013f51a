"""What can go wrong, in the product's own words.

ArcbeatError
├── InvalidValue            a value breaks a rule of the domain; names the attributes
├── InvalidInput            what the client sent is wrong; names every place
├── UnsupportedMediaType    the body is of a type that the operation does not take
├── PayloadTooLarge         the body is larger than the limit
├── TooManyRows             a file of that format does not hold what is asked for
├── OutOfSpace              there is no room on the server's disk to make a file in
├── Unauthenticated         nobody known is asking
│   └── InvalidCredentials  the user name or the password is wrong; which of them is not told
├── Forbidden               somebody known may not
├── TooManyRequests         one client asks more than its share
├── NotFound
│   ├── UnknownDeviceType
│   ├── UnknownDevice
│   ├── UnknownUser
│   ├── UnknownDictType
│   ├── UnknownDictData
│   ├── UnknownStatistic    the dictionary does not say where the board finds it
│   └── UnknownApiKey
├── Conflict
│   ├── StaticFieldsUnavailable
│   ├── AlreadyExists       the name is taken
│   ├── SuperTableMissing   the store of the readings does not have a type's super table
│   ├── ImportRejected      a row of a file cannot be stored; names every place
│   ├── StatisticTableMissing  the dictionary names a table that the store does not have
│   ├── StatisticEmpty      the table of a statistic has no rows
│   ├── LastAdmin           nobody would be left who may administer
│   └── NotAUser            an external token or a key asks for what only users have
├── PreconditionFailed      somebody else has changed it since
└── StoreError              a store did not answer as it should; `retryable` says whether asking again can help
    ├── StoreUnavailable    refused, cut off, too busy, breaker open
    │   └── StoreTakesNoWrites  it can be read all the same
    ├── StoreTimeout        no answer in time
    ├── StoreUnauthorised   our own credentials or rights are wrong
    ├── StoreObjectMissing  a database, table or column is not there
    ├── StoreBadValue       a value was refused
    └── StoreProtocolError  the answer makes no sense

The docstring of a class is its message unless one is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class InputError:
    """One wrong place in what a client sent.

    Attributes:
        location: ``query``, ``path``, ``header`` or ``body``.
        name: the parameter, a JSON pointer into the body, or a place in a table such as ``row 3, column 2``.
        detail: what is wrong with it.
    """

    location: str
    name: str
    detail: str


class ArcbeatError(Exception):
    """Something went wrong."""

    retryable: ClassVar[bool] = False
    errors: tuple[InputError, ...] = ()
    """Where the client's input is wrong, if that is the matter."""

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or (type(self).__doc__ or "").strip()
        super().__init__(self.detail)


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule of the domain that a value breaks.

    Attributes:
        field: The attribute, with an index or a nested attribute behind a slash: ``name``, ``fields/3/maximum``. For a
            table, the position: ``row 3, column 2``. Empty for the value as a whole.
        detail: What is wrong with it.
    """

    field: str
    detail: str


class InvalidValue(ArcbeatError):
    """A value breaks a rule.

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
    """The request does not fit the contract."""

    def __init__(self, errors: tuple[InputError, ...], detail: str | None = None) -> None:
        super().__init__(detail)
        self.errors = errors


class UnsupportedMediaType(ArcbeatError):
    """The body is of a media type that this operation does not take."""


class PayloadTooLarge(ArcbeatError):
    """The body is too large."""


class TooManyRows(ArcbeatError):
    """A file of this format cannot hold so many rows; csv and ndjson can."""


class OutOfSpace(ArcbeatError):
    """The server has no room to make the file in at the moment; csv and ndjson need none."""

    retryable = True


class Unauthenticated(ArcbeatError):
    """A valid token is needed."""


class InvalidCredentials(Unauthenticated):
    """The user name or the password is wrong."""


class Forbidden(ArcbeatError):
    """The token does not have the scope that this operation needs."""


class TooManyRequests(ArcbeatError):
    """Too many requests from here; try again later."""

    retryable = True

    def __init__(self, detail: str | None = None, *, retry_after_seconds: int) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class NotFound(ArcbeatError):
    """There is no such thing."""


class UnknownDeviceType(NotFound):
    """There is no device type with this code or alias."""


class UnknownDevice(NotFound):
    """There is no registered device with this code."""


class UnknownUser(NotFound):
    """There is no user with this name."""


class UnknownApiKey(NotFound):
    """There is no API key with this id."""


class UnknownDictType(NotFound):
    """There is no dictionary type with this id."""


class UnknownDictData(NotFound):
    """There is no dictionary data with this id."""


class UnknownStatistic(NotFound):
    """The dictionary does not say which table holds this statistic."""


class Conflict(ArcbeatError):
    """The request does not fit the state of things."""


class StaticFieldsUnavailable(Conflict):
    """This device type has no static fields; ask with use_dynamic_fields=true."""


class AlreadyExists(Conflict):
    """The name is taken."""


class SuperTableMissing(Conflict):
    """The store of the readings does not have this super table."""


class StatisticTableMissing(Conflict):
    """The store does not have the table that the dictionary names for this statistic."""


class StatisticEmpty(Conflict):
    """The table of this statistic has no rows yet."""


class LastAdmin(Conflict):
    """This is the last enabled admin; make another one first."""


class ImportRejected(Conflict):
    """Not all rows of the file can be stored, so none is."""

    def __init__(self, errors: tuple[InputError, ...], detail: str | None = None) -> None:
        super().__init__(detail)
        self.errors = errors


class NotAUser(Conflict):
    """The token is not of a user of this service."""


class PreconditionFailed(ArcbeatError):
    """It was changed since you read it; read it again."""


class StoreError(ArcbeatError):
    """A store did not answer as it should."""


class StoreUnavailable(StoreError):
    """The store cannot be reached."""

    retryable = True


class StoreTakesNoWrites(StoreUnavailable):
    """The store can be read, but takes no writes at the moment."""


class StoreTimeout(StoreError):
    """The store did not answer in time."""

    retryable = True


class StoreUnauthorised(StoreError):
    """The store refuses the credentials of this service."""


class StoreObjectMissing(StoreError):
    """The store does not have this database, table or column."""


class StoreBadValue(StoreError):
    """The store refuses a value."""


class StoreProtocolError(StoreError):
    """The store's answer makes no sense."""


AWAY_ERRORS = (StoreUnavailable, StoreTimeout, StoreProtocolError)
"""A store that cannot be reached, is silent or talks nonsense; any other error is its answer, and is told."""
