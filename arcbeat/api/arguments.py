"""Reads and validates the arguments of a request by the contract, and reports the first errors.

The validators are compiled when the application starts; a request only runs them.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from keyword import iskeyword
from typing import Any, cast
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from arcbeat.api.body import BODY_BYTES_MAX, read_body, stream_body
from arcbeat.api.json_values import decode_json
from arcbeat.api.validation import ERRORS_MAX, BoundedValidator
from arcbeat.domain.errors import InputError, InvalidInput, UnsupportedMediaType
from arcbeat.domain.files.streams import StreamedBody

Json = dict[str, Any]

BODY = "body"
"""The argument that holds the request's body."""

CACHED_QUERIES_MAX = 1_000
"""The size limit of the cache of parsed query strings, per operation; clients request the same pages repeatedly."""
CACHED_QUERY_BYTES_MAX = 256
"""Longer query strings are not cached."""

QUERY_FORM = "is not a query string in UTF-8, for example page=1&page_size=20"
FIELDS_MAX = 100
"""The parameters of a query string, and the fields of a form; the items of repeated parameters come on top."""

_INTEGER = re.compile(r"-?[0-9]{1,18}\Z")
_NUMBER = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?\Z")
_BOOLEANS = {"true": True, "false": False}


class _Uncoercible(ValueError):
    pass


def _integer(text: str) -> int:
    if not _INTEGER.match(text):
        raise _Uncoercible("is not an integer, for example 20")
    return int(text)


def _number(text: str) -> float:
    if not _NUMBER.match(text) or not math.isfinite(number := float(text)):
        raise _Uncoercible("is not a number, for example 2.5")
    return number


def _boolean(text: str) -> bool:
    if text not in _BOOLEANS:
        raise _Uncoercible("must be true or false")
    return _BOOLEANS[text]


_COERCIONS: Mapping[str, Callable[[str], Any]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "string": str,
}


class _Parameter:
    """One parameter of the query, the path or the headers.

    The items of a list are repeated parameters. If no item may contain a comma, they may also be separated by commas.
    """

    def __init__(self, definition: Json) -> None:
        schema = definition["schema"]
        self.name: str = definition["name"]
        self.argument = argument_name(self.name)
        self.location: str = definition["in"]
        self.required: bool = definition.get("required", False)
        self._is_list = schema["type"] == "array"
        self._splits = self._is_list and _excludes_commas(schema["items"])
        self.items_max: int = schema.get("maxItems", 0) if self._is_list else 0
        self.default = schema.get("default", [] if self._is_list else None)
        self._coerce = _COERCIONS[schema["items"]["type"] if self._is_list else schema["type"]]
        self._validator = BoundedValidator(schema)

    def read(self, texts: Sequence[str], errors: list[InputError]) -> Any:
        """Return the value of a parameter that was given in any number, and append its errors to ``errors``.

        There are at most `ERRORS_MAX` errors; a parameter after the last one is not validated.
        """
        errors_max = ERRORS_MAX - len(errors)
        if not errors_max:
            return None
        if not texts:
            if self.required:
                errors.append(self._error("is required"))
            return self.default
        if len(texts) > 1 and not self._is_list:
            errors.append(self._error("must be given once"))
            return None
        try:
            value = self._value(texts)
        except _Uncoercible as error:
            errors.append(self._error(str(error)))
            return None
        errors.extend(self._error(each.detail) for each in self._validator.errors(value, errors_max))
        return value

    def _value(self, texts: Sequence[str]) -> Any:
        if not self._is_list:
            return self._coerce(texts[-1])
        return [self._coerce(item) for text in texts for item in (text.split(",") if self._splits else (text,))]

    def _error(self, detail: str) -> InputError:
        return InputError(self.location, self.name, detail)


def _excludes_commas(items: Json) -> bool:
    """Return whether the schema of a list's items rejects commas."""
    if "enum" in items:
        return not any("," in str(each) for each in items["enum"])
    return "pattern" in items and not re.search(items["pattern"], ",")


def argument_name(name: str) -> str:
    """Return what handlers call a parameter: lower case, ``_`` for ``-``, and ``from_`` for the keyword ``from``."""
    argument = name.lower().replace("-", "_")
    return f"{argument}_" if iskeyword(argument) else argument


def argument_names(parameters: Sequence[Json], *, has_body: bool) -> frozenset[str]:
    """Return the names of an operation's arguments; the body's is ``body``."""
    return frozenset({argument_name(each["name"]) for each in parameters} | ({BODY} if has_body else set()))


