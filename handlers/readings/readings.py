"""Operations that store readings."""

from typing import Any

from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.catalogue.welding import WELDING
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.errors import InputError, InvalidInput, StoreError, UnknownDeviceType
from arcbeat.domain.files.streams import StreamedBody
from arcbeat.domain.metrics import ReadingCounter
from arcbeat.domain.readings.ports import SchemaValidator, TelemetryStore
from arcbeat.domain.unparsed_body import UnparsedBody
from arcbeat.services.intake import Intake, IntakeResult
from arcbeat.services.plain_intake import PlainIntake, PlainStream
from handlers.readings import sent_readings

LISTED_OF_STREAM_MAX = 1_000
"""Rejected lines of a stream that are listed in the response; a stream may have any number of them."""


async def append_readings(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    telemetry: TelemetryStore,
    plain_intake: PlainIntake,
    reading_counter: ReadingCounter,
    reading_validator: SchemaValidator,
    *,
    type_code: str | None,
    unknown_fields: str,
    body: UnparsedBody | StreamedBody,
) -> dict[str, Any]:
    """Store readings of one device type, and report the rejected ones."""
    ports = devices, telemetry, reading_counter, unknown_fields == "ignore"
    if isinstance(body, StreamedBody):
        known = await plain_intake.types.read(type_code or WELDING)
        intake = Intake(known.device_type, *ports, PlainStream(plain_intake, known))
        batches = sent_readings.read_lines(body.chunks, reading_validator)
        return _result_body(await intake.store(batches, LISTED_OF_STREAM_MAX))
    stored = await _store_plain(plain_intake, body, type_code)
    if stored is not None:
        return _result_body(IntakeResult(listed_max=0, accepted=stored))
    parsed = body.parse()
    device_type = await catalogue.get_type(_same_type_code(type_code, parsed["type_code"]))
    intake = Intake(device_type, *ports)
    return _result_body(await intake.store(sent_readings.read_batch(parsed["readings"]), len(parsed["readings"])))


async def _store_plain(intake: PlainIntake, body: UnparsedBody, type_code: str | None) -> int | None:
    """Store a body as it is and return the number of its readings, or None if they must be read one by one."""
    try:
        return await intake.store_body(body.text, type_code)
    except (StoreError, UnknownDeviceType):
        body.parse()  # what is wrong with the body is reported first
        raise


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
