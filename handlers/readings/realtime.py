"""Operations on newest readings: pages of devices, and one device."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any
from zlib import crc32

import orjson

from arcbeat.domain.catalogue.device_types import Field, Language
from arcbeat.domain.devices.devices import ALL_DEVICES, DeviceFilter
from arcbeat.domain.devices.ports import CachedDeviceDetails
from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.readings.latest import LatestPage, PageQuery
from arcbeat.domain.readings.ports import LatestPages
from arcbeat.domain.readings.sorting import ReadingSort
from handlers._fields import versioned_fields_body
from handlers._http import (
    NOT_MODIFIED,
    EncodedResponse,
    conditional_status,
    preferred_language,
    query_errors,
    variant_version,
)
from handlers.readings._parameters import reading_filter
from handlers.readings.latest_rows import check_static, encode_rows

VARY = "Accept-Language"


async def list_latest(
    pages: LatestPages,
    device_details: CachedDeviceDetails,
    *,
    type_code: str,
    page: int,
    page_size: int,
    use_dynamic_fields: bool,
    device_code: list[str],
    keyword: str | None,
    team_name: str | None,
    device_status: list[str],
    freshness: list[str],
    fields: list[str],
    sort: str | None,
    include: list[str],
    max_age: float | None,
    accept_language: str | None,
    if_none_match: str | None,
) -> EncodedResponse:
    """Return a page of newest readings."""
    readings = reading_filter(device_status, freshness)
    query = PageQuery(
        type_code=type_code,
        device_codes=_listed_codes(device_code, keyword, team_name),
        devices=ALL_DEVICES if keyword is team_name is None else DeviceFilter(keyword=keyword, team_name=team_name),
        readings=readings,
        sort=ReadingSort.parse(sort) if sort else None,
        offset=(page - 1) * page_size,
        limit=page_size,
        max_age_seconds=max_age,
    )
    with query_errors():
        found = await pages.page(query)
    language = _language(found, accept_language, use_dynamic_fields=use_dynamic_fields)
    chosen = _chosen(found, fields, use_dynamic_fields=use_dynamic_fields) if fields else ()
    details = await _details(device_details, found, max_age) if include else None

    def encode(found: LatestPage) -> bytes:
        items = encode_rows(found, dynamic=use_dynamic_fields, fields=chosen, details=details)
        body = {"items": items, "page": page, "page_size": page_size, "total": found.total}
        return _encode(body, found, language, chosen)

    filters = keyword, team_name, tuple(sorted(readings.states)), tuple(sorted(readings.freshness))
    variant: Hashable = (page, page_size, filters, language)
    if sort or fields or include:
        variant = (variant, sort, tuple(fields), _checksum(details))
    return _response(found, variant, encode, if_none_match)


async def list_latest_by_earlier_name(
    pages: LatestPages, device_details: CachedDeviceDetails, **arguments: Any
) -> EncodedResponse:
    """Return the same under the operation's earlier path, marked as deprecated (RFC 9745)."""
    body, status, headers = await list_latest(pages, device_details, **arguments)
    deprecated = {
        "Deprecation": "@1795392000",
        "Link": '</api/v1/device/data/realtime>; rel="successor-version"',
    }
    return body, status, headers | deprecated


async def get_latest(
    pages: LatestPages,
    device_details: CachedDeviceDetails,
    *,
    device_code: str,
    use_dynamic_fields: bool,
    include: list[str],
    max_age: float | None,
    accept_language: str | None,
    if_none_match: str | None,
) -> EncodedResponse:
    """Return the newest reading of one device."""
    found = await pages.one(device_code, max_age_seconds=max_age)
    language = _language(found, accept_language, use_dynamic_fields=use_dynamic_fields)
    details = await _details(device_details, found, max_age) if include else None

    def encode(found: LatestPage) -> bytes:
        return _encode({"item": encode_rows(found, dynamic=use_dynamic_fields, details=details)[0]}, found, language)

    return _response(found, (device_code, language, _checksum(details)), encode, if_none_match)


def _listed_codes(device_codes: list[str], keyword: str | None, team_name: str | None) -> tuple[str, ...] | None:
    if not device_codes:
        return None
    if keyword is not None or team_name is not None:
        raise InvalidInput((InputError("query", "device_code", "not together with keyword or team_name"),))
    return tuple(sorted(device_codes))


def _chosen(found: LatestPage, names: list[str], *, use_dynamic_fields: bool) -> Sequence[Field]:
    """Return the fields that the request names, in its order."""
    if not use_dynamic_fields:
        raise InvalidInput((InputError("query", "fields", "only together with use_dynamic_fields=true"),))
    visible = {field.name: field for field in found.device_type.visible_fields}
    if unknown := [name for name in names if name not in visible]:
        detail = f"no such field: {', '.join(unknown)}; the fields are {', '.join(visible)}"
        raise InvalidInput((InputError("query", "fields", detail),))
    return [visible[name] for name in names]


async def _details(
    device_details: CachedDeviceDetails, found: LatestPage, max_age_seconds: float | None
) -> Sequence[bytes]:
    """Return the encoded master data of each row; ``null`` for a device of which none is known."""
    codes = [row.cached.device_code for row in found.rows]
    return [orjson.dumps(each) for each in await device_details.read(codes, max_age_seconds=max_age_seconds)]


def _checksum(details: Sequence[bytes] | None) -> int | None:
    """Return a number that changes with the master data on a page, which can change within one snapshot."""
    return None if details is None else crc32(b",".join(details))


def _language(found: LatestPage, accept_language: str | None, *, use_dynamic_fields: bool) -> Language | None:
    """Return the language of the fields' labels; None for static fields, which have no labels.

    Raises:
        StaticFieldsUnavailable: static fields are requested of a type that has none.
    """
    if use_dynamic_fields:
        return preferred_language(accept_language)
    check_static(found.device_type)
    return None


def _response(
    found: LatestPage, variant: Hashable, encode: Callable[[LatestPage], bytes], if_none_match: str | None
) -> EncodedResponse:
    """Encode the page, at most once per variant of the request while the page is cached; 304 if the client has it."""
    if found.version is None:
        return encode(found), 200, {}
    version = variant_version(found.version, (variant, found.device_type.fields_version))
    status, headers = conditional_status(version, if_none_match, VARY)
    body = None if status == NOT_MODIFIED else found.encoded(variant, encode)
    return body, status, headers


def _encode(body: dict[str, Any], found: LatestPage, language: Language | None, chosen: Sequence[Field] = ()) -> bytes:
    result = {
        **body,
        "type_code": found.device_type.type_code,
        "sampled_at": found.sampled_at,
        "source": found.source,
        **(versioned_fields_body(found.device_type, language, chosen) if language else {}),
    }
    return orjson.dumps(result, option=orjson.OPT_UTC_Z)
