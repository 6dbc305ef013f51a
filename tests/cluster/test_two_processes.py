"""Two processes and a real redis-server: clients can resync whichever of them is lost."""

import asyncio
from collections.abc import Callable

import pytest

from tests.cluster.conftest import PERIOD_SECONDS, Pair
from tests.cluster.metrics import role
from tests.cluster.own_redis import OwnRedis
from tests.cluster.watcher import Watcher, check_agreement
from tests.faults import requests
from tests.faults.parallel_clients import ParallelClients
from tests.support.serving import Serving
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow
FAULTS = ("unhandled_error", "tick_failed", "listener_failed", "room_failed", "member_failed", "sharing_failed")
TICKS_MAX = 2


async def until_role(serving: Serving, wanted: str) -> None:
    await asyncio.to_thread(eventually, f"it is {wanted}", lambda: role(serving.service) == wanted)


async def together(first: Watcher, second: Watcher) -> None:
    """Wait until both have followed one stream for a while."""
    for each in (first, second):
        await each.more(3)
    await second.until(lambda: second.at.stream_id == first.at.stream_id)


def streams(*watchers: Watcher) -> set[str]:
    return {moment.stream_id for watcher in watchers for moment in watcher.moments}


def check_logs(*servings: Serving) -> None:
    """No unexpected error was logged."""
    assert [event for each in servings for name in FAULTS for event in each.events(name)] == []


async def test_clients_of_both_processes_get_the_same_snapshots(pair: Pair) -> None:
    first, second = pair.watchers()
    async with first.watching(pair.leader), second.watching(pair.follower):
        await together(first, second)
        pages = [each.service.operator.get(requests.PAGE).json() for each in pair.both]

    assert [role(each.service) for each in pair.both] == ["leader", "follower"]
    assert [page["source"] for page in pages] == ["snapshot", "snapshot"]
    assert (first.resets, second.resets) == (1, 1)
    check_agreement(first, second)
    check_logs(*pair.both)


async def test_when_the_leader_is_killed_the_other_takes_over_within_two_ticks(pair: Pair) -> None:
    first, second = pair.watchers()
    async with second.watching(pair.follower):
        async with first.watching(pair.leader):
            await together(first, second)
            pair.leader.kill()
        await second.more(2)
        async with first.watching(pair.follower):
            await first.more(2)

    assert second.longest_wait(PERIOD_SECONDS) <= TICKS_MAX
    assert role(pair.follower.service) == "leader"
    assert len(streams(first, second)) == 1
    assert (first.resets, second.resets) == (1, 1)
    check_agreement(first, second)
    check_logs(*pair.both)


async def test_when_the_leader_is_terminated_no_tick_is_missed(pair: Pair) -> None:
    first, second = pair.watchers()
    async with second.watching(pair.follower):
        async with first.watching(pair.leader):
            await together(first, second)
        pair.leader.terminate()
        assert await asyncio.to_thread(pair.leader.exit_code) == 0
        await second.more(3)

    assert second.longest_wait(PERIOD_SECONDS) == 1
    assert len(streams(first, second)) == 1
    check_logs(*pair.both)


async def test_a_leader_that_was_paused_follows_the_new_leader(pair: Pair) -> None:
    first, second = pair.watchers()
    async with first.watching(pair.leader), second.watching(pair.follower):
        await together(first, second)
        pair.leader.pause()
        await second.more(3)
        await until_role(pair.follower, "leader")
        pair.leader.resume()
        await first.until(lambda: first.at.seq >= second.at.seq)
        await together(first, second)

    assert [role(each.service) for each in pair.both] == ["follower", "leader"]
    assert second.longest_wait(PERIOD_SECONDS) <= TICKS_MAX
    assert second.resets == 1
    check_agreement(first, second)
    check_logs(*pair.both)


@pytest.mark.parametrize(
    ("lose", "bring_back"),
    [(OwnRedis.kill, OwnRedis.start), (OwnRedis.pause, OwnRedis.resume)],
    ids=["killed", "paused"],
)
async def test_without_redis_each_process_samples_alone_and_with_it_one_leads_again(
    pair: Pair, lose: Callable[[OwnRedis], None], bring_back: Callable[[OwnRedis], None]
) -> None:
    first, second = pair.watchers()
    clients = [ParallelClients(each.service.url, each.service.operator.headers["Authorization"]) for each in pair.both]
    async with first.watching(pair.leader), second.watching(pair.follower):
        await together(first, second)
        with clients[0].sending(requests.get_page), clients[1].sending(requests.get_page):
            shared = first.at.stream_id
            lose(pair.redis)
            for serving, watcher in zip(pair.both, (first, second), strict=True):
                await until_role(serving, "alone")
                await watcher.more(2)
            alone = {first.at.stream_id, second.at.stream_id}
            bring_back(pair.redis)
            await asyncio.to_thread(
                eventually,
                "one samples and one follows",
                lambda: {role(each.service) for each in pair.both} == {"leader", "follower"},
            )
            await together(first, second)

    assert len(alone | {shared}) == 3
    assert [each.longest_wait(PERIOD_SECONDS) <= TICKS_MAX for each in (first, second)] == [True, True]
    assert first.at.stream_id in alone
    assert (first.resets, second.resets) in {(2, 3), (3, 2)}
    assert {answer.status_code for each in clients for answer in each.responses()} == {200}
    check_agreement(first, second)
    check_logs(*pair.both)
    assert [len(each.events("frames_not_shared")) + len(each.events("role_changed")) <= 5 for each in pair.both] == [
        True,
        True,
    ]


async def test_a_process_that_starts_later_follows_the_others(pair: Pair) -> None:
    first, late = pair.watchers()
    async with first.watching(pair.leader):
        await first.more(3)
        async with late.watching(pair.start()):
            await together(first, late)

    assert len(streams(first, late)) == 1
    assert late.moments[0].seq > 1
    check_agreement(first, late)
