"""Looks up alarms that have just begun or ended, for clients that follow them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from arcbeat.domain.alarms.alarms import Alarm, is_alarm
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.time.clock import Clock
from arcbeat.services.alarms.lookup import MOMENT, alarm_of, alarms_until, spans_of, with_earlier_start
from arcbeat.services.alarms.scanning import ScanBudget
from arcbeat.services.state_runs import StateStore


@dataclass(frozen=True, slots=True)
class AlarmLookup:
    """Looks up the alarms of several devices, each at a moment that is not long ago."""

    store: StateStore
    clock: Clock

    async def at(self, device_type: DeviceType, moments: Mapping[str, datetime]) -> dict[str, Alarm]:
        """Return the alarm that contains the moment of each device, with its end if it has ended by now.

        A device that was in no alarm then is left out, and so are devices that exceed what may be read at once.

        Raises:
            StoreError: the store failed.
        """
        if not moments:
            return {}
        budget, start = ScanBudget(), min(moments.values())
        now = max(self.clock(), *moments.values())
        codes = list(moments)[: budget.take(len(moments), now - start)]
        found: dict[str, Alarm] = {}
        async for span in spans_of(self.store, device_type, codes, start, now + MOMENT):
            if span.start <= moments[span.device_code] < span.end and is_alarm(span, device_type):
                end = span.end if span.end <= now else None
                found[span.device_code] = alarm_of(span, device_type, end=end)
        return await self._with_starts(device_type, found, start, budget)

    async def _with_starts(
        self, device_type: DeviceType, found: dict[str, Alarm], start: datetime, budget: ScanBudget
    ) -> dict[str, Alarm]:
        cut = [code for code, alarm in found.items() if alarm.start == start]
        earlier = await alarms_until(self.store, device_type, cut, start, budget)
        for code in cut:
            if code in earlier.postponed:
                found[code] = replace(found[code], starts_earlier=True)
            else:
                found[code] = with_earlier_start(found[code], earlier.by_device.get(code))
        return found
