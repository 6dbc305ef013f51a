"""Reads and validates the arguments of a request by the contract, and reports the first errors.

The validators are compiled when the application starts; a request only runs them.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from keyword import iskeyword
from typing import Any, cast

from starlette.types import Receive, Scope

from arcbeat.api.body.typed import TypedBody
from arcbeat.api.parameter_texts import Unreadable, parse_pairs, reader_of
from arcbeat.api.request_headers import request_header
from arcbeat.api.validation import ERRORS_MAX, BoundedValidator
from arcbeat.domain.errors import InputError, InvalidInput

Json = dict[str, Any]

BODY = "body"
"""The argument that holds the request's body."""

CACHED_QUERIES_MAX = 1_000
"""The size limit of the cache of parsed query strings, per operation; clients request the same pages repeatedly."""
CACHED_QUERY_BYTES_MAX = 256
"""Longer query strings are not cached."""

QUERY_FORM = "is not a query string in UTF-8, for example page=1&page_size=20"
FIELDS_MAX = 100
"""The parameters of a query string; the items of repeated parameters come on top."""


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
        self._read_text = reader_of(schema["items"] if self._is_list else schema)
        self._may_be_empty = not self.required and _is_empty_allowed(schema)
        self._example = definition.get("example", schema.get("example"))
        self._validator = BoundedValidator(schema)

    def read(self, texts: Sequence[str], errors: list[InputError]) -> Any:
        """Return the value of a parameter that was given in any number, and append its errors to ``errors``.

        There are at most `ERRORS_MAX` errors; a parameter after the last one is not validated.
        """
        errors_max = ERRORS_MAX - len(errors)
        if not errors_max:
            return None
        if not texts or (self._may_be_empty and texts == [""]):
            if self.required:
                errors.append(self._error("is required"))
            return self.default
        if len(texts) > 1 and not self._is_list:
            errors.append(self._error("must be given once"))
            return None
        try:
            value = self._value(texts)
        except Unreadable as error:
            errors.append(self._error(str(error)))
            return None
        errors.extend(self._with_example(each.detail) for each in self._validator.errors(value, errors_max))
        return value

    def _value(self, texts: Sequence[str]) -> Any:
        if not self._is_list:
            return self._read_text(texts[-1])
        return [self._read_text(item) for text in texts for item in (text.split(",") if self._splits else (text,))]

    def _error(self, detail: str) -> InputError:
        return InputError(self.location, self.name, detail)

    def _with_example(self, detail: str) -> InputError:
        is_given = self._example is not None and "for example" not in detail
        return self._error(f"{detail}; for example {self._example}" if is_given else detail)


def _is_empty_allowed(schema: Json) -> bool:
    """Return whether an empty text is the same as no parameter: forms of pages send every field, filled or not."""
    return schema["type"] == "string" and not schema.get("minLength") and not {"enum", "format"} & schema.keys()


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


class Arguments:
    """Reads the arguments of one operation, by the names that its handler uses (see :func:`argument_name`)."""

    def __init__(self, parameters: list[Json], request_body: Json | None) -> None:
        compiled = [_Parameter(definition) for definition in parameters]
        self._query = {each.name: each for each in compiled if each.location == "query"}
        self._query_fields_max = FIELDS_MAX + sum(each.items_max for each in self._query.values())
        self._read_cached = lru_cache(CACHED_QUERIES_MAX)(self._read_query)
        self._others = [(each, each.name.lower().encode()) for each in compiled if each.location != "query"]
        self._body = TypedBody(request_body) if request_body else None

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
        for parameter, header_name in self._others:
            is_path = parameter.location == "path"
            text = scope["path_params"][parameter.name] if is_path else request_header(scope, header_name)
            arguments[parameter.argument] = parameter.read(() if text is None else (text,), errors)
        if errors:
            raise InvalidInput(tuple(errors))
        if self._body is not None:
            arguments[BODY] = await self._body.read(scope, receive)
        return arguments

    def _read_query(self, raw: bytes) -> tuple[Mapping[str, Any], Sequence[InputError]]:
        given: dict[str, list[str]] = defaultdict(list)
        for name, text in parse_pairs(raw, "query", "ascii", QUERY_FORM, self._query_fields_max):
            given[name].append(text)
        unknown = [name for name in given if name not in self._query]
        errors = [InputError("query", name, self._unknown()) for name in unknown[:ERRORS_MAX]]
        return {each.argument: each.read(given.get(each.name, ()), errors) for each in self._query.values()}, errors

    def _unknown(self) -> str:
        return f"is not a parameter of this operation; its parameters are {', '.join(sorted(self._query)) or 'none'}"
