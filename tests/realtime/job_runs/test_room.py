"""Tests of the room in which runs are followed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from arcbeat.domain.errors import StoreUnavailable
from arcbeat.domain.jobs.ports import RunProgress
from arcbeat.domain.jobs.runs import RowCounts, Run, RunState
from arcbeat.realtime.job_runs.room import CHANGES_MAX, JobNames, RunRoom, RunSubscription
from tests.support.fakes import FakeRunWatch
from tests.support.runs import T0, run_of
from tests.support.settling import settle

ALL: JobNames = frozenset()
PATIENCE_SECONDS = 20.0


class Client:
    """A member of a room that takes its frames when the test asks for them."""

    def __init__(self, room: RunRoom, jobs: JobNames = ALL) -> None:
        self.subscription = RunSubscription(room, jobs)
        self.notified = asyncio.Event()
        room.members.add(self)

    async def notify(self) -> None:
        self.notified.set()

    def take(self) -> Any:
        """Return the body of the next frame; None if there is none."""
        frame = self.subscription.next_frame()
        return frame and orjson.loads(frame.body)


@pytest.fixture
def watch() -> FakeRunWatch:
    watch = FakeRunWatch()
    watch.put(RunProgress(run_of(1, RunState.SUCCEEDED)))
    watch.put(RunProgress(run_of(2)))
    return watch


@pytest.fixture
async def room(watch: FakeRunWatch) -> AsyncIterator[RunRoom]:
    room = RunRoom(watch)
    yield room
    await room.aclose()


async def changed(watch: FakeRunWatch, client: Client, *runs: Run, waits: bool = False) -> None:
    """Change runs, and wait until the client is notified."""
    client.notified.clear()
    for run in runs:
        watch.put(RunProgress(run, T0 + timedelta(seconds=5) if waits else None))
    watch.notify()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await client.notified.wait()


async def test_the_state_of_a_room_has_the_runs_that_have_not_ended(watch: FakeRunWatch, room: RunRoom) -> None:
    watch.put(RunProgress(run_of(3, RunState.QUEUED, job_name="other")))
    async with room.joined():
        everything, some = orjson.loads(room.state(ALL)), orjson.loads(room.state(frozenset({"other"})))

    assert [(each["id"], each["phase"]) for each in everything] == [(2, "attempt"), (3, "queued")]
    assert [each["id"] for each in some] == [3]


async def test_a_client_is_sent_what_changed_since_its_last_frame(watch: FakeRunWatch, room: RunRoom) -> None:
    async with room.joined():
        client = Client(room)
    assert client.take() is None

    await changed(watch, client, run_of(2, attempts=1), waits=True)
    waiting = client.take()
    await changed(watch, client, run_of(2, attempts=2))
    await changed(watch, client, run_of(2, RunState.SUCCEEDED, attempts=2), run_of(3, RunState.QUEUED))
    ended = client.take()

    assert [(each["id"], each["phase"], each["waits_until"]) for each in waiting["items"]] == [
        (2, "wait", "2026-03-02T08:00:05Z")
    ]
    assert [(each["id"], each["phase"], each["attempts"]) for each in ended["items"]] == [
        (2, "ended", 2),
        (3, "queued", 0),
    ]
    assert (waiting["missed"], ended["missed"]) == (False, False)
    assert client.take() is None


async def test_a_client_is_sent_the_runs_of_its_jobs_only(watch: FakeRunWatch, room: RunRoom) -> None:
    async with room.joined():
        client = Client(room, frozenset({"other"}))

    await changed(watch, client, run_of(2, attempts=1), run_of(3, job_name="other"))
    first = client.take()
    await changed(watch, client, run_of(2, attempts=2))

    assert [each["id"] for each in first["items"]] == [3]
    assert client.take() is None


async def test_a_client_sees_the_rows_of_a_run_while_it_goes_on(watch: FakeRunWatch, room: RunRoom) -> None:
    async with room.joined():
        client = Client(room)

    await changed(watch, client, run_of(2, rows=RowCounts(read=250, written=249, skipped=1)))

    [found] = client.take()["items"]
    assert (found["phase"], found["rows_read"], found["rows_written"], found["rows_skipped"]) == (
        "attempt",
        250,
        249,
        1,
    )


async def test_a_renewed_lease_is_no_change(watch: FakeRunWatch, room: RunRoom) -> None:
    async with room.joined():
        client = Client(room)

    await changed(watch, client, run_of(2, lease_until=T0, fence=7), run_of(3))

    assert [each["id"] for each in client.take()["items"]] == [3]


async def test_a_client_that_read_nothing_for_too_long_learns_that_it_missed_changes(
    watch: FakeRunWatch, room: RunRoom
) -> None:
    async with room.joined():
        client = Client(room)

    await changed(watch, client, *(run_of(2 + number) for number in range(1, CHANGES_MAX + 2)))
    frame = client.take()

    assert frame["missed"]
    assert len(frame["items"]) == CHANGES_MAX + 3  # all runs that are known
    assert client.take() is None


async def test_clients_at_the_same_position_are_sent_the_same_frame(watch: FakeRunWatch, room: RunRoom) -> None:
    async with room.joined():
        clients = [Client(room), Client(room)]

    await changed(watch, clients[0], run_of(2, attempts=1))

    first, second = (each.subscription.next_frame() for each in clients)
    assert first is second


async def test_the_runs_are_read_only_while_there_are_members(watch: FakeRunWatch, room: RunRoom) -> None:
    async with room.joined():
        first, second = Client(room), Client(room)
    await changed(watch, first, run_of(3))
    listeners = watch.listeners
    room.leave(first)
    room.leave(second)
    await room.aclose()

    assert (listeners, watch.listeners) == (1, 0)
    async with room.joined():
        again = Client(room)
    await changed(watch, again, run_of(4))
    assert [each["id"] for each in again.take()["items"]] == [4]


async def test_a_client_cannot_join_while_the_runs_are_unreadable(watch: FakeRunWatch, room: RunRoom) -> None:
    watch.is_unavailable = True
    with pytest.raises(StoreUnavailable):
        async with room.joined():
            pass
    watch.is_unavailable = False

    async with room.joined():
        assert [each["id"] for each in orjson.loads(room.state(ALL))] == [2]


async def test_what_changed_during_an_outage_is_sent_after_it(watch: FakeRunWatch, room: RunRoom) -> None:
    async with room.joined():
        client = Client(room)
    watch.is_unavailable = True
    watch.put(RunProgress(run_of(2, attempts=2)))
    watch.notify()
    await settle()
    watch.is_unavailable = False

    await changed(watch, client, run_of(3))

    assert [each["id"] for each in client.take()["items"]] == [2, 3]


async def test_the_failure_of_one_member_keeps_no_frame_from_the_others(watch: FakeRunWatch, room: RunRoom) -> None:
    class Failing:
        async def notify(self) -> None:
            raise RuntimeError

    async with room.joined():
        room.members.add(Failing())
        client = Client(room)

    await changed(watch, client, run_of(3))

    assert [each["id"] for each in client.take()["items"]] == [3]
