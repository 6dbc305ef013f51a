"""Alarms over Socket.IO."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from arcbeat.domain.alarms.alarms import Acknowledgement
from arcbeat.domain.alarms.changes import AcknowledgementChange
from arcbeat.domain.identity.identity import Role, Scope
from tests.realtime.support.served import TOKEN, ServedPlant
from tests.realtime.support.sockets import SocketIo
from tests.support.service import Service
from tests.support.waiting import eventually

CUTTING = {"type_code": "cutting"}
WELDING = {"type_code": "welding"}
ALARMS = "/api/v1/device/alarms"


@pytest.fixture
async def plant() -> AsyncIterator[ServedPlant]:
    async with ServedPlant.running() as plant:
        plant.report("C1", device_status="切割")
        plant.report("C2", device_status="报警")
        yield plant


def codes(frame: Any) -> list[str]:
    return [each["device_code"] for each in frame["items"]]


async def test_a_client_learns_which_alarms_open_and_close(plant: ServedPlant) -> None:
    async with SocketIo.connected(plant.url, TOKEN) as client:
        ack = await client.call("subscribe_alarms", {"type_code": "切割机"})
        plant.report("C1", device_status="报警")
        plant.report("C2", device_status="待机")
        plant.alarms.ends["C2"] = plant.clock()
        await plant.tick()
        opened, closed = await client.next("alarm_opened"), await client.next("alarm_closed")

    assert ack == {"type_code": "cutting", "alarms_url": "/api/v1/device/alarms?type_code=cutting&open=true"}
    assert (codes(opened), codes(closed)) == (["C1"], ["C2"])
    (alarm,) = opened["items"]
    assert (alarm["state"], alarm["open"], alarm["end"], alarm["device_name"]) == ("报警", True, None, "device C1")
    assert (closed["items"][0]["open"], opened["missed"], closed["missed"]) == (False, False, False)


async def test_a_client_that_comes_later_gets_only_later_changes_and_after_unsubscribing_none(
    plant: ServedPlant,
) -> None:
    async with SocketIo.connected(plant.url, TOKEN) as first, SocketIo.connected(plant.url, TOKEN) as second:
        await first.call("subscribe_alarms", CUTTING)
        plant.report("C1", device_status="报警")
        await plant.tick()
        assert codes(await first.next("alarm_opened")) == ["C1"]
        await second.call("subscribe_alarms", CUTTING)
        await first.call("unsubscribe_alarms", {"type_code": "切割机"})
        plant.report("C3", device_status="报警")
        await plant.tick()

        assert codes(await second.next("alarm_opened")) == ["C3"]
        await first.call("subscribe_alarms", CUTTING)
        plant.report("C4", device_status="报警")
        await plant.tick()
        assert codes(await first.next("alarm_opened")) == ["C4"]


async def test_a_change_that_cannot_be_looked_up_is_published_once_the_store_is_back(plant: ServedPlant) -> None:
    async with SocketIo.connected(plant.url, TOKEN) as client:
        await client.call("subscribe_alarms", CUTTING)
        plant.alarms.is_unavailable = True
        plant.report("C1", device_status="报警")
        await plant.tick()
        plant.alarms.is_unavailable = False
        plant.report("C3", device_status="报警")
        await plant.tick()

        assert sorted(codes(await client.next("alarm_opened"))) == ["C1", "C3"]


async def test_an_alarm_that_went_on_between_distant_snapshots_is_neither_closed_nor_opened(plant: ServedPlant) -> None:
    async with SocketIo.connected(plant.url, TOKEN) as client:
        await client.call("subscribe_alarms", CUTTING)
        plant.alarms.starts["C2"] = plant.clock()
        plant.clock.pass_seconds(100)
        plant.report("C1", device_status="报警")
        plant.report("C2", device_status="报警")
        await plant.tick()
        assert codes(await client.next("alarm_opened")) == ["C1"]

        plant.report("C2", device_status="待机")
        await plant.tick()
        (closed,) = (await client.next("alarm_closed"))["items"]

    assert datetime.fromisoformat(closed["start"]) == plant.alarms.starts["C2"]


async def test_a_client_that_polls_gets_all_changes(plant: ServedPlant) -> None:
    async with SocketIo.connected(plant.url, TOKEN, transports=["polling"]) as client:
        await client.call("subscribe_alarms", CUTTING)
        plant.report("C1", device_status="报警")
        plant.report("C2", device_status="待机")
        plant.alarms.ends["C2"] = plant.clock()
        await plant.tick()
        assert codes(await client.next("alarm_closed")) == ["C2"]
        await plant.tick()
        assert codes(await client.next("alarm_opened")) == ["C1"]


async def test_acknowledgements_are_published_once(plant: ServedPlant) -> None:
    at = plant.clock()
    note = Acknowledgement(note="一", by="li", at=at)
    first = AcknowledgementChange(device_code="C1", state="报警", start=at, changed_at=at, acknowledgement=note)
    withdrawn = AcknowledgementChange(
        device_code="C1", state="报警", start=at, changed_at=at + timedelta(seconds=1), acknowledgement=None
    )
    plant.alarms.acknowledged = [first]
    async with SocketIo.connected(plant.url, TOKEN) as client:
        await client.call("subscribe_alarms", CUTTING)
        await plant.tick()
        plant.alarms.acknowledged = [withdrawn]
        await plant.tick()
        plant.alarms.acknowledged = [withdrawn, first]
        await plant.tick()

        assert (await client.next("alarm_acknowledged"))["items"][0]["acknowledgement"] is None
        (item,) = (await client.next("alarm_acknowledged"))["items"]
        assert (item["device_code"], item["acknowledgement"]["note"]) == ("C1", "一")


async def test_a_retired_type_ends_the_subscription(plant: ServedPlant) -> None:
    async with SocketIo.connected(plant.url, TOKEN) as client:
        await client.call("subscribe_alarms", CUTTING)
        plant.change_type(enabled=False)
        await plant.tick()

        assert await client.next("reset") == {"type_code": "cutting", "reason": "retired"}
    assert plant.rooms.sizes() == {"rooms": 0, "members": 0}


async def test_a_client_that_disconnects_closes_the_rooms(plant: ServedPlant) -> None:
    async with SocketIo.connected(plant.url, TOKEN) as client:
        await client.call("subscribe_alarms", CUTTING)
        assert plant.rooms.sizes() == {"rooms": 1, "members": 1}
    await plant.closed()

    assert plant.rooms.sizes() == {"rooms": 0, "members": 0}


@pytest.mark.parametrize("payload", [{}, {"type_code": ""}, {"type_code": "cutting", "more": 1}])
async def test_an_invalid_message_is_a_client_error(plant: ServedPlant, payload: object) -> None:
    async with SocketIo.connected(plant.url, TOKEN) as client:
        assert (await client.call("subscribe_alarms", payload))["problem"]["status"] == 400


async def test_an_unknown_type_is_not_found(plant: ServedPlant) -> None:
    async with SocketIo.connected(plant.url, TOKEN) as client:
        assert (await client.call("subscribe_alarms", {"type_code": "nothing"}))["problem"]["status"] == 404


@pytest.fixture
def device(service: Service) -> Iterator[str]:
    service.register("L1", team_name="甲")
    service.append("L1", device_status="焊接")
    yield "L1"
    service.execute("delete from t_device_info where device_code = 'L1'")
    service.execute("delete from t_alarm_acknowledgement")


def listed(client: httpx.Client) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get(ALARMS, params={"device_code": "L1", "open": "true"}).json()["items"]
    return items


async def test_the_events_of_the_service_have_the_alarms_of_its_list(service: Service, device: str) -> None:
    li = service.client_of("li", *Role.OPERATOR.scopes)
    async with SocketIo.connected(service.url, {"token": service.token(Scope.TELEMETRY_READ)}) as client:
        await client.call("subscribe_alarms", WELDING)
        begun = datetime.now(UTC)
        await asyncio.to_thread(service.append, device, ts=begun, device_status="报警")
        (opened,) = (await client.next("alarm_opened"))["items"]
        await asyncio.to_thread(eventually, "the alarm is listed", lambda: len(listed(li)) == 1)
        (item,) = await asyncio.to_thread(listed, li)
        note = {"device_code": device, "start": opened["start"], "note": "一"}
        await asyncio.to_thread(li.put, f"{ALARMS}/acknowledgement", json=note)
        (acknowledged,) = (await client.next("alarm_acknowledged"))["items"]
        await asyncio.to_thread(service.append, device, device_status="待机")
        (closed,) = (await client.next("alarm_closed"))["items"]

    assert datetime.fromisoformat(opened["start"]) == begun
    assert (item["start"], item["team_name"], item["open"]) == (opened["start"], opened["team_name"], True)
    assert (acknowledged["start"], acknowledged["acknowledgement"]["note"]) == (opened["start"], "一")
    assert (closed["start"], closed["open"]) == (opened["start"], False)


async def test_a_process_that_starts_during_an_alarm_does_not_open_it_again(service: Service, device: str) -> None:
    service.register("L2")
    service.append(device, device_status="报警")
    with Service.running(service.database_url) as restarted:
        async with SocketIo.connected(restarted.url, {"token": restarted.token(Scope.TELEMETRY_READ)}) as client:
            await client.call("subscribe_alarms", WELDING)
            await asyncio.to_thread(service.append, device, device_status="报警")
            await asyncio.to_thread(service.append, "L2", device_status="报警")
            opened = await client.next("alarm_opened")
            await asyncio.to_thread(service.append, device, device_status="待机")
            (closed,) = (await client.next("alarm_closed"))["items"]

    assert codes(opened) == ["L2"]
    assert (closed["device_code"], closed["starts_earlier"]) == (device, False)
    service.execute("delete from t_device_info where device_code = 'L2'")
