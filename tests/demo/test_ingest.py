"""Tests of the demo's API client against a real server."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
from starlette.responses import JSONResponse, PlainTextResponse

from arcbeat.demo import ingest as module
from arcbeat.demo.ingest import Ingest, Login, SendFailed, open_client
from arcbeat.domain.readings.readings import Reading, Rejection
from tests.demo.service import StandIn

TS = datetime(2026, 3, 2, 8, 0, 5, tzinfo=UTC)


class Timer:
    """A monotonic clock that stands still."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def service() -> Iterator[StandIn]:
    with StandIn.running() as running:
        yield running


@pytest.fixture
def timer() -> Timer:
    return Timer()


@pytest.fixture
async def ingest(service: StandIn, timer: Timer) -> AsyncIterator[Ingest]:
    async with open_client(service.url) as http:
        yield Ingest(http, Login("operator", "secret"), timer)


def reading(device_code: str) -> Reading:
    return Reading(device_code, TS, {"device_status": "焊接", "weld_current": 181.5})


async def test_it_logs_in_and_sends_a_batch_in_the_form_of_the_contract(service: StandIn, ingest: Ingest) -> None:
    assert await ingest.send("welding", [reading("A")]) == []

    assert service.logins == [{"grant_type": "password", "username": "operator", "password": "secret"}]
    values = {"device_status": "焊接", "weld_current": 181.5}
    sent = {"device_code": "A", "ts": "2026-03-02T08:00:05+00:00", "values": values}
    assert service.batches == [{"type_code": "welding", "readings": [sent]}]


async def test_a_token_is_used_until_most_of_its_lifetime_has_passed(
    service: StandIn, ingest: Ingest, timer: Timer
) -> None:
    await ingest.send("welding", [reading("A")])
    timer.seconds += service.expires_in * 0.79
    await ingest.send("welding", [reading("A")])
    assert len(service.logins) == 1

    timer.seconds += service.expires_in * 0.02
    await ingest.send("welding", [reading("A")])

    assert len(service.logins) == 2


async def test_a_rejected_token_is_renewed_at_once(service: StandIn, ingest: Ingest) -> None:
    await ingest.send("welding", [reading("A")])
    service.revoke()

    await ingest.send("welding", [reading("B")])

    assert len(service.logins) == 2
    assert [batch["readings"][0]["device_code"] for batch in service.batches] == ["A", "B"]


async def test_a_new_token_that_is_rejected_too_is_a_failure(service: StandIn, ingest: Ingest) -> None:
    await ingest.send("welding", [reading("A")])
    service.revoke()
    refusal = JSONResponse({"detail": "no"}, 401)
    service.failures.extend([refusal, JSONResponse({"access_token": "x", "expires_in": 600}), refusal])

    with pytest.raises(SendFailed, match="401"):
        await ingest.send("welding", [reading("A")])


async def test_a_failure_has_the_wait_that_the_service_asks_for(service: StandIn, ingest: Ingest) -> None:
    service.failures.append(JSONResponse({"detail": "starting"}, 503, headers={"Retry-After": "7"}))

    with pytest.raises(SendFailed, match="503") as failed:
        await ingest.send("welding", [reading("A")])

    assert failed.value.retry_after_seconds == 7


async def test_a_response_that_is_not_json_is_a_failure(service: StandIn, ingest: Ingest) -> None:
    service.failures.append(PlainTextResponse("hello"))

    with pytest.raises(SendFailed, match="not JSON"):
        await ingest.send("welding", [reading("A")])


async def test_an_unreachable_service_is_a_failure() -> None:
    with StandIn.running() as service:
        url = service.url
    async with open_client(url) as http:
        with pytest.raises(SendFailed, match="ConnectError"):
            await Ingest(http, Login("operator", "secret")).send("welding", [reading("A")])


async def test_many_readings_are_sent_in_several_requests_and_rejections_have_the_right_index(
    service: StandIn, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REQUEST_READINGS_MAX", 2)
    service.rejected = {"B", "E"}

    rejections = await ingest.send("welding", [reading(code) for code in "ABCDE"])

    assert [len(batch["readings"]) for batch in service.batches] == [2, 2, 1]
    assert rejections == [Rejection(index, "unregistered-device", "not registered") for index in (1, 4)]


async def test_a_query_renews_a_revoked_token(service: StandIn, ingest: Ingest) -> None:
    first = await ingest.get("/api/v1/board/status", type_code="welding")
    service.revoke()
    second = await ingest.get("/api/v1/board/status", type_code="切割机")

    assert (first, second) == ({"parameters": {"type_code": "welding"}}, {"parameters": {"type_code": "切割机"}})
    assert len(service.logins) == 2
