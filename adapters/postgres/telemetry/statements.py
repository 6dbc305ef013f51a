"""The SQL statements for readings in PostgreSQL.

A super table ``database.table`` is the table ``table`` in the schema ``database``: device_code, ts and the columns,
with the primary key (device_code, ts). What TDengine stores as tags is in the companion table ``table__tags``, one row
per device. A table that another program created has no companion; it needs the two key columns and an index on them.
"""

from collections.abc import Sequence
from functools import lru_cache

from psycopg import sql

from adapters.postgres.telemetry.columns import array_element, postgres_type, type_comment
from arcbeat.domain.readings.readings import Aggregate, Order, ValueQuery, WindowQuery
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable

TAGS_SUFFIX = "__tags"
TABLES_MAX = 256
"""Super tables whose most frequent statements are cached as text."""
IDENTIFIER_BYTES_MAX = 63
MASTER_TABLES = frozenset(
    {
        "alembic_version",
        "sync_job",
        "sync_job_alert",
        "sync_job_alert_delivery",
        "sync_job_alert_notice",
        "sync_job_log",
        "sync_job_run",
        "sync_job_statistics",
        "t_alarm_acknowledgement",
        "t_arcbeat_schema_version",
        "t_api_key",
        "t_device_info",
        "t_device_type",
        "t_device_type_field",
        "t_dict_data",
        "t_dict_type",
        "t_download",
        "t_download_link",
        "t_revocation",
        "t_session",
        "t_user",
    }
)
"""The tables of the master data and of jobs, which the same database may contain."""
LOG_PARTITION_PREFIX = "sync_job_log_"
CLOCK_SKEW = "arcbeat: clock skew"
WINDOW_START = "arcbeat: window start"
WINDOW_DEVICE = "arcbeat: window device"
TAGGED_CODE = "arcbeat: device code"
KEY_COLUMN = Column(name="device_code", type=ColumnType.NCHAR, length=50, is_tag=True)

VERSION = sql.SQL("select current_setting('server_version') as version")
READ_ONLY = sql.SQL("select current_setting('transaction_read_only') as read_only")

_FINGERPRINT = sql.SQL("""
    select encode(sha256(convert_to(string_agg(one::text, ',' order by one.relname, one.attnum), 'UTF8')), 'hex')
    from (select c.relname, a.attnum, a.attname, a.atttypid, a.atttypmod, col_description(c.oid, a.attnum)
          from pg_catalog.pg_attribute a
          join pg_catalog.pg_class c on c.oid = a.attrelid
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          where n.nspname = {schema} and c.relname in ({table}, {tags}) and c.relkind in ('r', 'p', 'v', 'm', 'f')
            and a.attnum > 0 and not a.attisdropped) as one
""")

# The columns of a super table, then those of its companion, each in order. In the same round trip, it limits the
# transaction: should this process freeze, PostgreSQL ends the transaction, and with it the locks on its rows.
DESCRIBE = sql.SQL("""
    select c.relname = %(tags)s as is_companion, a.attname as name, a.atttypid::regtype::text as type,
           nullif(a.atttypmod, -1) - 4 as length, col_description(c.oid, a.attnum) as comment,
           (select set_config('idle_in_transaction_session_timeout', %(idle_ms)s, true)) as idle_timeout,
           ({fingerprint}) as fingerprint
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = %(schema)s and c.relname in (%(table)s, %(tags)s) and c.relkind in ('r', 'p', 'v', 'm', 'f')
      and a.attnum > 0 and not a.attisdropped
    order by is_companion, a.attnum
""").format(
    fingerprint=_FINGERPRINT.format(
        schema=sql.Placeholder("schema"), table=sql.Placeholder("table"), tags=sql.Placeholder("tags")
    )
)

# A super table has the key of readings; its companion with the tags has no ts.
LIST_SUPER_TABLES = sql.SQL("""
    select n.nspname as schema, c.relname as name
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
      and (select count(*) from pg_catalog.pg_attribute a
            where a.attrelid = c.oid and a.attname in ('device_code', 'ts') and not a.attisdropped) = 2
    order by n.nspname, c.relname limit %(rows_max)s
""")

# «if not exists» fails if another transaction creates the same object at the same time, so creations are serialised.
LOCK_DEFINITIONS = sql.SQL("select pg_advisory_xact_lock(hashtext('arcbeat: create super table'))")

TRY_LOCK_PRUNING = sql.SQL("select pg_try_advisory_xact_lock(hashtext('arcbeat: prune')) as is_locked")

