"""Storing readings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from arcbeat.domain.ports import DeviceCatalogue, DeviceDirectory, JudgedReadings, TelemetryStore
from arcbeat.domain.readings import Reading, Rejection


async def append_readings(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    telemetry: TelemetryStore,
    judged: JudgedReadings,
    *,
    body: dict[str, Any],
) -> dict[str, Any]:
    """What became of a batch of readings of one device type."""
    device_type = await catalogue.get_type(body["type_code"])
    readings = [_reading(each) for each in body["readings"]]
    registered = await devices.registered(device_type, sorted({each.device_code for each in readings}))
    places = [index for index, each in enumerate(readings) if each.device_code in registered]
    result = await telemetry.append(device_type.super_table, [readings[index] for index in places])
    rejections = [
        *(_unregistered(index, type_code=device_type.type_code) for index in set(range(len(readings))) - set(places)),
        *(Rejection(places[each.index], each.reason, each.detail) for each in result.rejections),
    ]
    judged.readings(accepted=result.accepted, rejected=len(rejections))
    return {
        "accepted": result.accepted,
        "rejected": len(rejections),
        "results": _shown(rejections, readings),
    }


def _reading(raw: dict[str, Any]) -> Reading:
    return Reading(raw["device_code"], datetime.fromisoformat(raw["ts"]), raw["values"])


def _unregistered(index: int, *, type_code: str) -> Rejection:
    return Rejection(index, "unregistered-device", f"not registered as a device of the type {type_code}")


def _shown(rejections: Sequence[Rejection], readings: Sequence[Reading]) -> list[dict[str, Any]]:
    return [
        {
            "index": each.index,
            "device_code": readings[each.index].device_code,
            "reason": each.reason,
            "detail": each.detail,
        }
        for each in sorted(rejections, key=lambda each: each.index)
    ]
