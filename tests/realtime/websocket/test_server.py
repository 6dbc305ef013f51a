"""The plain WebSocket."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from websockets.exceptions import InvalidStatus

from arcbeat.domain.catalogue.device_types import Field, Label
from arcbeat.domain.identity.identity import Scope
from arcbeat.domain.schema.columns import ColumnType
from arcbeat.realtime.rooms.limits import MESSAGES_PER_SECOND_MAX, REJECTED_MESSAGES_MAX, WAITING_SECONDS_MAX
from arcbeat.realtime.sampling.stream import MAX_DELTAS
from arcbeat.realtime.websocket.server import PATH
from tests.realtime.support.served import TOKEN, ServedPlant
from tests.realtime.support.slow import websocket
from tests.realtime.support.sockets import PlainSocket
from tests.support.catalogue import CUTTING

CUTTING_PATH = f"{PATH}?type_code=cutting"
BEARER = ["arcbeat", "bearer.good"]


@pytest.fixture
async def plant() -> AsyncIterator[ServedPlant]:
    async with ServedPlant.running() as running:
        running.report("C1", device_status="切割", power_kw=1.5, pulses=9007199254740993)
        running.report("炉#2", device_status="待机")
        yield running


@asynccontextmanager
async def opened(plant: ServedPlant, path: str = CUTTING_PATH, **how: Any) -> AsyncIterator[PlainSocket]:
    async with websocket(plant, path, **{"subprotocols": BEARER, **how}) as connection:
        yield PlainSocket(connection)


async def test_the_whole_snapshot_comes_first_and_then_what_changes(plant: ServedPlant) -> None:
    async with opened(plant) as socket:
        snapshot = await socket.next()
        plant.report("C1", power_kw=2.5)
        await plant.tick()
        delta = await socket.next()

    assert [row["device_code"] for row in snapshot["items"]] == ["C1", "炉#2"]
    assert snapshot["items"][0]["values"]["pulses"] == "9007199254740993"
    assert [field["name"] for field in snapshot["fields"]] == ["device_status", "power_kw", "pulses"]
    assert (snapshot["type"], delta["type"]) == ("snapshot", "delta")
    assert (delta["stream_id"], delta["since"]) == (snapshot["stream_id"], snapshot["seq"])
    assert delta["changed"]["C1"]["values"] == {"power_kw": 2.5}


async def test_without_parameters_welding_machines_are_told_of(plant: ServedPlant) -> None:
    plant.catalogue.types["welding"] = replace(CUTTING, type_code="welding", aliases=("焊机",))
    async with opened(plant, PATH) as socket:
        assert (await socket.next())["type_code"] == "welding"


async def test_labels_are_in_the_language_of_the_client(plant: ServedPlant) -> None:
    async with opened(plant) as chinese, opened(plant, additional_headers={"Accept-Language": "en"}) as english:
        labels = [(await socket.next())["fields"][0]["label"] for socket in (chinese, english)]

    assert labels == ["设备状态", "Status"]


async def test_some_devices_come_with_their_whole_rows_at_every_tick(plant: ServedPlant) -> None:
    async with opened(plant, f"{CUTTING_PATH}&device_codes={quote('炉#2,C9,C1')}") as socket:
        first = await socket.next()
        await plant.tick()
        second = await socket.next()

    assert (first["type"], [row["device_code"] for row in first["items"]]) == ("view", ["炉#2", "C1"])
    assert second["seq"] == first["seq"] + 1


async def test_other_fields_bring_another_snapshot(plant: ServedPlant) -> None:
    gas = Field(name="gas", label=Label("气体", "Gas"), type=ColumnType.NCHAR)
    async with opened(plant) as socket:
        first = await socket.next()
        plant.change_type(fields=(*CUTTING.fields, gas), fields_version=2)
        await plant.tick()
        second = await socket.next()

    assert (second["type"], second["fields_version"], len(second["fields"])) == ("snapshot", 2, 4)
    assert second["stream_id"] != first["stream_id"]


async def test_the_connection_ends_with_its_type(plant: ServedPlant) -> None:
    async with opened(plant) as socket:
        await socket.next()
        plant.catalogue.types.clear()
        await plant.tick()

        assert await socket.next() == {"type": "reset", "type_code": "cutting", "reason": "retired"}
        assert await socket.end() == (4404, "reset")


@pytest.mark.parametrize("credentials", [TOKEN, {"api_key": "good"}])
async def test_credentials_may_come_in_the_first_message(plant: ServedPlant, credentials: dict[str, str]) -> None:
    async with opened(plant, subprotocols=None) as socket:
        await socket.send(credentials)

        assert (await socket.next())["type"] == "snapshot"


async def test_the_subprotocol_that_is_spoken_is_answered_and_not_the_token(plant: ServedPlant) -> None:
    async with opened(plant) as socket:
        assert socket.connection.subprotocol == "arcbeat"


@pytest.mark.parametrize(
    ("path", "subprotocols", "message", "code", "slug"),
    [
        (CUTTING_PATH, ["arcbeat", "bearer.bad"], None, 4401, "unauthenticated"),
        (CUTTING_PATH, None, b'{"token":"bad"}', 4401, "unauthenticated"),
        (CUTTING_PATH, None, b'{"token":7}', 4400, "invalid-input"),
        (CUTTING_PATH, None, b"good", 4400, "invalid-input"),
        (CUTTING_PATH, None, b"", 4400, "invalid-input"),
        (f"{CUTTING_PATH}&token=good", None, None, 4400, "invalid-input"),
        (f"{PATH}?type_code=grinding", BEARER, None, 4404, "unknown-device-type"),
        (f"{PATH}?type_code=", BEARER, None, 4400, "invalid-input"),
        (f"{PATH}?page=1", BEARER, None, 4400, "invalid-input"),
        (f"{CUTTING_PATH}&type_code=cutting", BEARER, None, 4400, "invalid-input"),
        (f"{CUTTING_PATH}&device_codes={','.join(map(str, range(501)))}", BEARER, None, 4400, "invalid-input"),
    ],
)
async def test_what_is_wrong_is_told_before_the_connection_is_closed(
    plant: ServedPlant, path: str, subprotocols: list[str] | None, message: bytes | None, code: int, slug: str
) -> None:
    async with opened(plant, path, subprotocols=subprotocols) as socket:
        if message is not None:
            await socket.connection.send(message, text=True)

        told = await socket.next()

        assert (told["type"], told["problem"]["type"]) == ("problem", f"urn:arcbeat:problem:{slug}")
        assert await socket.end() == (code, slug)
    assert plant.connections.sizes()["websocket"] == 0.0


async def test_credentials_without_the_scope_do_not_let_in(plant: ServedPlant) -> None:
    plant.authenticator.identity = replace(plant.authenticator.identity, scopes=frozenset({Scope.JOB_READ}))
    async with opened(plant) as socket:
        await socket.next()

        assert await socket.end() == (4403, "forbidden")


async def test_who_comes_while_too_many_do_is_told_to_come_back(plant: ServedPlant) -> None:
    for _ in range(200):
        plant.admission_limits.check(0)
    async with opened(plant) as socket:
        told = await socket.next()

        assert told["problem"]["retry_after_seconds"] >= 2
        assert await socket.end() == (4429, "too-many-requests")


async def test_credentials_that_expire_end_the_connection(plant: ServedPlant) -> None:
    expires_at = plant.clock() + timedelta(minutes=5)
    plant.authenticator.identity = replace(plant.authenticator.identity, expires_at=expires_at)
    async with opened(plant) as socket:
        await socket.next()
        plant.clock.pass_seconds(300)
        await plant.connections.check()

        assert (await socket.next())["reason"] == "expired"
        assert await socket.end() == (4401, "expired")
    assert await plant.closed() == "expired"


async def test_a_client_has_nothing_to_say_and_not_too_often(plant: ServedPlant) -> None:
    async with opened(plant) as socket:
        await socket.next()
        told = []
        for _ in range(MESSAGES_PER_SECOND_MAX + 1):
            await socket.send({"token": "good"})
            told.append((await socket.next())["problem"]["type"].rpartition(":")[2])
        for _ in range(REJECTED_MESSAGES_MAX):
            await socket.send({})

        assert told == ["invalid-input"] * MESSAGES_PER_SECOND_MAX + ["too-many-requests"]
        assert await socket.end() == (4429, "too-many-messages")


@pytest.mark.parametrize("origin", ["https://pages.example", None])
async def test_pages_that_may_call_may_connect(plant: ServedPlant, origin: str | None) -> None:
    async with opened(plant, origin=origin or plant.url) as socket:
        assert (await socket.next())["type"] == "snapshot"


async def test_other_pages_get_no_connection(plant: ServedPlant) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with opened(plant, origin="https://evil.example"):
            pass

    assert refused.value.response.status_code == 403


async def test_other_paths_have_no_websocket(plant: ServedPlant) -> None:
    with pytest.raises(InvalidStatus):
        async with opened(plant, f"{PATH}/other"):
            pass


async def test_what_is_in_the_url_is_not_logged(plant: ServedPlant, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="uvicorn.error"):
        async with opened(plant, f"{CUTTING_PATH}&token=secret") as socket:
            await socket.next()

    assert any(PATH in record.getMessage() for record in caplog.records)
    assert not any("secret" in record.getMessage() for record in caplog.records)


async def test_where_it_is_allowed_a_token_may_be_in_the_url() -> None:
    async with ServedPlant.running(token_in_url=True) as plant:
        plant.report("C1", power_kw=1.5)
        async with opened(plant, f"{CUTTING_PATH}&token=good", subprotocols=None) as socket:
            assert (await socket.next())["type"] == "snapshot"


async def pass_ticks(plant: ServedPlant, count: int) -> None:
    for number in range(count):
        plant.report("C1", device_status=f"{number} {'切割' * 20_000}")
        await plant.tick()


async def test_a_client_that_was_slow_gets_one_delta_from_where_it_is(plant: ServedPlant) -> None:
    async with opened(plant) as socket:
        seq = (await socket.next())["seq"]
        await pass_ticks(plant, MAX_DELTAS)
        spans = []
        while seq < MAX_DELTAS + 1:
            delta = await socket.next()
            assert delta["since"] == seq
            spans.append(delta["seq"] - seq)
            seq = delta["seq"]

    assert max(spans) > 10


async def test_a_client_that_is_too_far_behind_gets_another_snapshot(plant: ServedPlant) -> None:
    async with opened(plant) as socket:
        first = await socket.next()
        await pass_ticks(plant, 3 * MAX_DELTAS)
        told = await socket.next()
        while told["type"] == "delta":
            told = await socket.next()

    assert (told["type"], told["stream_id"]) == ("snapshot", first["stream_id"])
    assert told["seq"] == 3 * MAX_DELTAS + 1


async def test_a_client_that_takes_nothing_for_a_minute_is_sent_away(plant: ServedPlant) -> None:
    async with opened(plant) as socket:
        await socket.next()
        await pass_ticks(plant, MAX_DELTAS)
        plant.clock.pass_seconds(WAITING_SECONDS_MAX + 1)
        await plant.connections.check()

        assert await plant.closed() == "too-slow"
        assert (await socket.end())[0] in {4408, None}
