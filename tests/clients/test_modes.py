"""How a subscription of the client in Python closes gaps, with the answers of a server that a test writes down."""

from typing import Any

import pytest
from arcbeat_client.live.modes import Subscription
from arcbeat_client.live.session import Payload, Session

AT_7 = {"stream_id": "s", "seq": 7, "snapshot_url": "/snapshot"}
SNAPSHOT: dict[str, Any] = {"stream_id": "s", "seq": 7, "fields": [], "items": []}
SUBSCRIBE = ("subscribe", {"type_code": "welding", "team_name": "班组一"})
RESYNC = ("resync", {"type_code": "welding", "stream_id": "s", "since": 7})


class Script(Session):
    """Answers requests in their order, and keeps them."""

    def __init__(self, *answers: Payload) -> None:
        self._answers = list(answers)
        self.asked: list[Any] = []

    async def ask(self, event: str, payload: Payload) -> Payload:
        self.asked.append((event, payload))
        return self._answers.pop(0)

    async def fetch(self, path: str) -> Any:
        self.asked.append(path)
        return self._answers.pop(0)


def delta(since: int, seq: int) -> Payload:
    return {"stream_id": "s", "since": since, "seq": seq, "changed": {}, "removed": []}


async def started() -> Subscription:
    subscription = Subscription("welding", {"team_name": "班组一"})
    await subscription.start(Script(AT_7, SNAPSHOT))
    return subscription


async def test_a_gap_is_closed_with_one_delta() -> None:
    script = Script({**AT_7, "seq": 9}, {"delta": delta(7, 9)})

    update = await (await started()).receive(script, "delta", delta(8, 9))

    assert script.asked == [SUBSCRIBE, RESYNC]
    assert update
    assert (update.kind, update.since, update.seq) == ("resync", 7, 9)


async def test_a_gap_that_is_too_large_is_closed_with_the_snapshot() -> None:
    lagging = {**AT_7, "seq": 99, "take_snapshot": True}
    script = Script({**AT_7, "seq": 99}, lagging, {**SNAPSHOT, "seq": 99})

    update = await (await started()).receive(script, "delta", delta(98, 99))

    assert script.asked == [SUBSCRIBE, RESYNC, "/snapshot"]
    assert update
    assert (update.kind, update.seq) == ("snapshot", 99)


@pytest.mark.parametrize("event", ["lagging", "reset"])
async def test_lagging_and_a_new_stream_take_the_snapshot(event: str) -> None:
    script = Script({**SNAPSHOT, "stream_id": "t", "seq": 1})

    update = await (await started()).receive(script, event, {**AT_7, "stream_id": "t"})

    assert script.asked == ["/snapshot"]
    assert update
    assert (update.kind, update.since, update.seq) == ("snapshot", 0, 1)


async def test_other_events_change_nothing() -> None:
    script = Script()

    assert await (await started()).receive(script, "fields", {"type_code": "welding", "fields_version": 2}) is None
    assert script.asked == []