_CREATE_SCHEMA = sql.SQL("create schema if not exists {schema}")
_CREATE_TABLE = sql.SQL("""
    create table if not exists {table} (
        device_code varchar(50) collate "C" not null, ts timestamptz not null, primary key (device_code, ts))
""")
_CREATE_TS_INDEX = sql.SQL("create index if not exists {index} on {table} (ts)")
_CREATE_TAGS = sql.SQL("create table if not exists {tags} ()")
_CREATE_TAGS_KEY = sql.SQL("create unique index if not exists {index} on {tags} (device_code)")
_ADD_COLUMN = sql.SQL("alter table {table} add column if not exists {column} {type}")
_COMMENT_COLUMN = sql.SQL("comment on column {table}.{column} is {comment}")

# One index lookup per device: unlike group by, the time does not depend on the length of the history.
_LATEST = sql.SQL("""
    select newest.*, exists (
        select from {table} future where future.device_code = wanted.device_code and future.ts > %(now)s) as {skew}
    from unnest(%(device_codes)s::text[]) as wanted (device_code)
    cross join lateral (
        select * from {table} one
        where one.device_code = wanted.device_code and one.ts <= %(now)s
        order by one.ts desc limit 1) as newest
""")

_NEWEST_ROW = sql.SQL("select * from {table} where ts <= %(now)s order by ts desc, device_code limit 1")

_HISTORY = sql.SQL("""
    select {columns} from {table}
    where device_code = %(device_code)s and ts >= %(start)s and ts < %(end)s
    order by ts {order} limit %(limit)s
""")

_WITH_VALUE = sql.SQL("""
    select {columns} from {table}
    where {devices} ts >= %(start)s and ts < %(end)s and {column} = %(value)s::{type} {after}
    order by ts {order}, device_code collate "C" limit %(limit)s
""")
_AFTER = sql.SQL("""
    and (ts {beyond} %(after_ts)s or (ts = %(after_ts)s and device_code collate "C" >= %(after_code)s))""")

# The interval is sent in microseconds, so that a day always has 24 hours, whatever the time zone of the session.
# «materialized» prevents the planner from sorting all readings to get the windows in order.
_WINDOWS = sql.SQL("""
    with grouped as materialized (
        select {code} as {key}, date_bin(%(interval_us)s * interval '1 microsecond', ts, %(origin)s) as {start},
               {grouped}
        from {table} where {devices} ts >= %(start)s and ts < %(end)s
        group by 1, 2)
    select {key}, {start}, {selected} from grouped order by {key} collate "C", {start}
""")
_AGGREGATES = {
    Aggregate.AVG: sql.SQL("avg({column})::double precision"),
    Aggregate.MIN: sql.SQL("min({column})"),
    Aggregate.MAX: sql.SQL("max({column})"),
    Aggregate.LAST: sql.SQL("max(ts) filter (where {column} is not null)"),
    Aggregate.COUNT: sql.SQL("count({column})"),
}
# The last value of a window is looked up by its timestamp. Sorting the values of each window took four times as long
# and spilled to disk.
_LAST = sql.SQL("""(
        select one.{column} from {table} one
        where one.ts = grouped.{name} and {devices} one.{column} is not null
        order by one.device_code limit 1) as {name}""")
_DEVICE_FILTER = sql.SQL("device_code = any(%(device_codes)s::text[]) and")
_ONE_OF_DEVICES = sql.SQL("one.device_code = any(%(device_codes)s::text[]) and")
_SAME_DEVICE = sql.SQL("one.device_code = grouped.{key} and")

# Skips from one device code to the next in the index («loose index scan») instead of reading every row.
_DEVICE_CODES = sql.SQL("""
    with recursive codes (device_code) as (
        (select device_code::text from {table} order by device_code limit 1)
        union all
        select (select one.device_code::text from {table} one
                where one.device_code > codes.device_code order by one.device_code limit 1)
        from codes where codes.device_code is not null)
    select {selected} from (select device_code from codes where device_code is not null) as found {joined}
    order by {code} collate "C"
""")

# The arrays are unnested in the list of the select, which keeps no rows; «from unnest(…)» stores them first.
_UPSERT = sql.SQL("""
    insert into {table} ({columns}) select {arrays} {condition} on conflict (device_code, ts) do {action}
""")
_IF_UNCHANGED = sql.SQL("where ({fingerprint}) = %s")
_INSERT_TAGS = sql.SQL("""
    insert into {tags} ({columns}) select * from unnest({arrays}) on conflict (device_code) do nothing
""")

