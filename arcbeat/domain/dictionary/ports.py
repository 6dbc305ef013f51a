"""What the product needs of the dictionary, as protocols."""

from collections.abc import Callable
from typing import Protocol

from arcbeat.domain.dictionary.dictionary import DictData, DictDataFilter, DictDataPage, DictType, DictTypePage


class DictionaryLookup(Protocol):
    """The dictionary as those use it whom it tells something."""

    async def find(self, dict_name: str, data_label: str) -> DictData | None:
        """What is enabled under this name and label; of several the first in their order."""
        ...


class DictionaryReader(Protocol):
    """The dictionary as those see it who look after it."""

    async def page_types(self, *, offset: int, limit: int) -> DictTypePage:
        """By id."""
        ...

    async def get_type(self, dict_type_id: int) -> DictType:
        """Raises UnknownDictType."""
        ...

    async def page_data(self, where: DictDataFilter, *, offset: int, limit: int) -> DictDataPage:
        """By order, then by id."""
        ...

    async def get_data(self, dict_data_id: int) -> DictData:
        """Raises UnknownDictData."""
        ...


class DictionaryEditor(Protocol):
    """Changes the dictionary, one change at a time.

    ``change`` and ``check`` are given what is stored; nothing is, when they raise an error. Everything may raise
    InvalidInput or Conflict: a table that was there before arcbeat may refuse what the contract allows.
    """

    async def add_type(self, new: DictType) -> DictType:
        """What was stored, with its id.

        Raises:
            AlreadyExists: a type has this name.
        """
        ...

    async def change_type(self, dict_type_id: int, change: Callable[[DictType], DictType]) -> DictType:
        """The type becomes what ``change`` makes of it.

        Raises:
            UnknownDictType: there is none.
            AlreadyExists: another type has this name.
        """
        ...

    async def delete_type(self, dict_type_id: int, check: Callable[[DictType], None]) -> None:
        """The type is no more.

        Raises:
            UnknownDictType: there is none.
            Conflict: it has data.
        """
        ...

    async def add_data(self, new: DictData) -> DictData:
        """What was stored, with its id.

        Raises:
            UnknownDictType: there is no such type.
            AlreadyExists: data of the type has this label.
        """
        ...

    async def change_data(self, dict_data_id: int, change: Callable[[DictData], DictData]) -> DictData:
        """The data becomes what ``change`` makes of it; its type stays.

        Raises:
            UnknownDictData: there is none.
            AlreadyExists: other data of the type has this label.
        """
        ...

    async def delete_data(self, dict_data_id: int, check: Callable[[DictData], None]) -> None:
        """The data is no more.

        Raises:
            UnknownDictData: there is none.
        """
        ...
