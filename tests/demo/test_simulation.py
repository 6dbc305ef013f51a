"""Tests of the simulated devices: they are plausible, and the same in every run."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arcbeat.demo.catalogue import COLUMNS, CUTTING, CUTTING_CODE, CUTTING_TABLE, WELDING_CODE, WELDING_TABLE
from arcbeat.demo.machines import cutting, welding
from arcbeat.demo.machines.cutting import CuttingMachine
from arcbeat.demo.machines.cycle import Cycle, Phase, Stay, seeded
from arcbeat.demo.machines.devices import cutting_rows, welding_rows
from arcbeat.demo.machines.fleet import Fleet, SimulatedDevice, Transmission, make_fleet
from arcbeat.demo.machines.welding import WeldingMachine
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.columns import Value, check_value

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
TICK = timedelta(seconds=5)
TICKS_AN_HOUR = 720
TABLES = {WELDING_CODE: WELDING_TABLE, CUTTING_CODE: CUTTING_TABLE}
gaps = st.lists(st.floats(-60, 7200).map(lambda seconds: timedelta(seconds=seconds)), max_size=60)


@pytest.fixture(scope="module")
def hour() -> list[dict[str, list[Reading]]]:
    """Return the readings of an hour, per tick and type."""
    fleet = make_fleet()
    return [fleet.step(START + number * TICK) for number in range(TICKS_AN_HOUR)]


@settings(max_examples=60)
@given(number=st.integers(0, 239), gaps=gaps)
def test_the_values_of_a_welding_machine_fit_its_columns_at_any_intervals(number: int, gaps: list[timedelta]) -> None:
    machine = WeldingMachine(welding_rows()[number])

    for now in moments(gaps):
        check(WELDING_CODE, machine.step(now))


@settings(max_examples=60)
@given(number=st.integers(0, 59), gaps=gaps)
def test_the_values_of_a_cutting_machine_fit_its_columns_at_any_intervals(number: int, gaps: list[timedelta]) -> None:
    machine = CuttingMachine(cutting_rows()[number])
    pulses = 0

    for now in moments(gaps):
        values = machine.step(now)
        check(CUTTING_CODE, values)
        assert isinstance(values["pulses"], int)
        assert values["pulses"] >= pulses
        pulses = values["pulses"]


def test_readings_have_all_columns_and_every_field_is_a_column(
    hour: list[dict[str, list[Reading]]],
) -> None:
    for type_code, readings in hour[0].items():
        columns = {column.name: column.type for column in COLUMNS[TABLES[type_code]] if not column.is_tag}
        assert {"ts", *readings[0].values} == set(columns)
    cutting_columns = {column.name: column.type for column in COLUMNS[CUTTING_TABLE]}
    assert all(cutting_columns[field.name] is field.type for field in CUTTING.fields)


def test_two_fleets_send_the_same_readings() -> None:
    first, second = make_fleet(), make_fleet()
    moments = [START + number * TICK for number in range(20)]

    assert [first.step(now) for now in moments] == [second.step(now) for now in moments]


def test_within_an_hour_machines_go_through_every_state(hour: list[dict[str, list[Reading]]]) -> None:
    statuses = {WELDING_CODE: welding.STATUSES, CUTTING_CODE: cutting.STATUSES}
    for type_code, expected in statuses.items():
        counts = Counter(reading.values["device_status"] for tick in hour for reading in tick[type_code])
        assert set(counts) == set(expected.values())
        assert 0.3 < counts[expected[Phase.WORKING]] / counts.total() < 0.8
        assert counts[expected[Phase.ALARM]] / counts.total() < 0.1


def test_current_and_voltage_flow_while_welding_and_only_then(hour: list[dict[str, list[Reading]]]) -> None:
    for reading in hour[100][WELDING_CODE]:
        values = [reading.values[name] for name in ("preset_current", "preset_voltage", "weld_current", "weld_voltage")]
        welds = reading.values["device_status"] == welding.STATUSES[Phase.WORKING]
        assert all(isinstance(value, float) and (value > 10 if welds else value == 0) for value in values)


def test_the_current_varies_while_a_machine_welds(hour: list[dict[str, list[Reading]]]) -> None:
    currents = [values["weld_current"] for values in of_device(hour, "14412T0007") if values["device_status"] == "焊接"]

    assert len(set(currents)) > len(currents) / 2


def test_a_locked_machine_never_welds(hour: list[dict[str, list[Reading]]]) -> None:
    locked = [row.device_code for row in welding_rows() if row.is_locked]

    assert len(locked) == 4
    for device_code in locked:
        values = of_device(hour, device_code)
        assert {(each["lock_status"], each["device_status"]) for each in values} == {(True, "待机")}


def test_a_counter_does_not_decrease_after_a_restart(hour: list[dict[str, list[Reading]]]) -> None:
    device_code = hour[0][CUTTING_CODE][0].device_code
    *_, last = of_device(hour, device_code)
    restarted = CuttingMachine(cutting_rows()[0]).step(START + TICKS_AN_HOUR * TICK)

    assert isinstance(last["pulses"], int)
    assert isinstance(restarted["pulses"], int)
    assert restarted["pulses"] >= last["pulses"] > of_device(hour, device_code)[0]["pulses"]  # type: ignore[operator]


def test_at_any_time_19_of_20_registered_devices_of_each_type_send_readings(
    hour: list[dict[str, list[Reading]]],
) -> None:
    assert min(len(tick[WELDING_CODE]) for tick in hour) >= 240 * 0.95
    assert min(len(tick[CUTTING_CODE]) for tick in hour) >= 60 * 0.95


def test_three_welding_machines_and_a_cutting_machine_never_send_readings(hour: list[dict[str, list[Reading]]]) -> None:
    heard = {reading.device_code for tick in hour for readings in tick.values() for reading in readings}
    registered = {row.device_code for row in (*welding_rows(), *cutting_rows())}

    assert make_fleet().registered == len(registered)
    assert registered - heard == {"14412T0079", "14412T0159", "14412T0239", "CUT-041"}


def test_a_few_devices_pause_and_send_again(hour: list[dict[str, list[Reading]]]) -> None:
    spoken = Counter(reading.device_code for tick in hour for readings in tick.values() for reading in readings)
    gaps = [device_code for device_code, ticks in spoken.items() if ticks < TICKS_AN_HOUR]
    first, last = (
        {reading.device_code for readings in tick.values() for reading in readings} for tick in (hour[0], hour[-1])
    )

    assert 5 <= len(gaps) <= 10
    assert set(gaps) <= first
    assert set(gaps) & last


def test_a_silent_device_sends_no_reading() -> None:
    always_silent = {
        Transmission.SENDING: Stay(0, 0, {Transmission.SILENT: 1}),
        Transmission.SILENT: Stay(60, 60, {Transmission.SILENT: 1}),
    }
    device = SimulatedDevice("x", WeldingMachine(welding_rows()[0]), always_silent)
    fleet = Fleet({WELDING_CODE: [device]}, registered=1)

    fleet.step(START)

    assert fleet.step(START + TICK) == {WELDING_CODE: []}


@given(seed=st.text(max_size=5), gaps=gaps)
def test_only_an_allowed_state_follows(seed: str, gaps: list[timedelta]) -> None:
    stays = {"a": Stay(1, 5, {"b": 1}), "b": Stay(1, 5, {"c": 1}), "c": Stay(1, 5, {"a": 1})}
    cycle = Cycle(stays, {"a": 1}, seeded(seed))
    state = "a"

    for now in moments(gaps):
        before, state = state, cycle.at(now)
        assert state in (before, *stays[before].then)


def moments(gaps: list[timedelta]) -> Iterator[datetime]:
    now = START
    yield now
    for gap in gaps:
        now += gap
        yield now


def check(type_code: str, values: Mapping[str, Value]) -> None:
    columns = {column.name: column for column in COLUMNS[TABLES[type_code]]}
    for name, value in values.items():
        assert not columns[name].is_tag
        assert value is not None
        assert check_value(columns[name], value) == value


def of_device(hour: list[dict[str, list[Reading]]], device_code: str) -> list[Mapping[str, Value]]:
    sent = [reading for tick in hour for readings in tick.values() for reading in readings]
    return [reading.values for reading in sent if reading.device_code == device_code]
