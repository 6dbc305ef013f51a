"""Device types from a cache, with a statement that tells whether a type has changed and which devices it has.

Other programs may change t_device_type, t_device_type_field and t_device_info at any time, so a request that stores
readings asks PostgreSQL once whether what it relies on is still true. That is one short row, whatever the number of
devices, where reading the type and the devices takes two statements and a row per device. It needs no notifications,
which do not pass through PgBouncer, and no trigger on tables of other programs.
"""

from cachetools import LRUCache

from adapters.postgres.catalogue import STAMP_OF_TYPE, STAMPED_TYPE, device_type_of
from adapters.postgres.devices import REGISTERED
from adapters.postgres.pool import Database
from adapters.postgres.telemetry.arrays import texts
from arcbeat.domain.catalogue.known_types import KnownType
from arcbeat.domain.errors import UnknownDeviceType

TYPES_MAX = 256
"""The size limit of the cache, which has an entry per code or alias that was used."""

# Device codes are unique.
CHECK = f"""
select ({STAMP_OF_TYPE}) as stamp,
       (select count(*) from t_device_info
         where device_code = any(%(device_codes)s::text[]) and device_type = any(%(spellings)s)) as registered"""  # noqa: S608 -- a constant


class PostgresKnownTypes:
    """Implements KnownTypes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._types: LRUCache[str, KnownType] = LRUCache(TYPES_MAX)

    async def type_of(self, type_code: str) -> KnownType:
        """Return the type with this code or alias, as it was when it was last read."""
        return self._types.get(type_code) or await self.read(type_code)

    async def read(self, type_code: str) -> KnownType:
        """Return the type as it is now."""
        row = await self._database.fetch_one(STAMPED_TYPE, {"code": type_code, "include_retired": False})
        if row is None:
            raise UnknownDeviceType
        known = self._types.get(type_code)
        if known is None or known.stamp != row["stamp"]:  # otherwise the same object, by which decoders are found
            known = self._types[type_code] = KnownType(type_code, device_type_of(row), row["stamp"])
        return known

    async def unregistered(self, known: KnownType, device_codes: frozenset[str]) -> frozenset[str] | None:
        """Return which codes are not registered with the type, or None if the type has changed; then forget it."""
        spellings = list(known.device_type.spellings)
        parameters = {"device_codes": texts(tuple(device_codes)), "spellings": spellings}
        row = await self._database.fetch_one(CHECK, {**parameters, "code": known.requested, "include_retired": False})
        if row is None or row["stamp"] != known.stamp:
            if self._types.get(known.requested) is known:
                del self._types[known.requested]
            return None
        if row["registered"] == len(device_codes):
            return frozenset()
        rows = await self._database.fetch_all(REGISTERED, (list(device_codes), spellings))
        return device_codes - {row["device_code"] for row in rows}
