"""What arcbeat needs of the tables of jobs, which may have existed before it."""

from collections.abc import Mapping
from dataclasses import replace

from adapters.postgres.schema.needs import (
    BOOLEANS,
    INSTANTS,
    INTEGERS,
    JSONS,
    MOMENTS,
    NUMBERS,
    STRINGS,
    AdoptableTable,
    ColumnNeed,
    Nulls,
)
from arcbeat.domain.jobs.events import ExecutionPhase, LogType
from arcbeat.domain.jobs.jobs import MisfirePolicy, OverlapPolicy
from arcbeat.domain.jobs.runs import RunState, Trigger

SINCE = "0007"
NAME_LENGTH_MAX = 100
TEXT_LENGTH_MIN = 10_000
"""The length of a message that a column with a length limit must have; arcbeat's own columns have no limit."""

LOG_TABLE = "sync_job_log"
LOG_INDEXES = (
    "idx_sync_job_log_type",
    "idx_sync_job_log_phase",
    "idx_sync_job_parent_log",
    "idx_sync_job_log_hierarchy",
    "idx_sync_job_log_roots",
    "idx_sync_job_log_run",
    "idx_sync_job_log_run_started_at",
    "idx_sync_job_log_job_name",
    "idx_sync_job_log_job_type",
    "idx_sync_job_log_shown_status",
    "idx_sync_job_log_root_status",
    "idx_sync_job_log_job_status",
    "idx_sync_job_log_error_category",
    "idx_sync_job_log_root_error",
    "idx_sync_job_log_foreign_job",
)
"""The indexes that arcbeat creates on the log; existing indexes with these names are replaced."""
LOG_CHECKS = ("ck_sync_job_log_type", "ck_sync_job_log_phase")
LOG_TRIGGERS = ("sync_job_log_parent", "sync_job_log_mirror", "sync_job_log_children")
OWN_NAMES: Mapping[str, tuple[str, ...]] = {
    "sync_job": ("idx_sync_job_due",),
    "sync_job_run": (
        *("uq_sync_job_run_scheduled_for", "uq_sync_job_run_idempotency_key", "uq_sync_job_run_exclusive"),
        *("idx_sync_job_run_queued", "idx_sync_job_run_running", "idx_sync_job_run_job"),
    ),
    LOG_TABLE: LOG_INDEXES,
}
"""The indexes of each table, whose names no other table may use."""

_ID = ColumnNeed(types=INTEGERS, type="bigint", nulls=Nulls.NEVER, is_numbered=True, is_unique=True, is_written=False)
_INTEGER = ColumnNeed(types=INTEGERS, type="bigint", nulls=Nulls.ALWAYS)
_COUNT = ColumnNeed(types=INTEGERS, type="bigint", nulls=Nulls.NEVER, default="0")
_INSTANT = ColumnNeed(types=INSTANTS, type="timestamptz", nulls=Nulls.ALWAYS)
_CREATED = ColumnNeed(types=INSTANTS, type="timestamptz", nulls=Nulls.NEVER, default="now()")
_TEXT = ColumnNeed(types=STRINGS, type="text", length_min=TEXT_LENGTH_MIN, nulls=Nulls.ALWAYS)
_JSON = ColumnNeed(types=JSONS, type="jsonb", nulls=Nulls.ALWAYS)
_SECONDS = ColumnNeed(types=NUMBERS, type="double precision", nulls=Nulls.NEVER, default="60")
_NAME = ColumnNeed(
    types=STRINGS, type=f"varchar({NAME_LENGTH_MAX})", length_min=NAME_LENGTH_MAX, nulls=Nulls.NEVER, default="''"
)
_CATEGORY = ColumnNeed(types=STRINGS, type="text", length_min=20, nulls=Nulls.ALWAYS)


def _choice(values: tuple[str, ...], default: str) -> ColumnNeed:
    return ColumnNeed(
        types=STRINGS,
        type="text",
        length_min=max(map(len, values)),
        nulls=Nulls.NEVER,
        default=f"'{default}'",
        values=tuple(map(str, values)),
    )


def _flag(default: str) -> ColumnNeed:
    return ColumnNeed(types=BOOLEANS, type="boolean", nulls=Nulls.NEVER, default=default)


def _json(default: str) -> ColumnNeed:
    return replace(_JSON, nulls=Nulls.NEVER, default=default)


