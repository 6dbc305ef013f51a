"""Every recorded exchange, replayed through the client."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from adapters.tdengine.errors import DuplicateTimestamps, OutOfRetention, SubtableTaken
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.rows import Result, decode
from arcbeat.domain.errors import (
    StoreBadValue,
    StoreError,
    StoreObjectMissing,
    StoreProtocolError,
    StoreTimeout,
    StoreUnauthorised,
    StoreUnavailable,
)
from tests.adapters.tdengine.conftest import OpenRest
from tests.support.tdengine.recording import EXCHANGES, Exchange
from tests.support.tdengine.stand_in import StandIn

ERRORS: dict[int, type[StoreError]] = {
    11: StoreUnavailable,
    32: StoreUnavailable,
    512: StoreBadValue,
    534: StoreBadValue,
    537: StoreBadValue,
    849: StoreUnauthorised,
    855: StoreUnauthorised,
    875: StoreProtocolError,
    897: StoreProtocolError,
    1547: OutOfRetention,
    1565: SubtableTaken,
    4357: StoreUnauthorised,
    4358: StoreProtocolError,
    9728: StoreProtocolError,
    9730: StoreObjectMissing,
    9731: StoreObjectMissing,
    9750: StoreProtocolError,
    9751: StoreBadValue,
    9768: StoreProtocolError,
    9796: StoreUnauthorised,
    9811: StoreBadValue,
    9826: StoreObjectMissing,
    9851: StoreBadValue,
    10245: DuplicateTimestamps,
}

WITHOUT_RESPONSE = {name for name, each in EXCHANGES.items() if each.status is None}
NOT_STATEMENTS = {name for name, each in EXCHANGES.items() if each.method == "GET"}
BY_HAND = {name for name, each in EXCHANGES.items() if each.params or each.credentials is None} - NOT_STATEMENTS
BY_CLIENT = set(EXCHANGES) - WITHOUT_RESPONSE - NOT_STATEMENTS - BY_HAND
FAILED = {name for name in BY_CLIENT if EXCHANGES[name].code != 0}


def test_every_recorded_exchange_is_covered_by_one_test() -> None:
    groups = [WITHOUT_RESPONSE, NOT_STATEMENTS, BY_HAND, BY_CLIENT - FAILED, FAILED]

    assert sorted(name for group in groups for name in group) == sorted(EXCHANGES)
    assert {EXCHANGES[name].code for name in FAILED | BY_HAND} - {0} == set(ERRORS)
    assert all(groups)


@pytest.mark.parametrize("name", sorted(BY_CLIENT - FAILED))
async def test_a_recorded_success_is_decoded_to_the_types_of_its_columns(
    stand_in: StandIn, open_rest: OpenRest, name: str
) -> None:
    exchange = EXCHANGES[name]

    result = await ask(stand_in, open_rest, exchange)

    expected = [tuple(map(as_typed, types(exchange), row)) for row in exchange.rows]
    assert result.names == tuple(meta[0] for meta in exchange.body["column_meta"])
    assert list(result.rows) == expected
    assert [list(map(type, row)) for row in result.rows] == [list(map(type, row)) for row in expected]


@pytest.mark.parametrize("name", sorted(FAILED))
async def test_a_recorded_error_is_a_store_error(stand_in: StandIn, open_rest: OpenRest, name: str) -> None:
    exchange = EXCHANGES[name]

    with pytest.raises(StoreError) as caught:
        await ask(stand_in, open_rest, exchange)

    assert type(caught.value) is ERRORS[exchange.code or 0]
    assert f"TDengine code {exchange.code}," in caught.value.detail
    assert exchange.body["desc"] not in caught.value.detail
    assert "taosdata" not in caught.value.detail


@pytest.mark.parametrize("name", sorted(BY_HAND))
async def test_a_recorded_request_that_the_client_never_sends_is_decoded_too(stand_in: StandIn, name: str) -> None:
    exchange = EXCHANGES[name]

    response = await send(stand_in, exchange)

    if exchange.code == 0:
        assert len(decode(response.content, response.status_code).rows) == len(exchange.rows)
    else:
        with pytest.raises(ERRORS[exchange.code or 0]):
            decode(response.content, response.status_code)


@pytest.mark.parametrize("name", sorted(NOT_STATEMENTS))
async def test_requests_that_are_not_statements_get_the_recorded_responses(stand_in: StandIn, name: str) -> None:
    exchange = EXCHANGES[name]

    response = await send(stand_in, exchange)

    assert response.status_code == exchange.status
    assert (response.json() if response.content else None) == exchange.body


@pytest.mark.parametrize("name", sorted(WITHOUT_RESPONSE))
async def test_a_server_that_never_responds_times_out(stand_in: StandIn, open_rest: OpenRest, name: str) -> None:
    stand_in.replay(EXCHANGES[name])
    rest = open_rest(stand_in.url, statement_seconds=0.1)

    with pytest.raises(StoreTimeout):
        await rest.execute(EXCHANGES[name].sql or "")


async def ask(stand_in: StandIn, open_rest: OpenRest, exchange: Exchange) -> Result:
    stand_in.replay(exchange)
    rest: TdengineRest = open_rest(stand_in.url, credentials=exchange.credentials or ("", ""))
    return await rest.execute(exchange.sql or "")


async def send(stand_in: StandIn, exchange: Exchange) -> httpx.Response:
    stand_in.replay(exchange)
    async with httpx.AsyncClient(base_url=stand_in.url, trust_env=False, auth=exchange.credentials) as client:
        return await client.request(
            exchange.method, exchange.path, params=exchange.params, content=(exchange.sql or "").encode()
        )


def types(exchange: Exchange) -> list[str]:
    return [meta[1] for meta in exchange.body["column_meta"]]


def as_typed(kind: str, value: Any) -> Any:
    if value is not None and kind == "TIMESTAMP":
        return datetime.fromisoformat(value)
    return float(value) if value is not None and kind in ("FLOAT", "DOUBLE") else value
