"""The plain WebSocket."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from websockets.exceptions import InvalidStatus

from arcbeat.api.validation import ERRORS_MAX
from arcbeat.domain.catalogue.device_types import Field, Label
from arcbeat.domain.identity.identity import IdentityKind, Scope
from arcbeat.domain.schema.columns import ColumnType
from arcbeat.realtime.rooms.limits import (
    MESSAGE_BYTES_MAX,
    MESSAGES_PER_SECOND_MAX,
    REJECTED_MESSAGES_MAX,
    WAITING_SECONDS_MAX,
)
from arcbeat.realtime.sampling.stream import DELTAS_MAX
from arcbeat.realtime.websocket.server import PATH
from arcbeat.runtime.uvicorn_internals import WEBSOCKET_LOGGER
from tests.realtime.support.served import SOCKETS_PER_USER_MAX, TOKEN, ServedPlant
from tests.realtime.support.slow import websocket
from tests.realtime.support.sockets import PlainSocket, SocketIo, rejection
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
async def opened(plant: ServedPlant, path: str = CUTTING_PATH, **options: Any) -> AsyncIterator[PlainSocket]:
    async with websocket(plant, path, **{"subprotocols": BEARER, **options}) as connection:
        yield PlainSocket(connection)


def problem_of(rejected: InvalidStatus) -> Any:
    """Return the problem in the response to a rejected handshake."""
    response = rejected.response
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-content-type-options"] == "nosniff"
    return orjson.loads(response.body or b"")


async def test_the_snapshot_is_sent_first_and_then_its_changes(plant: ServedPlant) -> None:
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


async def test_the_device_type_defaults_to_welding(plant: ServedPlant) -> None:
    plant.catalogue.types["welding"] = replace(CUTTING, type_code="welding", aliases=("焊机",))
    async with opened(plant, PATH) as socket:
        assert (await socket.next())["type_code"] == "welding"


async def test_labels_are_in_the_language_of_the_client(plant: ServedPlant) -> None:
    async with opened(plant) as chinese, opened(plant, additional_headers={"Accept-Language": "en"}) as english:
        labels = [(await socket.next())["fields"][0]["label"] for socket in (chinese, english)]

    assert labels == ["设备状态", "Status"]


async def test_the_rows_of_some_devices_are_sent_at_each_tick(plant: ServedPlant) -> None:
    async with opened(plant, f"{CUTTING_PATH}&device_codes={quote('炉#2,C9,C1')}") as socket:
        first = await socket.next()
        await plant.tick()
        second = await socket.next()

    assert (first["type"], [row["device_code"] for row in first["items"]]) == ("view", ["炉#2", "C1"])
    assert second["seq"] == first["seq"] + 1


async def test_devices_may_be_given_one_by_one_so_that_a_code_may_contain_a_comma(plant: ServedPlant) -> None:
    plant.simulated.register("炉,1", device_type=CUTTING)
    async with opened(plant, f"{CUTTING_PATH}&device_code={quote('炉,1')}&device_code=C9&device_code=C1") as socket:
        first = await socket.next()

    assert [row["device_code"] for row in first["items"]] == ["炉,1", "C1"]


async def test_a_filter_in_the_url_selects_the_devices_of_the_snapshot_and_its_changes(plant: ServedPlant) -> None:
    filters = f"device_status={quote('切割')}&device_status={quote('停机')}&freshness=live&freshness=late"
    async with opened(plant, f"{CUTTING_PATH}&{filters}") as socket:
        snapshot = await socket.next()
        plant.report("炉#2", device_status="停机")
        plant.report("C1", device_status="待机")
        await plant.tick()
        delta = await socket.next()

    assert [row["device_code"] for row in snapshot["items"]] == ["C1"]
    assert (delta["removed"], list(delta["changed"])) == (["C1"], ["炉#2"])
    assert delta["stream_id"] == snapshot["stream_id"]


async def test_a_changed_team_leads_to_another_snapshot(plant: ServedPlant) -> None:
    plant.simulated.directory.teams["C1"] = "one"
    async with opened(plant, f"{CUTTING_PATH}&team_name=one") as socket:
        first = await socket.next()
        plant.simulated.directory.teams["炉#2"] = "one"
        await plant.tick()
        await socket.next()
        await plant.tick()
        second = await socket.next()

    assert [row["device_code"] for row in first["items"]] == ["C1"]
    assert (second["type"], [row["device_code"] for row in second["items"]]) == ("snapshot", ["C1", "炉#2"])


async def test_master_data_is_included_in_the_rows_of_some_devices(plant: ServedPlant) -> None:
    async with opened(plant, f"{CUTTING_PATH}&device_codes=C1&include=device") as socket:
        view = await socket.next()

    assert view["items"][0]["device"]["device_name"] == "device C1"


async def test_changed_fields_lead_to_another_snapshot(plant: ServedPlant) -> None:
    gas = Field(name="gas", label=Label("气体", "Gas"), type=ColumnType.NCHAR)
    async with opened(plant) as socket:
        first = await socket.next()
        plant.change_type(fields=(*CUTTING.fields, gas), fields_version=2)
        await plant.tick()
        second = await socket.next()

    assert (second["type"], second["fields_version"], len(second["fields"])) == ("snapshot", 2, 4)
    assert second["stream_id"] != first["stream_id"]


async def test_the_connection_is_closed_when_the_device_type_is_retired(plant: ServedPlant) -> None:
    async with opened(plant) as socket:
        await socket.next()
        plant.catalogue.types.clear()
        await plant.tick()

        assert await socket.next() == {"type": "reset", "type_code": "cutting", "reason": "retired"}
        assert await socket.wait_closed() == (4404, "reset")


@pytest.mark.parametrize("credentials", [TOKEN, {"api_key": "good"}])
async def test_credentials_in_the_first_message_are_accepted(plant: ServedPlant, credentials: dict[str, str]) -> None:
    async with opened(plant, subprotocols=None) as socket:
        await socket.send(credentials)

        assert (await socket.next())["type"] == "snapshot"


async def test_the_server_selects_the_subprotocol_and_not_the_token(plant: ServedPlant) -> None:
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
        (f"{CUTTING_PATH}&team_name=one&team_name=two", BEARER, None, 4400, "invalid-input"),
        (f"{CUTTING_PATH}&freshness=new", BEARER, None, 4400, "invalid-input"),
        (f"{CUTTING_PATH}&include=device", BEARER, None, 4400, "invalid-input"),
        (f"{CUTTING_PATH}&device_codes={','.join(map(str, range(501)))}", BEARER, None, 4400, "invalid-input"),
        (f"{CUTTING_PATH}&device_codes=C1&device_code=C1", BEARER, None, 4400, "invalid-input"),
    ],
)
async def test_a_problem_is_sent_before_the_connection_is_closed(
    plant: ServedPlant, path: str, subprotocols: list[str] | None, message: bytes | None, code: int, slug: str
) -> None:
    async with opened(plant, path, subprotocols=subprotocols) as socket:
        if message is not None:
            await socket.connection.send(message, text=True)

        received = await socket.next()

        assert (received["type"], received["problem"]["type"]) == ("problem", f"urn:arcbeat:problem:{slug}")
        assert await socket.wait_closed() == (code, slug)
    assert plant.connections.sizes()["websocket"] == 0.0


async def test_credentials_without_the_scope_are_rejected(plant: ServedPlant) -> None:
    plant.authenticator.identity = replace(plant.authenticator.identity, scopes=frozenset({Scope.JOB_READ}))
    async with opened(plant) as socket:
        await socket.next()

        assert await socket.wait_closed() == (4403, "forbidden")


async def test_a_client_above_the_rate_of_new_connections_gets_a_retry_delay(plant: ServedPlant) -> None:
    for _ in range(200):
        plant.admission_limits.check(0, 0)
    async with opened(plant) as socket:
        received = await socket.next()

        assert received["problem"]["retry_after_seconds"] >= 2
        assert await socket.wait_closed() == (4429, "too-many-requests")


async def test_the_connection_is_closed_when_the_credentials_expire(plant: ServedPlant) -> None:
    expires_at = plant.clock() + timedelta(minutes=5)
    plant.authenticator.identity = replace(plant.authenticator.identity, expires_at=expires_at)
    async with opened(plant) as socket:
        await socket.next()
        plant.clock.pass_seconds(300)
        await plant.connections.check()

        assert (await socket.next())["reason"] == "expired"
        assert await socket.wait_closed() == (4401, "expired")
    assert await plant.closed() == "expired"


async def test_messages_after_the_credentials_are_rejected_and_finally_close_the_connection(plant: ServedPlant) -> None:
    async with opened(plant) as socket:
        await socket.next()
        problems = []
        for _ in range(MESSAGES_PER_SECOND_MAX + 1):
            await socket.send({"token": "good"})
            problems.append((await socket.next())["problem"]["type"].rpartition(":")[2])
        for _ in range(REJECTED_MESSAGES_MAX):
            await socket.send({})

        assert problems == ["invalid-input"] * MESSAGES_PER_SECOND_MAX + ["too-many-requests"]
        assert await socket.wait_closed() == (4429, "too-many-messages")


@pytest.mark.parametrize("origin", ["https://pages.example", None])
async def test_pages_of_allowed_origins_may_connect(plant: ServedPlant, origin: str | None) -> None:
    async with opened(plant, origin=origin or plant.url) as socket:
        assert (await socket.next())["type"] == "snapshot"


async def test_pages_of_other_origins_are_rejected(plant: ServedPlant) -> None:
    with pytest.raises(InvalidStatus) as rejected:
        async with opened(plant, origin="https://evil.example"):
            pass

    assert rejected.value.response.status_code == 403
    assert problem_of(rejected.value)["type"] == "urn:arcbeat:problem:forbidden"


@pytest.mark.parametrize("path", [f"{PATH}/other", f"{PATH}/", "/", "/api/v1/device/types", "/ws", f"//{PATH}"])
async def test_a_websocket_at_another_path_is_rejected_with_404_and_the_right_paths(
    plant: ServedPlant, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO), pytest.raises(InvalidStatus) as rejected:
        async with opened(plant, f"{path}?token=secret"):
            pass

    problem = problem_of(rejected.value)
    assert (rejected.value.response.status_code, problem["type"]) == (404, "urn:arcbeat:problem:not-found")
    assert f"{PATH}," in problem["detail"]
    assert "/socket.io/ with the namespace /realtime" in problem["detail"]
    assert not any("secret" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize(
    "headers", [{"Authorization": "Bearer good"}, {"authorization": "bearer  good"}, {"X-API-Key": "good"}]
)
async def test_credentials_in_the_headers_are_accepted(plant: ServedPlant, headers: dict[str, str]) -> None:
    async with opened(plant, subprotocols=None, additional_headers=headers) as socket:
        assert (await socket.next())["type"] == "snapshot"


async def test_problems_are_in_the_language_of_the_client(plant: ServedPlant) -> None:
    headers = {"Accept-Language": "zh-CN"}
    async with opened(plant, subprotocols=["arcbeat", "bearer.bad"], additional_headers=headers) as socket:
        assert (await socket.next())["problem"]["title"] == "未认证"
    async with opened(plant, additional_headers=headers) as socket:
        await socket.next()
        await socket.send({})
        assert (await socket.next())["problem"]["errors"][0]["detail"] == "凭据之后服务器不接受其他消息"
    with pytest.raises(InvalidStatus) as rejected:
        async with opened(plant, f"{PATH}/other", additional_headers=headers):
            pass
    assert problem_of(rejected.value)["title"] == "未找到"


async def test_invalid_credentials_in_the_headers_are_rejected(plant: ServedPlant) -> None:
    async with opened(plant, subprotocols=None, additional_headers={"Authorization": "Bearer bad"}) as socket:
        assert await socket.wait_closed() == (4401, "unauthenticated")


async def test_a_header_of_another_scheme_leaves_the_first_message_in_force(plant: ServedPlant) -> None:
    async with opened(plant, subprotocols=None, additional_headers={"Authorization": "Basic cHJveHk6"}) as socket:
        await socket.send(TOKEN)

        assert (await socket.next())["type"] == "snapshot"


@pytest.mark.parametrize("message", [b"good", b'{"token":7}', b"{}", b"null", b'{"token":"a","api_key":"b"}'])
async def test_an_invalid_first_message_is_answered_with_the_form_of_a_valid_one(
    plant: ServedPlant, message: bytes
) -> None:
    async with opened(plant, subprotocols=None) as socket:
        await socket.connection.send(message, text=True)

        assert 'Send {"token": "…"} or {"api_key": "…"}' in (await socket.next())["problem"]["detail"]


async def test_the_parameters_in_the_url_are_not_logged(plant: ServedPlant, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger=WEBSOCKET_LOGGER):
        async with opened(plant, f"{CUTTING_PATH}&token=secret") as socket:
            await socket.next()

    assert any(PATH in record.getMessage() for record in caplog.records)
    assert not any("secret" in record.getMessage() for record in caplog.records)


async def test_a_token_in_the_url_is_accepted_if_the_setting_allows_it() -> None:
    async with ServedPlant.running(token_in_url=True) as plant:
        plant.report("C1", power_kw=1.5)
        async with opened(plant, f"{CUTTING_PATH}&token=good", subprotocols=None) as socket:
            assert (await socket.next())["type"] == "snapshot"


async def pass_ticks(plant: ServedPlant, count: int) -> None:
    for number in range(count):
        plant.report("C1", device_status=f"{number} {'切割' * 20_000}")
        await plant.tick()


async def test_a_slow_client_gets_one_delta_from_its_position(plant: ServedPlant) -> None:
    async with opened(plant) as socket:
        seq = (await socket.next())["seq"]
        await pass_ticks(plant, DELTAS_MAX)
        spans = []
        while seq < DELTAS_MAX + 1:
            delta = await socket.next()
            assert delta["since"] == seq
            spans.append(delta["seq"] - seq)
            seq = delta["seq"]

    assert max(spans) > 10


async def test_a_client_that_is_too_far_behind_gets_another_snapshot(plant: ServedPlant) -> None:
    async with opened(plant) as socket:
        first = await socket.next()
        await pass_ticks(plant, 3 * DELTAS_MAX)
        received = await socket.next()
        while received["type"] == "delta":
            received = await socket.next()

    assert (received["type"], received["stream_id"]) == ("snapshot", first["stream_id"])
    assert received["seq"] == 3 * DELTAS_MAX + 1


async def test_a_client_that_does_not_read_for_a_minute_is_disconnected(plant: ServedPlant) -> None:
    async with opened(plant) as socket:
        await socket.next()
        await pass_ticks(plant, DELTAS_MAX)
        plant.clock.pass_seconds(WAITING_SECONDS_MAX + 1)
        await plant.connections.check()

        assert await plant.closed() == "too-slow"
        assert (await socket.wait_closed())[0] in {4408, None}


@pytest.mark.parametrize("query", [f"device_codes={',' * 7_000}", "page=1", "type_code=&type_code=", "type_code=%00"])
async def test_the_parameters_are_validated_after_the_credentials(plant: ServedPlant, query: str) -> None:
    async with opened(plant, f"{PATH}?{query}", subprotocols=["arcbeat", "bearer.bad"]) as socket:
        assert await socket.wait_closed() == (4401, "unauthenticated")

    async with opened(plant, f"{PATH}?{query}", subprotocols=None) as socket:
        await socket.send({"token": "bad"})
        assert await socket.wait_closed() == (4401, "unauthenticated")

    async with opened(plant, f"{PATH}?{query}") as socket:
        problem = (await socket.next())["problem"]
        assert await socket.wait_closed() == (4400, "invalid-input")
    assert 1 <= len(problem["errors"]) <= ERRORS_MAX
    assert len(orjson.dumps(problem)) <= MESSAGE_BYTES_MAX


async def test_invalid_credentials_are_answered_with_few_errors(plant: ServedPlant) -> None:
    async with opened(plant, subprotocols=None) as socket:
        await socket.send({f"x{number}": number for number in range(4_000)})
        problem = (await socket.next())["problem"]

        assert await socket.wait_closed() == (4400, "invalid-input")
    assert 1 <= len(problem["errors"]) <= ERRORS_MAX
    assert len(orjson.dumps(problem)) <= MESSAGE_BYTES_MAX


async def test_the_sockets_of_one_user_are_limited_over_both_transports(plant: ServedPlant) -> None:
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(opened(plant)) for _ in range(SOCKETS_PER_USER_MAX - 1)]
        for socket in sockets:
            await socket.next()
        await stack.enter_async_context(SocketIo.connected(plant.url, TOKEN))
        async with opened(plant) as another:
            problem = (await another.next())["problem"]
            assert await another.wait_closed() == (4429, "too-many-requests")
        assert (await rejection(plant.url, TOKEN))["type"] == problem["type"]

        plant.authenticator.identity = replace(plant.authenticator.identity, kind=IdentityKind.KEY)
        async with opened(plant) as of_a_key:
            assert (await of_a_key.next())["type"] == "snapshot"
        plant.authenticator.identity = replace(plant.authenticator.identity, kind=IdentityKind.USER)

        await sockets[0].connection.close()
        await plant.closed()
        await plant.closed()
        async with opened(plant) as another:
            assert (await another.next())["type"] == "snapshot"

    assert (
        problem["detail"]
        == f"This user or API key has {SOCKETS_PER_USER_MAX} open connections, which is the limit; close one first."
    )
    assert problem["retry_after_seconds"] >= 2


async def test_sockets_that_open_at_the_same_time_count_against_the_limit(plant: ServedPlant) -> None:
    async with AsyncExitStack() as stack:
        opening = [stack.enter_async_context(opened(plant)) for _ in range(2 * SOCKETS_PER_USER_MAX)]
        first = [(await socket.next())["type"] for socket in await asyncio.gather(*opening)]

    assert sorted(first) == ["problem"] * SOCKETS_PER_USER_MAX + ["snapshot"] * SOCKETS_PER_USER_MAX
