"""Samples read from the stores, and the snapshot rows computed from them."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from arcbeat.domain.catalogue.device_types import Freshness
from arcbeat.domain.errors import StoreUnavailable, UnknownDeviceType
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.readings.stored_rows import rows_of as rows_of_readings
from arcbeat.domain.schema.columns import ColumnType
from arcbeat.realtime.sampling.rows import SLICE_ROWS, Rows, aged_rows, compute_rows, sampled_rows
from arcbeat.realtime.sampling.sample import Sample, SampleReader
from tests.support.simulated_plant import NOON, WELDING, SimulatedPlant, shown, type_of

LATER = NOON + timedelta(seconds=5)


@pytest.fixture
def plant() -> SimulatedPlant:
    return SimulatedPlant()


@pytest.fixture
def reader(plant: SimulatedPlant) -> SampleReader:
    return SampleReader(plant.catalogue, plant.directory, plant.store, plant.clock)


def rows_of(sample: Sample, before: Rows | None = None, seconds: float = 0) -> Rows:
    made = sampled_rows(sample, before or {}, NOON + timedelta(seconds=seconds))(sample.device_codes)
    return {row.device_code: row for row in made}


async def test_a_sample_has_the_registered_devices_in_order_and_their_readings(
    plant: SimulatedPlant, reader: SampleReader
) -> None:
    plant.register("W2", "W1")
    plant.report("W1", weld_current=1.0)
    plant.report("unregistered", weld_current=9.0)

    sample = await reader.read("welding")

    assert sample.device_codes == ("W1", "W2")
    assert set(sample.latest.rows) == {"W1"}
    assert (sample.device_type, sample.read_at) == (WELDING, NOON)


async def test_a_type_without_devices_reads_no_readings(plant: SimulatedPlant, reader: SampleReader) -> None:
    sample = await reader.read("welding")

    assert (sample.device_codes, sample.latest.rows, plant.store.queries) == ((), {}, [])


async def test_errors_of_any_store_are_raised(plant: SimulatedPlant, reader: SampleReader) -> None:
    plant.register("W1")
    with pytest.raises(UnknownDeviceType):
        await reader.read("milling")
    plant.store.failure = StoreUnavailable()
    with pytest.raises(StoreUnavailable):
        await reader.read("welding")


async def test_devices_beyond_the_limit_are_left_out_and_logged(plant: SimulatedPlant) -> None:
    plant.register("W1", "W2", "W3")
    reader = SampleReader(plant.catalogue, plant.directory, plant.store, plant.clock, devices_max=2)

    with capture_logs() as logs:
        sample = await reader.read("welding")

    assert sample.device_codes == ("W1", "W2")
    assert [(each["event"], each["total"]) for each in logs] == [("devices_left_out", 3)]


async def test_a_row_has_the_visible_fields_and_64_bit_integers_as_digits(plant: SimulatedPlant) -> None:
    cutting = type_of("cutting", shown("pulses", ColumnType.BIGINT), shown("secret", hidden=True), shown("status"))
    plant.register("C1", "C2", device_type=cutting)
    plant.change(cutting)
    plant.report("C1", cutting, secret="x", pulses=9007199254740993, other=1)

    rows = rows_of(await SampleReader(plant.catalogue, plant.directory, plant.store, plant.clock).read("cutting"))

    assert rows["C1"].values == {"pulses": "9007199254740993", "status": None}
    assert rows["C2"].values == {"pulses": None, "status": None}
    assert rows["C1"].latest is not None
    assert rows["C1"].latest.reading.values["secret"] == "x"


async def test_freshness_depends_on_the_age_of_the_reading(plant: SimulatedPlant, reader: SampleReader) -> None:
    plant.register("W1", "W2")
    plant.report("W1", weld_current=1.0)
    sample = await reader.read("welding")

    freshness = [rows_of(sample, seconds=seconds)["W1"].freshness for seconds in (15, 15.1, 60, 60.1)]

    assert freshness == [Freshness.LIVE, Freshness.LATE, Freshness.LATE, Freshness.STALE]
    assert rows_of(sample)["W2"].freshness is Freshness.NEVER


async def test_a_device_without_a_new_reading_keeps_its_row(plant: SimulatedPlant, reader: SampleReader) -> None:
    plant.register("W1", "W2", "W3")
    plant.report("W1", weld_current=1.0)
    plant.report("W2", weld_current=2.0)
    before = rows_of(await reader.read("welding"))
    plant.clock.pass_seconds(5)
    plant.report("W2", weld_current=2.0)

    after = rows_of(await reader.read("welding"), before, seconds=5)

    assert after["W1"] is before["W1"]
    assert after["W3"] is before["W3"]
    assert (after["W2"] is before["W2"], after["W2"].ts) == (False, LATER)


@pytest.mark.parametrize(
    "latest",
    [
        Latest(Reading("W1", NOON, {"device_status": None, "weld_current": 2.0})),
        Latest(Reading("W1", NOON, {"device_status": None, "weld_current": 1.0}), clock_skew=True),
        Latest(Reading("W1", NOON, {"device_status": None, "weld_current": 1.0, "hidden": 1})),
    ],
    ids=["another value", "marked as skewed", "another value that is not shown"],
)
async def test_a_reading_that_was_updated_in_place_makes_a_new_row(
    plant: SimulatedPlant, reader: SampleReader, latest: Latest
) -> None:
    plant.register("W1")
    plant.report("W1", device_status=None, weld_current=1.0)
    sample = await reader.read("welding")
    before = rows_of(sample)

    after = rows_of(replace(sample, latest=rows_of_readings({"W1": latest})), before)

    assert after["W1"] is not before["W1"]
    assert after["W1"].latest is latest


async def test_a_changed_value_of_a_hidden_field_is_not_a_change(plant: SimulatedPlant, reader: SampleReader) -> None:
    plant.register("W1")
    plant.report("W1", weld_current=1.0, hidden=1)
    sample = await reader.read("welding")
    before = rows_of(sample)
    plant.report("W1", weld_current=1.0, hidden=2)
    sample = await reader.read("welding")

    computed = await compute_rows(sample.device_codes, sampled_rows(sample, before, NOON), before)

    assert computed.changed == {}


async def test_while_the_store_is_unavailable_only_freshness_changes(
    plant: SimulatedPlant, reader: SampleReader
) -> None:
    plant.register("W1", "W2")
    plant.report("W1", weld_current=1.0)
    before = rows_of(await reader.read("welding"))

    computed = await compute_rows(tuple(before), aged_rows(WELDING, before, NOON + timedelta(seconds=20)), before)

    assert computed.changed == {"W1": {"freshness": Freshness.LATE}}
    assert computed.rows["W1"].stored is before["W1"].stored
    assert computed.rows["W2"] is before["W2"]


async def test_other_tasks_run_while_the_rows_of_a_large_type_are_computed(
    plant: SimulatedPlant, reader: SampleReader
) -> None:
    plant.register(*(f"W{number:05}" for number in range(4 * SLICE_ROWS)))
    sample = await reader.read("welding")
    turns = 0

    async def other_task() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    waiting = asyncio.create_task(other_task())
    computed = await compute_rows(sample.device_codes, sampled_rows(sample, {}, NOON), {}, slice_seconds=0)
    waiting.cancel()

    assert len(computed.rows) == len(computed.changed) == 4 * SLICE_ROWS
    assert turns >= 3
