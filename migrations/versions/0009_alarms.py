"""Add the alarm states of a device type, and the acknowledgements of alarms."""

from alembic import op
from sqlalchemy import text

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

HAS_ALARM_STATES = """
select exists (select from pg_attribute where attrelid = to_regclass('t_device_type') and attname = 'alarm_states'
                  and not attisdropped)
"""
ALARM_STATES = """
alter table t_device_type add column alarm_states text[] not null default '{}'
"""
# What every machine of the first pages reports as an alarm; an operator may have removed the state.
ALARMS_OF_EXISTING_TYPES = """
update t_device_type set alarm_states = '{报警}' where '报警' = any(states)
"""
# The rows of acknowledgements that were withdrawn are kept, so that every process can publish the withdrawal.
ACKNOWLEDGEMENTS = """
create table if not exists t_alarm_acknowledgement (
    device_code varchar(50) not null,
    alarm_start timestamptz not null,
    type_code varchar(50) not null,
    state text not null,
    note text not null,
    acknowledged_by text not null,
    acknowledged_at timestamptz not null,
    changed_at timestamptz not null default clock_timestamp(),
    withdrawn boolean not null default false)
"""
ONE_PER_ALARM = """
create unique index if not exists uq_t_alarm_acknowledgement on t_alarm_acknowledgement (device_code, alarm_start)
"""
CHANGED_AT = """
create index if not exists idx_t_alarm_acknowledgement_changed_at on t_alarm_acknowledgement (changed_at)
"""


def upgrade() -> None:
    """Add the column and the table; types with the state 报警 get it as their alarm state."""
    if not op.get_bind().execute(text(HAS_ALARM_STATES)).scalar_one():
        op.execute(ALARM_STATES)
        op.execute(ALARMS_OF_EXISTING_TYPES)
    for statement in (ACKNOWLEDGEMENTS, ONE_PER_ALARM, CHANGED_AT):
        op.execute(statement)


def downgrade() -> None:
    """Keep the column and the table with their contents; the migrations before do not use them."""
