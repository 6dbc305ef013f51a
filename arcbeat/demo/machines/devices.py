"""The machines of the demo's factory as rows of t_device_info."""

from dataclasses import dataclass
from datetime import date, timedelta

from arcbeat.demo.catalogue import CUTTING_CODE, WELDING_CODE

WELDING_COUNT = 240
CUTTING_COUNT = 60
TEAMS = ("班组一", "班组二", "班组三", "班组四", "班组五", "班组六")
HALLS = ("一号车间", "二号车间", "三号车间", "四号车间")
WELDING_MODELS = ("NBC-350", "NBC-500", "WSM-315", "ZX7-400")
CUTTING_MODELS = ("LGK-120", "FC-3015", "FC-6025")
MANUFACTURERS = ("北辰焊割", "华远电气", "东岭重工")
FIRST_PRODUCTION = date(2019, 3, 4)
DAYS_BETWEEN_MACHINES = 7
DAYS_TO_INSTALL = 45
ROW_STATIONS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRow:
    """A device, with a field per column of t_device_info."""

    device_code: str
    device_name: str
    device_model: str
    device_type: str
    manufacturer: str
    production_date: date
    install_date: date
    install_location: str
    online_address: str
    team_name: str
    is_locked: bool
    description: str | None


def welding_rows() -> tuple[DeviceRow, ...]:
    """Return the welding machines. Every third has the device_type 焊机, as rows of the user's own programs have."""
    return tuple(_welding_row(number) for number in range(1, WELDING_COUNT + 1))


def cutting_rows() -> tuple[DeviceRow, ...]:
    """Return the cutting machines."""
    return tuple(_cutting_row(number) for number in range(1, CUTTING_COUNT + 1))


def _welding_row(number: int) -> DeviceRow:
    locked = number % 60 == 13
    return DeviceRow(
        device_code=f"14412T{number:04d}",
        device_name=f"焊机-{number:03d}",
        device_model=WELDING_MODELS[number % len(WELDING_MODELS)],
        device_type="焊机" if number % 3 == 0 else WELDING_CODE,
        manufacturer=MANUFACTURERS[number % len(MANUFACTURERS)],
        production_date=_production_date(number),
        install_date=_production_date(number) + timedelta(days=DAYS_TO_INSTALL),
        install_location=_location(number),
        online_address=f"10.20.{number // 200 + 1}.{number % 200 + 10}",
        team_name=TEAMS[(number - 1) * len(TEAMS) // WELDING_COUNT],
        is_locked=locked,
        description="待检修" if locked else None,
    )


def _cutting_row(number: int) -> DeviceRow:
    return DeviceRow(
        device_code=f"CUT-{number:03d}",
        device_name=f"切割机-{number:02d}",
        device_model=CUTTING_MODELS[number % len(CUTTING_MODELS)],
        device_type=CUTTING_CODE,
        manufacturer=MANUFACTURERS[number % len(MANUFACTURERS)],
        production_date=_production_date(number),
        install_date=_production_date(number) + timedelta(days=DAYS_TO_INSTALL),
        install_location=_location(number),
        online_address=f"10.21.1.{number + 10}",
        team_name=TEAMS[(number - 1) * len(TEAMS) // CUTTING_COUNT],
        is_locked=False,
        description=None,
    )


def _production_date(number: int) -> date:
    return FIRST_PRODUCTION + timedelta(days=DAYS_BETWEEN_MACHINES * number)


def _location(number: int) -> str:
    row, station = divmod(number - 1, ROW_STATIONS)
    return f"{HALLS[row % len(HALLS)]} {chr(ord('A') + row // len(HALLS))}区 {station + 1:02d}工位"
