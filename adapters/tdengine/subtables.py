"""Finds the subtables of devices by their tags, and creates missing ones.

The device code is never derived from a name: tables created by other programs are spelled in any way. Nothing is
cached, because another program may drop a subtable, or give it another device code, at any moment.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress

from adapters.tdengine import statements
from adapters.tdengine.errors import SubtableTaken
from adapters.tdengine.reads import Reads
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.shared_reads import SharedReads
from adapters.tdengine.statements import SubtableDefinition
from adapters.tdengine.subtable_names import SubtableNames, chunks
from arcbeat.domain.errors import StoreProtocolError
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable

CREATED_PER_STATEMENT = 500
_NAME_TAG = "name"


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
        self._names = SubtableNames(reads)
        self._name_of = name_of
        self._waiting: dict[SuperTable, dict[str, None]] = defaultdict(dict)
        self._shared = SharedReads(self._find_waiting)

    async def find(self, table: SuperTable, device_codes: Iterable[str]) -> Mapping[str, str]:
        """Return the subtable for new readings of each of these devices that has one; of others there may be too.

        Callers that wait for the next read share it: TDengine then compares the codes of all with the tags once.
        """
        if not (codes := dict.fromkeys(device_codes)):
            return {}
        self._waiting[table].update(codes)
        return await self._shared.read(table)

    async def aclose(self) -> None:
        """Cancel the reads in flight; callers that wait for one get CancelledError."""
        await self._shared.aclose()

    async def ensure(
        self, table: SuperTable, device_codes: Iterable[str], found: Mapping[str, str], columns: Sequence[Column]
    ) -> Mapping[str, str]:
        """Return the subtable to write into by device code; create those that are not among ``found``.

        Raises:
            StoreError: a subtable could not be created.
        """
        names = {code: found.get(code) for code in device_codes}
        if missing := [code for code, name in names.items() if name is None]:
            created = await self._create_missing(table, missing, columns)
            names |= {code: created.get(code) for code in missing}
        return {code: _require(name) for code, name in names.items()}

    async def _create_missing(
        self, table: SuperTable, missing: list[str], columns: Sequence[Column]
    ) -> Mapping[str, str]:
        created = await self._create(table, {code: self._name_of(table, code) for code in missing}, columns)
        taken = [code for code in missing if code not in created]
        hashed_names = {code: statements.hashed_subtable_name(table, code) for code in taken}
        return created | await self._create(table, hashed_names, columns)

    async def _create(self, table: SuperTable, names: Mapping[str, str], columns: Sequence[Column]) -> dict[str, str]:
        """Create subtables with these names, and return those that belong to these devices."""
        # One statement must not name a table twice. If two devices want one name, the first gets it here; the other
        # then finds it taken.
        by_name = {name: code for code, name in reversed(list(names.items()))}
        for some in chunks(list(by_name), CREATED_PER_STATEMENT):
            # A name may belong to a table that is no subtable of this super table. The other subtables are created
            # all the same; the missing one shows up when the tags are read back.
            with suppress(SubtableTaken):
                definitions = [define(name, by_name[name], columns) for name in some]
                await self._rest.execute(statements.create_subtables(table, definitions))
        # Read back by device code: a query by table name also returns tables of other super tables, as if they
        # belonged to this one.
        return dict(await self._names.read(table, list(names)))

    async def _find_waiting(self, table: SuperTable) -> Mapping[str, str]:
        return await self._names.read(table, list(self._waiting.pop(table)))


def _require(name: str | None) -> str:
    if name is None:
        raise StoreProtocolError("A new subtable does not exist after its creation, or belongs to another device.")
    return name


def define(name: str, device_code: str, columns: Sequence[Column]) -> SubtableDefinition:
    """Return a subtable with the tags that arcbeat gives it."""
    return SubtableDefinition(name, device_code, _name_tag(columns, device_code))


def _name_tag(columns: Sequence[Column], device_code: str) -> str | None:
    """Return the value of the tag ``name``, ``t_{device_code}``; None without such a tag or if it is too short."""
    value = f"t_{device_code}"
    for column in columns:
        if column.name == _NAME_TAG and column.is_tag and column.type in {ColumnType.NCHAR, ColumnType.VARCHAR}:
            length = len(value) if column.type is ColumnType.NCHAR else len(value.encode())
            return value if column.length is None or length <= column.length else None
    return None


async def find_clashes(reads: Reads, table: SuperTable) -> Mapping[str, list[str]]:
    """Return the devices of a super table that have several subtables, with the names."""
    names: dict[str, set[str]] = defaultdict(set)
    for name, code, *_ in (await reads.read(table, statements.tags(table))).rows:
        if code is not None:
            names[str(code)].add(str(name))
    return {code: sorted(owned) for code, owned in sorted(names.items()) if len(owned) > 1}
