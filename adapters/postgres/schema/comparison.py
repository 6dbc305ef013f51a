"""Compares an existing table with what arcbeat needs of it: findings, each with the statement that corrects it."""

# ruff: noqa: S608 -- every name in a statement is quoted

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg

from adapters.postgres.dictionary_statements import STATUS_DISABLED, STATUS_ENABLED
from adapters.postgres.master_data import DATE_MAX, DATE_MIN, MOMENT_MAX, MOMENT_MIN
from adapters.postgres.schema import fixes
from adapters.postgres.schema.inspection import (
    ExistingColumn,
    ExistingTable,
    Rows,
    Session,
    is_sequence_behind,
    quoted,
    read_columns,
)
from adapters.postgres.schema.needs import (
    DATES,
    DICT_DATA,
    DICT_TYPE,
    INTEGERS,
    MOMENTS,
    PADDED_STRINGS,
    STRINGS,
    AdoptableTable,
    ColumnNeed,
    Nulls,
)
from arcbeat.domain.errors import StoreError

TABLE_KINDS = frozenset({"r", "p"})
KIND_NAMES: Mapping[str, str] = {
    "v": "a view",
    "m": "a materialized view",
    "f": "a foreign table",
    "S": "a sequence",
    "i": "an index",
    "I": "an index",
    "c": "a composite type",
}
ID_MAX = 9_007_199_254_740_991
"""The contract's limit of ids: JavaScript represents larger integers inexactly."""


class SchemaError(StoreError):
    """The database schema cannot be upgraded."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason why a table cannot be adopted.

    Attributes:
        subject: the table, or the table and the column.
        found: what is there.
        needed: what arcbeat needs.
        fix: the SQL statement that corrects it.
    """

    subject: str
    found: str
    needed: str
    fix: str

    def __str__(self) -> str:
        return f"{self.subject} {self.found}; needed: {self.needed}\n    {self.fix}"


