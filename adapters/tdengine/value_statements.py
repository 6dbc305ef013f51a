"""Builds the SQL statement that finds the readings in which a column has one value."""

# ruff: noqa: S608 -- this module builds SQL; adapters.tdengine.literals encodes every value and name in it

from adapters.tdengine.literals import MICROSECOND, clamp, identifier, literal, text, timestamp
from adapters.tdengine.statements import between, full_name, of_devices
from arcbeat.domain.readings.readings import Order, ValuePosition, ValueQuery
from arcbeat.domain.schema.columns import DEVICE_CODE, TIMESTAMP
from arcbeat.domain.schema.super_tables import SuperTable


def with_value(table: SuperTable, query: ValueQuery, key: str | None, *, has_nanoseconds: bool) -> str:
    """Read the readings in which a column has one value; the last columns are device code and name of the subtable.

    ``key`` is the second column of a composite primary key. Rows with one ts and subtable are ordered by it. Positions
    have microseconds: where the database has nanoseconds, rows are ordered by microsecond, then by subtable.
    """
    names = dict.fromkeys((TIMESTAMP, *query.fields))
    column = identifier(query.column.name)
    conditions = [
        between(query.start, query.end),
        f"{column} = {literal(query.column.type, query.value)}",
        *([of_devices(query.device_codes)] if query.device_codes is not None else []),
        *([_from(query.after, query.order, has_nanoseconds=has_nanoseconds)] if query.after is not None else []),
    ]
    then = f", {identifier(key)}" if key else ""
    return (
        f"select {', '.join(map(identifier, names))}, {identifier(DEVICE_CODE)}, tbname from {full_name(table)} "
        f"where {' and '.join(conditions)} "
        f"order by {_order(query.order, has_nanoseconds=has_nanoseconds)}{then} limit {query.limit:d}"
    )


def _order(order: Order, *, has_nanoseconds: bool) -> str:
    ts = f"{identifier(TIMESTAMP)} {order.value}"
    if not has_nanoseconds:
        return f"{ts}, tbname"
    return f"timetruncate({identifier(TIMESTAMP)}, 1u) {order.value}, tbname, {ts}"


def _from(after: ValuePosition, order: Order, *, has_nanoseconds: bool) -> str:
    column, ts = identifier(TIMESTAMP), timestamp(clamp(after.ts))
    same, later = f"{column} = {ts}", f"{column} > {ts}"
    if has_nanoseconds:
        end = timestamp(clamp(clamp(after.ts) + MICROSECOND))
        same, later = f"{column} >= {ts} and {column} < {end}", f"{column} >= {end}"
    beyond = later if order is Order.ASCENDING else f"{column} < {ts}"
    return f"({beyond} or ({same} and tbname >= {text(after.subtable)}))"
