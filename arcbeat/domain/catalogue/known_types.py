"""Device types that were read before, for requests that need not read them again as long as they have not changed."""

from dataclasses import dataclass
from typing import Protocol

from arcbeat.domain.catalogue.device_types import DeviceType


@dataclass(frozen=True, slots=True, eq=False)
class KnownType:
    """A device type as it was at one moment.

    Attributes:
        requested: the code or alias by which it was found.
        stamp: differs between two states of the type or of its fields.
    """

    requested: str
    device_type: DeviceType
    stamp: str


class KnownTypes(Protocol):
    """Device types from a cache, and a check by one statement that they, and devices of them, are still registered."""

    async def type_of(self, type_code: str) -> KnownType:
        """Return the type with this code or alias. It may be out of date: ``unregistered`` notices.

        Raises:
            UnknownDeviceType: no type has this code or alias.
            StoreError: the type is not known, and the store failed.
        """
        ...

    async def read(self, type_code: str) -> KnownType:
        """Return the type with this code or alias as it is now; raises as ``type_of`` does."""
        ...

    async def unregistered(self, known: KnownType, device_codes: frozenset[str]) -> frozenset[str] | None:
        """Return which of these codes are not registered with the type, or None if the type has changed.

        Raises:
            StoreError: the store failed.
        """
        ...
