"""Tests of lists in the query, and of bodies that are passed on as streams."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
from starlette.types import Message

from arcbeat.api.arguments import Arguments
from arcbeat.api.body.reading import ClientDisconnected
from arcbeat.domain.errors import InvalidInput, UnsupportedMediaType

CODES = {"name": "device_code", "in": "query", "schema": {"type": "array", "maxItems": 3, "items": {"type": "string"}}}
FIELDS = {
    "name": "fields",
    "in": "query",
    "schema": {"type": "array", "items": {"type": "string", "minLength": 1, "pattern": "^[^,]*$"}},
}
AGGREGATES = {
    "name": "aggregates",
    "in": "query",
    "schema": {"type": "array", "items": {"type": "string", "enum": ["avg", "max"]}},
}
NUMBERS = {"name": "number", "in": "query", "schema": {"type": "array", "items": {"type": "integer"}}}
BINARY = {"required": True, "content": {"application/x-ndjson": {"schema": {"type": "string", "format": "binary"}}}}


async def nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def read(query: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    scope = {"type": "http", "query_string": query.encode(), "headers": [], "path_params": {}}
    return await Arguments(list(parameters), None).read(scope, nothing)


async def test_the_items_of_a_list_are_repeated_parameters() -> None:
    codes = ["A,1", "炉#1", ""]
    query = "&".join(f"device_code={quote(code)}" for code in codes)

    assert await read(query, CODES) == {"device_code": codes}
    assert await read("number=1&number=-2", NUMBERS) == {"number": [1, -2]}


async def test_items_that_cannot_contain_a_comma_may_also_be_separated_by_commas() -> None:
    assert await read("fields=a&fields=b", FIELDS) == {"fields": ["a", "b"]}
    assert await read("fields=a,b", FIELDS) == {"fields": ["a", "b"]}
    assert await read("fields=a,b&fields=c", FIELDS) == {"fields": ["a", "b", "c"]}
    assert await read("aggregates=avg,max", AGGREGATES) == {"aggregates": ["avg", "max"]}


async def test_a_list_defaults_to_an_empty_one() -> None:
    assert await read("", CODES, FIELDS) == {"device_code": [], "fields": []}


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("fields=a,,b", FIELDS, '"" is shorter than 1 character'),
        ("number=1&number=x", NUMBERS, "is not an integer"),
        ("device_code=1&device_code=2&device_code=3&device_code=4", CODES, "has more than 3 items"),
    ],
)
async def test_an_invalid_list_is_reported_with_its_name(query: str, parameter: dict[str, Any], detail: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await read(query, parameter)

    [error] = caught.value.errors
    assert error.name == parameter["name"]
    assert detail in error.detail


def scope_of(media_type: str) -> dict[str, Any]:
    headers = [(b"content-type", media_type.encode())]
    return {"type": "http", "query_string": b"", "headers": headers, "path_params": {}}


def messages(*given: Message) -> Any:
    left: AsyncIterator[Message] = _each(given)
    return lambda: anext(left)


async def _each(given: tuple[Message, ...]) -> AsyncIterator[Message]:
    for message in given:
        yield message


async def test_a_binary_body_is_passed_on_as_a_stream() -> None:
    receive = messages(
        {"type": "http.request", "body": b"a", "more_body": True},
        {"type": "http.request", "body": b"b", "more_body": False},
    )

    body = (await Arguments([], BINARY).read(scope_of("Application/X-NDJSON; charset=utf-8"), receive))["body"]

    assert body.content_type == "Application/X-NDJSON; charset=utf-8"
    assert [chunk async for chunk in body.chunks] == [b"a", b"b"]


async def test_a_disconnect_within_a_binary_body_raises() -> None:
    receive = messages({"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"})
    body = (await Arguments([], BINARY).read(scope_of("application/x-ndjson"), receive))["body"]

    with pytest.raises(ClientDisconnected):
        [chunk async for chunk in body.chunks]


async def test_a_binary_body_of_another_media_type_is_rejected() -> None:
    with pytest.raises(UnsupportedMediaType):
        await Arguments([], BINARY).read(scope_of("application/json"), messages())
