"""Cursors: a position within a list as opaque text, which a client passes back unchanged."""

import base64
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

import orjson

from arcbeat.domain.errors import InputError, InvalidInput, InvalidValue
from arcbeat.domain.schema.columns import check_timestamp
from arcbeat.domain.time.time_ranges import TimeRange, checked_range

P = TypeVar("P")

_DIGEST_DIGITS = 16


@dataclass(frozen=True, slots=True)
class RangeCursor(ABC, Generic[P]):
    """A position within a list of a range of time.

    Attributes:
        within: the range of the first page, so that a range until now ends at the same time on every page.
    """

    within: TimeRange
    position: P

    def encode(self, *parameters: object) -> str:
        """Return the text of the cursor, which is valid only for a request with the same parameters."""
        return encode_cursor({"start": self.within.start, "end": self.within.end, **self._content()}, parameters)

    @classmethod
    def decode(cls, text: str, *parameters: object) -> Self:
        """Return the cursor of a text.

        Raises:
            InvalidInput: ``cursor`` is not a cursor, or is one of a request with other parameters.
        """
        content = decode_cursor(text, parameters)
        with forged_cursors_rejected():
            within = checked_range(check_timestamp(content["start"]), check_timestamp(content["end"]))
            return cls(within, cls._position(content, within))

    @abstractmethod
    def _content(self) -> Mapping[str, Any]:
        """Return the position as JSON."""

    @classmethod
    @abstractmethod
    def _position(cls, content: Any, within: TimeRange) -> P:
        """Return the position of a content, which may be any JSON.

        Raises:
            ValueError, LookupError, TypeError, AttributeError, InvalidValue: no cursor has this content.
        """


def encode_cursor(content: Mapping[str, Any], parameters: tuple[object, ...]) -> str:
    """Return the text of a cursor, which is valid only for a request with the same parameters."""
    # "asked" is the key of earlier versions, so that a client that is between two pages during an update can go on.
    named = {"asked": _digest(parameters), **content}
    return base64.urlsafe_b64encode(orjson.dumps(named)).decode().rstrip("=")


def decode_cursor(text: str, parameters: tuple[object, ...]) -> Any:
    """Return the content of a cursor. It may be any JSON, because a client may have made it.

    Raises:
        InvalidInput: ``cursor`` is not a cursor, or is one of a request with other parameters.
    """
    with forged_cursors_rejected():
        content = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        is_same_request = content["asked"] == _digest(parameters)
    if not is_same_request:
        raise _invalid("from a request with other parameters; only page_size may change from page to page")
    return content


@contextmanager
def forged_cursors_rejected() -> Iterator[None]:
    """Reject the request if the body fails to read the content of its cursor: a client made that content.

    Raises:
        InvalidInput: the body failed.
    """
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError, InvalidValue) as error:
        raise _malformed() from error


def _malformed() -> InvalidInput:
    return _invalid("not a cursor; pass the next_cursor of an answer unchanged")


def _invalid(detail: str) -> InvalidInput:
    return InvalidInput((InputError("query", "cursor", detail),))


def _digest(parameters: tuple[object, ...]) -> str:
    return hashlib.sha256(orjson.dumps(parameters)).hexdigest()[:_DIGEST_DIGITS]
