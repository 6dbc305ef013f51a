"""The SQL statements that make an existing table fit. They are printed, never executed."""

# ruff: noqa: S608 -- every name in a statement is quoted

from collections.abc import Callable, Iterable, Mapping

from adapters.postgres.schema.inspection import ExistingColumn, ExistingTable, Session, quoted
from adapters.postgres.schema.needs import INTEGERS, NUMBERS, PADDED_STRINGS, ColumnNeed

TRUE_TEXTS = "('1', 't', 'true', 'y', 'yes', '是')"
MILLISECONDS_MIN = 100_000_000_000
"""A number of a moment that is larger counts milliseconds since 1970, a smaller one seconds."""
# Every day that exists, except in years like 2000 and 1900, whose 29 February the person has to move by hand.
_DAY = (
    "^[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))$"
    "|^[0-9]{2}(0[48]|[2468][048]|[13579][26])-02-29$"
)

_INTEGER_TYPES = ("smallint", "integer", "bigint")


def conversion(column: ExistingColumn, need: ColumnNeed, value: str) -> str | None:
    """Return an expression that converts a value of the column to the type that is needed; None if there is none."""
    if column.base_kind == "e":
        value, source = f"{value}::text", "text"
    else:
        source = column.base_type
    return _CONVERSIONS.get(need.type.partition("(")[0], _to_text)(source, value)


def _to_text(source: str, value: str) -> str | None:
    return f"array_to_string({value}, ',')" if source.startswith("_") else f"{value}::text"


def _to_boolean(source: str, value: str) -> str | None:
    if source in NUMBERS:
        return f"{value} <> 0"
    if source in ("bit", "varbit"):
        return f"position(B'1' in {value}) > 0"
    return f"lower(btrim({value}::text)) in {TRUE_TEXTS}" if source in PADDED_STRINGS else None


def _to_date(source: str, value: str) -> str | None:
    if source in PADDED_STRINGS:
        return f"nullif(btrim({value}), '')::date"
    if source in INTEGERS:
        return f"{_moment(value)}::date"
    return f"{value}::date" if source in ("timestamp", "timestamptz") else None


def _to_timestamp(source: str, value: str) -> str | None:
    if source in PADDED_STRINGS:
        return f"nullif(btrim({value}), '')::timestamp"
    if source in INTEGERS:
        return f"{_moment(value)}::timestamp"
    return f"{value}::timestamp" if source in ("date", "timestamptz") else None


def _moment(value: str) -> str:
    return f"to_timestamp(case when abs({value}) >= {MILLISECONDS_MIN} then {value} / 1000.0 else {value} end)"


def _to_number(type_name: str) -> Callable[[str, str], str | None]:
    def convert(source: str, value: str) -> str | None:
        return f"{value}::{type_name}" if source in NUMBERS | PADDED_STRINGS else None

    return convert


def _to_jsonb(source: str, value: str) -> str | None:
    return f"nullif(btrim({value}), '')::jsonb" if source in PADDED_STRINGS else None


_CONVERSIONS: Mapping[str, Callable[[str, str], str | None]] = {
    "boolean": _to_boolean,
    "date": _to_date,
    "timestamp": _to_timestamp,
    "timestamptz": _to_timestamp,
    "bigint": _to_number("bigint"),
    "double precision": _to_number("double precision"),
    "jsonb": _to_jsonb,
}


def change_type(table: ExistingTable, column: ExistingColumn, need: ColumnNeed, using: str) -> str:
    """Return the statement that converts a column; ``using`` is the expression that converts its values.

    Check constraints that involve the column are dropped: they compare values of the old type.
    """
    name = quoted(column.name)
    steps = [f"drop constraint {quoted(check)}" for check in column.checks]
    if column.default_expression is not None:
        steps.append(f"alter column {name} drop default")
    steps.append(f"alter column {name} type {need.type} using {using}")
    if column.default_expression is not None:
        old_default = conversion(column, need, f"({column.default_expression})") or "null"
        steps.append(f"alter column {name} set default {need.default or old_default}")
    return alter(table, *steps)


def rename_and_convert(table: ExistingTable, column: ExistingColumn, need: ColumnNeed) -> str:
    """Return the statements that keep the values in a column with another name, and copy those that are dates."""
    old, new = quoted(f"{column.name}_text"), quoted(column.name)
    default = f" default {need.default}" if need.default else ""
    required = [alter(table, f"alter column {old} drop not null")] if column.forbids_nulls else []
    return " ".join(
        (
            alter(table, f"rename column {new} to {old}"),
            *required,
            alter(table, f"add column {new} {need.type}{default}"),
            f"update {table.full_name} set {new} = btrim({old})::{need.type} where btrim({old}) ~ '{_DAY}';",
        )
    )


def replace_column(table: ExistingTable, column: ExistingColumn, need: ColumnNeed) -> str:
    """Return the statements that keep a column under another name, and add one of the type that is needed."""
    old, new = quoted(f"{column.name}_old"), quoted(column.name)
    kind = f"{need.type} generated by default as identity" if need.is_numbered else need.type
    return " ".join((alter(table, f"rename column {new} to {old}"), alter(table, f"add column {new} {kind}")))


def add_columns(table: ExistingTable, missing: Mapping[str, ColumnNeed]) -> str:
    """Return the statement that adds columns."""

    def definition(name: str, need: ColumnNeed) -> str:
        identity = " generated by default as identity" if need.is_numbered else ""
        default = f" default {need.default}" if need.default else ""
        return f"add column {quoted(name)} {need.type}{identity}{default}"

    return alter(table, *(definition(name, need) for name, need in missing.items()))


