"""Let a page of the log of jobs read little more than its own rows, and look for a parent in its own month first."""

from alembic import op
from sqlalchemy import text

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SCHEMA = """
select quote_ident(n.nspname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.oid = to_regclass('sync_job_log')
"""
# One index per filter and order of the list. Those of root rows are much smaller than the others, and a filter that few
# roots and many other rows match is as fast as any other.
INDEXES = {
    "idx_sync_job_log_run_started_at": "(run_started_at desc, id desc)",
    "idx_sync_job_log_job_name": "(job_name, run_started_at desc, id desc)",
    "idx_sync_job_log_job_type": "(job_name, log_type, run_started_at desc, id desc)",
    "idx_sync_job_log_shown_status": "({status}, run_started_at desc, id desc)",
    "idx_sync_job_log_root_status": "({status}, run_started_at desc, id desc) where parent_log_id is null",
    "idx_sync_job_log_job_status": "(job_name, {status}, run_started_at desc, id desc) where parent_log_id is null",
    "idx_sync_job_log_error_category": (
        "(error_category, run_started_at desc, id desc) where error_category is not null"
    ),
    "idx_sync_job_log_root_error": (
        "(error_category, run_started_at desc, id desc) where error_category is not null and parent_log_id is null"
    ),
    "idx_sync_job_log_foreign_job": "(job_id, run_started_at desc, id desc) where run_id is null",
}
# The first query reads one partition, which is that of nearly all parents; in one expression with the second, it would
# open the indexes of all partitions each time.
PARENT_FUNCTION = """
create or replace function {schema}.sync_job_log_check_parent() returns trigger language plpgsql as $$
begin
    if exists (select from {schema}.sync_job_log
                where id = new.parent_log_id and run_started_at = new.run_started_at) then
        return null;
    end if;
    if not exists (select from {schema}.sync_job_log where id = new.parent_log_id) then
        raise foreign_key_violation using
            message = format('parent_log_id %s is not the id of a row in sync_job_log', new.parent_log_id),
            table = 'sync_job_log', column = 'parent_log_id', constraint = 'sync_job_log_parent';
    end if;
    return null;
end $$
"""


def upgrade() -> None:
    """Create the indexes, and replace the function of the trigger."""
    schema = op.get_bind().execute(text(SCHEMA)).scalar_one()
    op.execute(PARENT_FUNCTION.format(schema=schema))
    status = f"{schema}.sync_job_log_status(status, adopted_at)"
    for name, definition in INDEXES.items():
        op.execute(f"create index {name} on {schema}.sync_job_log {definition.format(status=status)}")


def downgrade() -> None:
    """Drop the indexes; the function does the same as the one before."""
    schema = op.get_bind().execute(text(SCHEMA)).scalar_one()
    for name in INDEXES:
        op.execute(f"drop index if exists {schema}.{name}")
