"""Tests each text, number and date of each request with values that a store may reject: the status is never 5xx."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from arcbeat.api.contract.bundle import load_contract, resolved
from arcbeat.api.validation import BoundedValidator
from arcbeat.domain.identity.identity import Role
from tests.support.service import Service

CONTRACT = load_contract()
Json = dict[str, Any]
Path = tuple[str | int, ...]

TEXTS = [
    "\x00",
    "a\x00b",
    "\ufffe\uffff",
    "\U0010ffff",
    "\x1b[31m'\"\\;--%_",
    "长" * 1000,
    "😀" * 50,
    " ",
    "e\u0301",
    "",
]
DATES = ["0000-01-01", "0001-01-01", "9999-12-31", "infinity", "10000-01-01", "2026-02-30"]
TIMESTAMPS = [
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2016-12-31T23:59:60Z",
    "2026-03-02T08:00:00.12345678901234567890Z",
    "infinity",
    "2026-03-02T08:00:00\x00Z",
]
NUMBERS: list[Any] = [0, -1, 2**31, 2**53 + 1, 2**63, 2**64 - 1, 10**30, 1e308, -1e308, 5e-324, 0.1, "NaN", "1e999"]

# They reach no store: passwords are hashed, tokens and cursors decoded, and headers are not stored.
NOT_STORED = {"password", "old_password", "new_password", "refresh_token", "scope", "cursor"}
# Values of readings are validated against their columns, which know the lengths.
BY_COLUMN = {"values"}


def deref(schema: Json) -> Json:
    return resolved(CONTRACT, schema)


def _is_file(schema: Json) -> bool:
    """Return whether a body is a file or a form with one; the file itself may have any bytes."""
    return schema.get("format") == "binary" or any(map(_is_file, schema.get("properties", {}).values()))


def hostile_values(schema: Json) -> list[Any]:
    schema = deref(schema)
    by_format = {"date": DATES, "date-time": TIMESTAMPS}
    if schema.get("type") == "string":
        longest = "长" * min(schema.get("maxLength", 1), 2_000)
        return [*by_format.get(schema.get("format", ""), TEXTS), longest]
    if schema.get("type") in {"integer", "number"}:
        return [*NUMBERS, *(schema[bound] for bound in ("minimum", "maximum") if bound in schema)]
    return []


def leaves(schema: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Yield the path and the schema of each text and number in a body; of an array its first item."""
    schema = deref(schema)
    for name, part in schema.get("properties", {}).items():
        yield from leaves(part, (*path, name))
    if "items" in schema:
        yield from leaves(schema["items"], (*path, 0))
    if isinstance(others := schema.get("additionalProperties"), dict):
        alternatives = [deref(each) for each in deref(others).get("anyOf", ())]
        texts = [each for each in alternatives if each.get("type") == "string"]
        yield (*path, "team_name"), texts[0] if texts else {"type": "string"}
        yield (*path, "weld_current"), {"type": "number"}
    for each in schema.get("oneOf", ()):
        yield path, deref(each)
    if "type" in schema:
        yield path, schema


def replaced(body: Any, path: Path, value: Any) -> Any:
    """Return a copy of a body with another value at a path; missing parts of the path are created."""
    if not path:
        return value
    name, *rest = path
    if isinstance(name, int):
        items = list(body) if isinstance(body, list) else []
        return [replaced(items[0] if items else None, tuple(rest), value), *items[1:]]
    members = copy.copy(body) if isinstance(body, dict) else {}
    members[name] = replaced(members.get(name), tuple(rest), value)
    return members


