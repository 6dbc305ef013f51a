"""Makes an existing sync_job_log a table with a partition per month, and such a table a plain one again."""

# ruff: noqa: S608 -- every name in a statement is quoted, and other values come from the catalogue

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import psycopg

from adapters.postgres.schema.comparison import SchemaError
from adapters.postgres.schema.dependents import AnyConnection, ColumnDefinition, OwnNames
from adapters.postgres.schema.inspection import ExistingTable, quoted, read_columns
from adapters.postgres.schema.job_log_form import RUN_STARTED, LogForm, LogOptions, mirror_statements
from adapters.postgres.schema.job_log_replacement import (
    OldTable,
    column_clause,
    execute,
    fetch,
    restore,
    set_aside,
)
from adapters.postgres.schema.job_needs import LOG_CHECKS, LOG_INDEXES, LOG_TABLE, LOG_TRIGGERS
from arcbeat.domain.jobs.events import EVENTS

OWN = OwnNames(checks=list(LOG_CHECKS), indexes=list(LOG_INDEXES), triggers=list(LOG_TRIGGERS))

# Only rows below other rows: they belong to the month of their root row.
ROOTS = """
create temporary table arcbeat_roots on commit drop as
with recursive tree as (
    select id as arcbeat_id, {started} as arcbeat_started, false as is_child from {table} where parent_log_id is null
    union all
    select child.id, arcbeat_started, true from tree join {table} as child on child.parent_log_id = arcbeat_id)
select arcbeat_id, arcbeat_started from tree where is_child"""
MONTHS = """
select date_trunc('month', {started} at time zone 'UTC')::date, count(*) from {table} group by 1 order by 1"""
STATUSES = """
select {schema}.sync_job_log_status(status::text, adopted_at), coalesce(status::text, ''), count(*)
  from {schema}.sync_job_log group by 1, 2 order by 3 desc, 2"""
OPEN_RUNS = "select count(*) from {schema}.sync_job_run where state in ('queued', 'running')"
ORPHANS = """
select count(*) from {table} as child where parent_log_id is not null
   and not exists (select from {table} as parent where parent.id = child.parent_log_id)"""
CHILDREN_ACTION = """
select substr(encode(tgargs, 'escape'), 1, 1) from pg_trigger
 where tgrelid = '{table}'::regclass and tgname = 'sync_job_log_children'"""
ACTIONS: Mapping[str, str] = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
TRIAL_JOB = """
insert into sync_job (id, name) overriding system value
select greatest(max(id), pg_sequence_last_value(cast(pg_get_serial_sequence('sync_job', 'id') as regclass)), 0) + 1,
       'arcbeat.adoption'
  from sync_job returning id"""
TRIAL_ROW = """
insert into {table} (
    id, job_id, log_type, execution_phase, status, run_id, job_name, parent_log_id, run_started_at, message,
    error_category, error_message, attempt_number, planned_start_at, log_started_at, log_ended_at, retry_context,
    performance_metrics, retry_statistics, rows_read, rows_written, rows_skipped)
values ({values}, 1, 'arcbeat.adoption', null, now(), '', 'unknown', null, 1, null, now(), null, '{{}}'::jsonb,
        null, null, 0, 0, 0)
returning id"""
TRIAL_END = """
update {table} set status = 'failed', log_ended_at = now(), error_message = 'x', retry_statistics = '{{}}'::jsonb
 where id = {id} returning id"""
FUNCTIONS = (
    *("sync_job_log_check_parent", "sync_job_log_create_months", "sync_job_log_status", "sync_job_log_mirror"),
    "sync_job_log_delete_children",
)

CHILDREN_FUNCTION = """
create function {schema}.sync_job_log_delete_children() returns trigger language plpgsql as $$
begin
    if tg_argv[0] = 'c' then
        delete from {schema}.sync_job_log where parent_log_id = old.id;
    elsif tg_argv[0] in ('n', 'd') then
        update {schema}.sync_job_log set parent_log_id = null where parent_log_id = old.id;
    elsif exists (select from {schema}.sync_job_log where parent_log_id = old.id) then
        raise foreign_key_violation using
            message = format('the row %s of sync_job_log is the parent of other rows', old.id),
            table = 'sync_job_log', column = 'parent_log_id', constraint = 'sync_job_log_children';
    end if;
    return null;
end $$"""
CHILDREN_TRIGGER = """
create trigger sync_job_log_children after delete on {schema}.sync_job_log
    for each row execute function {schema}.sync_job_log_delete_children('{action}')"""