JOB = AdoptableTable(
    "sync_job",
    SINCE,
    {"id": _ID, "name": replace(_NAME, is_unique=True, default="")},
    {
        "description": replace(_TEXT, nulls=Nulls.ANY),
        "schedule": replace(_TEXT, length_min=NAME_LENGTH_MAX),
        "time_zone": ColumnNeed(types=STRINGS, type="varchar(64)", length_min=64, nulls=Nulls.NEVER, default="'UTC'"),
        "enabled": _flag("true"),
        "timeout_seconds": replace(_SECONDS, default="600"),
        "exclusive": _flag("true"),
        "overlap": _choice(tuple(OverlapPolicy), OverlapPolicy.SKIP),
        "misfire": _choice(tuple(MisfirePolicy), MisfirePolicy.RUN_ONCE),
        "misfire_grace_seconds": _SECONDS,
        "max_resumes": replace(_COUNT, default="3"),
        "retry": _json("'{}'"),
        "parameters": _json("'{}'"),
        "next_run_at": _INSTANT,
        "created_at": ColumnNeed(types=MOMENTS, type="timestamptz", default="now()", is_written=False),
        "updated_at": ColumnNeed(types=MOMENTS, type="timestamptz", default="now()", is_written=False),
    },
    must_accept_rows=True,
)
# All columns are needed: in a table of another program, nothing could be guessed about the state of its runs.
JOB_RUN = AdoptableTable(
    "sync_job_run",
    SINCE,
    {
        "id": _ID,
        "job_id": replace(_INTEGER, nulls=Nulls.NEVER),
        "job_name": _NAME,
        "state": _choice(tuple(RunState), RunState.ABANDONED),
        "trigger": _choice(tuple(Trigger), Trigger.FUNCTION),
        "requested_by": replace(_TEXT, nulls=Nulls.NEVER, default="''"),
        "parameters": _json("'{}'"),
        "dry_run": _flag("false"),
        "exclusive": _flag("true"),
        "idempotency_key": replace(_TEXT, length_min=255),
        "scheduled_for": _INSTANT,
        "retry_of": _INTEGER,
        "fence": _COUNT,
        "lease_until": _INSTANT,
        "cancel_requested": _flag("false"),
        "worker": replace(_TEXT, length_min=255),
        "attempts": _COUNT,
        "max_attempts": replace(_COUNT, default="1"),
        "resumes": _COUNT,
        "created_at": _CREATED,
        "run_started_at": _CREATED,
        "started_at": _INSTANT,
        "finished_at": _INSTANT,
        "error_category": _CATEGORY,
        "error_message": _TEXT,
        "rows_read": _COUNT,
        "rows_written": _COUNT,
        "rows_skipped": _COUNT,
        "window_start": _INSTANT,
        "window_end": _INSTANT,
        "result": _JSON,
        "root_log_id": _INTEGER,
    },
    must_accept_rows=True,
)
JOB_STATISTICS = AdoptableTable(
    "sync_job_statistics",
    SINCE,
    {
        "job_name": _NAME,
        "day": ColumnNeed(types=frozenset({"date"}), type="date", nulls=Nulls.NEVER),
        "state": _choice(tuple(RunState), RunState.ABANDONED),
        "runs": _COUNT,
        "retries": _COUNT,
        "duration_ms_total": replace(_SECONDS, default="0"),
        "duration_ms_max": replace(_SECONDS, default="0"),
    },
    must_accept_rows=True,
)
# A column that arcbeat adds is null in existing rows or has a default. An id of a job may be a text: it is another
# program's, and arcbeat writes its own numbers into the column.
JOB_LOG = AdoptableTable(
    LOG_TABLE,
    SINCE,
    {"id": _ID},
    {
        "run_id": _INTEGER,
        "job_id": ColumnNeed(types=INTEGERS | STRINGS, type="bigint", length_min=20),
        "job_name": replace(_NAME, nulls=Nulls.ANY),
        "parent_log_id": _INTEGER,
        "run_started_at": replace(_CREATED, nulls=Nulls.ANY),
        "log_type": replace(_choice(tuple(LogType), LogType.EXECUTION_START), nulls=Nulls.ANY),
        "execution_phase": replace(_choice(tuple(ExecutionPhase), ExecutionPhase.INITIAL), nulls=Nulls.ANY),
        "status": ColumnNeed(types=STRINGS, type="text", length_min=len("cancelled")),
        "message": replace(_TEXT, nulls=Nulls.ANY),
        "error_category": _CATEGORY,
        "error_message": _TEXT,
        "attempt_number": _INTEGER,
        "planned_start_at": _INSTANT,
        "log_started_at": _INSTANT,
        "log_ended_at": _INSTANT,
        "retry_context": _JSON,
        "performance_metrics": _JSON,
        "retry_statistics": _JSON,
        "rows_read": _INTEGER,
        "rows_written": _INTEGER,
        "rows_skipped": _INTEGER,
        "window_start": _INSTANT,
        "window_end": _INSTANT,
        "adopted_at": _INSTANT,
    },
    must_accept_rows=True,
)
# Each partition has its own index of the ids, which one sequence keeps unique.
PARTITIONED_JOB_LOG = replace(JOB_LOG, needed={"id": replace(_ID, is_unique=False)})
JOB_TABLES = (JOB, JOB_RUN, JOB_STATISTICS, JOB_LOG)
