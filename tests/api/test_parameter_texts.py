"""The spellings of numbers, booleans and date-times in parameters, and the problems of other spellings."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from arcbeat.api.arguments import Arguments
from arcbeat.api.contract.bundle import load_contract
from arcbeat.api.parameter_texts import Unreadable, read_moment
from arcbeat.api.problems import problem_response
from arcbeat.api.validation import BoundedValidator
from arcbeat.domain.errors import InputError, InvalidInput
from tests.support.service import Service

FROM = {"name": "from", "in": "query", "schema": {"type": "string", "format": "date-time"}}
LOCKED = {"name": "locked", "in": "query", "schema": {"type": "boolean"}}
KEYWORD = {"name": "keyword", "in": "query", "schema": {"type": "string", "maxLength": 9}}
INTERVAL = {"name": "interval", "in": "query", "schema": {"type": "string", "pattern": "^[0-9]+m$", "example": "15m"}}
EARLIEST, LATEST = datetime(1900, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001 -- the offset is drawn separately
ZONES = st.integers(-14 * 60, 14 * 60)


async def nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def read(query: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    scope = {"type": "http", "query_string": query.encode(), "headers": [], "path_params": {}}
    return await Arguments(list(parameters), None).read(scope, nothing)


async def detail_of(query: str, *parameters: dict[str, Any]) -> str:
    with pytest.raises(InvalidInput) as rejected:
        await read(query, *parameters)
    return rejected.value.errors[0].detail


@given(st.datetimes(EARLIEST, LATEST), ZONES, st.sampled_from("Tt "), st.data())
async def test_every_spelling_of_a_date_time_is_the_same_moment(
    local: datetime, offset_minutes: int, separator: str, data: st.DataObject
) -> None:
    sign, minutes = "-" if offset_minutes < 0 else "+", abs(offset_minutes)
    offset = f"{minutes // 60:02}:{minutes % 60:02}"
    spellings = [f"{sign}{offset}", f"{sign}{offset.replace(':', '')}"]
    spellings += [f"{sign}{offset[:2]}"] if minutes % 60 == 0 else []
    # A + that is not escaped arrives as a space.
    spellings += [each.replace("+", " ") for each in spellings]
    written = f"{local.isoformat().replace('T', separator)}{data.draw(st.sampled_from(spellings))}"
    expected = local.replace(tzinfo=UTC) - timedelta(minutes=offset_minutes)

    found = (await read(f"from={quote(written)}", FROM))["from_"]

    assert datetime.fromisoformat(found) == expected


async def test_a_plus_needs_no_escape() -> None:
    assert (await read("from=2026-03-02T08:00:00+08:00", FROM))["from_"] == "2026-03-02T08:00:00+08:00"
    assert (await read("from=2026-03-02T08:00:00%2B0800", FROM))["from_"] == "2026-03-02T08:00:00+08:00"
    assert (await read("from=2026-03-02+08:00+0800", FROM))["from_"] == "2026-03-02T08:00:00+08:00"


@given(st.integers(10**11, 10**14 - 1))
def test_digits_are_milliseconds_since_1970(milliseconds: int) -> None:
    expected = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)

    assert datetime.fromisoformat(read_moment(str(milliseconds))) == expected


async def test_seconds_since_1970_are_rejected_with_the_milliseconds() -> None:
    assert "for example 1772409600000" in await detail_of("from=1772409600", FROM)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-03-02",
        "yesterday",
        "2026-03-02T08:00:00",
        "08:00",
        "2026-13-02T08:00:00Z",
        "2026-02-30T08:00:00Z",
        "5",
    ],
)
async def test_anything_else_is_rejected_with_an_example(text: str) -> None:
    assert "for example 2026-03-02T08:00:00+08:00" in await detail_of(f"from={text}", FROM)


@given(st.text(max_size=40) | st.from_regex(r"[0-9T: +Z.-]{10,32}", fullmatch=True))
def test_any_text_is_read_or_rejected(text: str) -> None:
    with suppress(Unreadable):
        assert read_moment(text).endswith("Z") or read_moment(text)[-6] in "+-"


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False)]
)
async def test_booleans_have_any_case(text: str, *, value: bool) -> None:
    assert await read(f"locked={text}", LOCKED) == {"locked": value}


@pytest.mark.parametrize("text", ["", "1", "0", "yes", "on", "t", "None"])
async def test_other_booleans_are_rejected_with_the_choices(text: str) -> None:
    assert await detail_of(f"locked={text}", LOCKED) == "must be true or false"


async def test_an_empty_filter_is_no_filter() -> None:
    assert await read("keyword=", KEYWORD) == await read("", KEYWORD) == {"keyword": None}


async def test_an_error_of_a_pattern_has_the_example_of_the_contract() -> None:
    assert (await detail_of("interval=5x", INTERVAL)).endswith("; for example 15m")


def test_every_optional_text_filter_of_the_contract_may_be_empty(service: Service) -> None:
    for path, params in {
        "/api/v1/device/data/realtime": {"keyword": "", "team_name": ""},
        "/api/v1/device/info": {"keyword": "", "team_name": "", "type_code": ""},
        "/api/v1/dict/data": {"keyword": "", "dict_name": ""},
        "/api/v1/jobs/logs": {"job": ""},
    }.items():
        empty, without = service.operator.get(path, params=params), service.operator.get(path)
        assert (empty.status_code, empty.json().get("total")) == (200, without.json().get("total"))


def test_times_in_queries_need_no_escape(service: Service) -> None:
    service.register("T1")
    path = "/api/v1/device/data/history?device_code=T1&from="

    answers = [service.operator.get(f"{path}{text}") for text in ("2026-03-02T08:00:00+0800", "1772409600000")]

    assert [answer.status_code for answer in answers] == [200, 200]


def _enums_in(name: str, node: Any) -> Iterator[tuple[str, list[Any]]]:
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, part in parts:
        if key == "enum" and isinstance(part, list):
            yield name, part
        yield from _enums_in(name if isinstance(key, int) else key, part)


def _enums() -> list[tuple[str, list[Any]]]:
    """Return all enums of the contract, each with a name near it."""
    return [*_enums_in("", load_contract()["paths"]), *_enums_in("", load_contract()["components"])]


@pytest.mark.parametrize(("name", "choices"), _enums(), ids=str)
async def test_an_error_of_an_enum_lists_every_choice(name: str, choices: list[Any]) -> None:
    [error] = BoundedValidator({"type": "string", "enum": choices}).errors("neither of them")

    problem = bytes(problem_response(InvalidInput((InputError("query", name, error.detail),))).body).decode()

    assert all(f'\\"{choice}\\"' in problem for choice in choices if choice is not None)
