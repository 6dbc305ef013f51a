"""The form of an existing sync_job_log: which columns hold the start and the end of a run, and in which time zone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from psycopg import sql

from adapters.postgres.schema.inspection import ExistingColumn, quoted
from adapters.postgres.schema.needs import MOMENTS

# The first name that exists is taken. The last ones say when a row was written, which is near the start of its run.
START_NAMES = (
    *("started_at", "start_time", "start_at", "started_time", "started_on", "start_date", "begin_time", "begin_at"),
    *("began_at", "executed_at", "execution_time", "execute_time", "exec_time", "run_at", "run_time", "sync_time"),
    *("fire_time", "trigger_time", "job_time"),
)
CREATION_NAMES = ("created_at", "create_time", "created_time", "created_on", "gmt_create", "log_time", "logged_at")
END_NAMES = (
    *("ended_at", "end_time", "end_at", "finished_at", "finish_time", "finished_time", "stop_time", "stopped_at"),
    *("completed_at", "complete_time", "completed_time", "completion_time"),
)
RUN_STARTED = "run_started_at"


@dataclass(frozen=True, slots=True)
class LogOptions:
    """What the operator states about an existing sync_job_log.

    Attributes:
        time_zone: The IANA name of the zone in which timestamps without a time zone were written.
        start_column: The column with the start of a run, if it is none of the known names.
    """

    time_zone: str | None = None
    start_column: str | None = None


@dataclass(frozen=True, slots=True)
class LogForm:
    """Where an existing sync_job_log has the start and the end of a run.

    Attributes:
        columns: All columns of the table, by name.
        start: None if the table has no such column, but only the time at which a row was written.
        creations: Columns with the time at which a row was written.
        time_zone: The zone of timestamps without a time zone; None means that of the session.
    """

    columns: Mapping[str, ExistingColumn]
    start: str | None
    end: str | None
    creations: Sequence[str]
    time_zone: str | None

    @classmethod
    def of(cls, columns: Sequence[ExistingColumn], options: LogOptions) -> "LogForm":
        """Return the form of a table with these columns."""
        named = {each.name: each for each in columns}
        moments = [each.name for each in columns if each.base_type in MOMENTS and not each.generated]
        stated = options.start_column
        starts = START_NAMES if stated is None else (stated,)
        return cls(
            named,
            start=next((name for name in starts if name in moments), None),
            end=next((name for name in END_NAMES if name in moments), None),
            creations=[name for name in CREATION_NAMES if name in moments],
            time_zone=options.time_zone,
        )

    @property
    def run_started(self) -> str | None:
        """Return the expression of the start of a run, a timestamptz; None if no column has it."""
        names = [RUN_STARTED] if RUN_STARTED in self.columns else []
        instants = [self.instant(name) for name in (*names, *self._starts)]
        return f"coalesce({', '.join(instants)})" if instants else None

    @property
    def naive(self) -> Sequence[str]:
        """Return the columns without a time zone that are read."""
        names = [*self._starts, *([self.end] if self.end else [])]
        return [name for name in names if self.columns[name].base_type == "timestamp"]

    @property
    def _starts(self) -> Sequence[str]:
        if self.start is None:
            return self.creations
        # Of the same type, so that a time zone is asked for only where the start has none.
        same = self.columns[self.start].base_type
        return [self.start, *(name for name in self.creations if self.columns[name].base_type == same)]

    @property
    def mirrored(self) -> Mapping[str, str]:
        """Return the columns of arcbeat that have the same meaning as a column of other programs."""
        # A row's own columns decide once they exist: created_at may then be one of arcbeat.
        start = self.start or ("" if "log_started_at" in self.columns else next(iter(self.creations), ""))
        pairs = {"log_started_at": start, "log_ended_at": self.end or ""}
        return {ours: theirs for ours, theirs in pairs.items() if theirs}

    def instant(self, name: str, row: str = "") -> str:
        """Return the expression of a column as a timestamptz; ``row`` is the qualifying name with its dot."""
        expression = f"{row}{quoted(name)}"
        if self.columns[name].base_type != "timestamp":
            return expression
        return f"({expression} at time zone {self._zone})"

    def local(self, name: str, instant: str) -> str:
        """Return the expression of a timestamptz as a value of a column."""
        return f"({instant} at time zone {self._zone})" if self.columns[name].base_type == "timestamp" else instant

    @property
    def _zone(self) -> str:
        if self.time_zone is None:
            return "current_setting('TimeZone')"
        return sql.Literal(self.time_zone).as_string(None)


def mirror_statements(form: LogForm, schema: str) -> Iterator[str]:
    """Yield the statements that keep the columns of arcbeat and those of other programs equal in new rows.

    Programs that know only their own columns then see the rows of arcbeat, and arcbeat sees theirs.
    """
    inserts, updates = [], []
    for ours, theirs in form.mirrored.items():
        own, other = f"new.{ours}", f"new.{quoted(theirs)}"
        to_ours, to_theirs = form.instant(theirs, "new."), form.local(theirs, own)
        inserts.append(f"{own} = coalesce({own}, {to_ours}); {other} = coalesce({other}, {to_theirs});")
        has_changed = "{0} is distinct from {1} and {2} is not distinct from {3}"
        theirs_changed = has_changed.format(other, f"old.{quoted(theirs)}", own, f"old.{ours}")
        ours_changed = has_changed.format(own, f"old.{ours}", other, f"old.{quoted(theirs)}")
        updates.append(
            f"if {theirs_changed} then {own} = {to_ours}; elsif {ours_changed} then {other} = {to_theirs}; end if;"
        )
    if "job_name" not in form.columns and "job_id" in form.columns:
        inserts.append(
            "if new.job_name = '' then new.job_name = coalesce("
            "(select name from sync_job where id::text = new.job_id::text), ''); end if;"
        )
    if not inserts:
        return
    yield (
        f"create function {schema}.sync_job_log_mirror() returns trigger language plpgsql as $$ begin "
        f"if tg_op = 'INSERT' then {' '.join(inserts)} else {' '.join(updates)} end if; return new; end $$"
    )
    yield (
        f"create trigger sync_job_log_mirror before insert or update on {schema}.sync_job_log "
        f"for each row execute function {schema}.sync_job_log_mirror()"
    )
