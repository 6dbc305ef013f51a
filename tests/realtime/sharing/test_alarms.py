"""Alarms from two applications on one Redis."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from arcbeat.domain.identity.identity import Role
from tests.realtime.sharing.test_services import stream
from tests.realtime.support.sockets import SocketIo, reader
from tests.support.service import Service
from tests.support.waiting import eventually


@pytest.fixture
def services(database_url: str, redis_url: str) -> Iterator[list[Service]]:
    settings = {"redis_url": redis_url, "sample_seconds": 0.5}
    with Service.running(database_url, **settings) as first, Service.running(database_url, **settings) as second:
        first.register("W1", "W2")
        first.append("W1", device_status="焊接")
        eventually("both publish one stream", lambda: stream(first) == stream(second))
        yield [first, second]


async def test_the_clients_of_each_process_get_each_event_once(services: list[Service]) -> None:
    first, second = services
    li = first.client_of("li", *Role.OPERATOR.scopes)
    async with (
        SocketIo.connected(first.url, reader(first)) as one,
        SocketIo.connected(second.url, reader(second)) as other,
    ):
        for client in (one, other):
            await client.call("subscribe_alarms", {"type_code": "welding"})
        await asyncio.to_thread(first.append, "W1", device_status="报警")
        opened = [await next_item(client, "alarm_opened") for client in (one, other)]
        note = {"device_code": "W1", "start": opened[0]["start"], "note": "一"}
        await asyncio.to_thread(li.put, "/api/v1/device/alarms/acknowledgement", json=note)
        acknowledged = [await next_item(client, "alarm_acknowledged") for client in (one, other)]
        await asyncio.to_thread(second.append, "W1", device_status="待机")
        closed = [await next_item(client, "alarm_closed") for client in (one, other)]
        # The alarm of another device comes after everything about the first one.
        await asyncio.to_thread(second.append, "W2", device_status="报警")
        later = [await next_item(client, "alarm_opened") for client in (one, other)]

    assert {each["start"] for each in (*opened, *acknowledged, *closed)} == {opened[0]["start"]}
    assert {each["end"] for each in closed} == {closed[0]["end"]}
    assert [each["device_code"] for each in later] == ["W2", "W2"]


async def next_item(client: SocketIo, event: str) -> Any:
    (item,) = (await client.next(event))["items"]
    return item
