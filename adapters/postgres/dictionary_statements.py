"""The SQL statements for t_dict_type and t_dict_data.

Tables that existed before arcbeat may contain nulls, lack constraints, have padded texts and timestamps without a time
zone, so every column is converted to the expected type. In dictionaries in the style of RuoYi, `status` is '1' for a
disabled row, and `sort` or `dict_sort` is the order; these columns are used where the table has no `enabled` and no
`sort_order`.
"""

# ruff: noqa: S608 -- this module builds SQL, from constants and from the column names that it lists itself

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from adapters.postgres.master_data import moment

ENABLED_COLUMNS = ("enabled", "status")
ORDER_COLUMNS = ("sort_order", "sort", "dict_sort")
STATUS_ENABLED = "0"
STATUS_DISABLED = "1"

# The integer and text types keep a column `status` or `sort` of another meaning out.
LAYOUT = """
select c.relname::text as name, a.attname::text as column
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid
  join pg_type t on t.oid = a.atttypid
  left join pg_type b on b.oid = t.typbasetype
 where a.attrelid in (to_regclass('t_dict_type'), to_regclass('t_dict_data')) and a.attnum > 0 and not a.attisdropped
   and case when a.attname = 'status' then coalesce(b.typname, t.typname) in ('bpchar', 'varchar', 'text')
            when a.attname in ('sort', 'dict_sort') then coalesce(b.typname, t.typname) in ('int2', 'int4', 'int8')
            else a.attname in ('enabled', 'sort_order') end"""

# Uniqueness is checked under this lock, because tables that existed before arcbeat may lack constraints. It blocks all
# other writers, including other programs, but no readers. Both tables are always locked in this order.
LOCK = "lock table t_dict_type, t_dict_data in share row exclusive mode"

TYPE_COLUMNS = f"""
id, coalesce(cast(dict_name as text), '') as dict_name, cast(description as text) as description,
{moment("created_at")} as created_at, {moment("updated_at")} as updated_at"""
TYPES = f"select {TYPE_COLUMNS} from t_dict_type where id is not null"
GET_TYPE = f"{TYPES} and id = %s"
# Every row carries the total; a page past the end has one row with the total and nulls. Search by strpos instead of
# like: a keyword may contain % and _.
PAGE_TYPES = f"""
with fitting as (
    {TYPES}
       and (%(keyword)s::text is null or strpos(lower(dict_name), lower(%(keyword)s)) > 0
            or strpos(lower(description), lower(%(keyword)s)) > 0))
select counted.total, page.*
  from (select count(*) as total from fitting) as counted
  left join (select * from fitting order by id offset %(offset)s limit %(limit)s) as page on true
 order by page.id"""
IS_NAME_TAKEN = "select 1 from t_dict_type where dict_name = %s and id <> %s limit 1"
CHANGE_TYPE = f"""
update t_dict_type set dict_name = %(dict_name)s, description = %(description)s, updated_at = now() where id = %(id)s
returning {TYPE_COLUMNS}"""
DELETE_TYPE = "delete from t_dict_type where id = %s"
HAS_DATA = "select 1 from t_dict_data where dict_type_id = %s limit 1"
DELETE_DATA = "delete from t_dict_data where id = %s"


@dataclass(frozen=True, slots=True)
class DictionaryLayout:
    """Which columns say whether data are enabled, and in which order they come.

    Attributes:
        enabled: ``enabled`` or ``status``.
        order: ``sort_order``, ``sort`` or ``dict_sort``.
        types_have_status: whether t_dict_type has a ``status`` too.
    """

    enabled: str
    order: str
    types_have_status: bool

    @classmethod
    def of(cls, type_columns: Collection[str], data_columns: Collection[str]) -> "DictionaryLayout":
        """Return the layout by those columns of both tables that LAYOUT selects."""
        return cls(
            enabled=next((name for name in ENABLED_COLUMNS if name in data_columns), ENABLED_COLUMNS[0]),
            order=next((name for name in ORDER_COLUMNS if name in data_columns), ORDER_COLUMNS[0]),
            types_have_status="status" in type_columns,
        )

    @property
    def is_enabled(self) -> str:
        """The expression that is true for enabled data."""
        return _is_status_enabled("status") if self.enabled == "status" else "coalesce(enabled, true)"

    @property
    def is_type_enabled(self) -> str:
        """The expression that is true for an enabled type."""
        return _is_status_enabled("t_dict_type.status") if self.types_have_status else "true"


