"""What depends on a table that is replaced: the statements that recreate it, and what cannot be recreated."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.rows import class_row, tuple_row

AnyConnection = psycopg.Connection[Any]

_TABLE = """
with this as (
    select c.*, format('%%I.%%I', n.nspname, c.relname) as full_name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = %(oid)s)
"""
# One row per statement, in the order in which they are executed. A check that is not inherited is not allowed on a
# partitioned table, and a foreign key that is not validated neither; of a partitioned table, indexes are shown with
# «only».
_RESTORE = (
    """
    select format('alter table %%s add constraint %%I %%s', full_name, conname,
                  replace(pg_get_constraintdef(k.oid), ' NO INHERIT', ''))
      from this join pg_constraint k on k.conrelid = this.oid
     where k.contype = 'c' and conname <> all(%(own_checks)s) order by conname""",
    """
    select format('alter table %%s add constraint %%I %%s', full_name, conname,
                  replace(pg_get_constraintdef(k.oid), ' NOT VALID', ''))
      from this join pg_constraint k on k.conrelid = this.oid
     where k.contype = 'f' and k.confrelid <> k.conrelid and k.conparentid = 0 order by conname""",
    """
    select replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
      from this join pg_index i on i.indrelid = this.oid join pg_class x on x.oid = i.indexrelid
     where i.indisvalid and not i.indisunique and x.relname <> all(%(own_indexes)s) order by x.relname""",
    """
    select pg_get_triggerdef(t.oid) from this join pg_trigger t on t.tgrelid = this.oid
     where not t.tgisinternal and t.tgname <> all(%(own_triggers)s) order by t.tgname""",
    """
    select format('alter table %%s %%s trigger %%I', full_name,
                  case t.tgenabled when 'D' then 'disable' when 'A' then 'enable always' else 'enable replica' end,
                  t.tgname)
      from this join pg_trigger t on t.tgrelid = this.oid
     where not t.tgisinternal and t.tgenabled <> 'O' and t.tgname <> all(%(own_triggers)s) order by t.tgname""",
    """
    select format('comment on table %%s is %%L', full_name, obj_description(oid, 'pg_class'))
      from this where obj_description(oid, 'pg_class') is not null""",
    """
    select format('comment on column %%s.%%I is %%L', full_name, attname, col_description(a.attrelid, a.attnum))
      from this join pg_attribute a on a.attrelid = this.oid
     where a.attnum > 0 and not a.attisdropped and col_description(a.attrelid, a.attnum) is not null""",
    """
    select format('grant %%s on %%s to %%s%%s', privilege_type, full_name,
                  case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
                  case when is_grantable then ' with grant option' else '' end)
      from this cross join aclexplode(relacl) where grantee <> relowner""",
    """
    select format('grant %%s (%%I) on %%s to %%s%%s', privilege_type, attname, full_name,
                  case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
                  case when is_grantable then ' with grant option' else '' end)
      from this join pg_attribute a on a.attrelid = this.oid cross join aclexplode(attacl)
     where a.attnum > 0 and not a.attisdropped""",
    """
    select format('create policy %%I on %%s as %%s for %%s to %%s', policyname, full_name, permissive, cmd,
                  (select string_agg(case role when 'public' then 'public' else quote_ident(role) end, ', ')
                     from unnest(roles) as role))
           || coalesce(' using (' || qual || ')', '') || coalesce(' with check (' || with_check || ')', '')
      from this join pg_namespace n on n.oid = relnamespace
      join pg_policies p on p.schemaname = n.nspname and p.tablename = relname order by policyname""",
    "select format('alter table %%s enable row level security', full_name) from this where relrowsecurity",
    "select format('alter table %%s force row level security', full_name) from this where relforcerowsecurity",
    # The views keep their privileges and what depends on them: only their queries are replaced.
    """
    select format('create or replace view %%s %%s as %%s', v.oid::regclass,
                  'with (' || array_to_string(v.reloptions, ', ') || ')', pg_get_viewdef(v.oid))
      from this cross join lateral (
          select distinct r.ev_class from pg_depend d join pg_rewrite r on r.oid = d.objid
           where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = this.oid)
           as dependent
      join pg_class v on v.oid = dependent.ev_class where v.relkind = 'v' order by v.oid""",
)
# A functional dependency on the primary key, which a partitioned table does not have, is recorded like this as well.
_OBSTACLES = (
    """
    select format('is referenced by the foreign key %%s of %%s', conname, k.conrelid::regclass) as found,
           'no foreign key on it, because a partitioned table has no key of the id alone' as needed,
           format('alter table %%s drop constraint %%I;', k.conrelid::regclass, conname) as fix
      from this join pg_constraint k on k.confrelid = this.oid
     where k.contype = 'f' and k.conparentid = 0 and (
           k.conrelid <> this.oid
           or k.conkey <> array(
               select attnum from pg_attribute where attrelid = this.oid and attname = 'parent_log_id'))
     order by conname""",
    """
    select format('has the unique index %%s', x.relname), 'no unique index but that of the id, because partitions have '
           'indexes of their own', case when k.conname is null then format('drop index %%s;', x.oid::regclass)
           else format('alter table %%s drop constraint %%I;', full_name, k.conname) end
      from this join pg_index i on i.indrelid = this.oid join pg_class x on x.oid = i.indexrelid
      left join pg_constraint k on k.conindid = x.oid and k.contype in ('p', 'u')
     where i.indisunique and array_to_string(i.indkey, ' ') <> (
           select attnum::text from pg_attribute where attrelid = this.oid and attname = 'id') order by x.relname""",
    """
    select format('has the exclusion constraint %%s', conname), 'no exclusion constraint',
           format('alter table %%s drop constraint %%I;', full_name, conname)
      from this join pg_constraint k on k.conrelid = this.oid where k.contype = 'x' order by conname""",
    """
    select format('has the trigger %%s with transition tables for each row', tgname),
           'a trigger without them, which a partitioned table does not allow',
           format('drop trigger %%I on %%s;', tgname, full_name)
      from this join pg_trigger t on t.tgrelid = this.oid
     where not tgisinternal and (tgtype & 1) = 1 and (tgoldtable is not null or tgnewtable is not null) order by 1""",
    """
    select format('is used by the %%s', pg_describe_object('pg_class'::regclass, c.oid, 0)),
           'no dependent but views that are recreated',
           case when c.relkind = 'm' then format('drop materialized view %%s;', c.oid::regclass)
                else format('drop rule %%I on %%s;', r.rulename, c.oid::regclass) end
      from this join pg_depend d on d.refobjid = this.oid and d.refclassid = 'pg_class'::regclass
      join pg_rewrite r on r.oid = d.objid and d.classid = 'pg_rewrite'::regclass
      join pg_class c on c.oid = r.ev_class
     where c.relkind <> 'v' and c.oid <> this.oid group by c.oid, c.relkind, r.rulename order by 1""",
    """
    select format('is used by the view %%s, which groups by its primary key or uses its row type', c.oid::regclass),
           'a view that names the columns', format('drop view %%s;', c.oid::regclass)
      from this join pg_depend d
        on (d.refclassid = 'pg_constraint'::regclass
            and d.refobjid in (select k.oid from pg_constraint k where k.conrelid = this.oid))
        or (d.refclassid = 'pg_type'::regclass and d.refobjid = this.reltype)
      join pg_rewrite r on r.oid = d.objid and d.classid = 'pg_rewrite'::regclass
      join pg_class c on c.oid = r.ev_class group by c.oid order by 1""",
    """
    select format('is altered for the view %%s, which belongs to %%s', c.oid::regclass, pg_get_userbyid(c.relowner)),
           'an account that may replace the view',
           format('grant %%I to %%I;', pg_get_userbyid(c.relowner), current_user)
      from this join pg_depend d on d.refobjid = this.oid and d.refclassid = 'pg_class'::regclass
      join pg_rewrite r on r.oid = d.objid and d.classid = 'pg_rewrite'::regclass
      join pg_class c on c.oid = r.ev_class
     where c.relkind = 'v' and not pg_has_role(c.relowner, 'usage') group by c.oid, c.relowner order by 1""",
    """
    select format('has a row type that is used by the %%s', pg_describe_object(d.classid, d.objid, d.objsubid)),
           'no use of its row type, which is that of the table that is replaced',
           case d.classid when 'pg_proc'::regclass then format('drop function %%s;', d.objid::regprocedure)
                when 'pg_class'::regclass then format('alter table %%s drop column %%I;', d.objid::regclass,
                (select attname from pg_attribute where attrelid = d.objid and attnum = d.objsubid))
                else 'drop ' || pg_describe_object(d.classid, d.objid, d.objsubid) || ';' end
      from this join pg_type t on t.oid = this.reltype or t.typelem = this.reltype and t.typtype = 'b'
      join pg_depend d on d.refobjid = t.oid and d.refclassid = 'pg_type'::regclass
     where d.deptype = 'n' and d.classid <> 'pg_rewrite'::regclass order by 1""",
    """
    select format('is used by the function %%s', d.objid::regprocedure),
           'no function whose body depends on the table that is replaced',
           format('drop function %%s;', d.objid::regprocedure)
      from this join pg_depend d on d.refobjid = this.oid and d.refclassid = 'pg_class'::regclass
     where d.classid = 'pg_proc'::regclass group by d.objid order by 1""",
    """
    select format('is in the publication %%s', pubname), 'no publication, because the table is replaced',
           format('alter publication %%I drop table %%s;', pubname, full_name)
      from this join pg_publication_rel p on p.prrelid = this.oid join pg_publication b on b.oid = p.prpubid
     order by 1""",
    """
    select format('has the extended statistics %%s', stxname), 'a table without them',
           format('drop statistics %%I.%%I;', stxnamespace::regnamespace::text, stxname)
      from this join pg_statistic_ext s on s.stxrelid = this.oid order by 1""",
    """
    select format('inherits from %%s', inhparent::regclass), 'a table that does not inherit',
           case when relispartition then format('alter table %%s detach partition %%s;', inhparent::regclass, full_name)
                else format('alter table %%s no inherit %%s;', full_name, inhparent::regclass) end
      from this join pg_inherits i on i.inhrelid = this.oid order by 1""",
)
_COLUMNS = """
select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as is_required,
       a.attidentity <> '' as is_identity, a.attgenerated::text as generated,
       pg_get_expr(d.adbin, d.adrelid) as expression,
       (select format('%%I.%%I', n.nspname, l.collname)
          from pg_collation l join pg_namespace n on n.oid = l.collnamespace
         where l.oid = a.attcollation and a.attcollation <> t.typcollation) as collation
  from this join pg_attribute a on a.attrelid = this.oid join pg_type t on t.oid = a.atttypid
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where a.attnum > 0 and not a.attisdropped order by a.attnum"""
_SEQUENCES = """
select s.oid::regclass::text as name, s.relname as short_name, a.attname as column, d.deptype = 'i' as is_identity
  from this join pg_depend d on d.refobjid = this.oid and d.refclassid = 'pg_class'::regclass
  join pg_class s on s.oid = d.objid and d.classid = 'pg_class'::regclass and s.relkind = 'S'
  join pg_attribute a on a.attrelid = this.oid and a.attnum = d.refobjsubid
 where d.deptype in ('a', 'i') order by 1"""
_INDEX_NAMES = """
select x.oid::regclass::text as name from this join pg_index i on i.indrelid = this.oid
  join pg_class x on x.oid = i.indexrelid order by 1"""
# The letter of what happens to the rows below a row that is deleted.
_SELF_REFERENCE = """
select confdeltype::text as action from this join pg_constraint k on k.conrelid = this.oid and k.confrelid = this.oid
 where k.contype = 'f' order by conname limit 1"""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that depends on the table and cannot be recreated.

    Attributes:
        fix: the SQL statement that removes it.
    """

    found: str
    needed: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDefinition:
    """A column as it was defined.

    Attributes:
        generated: pg_attribute.attgenerated: s for stored, v for virtual, empty if it is not generated.
        expression: of the default, or of a generated column.
        collation: None if it is that of the type.
    """

    name: str
    type: str
    is_required: bool
    is_identity: bool
    generated: str
    expression: str | None
    collation: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNames:
    """Names of what the caller creates on the new table itself."""

    checks: list[str] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)
    triggers: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OwnedSequence:
    """A sequence that numbers a column, quoted and with its schema where the search path needs it."""

    name: str
    short_name: str
    column: str
    is_identity: bool


