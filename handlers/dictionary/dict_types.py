"""The kinds of values in the dictionary."""

from dataclasses import asdict, replace
from functools import partial
from typing import Any

from arcbeat.domain.dictionary.dictionary import DictType
from arcbeat.domain.dictionary.ports import DictionaryEditor, DictionaryReader
from arcbeat.domain.versions import check_expected, version_of
from handlers._http import Answer, etag, expected_versions, location


async def list_dict_types(dictionary: DictionaryReader, *, page: int, page_size: int) -> dict[str, Any]:
    """A page of dictionary types."""
    found = await dictionary.page_types(offset=(page - 1) * page_size, limit=page_size)
    return {
        "items": [asdict(each) for each in found.types],
        "page": page,
        "page_size": page_size,
        "total": found.total,
    }


async def get_dict_type(dictionary: DictionaryReader, *, dict_type_id: int) -> Answer:
    """One dictionary type."""
    return _answer(await dictionary.get_type(dict_type_id))


async def create_dict_type(dictionary_editor: DictionaryEditor, *, body: dict[str, Any]) -> Answer:
    """A new dictionary type."""
    shown, _, version = _answer(await dictionary_editor.add_type(DictType(**body)))
    return shown, 201, {**version, **location("/api/v1/dict/types", shown["id"])}


async def update_dict_type(
    dictionary_editor: DictionaryEditor, *, dict_type_id: int, body: dict[str, Any], if_match: str | None
) -> Answer:
    """A dictionary type with what the body says in place of what it was."""
    change = partial(_changed, body=body, expected=expected_versions(if_match))
    return _answer(await dictionary_editor.change_type(dict_type_id, change))


async def delete_dict_type(
    dictionary_editor: DictionaryEditor, *, dict_type_id: int, if_match: str | None
) -> tuple[None, int]:
    """The dictionary type is no more."""
    await dictionary_editor.delete_type(dict_type_id, partial(_check, expected=expected_versions(if_match)))
    return None, 204


def _changed(before: DictType, *, body: dict[str, Any], expected: frozenset[str] | None) -> DictType:
    _check(before, expected=expected)
    return replace(before, **body)


def _check(stored: DictType, *, expected: frozenset[str] | None) -> None:
    check_expected(expected, version_of(stored))


def _answer(dict_type: DictType) -> Answer:
    return asdict(dict_type), 200, etag(version_of(dict_type))
