"""The operation that returns the newest readings of all devices of a type."""

import orjson

from arcbeat.domain.readings.ports import SnapshotSource
from handlers._fields import visible_fields_body
from handlers._http import (
    NOT_MODIFIED,
    EncodedResponse,
    accepts_gzip,
    conditional_status,
    preferred_language,
    variant_version,
)

VARY = "Accept-Encoding, Accept-Language"


async def get_snapshot(
    snapshots: SnapshotSource,
    *,
    type_code: str,
    accept_language: str | None,
    accept_encoding: str | None,
    if_none_match: str | None,
) -> EncodedResponse:
    """Return the newest snapshot of a type, compressed if the client accepts gzip."""
    snapshot = await snapshots.newest(type_code)
    language, compressed = preferred_language(accept_language), accepts_gzip(accept_encoding)
    version = variant_version(snapshot.version, (language.value, compressed))
    status, headers = conditional_status(version, if_none_match, VARY)
    if status == NOT_MODIFIED:
        return None, status, headers
    if compressed:
        headers["Content-Encoding"] = "gzip"
    fields = orjson.dumps(visible_fields_body(snapshot.device_type, language))
    return await snapshot.encoded(fields, compressed=compressed), status, headers
