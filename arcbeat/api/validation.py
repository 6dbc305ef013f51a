"""Validates values against schemas of the contract, with a bounded cost for invalid values.

jsonschema-rs finds out quickly whether a value is valid. But it collects all errors before it returns the first one,
and each error repeats the value: the response to a body of some megabytes would have hundreds. So the errors of an
invalid value are found here: one after another, the size of a value before its content, each with a short detail.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import jsonschema_rs
import orjson

from arcbeat.domain.visible_text import CODE_PATTERN, LABEL_PATTERN, code_error, label_error

Json = dict[str, Any]
Draft = type[jsonschema_rs.Draft4Validator] | type[jsonschema_rs.Draft7Validator]

ERRORS_MAX = 20
"""The errors that are reported of one request."""
QUOTED_CHARACTERS_MAX = 60
"""A longer text is cut off where an error quotes it."""
QUOTED_NAMES_MAX = 5
"""One error names at most this many of the properties that are not allowed."""

_SIZE_KEYWORDS = ("type", "maxLength", "maxItems", "maxProperties")
"""They are checked first. A value that breaks one of them is not examined further."""
_CONTENT_KEYWORDS = (
    "minLength", "minItems", "minProperties", "minimum", "maximum", "const", "enum", "pattern", "format", "uniqueItems",
    "oneOf", "anyOf",
)  # fmt: skip
_WALKED_KEYWORDS = ("required", "properties", "additionalProperties", "items")
_BOUNDS = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}
"""In draft 4 the exclusive keyword is a boolean, without effect of its own."""
_OPENAPI_KEYWORDS = frozenset({"nullable", "example", "x-accepted-type", "x-enum-varnames"})
"""Keywords that JSON Schema does not have."""
_FORMAT_EXAMPLES = {"date-time": "2026-03-02T08:00:00+08:00", "date": "2026-03-02"}
_UNQUOTED = {"boolean": ("true", "false"), "null": ("null",)}
_ANNOTATIONS = ("default", "deprecated", "description", "examples", "title")

_EXPLAINED_PATTERNS: Mapping[str, Callable[[str], str | None]] = {CODE_PATTERN: code_error, LABEL_PATTERN: label_error}


@dataclass(frozen=True, slots=True)
class SchemaError:
    """One error in a value.

    Attributes:
        pointer: the JSON pointer of the invalid part; empty for the value as a whole.
        detail: what is wrong with it.
    """

    pointer: str
    detail: str


class BoundedValidator:
    """Validates values against one schema.

    Regular expressions take linear time; a pattern that could take longer is rejected here, not at a request.

    Args:
        schema: a schema of OpenAPI 3.0, or one of JSON Schema with ``draft``.
        document: what the references of the schema point into.

    Raises:
        ValueError: the schema has an unknown keyword, or a pattern that needs backtracking.
    """

    def __init__(
        self, schema: Json, document: Json | None = None, draft: Draft = jsonschema_rs.Draft4Validator
    ) -> None:
        self._root = _Compiler(document or {}, draft).node(_json_schema(schema))

    def is_valid(self, value: Any) -> bool:
        """Return whether a value matches the schema."""
        return self._root.is_valid(value)

    def errors(self, value: Any, errors_max: int = ERRORS_MAX) -> list[SchemaError]:
        """Return the first errors of a value, at most ``errors_max``; none if it is valid.

        The search ends when they are found.
        """
        if self.is_valid(value):
            return []
        first = list(islice(self._root.errors(value, ""), errors_max))
        return first or [SchemaError("", "does not match the contract")]


def _json_schema(node: Any) -> Any:
    """Return a schema of OpenAPI 3.0 as JSON Schema; ``nullable`` and ``x-accepted-type`` become further types."""
    if isinstance(node, list):
        return [_json_schema(each) for each in node]
    if not isinstance(node, dict):
        return node
    converted = {key: _json_schema(value) for key, value in node.items() if key not in _OPENAPI_KEYWORDS}
    if isinstance(converted.get("type"), str) and (further := _further_types(node)):
        converted["type"] = [converted["type"], *further]
    if node.get("nullable") and "enum" in converted:
        converted["enum"] = [*converted["enum"], None]
    return converted


def _further_types(node: Json) -> list[str]:
    accepted = [node["x-accepted-type"]] if "x-accepted-type" in node else []
    return [*accepted, "null"] if node.get("nullable") else accepted


class _Check:
    """One keyword of a schema."""

    def __init__(self, keyword: str, schema: Json, validator: "_Validator") -> None:
        self._is_valid = validator
        self._explain = _EXPLANATIONS[keyword]
        self._schema = schema

    def error(self, value: Any) -> str | None:
        """Return what is wrong with a value, or None if it passes the check."""
        return None if self._is_valid(value) else self._explain(self._schema, value)


class _Validator:
    """A compiled schema. A value that JSON cannot express is invalid, for example a text with a lone surrogate."""

    def __init__(self, compiled: jsonschema_rs.Draft4Validator | jsonschema_rs.Draft7Validator) -> None:
        self._compiled = compiled

    def __call__(self, value: Any) -> bool:
        try:
            return self._compiled.is_valid(value)
        except ValueError:
            return False


class _Compiler:
    """Compiles the schemas of one document; the parts of it that nothing refers to are not read.

    Attributes:
        by_reference: the nodes of the schemas that were referred to so far.
    """

    def __init__(self, document: Json, draft: Draft) -> None:
        self._document = document
        self._draft = draft
        self._targets: dict[str, Json] = {}
        self.by_reference: dict[str, _Node] = {}

    def node(self, schema: Json) -> "_Node":
        """Return the node of a schema; a reference leads to the same node each time."""
        reference = schema.get("$ref")
        if reference is None:
            return _Node(schema, self)
        if reference not in self.by_reference:
            _Node(self._target(reference), self, reference)
        return self.by_reference[reference]

    def validator(self, schema: Json) -> _Validator:
        options: dict[str, Any] = {"validate_formats": True, "pattern_options": jsonschema_rs.RegexOptions()}
        return _Validator(self._draft({**self._referenced(schema), **schema}, **options))

    def _referenced(self, schema: Json) -> Json:
        """Return a document of only what a schema refers to, directly or through another."""
        document: Json = {}
        found: set[str] = set()
        waiting = [*_references(schema)]
        while waiting:
            reference = waiting.pop()
            if reference not in found:
                found.add(reference)
                target = self._target(reference)
                _insert(document, reference, target)
                waiting += _references(target)
        return document

    def _target(self, reference: str) -> Json:
        if reference not in self._targets:
            target: Any = self._document
            for part in _path(reference):
                target = target[part]
            self._targets[reference] = self._target(target["$ref"]) if "$ref" in target else _json_schema(target)
        return self._targets[reference]


def _path(reference: str) -> list[str]:
    return reference.removeprefix("#/").split("/")


def _insert(document: Json, reference: str, target: Json) -> None:
    *parents, name = _path(reference)
    for parent in parents:
        document = document.setdefault(parent, {})
    document[name] = target


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for each in node.values():
            yield from _references(each)
    elif isinstance(node, list):
        for each in node:
            yield from _references(each)


class _Node:
    """A schema whose errors are found one after another."""

    def __init__(self, schema: Json, compiler: _Compiler, reference: str | None = None) -> None:
        if reference is not None:
            # Before the parts are compiled, so that a schema may refer to itself.
            compiler.by_reference[reference] = self
        known = {*_SIZE_KEYWORDS, *_CONTENT_KEYWORDS, *_WALKED_KEYWORDS, *_BOUNDS.values(), *_ANNOTATIONS}
        if unknown := schema.keys() - known:
            raise ValueError(f"the schema has an unknown keyword: {', '.join(sorted(unknown))}")
        self.is_valid = compiler.validator(schema)
        self._sizes = _checks(schema, _SIZE_KEYWORDS, compiler)
        self._contents = _checks(schema, _CONTENT_KEYWORDS, compiler)
        self._required: Sequence[str] = schema.get("required", ())
        self._properties = {name: compiler.node(each) for name, each in schema.get("properties", {}).items()}
        others = schema.get("additionalProperties", True)
        self._others = compiler.node(others) if isinstance(others, dict) else None
        self._is_closed = others is False
        self._items = compiler.node(schema["items"]) if "items" in schema else None

    def errors(self, value: Any, pointer: str) -> Iterator[SchemaError]:
        """Yield the errors of a value."""
        for check in self._sizes:
            if detail := check.error(value):
                yield SchemaError(pointer, detail)
                return
        for check in self._contents:
            if detail := check.error(value):
                yield SchemaError(pointer, detail)
        if isinstance(value, dict):
            yield from self._errors_of_object(value, pointer)
        elif isinstance(value, list) and self._items is not None:
            yield from _errors_of(((str(index), item, self._items) for index, item in enumerate(value)), pointer)

    def _errors_of_object(self, value: Json, pointer: str) -> Iterator[SchemaError]:
        for name in self._required:
            if name not in value:
                yield SchemaError(pointer, f"{_quoted(name)} is a required property")
        if self._is_closed and (unexpected := [name for name in value if name not in self._properties]):
            yield SchemaError(pointer, _not_allowed(unexpected))
        parts = ((name, value[name], node) for name, node in self._properties.items() if name in value)
        yield from _errors_of(parts, pointer)
        if (others := self._others) is not None:
            parts = ((name, part, others) for name, part in value.items() if name not in self._properties)
            yield from _errors_of(parts, pointer)


def _checks(schema: Json, keywords: Sequence[str], compiler: _Compiler) -> list[_Check]:
    checks = []
    for keyword in (each for each in keywords if each in schema):
        bound = _BOUNDS.get(keyword)
        alone = {each: schema[each] for each in (keyword, bound) if each in schema}
        checks.append(_Check(keyword, schema, compiler.validator(alone)))
    return checks


def _errors_of(parts: Iterator[tuple[str, Any, _Node]], pointer: str) -> Iterator[SchemaError]:
    for name, part, node in parts:
        if not node.is_valid(part):
            yield from node.errors(part, f"{pointer}/{_shortened(name).replace('~', '~0').replace('/', '~1')}")


# --- Details of errors ----------------------------------------------------------------------------------------------


def _not_allowed(names: Sequence[str]) -> str:
    quoted = ", ".join(_quoted(name) for name in names[:QUOTED_NAMES_MAX])
    more = f" and {len(names) - QUOTED_NAMES_MAX} more" if len(names) > QUOTED_NAMES_MAX else ""
    return f"Additional properties are not allowed: {quoted}{more}"


def _type(schema: Json, value: Any) -> str:
    types = schema["type"]
    if isinstance(types, str):
        unquoted = isinstance(value, str) and value.lower() in _UNQUOTED.get(types, ())
        hint = f"; send {value.lower()} without quotes" if unquoted else ""
        return f'{_quoted(value)} is not of type "{types}"{hint}'
    return f"{_quoted(value)} is not of types {', '.join(_quoted(each) for each in types)}"


def _enum(schema: Json, value: Any) -> str:
    *others, last = (_quoted(each) for each in schema["enum"])
    choices = f"one of {', '.join(others)} or {last}" if others else last
    return f"{_quoted(value)} is not {choices}"


def _pattern(schema: Json, value: Any) -> str:
    explain = _EXPLAINED_PATTERNS.get(schema["pattern"])
    explanation = explain(value) if explain else None
    return explanation or f"{_quoted(value)} does not match {_quoted(schema['pattern'])}"


def _format(schema: Json, value: Any) -> str:
    example = _FORMAT_EXAMPLES.get(schema["format"])
    return f'{_quoted(value)} is not a "{schema["format"]}"{f", for example {example}" if example else ""}'


def _minimum(schema: Json, value: Any) -> str:
    exclusive = "or equal to " if schema.get("exclusiveMinimum") is True else ""
    return f"{_quoted(value)} is less than {exclusive}the minimum of {schema['minimum']}"


def _maximum(schema: Json, value: Any) -> str:
    exclusive = "or equal to " if schema.get("exclusiveMaximum") is True else ""
    return f"{_quoted(value)} is greater than {exclusive}the maximum of {schema['maximum']}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {'properties' if noun == 'property' else f'{noun}s'}"


_EXPLANATIONS: Mapping[str, Callable[[Json, Any], str]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda schema, value: f"{_quoted(value)} is not {_quoted(schema['const'])}",
    "pattern": _pattern,
    "format": _format,
    "minimum": _minimum,
    "maximum": _maximum,
    "minLength": lambda schema, value: f"{_quoted(value)} is shorter than {_counted(schema['minLength'], 'character')}",
    "maxLength": lambda schema, value: f"{_quoted(value)} is longer than {_counted(schema['maxLength'], 'character')}",
    "minItems": lambda schema, value: f"{_quoted(value)} has less than {_counted(schema['minItems'], 'item')}",
    "maxItems": lambda schema, value: f"{_quoted(value)} has more than {_counted(schema['maxItems'], 'item')}",
    "minProperties": lambda schema, value: (
        f"{_quoted(value)} has less than {_counted(schema['minProperties'], 'property')}"
    ),
    "maxProperties": lambda schema, value: (
        f"{_quoted(value)} has more than {_counted(schema['maxProperties'], 'property')}"
    ),
    "uniqueItems": lambda _, value: f"{_quoted(value)} contains an item twice",
    "oneOf": lambda _, value: f"{_quoted(value)} does not match exactly one of the schemas that the contract allows",
    "anyOf": lambda _, value: f"{_quoted(value)} matches none of the schemas that the contract allows",
}


def _quoted(value: Any) -> str:
    """Return a text that shows a value. Its length is bounded, and so is the time that this takes."""
    if isinstance(value, list):
        return f"an array of {_counted(len(value), 'item')}"
    if isinstance(value, dict):
        return f"an object of {_counted(len(value), 'property')}"
    if isinstance(value, str):
        return _dumped(_shortened(value))
    return _shortened(_dumped(value))


def _dumped(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # an integer beyond 64 bits, or a lone surrogate
        return ascii(value) if isinstance(value, str) else "this value"


def _shortened(text: str) -> str:
    return text if len(text) <= QUOTED_CHARACTERS_MAX else f"{text[:QUOTED_CHARACTERS_MAX]}…"