def number_rows(table: ExistingTable, column: ExistingColumn) -> str:
    """Return the statements that let a table number its new rows."""
    name = quoted(column.name)
    return " ".join(
        (
            alter(
                table,
                f"alter column {name} set not null",
                f"alter column {name} add generated by default as identity",
            ),
            advance_sequence(table, column),
        )
    )


def advance_sequence(table: ExistingTable, column: ExistingColumn) -> str:
    """Return the statement that lets the sequence of a column go on after the highest number."""
    literal_table, literal_column = (text.replace("'", "''") for text in (table.full_name, column.name))
    sequence = f"pg_get_serial_sequence('{literal_table}', '{literal_column}')"
    return f"select setval({sequence}, greatest(max({quoted(column.name)}), 1)) from {table.full_name};"


def renumber(table: ExistingTable) -> str:
    """Return the statement that numbers all rows anew, in the order of their ids."""
    numbered = f"select tableoid, ctid, row_number() over (order by id, ctid) as number from {table.full_name}"
    return (
        f"update {table.full_name} as t set id = n.number from ({numbered}) as n"
        " where n.tableoid = t.tableoid and n.ctid = t.ctid;"
    )


def make_unique(table: ExistingTable, column: ExistingColumn, *, has_duplicates: bool) -> str:
    """Return the statements that make a column unique; rows after the first of a code get a code of their own."""
    name = quoted(column.name)
    index = quoted(f"uq_{table.name}_{column.name}"[:63])
    drop = [alter(table, f"drop constraint {quoted(key)}") for key in column.deferrable_keys]
    statement = " ".join((*drop, f"create unique index {index} on {table.full_name} ({name});"))
    if not has_duplicates:
        return statement
    # Left of the suffix so that the new code keeps to the length limit of 50 characters.
    rename = (
        f"update {table.full_name} as t set {name} = left(t.{name}, 30) || '-' || replace(n.suffix, ',', '-')"
        f" from (select tableoid, ctid, row_number() over (partition by {name} order by ctid) as number,"
        f" trim(both '()' from ctid::text) as suffix from {table.full_name}) as n"
        f" where n.tableoid = t.tableoid and n.ctid = t.ctid and n.number > 1;"
    )
    return f"{rename} {statement}"


def forbid_nulls(table: ExistingTable, column: ExistingColumn, need: ColumnNeed, *, has_nulls: bool) -> str:
    """Return the statements that forbid nulls; rows with a null get the default, or a value by their position."""
    name = quoted(column.name)
    statement = alter(table, f"alter column {name} set not null")
    if not has_nulls:
        return statement
    is_text = column.base_type in PADDED_STRINGS
    numbered = "'unnamed-' || replace(trim(both '()' from ctid::text), ',', '-')" if is_text else "0"
    return f"update {table.full_name} set {name} = {need.default or numbered} where {name} is null; {statement}"


def replace_values(table: ExistingTable, column: ExistingColumn, need: ColumnNeed) -> str:
    """Return the statement that writes known values in lower case, and replaces all others by the default."""
    name = quoted(column.name)
    known = f"lower({name}::text) in ({', '.join(map(repr, need.values))})"
    return (
        f"update {table.full_name} set {name} = case when {known} then lower({name}::text) else {need.default} end "
        f"where {name} not in ({', '.join(map(repr, need.values))});"
    )


def allow_nulls(table: ExistingTable, column: ExistingColumn) -> str:
    return alter(table, f"alter column {quoted(column.name)} drop not null")


def stop_generating(table: ExistingTable, column: ExistingColumn) -> str:
    what = "drop identity" if column.identity else "drop expression"
    return alter(table, f"alter column {quoted(column.name)} {what}")


def set_default(table: ExistingTable, name: str, default: str) -> str:
    return alter(table, f"alter column {quoted(name)} set default {default}")


def compare_exactly(table: ExistingTable, column: ExistingColumn, need: ColumnNeed) -> str:
    return alter(table, f'alter column {quoted(column.name)} type {need.type} collate "default"')


def add_enabled(table: ExistingTable, enabled: str) -> str:
    """Return the statements that add the column enabled; ``enabled`` is the expression for existing rows."""
    add = alter(table, "add column enabled boolean not null default true")
    return f"{add} update {table.full_name} set enabled = {enabled};"


def move_aside(table: ExistingTable) -> str:
    """Return the statement that gives the name free, so that migrate creates a table."""
    kinds = {"v": "view", "m": "materialized view", "f": "foreign table", "S": "sequence", "i": "index"}
    return f"alter {kinds.get(table.kind, 'table')} {table.full_name} rename to {quoted(table.name + '_old')};"


def drop_rules(table: ExistingTable) -> str:
    return " ".join(f"drop rule {quoted(rule)} on {table.full_name};" for rule in table.rules)


def detach_children(table: ExistingTable) -> str:
    return " ".join(f"alter table {child} no inherit {table.full_name};" for child in table.children)


def grant(session: Session, privileges: Iterable[str], what: str) -> str:
    return f"grant {', '.join(privileges)} on {what} to {quoted(session.account)};"


def share_ownership(table: ExistingTable, session: Session) -> str:
    """Return the statement that lets the account alter the table; it never makes the account a superuser."""
    if table.is_owner_superuser:
        return alter(table, f"owner to {quoted(session.account)}")
    return f"grant {quoted(table.owner)} to {quoted(session.account)};"


def own_schema(session: Session) -> str:
    """Return the statements that give arcbeat a schema of its own, in front of the present search path."""
    return (
        f"create schema if not exists arcbeat authorization {quoted(session.account)}; "
        f"alter role {quoted(session.account)} in database {quoted(session.database)} "
        f"set search_path = arcbeat, {session.search_path};"
    )


def alter(table: ExistingTable, *steps: str) -> str:
    return f"alter table {table.full_name} {', '.join(steps)};"
