"""Finds the subtables of devices by their tags, and creates missing ones.

The device code is never derived from a name: tables created by other programs are spelled in any way. Nothing is
cached, because another program may drop a subtable, or give it another device code, at any moment.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from adapters.tdengine import statements
from adapters.tdengine.errors import SubtableTaken
from adapters.tdengine.literals import is_name
from adapters.tdengine.reads import Reads
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.rows import Row
from adapters.tdengine.statements import SubtableDefinition
from arcbeat.domain.errors import StoreProtocolError
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable

SUBTABLES_PER_STATEMENT = 500
_NAME_TAG = "name"


class SubtableMap:
    """Subtables of one super table by device code, from rows of subtable name and device code."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._names: dict[str, set[str]] = defaultdict(set)
        for name, device_code, *_ in rows:
            if device_code is not None:
                self._names[str(device_code)].add(str(name))

    def names(self, device_code: str) -> list[str]:
        """Return the subtables of a device in order: none if it is unknown, several if they share its code."""
        return sorted(self._names.get(device_code, ()))

    def writable(self, device_code: str) -> str | None:
        """Return the subtable for new readings of a device: the first by name that a statement can contain."""
        return next(filter(is_name, self.names(device_code)), None)

    def clashes(self) -> Mapping[str, list[str]]:
        """Return the devices that have several subtables."""
        return {code: sorted(names) for code, names in sorted(self._names.items()) if len(names) > 1}


class Subtables:
    """Finds the subtable of each device, and creates one for each device that has none.

    ``create table if not exists`` reports no error if the name belongs to another device (``t_a1`` for A1 and for a1),
    and an insert would then write into that device's table. So the tags are read back after each creation, and a
    device whose name is taken gets the hashed name.
    """

    def __init__(
        self, rest: TdengineRest, reads: Reads, *, name_of: Callable[[SuperTable, str], str] = statements.subtable_name
    ) -> None:
        """``name_of`` returns the name of a new subtable for a super table and a device code."""
        self._rest = rest
        self._reads = reads
        self._name_of = name_of

    async def find(self, table: SuperTable, device_codes: Iterable[str]) -> list[Row]:
        """Return name and device code of every subtable of these devices."""
        batches = _chunks(list(device_codes))
        results = await self._reads.read_all(table, (statements.tags_of_devices(table, codes) for codes in batches))
        return [row for result in results for row in result.rows]

    async def ensure(
        self, table: SuperTable, device_codes: Iterable[str], found: Iterable[Row], columns: Sequence[Column]
    ) -> Mapping[str, SubtableDefinition]:
        """Return the subtable to write into by device code; create those that are not among the ``found`` ones.

        Raises:
            StoreError: a subtable could not be created.
        """
        known = SubtableMap(found)
        names = {code: known.writable(code) for code in device_codes}
        for missing in _chunks([code for code, name in names.items() if name is None]):
            created = SubtableMap(await self._create_missing(table, missing, columns))
            names |= {code: created.writable(code) for code in missing}
        return {code: _definition(_require(name), code, columns) for code, name in names.items()}

    async def _create_missing(self, table: SuperTable, missing: list[str], columns: Sequence[Column]) -> list[Row]:
        created = await self._create(table, {code: self._name_of(table, code) for code in missing}, columns)
        owned = SubtableMap(created)
        taken = [code for code in missing if owned.writable(code) is None]
        hashed_names = {code: statements.hashed_subtable_name(table, code) for code in taken}
        return [*created, *await self._create(table, hashed_names, columns)]

    async def _create(self, table: SuperTable, names: Mapping[str, str], columns: Sequence[Column]) -> list[Row]:
        """Create subtables with these names, and return the tags of those that belong to these devices."""
        if not names:
            return []
        # One statement must not name a table twice. If two devices want one name, the first gets it here; the other
        # then finds it taken.
        by_name = {name: code for code, name in reversed(list(names.items()))}
        await self._execute_creation(table, [_definition(name, code, columns) for name, code in by_name.items()])
        # Read back by device code: a query by table name also returns tables of other super tables, as if they
        # belonged to this one.
        return await self.find(table, names)

    async def _execute_creation(self, table: SuperTable, new: list[SubtableDefinition]) -> None:
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


def _definition(name: str, device_code: str, columns: Sequence[Column]) -> SubtableDefinition:
    return SubtableDefinition(name, device_code, _name_tag(columns, device_code))


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


async def find_clashes(reads: Reads, table: SuperTable) -> Mapping[str, list[str]]:
    """Return the devices of a super table that have several subtables, with the names."""
    return SubtableMap((await reads.read(table, statements.tags(table))).rows).clashes()
