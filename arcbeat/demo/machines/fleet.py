"""All simulated devices. As in a real factory, some pause for a while and some never send a reading."""

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
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.columns import Value


class Transmission(Enum):
    """Whether a device sends its readings."""

    SENDING = auto()
    SILENT = auto()


FLAKY = {
    Transmission.SENDING: Stay(240, 900, {Transmission.SILENT: 1}),
    Transmission.SILENT: Stay(40, 240, {Transmission.SENDING: 1}),
}
# By index in the list of devices. Even if all of them are silent at once, 19 of 20 devices of each type send readings.
WELDING_MUTE = frozenset({78, 158, 238})
WELDING_FLAKY = frozenset(range(17, 240, 30))
CUTTING_MUTE = frozenset({40})
CUTTING_FLAKY = frozenset({12, 33})


class Machine(Protocol):
    """A simulated machine."""

    def step(self, now: datetime) -> Mapping[str, Value]:
        """Return the values of this moment by column."""
        ...


class SimulatedDevice:
    """A machine that sends its readings or is silent. The same calls give the same readings in every run."""

    def __init__(
        self,
        device_code: str,
        machine: Machine,
        transmission: Mapping[Transmission, Stay[Transmission]] | None = None,
    ) -> None:
        """``transmission`` makes the device pause; None lets it send every reading."""
        self.device_code = device_code
        self._machine = machine
        self._transmission = (
            Cycle(transmission, {Transmission.SENDING: 1}, seeded(device_code, "transmission"))
            if transmission
            else None
        )

    def step(self, now: datetime) -> Reading | None:
        """Return the reading of this moment; None while the device is silent, although its machine goes on."""
        values = self._machine.step(now)
        silent = self._transmission is not None and self._transmission.at(now) is Transmission.SILENT
        return None if silent else Reading(self.device_code, now, values)


@dataclass(frozen=True, slots=True)
class Fleet:
    """The devices that send readings, by type.

    Attributes:
        registered: how many devices t_device_info has, those that never send included.
    """

    devices: Mapping[str, Sequence[SimulatedDevice]]
    registered: int

    def step(self, now: datetime) -> dict[str, list[Reading]]:
        """Return the readings of this moment by type."""
        return {
            type_code: [reading for device in devices if (reading := device.step(now)) is not None]
            for type_code, devices in self.devices.items()
        }


def make_fleet() -> Fleet:
    """Return the devices of the demo's factory."""
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
        SimulatedDevice(row.device_code, kind(row), FLAKY if index in flaky else None)
        for index, row in enumerate(rows)
        if index not in mute
    ]
