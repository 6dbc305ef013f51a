"""Maps device codes to subtables, and creates missing subtables.

The map is built from the tags, never from the device code: tables created by other programs are spelled in any way.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from adapters.caching import StaleWhileRefreshingCache
from adapters.tdengine import statements
from adapters.tdengine.errors import SubtableTaken
from adapters.tdengine.literals import is_name
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.rows import Row
from arcbeat.domain.errors import StoreProtocolError
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable

DEVICES_MAX = 500_000
"""Devices in the map of one super table. Further devices are queried by tag each time."""

SUBTABLES_PER_STATEMENT = 500
_NAME_TAG = "name"


class SubtableMap:
    """The subtables of one super table by device code."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._names: dict[str, set[str]] = defaultdict(set)
        self.add(rows)

    def names(self, device_code: str) -> list[str]:
        """Return the subtables of a device in order: none if it is unknown, several if they share its code."""
        return sorted(self._names.get(device_code, ()))

    def writable(self, device_code: str) -> str | None:
        """Return the subtable for new readings of a device: the first by name that a statement can contain."""
        return next(filter(is_name, self.names(device_code)), None)

    def clashes(self) -> Mapping[str, list[str]]:
        """Return the devices that have several subtables."""
        return {code: sorted(names) for code, names in sorted(self._names.items()) if len(names) > 1}

    def add(self, rows: Iterable[Row]) -> None:
        """Add subtables, given as rows of subtable name and device code."""
        for name, device_code, *_ in rows:
            code = str(device_code)
            if device_code is not None and (code in self._names or len(self._names) < DEVICES_MAX):
                self._names[code].add(str(name))


class SubtableCreator:
    """Creates a subtable for each device that has none.

    ``create table if not exists`` reports no error if the name belongs to another device (``t_a1`` for A1 and for a1),
    and an insert would then write into that device's table. So the tags are read back after each creation, and a
    device whose name is taken gets the hashed name.
    """

    def __init__(self, rest: TdengineRest, maps: StaleWhileRefreshingCache[SuperTable, SubtableMap]) -> None:
        self._rest = rest
        self._maps = maps

    async def ensure(
        self, table: SuperTable, device_codes: Iterable[str], columns: Sequence[Column]
    ) -> Mapping[str, str]:
        """Return the subtable to write into by device code; create those that are missing.

        Raises:
            StoreError: a subtable could not be created.
        """
        known = await self._maps.get(table)
        names = {code: known.writable(code) for code in device_codes}
        for missing in _chunks([code for code, name in names.items() if name is None]):
            rows = await self._create_missing(table, missing, columns)
            known.add(rows)
            created = SubtableMap(rows)
            names |= {code: created.writable(code) for code in missing}
        return {code: _require(name) for code, name in names.items()}

    async def _create_missing(self, table: SuperTable, codes: list[str], columns: Sequence[Column]) -> list[Row]:
        # The map may be older than a subtable that another process just created, so the tags are read first.
        existing = await self._read_tags(table, codes)
        found = SubtableMap(existing)
        missing = [code for code in codes if found.writable(code) is None]
        created = await self._create(table, {code: statements.subtable_name(table, code) for code in missing}, columns)
        owned = SubtableMap(created)
        taken = [code for code in missing if owned.writable(code) is None]
        hashed_names = {code: statements.hashed_subtable_name(table, code) for code in taken}
        hashed = await self._create(table, hashed_names, columns)
        return [*existing, *created, *hashed]

    async def _create(self, table: SuperTable, names: Mapping[str, str], columns: Sequence[Column]) -> list[Row]:
        """Create subtables with these names, and return the tags of those that belong to these devices."""
        if not names:
            return []
        # One statement must not name a table twice. If two devices want one name, the first gets it here; the other
        # then finds it taken.
        by_name = {name: code for code, name in reversed(list(names.items()))}
        new = [statements.NewSubtable(name, code, _name_tag(columns, code)) for name, code in by_name.items()]
        await self._execute_creation(table, new)
        # Read back by device code: a query by table name also returns tables of other super tables, as if they
        # belonged to this one.
        return await self._read_tags(table, names)

    async def _read_tags(self, table: SuperTable, codes: Iterable[str]) -> list[Row]:
        return list((await self._rest.execute(statements.tags_of_devices(table, codes))).rows)

    async def _execute_creation(self, table: SuperTable, new: list[statements.NewSubtable]) -> None:
        try:
            await self._rest.execute(statements.create_subtables(table, new))
        except SubtableTaken:
            # One name belongs to a table that is no subtable of this super table. Halve the statement so that the
            # other subtables are created; the missing one shows up when the tags are read back.
            if len(new) > 1:
                middle = len(new) // 2
                await self._execute_creation(table, new[:middle])
                await self._execute_creation(table, new[middle:])


def _require(name: str | None) -> str:
    if name is None:
        raise StoreProtocolError("A new subtable does not exist after its creation, or belongs to another device.")
    return name


def _name_tag(columns: Sequence[Column], device_code: str) -> str | None:
    """Return the value of the tag ``name``, ``t_{device_code}``; None without such a tag or if it is too short."""
    value = f"t_{device_code}"
    for column in columns:
        if column.name == _NAME_TAG and column.is_tag and column.type in {ColumnType.NCHAR, ColumnType.VARCHAR}:
            length = len(value) if column.type is ColumnType.NCHAR else len(value.encode())
            return value if column.length is None or length <= column.length else None
    return None


def _chunks(codes: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(codes), SUBTABLES_PER_STATEMENT):
        yield codes[start : start + SUBTABLES_PER_STATEMENT]


async def read_map(rest: TdengineRest, table: SuperTable) -> SubtableMap:
    """Read the tags of all subtables of a super table."""
    return SubtableMap((await rest.execute(statements.tags(table))).rows)
