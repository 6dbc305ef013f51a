"""Reads from PostgreSQL's system catalogue what an existing table is: its kind, privileges, columns and indexes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import psycopg
from psycopg import sql
from psycopg.rows import class_row

Rows: TypeAlias = psycopg.Connection[dict[str, object]]

TABLE = """
select c.oid::bigint as oid, c.relname as name, n.nspname as schema, c.relkind::text as kind,
       pg_get_userbyid(c.relowner) as owner, pg_has_role(c.relowner, 'usage') as is_owner,
       (select rolsuper from pg_roles where oid = c.relowner) as is_owner_superuser,
       has_schema_privilege(n.oid, 'create') as may_create_in_schema, row_security_active(c.oid) as has_row_security,
       array(select each from unnest(array['select', 'insert', 'update', 'delete']) as each
              where not has_table_privilege(c.oid, each)) as missing_privileges,
       array(select r.rulename::text from pg_rewrite r
              where r.ev_class = c.oid and r.ev_type <> '1' order by 1) as rules,
       array(select i.inhrelid::regclass::text from pg_inherits i
              where i.inhparent = c.oid and c.relkind = 'r' order by 1) as children
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.oid = to_regclass(%s)"""
# A domain is followed to its base type; its length is that of the innermost domain, and each may forbid nulls.
COLUMNS = """
select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, base.typname as base_type,
       base.typtype::text as base_kind, base.is_domain,
       case when base.typname in ('varchar', 'bpchar') and base.typmod > 4 then base.typmod - 4 end as length,
       a.attnotnull or base.forbids_nulls as forbids_nulls,
       pg_get_expr(d.adbin, d.adrelid) as default_expression,
       d.adbin is not null or base.has_default or a.attidentity <> '' as has_default,
       a.attidentity::text as identity, a.attgenerated::text as generated,
       coalesce(l.collisdeterministic, true) as is_deterministic,
       exists (select from pg_index i
                where i.indrelid = a.attrelid and i.indisunique and i.indisvalid and i.indimmediate
                  and i.indpred is null and i.indnkeyatts = 1 and i.indkey[0] = a.attnum) as is_unique,
       array(select k.conname::text from pg_constraint k
              where k.conrelid = a.attrelid and k.contype in ('p', 'u') and k.condeferrable
                and k.conkey = array[a.attnum] order by 1) as deferrable_keys,
       array(select k.conname::text from pg_constraint k
              where k.conrelid = a.attrelid and k.contype = 'c' and a.attnum = any(k.conkey) order by 1) as checks
  from pg_attribute a
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join pg_collation l on l.oid = a.attcollation
  cross join lateral (
      with recursive types as (
          select t.typname::text, t.typtype, t.typbasetype, t.typtypmod, a.atttypmod as typmod,
                 t.typtype = 'd' as is_domain, t.typnotnull as forbids_nulls, t.typdefault is not null as has_default
            from pg_type t where t.oid = a.atttypid
          union all
          select t.typname::text, t.typtype, t.typbasetype, t.typtypmod, types.typtypmod, true,
                 types.forbids_nulls or t.typnotnull, types.has_default or t.typdefault is not null
            from types join pg_type t on t.oid = types.typbasetype
           where types.typtype = 'd')
      select * from types where typtype <> 'd') as base
 where a.attrelid = %s::bigint::oid and a.attnum > 0 and not a.attisdropped
 order by a.attnum"""
# Null if the column has no sequence of its own. A sequence that has given no number yet has no last value.
IS_SEQUENCE_BEHIND = """
select coalesce(pg_sequence_last_value(own.name::regclass), 0) < used.highest as is_behind
  from (select pg_get_serial_sequence({literal}, 'id') as name) as own, (select max(id) as highest from {table}) as used
 where own.name is not null"""
SESSION = """
select current_user::text as account, current_database()::text as database, current_schema()::text as schema,
       current_setting('search_path') as search_path,
       coalesce(has_schema_privilege(current_schema(), 'create'), false) as may_create"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingTable:
    """A relation that an unqualified name means.

    Attributes:
        kind: pg_class.relkind: r for a table, p for a partitioned one, v for a view, f for a foreign table.
        rules: names of its rewrite rules other than those for select.
        children: tables that inherit from it, other than partitions.
    """

    oid: int
    name: str
    schema: str
    kind: str
    owner: str
    is_owner: bool
    is_owner_superuser: bool
    may_create_in_schema: bool
    has_row_security: bool
    missing_privileges: Sequence[str]
    rules: Sequence[str]
    children: Sequence[str]

    @property
    def full_name(self) -> str:
        """The name with its schema, quoted."""
        return quoted(self.schema, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingColumn:
    """A column of an existing table.

    Attributes:
        type: as in a definition, for example ``character varying(50)``.
        base_type: the name of the type, or of the base type of a domain.
        base_kind: pg_type.typtype of the base type: b for a base type, e for an enum.
        length: the length limit of a text in characters.
        is_unique: whether a unique index that is not deferrable has this column alone, without a condition.
        deferrable_keys: names of its deferrable unique constraints, with which «on conflict» fails.
        checks: names of the check constraints that involve the column.
    """

    name: str
    type: str
    base_type: str
    base_kind: str
    is_domain: bool
    length: int | None
    forbids_nulls: bool
    default_expression: str | None
    has_default: bool
    identity: str
    generated: str
    is_deterministic: bool
    is_unique: bool
    deferrable_keys: Sequence[str]
    checks: Sequence[str]

    @property
    def requires_value(self) -> bool:
        """Whether a row that lacks a value is rejected."""
        return self.forbids_nulls and not self.has_default and not self.generated


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is connected, and where new tables are created.

    Attributes:
        schema: None if no schema of the search path exists.
    """

    account: str
    database: str
    schema: str | None
    search_path: str
    may_create: bool


def quoted(*names: str) -> str:
    """Return a name, with its schema if given, as it is written in a statement."""
    return sql.Identifier(*names).as_string(None)


def read_table(connection: Rows, name: str) -> ExistingTable | None:
    """Return the relation that an unqualified name means; None if there is none in the search path."""
    return connection.cursor(row_factory=class_row(ExistingTable)).execute(TABLE, (name,)).fetchone()


def read_columns(connection: Rows, table: ExistingTable) -> Sequence[ExistingColumn]:
    """Return the columns of a table in order."""
    return connection.cursor(row_factory=class_row(ExistingColumn)).execute(COLUMNS, (table.oid,)).fetchall()


def is_sequence_behind(connection: Rows, table: ExistingTable) -> bool:
    """Return whether the next id that the table gives itself may exist already."""
    query = sql.SQL(IS_SEQUENCE_BEHIND).format(
        literal=sql.Literal(table.full_name), table=sql.Identifier(table.schema, table.name)
    )
    return connection.execute(query).fetchone() == {"is_behind": True}


def read_session(connection: Rows) -> Session:
    """Return who is connected, and where new tables are created."""
    [session] = connection.cursor(row_factory=class_row(Session)).execute(SESSION).fetchall()
    return session
