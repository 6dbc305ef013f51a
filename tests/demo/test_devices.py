"""Tests of the devices of the demo's factory."""

from arcbeat.demo.machines.devices import DeviceRow, cutting_rows, welding_rows

WIDTHS = {
    "device_code": 50,
    "device_name": 100,
    "device_model": 50,
    "device_type": 50,
    "manufacturer": 100,
    "install_location": 255,
    "online_address": 255,
    "team_name": 100,
}


def all_rows() -> tuple[DeviceRow, ...]:
    return (*welding_rows(), *cutting_rows())


def test_there_are_240_welding_and_60_cutting_devices_with_distinct_codes_addresses_and_locations() -> None:
    rows = all_rows()

    assert (len(welding_rows()), len(cutting_rows())) == (240, 60)
    assert len({row.device_code for row in rows}) == 300
    assert len({row.online_address for row in rows}) == 300
    assert len({row.install_location for row in welding_rows()}) == 240


def test_a_third_of_the_welding_devices_has_the_alias_as_device_type() -> None:
    spellings = [row.device_type for row in welding_rows()]

    assert spellings.count("焊机") == 80
    assert spellings.count("welding") == 160


def test_every_team_has_machines_of_both_kinds() -> None:
    assert len({row.team_name for row in welding_rows()}) == 6
    assert {row.team_name for row in welding_rows()} == {row.team_name for row in cutting_rows()}


def test_every_text_fits_its_column() -> None:
    for row in all_rows():
        assert all(0 < len(getattr(row, name)) <= width for name, width in WIDTHS.items())


def test_a_machine_is_installed_after_it_was_made() -> None:
    assert all(row.production_date < row.install_date for row in all_rows())
