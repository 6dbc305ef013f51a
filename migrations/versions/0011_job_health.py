"""Index the runs of a job by state, and count per day the errors that ended runs."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# The newest run of each state, failures since the last success, and lists of runs by state: without it, they read all
# runs of a job that are newer.
RUNS_BY_STATE = """
create index if not exists idx_sync_job_run_state on sync_job_run (job_id, state, created_at desc, id desc)
"""
ERRORS = """
alter table sync_job_statistics add column if not exists errors jsonb not null default '{}'
"""
# The errors of runs that ended before.
EARLIER_ERRORS = """
update sync_job_statistics s set errors = earlier.errors
  from (select job_name, day, state, jsonb_object_agg(error_category, runs) as errors
          from (select job_name, (created_at at time zone 'UTC')::date as day, state, error_category, count(*) as runs
                  from sync_job_run where finished_at is not null and error_category is not null
                 group by 1, 2, 3, 4) as counted
         group by 1, 2, 3) as earlier
 where s.job_name = earlier.job_name and s.day = earlier.day and s.state = earlier.state and s.errors = '{}'
"""


def upgrade() -> None:
    """Create the index and the column, and count what has ended."""
    for statement in (RUNS_BY_STATE, ERRORS, EARLIER_ERRORS):
        op.execute(statement)


def downgrade() -> None:
    """Drop the index; keep the column with its contents, which the migrations before do not use."""
    op.execute("drop index if exists idx_sync_job_run_state")