def read_definitions(connection: AnyConnection, oid: int) -> Sequence[ColumnDefinition]:
    """Return the columns of a table in order."""
    return connection.cursor(row_factory=class_row(ColumnDefinition)).execute(_query(_COLUMNS), {"oid": oid}).fetchall()


def read_sequences(connection: AnyConnection, oid: int) -> Sequence[OwnedSequence]:
    """Return the sequences of a table."""
    return connection.cursor(row_factory=class_row(OwnedSequence)).execute(_query(_SEQUENCES), {"oid": oid}).fetchall()


def read_index_names(connection: AnyConnection, oid: int) -> Sequence[str]:
    """Return the indexes of a table."""
    return [name for (name,) in _fetch(connection, _INDEX_NAMES, {"oid": oid})]


def read_self_reference(connection: AnyConnection, oid: int) -> str | None:
    """Return what a foreign key of the table to itself does when a row is deleted: pg_constraint.confdeltype."""
    return next((action for (action,) in _fetch(connection, _SELF_REFERENCE, {"oid": oid})), None)


def read_obstacles(connection: AnyConnection, oid: int) -> Sequence[Obstacle]:
    """Return what depends on a table and cannot be recreated for a partitioned one."""
    return [Obstacle(*row) for query in _OBSTACLES for row in _fetch(connection, query, {"oid": oid})]


def restoring_statements(connection: AnyConnection, oid: int, own: OwnNames) -> Sequence[str]:
    """Return the statements that recreate what depends on a table, for another table with its name."""
    parameters = {"oid": oid, "own_checks": own.checks, "own_indexes": own.indexes, "own_triggers": own.triggers}
    return [statement for query in _RESTORE for (statement,) in _fetch(connection, query, parameters)]


def _query(query: str) -> bytes:
    return (_TABLE + query).encode()


def _fetch(connection: AnyConnection, query: str, parameters: dict[str, object]) -> list[tuple[str, ...]]:
    return connection.cursor(row_factory=tuple_row).execute(_query(query), parameters).fetchall()
