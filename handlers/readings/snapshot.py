"""The newest readings of all devices of a type at once."""

import orjson

from arcbeat.domain.readings.ports import SnapshotSource
from handlers import conditional, encodings, fields, languages
from handlers.conditional import Answer

VARY = "Accept-Encoding, Accept-Language"


async def get_snapshot(
    snapshots: SnapshotSource,
    *,
    type_code: str,
    accept_language: str | None,
    accept_encoding: str | None,
    if_none_match: str | None,
) -> Answer:
    """The whole snapshot, compressed for whoever takes it so."""
    whole = await snapshots.newest(type_code)
    language, compressed = languages.preferred(accept_language), encodings.takes_gzip(accept_encoding)
    version = conditional.version_of(whole.version, (language.value, compressed))
    status, headers = conditional.status_of(version, if_none_match, VARY)
    if status == conditional.NOT_MODIFIED:
        return None, status, headers
    if compressed:
        headers["Content-Encoding"] = "gzip"
    shown = orjson.dumps(fields.shown(whole.device_type, language))
    return await whole.encoded(shown, compressed=compressed), status, headers
