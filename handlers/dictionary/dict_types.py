"""Operations on dictionary types."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from arcbeat.domain.dictionary.dictionary import DictType
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


async def list_dict_types(
    dictionary: DictionaryReader, *, page: int, page_size: int, keyword: str | None, if_none_match: str | None
) -> EncodedResponse:
    """List dictionary types."""
    found = await dictionary.page_types(keyword, offset=(page - 1) * page_size, limit=page_size)
    items = [_to_body(each) for each in found.types]
    return list_response(page_body(items, page=page, page_size=page_size, total=found.total), if_none_match)


async def get_dict_type(dictionary: DictionaryReader, *, dict_type_id: int) -> HandlerResponse:
    """Return one dictionary type."""
    return _response(await dictionary.get_type(dict_type_id))


async def create_dict_type(dictionary_editor: DictionaryEditor, *, body: dict[str, Any]) -> HandlerResponse:
    """Create a dictionary type."""
    with body_errors():
        _check_name(body)
        stored = await dictionary_editor.add_type(DictType(**body))
    body, _, headers = _response(stored)
    return body, 201, {**headers, **location("/api/v1/dict/types", stored.id)}


async def update_dict_type(
    dictionary_editor: DictionaryEditor, *, dict_type_id: int, body: dict[str, Any], if_match: str | None
) -> HandlerResponse:
    """Update a dictionary type; a property that the body lacks keeps its value."""
    change = partial(_changed, body=body, expected=expected_versions(if_match))
    with body_errors():
        _check_name(body)
        return _response(await dictionary_editor.change_type(dict_type_id, change))


async def delete_dict_type(
    dictionary_editor: DictionaryEditor, *, dict_type_id: int, if_match: str | None
) -> tuple[None, int]:
    """Delete a dictionary type that has no data."""
    await dictionary_editor.delete_type(dict_type_id, partial(_check_version, expected=expected_versions(if_match)))
    return None, 204


def _check_name(body: Mapping[str, Any]) -> None:
    check_labels({name: body[name] for name in ("dict_name",) if name in body})


def _changed(before: DictType, *, body: Mapping[str, Any], expected: frozenset[str] | None) -> DictType:
    _check_version(before, expected=expected)
    return replace(before, **body)


def _check_version(stored: DictType, *, expected: frozenset[str] | None) -> None:
    check_expected(expected, version_of(stored))


def _response(dict_type: DictType) -> HandlerResponse:
    return _to_body(dict_type), 200, etag(version_of(dict_type))


def _to_body(dict_type: DictType) -> dict[str, Any]:
    return {**asdict(dict_type), "id": exact_id(dict_type.id)}
