"""Add limits for the values of fields, and the states of a device type."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FIELD_RULES = """
alter table t_device_type_field
    add column minimum double precision,
    add column maximum double precision,
    add column max_length integer check (max_length > 0),
    add check (minimum <= maximum)
"""
STATES = """
alter table t_device_type
    add column state_field varchar(64) not null default 'device_status'
        check (state_field ~ '^[A-Za-z_][A-Za-z0-9_]{0,63}$'),
    add column states text[] not null default '{}',
    add column offline_states text[] not null default '{}'
"""
WELDING_STATES = """
update t_device_type set states = '{焊接,待机,报警,关机}', offline_states = '{关机}' where type_code = 'welding'
"""


def upgrade() -> None:
    """Add the columns; existing types keep their behaviour."""
    for statement in (FIELD_RULES, STATES, WELDING_STATES):
        op.execute(statement)