class LogAdoption:
    """The adoption of an existing sync_job_log: call :meth:`begin`, :meth:`copy` and :meth:`finish` in this order.

    Args:
        connection: In the transaction of the migration.
        table: The existing table.
        options: What the operator stated.
        columns: The definitions of all columns of arcbeat, by name.
    """

    def __init__(
        self, connection: AnyConnection, table: ExistingTable, options: LogOptions, columns: Mapping[str, str]
    ) -> None:
        self._connection = connection
        self._table = table
        self._options = options
        # An adopted row may lack what arcbeat's own rows always have.
        own_defaults = {"job_name": "varchar(100) not null default ''", "status": "text not null default 'unknown'"}
        self._columns = {**columns, **own_defaults}
        self._old: OldTable
        self._form: LogForm

    def begin(self) -> None:
        """Lock the table, give it another name, and create the partitioned one with the same columns and more.

        Raises:
            SchemaError: Other programs have used the table all the time, or it lacks the start of a run.
        """
        self._old = set_aside(self._connection, self._table, OWN)
        self._form = LogForm.of(read_columns(self._connection, self._table), self._options)
        clauses = [*map(self._existing, self._old.definitions), *(f"{n} {self._columns[n]}" for n in self._missing())]
        table = f"create table {self._old.new_name} ({', '.join(clauses)})"
        execute(self._connection, f"{table} partition by range ({RUN_STARTED})")

    def copy(self) -> None:
        """Create the months of all rows, copy the rows, and compare the numbers of rows per month.

        Raises:
            SchemaError: A row was lost or doubled.
        """
        started, source = self._source()
        months = fetch(self._connection, MONTHS.format(started=started, table=source))
        self._create_months([month for month, _ in months])
        values = {each.name: quoted(each.name) for each in self._old.definitions if not each.generated}
        values.update(self._filled(started))
        columns, expressions = ", ".join(map(quoted, values)), ", ".join(values.values())
        execute(self._connection, f"insert into {self._old.new_name} ({columns}) select {expressions} from {source}")
        _compare(months, fetch(self._connection, MONTHS.format(started=RUN_STARTED, table=self._old.new_name)))

    def finish(self) -> Sequence[str]:
        """Recreate what depended on the old table, drop it, and return a report in lines for people.

        Raises:
            SchemaError: Something cannot be recreated, or the table rejects the rows of arcbeat.
        """
        connection, old = self._connection, self._old
        # Before the triggers of other programs, so that theirs see complete rows.
        for statement in mirror_statements(self._form, old.schema):
            execute(connection, statement)
        if old.self_reference is not None:
            for statement in (CHILDREN_FUNCTION, CHILDREN_TRIGGER):
                filled = statement.replace("{schema}", old.schema).replace("{action}", old.self_reference)
                execute(connection, filled)
        self._give_to_owner()
        restore(connection, old)
        _try_rows(connection, old)
        execute(connection, f"analyze {old.new_name}")
        return list(self._notes())

    def _existing(self, column: ColumnDefinition) -> str:
        clause = column_clause(self._old, column)
        if column.name not in ("log_type", "execution_phase", RUN_STARTED) or column.expression is not None:
            return clause
        # Programs that do not know the column leave it out.
        default = self._columns[column.name].partition(" default ")[2]
        return f"{clause} default {default}"

    def _missing(self) -> Sequence[str]:
        return [name for name in self._columns if name not in self._form.columns]

    def _source(self) -> tuple[str, str]:
        """Return the expression of a row's start, and the rows with what it needs."""
        old, form = self._old.old_name, self._form
        if form.run_started is None:
            raise SchemaError(f"{LOG_TABLE} has no column with the start of a run, and nothing was changed.")
        if "parent_log_id" not in form.columns:
            return form.run_started, old
        execute(self._connection, ROOTS.format(started=form.run_started, table=old))
        execute(self._connection, "analyze arcbeat_roots")
        own = f"{quoted(RUN_STARTED)}, " if RUN_STARTED in form.columns else ""
        source = f"{old} left join arcbeat_roots on arcbeat_id = {old}.id"
        return f"coalesce({own}arcbeat_started, {form.run_started})", source

    def _filled(self, started: str) -> Iterator[tuple[str, str]]:
        """Yield the columns of arcbeat that are computed from others, with their expressions."""
        form = self._form
        yield RUN_STARTED, started
        for ours, theirs in form.mirrored.items():
            own = f"{ours}, " if ours in form.columns else ""
            yield ours, f"coalesce({own}{form.instant(theirs)})"
        for name in ("log_type", "execution_phase"):
            if name in form.columns:
                yield name, f"coalesce({name}, {self._columns[name].partition(' default ')[2]})"
        if "job_name" not in form.columns and "job_id" in form.columns:
            job = f"(select name from sync_job where sync_job.id::text = {self._old.old_name}.job_id::text)"
            yield "job_name", f"coalesce({job}, '')"
        if "created_at" not in form.columns:
            yield "created_at", "null"
        # When arcbeat was removed and is installed again, its own rows have a run.
        if "adopted_at" in form.columns:
            yield "adopted_at", "coalesce(adopted_at, case when run_id is null then now() end)"
        else:
            yield "adopted_at", "now()"

    def _create_months(self, months: Sequence[date]) -> None:
        listed = ", ".join(f"'{month}'" for month in months)
        query = f"select {self._old.schema}.sync_job_log_create_months(array[{listed}]::date[])"
        execute(self._connection, query)

    def _give_to_owner(self) -> None:
        partitions = f"select inhrelid::regclass::text from pg_inherits where inhparent = '{self._name()}'::regclass"
        for name in (self._old.new_name, *(name for (name,) in fetch(self._connection, partitions))):
            execute(self._connection, f"alter table {name} owner to {quoted(self._old.owner)}")

    def _name(self) -> str:
        return self._old.new_name.replace("'", "''")

    def _notes(self) -> Iterator[str]:
        form = self._form
        rows = fetch(self._connection, STATUSES.format(schema=self._old.schema))
        columns = ", ".join(form.mirrored.values()) or RUN_STARTED
        zone = f", read in the time zone {form.time_zone}" if form.naive and form.time_zone else ""
        yield f"{LOG_TABLE}: {sum(number for *_, number in rows)} rows, with start and end in {columns}{zone}"
        for shown, status, number in rows:
            if shown in ("abandoned", "unknown") and shown != status:
                yield f"{LOG_TABLE}: {number} rows with the status {status!r} are shown as {shown}"