# A row is deleted only if its device has a newer valid row, so that a silent device stays «stale» and not «never».
_PRUNE = sql.SQL("""
    delete from {table} where ctid = any(array(
        select old.ctid from {table} old
        where old.ts < %(older_than)s and exists (
            select from {table} newer
            where newer.device_code = old.device_code and newer.ts > old.ts and newer.ts <= %(now)s)
        order by old.ts limit %(chunk_rows)s))
""")


def is_reserved(table: SuperTable) -> bool:
    """Return whether a table belongs to PostgreSQL itself or to arcbeat's master data, and is no super table."""
    schema = table.database.lower()
    return schema == "information_schema" or schema.startswith("pg_") or _is_own(table.name)


def _is_own(name: str) -> bool:
    return name in MASTER_TABLES or name.startswith(LOG_PARTITION_PREFIX)


def identifier(*names: str) -> sql.Composable:
    """Quote names of objects.

    Percent signs are doubled, so the statement must be executed with parameters, even if there are none.
    """
    return sql.Identifier(*(name.replace("%", "%%") for name in names))


def table_name(table: SuperTable) -> sql.Composable:
    return identifier(table.database, table.name)


def tags_name(table: SuperTable) -> sql.Composable:
    return identifier(table.database, table.name + TAGS_SUFFIX)


def create(table: SuperTable, columns: Sequence[Column]) -> list[sql.Composed]:
    """Return the statements that create a super table and its companion, or add missing columns."""
    tags = [column for column in columns if column.is_tag]
    statements = [
        _CREATE_SCHEMA.format(schema=identifier(table.database)),
        _CREATE_TABLE.format(table=table_name(table)),
        _CREATE_TS_INDEX.format(index=identifier(f"{table.name}__ts"), table=table_name(table)),
        _CREATE_TAGS.format(tags=tags_name(table)),
    ]
    for column in columns:
        statements += _add_column(tags_name(table) if column.is_tag else table_name(table), column)
    if KEY_COLUMN.name not in {tag.name for tag in tags}:
        # Without a type comment: the companion needs this column as its key, but it is not a tag of the super table.
        statements.append(_add_column(tags_name(table), KEY_COLUMN)[0])
    key_index = identifier(f"{table.name}__key")
    return [*statements, _CREATE_TAGS_KEY.format(index=key_index, tags=tags_name(table))]


def _add_column(table: sql.Composable, column: Column) -> list[sql.Composed]:
    name = identifier(column.name)
    return [
        _ADD_COLUMN.format(table=table, column=name, type=postgres_type(column)),
        _COMMENT_COLUMN.format(table=table, column=name, comment=sql.Literal(type_comment(column))),
    ]


@lru_cache(TABLES_MAX)
def latest(table: SuperTable) -> bytes:
    return _LATEST.format(table=table_name(table), skew=identifier(CLOCK_SKEW)).as_bytes()


def newest_row(table: SuperTable) -> sql.Composed:
    return _NEWEST_ROW.format(table=table_name(table))


def history(table: SuperTable, fields: Sequence[str], order: Order) -> sql.Composed:
    """Select ts and these fields; all columns if ``fields`` is empty."""
    names = dict.fromkeys(("ts", *fields))
    columns = sql.SQL(", ").join(map(identifier, names)) if fields else sql.SQL("*")
    direction = sql.SQL("asc") if order is Order.ASCENDING else sql.SQL("desc")
    return _HISTORY.format(table=table_name(table), columns=columns, order=direction)


def with_value(table: SuperTable, query: ValueQuery) -> sql.Composed:
    """Select device_code, ts and the fields of the readings in which a column has one value."""
    is_ascending = query.order is Order.ASCENDING
    names = dict.fromkeys(("device_code", "ts", *query.fields))
    beyond = sql.SQL(">") if is_ascending else sql.SQL("<")
    return _WITH_VALUE.format(
        table=table_name(table),
        columns=sql.SQL(", ").join(map(identifier, names)),
        devices=sql.SQL("") if query.device_codes is None else _DEVICE_FILTER,
        column=identifier(query.column.name),
        type=array_element(query.column),
        after=sql.SQL("") if query.after is None else _AFTER.format(beyond=beyond),
        order=sql.SQL("asc") if is_ascending else sql.SQL("desc"),
    )


