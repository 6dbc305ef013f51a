"""The cache of the details of devices."""

import pytest

from arcbeat.domain.errors import StoreUnavailable
from arcbeat.pages.device_details import MAX_AGE_SECONDS, DeviceDetailsCache
from tests.support.simulated_plant import SimulatedPlant


@pytest.fixture
def plant() -> SimulatedPlant:
    plant = SimulatedPlant()
    plant.register("W1", "W2")
    plant.directory.teams["W1"] = "one"
    return plant


@pytest.fixture
def cache(plant: SimulatedPlant) -> DeviceDetailsCache:
    return DeviceDetailsCache(plant.directory, plant.clock)


async def teams(cache: DeviceDetailsCache, *codes: str, max_age_seconds: float | None = None) -> list[object]:
    found = await cache.read(codes, max_age_seconds=max_age_seconds)
    return [each if each is None else each.team_name for each in found]


async def test_devices_are_read_in_one_query_and_then_from_memory(
    plant: SimulatedPlant, cache: DeviceDetailsCache
) -> None:
    assert await teams(cache, "W2", "W1", "W9") == [None, "one", None]
    assert await teams(cache, "W1", "W9") == ["one", None]
    assert plant.directory.query_count == 1
    assert (await cache.read(["W9"]))[0] is None


async def test_details_are_read_again_after_half_a_minute(plant: SimulatedPlant, cache: DeviceDetailsCache) -> None:
    await teams(cache, "W1")
    plant.directory.teams["W1"] = "two"
    plant.clock.pass_seconds(MAX_AGE_SECONDS - 1)
    before = await teams(cache, "W1")
    plant.clock.pass_seconds(1)

    assert (before, await teams(cache, "W1")) == (["one"], ["two"])


async def test_an_own_write_is_seen_with_a_maximum_age_of_0(plant: SimulatedPlant, cache: DeviceDetailsCache) -> None:
    await teams(cache, "W1")
    plant.directory.teams["W1"] = "two"

    assert await teams(cache, "W1", max_age_seconds=0) == ["two"]


async def test_the_last_known_details_are_returned_during_an_outage(
    plant: SimulatedPlant, cache: DeviceDetailsCache
) -> None:
    await teams(cache, "W1")
    plant.directory.failure = StoreUnavailable()
    plant.clock.pass_seconds(3_599)

    assert await teams(cache, "W1", "W2") == ["one", None]
    plant.clock.pass_seconds(1)
    assert (await cache.read(["W1"]))[0] is None


async def test_a_maximum_age_of_0_fails_during_an_outage(plant: SimulatedPlant, cache: DeviceDetailsCache) -> None:
    plant.directory.failure = StoreUnavailable()

    with pytest.raises(StoreUnavailable):
        await cache.read(["W1"], max_age_seconds=0)