@dataclass(frozen=True)
class Operation:
    """One operation, with a valid request."""

    method: str
    path: str
    definition: Json
    parameters: list[Json] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.definition["operationId"])

    def valid(self, location: str) -> dict[str, Any]:
        """Return the required parameters of a location, by name."""
        found = [each for each in self.parameters if each["in"] == location and each.get("required")]
        return {each["name"]: each.get("example", 1) for each in found}

    def body(self) -> tuple[str, Json, Any] | None:
        """Return media type, schema and example of the body that is not a file."""
        content = self.definition.get("requestBody", {}).get("content", {})
        for media_type, each in content.items():
            if not _is_file(deref(each["schema"])):
                return media_type, each["schema"], each.get("example")
        return None

    def requests(self) -> Iterator[httpx.Request]:
        """Yield a request per hostile value of each parameter and each part of the body."""
        for parameter in self.parameters:
            schema = deref(parameter["schema"])
            for value in hostile_values(schema.get("items", schema)):
                if value == "" and parameter["in"] == "path":
                    continue  # another path
                yield self._request({parameter["name"]: value}, parameter["in"], self._example())
        media_type, schema, example = self.body() or ("", {}, None)
        for path, part in leaves(schema):
            for value in hostile_values(part):
                yield self._request({}, "", (media_type, replaced(example, path, value)))
        if media_type == "application/json":
            yield self._request(
                {}, "", (media_type, example), raw=json.dumps(example).replace('": "', '": "\\ud800', 1)
            )

    def _example(self) -> tuple[str, Any]:
        media_type, _, example = self.body() or ("", {}, None)
        return media_type, example

    def _request(self, changed: Json, location: str, body: tuple[str, Any], raw: str | None = None) -> httpx.Request:
        given = {
            each: {**self.valid(each), **(changed if each == location else {})} for each in ("path", "query", "header")
        }
        path = self.path.format_map({name: quote(str(value), safe="") for name, value in given["path"].items()})
        query = "&".join(
            f"{name}={quote(str(item), safe='')}"
            for name, value in given["query"].items()
            for item in (value if isinstance(value, list) else [value])
        )
        headers = {name.encode(): str(value).encode() for name, value in given["header"].items()}
        headers = {name: value for name, value in headers.items() if value.strip() and not set(value) & set(b"\0\x1b")}
        media_type, value = body
        if media_type == "application/x-www-form-urlencoded":
            content = "&".join(f"{name}={quote(str(each))}" for name, each in value.items()).encode()
        else:
            content = (raw or json.dumps(value)).encode() if media_type else b""
        if media_type:
            headers[b"Content-Type"] = media_type.encode()
        return httpx.Request(self.method, f"http://service{path}?{query}", headers=headers, content=content)


def operations() -> list[Operation]:
    return [
        Operation(
            method.upper(), path, definition, [resolved(CONTRACT, each) for each in definition.get("parameters", ())]
        )
        for path, item in CONTRACT["paths"].items()
        for method, definition in item.items()
        if definition["operationId"] != "get_metrics"
    ]


def texts_that_may_contain_nul() -> Iterator[str]:
    for operation in operations():
        stored = [each for each in operation.parameters if each["in"] != "header" and each["name"] not in NOT_STORED]
        for parameter in stored:
            schema = deref(parameter["schema"])
            if _may_contain_nul(deref(schema.get("items", schema))):
                yield f"{operation.name}: {parameter['name']}"
        _, schema, _ = operation.body() or ("", {}, None)
        for path, part in leaves(schema):
            if not {*path} & (NOT_STORED | BY_COLUMN) and _may_contain_nul(part):
                yield f"{operation.name}: {path}"


def _may_contain_nul(schema: Json) -> bool:
    if schema.get("type") != "string":
        return False
    validator = BoundedValidator(schema)
    return any(validator.is_valid(text) for text in ("\0", "a\0", "\0" * 20))


def test_no_text_that_reaches_a_store_may_contain_nul() -> None:
    assert list(texts_that_may_contain_nul()) == []


@pytest.fixture(scope="module", autouse=True)
def device(service: Service) -> None:
    service.register("14412T0006")
    service.append("14412T0006", weld_current=1)


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.name)
def test_no_value_causes_an_internal_error(service: Service, operation: Operation) -> None:
    client = service.client(*Role.ADMIN.scopes)
    for request in operation.requests():
        response = client.request(
            request.method, request.url.raw_path.decode(), headers=request.headers, content=request.content
        )

        assert response.status_code < 500, (request.url.raw_path[:500], request.content[:500], response.text[:1000])


def test_lists_can_be_read_after_the_values_of_this_module_were_stored(service: Service) -> None:
    client = service.client(*Role.ADMIN.scopes)
    for path in ("device/info", "device/types?include_retired=true", "dict/types", "dict/data", "users", "api-keys"):
        response = client.get(f"/api/v1/{path}")

        assert response.status_code == 200, response.text