def windows(table: SuperTable, query: WindowQuery) -> sql.Composed:
    """Aggregate readings by interval; without device codes, or with merged ones, all of them are one series.

    The aggregates are named by their index in :func:`list_aggregates`, because the name of a field may already have the
    maximum length. In the whole super table, the last value is found by the index on ts.
    """
    aggregates = [(identifier(str(index)), *each) for index, each in enumerate(list_aggregates(query))]
    grouped = [
        sql.SQL("{} as {}").format(_AGGREGATES[aggregate].format(column=identifier(field)), name)
        for name, field, aggregate in aggregates
    ]
    same: sql.Composable = _SAME_DEVICE.format(key=identifier(WINDOW_DEVICE))
    if query.is_one_series:
        same = sql.SQL("") if query.device_codes is None else _ONE_OF_DEVICES
    selected = [
        _LAST.format(column=identifier(field), table=table_name(table), name=name, devices=same)
        if aggregate is Aggregate.LAST
        else name
        for name, field, aggregate in aggregates
    ]
    return _WINDOWS.format(
        table=table_name(table),
        code=sql.SQL("''::text") if query.is_one_series else sql.SQL("device_code"),
        key=identifier(WINDOW_DEVICE),
        start=identifier(WINDOW_START),
        devices=sql.SQL("") if query.device_codes is None else _DEVICE_FILTER,
        grouped=sql.SQL(", ").join(grouped),
        selected=sql.SQL(", ").join(selected),
    )


def list_aggregates(query: WindowQuery) -> list[tuple[str, Aggregate]]:
    """Return each pair of field and aggregate, in the order of the statement."""
    return [(field, aggregate) for field in query.fields for aggregate in query.aggregates]


def device_codes(table: SuperTable, *, with_tags: bool) -> sql.Composed:
    """Select every device that has a row or, if the table has a companion, tags."""
    if not with_tags:
        code = sql.SQL("found.device_code")
        selected, joined = sql.SQL("{} as {}").format(code, identifier(TAGGED_CODE)), sql.SQL("")
        return _DEVICE_CODES.format(table=table_name(table), selected=selected, joined=joined, code=code)
    code = sql.SQL("coalesce(found.device_code, tags.device_code)")
    selected = sql.SQL("tags.*, {} as {}").format(code, identifier(TAGGED_CODE))
    companion = sql.SQL("full join {} as tags on tags.device_code = found.device_code").format(tags_name(table))
    return _DEVICE_CODES.format(table=table_name(table), selected=selected, joined=companion, code=code)


@lru_cache(TABLES_MAX)
def upsert(table: SuperTable, columns: tuple[Column, ...], *, if_unchanged: bool = False) -> bytes:
    """Insert rows, given as one array each for device_code, ts and these columns, or update these columns.

    With ``if_unchanged``, the last parameter is a fingerprint; nothing is written if that of the table has changed.
    """
    named = [identifier(column.name) for column in columns]
    elements = [sql.SQL("text"), sql.SQL("timestamptz"), *map(array_element, columns)]
    changes = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(name) for name in named)
    return _UPSERT.format(
        table=table_name(table),
        columns=sql.SQL(", ").join([sql.SQL("device_code"), sql.SQL("ts"), *named]),
        arrays=sql.SQL(", ").join(sql.SQL("unnest({})").format(array) for array in map(_array, elements)),
        condition=_if_unchanged(table) if if_unchanged else sql.SQL(""),
        action=sql.SQL("update set {}").format(changes) if named else sql.SQL("nothing"),
    ).as_bytes()


def _if_unchanged(table: SuperTable) -> sql.Composed:
    names = {"schema": table.database, "table": table.name, "tags": table.name + TAGS_SUFFIX}
    literals = {key: sql.Literal(name) for key, name in names.items()}
    return _IF_UNCHANGED.format(fingerprint=_FINGERPRINT.format(**literals))


def insert_tags(table: SuperTable, columns: Sequence[Column]) -> sql.Composed:
    """Insert tags, given as one array per column; existing rows are left unchanged."""
    return _INSERT_TAGS.format(
        tags=tags_name(table),
        columns=sql.SQL(", ").join(identifier(column.name) for column in columns),
        arrays=sql.SQL(", ").join(_array(array_element(column)) for column in columns),
    )


def _array(element: sql.SQL) -> sql.Composed:
    return sql.SQL("%s::{}[]").format(element)


def prune(table: SuperTable) -> sql.Composed:
    return _PRUNE.format(table=table_name(table))
