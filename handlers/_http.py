"""HTTP for handlers: input errors, headers of a request, and headers of a response."""

import hashlib
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any
from urllib.parse import quote
from zlib import crc32

import orjson
from werkzeug.http import parse_accept_header

from arcbeat.domain.catalogue.device_types import Language
from arcbeat.domain.errors import ImportRejected, InputError, InvalidInput, InvalidValue
from arcbeat.domain.shared_body import SharedBody

Headers = dict[str, str]
HandlerResponse = tuple[dict[str, Any], int, Headers]
EncodedResponse = tuple[SharedBody | bytes | None, int, Headers]

NOT_MODIFIED = 304
CACHE_CONTROL = "private, no-cache"
"""A client may store the response for itself, and must revalidate it before each use."""
CACHED_VARIANTS_MAX = 1_000
"""Clients request the same pages repeatedly."""

_LIST_VERSION_DIGITS = 32
_ENTITY_TAGS = re.compile(r'\s*(?:W/)?"[^"]*"\s*(?:,\s*(?:W/)?"[^"]*"\s*)*\Z')
_ENTITY_TAG = re.compile(r'(W/)?"([^"]*)"')


# --- Input errors ---------------------------------------------------------------------------------------------------
# The domain raises InvalidValue, which names an attribute and knows nothing of HTTP. These context managers turn it
# into the InvalidInput that a client receives, which names a query parameter or a JSON pointer into the body.


def query_errors(**parameters: str) -> AbstractContextManager[None]:
    """Report each InvalidValue of the ``with`` block as an error of a query parameter.

    A parameter has the name of the domain's attribute. Where it differs, pass ``attribute="parameter"``::

        with query_errors(start="from", end="to"):
            check_range(start, end, now)

    The block may await. Raises InvalidInput from it, with one error per violation and with the same detail.
    """
    return _InputErrors("query", lambda field: parameters.get(field, field))


def body_errors(**properties: str) -> AbstractContextManager[None]:
    """Report each InvalidValue of the ``with`` block as an error at a JSON pointer into the body.

    A property has the name of the domain's attribute, for example ``aliases/0`` becomes ``/aliases/0``. Where the
    first part differs, pass ``attribute="property"``::

        with body_errors(password="new_password"):
            check_password(username, password)
    """

    def pointer(field: str) -> str:
        if not field:
            return ""
        name, slash, rest = field.partition("/")
        return f"/{properties.get(name, name)}{slash}{rest}"

    return _InputErrors("body", pointer)


def member_errors(member: str) -> AbstractContextManager[None]:
    """Report each InvalidValue of the ``with`` block as an error within one member of the body.

    The domain's attribute ``apply`` becomes ``/parameters/apply`` within the member ``parameters``.
    """
    return _InputErrors("body", lambda field: f"/{member}/{field}")


@contextmanager
def file_errors() -> Iterator[None]:
    """Report each InvalidValue and ImportRejected of the ``with`` block as errors at positions in an uploaded file.

    A position has the words of the domain, for example ``row 3, column 2``.
    """
    try:
        with _InputErrors("body", lambda field: field):
            yield
    except ImportRejected as error:
        error.errors = tuple(InputError("body", each.field, each.detail, each.value) for each in error.violations)
        raise


class _InputErrors:  # not a generator with @contextmanager, which takes 2 µs longer per request
    def __init__(self, location: str, name: Callable[[str], str]) -> None:
        self._location = location
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, InvalidValue):
            found = [(self._name(each.field), each.detail, each.value) for each in error.violations]
            errors = tuple(InputError(self._location, *each) for each in found)
            raise InvalidInput(errors, error.summary) from error


# --- Headers of a request -------------------------------------------------------------------------------------------


def preferred_language(accept_language: str | None) -> Language:
    """Return the supported language that an Accept-Language header prefers; defaults to Chinese."""
    wanted = (tag for tag, quality in parse_accept_header(accept_language) if quality > 0)
    return Language.preferred(wanted, default=Language.CHINESE)


def expected_versions(if_match: str | None) -> frozenset[str] | None:
    """Return the versions that an If-Match header lists (RFC 9110, 13.1.1); None allows every version, as ``*`` does.

    Raises:
        InvalidInput: The header is not a list of entity tags.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    if not _ENTITY_TAGS.match(if_match):
        raise InvalidInput((InputError("header", "If-Match", 'not a list of entity tags, for example "3f2a"'),))
    # If-Match uses the strong comparison, in which a weak tag never matches.
    return frozenset(version for weak, version in _ENTITY_TAG.findall(if_match) if not weak)


def is_cached(version: str, if_none_match: str | None) -> bool:
    """Return whether an If-None-Match header lists this version (RFC 9110, 13.1.2); a malformed header lists none."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    # If-None-Match uses the weak comparison: a proxy that changes a response may make its tag weak.
    return any(known == version for _, known in _ENTITY_TAG.findall(if_none_match))


# --- Headers of a response -------------------------------------------------------------------------------------------


def etag(version: str) -> Headers:
    """Return the ETag header of a version."""
    return {"ETag": f'"{version}"'}


def location(path: str, name: str | int) -> Headers:
    """Return the Location header of a new resource; the audit log records it too."""
    return {"Location": f"{path}/{quote(str(name), safe='')}"}


def variant_version(version: str, variant: Hashable) -> str:
    """Return the version of a response that depends on a snapshot's version and on the request's parameters."""
    return f"{version}.{_checksum(variant)}"


@lru_cache(CACHED_VARIANTS_MAX)
def _checksum(variant: Hashable) -> str:
    return f"{crc32(repr(variant).encode()):08x}"


def conditional_status(version: str, if_none_match: str | None, vary: str | None = None) -> tuple[int, Headers]:
    """Return the status, 304 if the client has this version and 200 otherwise, and the headers that both need."""
    headers = {"ETag": f'"{version}"', "Cache-Control": CACHE_CONTROL}
    if vary:
        headers["Vary"] = vary
    return NOT_MODIFIED if is_cached(version, if_none_match) else 200, headers


def list_response(body: Mapping[str, Any], if_none_match: str | None, vary: str | None = None) -> EncodedResponse:
    """Return a list with an ETag that is a hash of its content; without the list if the client has it already.

    The list is read in any case, because no store knows whether it has changed; only the transfer is saved.
    """
    content = orjson.dumps(body, option=orjson.OPT_UTC_Z)
    version = hashlib.sha256(content).hexdigest()[:_LIST_VERSION_DIGITS]
    status, headers = conditional_status(version, if_none_match, vary)
    return None if status == NOT_MODIFIED else content, status, headers


# --- Bodies of a response --------------------------------------------------------------------------------------------


def page_body(items: Sequence[Mapping[str, Any]], *, page: int, page_size: int, total: int) -> dict[str, Any]:
    """Return one page of a list as the contract describes it; ``total`` counts the items of all pages."""
    return {"items": items, "page": page, "page_size": page_size, "total": total}
