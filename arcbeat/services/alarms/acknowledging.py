"""Finds the alarm that an acknowledgement is about."""

from datetime import datetime

from arcbeat.domain.alarms.alarms import Alarm
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.errors import UnknownAlarm
from arcbeat.domain.time.time_ranges import EARLIEST
from arcbeat.services.alarms.lookup import MOMENT, alarms_until, with_end
from arcbeat.services.alarms.scanning import ScanBudget
from arcbeat.services.state_runs import StateStore


async def alarm_at(
    store: StateStore, device_type: DeviceType, device_code: str, moment: datetime, now: datetime
) -> Alarm:
    """Return the alarm in which a device is at a moment.

    Raises:
        UnknownAlarm: it was in none then.
        StoreError: the store failed.
    """
    if not EARLIEST < moment <= now:
        raise UnknownAlarm
    found = await alarms_until(store, device_type, [device_code], moment + MOMENT, ScanBudget())
    if device_code not in found.by_device:
        raise UnknownAlarm
    return await with_end(store, device_type, found.by_device[device_code], moment, now)
