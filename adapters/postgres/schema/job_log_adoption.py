"""Checks whether an existing sync_job_log can become a partitioned table without a loss for other programs."""

# ruff: noqa: S608 -- every name in a statement is quoted

from collections.abc import Iterator
from dataclasses import replace

from adapters.postgres.schema import fixes
from adapters.postgres.schema.comparison import Finding, TableInspection
from adapters.postgres.schema.dependents import read_obstacles
from adapters.postgres.schema.inspection import ExistingTable, Rows, Session, quoted, read_columns, read_table
from adapters.postgres.schema.job_log_form import START_NAMES, LogForm, LogOptions
from adapters.postgres.schema.job_needs import JOB_LOG, LOG_TABLE, OWN_NAMES, PARTITIONED_JOB_LOG, SINCE

MONTHS_MAX = 600
"""The limit of partitions that an adoption creates: 50 years."""

ZONE_EXISTS = "select exists (select from pg_timezone_names where name = %s) as found"
STARTS = """
select count(*) filter (where {is_naive}) as naive, count(*) filter (where not is_usual) as unusual,
       count(distinct date_trunc('month', started at time zone 'UTC')) filter (where is_usual) as months
  from (select *, coalesce(started >= '1970-01-01' and started < now() + interval '1 year', false) as is_usual
          from (select *, {started} as started from {table}) as each_row) as each_row"""
# A relation with one of arcbeat's names that is not an index of the table itself.
TAKEN = """
select c.relkind::text as kind, c.relname::text as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = %(schema)s
   and (c.relname = any(%(names)s) or %(is_log)s and c.relname ~ '^sync_job_log_[0-9]{4}_[0-9]{2}$')
   and not exists (select from pg_index i where i.indexrelid = c.oid and i.indrelid = to_regclass(%(table)s))
 order by 2"""
LOG_SEQUENCE = "sync_job_log_id_seq"


class LogInspection:
    """The comparison of an existing sync_job_log with what its adoption needs."""

    def __init__(
        self, connection: Rows, session: Session, table: ExistingTable, version: str, options: LogOptions
    ) -> None:
        self._connection = connection
        self._session = session
        self._table = table
        self._is_new = version < SINCE
        self._options = options
        self._form = LogForm.of(read_columns(connection, table), options)
        # A start that is required is copied from the start of arcbeat's own rows.
        start = frozenset({self._form.mirrored.get("log_started_at", "")})
        need = replace(JOB_LOG if self._is_new else PARTITIONED_JOB_LOG, also_known=start)
        self._comparison = TableInspection(connection, session, need, table, version)

    def findings(self) -> list[Finding]:
        """Return the reasons why the table cannot be used."""
        if self._is_new and self._table.kind == "p":
            needed = "a table without partitions, which arcbeat partitions by month"
            return [self._finding("is partitioned", needed, fixes.move_aside(self._table))]
        findings = self._comparison.findings()
        if not self._is_new or self._table.kind != "r":
            return findings
        obstacles = read_obstacles(self._connection, self._table.oid)
        findings += [self._finding(each.found, each.needed, each.fix) for each in obstacles]
        if self._table.has_row_security:
            # The rows that the policies hide would be lost.
            found = f"has row level security that applies to {self._session.account}"
            fix = fixes.alter(self._table, "no force row level security")
            findings.append(self._finding(found, "an account that sees all rows, for this migration", fix))
        elif "select" not in self._table.missing_privileges:
            findings += self._start_findings()
        return findings

    def notes(self) -> Iterator[str]:
        """Yield lines about the table; call it only if there are no findings."""
        yield f"{LOG_TABLE} existed and is adopted with its rows" if self._is_new else f"{LOG_TABLE} is in place"
        if self._table.schema != self._session.schema:
            yield f"{LOG_TABLE} is in the schema {self._table.schema}, and so are its partitions"

    def _finding(self, found: str, needed: str, fix: str) -> Finding:
        return Finding(LOG_TABLE, found, needed, fix)

    def _start_findings(self) -> Iterator[Finding]:
        """Check that each row has a start, and that the time zone of starts is known."""
        form = self._form
        stated = self._options.start_column
        if stated is not None and form.start is None:
            found = f"has no timestamp column {stated}"
            yield self._finding(found, "the column with the start of a run", "arcbeat migrate --log-start-column NAME")
            return
        if form.time_zone is not None and not self._exists(form.time_zone):
            found = f"cannot be read in the time zone {form.time_zone}, which PostgreSQL does not know"
            yield self._finding(found, "the name of a zone", "arcbeat migrate --time-zone Asia/Shanghai")
            return
        if form.run_started is None:
            found = f"has no timestamp column with the start of a run; known names are {', '.join(START_NAMES)}"
            yield self._finding(found, "the column with the start of a run", "arcbeat migrate --log-start-column NAME")
            return
        is_naive = " or ".join(f"{quoted(name)} is not null" for name in form.naive) or "false"
        query = STARTS.format(is_naive=is_naive, started=form.run_started, table=self._table.full_name)
        [row] = self._connection.execute(query.encode()).fetchall()
        if row["naive"] and form.time_zone is None:
            found = f"has {row['naive']} rows with {', '.join(form.naive)} without a time zone"
            needed = "the time zone in which they were written"
            yield self._finding(found, needed, "arcbeat migrate --time-zone Asia/Shanghai")
        if row["unusual"]:
            found = f"has {row['unusual']} rows whose start is missing, before 1970 or more than a year ahead"
            yield self._finding(found, "a start in each row", self._set_start())
        if int(str(row["months"])) > MONTHS_MAX:
            found = f"has rows in {row['months']} months"
            fix = f"delete from {self._table.full_name} where {form.run_started} < now() - interval '10 years';"
            yield self._finding(found, f"at most {MONTHS_MAX} months", fix)

    def _set_start(self) -> str:
        form = self._form
        column = form.start or next(iter(form.creations), "run_started_at")
        started = form.run_started
        return (
            f"update {self._table.full_name} set {quoted(column)} = now() where {started} is null "
            f"or {started} < '1970-01-01' or {started} >= now() + interval '1 year';"
        )

    def _exists(self, time_zone: str) -> bool:
        return self._connection.execute(ZONE_EXISTS, (time_zone,)).fetchone() == {"found": True}


def check_names(connection: Rows, session: Session, version: str) -> Iterator[Finding]:
    """Check the names of indexes, partitions and the sequence that the migration of jobs creates."""
    if version >= SINCE or session.schema is None:
        return
    for name, indexes in OWN_NAMES.items():
        table = read_table(connection, name)
        schema = session.schema if table is None else table.schema
        is_log = name == LOG_TABLE
        names = [*indexes, *([LOG_SEQUENCE] if is_log and table is None else ())]
        parameters = {
            "schema": schema,
            "names": names,
            "is_log": is_log,
            "table": quoted(schema, name),
        }
        for row in connection.execute(TAKEN, parameters):
            relation = read_table(connection, quoted(schema, str(row["name"])))
            if relation is not None:
                needed = f"this name for a relation of {name}"
                yield Finding(str(row["name"]), f"exists in the schema {schema}", needed, fixes.move_aside(relation))
