"""Long polling as the protocol of Engine.IO describes it, with raw HTTP requests."""

import asyncio
import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from arcbeat.realtime.rooms.limits import MESSAGE_BYTES_MAX
from arcbeat.realtime.socketio.polling import PACKETS_MAX
from tests.realtime.support.served import ServedPlant
from tests.realtime.support.slow import JOIN, PONG, SEPARATOR, SOCKET_IO, SUBSCRIBE, Poller, content, websocket

CLOSE = "1"
UNSUBSCRIBE = '42/realtime,{}["unsubscribe",{{"type_code":"cutting"}}]'


@pytest.fixture
async def plant() -> AsyncIterator[ServedPlant]:
    async with ServedPlant.running() as running:
        running.report("C1", power_kw=1.5)
        yield running


async def chunks(*parts: bytes, then: asyncio.Event | None = None) -> AsyncIterator[bytes]:
    """Yield the chunks of a body, the last one only after the event is set."""
    for part in parts[:-1]:
        yield part
    if then is not None:
        await then.wait()
    yield parts[-1]


async def test_the_packets_of_a_chunked_request_are_handled(plant: ServedPlant) -> None:
    async with Poller.opened(plant) as client:
        answer = await client.send(
            chunks(JOIN[:9].encode(), JOIN[9:].encode() + SEPARATOR.encode(), SUBSCRIBE.encode())
        )
        joined, subscribed, *_ = await client.poll()

    assert (answer.status_code, answer.text) == (200, "ok")
    assert joined.startswith('40/realtime,{"sid":')
    assert content(subscribed)[0]["seq"] == 1


