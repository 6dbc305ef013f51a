"""The frames that bring a client from its position to the position of its room."""

from collections.abc import Iterator
from contextlib import contextmanager

import orjson
import pytest

from arcbeat.domain.errors import UnknownDeviceType
from arcbeat.pages.team_members import TeamMembersCache
from arcbeat.realtime.rooms.feed import CHANGES_AHEAD_MIN, JOINED_BYTES_MAX, StreamPosition
from arcbeat.realtime.rooms.room import Room
from arcbeat.realtime.rooms.subscriptions import DeltaSubscription, ViewSubscription
from arcbeat.realtime.sampling.sample import SampleReader
from arcbeat.realtime.sampling.sampler import Sampler
from tests.support.simulated_plant import TICK, WELDING, Observer, SimulatedPlant

LONG_TEXT = "x" * (JOINED_BYTES_MAX // 4)


class SampledRoom:
    """A room, and a sampler whose ticks a test triggers."""

    def __init__(self) -> None:
        self.plant = SimulatedPlant()
        self.plant.register("A", "B")
        sampling = SampleReader(self.plant.catalogue, self.plant.directory, self.plant.store, self.plant.clock)
        self.sampler = Sampler(
            "welding",
            sampling,
            self.plant.clock,
            period_seconds=5,
            publish=lambda *_: self.room.wake(),
            observer=Observer(),
        )
        teams = TeamMembersCache(self.plant.directory, self.plant.clock, max_age_seconds=1)
        self.room = Room("welding", self._watch, teams)

    @contextmanager
    def _watch(self, _: str) -> Iterator[Sampler]:
        yield self.sampler

    async def tick(self, *, device_status: str) -> StreamPosition:
        self.plant.clock.pass_seconds(1)
        self.plant.report("A", WELDING, device_status=device_status)
        await self.sampler.tick(TICK)
        return self.room.position


@pytest.fixture
async def sampled() -> SampledRoom:
    made = SampledRoom()
    await made.tick(device_status="焊接")
    return made


async def test_members_at_one_position_share_a_frame_until_the_next_tick(
    sampled: SampledRoom,
) -> None:
    before = sampled.room.position
    await sampled.tick(device_status="待机")
    first, second = sampled.room.frame_since(before), sampled.room.frame_since(before)
    await sampled.tick(device_status="报警")

    assert first is second
    assert sampled.room.frame_since(before) is not first


async def test_a_subscription_sends_each_change_once(sampled: SampledRoom) -> None:
    subscription = DeltaSubscription(sampled.room)
    nothing = subscription.next_frame()
    await sampled.tick(device_status="待机")
    frame, again = subscription.next_frame(), subscription.next_frame()

    assert (nothing, again) == (None, None)
    assert frame is not None
    assert orjson.loads(frame.body)["changed"]["A"]["values"] == {"device_status": "待机"}


async def test_a_long_delta_is_sent_for_one_tick_but_not_for_several(
    sampled: SampledRoom,
) -> None:
    subscription = DeltaSubscription(sampled.room)
    await sampled.tick(device_status=LONG_TEXT * 5)
    one = subscription.next_frame()
    before = sampled.room.position
    await sampled.tick(device_status=LONG_TEXT * 6)
    await sampled.tick(device_status=LONG_TEXT * 7)
    several = sampled.room.frame_since(before)

    assert one is not None
    assert (one.event, len(one.body) > JOINED_BYTES_MAX) == ("delta", True)
    assert (several.event, orjson.loads(several.body)["take_snapshot"]) == ("lagging", True)


async def test_a_client_of_another_stream_is_reset(sampled: SampledRoom) -> None:
    frame = sampled.room.frame_since(StreamPosition("another", 1))

    assert (frame.event, orjson.loads(frame.body)["reason"]) == ("reset", "new-stream")


async def test_a_view_sends_each_snapshot_once(sampled: SampledRoom) -> None:
    view = ViewSubscription(sampled.room, ("B", "A"))
    frame, again = view.next_frame(), view.next_frame()

    assert frame is not None
    assert [row["device_code"] for row in orjson.loads(frame.body)["items"]] == ["B", "A"]
    assert again is None


async def test_a_client_cannot_join_a_room_whose_sampler_has_ended(sampled: SampledRoom) -> None:
    sampled.plant.catalogue.types.clear()
    await sampled.sampler.tick(TICK)
    await sampled.sampler.aclose()

    with pytest.raises(UnknownDeviceType):
        await sampled.room.wait_until_ready()


async def test_a_room_matches_the_code_and_the_aliases_of_its_device_type(sampled: SampledRoom) -> None:
    assert [sampled.room.matches(code) for code in ("welding", "焊机", "cutting")] == [True, True, False]


async def test_a_delta_with_very_many_changes_is_made_before_members_ask_for_it_if_they_did_before(
    sampled: SampledRoom,
) -> None:
    sampled.plant.register(*(f"M{number}" for number in range(CHANGES_AHEAD_MIN)))
    before = await sampled.tick(device_status="待机")
    sampled.room.frame_since(before)
    for code in sampled.plant.directory.devices:
        sampled.plant.report(code, weld_current=1.0)
    await sampled.tick(device_status="焊接")
    made_when_asked = sampled.room.frame_since(before)

    sampled.room.wake()
    await sampled.room.encode_ahead()

    assert sampled.room.cached_frame(before, lambda: made_when_asked) is not made_when_asked
    assert sampled.room.frame_since(before).body == made_when_asked.body
