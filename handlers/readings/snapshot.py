"""The operation that returns the newest readings of all devices of a type."""

import orjson

from arcbeat.domain.readings.ports import SnapshotSource
from handlers._fields import visible_fields_body
from handlers._http import (
    NOT_MODIFIED,
    EncodedResponse,
    conditional_status,
    preferred_language,
    variant_version,
)

VARY = "Accept-Language"


async def get_snapshot(
    snapshots: SnapshotSource,
    *,
    type_code: str,
    accept_language: str | None,
    if_none_match: str | None,
) -> EncodedResponse:
    """Return the newest snapshot of a type."""
    snapshot = await snapshots.newest(type_code)
    language = preferred_language(accept_language)
    version = variant_version(snapshot.version, language.value)
    status, headers = conditional_status(version, if_none_match, VARY)
    if status == NOT_MODIFIED:
        return None, status, headers
    fields = orjson.dumps(visible_fields_body(snapshot.device_type, language))
    return await snapshot.encoded(fields), status, headers
