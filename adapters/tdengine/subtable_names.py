"""Reads the subtables of devices by the statement that costs TDengine least, and decodes only responses that are new.

Each call reads, so no name is older than the call: the response is compared with an earlier one, byte by byte.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf

from cachetools import LRUCache

from adapters.tdengine import statements
from adapters.tdengine.literals import is_name
from adapters.tdengine.reads import Reads, ResultCutOff
from adapters.tdengine.rows import Row, decode, decode_unconverted
from adapters.tdengine.statements import STATEMENT_BYTES_MAX
from arcbeat.concurrency import run_each
from arcbeat.domain.schema.super_tables import SuperTable

FOUND_PER_STATEMENT = 5000
"""A statement with more than a hundred codes compares them with the tag of every subtable, so few statements compare
less."""
FOUND_PER_STATEMENT_IF_CUT_OFF = 500
"""For servers with a row limit."""
ALL_CODES_MIN = 1000
"""The number of devices from which all subtables may be read instead of theirs."""
ALL_SUBTABLES_PER_CODE_MAX = 2.5
"""All subtables are read if there are at most so many per device: TDengine takes 1.9 µs of CPU to return a subtable,
and 4.6 µs to parse, plan and compare a device code."""
ALL_SUBTABLES_MAX = 12_500
"""So many are decoded in 3 ms."""
CODE_CHARACTER_BYTES_MAX = 4
CODE_SEPARATORS = 3
"""Two quotes and a comma."""
TABLES_MAX = 256
"""The size limit of the cache of sizes."""
HELD_BYTES_MAX = 16 * 2**20
"""The size limit of the responses that are held, about a hundred for a thousand devices each."""
BYTES_PER_NAME = 64
"""What an entry of a dictionary takes beside its texts."""
ALL: frozenset[str] = frozenset()
"""Stands for all devices of a super table."""


@dataclass(frozen=True, slots=True)
class _Response:
    """A response to a statement, with the names by device code that it contains."""

    statement: str
    body: bytes
    rows: range
    names: Mapping[str, str]

    @property
    def held_bytes(self) -> int:
        return len(self.statement) + 3 * len(self.body) + BYTES_PER_NAME * len(self.names)


class SubtableNames:
    """Reads the subtable for new readings of each device: the first by name that a statement can contain."""

    def __init__(self, reads: Reads, *, batches_at_once: int = 4) -> None:
        self._reads = reads
        self._batches_at_once = batches_at_once
        self._held: LRUCache[tuple[SuperTable, frozenset[str]], _Response] = LRUCache(
            HELD_BYTES_MAX, lambda response: response.held_bytes
        )
        self._sizes: LRUCache[SuperTable, float] = LRUCache(TABLES_MAX)

    async def read(self, table: SuperTable, codes: Sequence[str]) -> Mapping[str, str]:
        """Return the names by device code; those of other devices may be among them.

        Raises:
            StoreError: TDengine did not respond, or responded with an error.
        """
        try:
            names = await self._read_all(table, len(codes))
            return await self._read_some(table, codes, FOUND_PER_STATEMENT) if names is None else names
        except ResultCutOff:
            self._sizes[table] = inf
            return await self._read_some(table, codes, FOUND_PER_STATEMENT_IF_CUT_OFF)

    async def _read_all(self, table: SuperTable, count: int) -> Mapping[str, str] | None:
        """Return the names of all devices, or None if there are too many subtables for this number of devices."""
        subtables_max = min(int(count * ALL_SUBTABLES_PER_CODE_MAX), ALL_SUBTABLES_MAX)
        if count < ALL_CODES_MIN or self._sizes.get(table, 0) > subtables_max:
            return None
        held = self._held.get((table, ALL))
        response = await self._read(table, ALL, held, statements.tags(table, rows_max=subtables_max + 1))
        if len(response.rows) <= subtables_max:
            self._sizes[table] = len(response.rows)
            return response.names
        # The next attempt needs twice as many devices, so that attempts stay rare while batches grow.
        self._sizes[table] = 2 * subtables_max
        return None

    async def _read_some(self, table: SuperTable, codes: Sequence[str], count_max: int) -> Mapping[str, str]:
        parts = chunks(codes, min(count_max, _codes_per_statement(codes)))
        found = await run_each(partial(self._read_part, table), parts, at_once=self._batches_at_once)
        if len(found) == 1:
            return found[0].names
        names: dict[str, str] = {}
        for response in found:
            names |= response.names
        return names

    async def _read_part(self, table: SuperTable, codes: Sequence[str]) -> _Response:
        devices = frozenset(codes)
        held = self._held.get((table, devices))
        statement = held.statement if held else statements.tags_of_devices(table, codes)
        return await self._read(table, devices, held, statement)

    async def _read(
        self, table: SuperTable, devices: frozenset[str], held: _Response | None, statement: str
    ) -> _Response:
        """Read the subtables of these devices, of which ``held`` is an earlier response."""
        response = await self._reads.read_as(table, statement, partial(_decode, held, statement))
        if response is not held and response.held_bytes <= HELD_BYTES_MAX:
            self._held[table, devices] = response
        return response


def _decode(held: _Response | None, statement: str, body: bytes, http_status: int) -> _Response:
    if held is not None and (body, statement) == (held.body, held.statement) and http_status == 200:
        return held
    count, names = decode_names(body, http_status)
    return _Response(statement, body, range(count), names)


def decode_names(body: bytes, http_status: int) -> tuple[int, Mapping[str, str]]:
    """Return the number of rows, and the subtable for new readings of each device.

    Raises:
        StoreError: the response is an error, or has another form.
    """
    rows = decode_unconverted(body, http_status)
    names = _plain_names(rows)
    return len(rows), writable_names(decode(body, http_status).rows) if names is None else names


def _plain_names(rows: Sequence[Sequence[object]]) -> Mapping[str, str] | None:
    """Return the name by device code, or None unless each device has one subtable with an ordinary name."""
    try:
        names, codes = zip(*rows, strict=True)
        text = "".join(names)
        "".join(codes)
    except (TypeError, ValueError):  # no rows, or a value that is not a text
        return None
    by_code = dict(zip(codes, names, strict=True))
    return by_code if len(by_code) == len(rows) and "" not in names and text.isascii() and is_name(text) else None


def writable_names(rows: Iterable[Row]) -> dict[str, str]:
    """Return the subtable for new readings of each device: the first by name that a statement can contain.

    Args:
        rows: name and device code of subtables.
    """
    names: dict[str, str] = {}
    for name, code in ((str(name), str(code)) for name, code, *_ in rows if code is not None):
        if is_name(name) and (code not in names or name < names[code]):
            names[code] = name
    return names


def _codes_per_statement(codes: Sequence[str]) -> int:
    """Return how many of these codes surely fit into a statement: an escaped character takes two bytes, others four."""
    bytes_each = CODE_SEPARATORS + CODE_CHARACTER_BYTES_MAX * max(map(len, codes), default=0)
    return STATEMENT_BYTES_MAX // bytes_each


def chunks(texts: Sequence[str], count_max: int) -> Iterator[Sequence[str]]:
    """Yield consecutive parts of a sequence, for one statement each."""
    for start in range(0, len(texts), count_max):
        yield texts[start : start + count_max]
