"""Add the purpose of an API key: a program, or the link of a wall screen."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ADD_PURPOSE = """
alter table t_api_key
    add column purpose varchar(16) not null default 'program',
    add constraint ck_t_api_key_purpose check (purpose in ('program', 'wall'))
"""


def upgrade() -> None:
    """Add the column; all keys that exist are of programs."""
    op.execute(ADD_PURPOSE)


def downgrade() -> None:
    """Drop the column; the links of wall screens become keys of programs, with the same scopes and expiry."""
    op.execute("alter table t_api_key drop column purpose")
