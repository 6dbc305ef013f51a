"""Name the columns of states in the tables of statistics, as data of the dictionary."""

from alembic import op
from sqlalchemy import text

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Rows are added only to tables that arcbeat created, which this trigger tells: those of another program may need values
# in other columns.
IS_OURS = """
select count(*) = 2 from pg_trigger
 where tgname = 'arcbeat_touch_updated_at' and tgrelid in (to_regclass('t_dict_type'), to_regclass('t_dict_data'))
"""
ADD_TYPE = """
insert into t_dict_type (dict_name, description)
select '状态统计列对照', '每日状态统计：状态 → 统计表的列'
 where not exists (select from t_dict_type where dict_name = '状态统计列对照')
returning id
"""
ADD_DATA = """
insert into t_dict_data (dict_type_id, data_label, data_value, sort_order)
values (:id, '焊接', 'welding_minutes', 1), (:id, '待机', 'standby_minutes', 2), (:id, '报警', 'alarm_minutes', 3),
       (:id, '关机', 'shutdown_minutes', 4)
"""


def upgrade() -> None:
    """Add the dictionary type with its data, unless there is one of this name."""
    connection = op.get_bind()
    if not connection.execute(text(IS_OURS)).scalar_one():
        return
    if (dict_type_id := connection.execute(text(ADD_TYPE)).scalar_one_or_none()) is not None:
        connection.execute(text(ADD_DATA), {"id": dict_type_id})


def downgrade() -> None:
    """Keep the rows: the migrations before ignore them, and they may have been changed."""
