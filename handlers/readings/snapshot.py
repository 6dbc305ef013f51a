"""The operation that returns the newest readings of all devices of a type."""

import orjson

from arcbeat.domain.readings.filtering import SnapshotFilter
from arcbeat.domain.readings.ports import SnapshotSource
from handlers._fields import visible_fields_body
from handlers._http import (
    NOT_MODIFIED,
    EncodedResponse,
    conditional_status,
    preferred_language,
    query_errors,
    variant_version,
)
from handlers.readings._parameters import reading_filter

VARY = "Accept-Language"


async def get_snapshot(
    snapshots: SnapshotSource,
    *,
    type_code: str,
    team_name: str | None,
    device_status: list[str],
    freshness: list[str],
    accept_language: str | None,
    if_none_match: str | None,
) -> EncodedResponse:
    """Return the newest snapshot of a type, of all devices or of those that match a filter."""
    where = SnapshotFilter(team_name=team_name, readings=reading_filter(device_status, freshness))
    with query_errors():
        snapshot = await snapshots.newest(type_code, where)
    language = preferred_language(accept_language)
    version = variant_version(snapshot.version, language.value)
    status, headers = conditional_status(version, if_none_match, VARY)
    if status == NOT_MODIFIED:
        return None, status, headers
    fields = orjson.dumps(visible_fields_body(snapshot.device_type, language))
    return await snapshot.encoded(fields), status, headers
