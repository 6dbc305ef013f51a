"""Operations that store readings."""

from typing import Any

from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.catalogue.welding import WELDING
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.files.streams import StreamedBody
from arcbeat.domain.metrics import ReadingCounter
from arcbeat.domain.readings.ports import SchemaValidator, TelemetryStore
from arcbeat.services.intake import Intake, IntakeResult
from handlers.readings import sent_readings

LISTED_OF_STREAM_MAX = 1_000
"""Rejected lines of a stream that are listed in the response; a stream may have any number of them."""


async def append_readings(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    telemetry: TelemetryStore,
    reading_counter: ReadingCounter,
    reading_validator: SchemaValidator,
    *,
    type_code: str | None,
    unknown_fields: str,
    body: dict[str, Any] | StreamedBody,
) -> dict[str, Any]:
    """Store readings of one device type, and report the rejected ones."""
    if isinstance(body, StreamedBody):
        type_code = type_code or WELDING
        batches = sent_readings.read_lines(body.chunks, reading_validator)
        listed_max = LISTED_OF_STREAM_MAX
    else:
        type_code = _same_type_code(type_code, body["type_code"])
        batches = sent_readings.read_batch(body["readings"])
        listed_max = len(body["readings"])
    device_type = await catalogue.get_type(type_code)
    intake = Intake(device_type, devices, telemetry, reading_counter, ignore_unknown_fields=unknown_fields == "ignore")
    return _result_body(await intake.store(batches, listed_max))


def _same_type_code(in_query: str | None, in_body: str) -> str:
    if in_query not in (None, in_body):
        raise InvalidInput((InputError("query", "type_code", "differs from the type_code of the body"),))
    return in_body


def _result_body(result: IntakeResult) -> dict[str, Any]:
    return {
        "accepted": result.accepted,
        "rejected": result.rejected,
        "results": result.listed,
        "results_omitted": result.omitted,
    }
