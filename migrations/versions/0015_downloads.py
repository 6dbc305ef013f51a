"""Add the downloads: how far the export of a download link is, for as long as it runs and an hour after its end."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

DOWNLOADS = """
create table t_download (
    download_id char(32) primary key,
    owner varchar(300) not null,
    status varchar(10) not null default 'waiting' constraint ck_t_download_status check (status in (
        'waiting', 'running', 'finished', 'failed', 'cancelled')),
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    updated_at timestamptz not null default now(),
    finished_at timestamptz,
    rows bigint not null default 0,
    bytes_sent bigint not null default 0,
    progress double precision,
    cancel_requested boolean not null default false,
    failure varchar(20),
    problem_type varchar(100))
"""
DOWNLOADS_BY_CHANGE = "create index idx_t_download_updated_at on t_download (updated_at)"
# Null in links of processes that still run the version before.
DOWNLOAD_OF_LINK = "alter table t_download_link add column download_id char(32)"


def upgrade() -> None:
    """Add the table and the reference of a link to its download."""
    for statement in (DOWNLOADS, DOWNLOADS_BY_CHANGE, DOWNLOAD_OF_LINK):
        op.execute(statement)


def downgrade() -> None:
    """Drop them; downloads continue without being followed."""
    op.execute("alter table t_download_link drop column download_id")
    op.execute("drop table t_download")
