"""Pages from the newest snapshot, and when they are read from the stores instead."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
import pytest_asyncio

from arcbeat.domain.catalogue.device_types import DeviceType, Freshness
from arcbeat.domain.catalogue.welding import STATIC_FIELDS
from arcbeat.domain.devices.devices import DeviceFilter
from arcbeat.domain.errors import StoreObjectMissing, StoreUnavailable, UnknownDevice, UnknownDeviceType
from arcbeat.domain.readings.latest import LatestPage, PageQuery, ReadingFilter, Source
from arcbeat.domain.readings.sharing import SharedState
from arcbeat.domain.readings.snapshots import delta_between
from arcbeat.domain.schema.columns import ColumnType
from arcbeat.pages.encoded_pages import CACHED_ROWS_MAX
from arcbeat.pages.query_pages import QueryPages
from arcbeat.pages.snapshot_pages import SnapshotPages
from arcbeat.realtime.sampling.sample import SampleReader
from arcbeat.realtime.sampling.samplers import Samplers
from tests.support.settling import settle
from tests.support.simulated_plant import CUTTING, NOON, WELDING, Metronome, Observer, SimulatedPlant, shown, type_of

PERIOD_SECONDS = 5
NEVER = ReadingFilter(freshness=frozenset({Freshness.NEVER}))


@dataclass
class Office:
    """Pages of a plant, with ticks that a test triggers."""

    pages: SnapshotPages
    plant: SimulatedPlant
    samplers: Samplers
    metronome: Metronome

    async def page(self, type_code: str = "welding", *, page: int = 1, size: int = 10, **parameters: Any) -> LatestPage:
        where = DeviceFilter(keyword=parameters.pop("keyword", None), team_name=parameters.pop("team_name", None))
        query = PageQuery(type_code=type_code, devices=where, offset=(page - 1) * size, limit=size, **parameters)
        return await self.pages.page(query)

    async def one(self, device_code: str, max_age_seconds: float | None = None) -> LatestPage:
        return await self.pages.one(device_code, max_age_seconds=max_age_seconds)

    async def tick(self, seconds: float = PERIOD_SECONDS) -> None:
        self.plant.clock.pass_seconds(seconds)
        await self.metronome.tick()

    async def sample_welding(self) -> None:
        """Sample the type welding, and wait for its first snapshot."""
        sampler = self.samplers.request("welding")
        assert sampler is not None
        await sampler.wait_for_snapshot()

    def fail(self, failure: Exception | None) -> None:
        """Let all stores fail, or none."""
        for store in (self.plant.catalogue, self.plant.directory, self.plant.store):
            store.failure = failure


def open_office(plant: SimulatedPlant, *, samplers_max: int = 10) -> Office:
    metronome = Metronome()
    stores = (plant.catalogue, plant.directory, plant.store, plant.clock)
    pages = QueryPages(*stores, max_age_seconds=PERIOD_SECONDS)
    # period_seconds=0: a tick does not wait for a store that hangs
    samplers = Samplers(
        SampleReader(*stores),
        plant.clock,
        period_seconds=0,
        observer=Observer(),
        ticks_of=metronome.ticks,
        samplers_max=samplers_max,
    )
    return Office(
        SnapshotPages(pages, samplers, plant.clock, period_seconds=PERIOD_SECONDS), plant, samplers, metronome
    )


@pytest.fixture
def plant() -> SimulatedPlant:
    plant = SimulatedPlant()
    plant.register("W1", "W2", "W3", "W4", "W5")
    plant.register("C1", device_type=CUTTING)
    plant.directory.teams.update(W1="one", W2="two", W3="one")
    plant.report("W1", device_status="焊接", weld_current=1.0)
    plant.report("W2", device_status="待机", weld_current=2.0)
    plant.report("W3", device_status="焊接", weld_current=3.0)
    plant.report("C1", CUTTING, device_status="切割")
    return plant


@pytest_asyncio.fixture
async def office(plant: SimulatedPlant) -> AsyncIterator[Office]:
    office = open_office(plant)
    yield office
    await office.samplers.aclose()


def codes(page: LatestPage) -> list[str]:
    return [row.cached.device_code for row in page.rows]


async def test_the_first_page_is_read_from_the_stores_and_starts_sampling(office: Office) -> None:
    first = await office.page()
    await settle()
    second = await office.page()

    assert (first.source, first.version) == (Source.QUERY, None)
    assert (second.source, codes(second), second.total) == (Source.SNAPSHOT, codes(first), first.total)


async def test_a_page_of_a_sampled_type_without_filters_needs_no_query(office: Office) -> None:
    await office.sample_welding()
    before = office.plant.query_count
    office.plant.clock.pass_seconds(PERIOD_SECONDS)

    pages = [await office.page(page=number, size=2) for number in (1, 2, 3, 4)]
    by_alias, one = await office.page("焊机"), await office.one("W2")

    assert [codes(page) for page in pages] == [["W1", "W2"], ["W3", "W4"], ["W5"], []]
    assert {page.total for page in pages} == {5}
    assert (codes(by_alias), codes(one), one.total) == (["W1", "W2", "W3", "W4", "W5"], ["W2"], 1)
    assert {page.sampled_at for page in (*pages, by_alias, one)} == {NOON}
    assert office.plant.query_count == before


async def test_every_request_keeps_the_type_sampled(office: Office) -> None:
    await office.sample_welding()
    reads = (
        partial(office.page),
        partial(office.one, "W1"),
        partial(office.page, keyword="W"),
        partial(office.page, "焊机"),
    )
    for read in reads:
        await office.tick(50)
        await read()
    await office.tick(50)

    assert office.samplers.find("welding") is not None


async def test_a_filtered_page_has_devices_from_master_data_and_rows_from_the_snapshot(
    office: Office,
) -> None:
    await office.sample_welding()
    readings = len(office.plant.store.queries)

    team, keyword = await office.page(team_name="one"), await office.page(keyword="5")

    assert (codes(team), team.total, team.source) == (["W1", "W3"], 2, Source.SNAPSHOT)
    assert (codes(keyword), keyword.rows[0].freshness) == (["W5"], Freshness.NEVER)
    assert len(office.plant.store.queries) == readings


async def test_a_device_that_is_not_in_the_snapshot_yet_is_read_from_the_stores(office: Office) -> None:
    await office.sample_welding()
    office.plant.register("W6")
    office.plant.report("W6", weld_current=6.0)

    narrowed, one = await office.page(keyword="W6"), await office.one("W6")

    assert [(codes(page), page.source) for page in (narrowed, one)] == [(["W6"], Source.QUERY)] * 2
    assert one.rows[0].cached.latest is not None


@pytest.mark.parametrize("is_sampled", [True, False])
@pytest.mark.parametrize(
    ("parameters", "expected", "total"),
    [
        ({"readings": ReadingFilter(states=frozenset({"焊接"}))}, ["W1", "W3"], 2),
        ({"readings": ReadingFilter(states=frozenset({"焊接", "待机"}))}, ["W1", "W2", "W3"], 3),
        ({"readings": ReadingFilter(states=frozenset({"关机"}))}, [], 0),
        ({"readings": NEVER}, ["W4", "W5"], 2),
        ({"readings": NEVER, "page": 2, "size": 1}, ["W5"], 2),
        ({"readings": NEVER, "keyword": "5"}, ["W5"], 1),
        ({"readings": ReadingFilter(states=frozenset({"焊接"}), freshness=frozenset({Freshness.NEVER}))}, [], 0),
        ({"readings": ReadingFilter(states=frozenset({"焊接"})), "team_name": "one", "page": 2, "size": 1}, ["W3"], 2),
    ],
)
async def test_rows_are_filtered_by_state_and_freshness(
    office: Office, is_sampled: bool, parameters: dict[str, Any], expected: list[str], total: int
) -> None:
    if is_sampled:
        await office.sample_welding()

    page = await office.page(**parameters)

    assert (codes(page), page.total) == (expected, total)
    assert page.source is (Source.SNAPSHOT if is_sampled else Source.QUERY)


async def test_the_state_is_in_the_field_that_the_type_names(office: Office) -> None:
    office.plant.change(CUTTING, state_field="mode")
    office.plant.report("C1", CUTTING, device_status="切割", mode=3)

    found = [
        codes(await office.page("cutting", readings=ReadingFilter(states=frozenset({state}))))
        for state in ("3", "切割")
    ]

    assert found == [["C1"], []]


async def test_max_age_0_reads_from_the_stores(office: Office) -> None:
    await office.sample_welding()
    office.plant.report("W1", weld_current=9.0)

    page, one = await office.page(max_age_seconds=0), await office.one("W1", max_age_seconds=0)

    for each in (page, one):
        assert each.source is Source.QUERY
        assert each.rows[0].cached.latest is not None
        assert each.rows[0].cached.latest.reading.values == {"weld_current": 9.0}


async def test_a_max_age_below_that_of_the_snapshot_reads_from_the_stores(office: Office) -> None:
    await office.sample_welding()
    office.plant.clock.pass_seconds(3)

    sources = [(await office.page(max_age_seconds=seconds)).source for seconds in (3.1, 3, 1)]

    assert sources == [Source.SNAPSHOT, Source.QUERY, Source.QUERY]


@pytest.mark.parametrize("parameters", [{}, {"keyword": "W"}, {"team_name": "one", "readings": NEVER}])
async def test_a_snapshot_older_than_max_age_is_returned_while_the_stores_are_unavailable(
    office: Office, parameters: dict[str, Any]
) -> None:
    await office.sample_welding()
    await office.page(**parameters)
    office.plant.clock.pass_seconds(3)
    office.fail(StoreUnavailable())

    page = await office.page(max_age_seconds=1, **parameters)

    assert (page.source, page.sampled_at, page.version) == (Source.MEMORY, NOON, None)
    with pytest.raises(StoreUnavailable):
        await office.page(max_age_seconds=0, **parameters)


async def test_while_a_store_is_unavailable_pages_keep_their_sampled_at(office: Office) -> None:
    await office.sample_welding()
    office.fail(StoreUnavailable())
    for _ in range(4):
        await office.tick()

    page, one, narrowed = await office.page(), await office.one("W1"), await office.page(readings=NEVER)

    assert {(each.source, each.sampled_at) for each in (page, one, narrowed)} == {(Source.MEMORY, NOON)}
    assert page.rows[0].freshness is Freshness.LATE


async def test_a_snapshot_older_than_the_limit_is_not_used(office: Office) -> None:
    await office.sample_welding()
    office.fail(StoreUnavailable())
    for _ in range(74):
        await office.page()
        await office.tick(49)

    with pytest.raises(StoreUnavailable):
        await office.page()


async def test_a_page_with_an_outdated_device_list_has_source_memory(office: Office) -> None:
    await office.sample_welding()
    await office.page(team_name="one")
    office.plant.directory.failure = StoreUnavailable()
    office.plant.clock.pass_seconds(PERIOD_SECONDS)

    page = await office.page(team_name="one")

    assert (page.source, codes(page)) == (Source.MEMORY, ["W1", "W3"])


async def test_a_permanent_error_of_the_store_is_raised(office: Office) -> None:
    await office.sample_welding()
    office.plant.store.failure = StoreObjectMissing()
    await office.tick()

    with pytest.raises(StoreObjectMissing):
        await office.page()


async def test_the_snapshot_of_a_sampler_that_hangs_is_not_used(office: Office) -> None:
    await office.sample_welding()
    sources = []
    for _ in range(2):
        sources.append((await office.page()).source)
        office.plant.clock.pass_seconds(PERIOD_SECONDS)
    sources.append((await office.page()).source)

    assert sources == [Source.SNAPSHOT, Source.SNAPSHOT, Source.QUERY]


async def test_a_change_of_the_catalogue_takes_effect_at_once(office: Office) -> None:
    await office.sample_welding()
    office.plant.change(WELDING, fields=WELDING.fields[:1], fields_version=2)
    office.pages.expire_types()

    page = await office.page()
    await office.tick()
    sampled = await office.page()

    assert (page.source, page.device_type.fields_version) == (Source.QUERY, 2)
    assert (sampled.source, sampled.device_type.fields_version) == (Source.SNAPSHOT, 2)


async def test_a_retired_type_has_no_page(office: Office) -> None:
    await office.sample_welding()
    office.plant.change(WELDING, enabled=False)
    office.pages.expire_types()

    with pytest.raises(UnknownDeviceType):
        await office.page()
    await office.tick()
    assert office.samplers.find("welding") is None


async def test_after_a_change_of_the_catalogue_the_snapshot_is_used_only_while_a_store_is_unavailable(
    office: Office,
) -> None:
    await office.sample_welding()
    office.pages.expire_types()
    office.plant.store.failure = StoreUnavailable()

    assert (await office.page()).source is Source.MEMORY


async def test_unknown_devices_and_types_are_rejected_while_another_type_is_sampled(office: Office) -> None:
    await office.sample_welding()

    with pytest.raises(UnknownDevice):
        await office.one("W9")
    with pytest.raises(UnknownDeviceType):
        await office.page("milling")
    assert office.samplers.find("milling") is None


async def test_a_page_has_one_version_per_tick(office: Office) -> None:
    await office.sample_welding()
    before = [await office.page(page=number, size=2) for number in (1, 1, 2)]
    await office.tick()
    after = await office.page(size=2)

    assert before[0] is before[1]
    assert before[0].version is not None
    assert len({page.version for page in before}) == 1, "the handler adds the query to the version"
    assert after.version not in {None, before[0].version}


async def test_the_version_of_a_filtered_page_changes_with_its_devices(office: Office) -> None:
    await office.sample_welding()
    first = await office.page(team_name="one")
    same = await office.page(team_name="one")
    office.plant.directory.teams["W2"] = "one"
    office.plant.clock.pass_seconds(PERIOD_SECONDS)
    other = await office.page(team_name="one")

    assert codes(other) == ["W1", "W2", "W3"]
    assert first.version == same.version != other.version


async def test_a_page_may_have_more_rows_than_the_cache(office: Office) -> None:
    office.plant.register(*(f"X{number:05}" for number in range(CACHED_ROWS_MAX)))
    await office.sample_welding()

    page = await office.page(size=2 * CACHED_ROWS_MAX)

    assert (page.source, len(page.rows)) == (Source.SNAPSHOT, CACHED_ROWS_MAX + 5)


async def test_freshness_is_that_of_the_tick(office: Office) -> None:
    await office.sample_welding()
    office.plant.report("W2", ts=NOON, weld_current=2.5)
    await office.tick(4)
    await office.page()
    office.plant.clock.pass_seconds(PERIOD_SECONDS + 4)
    await office.metronome.tick()
    before = (await office.page()).rows[0].freshness
    await office.tick()
    after = (await office.page()).rows[0].freshness

    assert (before, after) == (Freshness.LIVE, Freshness.LATE)


async def test_without_sampling_all_pages_are_read_from_the_stores(plant: SimulatedPlant) -> None:
    office = open_office(plant, samplers_max=0)

    pages = [await office.page(), await office.page(), await office.one("W1"), await office.page(readings=NEVER)]

    assert {page.source for page in pages} == {Source.QUERY}
    assert office.samplers.sizes()["types"] == 0


STATIC = type_of("welding", *(shown(name) for name in STATIC_FIELDS))


@pytest.mark.parametrize(
    ("device_type", "source"),
    [
        (CUTTING, Source.SNAPSHOT),
        (type_of("cutting", shown("device_status", hidden=True)), Source.QUERY),
        (STATIC, Source.SNAPSHOT),
        (type_of("welding", *(field for field in STATIC.fields if field.name != "material")), Source.QUERY),
        (type_of("welding", *STATIC.fields[:-1], shown("ip_quality", ColumnType.BIGINT)), Source.QUERY),
    ],
    ids=[
        "all needed fields",
        "hidden state",
        "all static fields",
        "a static field is missing",
        "a static field is encoded as digits",
    ],
)
async def test_a_snapshot_of_another_process_is_used_if_it_has_all_fields_that_pages_need(
    office: Office, device_type: DeviceType, source: Source
) -> None:
    """Frames of another process contain the visible fields only."""
    office.plant.catalogue.types[device_type.type_code] = device_type
    sampler = office.samplers.request(device_type.type_code)
    assert sampler is not None
    remote = replace(await sampler.wait_for_snapshot(), stream_id="remote", is_remote=True)
    sampler.apply_remote(SharedState(device_type, remote), delta_between(replace(remote, seq=0, rows={}), remote))

    assert (await office.page(device_type.type_code)).source is source