def _is_status_enabled(column: str) -> str:
    return f"(coalesce(cast({column} as text), '{STATUS_ENABLED}') <> '{STATUS_DISABLED}')"


@dataclass(frozen=True)
class DictionaryStatements:
    """The statements that depend on the layout."""

    layout: DictionaryLayout

    @cached_property
    def data_columns(self) -> str:
        return f"""
id, dict_type_id, coalesce(cast(data_label as text), '') as data_label,
coalesce(cast(data_value as text), '') as data_value, coalesce({self.layout.order}, 0) as "order",
{self.layout.is_enabled} as enabled, {_threshold("late_after_seconds")} as late_after_seconds,
{_threshold("stale_after_seconds")} as stale_after_seconds,
{moment("created_at")} as created_at, {moment("updated_at")} as updated_at"""

    @cached_property
    def data(self) -> str:
        """Data without a type belong to no dictionary, and data without an id cannot be addressed."""
        return f"select {self.data_columns} from t_dict_data where dict_type_id is not null and id is not null"

    @cached_property
    def get_data(self) -> str:
        return f"{self.data} and id = %s"

    @cached_property
    def page_data(self) -> str:
        """Search by strpos instead of like: a keyword may contain % and _."""
        return f"""
with fitting as (
    {self.data}
       and (%(dict_type_id)s::bigint is null or dict_type_id = %(dict_type_id)s)
       and (%(dict_name)s::text is null
            or dict_type_id in (select id from t_dict_type where dict_name = %(dict_name)s))
       and (%(enabled)s::boolean is null or {self.layout.is_enabled} = %(enabled)s)
       and (%(keyword)s::text is null or strpos(lower(data_label), lower(%(keyword)s)) > 0
            or strpos(lower(data_value), lower(%(keyword)s)) > 0))
select counted.total, page.*
  from (select count(*) as total from fitting) as counted
  left join (select * from fitting order by "order", id offset %(offset)s limit %(limit)s) as page on true
 order by page."order", page.id"""

    @cached_property
    def find(self) -> str:
        return f"""
select data.* from ({self.data}) as data join t_dict_type on t_dict_type.id = data.dict_type_id
 where t_dict_type.dict_name = %s and data.data_label = %s and data.enabled and {self.layout.is_type_enabled}
 order by t_dict_type.id, data."order", data.id limit 1"""

    @cached_property
    def is_label_taken(self) -> str:
        return f"""
select 1 from t_dict_data
 where dict_type_id = %s and data_label = %s and id <> %s and {self.layout.is_enabled} limit 1"""

    @cached_property
    def add_type(self) -> str:
        status = (", status", f", '{STATUS_ENABLED}'") if self.layout.types_have_status else ("", "")
        return f"""
insert into t_dict_type (dict_name, description, created_at, updated_at{status[0]})
values (%(dict_name)s, %(description)s, now(), now(){status[1]}) returning {TYPE_COLUMNS}"""

    @cached_property
    def add_data(self) -> str:
        return f"""
insert into t_dict_data (dict_type_id, data_label, data_value, {self.layout.order}, {self.layout.enabled},
                         late_after_seconds, stale_after_seconds, created_at, updated_at)
values (%(dict_type_id)s, %(data_label)s, %(data_value)s, %(order)s, {self._enabled_value},
        %(late_after_seconds)s, %(stale_after_seconds)s, now(), now()) returning {self.data_columns}"""

    @cached_property
    def change_data(self) -> str:
        """A status that already has the meaning keeps its spelling."""
        order, enabled = self.layout.order, self.layout.enabled
        return f"""
update t_dict_data
   set data_label = %(data_label)s, data_value = %(data_value)s,
       {order} = case when coalesce({order}, 0) = %(order)s then {order} else %(order)s end,
       {enabled} = case when {self.layout.is_enabled} = %(enabled)s then {enabled} else {self._enabled_value} end,
       late_after_seconds = %(late_after_seconds)s, stale_after_seconds = %(stale_after_seconds)s, updated_at = now()
 where id = %(id)s returning {self.data_columns}"""

    @property
    def _enabled_value(self) -> str:
        if self.layout.enabled == "status":
            return f"case when %(enabled)s then '{STATUS_ENABLED}' else '{STATUS_DISABLED}' end"
        return "%(enabled)s"


def _threshold(column: str) -> str:
    """Return the expression that reads a number of seconds; what is not positive and finite is read as null."""
    return f"case when {column} > 0 and {column} < 1e30 then cast({column} as double precision) end"
