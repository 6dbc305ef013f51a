"""Operations on newest readings: pages of devices, and one device."""

from collections.abc import Callable, Hashable
from typing import Any

import orjson

from arcbeat.domain.catalogue.device_types import Freshness, Language
from arcbeat.domain.devices.devices import DeviceFilter
from arcbeat.domain.readings.latest import ALL_READINGS, LatestPage, PageQuery, ReadingFilter
from arcbeat.domain.readings.ports import LatestPages
from handlers._fields import versioned_fields_body
from handlers._http import NOT_MODIFIED, EncodedResponse, conditional_status, preferred_language, variant_version
from handlers.readings.latest_rows import check_static, encode_rows

VARY = "Accept-Language"


async def list_latest(
    pages: LatestPages,
    *,
    type_code: str,
    page: int,
    page_size: int,
    use_dynamic_fields: bool,
    keyword: str | None,
    team_name: str | None,
    device_status: list[str],
    freshness: list[str],
    max_age: float | None,
    accept_language: str | None,
    if_none_match: str | None,
) -> EncodedResponse:
    """Return a page of newest readings."""
    readings = _reading_filter(device_status, freshness)
    query = PageQuery(
        type_code=type_code,
        devices=DeviceFilter(keyword=keyword, team_name=team_name),
        readings=readings,
        offset=(page - 1) * page_size,
        limit=page_size,
        max_age_seconds=max_age,
    )
    found = await pages.page(query)
    language = _language(found, accept_language, use_dynamic_fields=use_dynamic_fields)

    def encode(found: LatestPage) -> bytes:
        items = encode_rows(found, dynamic=use_dynamic_fields)
        body = {"items": items, "page": page, "page_size": page_size, "total": found.total}
        return _encode(body, found, language)

    filters = keyword, team_name, tuple(sorted(readings.states)), tuple(sorted(readings.freshness))
    return _response(found, (page, page_size, filters, language), encode, if_none_match)


async def list_latest_by_earlier_name(pages: LatestPages, **arguments: Any) -> EncodedResponse:
    """Return the same under the operation's earlier path, marked as deprecated (RFC 9745)."""
    body, status, headers = await list_latest(pages, **arguments)
    deprecated = {
        "Deprecation": "@1795392000",
        "Link": '</api/v1/device/data/realtime>; rel="successor-version"',
    }
    return body, status, headers | deprecated


async def get_latest(
    pages: LatestPages,
    *,
    device_code: str,
    use_dynamic_fields: bool,
    max_age: float | None,
    accept_language: str | None,
    if_none_match: str | None,
) -> EncodedResponse:
    """Return the newest reading of one device."""
    found = await pages.one(device_code, max_age_seconds=max_age)
    language = _language(found, accept_language, use_dynamic_fields=use_dynamic_fields)

    def encode(found: LatestPage) -> bytes:
        return _encode({"item": encode_rows(found, dynamic=use_dynamic_fields)[0]}, found, language)

    return _response(found, (device_code, language), encode, if_none_match)


def _reading_filter(states: list[str], freshness: list[str]) -> ReadingFilter:
    if not states and not freshness:
        return ALL_READINGS
    return ReadingFilter(states=frozenset(states), freshness=frozenset(map(Freshness, freshness)))


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


def _encode(body: dict[str, Any], found: LatestPage, language: Language | None) -> bytes:
    result = {
        **body,
        "type_code": found.device_type.type_code,
        "sampled_at": found.sampled_at,
        "source": found.source,
        **(versioned_fields_body(found.device_type, language) if language else {}),
    }
    return orjson.dumps(result, option=orjson.OPT_UTC_Z)
