"""All simulated devices together, with the habits that real ones have: some fall silent, some never speak."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from arcbeat.demo.catalogue import CUTTING_CODE, WELDING_CODE
from arcbeat.demo.machines.cutting import CuttingMachine
from arcbeat.demo.machines.cycle import Cycle, Stay, seeded
from arcbeat.demo.machines.devices import DeviceRow, cutting_rows, welding_rows
from arcbeat.demo.machines.welding import WeldingMachine
from arcbeat.domain.readings.columns import Value
from arcbeat.domain.readings.readings import Reading


class Line(Enum):
    """Whether a device can be heard."""

    SPEAKING = auto()
    SILENT = auto()


FLAKY = {
    Line.SPEAKING: Stay(240, 900, {Line.SILENT: 1}),
    Line.SILENT: Stay(40, 240, {Line.SPEAKING: 1}),
}
# By place. Even when all of them are silent at once, 19 of 20 devices of each type are heard.
WELDING_MUTE = frozenset({78, 158, 238})
WELDING_FLAKY = frozenset(range(17, 240, 30))
CUTTING_MUTE = frozenset({40})
CUTTING_FLAKY = frozenset({12, 33})


class Machine(Protocol):
    """What a kind of machine says."""

    def step(self, now: datetime) -> Mapping[str, Value]: ...


class SimulatedDevice:
    """A machine and the line to it. The same steps give the same readings in every run."""

    def __init__(self, device_code: str, machine: Machine, line: Mapping[Line, Stay[Line]] | None = None) -> None:
        self.device_code = device_code
        self._machine = machine
        self._line = Cycle(line, {Line.SPEAKING: 1}, seeded(device_code, "line")) if line else None

    def step(self, now: datetime) -> Reading | None:
        """The reading of this moment; None while it is silent, though the machine goes on."""
        values = self._machine.step(now)
        silent = self._line is not None and self._line.at(now) is Line.SILENT
        return None if silent else Reading(self.device_code, now, values)


@dataclass(frozen=True, slots=True)
class Fleet:
    """The devices that report, by type; the mute ones are only in t_device_info."""

    devices: Mapping[str, Sequence[SimulatedDevice]]
    registered: int

    def step(self, now: datetime) -> dict[str, list[Reading]]:
        """The readings of this moment by type."""
        return {
            type_code: [reading for device in devices if (reading := device.step(now)) is not None]
            for type_code, devices in self.devices.items()
        }


def make_fleet() -> Fleet:
    welding, cutting = welding_rows(), cutting_rows()
    return Fleet(
        {
            WELDING_CODE: _devices(welding, WeldingMachine, mute=WELDING_MUTE, flaky=WELDING_FLAKY),
            CUTTING_CODE: _devices(cutting, CuttingMachine, mute=CUTTING_MUTE, flaky=CUTTING_FLAKY),
        },
        registered=len(welding) + len(cutting),
    )


def _devices(
    rows: Sequence[DeviceRow],
    kind: type[WeldingMachine] | type[CuttingMachine],
    *,
    mute: frozenset[int],
    flaky: frozenset[int],
) -> list[SimulatedDevice]:
    return [
        SimulatedDevice(row.device_code, kind(row), FLAKY if place in flaky else None)
        for place, row in enumerate(rows)
        if place not in mute
    ]
