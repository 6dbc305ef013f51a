"""Add the table of download links: single use, short-lived, and without the tokens themselves."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

LINKS = """
create table t_download_link (
    token_hash char(64) primary key,
    target_hash char(64) not null,
    owner varchar(300) not null,
    identity jsonb not null,
    expires_at timestamptz not null)
"""
LINKS_BY_END = "create index idx_t_download_link_expires_at on t_download_link (expires_at)"
LINKS_BY_OWNER = "create index idx_t_download_link_owner on t_download_link (owner, expires_at)"


def upgrade() -> None:
    """Add the table."""
    for statement in (LINKS, LINKS_BY_END, LINKS_BY_OWNER):
        op.execute(statement)


def downgrade() -> None:
    """Drop the table; unused links are lost, and pages make new ones."""
    op.execute("drop table t_download_link")
