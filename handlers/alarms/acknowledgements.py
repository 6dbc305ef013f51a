"""Operations on the acknowledgements of alarms."""

from datetime import datetime
from typing import Any

import orjson

from arcbeat.domain.alarms.alarms import Alarm
from arcbeat.domain.alarms.ports import AlarmAcknowledgements
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.ports import CachedDeviceDetails, DeviceDirectory
from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.identity.identity import Caller, Scope
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.schema.columns import ValueRejected, check_timestamp
from arcbeat.domain.states.state_time import check_state_field
from arcbeat.domain.time.clock import Clock
from arcbeat.services.alarms.acknowledging import alarm_at
from arcbeat.services.alarms.bodies import alarm_body
from handlers._time import parse_moment


async def acknowledge_alarm(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    device_details: CachedDeviceDetails,
    telemetry: TelemetryStore,
    acknowledgements: AlarmAcknowledgements,
    clock: Clock,
    *,
    body: dict[str, Any],
    caller: Caller,
) -> bytes:
    """Acknowledge an alarm, or change the note of one's own acknowledgement."""
    now = clock()
    alarm = await _alarm(catalogue, devices, telemetry, body["device_code"], _body_moment(body["start"]), now)
    stored = await acknowledgements.acknowledge(alarm, body.get("note", ""), caller.required_identity.name)
    (details,) = await device_details.read([alarm.device_code])
    return orjson.dumps(alarm_body(alarm, stored, details, now), option=orjson.OPT_UTC_Z)


async def withdraw_acknowledgement(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    telemetry: TelemetryStore,
    acknowledgements: AlarmAcknowledgements,
    clock: Clock,
    *,
    device_code: str,
    start: str,
    caller: Caller,
) -> tuple[None, int]:
    """Delete one's own acknowledgement of an alarm, or any as an administrator."""
    identity = caller.required_identity
    alarm = await _alarm(catalogue, devices, telemetry, device_code, parse_moment("start", start), clock())
    await acknowledgements.withdraw(alarm, None if Scope.ADMIN in identity.scopes else identity.name)
    return None, 204


async def _alarm(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    telemetry: TelemetryStore,
    device_code: str,
    moment: datetime,
    now: datetime,
) -> Alarm:
    device = await devices.get(device_code)
    device_type = await catalogue.get_type(device.device_type)
    check_state_field(device_type, await telemetry.describe(device_type.super_table))
    return await alarm_at(telemetry, device_type, device_code, moment, now)


def _body_moment(text: str) -> datetime:
    try:
        return check_timestamp(text.upper())
    except ValueRejected as error:
        raise InvalidInput((InputError("body", "/start", str(error)),)) from error
