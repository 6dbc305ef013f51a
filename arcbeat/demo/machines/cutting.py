"""A simulated cutting machine."""

from collections.abc import Mapping
from datetime import UTC, datetime

from arcbeat.demo.machines.cycle import FIRST_PHASES, PHASES, Cycle, Phase, seeded
from arcbeat.demo.machines.devices import DeviceRow
from arcbeat.domain.schema.columns import Value

STATUSES = {Phase.WORKING: "切割", Phase.STANDBY: "待机", Phase.ALARM: "报警", Phase.SHUTDOWN: "关机"}
MATERIALS = ("Q235 6mm", "Q345 12mm", "不锈钢 304 3mm", "铝 5052 2mm")
ASSIST_GASES = ("O2", "N2", "压缩空气")
NOZZLES = 6
COUNTING_SINCE = datetime(2024, 1, 1, tzinfo=UTC)
PULSES_PER_SECOND_MAX = 2000
AMBIENT_C = 22.0
WORKING_C = 68.0
APPROACH = 0.15
"""The head's temperature moves by this share of its distance from the temperature of the phase, per step."""


class CuttingMachine:
    """Goes through its phases. Its pulse counter never decreases, not even when the demo is restarted."""

    def __init__(self, row: DeviceRow) -> None:
        self._random = seeded(row.device_code)
        self._cycle = Cycle(PHASES, FIRST_PHASES, self._random)
        self._phase = Phase.STANDBY
        self._power_kw = self._random.choice((3.0, 6.0, 12.0))
        self._nozzle = self._random.randint(1, NOZZLES)
        self._material = self._random.choice(MATERIALS)
        self._assist_gas = self._random.choice(ASSIST_GASES)
        self._head_temp = AMBIENT_C
        self._pulses = 0
        self._counted: datetime | None = None

    def step(self, now: datetime) -> Mapping[str, Value]:
        """Return the values of this moment by column."""
        before, self._phase = self._phase, self._cycle.at(now)
        working = self._phase is Phase.WORKING
        if working and before is not Phase.WORKING:
            self._nozzle = self._random.randint(1, NOZZLES)
            self._material = self._random.choice(MATERIALS)
        self._count(now, working=working)
        self._warm(working=working)
        return {
            "device_status": STATUSES[self._phase],
            "power_kw": round(self._power_kw * self._random.uniform(0.85, 1.0), 2) if working else 0.0,
            "feed_mm_min": self._random.randint(1500, 9000) if working else 0,
            "pulses": self._pulses,
            "nozzle": self._nozzle,
            "material": self._material,
            "head_temp": round(self._head_temp, 1),
            "assist_gas": self._assist_gas,
        }

    def _count(self, now: datetime, *, working: bool) -> None:
        """Start as if the machine had never paused, so that the count does not decrease after a restart."""
        if self._counted is None:
            self._pulses = int((now - COUNTING_SINCE).total_seconds() * PULSES_PER_SECOND_MAX)
        elif working and now > self._counted:
            most = (now - self._counted).total_seconds() * PULSES_PER_SECOND_MAX
            self._pulses += int(self._random.uniform(most / 4, most))
        self._counted = now

    def _warm(self, *, working: bool) -> None:
        goal = WORKING_C if working else AMBIENT_C
        self._head_temp += (goal - self._head_temp) * APPROACH + self._random.uniform(-0.4, 0.4)
