"""Which subtables hold the readings of which device: names come from the tags, never from the code."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from adapters.refreshing import Refreshing
from adapters.tdengine import statements
from adapters.tdengine.errors import SubtableTaken
from adapters.tdengine.literals import is_name
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.rows import Row
from arcbeat.domain.errors import StoreProtocolError
from arcbeat.domain.readings.columns import Column, ColumnType
from arcbeat.domain.readings.readings import SuperTable

SUBTABLES_MAX = 500_000
"""Of one super table; devices beyond are asked for by tag each time."""

SUBTABLES_PER_STATEMENT = 500
_LABEL = "name"


class SubtableMap:
    """The subtables of one super table by device."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._names: dict[str, set[str]] = defaultdict(set)
        self.add(rows)

    def names(self, device_code: str) -> list[str]:
        """In order; none if the device is not known, several if they share its code."""
        return sorted(self._names.get(device_code, ()))

    def writable(self, device_code: str) -> str | None:
        """The one that the device's readings are written into: the first by name that a statement can name."""
        return next(filter(is_name, self.names(device_code)), None)

    def clashes(self) -> Mapping[str, list[str]]:
        """Devices with several subtables."""
        return {code: sorted(names) for code, names in sorted(self._names.items()) if len(names) > 1}

    def add(self, rows: Iterable[Row]) -> None:
        """Add subtables: name, device code."""
        for name, device_code, *_ in rows:
            code = str(device_code)
            if device_code is not None and (code in self._names or len(self._names) < SUBTABLES_MAX):
                self._names[code].add(str(name))


class SubtableCreator:
    """Gives each device its subtable.

    TDengine says nothing when a table of that name is there already and is another device's (``t_a1`` for A1 and for
    a1), and writes into it. So the tags are read back, and a device whose name is taken gets the hashed one.
    """

    def __init__(self, rest: TdengineRest, maps: Refreshing[SuperTable, SubtableMap]) -> None:
        self._rest = rest
        self._maps = maps

    async def ensure(
        self, table: SuperTable, device_codes: Iterable[str], columns: Sequence[Column]
    ) -> Mapping[str, str]:
        """The subtable to write into, by device code.

        Raises:
            StoreError: one could not be made.
        """
        known = await self._maps.get(table)
        names = {code: known.writable(code) for code in device_codes}
        for missing in _chunks([code for code, name in names.items() if name is None]):
            rows = await self._make_missing(table, missing, columns)
            known.add(rows)
            found = SubtableMap(rows)
            names |= {code: found.writable(code) for code in missing}
        return {code: _present(name) for code, name in names.items()}

    async def _make_missing(self, table: SuperTable, codes: list[str], columns: Sequence[Column]) -> list[Row]:
        there = await self._tags_of(table, codes)
        found = SubtableMap(there)
        missing = [code for code in codes if found.writable(code) is None]
        made = await self._make(table, {code: statements.subtable_name(table, code) for code in missing}, columns)
        owned = SubtableMap(made)
        taken = [code for code in missing if owned.writable(code) is None]
        hashed = await self._make(
            table, {code: statements.hashed_subtable_name(table, code) for code in taken}, columns
        )
        return [*there, *made, *hashed]

    async def _make(self, table: SuperTable, names: Mapping[str, str], columns: Sequence[Column]) -> list[Row]:
        """Make subtables by these names and say which of them really are those devices' own."""
        if not names:
            return []
        # A statement may make a name only once; of two devices that want it, the first is served here.
        by_name = {name: code for code, name in reversed(list(names.items()))}
        new = [statements.NewSubtable(name, code, _label(columns, code)) for name, code in by_name.items()]
        await self._create(table, new)
        # Asked for by name, TDengine also tells of tables of other super tables, as if they were of this one.
        return await self._tags_of(table, names)

    async def _tags_of(self, table: SuperTable, codes: Iterable[str]) -> list[Row]:
        return list((await self._rest.execute(statements.tags_of_devices(table, codes))).rows)

    async def _create(self, table: SuperTable, new: list[statements.NewSubtable]) -> None:
        try:
            await self._rest.execute(statements.create_subtables(table, new))
        except SubtableTaken:
            # One name of them is something else's, which the tags will tell; the others are not to suffer.
            if len(new) > 1:
                middle = len(new) // 2
                await self._create(table, new[:middle])
                await self._create(table, new[middle:])


def _present(name: str | None) -> str:
    if name is None:
        raise StoreProtocolError("A subtable that was just made is not there, or is another device's.")
    return name


def _label(columns: Sequence[Column], device_code: str) -> str | None:
    """The tag ``name``, in the user's way of naming, where there is such a tag and it is long enough."""
    label = f"t_{device_code}"
    for column in columns:
        if column.name == _LABEL and column.is_tag and column.type in {ColumnType.NCHAR, ColumnType.VARCHAR}:
            length = len(label) if column.type is ColumnType.NCHAR else len(label.encode())
            return label if column.length is None or length <= column.length else None
    return None


def _chunks(codes: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(codes), SUBTABLES_PER_STATEMENT):
        yield codes[start : start + SUBTABLES_PER_STATEMENT]


async def read_map(rest: TdengineRest, table: SuperTable) -> SubtableMap:
    """All subtables of a super table."""
    return SubtableMap((await rest.execute(statements.tags(table))).rows)
