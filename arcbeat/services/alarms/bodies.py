"""Alarms as HTTP and the sockets return them: openapi/schemas/alarms.yaml and openapi/asyncapi.yaml."""

from datetime import datetime, timedelta
from typing import Any

from arcbeat.domain.alarms.alarms import Acknowledgement, Alarm
from arcbeat.domain.devices.devices import DeviceDetails

_MILLISECONDS_DECIMALS = 3


def alarm_body(
    alarm: Alarm, acknowledgement: Acknowledgement | None, details: DeviceDetails | None, now: datetime
) -> dict[str, Any]:
    """Return the body of an alarm; ``now`` is the end of its duration if it is open."""
    return {
        "type_code": alarm.type_code,
        "device_code": alarm.device_code,
        "device_name": details.device_name if details else None,
        "team_name": details.team_name if details else None,
        "state": alarm.state,
        "start": alarm.start,
        "starts_earlier": alarm.starts_earlier,
        "end": alarm.end,
        "open": alarm.end is None,
        "duration_seconds": round(alarm.duration(now) / timedelta(seconds=1), _MILLISECONDS_DECIMALS),
        "acknowledgement": None if acknowledgement is None else acknowledgement_body(acknowledgement),
    }


def acknowledgement_body(acknowledgement: Acknowledgement) -> dict[str, Any]:
    """Return the body of an acknowledgement."""
    return {
        "note": acknowledgement.note,
        "acknowledged_by": acknowledgement.by,
        "acknowledged_at": acknowledgement.at,
    }