class TableInspection:
    """The comparison of one existing table with what arcbeat needs of it."""

    def __init__(
        self, connection: Rows, session: Session, need: AdoptableTable, table: ExistingTable, version: str
    ) -> None:
        self._connection = connection
        self._session = session
        self._need = need
        self._table = table
        self._is_new = version < need.since
        self._columns = {column.name: column for column in read_columns(connection, table)}
        self._may_read = "select" not in table.missing_privileges

    def findings(self) -> list[Finding]:
        """Return the reasons why the table cannot be used."""
        if self._table.kind not in TABLE_KINDS:
            kind = KIND_NAMES.get(self._table.kind, "no table")
            return [self._finding("", f"is {kind}", "a table", fixes.move_aside(self._table))]
        return [
            *self._table_findings(),
            *self._missing_columns(),
            *self._unknown_columns(),
            *(
                finding
                for name, need in self._need.columns.items()
                if name in self._columns
                for finding in self._column_findings(self._columns[name], need)
            ),
            *self._status_findings(),
        ]

    def notes(self) -> Iterator[str]:
        """Yield lines about the table and its contents; call it only if there are no findings."""
        name = self._need.name
        yield f"{name} existed and is adopted with its rows" if self._is_new else f"{name} is in place"
        if self._table.schema != self._session.schema:
            yield f"{name} is in the schema {self._table.schema}, new tables are created in {self._session.schema}"
        if unknown := [each.name for each in self._required_unknown_columns()]:
            yield f"{name} requires {', '.join(unknown)}, unknown to arcbeat: it cannot add rows to the table"
        yield from self._access_notes()
        yield from self._value_notes()
        yield from self._status_notes()

    def _finding(self, column: str, found: str, needed: str, fix: str) -> Finding:
        return Finding(f"{self._need.name}.{column}" if column else self._need.name, found, needed, fix)

    def _table_findings(self) -> Iterator[Finding]:
        table, session = self._table, self._session
        if table.rules:
            found = f"has the rules {', '.join(table.rules)}, with which inserts cannot return rows"
            yield self._finding("", found, "a table without rules", fixes.drop_rules(table))
        if table.children:
            found = f"has the inheriting tables {', '.join(table.children)}, across which nothing is unique"
            yield self._finding("", found, "a table without inheriting tables", fixes.detach_children(table))
        if not self._may_read:
            fix = fixes.grant(session, ["select"], table.full_name)
            yield self._finding("", f"may not be read by {session.account}", "the privilege select", fix)
        if self._is_new and not table.is_owner:
            # The migration adds an index, missing columns and a trigger, which only the owner may do.
            found = f"belongs to {table.owner}, and {session.account} is not a member of that role"
            needed = "an account that may alter the table, for this migration"
            yield self._finding("", found, needed, fixes.share_ownership(table, session))
        if self._is_new and not table.may_create_in_schema:
            fix = fixes.grant(session, ["usage", "create"], f"schema {quoted(table.schema)}")
            found = f"is in the schema {table.schema}, in which {session.account} may not create an index"
            yield self._finding("", found, "the privilege create", fix)

    def _missing_columns(self) -> Iterator[Finding]:
        missing = {name: need for name, need in self._need.needed.items() if name not in self._columns}
        if missing:
            found = f"exists but has no column {', '.join(missing)}"
            needed = ", ".join(f"{name} {need.type}" for name, need in missing.items())
            yield self._finding("", found, needed, fixes.add_columns(self._table, missing))

    def _unknown_columns(self) -> Iterator[Finding]:
        if self._need.must_accept_rows:
            for column in self._required_unknown_columns():
                needed = "a column that accepts nulls or has a default, because arcbeat adds rows without it"
                fix = fixes.allow_nulls(self._table, column)
                yield self._finding(column.name, "requires a value", needed, fix)

    def _required_unknown_columns(self) -> Sequence[ExistingColumn]:
        known = {*self._need.columns, *self._need.also_known}
        return [each for each in self._columns.values() if each.requires_value and each.name not in known]

    def _column_findings(self, column: ExistingColumn, need: ColumnNeed) -> Iterator[Finding]:
        table, name = self._table, column.name
        if column.base_type not in need.types:
            fix = self._conversion(column, need)
            yield self._finding(name, f"has the type {column.type}", need.type, fix)
            return
        if column.length is not None and column.length < need.length_min:
            found = f"has the type {column.type}, which is shorter than the contract allows"
            yield self._finding(name, found, need.type, fixes.change_type(table, column, need, quoted(name)))
        if need.types & STRINGS and not column.is_deterministic:
            found = "has a nondeterministic collation, with which texts cannot be searched"
            fix = fixes.compare_exactly(table, column, need)
            yield self._finding(name, found, "a deterministic collation", fix)
        if column.generated and not need.is_numbered and name != "id":
            yield self._finding(
                name, "is a generated column", "a column that can be written", fixes.stop_generating(table, column)
            )
        elif column.identity and need.is_written:
            yield self._finding(
                name, "is an identity column", "a column that can be written", fixes.stop_generating(table, column)
            )
        yield from self._null_findings(column, need)
        yield from self._value_findings(column, need)
        if need.is_unique and (column.deferrable_keys or not column.is_unique):
            has_duplicates = self._exists(
                f"select {quoted(name)} from {table.full_name} where {quoted(name)} is not null"
                f" group by {quoted(name)} having count(*) > 1"
            )
            missing = "a deferrable unique constraint" if column.deferrable_keys else "no unique index"
            found = f"has duplicates and {missing}" if has_duplicates else f"has {missing}"
            needed = "a unique index on this column alone, not deferrable and without a condition"
            yield self._finding(name, found, needed, fixes.make_unique(table, column, has_duplicates=has_duplicates))
        if name == "id" and not need.is_unique and self._has_duplicate_ids():
            yield self._finding(
                name,
                "is not unique",
                "a different id in each row",
                fixes.renumber(table),
            )

    def _value_findings(self, column: ExistingColumn, need: ColumnNeed) -> Iterator[Finding]:
        if need.values and (others := self._other_values(column, need)):
            fix = fixes.replace_values(self._table, column, need)
            yield self._finding(column.name, f"contains {', '.join(others)}", f"one of {', '.join(need.values)}", fix)

    def _null_findings(self, column: ExistingColumn, need: ColumnNeed) -> Iterator[Finding]:
        table, name = self._table, column.name
        if need.is_numbered and not (column.has_default or column.generated):
            needed = "a default or an identity, because arcbeat adds rows without it"
            yield self._finding(name, "has no default", needed, fixes.number_rows(table, column))
        elif need.is_numbered and self._may_read and is_sequence_behind(self._connection, table):
            found = "has a sequence that is behind the highest id"
            yield self._finding(name, found, "a sequence that gives new ids", fixes.advance_sequence(table, column))
        elif need.nulls is Nulls.NEVER and not column.forbids_nulls:
            has_nulls = self._exists(f"select 1 from {table.full_name} where {quoted(name)} is null")
            found = "contains nulls" if has_nulls else "accepts nulls"
            yield self._finding(name, found, "not null", fixes.forbid_nulls(table, column, need, has_nulls=has_nulls))
        elif need.nulls is Nulls.ALWAYS and column.forbids_nulls:
            fix = fixes.allow_nulls(table, column)
            yield self._finding(name, "does not accept nulls", "a column that does, for an empty value", fix)
        elif need.types == MOMENTS and not need.is_written and column.requires_value:
            fix = fixes.set_default(table, name, need.default)
            yield self._finding(name, "requires a value", "a default, because arcbeat does not set it", fix)

    def _conversion(self, column: ExistingColumn, need: ColumnNeed) -> str:
        """Return the statements that convert a column; what cannot be converted is kept in another column."""
        using = fixes.conversion(column, need, quoted(column.name))
        if using is None:
            return fixes.replace_column(self._table, column, need)
        if column.base_type in PADDED_STRINGS and need.types <= DATES | MOMENTS and not self._converts(using):
            return fixes.rename_and_convert(self._table, column, need)
        return fixes.change_type(self._table, column, need, using)

    def _converts(self, expression: str) -> bool:
        """Return whether an expression can be computed for every row."""
        if not self._may_read:
            return False
        try:
            with self._connection.transaction():
                self._connection.execute(f"select count({expression}) from {self._table.full_name}".encode())
        except psycopg.DataError:
            return False
        return True

    def _exists(self, query: str) -> bool:
        if not self._may_read:
            return False
        return self._connection.execute(f"select exists ({query}) as found".encode()).fetchone() == {"found": True}

    def _other_values(self, column: ExistingColumn, need: ColumnNeed) -> Sequence[str]:
        if not self._may_read:
            return []
        rows = self._connection.execute(
            f"select distinct {quoted(column.name)}::text as value from {self._table.full_name} where "
            f"{quoted(column.name)}::text not in ({', '.join(map(repr, need.values))}) order by 1 limit 5".encode()
        )
        return [repr(row["value"]) for row in rows]

    def _has_duplicate_ids(self) -> bool:
        if self._need.name not in (DICT_TYPE.name, DICT_DATA.name):
            return False
        return self._exists(
            f"select id from {self._table.full_name} where id is not null group by id having count(*) > 1"
        )

    def _count(self, condition: str) -> int:
        row = self._connection.execute(
            f"select count(*) as rows from {self._table.full_name} where {condition}".encode()
        ).fetchone()
        return int(str(row["rows"])) if row else 0

    def _status_findings(self) -> Iterator[Finding]:
        """Check that a status means what arcbeat takes it for, where it decides whether data are enabled."""
        column = self._columns.get("status")
        if self._need is not DICT_DATA or column is None or "enabled" in self._columns:
            return
        needed = (
            f"a text that is '{STATUS_ENABLED}' for enabled and '{STATUS_DISABLED}' for disabled, or enabled boolean"
        )
        if column.base_type not in PADDED_STRINGS:
            enabled = "status" if column.base_type == "bool" else "status::text = '0'"
            fix = fixes.add_enabled(self._table, enabled)
            yield self._finding("status", f"has the type {column.type}, whose values are not known", needed, fix)
        elif self._may_read and (values := self._other_statuses()):
            fix = fixes.add_enabled(self._table, f"coalesce(status, '{STATUS_ENABLED}') = '{STATUS_ENABLED}'")
            yield self._finding("status", f"contains {', '.join(values)}", needed, fix)

    def _other_statuses(self) -> Sequence[str]:
        rows = self._connection.execute(
            f"select distinct cast(status as text) as status from {self._table.full_name} "
            f"where cast(status as text) not in ('{STATUS_ENABLED}', '{STATUS_DISABLED}') order by 1 limit 5".encode()
        )
        return [repr(row["status"]) for row in rows]

    def _status_notes(self) -> Iterator[str]:
        status = self._columns.get("status")
        if status is not None and self._need is DICT_TYPE:
            is_used = status.base_type in PADDED_STRINGS
            use = (
                f"types with status '{STATUS_DISABLED}' are disabled: lookups ignore them" if is_used else "is ignored"
            )
            yield f"t_dict_type.status: {use}"
        if self._need is not DICT_DATA:
            return
        if status is not None:
            is_used = "enabled" not in self._columns
            use = (
                f"'{STATUS_ENABLED}' is enabled, '{STATUS_DISABLED}' is disabled"
                if is_used
                else "is ignored, enabled decides"
            )
            yield f"t_dict_data.status: {use}"
        for name in ("sort", "dict_sort"):
            column = self._columns.get(name)
            if column is not None:
                is_used = "sort_order" not in self._columns and column.base_type in INTEGERS
                yield f"t_dict_data.{name}: {'the order of the data' if is_used else 'is ignored, sort_order decides'}"

    def _access_notes(self) -> Iterator[str]:
        name, table = self._need.name, self._table
        missing = [each for each in table.missing_privileges if each != "select"]
        if missing:
            fix = fixes.grant(self._session, missing, table.full_name)
            yield f"{name} can be read, but {self._session.account} lacks {', '.join(missing)} (409): {fix}"
        if table.has_row_security:
            yield f"{name} has row level security: arcbeat sees and changes only the rows that its policies allow"

    def _value_notes(self) -> Iterator[str]:
        name = self._need.name
        for column in self._columns.values():
            if column.name not in self._need.columns:
                continue
            low, high = (DATE_MIN, DATE_MAX) if column.base_type in DATES else (MOMENT_MIN, MOMENT_MAX)
            if column.base_type in DATES | MOMENTS:
                outside = self._count(f"{quoted(column.name)} not between '{low}' and '{high}'")
                if outside:
                    yield f"{name}.{column.name} is infinite or before Christ in {outside} rows: they are shown as null"
        if "id" in self._columns:
            if unnumbered := self._count("id is null"):
                yield f"{name} has {unnumbered} rows without an id: they are ignored"
            if large := self._count(f"id > {ID_MAX}"):
                yield f"{name} has {large} ids above {ID_MAX}: their rows cannot be addressed"
