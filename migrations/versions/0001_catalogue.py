"""Create device types, fields, devices and users; adopt an existing t_device_info unchanged."""

from alembic import op
from sqlalchemy import text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

DEVICE_TYPES = """
create table t_device_type (
    type_code varchar(50) primary key,
    aliases text[] not null default '{}',
    label_zh varchar(100) not null,
    label_en varchar(100) not null,
    super_table varchar(130) not null
        check (super_table ~ '^[A-Za-z_][A-Za-z0-9_]{0,63}\\.[A-Za-z_][A-Za-z0-9_]{0,63}$'),
    late_after_seconds double precision not null default 15 check (late_after_seconds > 0),
    stale_after_seconds double precision not null default 60,
    position integer not null default 0,
    enabled boolean not null default true,
    fields_version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check (stale_after_seconds >= late_after_seconds))
"""
DEVICE_TYPE_FIELDS = """
create table t_device_type_field (
    type_code varchar(50) not null references t_device_type on update cascade on delete cascade,
    name varchar(64) not null check (name ~ '^[A-Za-z_][A-Za-z0-9_]{0,63}$'),
    label_zh varchar(100) not null,
    label_en varchar(100) not null,
    column_type varchar(20) not null,
    unit varchar(20) not null default '',
    decimals smallint check (decimals between 0 and 15),
    position integer not null,
    hidden boolean not null default false,
    primary key (type_code, name))
"""

USERS = """
create table t_user (
    username varchar(64) primary key,
    role varchar(20) not null check (role in ('viewer', 'operator', 'admin')),
    password_hash text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now())
"""

# Exactly the definition that the user has.
DEVICES = """
CREATE TABLE t_device_info (
    id SERIAL PRIMARY KEY, device_code VARCHAR(50) UNIQUE NOT NULL, device_name VARCHAR(100) NOT NULL,
    device_model VARCHAR(50), device_type VARCHAR(50), manufacturer VARCHAR(100), production_date DATE,
    install_date DATE, install_location VARCHAR(255), online_address VARCHAR(255), team_name VARCHAR(100),
    is_locked BOOLEAN DEFAULT false, description TEXT,
    created_at TIMESTAMP DEFAULT now(), updated_at TIMESTAMP DEFAULT now())
"""

# The page query reads devices from this index in the order of the page, and counts them in it.
DEVICES_INDEX = """
create index if not exists idx_t_device_info_type_code on t_device_info (device_type, device_code collate "C")
"""

TOUCH = """
create or replace function arcbeat_touch_updated_at() returns trigger language plpgsql as $$
begin
    new.updated_at = now();
    return new;
end $$
"""
TRIGGER = """
create trigger arcbeat_touch_updated_at before update on {table}
    for each row execute function arcbeat_touch_updated_at()
"""
HAS_NO_DEVICES_TABLE = """
select to_regclass('t_device_info') is null
"""
HAS_UPDATE_TRIGGER = """
select exists (select from pg_trigger where tgrelid = cast('t_device_info' as regclass) and not tgisinternal
                  and (tgtype & 2) <> 0 and (tgtype & 16) <> 0)
"""

SEED_TYPE = """
insert into t_device_type (type_code, aliases, label_zh, label_en, super_table, position)
values ('welding', '{焊机}', '焊机', 'Welding machine', 'test_db.welding_real_data', 1)
"""
SEED_FIELDS = """
insert into t_device_type_field (type_code, name, label_zh, label_en, column_type, unit, decimals, position) values
    ('welding', 'team_name', '班组名称', 'Team', 'nchar', '', null, 1),
    ('welding', 'device_status', '设备状态', 'Status', 'nchar', '', null, 2),
    ('welding', 'lock_status', '锁状态', 'Locked', 'bool', '', null, 3),
    ('welding', 'preset_current', '预设电流', 'Preset current', 'float', 'A', 1, 4),
    ('welding', 'preset_voltage', '预设电压', 'Preset voltage', 'float', 'V', 1, 5),
    ('welding', 'weld_current', '焊接电流', 'Welding current', 'float', 'A', 1, 6),
    ('welding', 'weld_voltage', '焊接电压', 'Welding voltage', 'float', 'V', 1, 7),
    ('welding', 'material', '预设功率', 'Material', 'nchar', '', null, 8),
    ('welding', 'wire_diameter', '丝径', 'Wire diameter', 'float', 'mm', 1, 9),
    ('welding', 'gas_type', '气体类型', 'Gas', 'nchar', '', null, 10),
    ('welding', 'weld_method', '焊接方式', 'Welding method', 'nchar', '', null, 11),
    ('welding', 'weld_control', '焊接控制', 'Welding control', 'nchar', '', null, 12),
    ('welding', 'staff_id', '焊工编号', 'Welder', 'nchar', '', null, 13),
    ('welding', 'workpiece_id', '工件编号', 'Workpiece', 'nchar', '', null, 14),
    ('welding', 'ip_quality', '数据质量', 'Data quality', 'int', '', 0, 15)
"""


def upgrade() -> None:
    """Create what is missing; change no row of an existing t_device_info."""
    for statement in (DEVICE_TYPES, DEVICE_TYPE_FIELDS, USERS):
        op.execute(statement)
    # An existing table may be in any schema of the search path, where «if not exists» would not find it.
    if op.get_bind().execute(text(HAS_NO_DEVICES_TABLE)).scalar_one():
        op.execute(DEVICES)
    for statement in (DEVICES_INDEX, TOUCH):
        op.execute(statement)
    for table in ("t_device_type", "t_user"):
        op.execute(TRIGGER.format(table=table))
    if not op.get_bind().execute(text(HAS_UPDATE_TRIGGER)).scalar_one():
        op.execute(TRIGGER.format(table="t_device_info"))
    op.execute(SEED_TYPE)
    op.execute(SEED_FIELDS)
