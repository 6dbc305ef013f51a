"""Which devices have entered or left an alarm state between two snapshots."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from arcbeat.domain.catalogue.device_types import DeviceType, Freshness
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.snapshot_rows import SnapshotRow, full_row
from arcbeat.domain.readings.snapshots import Snapshot
from arcbeat.realtime.alarms.tracker import AlarmTracker, Transitions
from tests.support.catalogue import CUTTING

T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def row(code: str, ts: datetime | None, freshness: Freshness, state: str | None) -> SnapshotRow:
    values = {"device_status": state}
    return full_row(code, {"ts": ts, "freshness": freshness, "clock_skew": False, "values": values})


class Plant:
    """Snapshots of devices, one after another, and the tracker that examines them."""

    def __init__(self) -> None:
        self.tracker = AlarmTracker()
        self.rows: dict[str, SnapshotRow] = {}
        self.device_type = CUTTING

    def put(self, code: str, state: str | None, seconds: float, freshness: Freshness = Freshness.LIVE) -> None:
        ts = T0 + seconds * SECOND
        self.rows[code] = row(code, ts, freshness, state)

    async def examine(self, source: Source = Source.SNAPSHOT) -> tuple[list[str], list[str]] | None:
        """Return the devices whose alarm has opened, and those whose alarm has closed."""
        found = await self.transitions(source)
        if found is None:
            return None
        self.tracker.commit(found)
        return list(found.opened), list(found.closed)

    async def transitions(self, source: Source = Source.SNAPSHOT) -> Transitions | None:
        return await self.tracker.transitions(snapshot(self.rows, source), self.device_type)


def snapshot(rows: Mapping[str, SnapshotRow], source: Source) -> Snapshot:
    return Snapshot(
        type_code="cutting", stream_id="s", seq=1, sampled_at=T0, source=source, fields_version=1, rows=dict(rows)
    )


def changed(**changes: object) -> DeviceType:
    return replace(CUTTING, **changes)  # type: ignore[arg-type] # attributes of the type


async def test_alarms_that_are_open_in_the_first_snapshot_are_not_opened() -> None:
    plant = Plant()
    plant.put("C1", "报警", 0)

    assert await plant.examine() == ([], [])
    assert await plant.examine() == ([], [])


async def test_a_device_that_enters_and_leaves_an_alarm_state() -> None:
    plant = Plant()
    plant.put("C1", "切割", 0)
    plant.put("C2", "报警", 0)
    await plant.examine()

    plant.put("C1", "报警", 5)
    plant.put("C2", "待机", 5)
    assert await plant.examine() == (["C1"], ["C2"])

    plant.put("C1", "报警", 10)
    assert await plant.examine() == ([], [])


async def test_a_new_device_in_an_alarm_state_and_one_that_is_removed() -> None:
    plant = Plant()
    await plant.examine()
    plant.put("C1", "报警", 0)
    assert await plant.examine() == (["C1"], [])

    del plant.rows["C1"]
    assert await plant.examine() == ([], ["C1"])


async def test_a_device_that_goes_silent_ends_its_alarm_and_begins_another_when_it_is_back() -> None:
    plant = Plant()
    plant.put("C1", "报警", 0)
    await plant.examine()

    plant.put("C1", "报警", 0, Freshness.LATE)
    assert await plant.examine() == ([], [])
    plant.put("C1", "报警", 0, Freshness.STALE)
    assert await plant.examine() == ([], ["C1"])
    plant.put("C1", "报警", 100)
    assert await plant.examine() == (["C1"], [])


async def test_a_gap_between_two_ticks_divides_an_alarm() -> None:
    plant = Plant()
    plant.put("C1", "报警", 0)
    await plant.examine()

    plant.put("C1", "报警", 60)
    assert await plant.examine() == ([], [])
    plant.put("C1", "报警", 121)
    assert await plant.examine() == (["C1"], ["C1"])


async def test_another_alarm_state_is_another_alarm() -> None:
    plant = Plant()
    plant.device_type = changed(alarm_states=("报警", "故障"))
    plant.put("C1", "报警", 0)
    await plant.examine()

    plant.put("C1", "故障", 5)
    found = await plant.transitions()

    assert found is not None
    assert (found.opened["C1"].state, found.closed["C1"].state) == ("故障", "报警")


async def test_rows_from_memory_change_nothing_until_the_store_is_back() -> None:
    plant = Plant()
    plant.put("C1", "报警", 0)
    assert await plant.examine(Source.MEMORY) is None
    assert await plant.examine() == ([], [])

    plant.put("C1", "报警", 0, Freshness.STALE)
    assert await plant.examine(Source.MEMORY) is None
    plant.put("C1", "报警", 30)
    assert await plant.examine() == ([], [])


async def test_other_alarm_states_of_the_type_count_at_once() -> None:
    plant = Plant()
    plant.put("C1", "待机", 0)
    plant.put("C2", "报警", 0)
    await plant.examine()

    plant.device_type = changed(alarm_states=("待机",))
    assert await plant.examine() == (["C1"], ["C2"])


async def test_what_was_not_committed_is_found_again() -> None:
    plant = Plant()
    await plant.examine()
    plant.put("C1", "报警", 0)
    await plant.transitions()

    assert await plant.examine() == (["C1"], [])


async def test_a_reading_without_a_state_or_a_device_without_a_reading_is_no_alarm() -> None:
    plant = Plant()
    await plant.examine()
    plant.put("C1", None, 0)
    plant.rows["C2"] = row("C2", None, Freshness.NEVER, None)

    assert await plant.examine() == ([], [])
