"""The events of Socket.IO, with the client of python-socketio."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from arcbeat.api.contract.asyncapi import load_asyncapi
from arcbeat.api.validation import ERRORS_MAX
from arcbeat.domain.catalogue.device_types import Field, Label
from arcbeat.domain.errors import StoreUnavailable
from arcbeat.domain.schema.columns import ColumnType
from arcbeat.realtime.rooms.limits import (
    MESSAGE_BYTES_MAX,
    MESSAGES_PER_SECOND_MAX,
    REJECTED_MESSAGES_MAX,
    WATCHED_DEVICES_MAX,
)
from tests.realtime.support.served import TOKEN, ServedPlant
from tests.realtime.support.sockets import SocketIo, check_message
from tests.support.catalogue import CUTTING


@pytest.fixture
async def plant() -> AsyncIterator[ServedPlant]:
    async with ServedPlant.running() as running:
        running.report("C1", device_status="切割", power_kw=1.5, pulses=9007199254740993)
        running.report("炉#2", device_status="待机")
        running.simulated.register("C3", device_type=CUTTING)
        yield running


@pytest.fixture
async def client(plant: ServedPlant) -> AsyncIterator[SocketIo]:
    async with SocketIo.connected(plant.url, TOKEN) as connected:
        yield connected


async def test_a_subscription_starts_at_the_position_of_the_room(plant: ServedPlant, client: SocketIo) -> None:
    ack = await client.call("subscribe", {"type_code": "cutting"})

    assert {**ack, "stream_id": "", "sampled_at": ""} == {
        "type_code": "cutting",
        "stream_id": "",
        "seq": 1,
        "sampled_at": "",
        "source": "snapshot",
        "fields_version": 1,
        "snapshot_url": "/api/v1/device/data/realtime/snapshot?type_code=cutting",
    }


async def test_a_delta_holds_only_the_fields_that_changed(plant: ServedPlant, client: SocketIo) -> None:
    ack = await client.call("subscribe", {"type_code": "cutting"})
    plant.report("C1", power_kw=2.5)
    await plant.tick()

    delta = await client.next("delta")

    assert (delta["stream_id"], delta["since"], delta["seq"]) == (ack["stream_id"], 1, 2)
    assert delta["changed"]["C1"]["values"] == {"power_kw": 2.5}
    assert "C3" not in delta["changed"]
    assert delta["removed"] == []


async def test_a_reading_that_grows_old_is_a_change(plant: ServedPlant, client: SocketIo) -> None:
    await client.call("subscribe", {"type_code": "cutting"})
    await plant.tick(4)

    deltas = [await client.next("delta") for _ in range(4)]

    assert deltas[-1]["changed"] == {"C1": {"freshness": "late"}, "炉#2": {"freshness": "late"}}


async def test_a_delta_holds_the_complete_row_of_a_new_device_and_the_code_of_a_removed_one(
    plant: ServedPlant, client: SocketIo
) -> None:
    await client.call("subscribe", {"type_code": "cutting"})
    del plant.simulated.directory.devices["炉#2"]
    plant.report("C9", pulses=9007199254740993)
    await plant.tick()

    delta = await client.next("delta")

    assert delta["removed"] == ["炉#2"]
    assert delta["changed"]["C9"]["values"] == {"device_status": None, "power_kw": None, "pulses": "9007199254740993"}


async def test_readings_grow_old_while_the_store_is_unavailable(plant: ServedPlant, client: SocketIo) -> None:
    ack = await client.call("subscribe", {"type_code": "cutting"})
    plant.store.failure = StoreUnavailable()
    await plant.tick(4)

    deltas = [await client.next("delta") for _ in range(4)]

    assert {(delta["source"], delta["sampled_at"]) for delta in deltas} == {("memory", ack["sampled_at"])}
    assert deltas[-1]["changed"]["C1"] == {"freshness": "late"}


async def test_a_client_may_subscribe_by_an_alias(plant: ServedPlant, client: SocketIo) -> None:
    first = await client.call("subscribe", {"type_code": "切割机"})
    again = await client.call("subscribe", {"type_code": "cutting"})

    assert first == again
    assert plant.rooms.sizes() == {"rooms": 1.0, "members": 1.0}


async def test_the_room_closes_when_its_last_client_unsubscribes(plant: ServedPlant, client: SocketIo) -> None:
    await client.call("subscribe", {"type_code": "cutting"})
    ack = await client.call("unsubscribe", {"type_code": "切割机"})
    again = await client.call("unsubscribe", {"type_code": "cutting"})

    assert (ack["type_code"], again["type_code"]) == ("切割机", "cutting")
    assert plant.rooms.sizes()["rooms"] == 0.0


async def test_a_client_that_disconnects_leaves_its_rooms(plant: ServedPlant) -> None:
    async with SocketIo.connected(plant.url, TOKEN) as client:
        await client.call("subscribe", {"type_code": "cutting"})
        await client.call("watch", {"type_code": "cutting", "device_codes": ["C1"]})
        assert plant.connections.sizes()["socketio"] == 1.0
        await client.client.disconnect()
        await plant.closed()

    assert plant.rooms.sizes()["rooms"] == 0.0
    assert plant.connections.sizes()["socketio"] == 0.0


async def test_a_view_holds_complete_rows_at_once_and_at_each_tick(plant: ServedPlant, client: SocketIo) -> None:
    ack = await client.call("watch", {"type_code": "cutting", "device_codes": ["炉#2", "C7", "C1", "C1"]})
    plant.report("C7", device_status="报警")
    await plant.tick()
    view = await client.next("view")

    assert [row["device_code"] for row in ack["items"]] == ["炉#2", "C1"]
    assert ack["items"][1]["values"] == {"device_status": "切割", "power_kw": 1.5, "pulses": "9007199254740993"}
    assert ack["unknown"] == ["C7"]
    assert [row["device_code"] for row in view["items"]] == ["炉#2", "C7", "C1"]
    assert (view["stream_id"], view["seq"]) == (ack["stream_id"], ack["seq"] + 1)


async def test_a_view_replaces_the_earlier_view_of_the_device_type(plant: ServedPlant, client: SocketIo) -> None:
    await client.call("watch", {"type_code": "cutting", "device_codes": ["C1"]})
    await client.call("watch", {"type_code": "cutting", "device_codes": ["C3"]})
    await plant.tick()

    assert [row["device_code"] for row in (await client.next("view"))["items"]] == ["C3"]


async def test_a_filtered_subscription_says_which_devices_leave_and_enter_the_filter(
    plant: ServedPlant, client: SocketIo
) -> None:
    ack = await client.call("subscribe", {"type_code": "cutting", "device_status": ["切割", "停机"]})
    plant.report("C1", device_status="待机")
    plant.report("炉#2", device_status="停机")
    await plant.tick()
    delta = await client.next("delta")

    query = parse_qs(urlsplit(ack["snapshot_url"]).query)
    assert query == {"type_code": ["cutting"], "device_status": ["停机", "切割"]}
    assert (delta["stream_id"], delta["since"]) == (ack["stream_id"], ack["seq"])
    assert delta["removed"] == ["C1"]
    assert delta["changed"]["炉#2"]["values"]["device_status"] == "停机"
    assert set(delta["changed"]["炉#2"]) == {"ts", "freshness", "clock_skew", "values"}


async def test_subscribing_again_replaces_the_filter(plant: ServedPlant, client: SocketIo) -> None:
    await client.call("subscribe", {"type_code": "cutting", "device_status": ["切割"]})
    ack = await client.call("subscribe", {"type_code": "cutting"})
    plant.report("炉#2", device_status="停机")
    await plant.tick()
    delta = await client.next("delta")

    assert (delta["stream_id"], list(delta["changed"])) == (ack["stream_id"], ["炉#2"])


async def test_a_resync_of_a_filtered_subscription_has_the_filter(plant: ServedPlant, client: SocketIo) -> None:
    ack = await client.call("subscribe", {"type_code": "cutting", "device_status": ["切割"]})
    plant.report("C1", device_status="待机")
    await plant.tick()
    position = {"type_code": "cutting", "stream_id": ack["stream_id"], "since": ack["seq"]}
    resync = await client.call("resync", position)
    other = await client.call("resync", {**position, "stream_id": ack["stream_id"].partition("-")[0]})

    assert (resync["delta"]["removed"], resync["delta"]["changed"]) == (["C1"], {})
    assert (other["take_snapshot"], other["snapshot_url"]) == (True, ack["snapshot_url"])


async def test_a_filtered_view_has_the_matching_devices_with_their_master_data(
    plant: ServedPlant, client: SocketIo
) -> None:
    plant.simulated.directory.teams["C1"] = "one"
    message = {"type_code": "cutting", "device_codes": ["C1", "炉#2", "C7"], "team_name": "one", "include": ["device"]}
    ack = await client.call("watch", message)
    await plant.tick()
    view = await client.next("view")

    assert (ack["unknown"], [row["device_code"] for row in ack["items"]]) == (["C7"], ["C1"])
    assert ack["items"][0]["device"]["team_name"] == "one"
    assert [row["device"] for row in view["items"]] == [ack["items"][0]["device"]]


async def test_a_filter_by_a_hidden_state_is_refused(plant: ServedPlant, client: SocketIo) -> None:
    hidden = [replace(each, hidden=each.name == "device_status") for each in CUTTING.fields]
    plant.change_type(fields=tuple(hidden))
    ack = await client.call("subscribe", {"type_code": "cutting", "device_status": ["切割"]})

    assert ack["problem"]["errors"][0]["name"] == "/device_status"


async def test_unwatch_keeps_the_subscription(plant: ServedPlant, client: SocketIo) -> None:
    await client.call("subscribe", {"type_code": "cutting"})
    await client.call("watch", {"type_code": "cutting", "device_codes": ["C1"]})
    await client.call("unwatch", {"type_code": "cutting"})
    await plant.tick()

    assert (await client.next("delta"))["seq"] == 2
    assert plant.rooms.sizes() == {"rooms": 1.0, "members": 1.0}


async def test_a_resync_returns_the_missed_changes_in_one_delta(plant: ServedPlant, client: SocketIo) -> None:
    first = await client.call("subscribe", {"type_code": "cutting"})
    plant.report("C1", power_kw=2.5)
    await plant.tick()
    plant.report("C1", device_status="报警")
    await plant.tick()

    ack = await client.call("resync", {"type_code": "cutting", "stream_id": first["stream_id"], "since": 1})

    assert (ack["delta"]["since"], ack["delta"]["seq"]) == (1, 3)
    assert ack["delta"]["changed"]["C1"]["values"] == {"power_kw": 2.5, "device_status": "报警"}


async def test_a_resync_of_an_up_to_date_client_returns_an_empty_delta(plant: ServedPlant, client: SocketIo) -> None:
    first = await client.call("subscribe", {"type_code": "cutting"})

    ack = await client.call("resync", {"type_code": "cutting", "stream_id": first["stream_id"], "since": 1})

    assert (ack["delta"]["since"], ack["delta"]["seq"], ack["delta"]["changed"]) == (1, 1, {})


@pytest.mark.parametrize(("stream_id", "since"), [("another", 1), (None, 0), (None, 7)])
async def test_a_resync_from_another_stream_or_an_unknown_number_requires_the_snapshot(
    plant: ServedPlant, client: SocketIo, stream_id: str | None, since: int
) -> None:
    first = await client.call("subscribe", {"type_code": "cutting"})
    await plant.tick(70)
    resync = {"type_code": "cutting", "stream_id": stream_id or first["stream_id"], "since": since}
    if since == 7:
        resync["since"] = 700

    ack = await client.call("resync", resync)

    assert (ack["take_snapshot"], ack["seq"]) == (True, 71)


async def test_a_resync_without_a_subscription_is_rejected(plant: ServedPlant, client: SocketIo) -> None:
    await client.call("watch", {"type_code": "cutting", "device_codes": ["C1"]})

    ack = await client.call("resync", {"type_code": "cutting", "stream_id": "x", "since": 1})

    assert ack["problem"]["type"] == "urn:arcbeat:problem:conflict"


async def test_changed_fields_are_published_and_begin_a_new_stream(plant: ServedPlant, client: SocketIo) -> None:
    first = await client.call("subscribe", {"type_code": "cutting"})
    await plant.tick()
    await client.next("delta")
    gas = Field(name="gas", label=Label("气体", "Gas"), type=ColumnType.NCHAR)
    plant.change_type(fields=(*CUTTING.fields, gas), fields_version=2)
    await plant.tick()
    fields, reset = await client.next("fields"), await client.next("reset")
    await plant.tick()
    delta = await client.next("delta")

    assert fields == {"type_code": "cutting", "fields_version": 2}
    assert (reset["reason"], reset["seq"], reset["fields_version"]) == ("new-stream", 1, 2)
    assert reset["stream_id"] != first["stream_id"]
    assert (delta["stream_id"], delta["since"], delta["seq"]) == (reset["stream_id"], 1, 2)


async def test_the_room_of_a_retired_device_type_is_closed(plant: ServedPlant, client: SocketIo) -> None:
    await client.call("subscribe", {"type_code": "cutting"})
    plant.catalogue.types.clear()
    await plant.tick()

    assert await client.next("reset") == {"type_code": "cutting", "reason": "retired"}
    assert plant.rooms.sizes() == {"rooms": 0.0, "members": 0.0}
    ack = await client.call("subscribe", {"type_code": "cutting"})
    assert ack["problem"]["type"] == "urn:arcbeat:problem:unknown-device-type"


async def test_a_subscription_is_rejected_while_there_is_no_first_snapshot(
    plant: ServedPlant, client: SocketIo
) -> None:
    plant.store.failure = StoreUnavailable()
    rejected = await client.call("subscribe", {"type_code": "cutting"})
    plant.store.failure = None
    await plant.tick()

    assert rejected["problem"]["type"] == "urn:arcbeat:problem:store-unavailable"
    assert rejected["problem"]["retry_after_seconds"] >= 1
    assert (await client.call("subscribe", {"type_code": "cutting"}))["seq"] >= 1


@pytest.mark.parametrize(
    ("event", "payload", "name"),
    [
        ("subscribe", {}, ""),
        ("subscribe", {"type_code": 7}, "/type_code"),
        ("subscribe", {"type_code": ""}, "/type_code"),
        ("subscribe", {"type_code": "cutting", "more": 1}, ""),
        ("subscribe", "cutting", ""),
        ("subscribe", None, ""),
        ("watch", {"type_code": "cutting", "device_codes": []}, "/device_codes"),
        ("watch", {"type_code": "cutting", "device_codes": ["x"] * 501}, "/device_codes"),
        ("watch", {"type_code": "cutting", "device_codes": [1]}, "/device_codes/0"),
        ("resync", {"type_code": "cutting", "stream_id": "s", "since": -1}, "/since"),
        ("resync", {"type_code": "cutting", "stream_id": "s", "since": True}, "/since"),
        ("no_such_event", {}, ""),
        ("connect", {}, ""),
        ("disconnect", {}, ""),
    ],
)
async def test_a_message_that_violates_the_contract_is_rejected(
    plant: ServedPlant, client: SocketIo, event: str, payload: Any, name: str
) -> None:
    ack = await client.client.call(event, payload, namespace="/realtime", timeout=20)

    assert ack["problem"]["type"] == "urn:arcbeat:problem:invalid-input"
    assert [error["name"] for error in ack["problem"]["errors"]] == [name]
    assert len(plant.connections) == 1


async def test_an_event_without_or_with_several_arguments_is_rejected(client: SocketIo) -> None:
    arguments: tuple[tuple[Any, ...], ...] = ((), ({"type_code": "cutting"}, {}))
    for payloads in arguments:
        ack = await client.call("subscribe", *payloads)
        assert ack["problem"]["errors"][0]["detail"] == "an event has one argument, an object"
        assert 'subscribe with {"type_code": "welding"}' in ack["problem"]["detail"]


@pytest.mark.parametrize("event", ["subscribed", "Subscribe", "message", "connect", "disconnect"])
async def test_an_unknown_event_is_acknowledged_with_the_list_of_events(client: SocketIo, event: str) -> None:
    ack = await client.client.call(event, {"type_code": "cutting"}, namespace="/realtime", timeout=20)

    check_message("refused", ack)
    operations = load_asyncapi()["operations"]
    known = [name for name, each in operations.items() if each["action"] == "receive" and "refused" in str(each)]
    assert known
    assert all(f" {name}" in ack["problem"]["detail"] for name in known)


async def test_problems_are_in_the_language_of_the_client(plant: ServedPlant) -> None:
    async with SocketIo.connected(plant.url, TOKEN, headers={"Accept-Language": "zh"}) as client:
        ack = await client.call("subscribe", {"type_code": "grinding"})

    assert (ack["problem"]["title"], ack["problem"]["help"]) == ("未知的设备类型", "/docs/problems/unknown-device-type")


async def test_an_unknown_device_type_is_rejected(client: SocketIo) -> None:
    for event, more in (("subscribe", {}), ("watch", {"device_codes": ["C1"]})):
        ack = await client.call(event, {"type_code": "grinding", **more})
        assert ack["problem"]["type"] == "urn:arcbeat:problem:unknown-device-type"


async def test_subscriptions_and_watched_devices_are_limited(plant: ServedPlant) -> None:
    for number in range(30):
        code = f"type{number}"
        plant.catalogue.types[code] = replace(CUTTING, type_code=code, aliases=())
    async with SocketIo.connected(plant.url, TOKEN) as client:
        acks = []
        for number in range(21):
            plant.clock.pass_seconds(1)
            acks.append(await client.call("subscribe", {"type_code": f"type{number}"}))
        codes = [str(number) for number in range(WATCHED_DEVICES_MAX - 1)]
        views = [
            await client.call("watch", {"type_code": "type1", "device_codes": codes}),
            await client.call("watch", {"type_code": "type2", "device_codes": ["a"]}),
            await client.call("watch", {"type_code": "type3", "device_codes": ["b"]}),
            await client.call("watch", {"type_code": "type2", "device_codes": ["b"]}),
        ]

    assert ["problem" in ack for ack in acks] == [False] * 20 + [True]
    assert ["problem" in ack for ack in views] == [False, False, True, False]
    assert acks[-1]["problem"]["detail"] == "A connection may have at most 20 subscriptions."
    assert views[2]["problem"]["status"] == 409


async def test_a_client_that_sends_too_many_messages_is_rejected_and_finally_disconnected(plant: ServedPlant) -> None:
    async with SocketIo.connected(plant.url, TOKEN) as client:
        for _ in range(MESSAGES_PER_SECOND_MAX - 1):  # connecting was one
            assert "problem" not in await client.call("unsubscribe", {"type_code": "cutting"})
        rejected = await client.call("unsubscribe", {"type_code": "cutting"})
        plant.clock.pass_seconds(rejected["problem"]["retry_after_seconds"])
        admitted = await client.call("unsubscribe", {"type_code": "cutting"})
        for _ in range(REJECTED_MESSAGES_MAX + MESSAGES_PER_SECOND_MAX + 1):
            await client.client.emit("unsubscribe", {"type_code": "cutting"}, namespace="/realtime")
        closing = await client.next("closing")
        await client.until_disconnected()

    assert rejected["problem"]["type"] == "urn:arcbeat:problem:too-many-requests"
    assert "problem" not in admitted
    assert closing["reason"] == "too-many-messages"
    assert len(plant.connections) == 0


@pytest.mark.parametrize(
    "payload",
    [
        {"type_code": "cutting", "device_codes": [""] * 20_000},
        {"type_code": "cutting", "device_codes": ["x" * 51] * 1_100},
        {"type_code": "cutting", "device_codes": [[[]]] * 10_000},
        {f"x{number}": number for number in range(4_000)},
        {"x" * 60_000: 1},
        {"type_code": {"x": [1] * 20_000}, "device_codes": {}},
        ["x"] * 15_000,
    ],
)
async def test_an_invalid_message_is_acknowledged_with_few_errors(client: SocketIo, payload: Any) -> None:
    ack = await client.call("watch", payload)

    assert ack["problem"]["status"] == 400
    assert 1 <= len(ack["problem"]["errors"]) <= ERRORS_MAX
    assert len(orjson.dumps(ack)) <= MESSAGE_BYTES_MAX


async def test_a_deeply_nested_message_is_a_client_error(client: SocketIo) -> None:
    nested: list[Any] = []
    for _ in range(300):
        nested = [nested]
    for payload in (nested, {"type_code": nested, "device_codes": nested}):
        assert (await client.call("watch", payload))["problem"]["type"] == "urn:arcbeat:problem:invalid-input"