def _compare(expected: Sequence[tuple[object, ...]], found: Sequence[tuple[object, ...]]) -> None:
    if expected != found:
        different = sorted({str(month) for month, *_ in set(expected) ^ set(found)})
        raise SchemaError(f"{LOG_TABLE} was not copied completely, and nothing was changed: {', '.join(different)}")


def _try_rows(connection: AnyConnection, old: OldTable) -> None:
    """Add and change rows as arcbeat does, and undo it: constraints and triggers of other programs may reject them.

    Raises:
        SchemaError: The table rejects a row.
    """
    try:
        with connection.transaction(force_rollback=True):
            # With the next ids, but not from the sequences, so that none is used up.
            [(job_id,)] = fetch(connection, TRIAL_JOB)
            [(last_id,)] = fetch(connection, f"select coalesce(max(id), 0) from {old.new_name}")
            for row_id, (event, row) in enumerate(EVENTS.items(), start=last_id + 1):
                values = f"{row_id}, {job_id}, '{row.log_type}', '{row.execution_phase}', '{row.status}'"
                if not fetch(connection, TRIAL_ROW.format(table=old.new_name, values=values)):
                    raise SchemaError(f"{LOG_TABLE} cannot be adopted: a trigger skips the row of a run ({event})")
                fetch(connection, TRIAL_END.format(table=old.new_name, id=row_id))
    except psycopg.Error as error:
        constraint = error.diag.constraint_name
        table = error.diag.table_name or LOG_TABLE
        # A constraint of a partition is that of the table.
        table = LOG_TABLE if table.startswith(LOG_TABLE) else table
        fix = f"\n    alter table {quoted(table)} drop constraint {quoted(constraint)};" if constraint else ""
        raise SchemaError(
            f"{LOG_TABLE} cannot be adopted, and nothing was changed: it rejects the rows of arcbeat: "
            f"{error.diag.message_primary}{fix}"
        ) from error


def undo(connection: AnyConnection, table: ExistingTable) -> None:
    """Make the partitioned table a plain one with all rows.

    Raises:
        SchemaError: Runs are open, rows have lost their parents, or something cannot be recreated.
    """
    schema = quoted(table.schema)
    [(open_runs,)] = fetch(connection, OPEN_RUNS.format(schema=schema))
    if open_runs:
        raise SchemaError(f"The tables of jobs are in use: {open_runs} runs are queued or running. Cancel them first.")
    [action, *_] = [*fetch(connection, CHILDREN_ACTION.format(table=table.full_name.replace("'", "''"))), (None,)]
    old = set_aside(connection, table, OwnNames(checks=[], indexes=[], triggers=list(LOG_TRIGGERS)))
    clauses = [column_clause(old, column) for column in old.definitions]
    execute(connection, f"create table {old.new_name} ({', '.join(clauses)})")
    columns = ", ".join(quoted(each.name) for each in old.definitions if not each.generated)
    execute(connection, f"insert into {old.new_name} ({columns}) select {columns} from {old.old_name}")
    count = "select count(*) from {}"
    _compare(fetch(connection, count.format(old.old_name)), fetch(connection, count.format(old.new_name)))
    execute(connection, f"alter table {old.new_name} add constraint sync_job_log_pkey primary key (id)")
    if action[0] is not None:
        _refer_to_itself(connection, old, ACTIONS[action[0]])
    execute(connection, f"alter table {old.new_name} owner to {quoted(old.owner)}")
    restore(connection, old)
    for name in FUNCTIONS:
        execute(connection, f"drop function if exists {schema}.{name}")
    execute(connection, f"analyze {old.new_name}")


def _refer_to_itself(connection: AnyConnection, old: OldTable, action: str) -> None:
    [(orphans,)] = fetch(connection, ORPHANS.format(table=old.new_name))
    if orphans:
        raise SchemaError(
            f"{LOG_TABLE} had a foreign key to itself, and {orphans} rows have lost their parents with a dropped "
            f"month:\n    update {old.new_name} as child set parent_log_id = null where not exists "
            f"(select from {old.new_name} as parent where parent.id = child.parent_log_id);"
        )
    execute(
        connection,
        f"alter table {old.new_name} add foreign key (parent_log_id) references {old.new_name} on delete {action}",
    )