async def test_a_chunked_request_above_the_size_limit_closes_the_session(plant: ServedPlant) -> None:
    async with Poller.opened(plant) as client:
        answer = await client.send(chunks(*[b"4" + b"x" * 1023] * (MESSAGE_BYTES_MAX // 1024), b"x"))

        assert answer.status_code == 413
        assert (await client.get()).status_code == 400


@pytest.mark.parametrize("closed_by", ["it never existed", "the client", "the server"])
async def test_a_request_of_a_session_that_does_not_exist_gets_400(
    plant: ServedPlant, closed_by: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Poller.opened(plant) as client:
        if closed_by == "the client":
            assert (await client.send(CLOSE)).status_code == 200
        elif closed_by == "the server":
            await plant.socket_io._engine.abort(client.sid)
        else:
            client = Poller(plant, client.http, "no-such-session")
        answers = [await client.send(PONG), await client.get(), await client.send(PONG)]
        with pytest.raises((InvalidStatus, ConnectionError)):
            async with client.websocket():
                pass

    assert [answer.status_code for answer in answers] == [400, 400, 400]
    errors = [record for record in caplog.records if record.levelno >= logging.WARNING and record.exc_info]
    assert errors == []


async def test_many_packets_in_one_request_are_handled(plant: ServedPlant) -> None:
    async with Poller.opened(plant) as client:
        packets = [JOIN, *(UNSUBSCRIBE.format(number) for number in range(1, 19)), *[PONG] * (PACKETS_MAX - 19)]
        assert len(packets) >= 40
        answer = await client.send(SEPARATOR.join(packets))
        acks = (await client.poll())[1:]

    assert answer.status_code == 200
    assert [ack[: ack.index("[")] for ack in acks] == [f"43/realtime,{number}" for number in range(1, 19)]


async def test_more_packets_in_one_request_close_the_session(plant: ServedPlant) -> None:
    async with Poller.subscribed(plant) as client:
        answer = await client.send(SEPARATOR.join([PONG] * (PACKETS_MAX + 1)))

        assert (answer.status_code, answer.text) == (
            400,
            "not Engine.IO packets: at most 64 of type close, pong or message",
        )
        assert (await client.get()).status_code == 400
    assert await plant.closed() == "malformed"


@pytest.mark.parametrize("query", ["EIO=4", "EIO=4&transport=", "EIO=4&transport=smoke", "EIO=4&transport=websocket"])
async def test_a_request_without_a_known_transport_gets_400(plant: ServedPlant, query: str) -> None:
    async with httpx.AsyncClient(base_url=plant.url, trust_env=False) as http:
        assert (await http.get(f"/socket.io/?{query}")).status_code == 400
        assert (await http.post(f"/socket.io/?{query}", content=PONG)).status_code == 400

    assert len(plant.socket_io._engine) == 0


@pytest.mark.parametrize(
    "query", ["EIO=4", "EIO=4&transport=polling", "transport=websocket", "EIO=3&transport=websocket"]
)
async def test_a_websocket_with_invalid_parameters_is_rejected(plant: ServedPlant, query: str) -> None:
    with pytest.raises(InvalidStatus):
        async with websocket(plant, f"/socket.io/?{query}"):
            pass

    assert len(plant.socket_io._engine) == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD"])
async def test_other_methods_get_400(plant: ServedPlant, method: str) -> None:
    async with Poller.opened(plant) as client:
        for query in ("", f"&sid={client.sid}"):
            assert (await client.http.request(method, f"{SOCKET_IO}polling{query}")).status_code == 400


async def test_a_second_poll_closes_the_session(plant: ServedPlant) -> None:
    async with Poller.opened(plant) as client:
        polls = [asyncio.create_task(client.get()) for _ in range(2)]
        answers = [await poll for poll in polls]
        after = await client.get()

    assert {answer.status_code: answer.text for answer in answers}[200] == CLOSE
    assert sorted([*(answer.status_code for answer in answers), after.status_code]) == [200, 400, 400]


async def test_an_admitted_client_gets_the_reason_when_a_second_poll_closes_its_session(plant: ServedPlant) -> None:
    async with Poller.subscribed(plant) as client:
        polls = [asyncio.create_task(client.get()) for _ in range(2)]
        answers = {answer.status_code: answer.text for answer in [await poll for poll in polls]}

        closing, left, close = answers[200].split(SEPARATOR)
        assert content(closing)[1]["reason"] == "malformed"
        assert (left, close) == ("41/realtime,", CLOSE)
        assert (await client.get()).status_code == 400
    assert await plant.closed() == "malformed"


async def test_a_second_post_closes_the_session(plant: ServedPlant) -> None:
    async with Poller.opened(plant) as client:
        second_is_answered = asyncio.Event()
        first = asyncio.create_task(client.send(chunks(JOIN.encode(), b"", then=second_is_answered)))
        while not plant.socket_io._engine._sessions[client.sid].is_posting:  # noqa: ASYNC110 -- there is no event for it
            await asyncio.sleep(0)
        second = await client.send(PONG)
        second_is_answered.set()

        assert (second.status_code, (await first).status_code) == (400, 400)
        assert (await client.get()).status_code == 400
    assert len(plant.connections) == 0


async def test_a_client_may_post_while_it_polls(plant: ServedPlant) -> None:
    async with Poller.subscribed(plant) as client:
        poll = asyncio.create_task(client.poll())
        answers = [await client.send(PONG), await client.send(UNSUBSCRIBE.format(7))]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert await poll == ['43/realtime,7[{"type_code":"cutting"}]']


async def test_a_page_of_another_origin_can_read_why_its_request_was_rejected(plant: ServedPlant) -> None:
    origin = {"Origin": "https://pages.example"}
    async with httpx.AsyncClient(base_url=plant.url, trust_env=False, headers=origin) as http:
        answers = [
            await http.post(f"{SOCKET_IO}polling&sid=unknown", content=PONG),
            await http.get("/socket.io/?EIO=4"),
            await http.get(f"{SOCKET_IO}polling"),
        ]

    assert [answer.status_code for answer in answers] == [400, 400, 200]
    assert {answer.headers["access-control-allow-origin"] for answer in answers} == {"https://pages.example"}
