"""Operations on dictionary data."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from arcbeat.domain.dictionary.dictionary import DictData, DictDataFilter, check_data
from arcbeat.domain.dictionary.ports import DictionaryEditor, DictionaryReader
from arcbeat.domain.exact_ids import exact_id
from arcbeat.domain.versions import check_expected, version_of
from arcbeat.domain.visible_text import check_labels
from handlers._http import (
    EncodedResponse,
    HandlerResponse,
    body_errors,
    etag,
    expected_versions,
    list_response,
    location,
    page_body,
)


async def list_dict_data(
    dictionary: DictionaryReader,
    *,
    page: int,
    page_size: int,
    dict_type_id: int | None,
    dict_name: str | None,
    keyword: str | None,
    enabled: bool | None,
    if_none_match: str | None,
) -> EncodedResponse:
    """List dictionary data."""
    where = DictDataFilter(dict_type_id=dict_type_id, dict_name=dict_name, keyword=keyword, enabled=enabled)
    found = await dictionary.page_data(where, offset=(page - 1) * page_size, limit=page_size)
    items = [_to_body(each) for each in found.data]
    return list_response(page_body(items, page=page, page_size=page_size, total=found.total), if_none_match)


async def get_dict_data(dictionary: DictionaryReader, *, dict_data_id: int) -> HandlerResponse:
    """Return one of the dictionary data."""
    return _response(await dictionary.get_data(dict_data_id))


async def create_dict_data(dictionary_editor: DictionaryEditor, *, body: dict[str, Any]) -> HandlerResponse:
    """Create dictionary data."""
    new = DictData(**{**body, "dict_type_id": int(body["dict_type_id"])})
    with body_errors():
        _check_label(body)
        check_data(new)
        stored = await dictionary_editor.add_data(new)
    body, _, headers = _response(stored)
    return body, 201, {**headers, **location("/api/v1/dict/data", stored.id)}


async def update_dict_data(
    dictionary_editor: DictionaryEditor, *, dict_data_id: int, body: dict[str, Any], if_match: str | None
) -> HandlerResponse:
    """Update dictionary data; a property that the body lacks keeps its value."""
    change = partial(_changed, body=body, expected=expected_versions(if_match))
    with body_errors():
        _check_label(body)
        return _response(await dictionary_editor.change_data(dict_data_id, change))


async def delete_dict_data(
    dictionary_editor: DictionaryEditor, *, dict_data_id: int, if_match: str | None
) -> tuple[None, int]:
    """Delete dictionary data."""
    await dictionary_editor.delete_data(dict_data_id, partial(_check_version, expected=expected_versions(if_match)))
    return None, 204


def _check_label(body: Mapping[str, Any]) -> None:
    check_labels({name: body[name] for name in ("data_label",) if name in body})


def _changed(before: DictData, *, body: Mapping[str, Any], expected: frozenset[str] | None) -> DictData:
    _check_version(before, expected=expected)
    after = replace(before, **body)
    check_data(after)
    return after


def _check_version(stored: DictData, *, expected: frozenset[str] | None) -> None:
    check_expected(expected, version_of(stored))


def _response(data: DictData) -> HandlerResponse:
    return _to_body(data), 200, etag(version_of(data))


def _to_body(data: DictData) -> dict[str, Any]:
    return {**asdict(data), "id": exact_id(data.id), "dict_type_id": exact_id(data.dict_type_id)}
