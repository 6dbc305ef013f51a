"""Ports of the dictionary: looked up, read and edited."""

from collections.abc import Callable
from typing import Protocol

from arcbeat.domain.dictionary.dictionary import DictData, DictDataFilter, DictDataPage, DictType, DictTypePage


class DictionaryLookup(Protocol):
    """Looks up single values, for other parts of the product."""

    async def find(self, dict_name: str, data_label: str) -> DictData | None:
        """Return the first enabled data of this type and label by order, or None."""
        ...


class DictionaryReader(Protocol):
    """Reads all types and data, for administrators."""

    async def page_types(self, keyword: str | None, *, offset: int, limit: int) -> DictTypePage:
        """Return at most ``limit`` types, ordered by id.

        Args:
            keyword: a part of the name or the description, case-insensitive; None for all types.
        """
        ...

    async def get_type(self, dict_type_id: int) -> DictType:
        """Return one type.

        Raises:
            UnknownDictType: No type has this id.
        """
        ...

    async def page_data(self, where: DictDataFilter, *, offset: int, limit: int) -> DictDataPage:
        """Return at most ``limit`` matching data, sorted by order, then by id."""
        ...

    async def get_data(self, dict_data_id: int) -> DictData:
        """Return one of the data.

        Raises:
            UnknownDictData: No data has this id.
        """
        ...


class Dictionary(DictionaryLookup, DictionaryReader, Protocol):
    """Looks up single values, and reads all types and data."""


class DictionaryEditor(Protocol):
    """Edits the dictionary, one change at a time.

    ``change`` and ``check`` receive the stored type or data while it is locked; an error that they raise cancels the
    operation. Each operation may raise InvalidValue or Conflict: a table that existed before arcbeat may have
    constraints of its own.
    """

    async def add_type(self, new: DictType) -> DictType:
        """Store it and return it with its id.

        Raises:
            AlreadyExists: A type has this name.
        """
        ...

    async def change_type(self, dict_type_id: int, change: Callable[[DictType], DictType]) -> DictType:
        """Replace a type with the result of ``change``, and return it.

        Raises:
            UnknownDictType: No type has this id.
            AlreadyExists: Another type has this name.
        """
        ...

    async def delete_type(self, dict_type_id: int, check: Callable[[DictType], None]) -> None:
        """Delete a type.

        Raises:
            UnknownDictType: No type has this id.
            Conflict: The type has data.
        """
        ...

    async def add_data(self, new: DictData) -> DictData:
        """Store it and return it with its id.

        Raises:
            UnknownDictType: The type of the data does not exist.
            AlreadyExists: Data of the same type has this label.
        """
        ...

    async def change_data(self, dict_data_id: int, change: Callable[[DictData], DictData]) -> DictData:
        """Replace data with the result of ``change``, which must not change its type, and return it.

        Raises:
            UnknownDictData: No data has this id.
            AlreadyExists: Other data of the same type has this label.
        """
        ...

    async def delete_data(self, dict_data_id: int, check: Callable[[DictData], None]) -> None:
        """Delete data.

        Raises:
            UnknownDictData: No data has this id.
        """
        ...
