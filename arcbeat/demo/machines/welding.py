"""A simulated welding machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from arcbeat.demo.machines.cycle import FIRST_PHASES, PHASES, Cycle, Phase, seeded
from arcbeat.demo.machines.devices import DeviceRow
from arcbeat.domain.schema.columns import Value

STATUSES = {Phase.WORKING: "焊接", Phase.STANDBY: "待机", Phase.ALARM: "报警", Phase.SHUTDOWN: "关机"}
MATERIALS = ("Q235", "Q345")
WIRE_DIAMETERS_MM = (1.0, 1.2, 1.6)
# Gas, welding method and control of the arc that belong together.
PROCESSES = (
    ("CO2", "MIG", "脉冲"),
    ("CO2", "MAG", "短路"),
    ("CO2+Ar", "MAG", "脉冲"),
    ("Ar", "MIG", "脉冲"),
    ("Ar", "TIG", "直流"),
)
PRESET_CURRENT_A = (120.0, 280.0)
NEW_JOB_CHANCE = 0.3
BAD_QUALITY_CHANCE = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class WeldingJob:
    """The machine's settings for one workpiece."""

    preset_current: float
    preset_voltage: float
    material: str
    wire_diameter: float
    gas_type: str
    weld_method: str
    weld_control: str
    staff_id: str
    workpiece_id: str

    @classmethod
    def random(cls, random: Random) -> "WeldingJob":
        """Return a job with random settings that fit each other."""
        current = random.uniform(*PRESET_CURRENT_A)
        gas, method, control = random.choice(PROCESSES)
        return cls(
            preset_current=round(current, 1),
            preset_voltage=round(14 + 0.05 * current, 1),  # the usual rule for solid wire
            material=random.choice(MATERIALS),
            wire_diameter=random.choice(WIRE_DIAMETERS_MM),
            gas_type=gas,
            weld_method=method,
            weld_control=control,
            staff_id=f"W{random.randint(100000, 999999)}",
            workpiece_id=f"WP{random.randint(100000, 999999)}",
        )


class WeldingMachine:
    """Goes through its phases; current and voltage are 0 unless it welds."""

    def __init__(self, row: DeviceRow) -> None:
        self._row = row
        self._random = seeded(row.device_code)
        self._cycle = Cycle(PHASES, FIRST_PHASES, self._random)
        self._job = WeldingJob.random(self._random)
        self._phase = Phase.STANDBY

    def step(self, now: datetime) -> Mapping[str, Value]:
        """Return the values of this moment by column."""
        phase = Phase.STANDBY if self._row.is_locked else self._cycle.at(now)
        if phase is Phase.WORKING and self._phase is not phase and self._random.random() < NEW_JOB_CHANCE:
            self._job = WeldingJob.random(self._random)
        self._phase = phase
        return {
            "team_name": self._row.team_name,
            "device_status": STATUSES[phase],
            "lock_status": self._row.is_locked,
            **self._arc(),
            "material": self._job.material,
            "wire_diameter": self._job.wire_diameter,
            "gas_type": self._job.gas_type,
            "weld_method": self._job.weld_method,
            "weld_control": self._job.weld_control,
            "staff_id": self._job.staff_id,
            "workpiece_id": self._job.workpiece_id,
            "ip_quality": self._random.randint(60, 99) if self._random.random() < BAD_QUALITY_CHANCE else 100,
        }

    def _arc(self) -> dict[str, float]:
        if self._phase is not Phase.WORKING:
            return dict.fromkeys(("preset_current", "preset_voltage", "weld_current", "weld_voltage"), 0.0)
        preset_current, preset_voltage = self._trimmed()
        return {
            "preset_current": preset_current,
            "preset_voltage": preset_voltage,
            "weld_current": round(preset_current * self._random.uniform(0.95, 1.05), 1),
            "weld_voltage": round(preset_voltage * self._random.uniform(0.97, 1.03), 1),
        }

    def _trimmed(self) -> tuple[float, float]:
        """Return the preset current and voltage with the small corrections that a welder makes along the seam."""
        return (
            round(self._job.preset_current + self._random.choice((-2.0, -1.0, 0.0, 0.0, 0.0, 1.0, 2.0)), 1),
            round(self._job.preset_voltage + self._random.choice((-0.2, 0.0, 0.0, 0.0, 0.2)), 1),
        )
