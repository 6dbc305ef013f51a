"""The class LiveTable of the client in Python, against the real service."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from arcbeat_client import ConnectionState, LiveTable, Rejected, Update

from arcbeat.domain.identity.identity import Scope
from tests.faults.proxy import PASSING, Behaviour, Mode, Proxy, to_tcp
from tests.support.identity import add_api_key
from tests.support.service import Service

PATIENCE_SECONDS = 30.0
PAGE = "/api/v1/device/data/realtime"


async def until(table: LiveTable, holds: Callable[[Update], bool]) -> Update:
    """Return the first update for which the condition holds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        async for update in table:
            if holds(update):
                return update
    raise AssertionError("the table ended")


def page(service: Service, **parameters: Any) -> dict[str, Any]:
    answer = service.operator.get(PAGE, params={"use_dynamic_fields": True, "page_size": 100, **parameters})
    return {row["device_code"]: row["values"] for row in answer.json()["items"]}


async def test_a_filtered_table_equals_the_filtered_page(service: Service) -> None:
    service.register("F1", "F2", "F3", device_type="cutting", team_name="班组一")
    service.append("F1", type_code="cutting", device_status="切割")
    service.append("F2", type_code="cutting", device_status="待机")
    async with LiveTable(
        service.url,
        "cutting",
        token=service.token(Scope.TELEMETRY_READ),
        filters={"team_name": "班组一", "device_status": ["切割"]},
    ) as table:
        await until(table, lambda _: set(table.rows) == {"F1"})
        assert [field["label"] for field in table.fields]

        service.append("F2", type_code="cutting", device_status="切割")
        service.append("F1", type_code="cutting", device_status="报警")
        await until(table, lambda _: set(table.rows) == {"F2"})

        shown = {code: row["values"] for code, row in table.rows.items()}
        assert shown == page(service, type_code="cutting", team_name="班组一", device_status="切割")


async def test_a_table_of_chosen_devices_has_complete_rows_with_master_data(service: Service) -> None:
    service.register("V1", "V2", team_name="班组二")
    key = add_api_key(service, "wallboard", Scope.TELEMETRY_READ)
    async with LiveTable(service.url, "welding", api_key=key, device_codes=["V2", "V1"], include=["device"]) as table:
        first = await until(table, lambda _: list(table.rows) == ["V2", "V1"])
        assert first.kind == "view"

        service.append("V1", weld_current=12.5)
        changed = await until(table, lambda update: "V1" in update.changed)

        assert "V2" not in changed.changed
        assert table.rows["V1"]["values"]["weld_current"] == 12.5
        device = table.rows["V1"].get("device")
        assert device
        assert device["team_name"] == "班组二"


async def test_it_asks_for_another_token_when_its_own_has_expired(service: Service) -> None:
    service.register("T1")
    rejected: list[str | None] = []
    issued: list[str] = []

    async def token(last: str | None) -> str:
        rejected.append(last)
        lifetime = timedelta(minutes=5) if issued else timedelta(seconds=2)
        issued.append(service.token(Scope.TELEMETRY_READ, lifetime=lifetime))
        return issued[-1]

    states: list[ConnectionState] = []
    async with LiveTable(service.url, "welding", token=token, on_state=states.append) as table:
        await until(table, lambda update: update.kind == "snapshot")
        again = await until(table, lambda update: update.kind == "resync")

    assert again.seq > again.since
    assert rejected == [None, issued[0]]
    assert [state.connected for state in states] == [True, False, True]
    assert states[1].detail.startswith("expired")


async def test_an_unknown_device_type_ends_the_table(service: Service) -> None:
    async with LiveTable(service.url, "no-such-type", token=service.token(Scope.TELEMETRY_READ)) as table:
        with pytest.raises(Rejected) as raised:
            await until(table, lambda _: True)

    assert raised.value.problem["type"] == "urn:arcbeat:problem:unknown-device-type"


async def test_credentials_that_are_rejected_twice_end_the_table(service: Service) -> None:
    async with LiveTable(service.url, "welding", token="no-token") as table:
        with pytest.raises(Rejected) as raised:
            await until(table, lambda _: True)

    assert raised.value.problem["status"] == 401


def shows(table: LiveTable, code: str, _: Update) -> bool:
    return code in table.rows and table.rows[code]["values"]["weld_current"] == 1.5


async def test_a_slow_reader_gets_updates_that_continue_each_other(service: Service) -> None:
    service.register("M1", "M2")
    token = service.token(Scope.TELEMETRY_READ)
    async with LiveTable(service.url, "welding", token=token) as table:
        updates = [await until(table, lambda update: update.kind == "snapshot")]
        async with LiveTable(service.url, "welding", token=token) as other:
            for code in ("M1", "M2"):
                service.append(code, weld_current=1.5)
                await until(other, partial(shows, other, code))
            last = other.position[1]
        while updates[-1].seq < last:
            updates.append(await until(table, lambda _: True))

    assert [update.since for update in updates[1:]] == [update.seq for update in updates[:-1]]
    assert {"M1", "M2"} <= frozenset[str]().union(*(update.changed for update in updates[1:]))


async def test_a_closed_table_ends_its_reader(service: Service) -> None:
    async with LiveTable(service.url, "welding", token=service.token(Scope.TELEMETRY_READ)) as table:
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for _ in table:
                await table.close()


async def test_it_waits_for_a_server_that_is_not_there_yet(service: Service) -> None:
    service.register("L1")
    address = urlsplit(service.url)
    states: list[ConnectionState] = []
    async with Proxy.running(to_tcp(str(address.hostname), int(address.port or 0))) as proxy:
        await proxy.set_behaviour(Behaviour(Mode.REFUSE))
        token = service.token(Scope.TELEMETRY_READ)
        refused = asyncio.Event()

        def keep(state: ConnectionState) -> None:
            states.append(state)
            refused.set()

        async with LiveTable(f"http://127.0.0.1:{proxy.port}", "welding", token=token, on_state=keep) as table:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await refused.wait()
            await proxy.set_behaviour(PASSING)
            await until(table, lambda update: "L1" in update.changed)

    assert [state.connected for state in states][-1]
    assert not states[0].connected


def test_it_needs_credentials_of_one_kind() -> None:
    with pytest.raises(TypeError, match="either token or api_key"):
        LiveTable("http://localhost:8000", "welding")
