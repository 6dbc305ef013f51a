"""Let the `status` and `sort` of an adopted dictionary decide, instead of the columns that 0004 added beside them."""

from alembic import op
from sqlalchemy import text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# 0004 added sort_order, enabled and late_after_seconds in this order, each only if it was missing: a column that stands
# directly in front of the next one and has the default of 0004 is arcbeat's own, and may be removed.
ADDED = """
select a.attname
  from pg_attribute a
  join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  join pg_attribute late on late.attrelid = a.attrelid and late.attname = 'late_after_seconds'
 where a.attrelid = to_regclass('t_dict_data') and a.attnotnull
   and ((a.attname = 'enabled' and pg_get_expr(d.adbin, d.adrelid) = 'true' and late.attnum = a.attnum + 1)
     or (a.attname = 'sort_order' and pg_get_expr(d.adbin, d.adrelid) = '0' and late.attnum - a.attnum in (1, 2)))
"""
COLUMNS = """
select a.attname
  from pg_attribute a join pg_type t on t.oid = a.atttypid left join pg_type b on b.oid = t.typbasetype
 where a.attrelid = to_regclass('t_dict_data') and a.attnum > 0 and not a.attisdropped
   and case when a.attname = 'status' then coalesce(b.typname, t.typname) in ('bpchar', 'varchar', 'text')
            else coalesce(b.typname, t.typname) in ('int2', 'int4', 'int8') end
"""
HAS_OTHER_STATUS = """
select exists (select from t_dict_data where cast(status as text) not in ('0', '1'))
"""
DISABLE = "update t_dict_data set status = '1' where not enabled and coalesce(cast(status as text), '0') = '0'"
ORDER = "update t_dict_data set {name} = sort_order where sort_order <> 0"
DROP = "alter table t_dict_data drop column {name}"


def upgrade() -> None:
    """Merge the columns that 0004 added, and remove them, where the table has its own."""
    connection = op.get_bind()
    added = set(connection.execute(text(ADDED)).scalars())
    columns = set(connection.execute(text(COLUMNS)).scalars())
    if "enabled" in added and "status" in columns and not connection.execute(text(HAS_OTHER_STATUS)).scalar_one():
        op.execute(DISABLE)
        op.execute(DROP.format(name="enabled"))
    order = next((name for name in ("sort", "dict_sort") if name in columns), None)
    if "sort_order" in added and order is not None:
        op.execute(ORDER.format(name=order))
        op.execute(DROP.format(name="sort_order"))
