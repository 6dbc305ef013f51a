"""Clients who follow some devices of a type hold the same rows as the page with the same filter."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arcbeat.domain.catalogue.device_types import Freshness
from arcbeat.domain.devices.devices import DeviceFilter
from arcbeat.domain.errors import InvalidValue, TooManyRequests
from arcbeat.domain.readings.filtering import SnapshotFilter
from arcbeat.domain.readings.latest import LatestPage, PageQuery, ReadingFilter
from arcbeat.pages.device_details import DeviceDetailsCache
from arcbeat.pages.full_snapshots import FullSnapshots
from arcbeat.pages.query_pages import QueryPages
from arcbeat.pages.team_members import TeamMembersCache
from arcbeat.realtime.rooms.feed import Feed
from arcbeat.realtime.rooms.room import FILTERS_MAX
from arcbeat.realtime.rooms.rooms import Rooms
from arcbeat.realtime.rooms.subscriptions import DeltaSubscription, ViewSubscription
from arcbeat.realtime.sampling.row_encoding import encode_snapshot
from arcbeat.realtime.sampling.sample import SampleReader
from arcbeat.realtime.sampling.samplers import Samplers
from tests.support.settling import settle
from tests.support.simulated_plant import NOON, WELDING, Metronome, Observer, SimulatedPlant, shown

PERIOD_SECONDS = 5
CODES, TEAMS, STATES = ("A", "B", "C", "D"), ("one", "two"), ("焊接", "待机")

FILTERS = st.builds(
    lambda team, states, freshness: SnapshotFilter(
        team_name=team, readings=ReadingFilter(states=states, freshness=freshness)
    ),
    st.none() | st.sampled_from(TEAMS),
    st.frozensets(st.sampled_from(STATES), max_size=1),
    st.just(frozenset[Freshness]()) | st.just(frozenset({Freshness.LIVE, Freshness.LATE})),
)
CHANGES = st.lists(
    st.tuples(st.just("report"), st.sampled_from(CODES), st.sampled_from(STATES))
    | st.tuples(st.just("team"), st.sampled_from(CODES), st.sampled_from(TEAMS))
    | st.tuples(st.just("remove"), st.sampled_from(CODES), st.just(""))
    | st.tuples(st.just("register"), st.sampled_from(CODES), st.just(""))
    | st.tuples(st.just("wait"), st.just(""), st.just(""))
    | st.tuples(st.just("skip"), st.just(""), st.just("")),
    max_size=12,
)


class Hall:
    """A plant with one open room, whose ticks a test triggers."""

    def __init__(self) -> None:
        self.plant, self.metronome = SimulatedPlant(), Metronome()
        stores = (self.plant.catalogue, self.plant.directory, self.plant.store, self.plant.clock)
        self.samplers = Samplers(
            SampleReader(*stores),
            self.plant.clock,
            period_seconds=0,
            observer=Observer(),
            ticks_of=self.metronome.ticks,
        )
        teams = TeamMembersCache(self.plant.directory, self.plant.clock, max_age_seconds=PERIOD_SECONDS)
        self.pages = QueryPages(*stores, max_age_seconds=PERIOD_SECONDS)
        self.snapshots = FullSnapshots(self.pages, self.samplers, teams)
        self.details = DeviceDetailsCache(self.plant.directory, self.plant.clock)
        self.rooms = Rooms(self.samplers, self.plant.catalogue, teams, self.details)

    async def tick(self) -> None:
        self.plant.clock.pass_seconds(PERIOD_SECONDS)
        await self.metronome.tick()

    def carry_out(self, change: str, code: str, value: str) -> None:
        directory = self.plant.directory
        if change == "report":
            self.plant.report(code, device_status=value, weld_current=1.0)
        elif change == "team":
            directory.teams[code] = value
        elif change == "remove":
            directory.devices.pop(code, None)
        elif change == "register":
            self.plant.register(code)
        elif change == "wait":
            self.plant.clock.pass_seconds(20)

    async def page(self, where: SnapshotFilter) -> LatestPage:
        query = PageQuery(
            type_code="welding",
            devices=DeviceFilter(team_name=where.team_name),
            readings=where.readings,
            offset=0,
            limit=100,
            max_age_seconds=0,
        )
        return await self.pages.page(query)

    async def aclose(self) -> None:
        await self.rooms.aclose()
        await self.samplers.aclose()


@dataclass
class Client:
    """A client that follows the contract: it applies deltas, and takes the snapshot when a frame requires it."""

    feed: Feed
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    position: tuple[str, int] = ("", 0)

    def __post_init__(self) -> None:
        self.subscription = DeltaSubscription(self.feed)
        self.take_snapshot()

    def take_snapshot(self) -> None:
        content = orjson.loads(encode_snapshot(self.feed.snapshot, b"[]"))
        self.rows = {row["device_code"]: row for row in content["items"]}
        self.position = content["stream_id"], content["seq"]

    def receive(self) -> None:
        frame = self.subscription.next_frame()
        if frame is None:
            return
        body = orjson.loads(frame.body)
        if frame.event != "delta":
            self.take_snapshot()
            return
        assert (body["stream_id"], body["since"]) == self.position
        self._apply(body)

    def _apply(self, delta: dict[str, Any]) -> None:
        for code in delta["removed"]:
            del self.rows[code]
        for code, change in delta["changed"].items():
            row = self.rows.setdefault(code, {"device_code": code, "values": {}})
            values = {**row["values"], **change.get("values", {})}
            row.update(change, values=values)
            # A device that is new to the client comes with its full row.
            assert set(row) == {"device_code", "ts", "freshness", "clock_skew", "values"}
        self.position = delta["stream_id"], delta["seq"]


@settings(max_examples=60)
@given(FILTERS, CHANGES)
def test_a_snapshot_and_its_deltas_lead_to_the_page_with_the_same_filter(
    where: SnapshotFilter, changes: Sequence[tuple[str, str, str]]
) -> None:
    asyncio.run(_follow(where, changes))


async def _follow(where: SnapshotFilter, changes: Sequence[tuple[str, str, str]]) -> None:
    hall = Hall()
    hall.plant.register("A", "B", "C")
    hall.plant.directory.teams.update(A="one", B="two", C="one")
    hall.plant.report("A", device_status="焊接", weld_current=1.0)
    try:
        async with hall.rooms.joined("welding") as room:
            client = Client(await room.feed(where))
            for change, code, value in changes:
                hall.carry_out(change, code, value)
                # Twice, because a change of a team is noticed in the background of the first tick.
                await hall.tick()
                await hall.tick()
                if change == "skip":
                    continue
                client.receive()
                await _check(hall, where, client)
    finally:
        await hall.aclose()


async def _check(hall: Hall, where: SnapshotFilter, client: Client) -> None:
    page = await hall.page(where)
    # Rows are not ordered: a client sorts them, as the page is ordered.
    assert sorted(client.rows) == [row.cached.device_code for row in page.rows]
    for row in page.rows:
        held, latest = client.rows[row.cached.device_code], row.cached.latest
        assert held["freshness"] == row.freshness
        assert held["values"].get("device_status") == (latest.reading.values["device_status"] if latest else None)
    snapshot = await hall.snapshots.newest("welding", where)
    content = orjson.loads((await snapshot.encoded(b"[]")).content)
    assert (content["stream_id"], content["seq"]) == client.position
    assert {each["device_code"]: each for each in content["items"]} == client.rows


@pytest.fixture
async def hall() -> Any:
    made = Hall()
    made.plant.register("A", "B")
    made.plant.directory.teams.update(A="one", B="two")
    made.plant.report("A", device_status="焊接", weld_current=1.0)
    yield made
    await made.aclose()


async def test_a_device_that_leaves_and_enters_the_filter_is_removed_and_then_new(hall: Hall) -> None:
    where = SnapshotFilter(readings=ReadingFilter(states=frozenset({"焊接"})))
    async with hall.rooms.joined("welding") as room:
        subscription = DeltaSubscription(await room.feed(where))
        hall.plant.report("A", device_status="待机", weld_current=2.0)
        await hall.tick()
        left = subscription.next_frame()
        hall.plant.report("A", device_status="焊接", weld_current=3.0)
        await hall.tick()
        entered = subscription.next_frame()

    assert left is not None
    assert entered is not None
    assert (orjson.loads(left.body)["removed"], orjson.loads(left.body)["changed"]) == (["A"], {})
    assert orjson.loads(entered.body)["changed"]["A"]["values"] == {"device_status": "焊接", "weld_current": 3.0}


async def test_a_device_that_joins_the_team_begins_a_new_stream(hall: Hall) -> None:
    async with hall.rooms.joined("welding") as room:
        subscription = DeltaSubscription(await room.feed(SnapshotFilter(team_name="one")))
        hall.plant.directory.teams["B"] = "one"
        await hall.tick()
        await hall.tick()
        frame = subscription.next_frame()

    assert frame is not None
    assert (frame.event, orjson.loads(frame.body)["reason"]) == ("reset", "new-stream")
    assert "team_name=one" in orjson.loads(frame.body)["snapshot_url"]


async def test_clients_with_the_same_filter_share_frames(hall: Hall) -> None:
    where = SnapshotFilter(team_name="one")
    async with hall.rooms.joined("welding") as room:
        first, second = await room.feed(where), await room.feed(where)
        views = [DeltaSubscription(first), DeltaSubscription(second)]
        await hall.tick()

    assert first is second
    assert views[0].next_frame() is views[1].next_frame()


async def test_the_members_of_a_team_are_kept_while_the_master_data_is_unavailable(hall: Hall) -> None:
    async with hall.rooms.joined("welding") as room:
        feed = await room.feed(SnapshotFilter(team_name="one"))
        hall.plant.directory.failure = hall.plant.catalogue.failure = RuntimeError("gone")
        hall.plant.clock.pass_seconds(7_200)
        feed.advance()  # type: ignore[attr-defined] # of a filtered feed
        await settle()

    assert list(feed.snapshot.rows) == ["A"]


async def test_different_filters_are_limited_per_room(hall: Hall) -> None:
    async with hall.rooms.joined("welding") as room:
        feeds = [await room.feed(SnapshotFilter(team_name=f"team {number}")) for number in range(FILTERS_MAX)]
        with pytest.raises(TooManyRequests):
            await room.feed(SnapshotFilter(team_name="one more"))
        feeds.pop()

        assert await room.feed(SnapshotFilter(team_name="one more"))


async def test_a_hidden_state_field_cannot_filter(hall: Hall) -> None:
    hall.plant.change(WELDING, fields=(shown("device_status", hidden=True), shown("weld_current")))
    async with hall.rooms.joined("welding") as room:
        with pytest.raises(InvalidValue):
            await room.feed(SnapshotFilter(readings=ReadingFilter(states=frozenset({"焊接"}))))


async def test_a_view_contains_the_matching_devices_with_their_master_data(hall: Hall) -> None:
    async with hall.rooms.joined("welding") as room:
        await hall.details.read(["A"])
        feed = await room.feed(SnapshotFilter(team_name="one"))
        frame = ViewSubscription(feed, ("B", "A"), hall.details).next_frame()

    assert frame is not None
    [row] = orjson.loads(frame.body)["items"]
    assert (row["device_code"], row["ts"]) == ("A", NOON.isoformat().replace("+00:00", "Z"))
    assert row["device"]["device_name"] == "device A"


async def test_a_view_shows_changed_master_data_without_waiting_for_it(hall: Hall) -> None:
    async with hall.rooms.joined("welding") as room:
        view = ViewSubscription(await room.feed(SnapshotFilter()), ("A",), hall.details)
        unknown = view.next_frame()
        await hall.tick()
        known = view.next_frame()

    assert unknown is not None
    assert known is not None
    assert orjson.loads(unknown.body)["items"][0]["device"] is None
    assert orjson.loads(known.body)["items"][0]["device"]["team_name"] == "one"