class _Body:
    """The body of an operation, by media type. A body that the contract calls binary is passed on as a stream.

    A body that is optional may be empty, with any Content-Type; it counts as an empty object.
    """

    def __init__(self, definition: Json) -> None:
        schemas = {media: content["schema"] for media, content in definition["content"].items()}
        self._streamed = {media for media, schema in schemas.items() if schema.get("format") == "binary"}
        self._required: bool = definition.get("required", False)
        self._bytes_max: int = definition.get("x-body-bytes-max", BODY_BYTES_MAX)
        self._validators = {media: BoundedValidator(schema) for media, schema in schemas.items()}

    async def read(self, scope: Scope, receive: Receive) -> Any:
        content_type = Headers(scope=scope).get("content-type", "")
        media_type = content_type.partition(";")[0].strip().lower()
        if media_type in self._streamed:
            return StreamedBody(content_type, stream_body(receive))
        validator = self._validators.get(media_type)
        if validator is None and self._required:
            raise self._unsupported()
        raw = await read_body(scope, receive, self._bytes_max)
        if not raw and not self._required:
            return {}
        if validator is None:
            raise self._unsupported()
        value = _parse_form(raw) if media_type == "application/x-www-form-urlencoded" else _parse_json(raw)
        if errors := validator.errors(value):
            raise InvalidInput([InputError("body", each.pointer, each.detail) for each in errors])
        return value

    def _unsupported(self) -> UnsupportedMediaType:
        return UnsupportedMediaType(f"The Content-Type of the body must be {' or '.join(self._validators)}.")


def _parse_json(raw: bytes) -> Any:
    if not raw:
        raise InvalidInput((InputError("body", "", "is required"),))
    try:
        return decode_json(raw)
    except ValueError as error:
        raise InvalidInput((InputError("body", "", str(error)),)) from error


def _parse_form(raw: bytes) -> dict[str, str]:
    pairs = _parse_pairs(raw, "body", "utf-8", "is not a form in UTF-8, for example username=vera&password=secret")
    given = Counter(name for name, _ in pairs)
    repeated = [name for name, count in given.items() if count > 1]
    if repeated:
        raise InvalidInput([InputError("body", f"/{name}", "must be given once") for name in repeated[:ERRORS_MAX]])
    return dict(pairs)


def _parse_pairs(
    raw: bytes, location: str, charset: str, detail: str, fields_max: int = FIELDS_MAX
) -> list[tuple[str, str]]:
    """Return the pairs of a query string or of a form; ``detail`` says what it must be."""
    if raw.count(b"&") >= fields_max:
        raise InvalidInput((InputError(location, "", f"has more than {fields_max} parameters"),))
    try:
        return parse_qsl(raw.decode(charset), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise InvalidInput((InputError(location, "", detail),)) from error


class Arguments:
    """Reads the arguments of one operation, by the names that its handler uses (see :func:`argument_name`)."""

    def __init__(self, parameters: list[Json], request_body: Json | None) -> None:
        compiled = [_Parameter(definition) for definition in parameters]
        self._query = {each.name: each for each in compiled if each.location == "query"}
        self._query_fields_max = FIELDS_MAX + sum(each.items_max for each in self._query.values())
        self._read_cached = lru_cache(CACHED_QUERIES_MAX)(self._read_query)
        self._others = [each for each in compiled if each.location != "query"]
        self._body = _Body(request_body) if request_body else None

    async def read(self, scope: Scope, receive: Receive) -> dict[str, Any]:
        """Return the arguments of a request.

        Raises:
            InvalidInput: a parameter or the body is invalid; ``errors`` names the first invalid parameters, or if all
                are valid the first invalid properties of the body.
            UnsupportedMediaType: the operation does not accept this media type.
            PayloadTooLarge: the body exceeds the size limit.
        """
        query = cast(bytes, scope["query_string"])
        parsed, query_errors = (self._read_cached if len(query) <= CACHED_QUERY_BYTES_MAX else self._read_query)(query)
        arguments, errors = dict(parsed), list(query_errors)
        headers = Headers(scope=scope)
        for parameter in self._others:
            text = scope["path_params"][parameter.name] if parameter.location == "path" else headers.get(parameter.name)
            arguments[parameter.argument] = parameter.read(() if text is None else (text,), errors)
        if errors:
            raise InvalidInput(tuple(errors))
        if self._body is not None:
            arguments[BODY] = await self._body.read(scope, receive)
        return arguments

    def _read_query(self, raw: bytes) -> tuple[Mapping[str, Any], Sequence[InputError]]:
        given: dict[str, list[str]] = defaultdict(list)
        for name, text in _parse_pairs(raw, "query", "ascii", QUERY_FORM, self._query_fields_max):
            given[name].append(text)
        unknown = [name for name in given if name not in self._query]
        errors = [InputError("query", name, self._unknown()) for name in unknown[:ERRORS_MAX]]
        return {each.argument: each.read(given.get(each.name, ()), errors) for each in self._query.values()}, errors

    def _unknown(self) -> str:
        return f"is not a parameter of this operation; its parameters are {', '.join(sorted(self._query)) or 'none'}"
