"""Readings of the last hours, so that the charts in the pictures show more than the minutes since the demo began."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from arcbeat.demo.catalogue import WELDING_CODE
from arcbeat.demo.machines.fleet import SimulatedDevice, make_fleet
from arcbeat.domain.readings.readings import Reading

DEVICE = "14412T0035"
"""The device whose page is shown: it has recently sent at every tick, but for a silence."""
HOURS = timedelta(hours=8)
RECENT = timedelta(minutes=70)
TICK = timedelta(seconds=5)
EVERY_RECENTLY, EVERY_BEFORE = timedelta(seconds=30), timedelta(minutes=5)
"""How often the other devices have sent: enough for the averages of the teams."""
SILENCE = (timedelta(minutes=35), timedelta(minutes=28))
STARTED_AGO = timedelta(seconds=15)
"""About how long ago the demo has begun to send."""
ALARM = "报警"
BATCH_ROWS = 5000


def send_past(client: httpx.Client) -> None:
    """Store the readings that the welding machines would have sent before now."""
    end = datetime.now(UTC).replace(microsecond=0) - STARTED_AGO
    readings = [_to_body(reading) for reading in _readings(end)]
    for first in range(0, len(readings), BATCH_ROWS):
        body = {"type_code": WELDING_CODE, "readings": readings[first : first + BATCH_ROWS]}
        client.post("/api/v1/device/data", json=body).raise_for_status()


def _readings(end: datetime) -> Iterator[Reading]:
    silent_from, silent_until = (end - age for age in SILENCE)
    for device in make_fleet().devices[WELDING_CODE]:
        if device.device_code == DEVICE:
            yield from (each for each in _steps(device, end, TICK) if not silent_from <= each.ts < silent_until)
        else:
            # A few readings in an alarm state would be an alarm that lasts until the device counts as silent.
            steps = _steps(device, end, EVERY_RECENTLY)
            yield from (each for each in steps if each.values["device_status"] != ALARM)


def _steps(device: SimulatedDevice, end: datetime, recently: timedelta) -> Iterable[Reading]:
    recent = end - RECENT
    moments = [end - HOURS + number * EVERY_BEFORE for number in range((HOURS - RECENT) // EVERY_BEFORE)]
    moments += [recent + number * recently for number in range(RECENT // recently)]
    return (reading for moment in moments if (reading := device.step(moment)) is not None)


def _to_body(reading: Reading) -> dict[str, Any]:
    return {"device_code": reading.device_code, "ts": reading.ts.isoformat(), "values": dict(reading.values)}
