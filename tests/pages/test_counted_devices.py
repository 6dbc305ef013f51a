"""The counts of devices, made once for all clients that ask at the same time."""

import asyncio

import pytest

from arcbeat.domain.errors import StoreUnavailable
from arcbeat.domain.readings.latest import Source
from arcbeat.pages.counted_devices import COUNTED_SECONDS, TEAMS_SECONDS, CountedDevicesCache
from arcbeat.pages.query_pages import QueryPages
from tests.support.simulated_plant import SimulatedPlant

PERIOD_SECONDS = 5.0


class Counting:
    """Counted devices of a simulated plant; every look at the stores is counted by the plant."""

    def __init__(self) -> None:
        self.plant = plant = SimulatedPlant()
        plant.register("W1", "W2", "W3")
        plant.directory.teams.update(W1="one", W2="two")
        for code in ("W1", "W2", "W3"):
            plant.report(code, device_status="焊接", weld_current=1.0)
        pages = QueryPages(plant.catalogue, plant.directory, plant.store, plant.clock, max_age_seconds=PERIOD_SECONDS)
        self.monotonic = 0.0
        self.devices = CountedDevicesCache(pages, plant.directory, plant.clock, lambda: self.monotonic)

    def pass_seconds(self, seconds: float) -> None:
        self.monotonic += seconds
        self.plant.clock.pass_seconds(seconds)

    async def totals(self, team_name: str | None = None, max_age: float | None = None) -> dict[str | None, int]:
        found = await self.devices.read("welding", team_name, max_age_seconds=max_age)
        return {team: each.total for team, each in found.counts.by_team.items()}


@pytest.fixture
def counting() -> Counting:
    return Counting()


async def test_clients_that_ask_within_a_second_share_one_count(counting: Counting) -> None:
    found = await asyncio.gather(*(counting.devices.read("welding", None, max_age_seconds=None) for _ in range(50)))
    counting.pass_seconds(COUNTED_SECONDS - 0.1)
    again = await counting.devices.read("welding", None, max_age_seconds=None)

    assert {id(each) for each in (*found, again)} == {id(again)}


async def test_later_counts_are_made_from_later_readings(counting: Counting) -> None:
    await counting.totals()
    counting.plant.register("W4")
    counting.pass_seconds(PERIOD_SECONDS + 1)

    assert await counting.totals() == {"one": 1, "two": 1, None: 2}


async def test_a_client_that_limits_the_age_gets_its_own_count(counting: Counting) -> None:
    await counting.totals()
    counting.plant.register("W4")
    counting.plant.directory.teams["W4"] = "two"

    assert await counting.totals(max_age=0) == {"one": 1, "two": 2, None: 1}


async def test_a_device_changes_its_team_after_half_a_minute(counting: Counting) -> None:
    await counting.totals()
    counting.plant.directory.teams["W3"] = "two"
    counting.pass_seconds(TEAMS_SECONDS - 1)
    before = await counting.totals()
    counting.pass_seconds(PERIOD_SECONDS + 1)

    assert (before, await counting.totals()) == ({"one": 1, "two": 1, None: 1}, {"one": 1, "two": 2})


async def test_with_a_team_only_that_team_is_listed(counting: Counting) -> None:
    assert await counting.totals("two") == {"two": 1}
    assert await counting.totals("three") == {}


async def test_the_teams_of_before_are_used_while_the_master_data_are_unavailable(counting: Counting) -> None:
    await counting.totals()
    counting.pass_seconds(TEAMS_SECONDS + 1)
    counting.plant.directory.failure = StoreUnavailable()

    found = await counting.devices.read("welding", None, max_age_seconds=None)

    assert ([*found.counts.by_team], found.source) == (["one", "two", None], Source.MEMORY)
