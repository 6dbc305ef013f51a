"""What arcbeat needs of tables that may have existed before it: the columns, their types, lengths and nulls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from arcbeat.domain.devices.columns import CODE_LENGTH_MAX
from arcbeat.domain.files.tables import CELL_CHARACTERS_MAX

INTEGERS = frozenset({"int2", "int4", "int8"})
NUMBERS = INTEGERS | {"numeric", "float4", "float8"}
STRINGS = frozenset({"varchar", "text"})
PADDED_STRINGS = STRINGS | {"bpchar"}
BOOLEANS = frozenset({"bool"})
JSONS = frozenset({"json", "jsonb"})
DATES = frozenset({"date"})
MOMENTS = frozenset({"timestamp", "timestamptz"})
INSTANTS = frozenset({"timestamptz"})
DAYS_OR_MOMENTS = MOMENTS | DATES


class Nulls(Enum):
    """Whether a column must accept nulls."""

    ANY = "any"
    NEVER = "not null"
    ALWAYS = "nullable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnNeed:
    """What arcbeat needs of one column.

    Attributes:
        types: the PostgreSQL types that arcbeat reads and writes without loss; a domain counts as its base type.
        type: the type that a column of another type should have, as in the table that arcbeat creates.
        length_min: the length that the contract allows; 0 if shorter columns are accepted.
        nulls: NEVER if rows need a value, ALWAYS if arcbeat writes nulls.
        default: the expression of the default in the table that arcbeat creates; empty if there is none.
        is_numbered: whether arcbeat inserts rows without a value, so that the table must number them.
        is_unique: whether arcbeat relies on a unique index.
        is_written: whether arcbeat writes values, which a generated column rejects.
        values: the values that arcbeat understands; empty if it understands all.
    """

    types: frozenset[str]
    type: str
    length_min: int = 0
    nulls: Nulls = Nulls.ANY
    default: str = ""
    is_numbered: bool = False
    is_unique: bool = False
    is_written: bool = True
    values: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class AdoptableTable:
    """A table that can be adopted.

    Attributes:
        since: the migration that creates or adopts the table.
        needed: columns that an existing table must have.
        optional: columns that the migration adds if they are missing.
        also_known: columns of other programs that arcbeat uses if they exist.
        must_accept_rows: whether arcbeat cannot do without adding rows, so that no other column may be required.
    """

    name: str
    since: str
    needed: Mapping[str, ColumnNeed]
    optional: Mapping[str, ColumnNeed] = field(default_factory=dict)
    also_known: frozenset[str] = frozenset()
    must_accept_rows: bool = False

    @property
    def columns(self) -> Mapping[str, ColumnNeed]:
        return {**self.needed, **self.optional}


def _text(length: int, nulls: Nulls = Nulls.ALWAYS, *, is_unique: bool = False) -> ColumnNeed:
    return ColumnNeed(types=STRINGS, type=f"varchar({length})", length_min=length, nulls=nulls, is_unique=is_unique)


_DATE = ColumnNeed(types=DATES, type="date", nulls=Nulls.ALWAYS)
_MOMENT = ColumnNeed(types=MOMENTS, type="timestamp", default="now()", is_written=False)
_DEVICE_ID = ColumnNeed(types=INTEGERS, type="bigint", nulls=Nulls.NEVER, is_numbered=True, is_written=False)
# The dictionary may have shorter texts: a longer value is rejected when it is written.
_DICT_TEXT = ColumnNeed(types=PADDED_STRINGS, type="varchar(255)")
_DICT_MOMENT = ColumnNeed(types=DAYS_OR_MOMENTS, type="timestamptz")
# The migration gives an id without a default a sequence.
_DICT_ID = ColumnNeed(types=INTEGERS, type="bigint", is_written=False)
_DICT_INTEGER = ColumnNeed(types=INTEGERS, type="bigint")
_THRESHOLD = ColumnNeed(types=NUMBERS, type="double precision", nulls=Nulls.ALWAYS)

DEVICE_INFO = AdoptableTable(
    "t_device_info",
    "0001",
    {
        "id": _DEVICE_ID,
        "device_code": _text(CODE_LENGTH_MAX, Nulls.NEVER, is_unique=True),
        "device_name": _text(100, Nulls.ANY),
        "device_model": _text(50),
        "device_type": _text(50, Nulls.ANY),
        "manufacturer": _text(100),
        "production_date": _DATE,
        "install_date": _DATE,
        "install_location": _text(255),
        "online_address": _text(255),
        "team_name": _text(100),
        "is_locked": ColumnNeed(types=BOOLEANS, type="boolean", default="false"),
        "description": ColumnNeed(types=STRINGS, type="text", length_min=CELL_CHARACTERS_MAX, nulls=Nulls.ALWAYS),
        "created_at": _MOMENT,
        "updated_at": _MOMENT,
    },
)
DICT_TYPE = AdoptableTable(
    "t_dict_type",
    "0004",
    {"id": _DICT_ID, "dict_name": _DICT_TEXT},
    {
        "description": ColumnNeed(types=PADDED_STRINGS, type="text", nulls=Nulls.ALWAYS),
        "created_at": _DICT_MOMENT,
        "updated_at": _DICT_MOMENT,
    },
    also_known=frozenset({"status"}),
)
DICT_DATA = AdoptableTable(
    "t_dict_data",
    "0004",
    {"id": _DICT_ID, "dict_type_id": _DICT_INTEGER, "data_label": _DICT_TEXT, "data_value": _DICT_TEXT},
    {
        "sort_order": _DICT_INTEGER,
        "enabled": ColumnNeed(types=BOOLEANS, type="boolean", default="true"),
        "late_after_seconds": _THRESHOLD,
        "stale_after_seconds": _THRESHOLD,
        "created_at": _DICT_MOMENT,
        "updated_at": _DICT_MOMENT,
    },
    also_known=frozenset({"status", "sort", "dict_sort"}),
)
MASTER_DATA_TABLES = (DEVICE_INFO, DICT_TYPE, DICT_DATA)

_REQUIRED = ColumnNeed(types=STRINGS, type="text", nulls=Nulls.NEVER)
_INSTANT = ColumnNeed(types=INSTANTS, type="timestamptz", nulls=Nulls.NEVER)
# All columns are needed: the table exists before its migration only where `undo-jobs` went back behind it.
ALARM_ACKNOWLEDGEMENT = AdoptableTable(
    "t_alarm_acknowledgement",
    "0009",
    {
        "device_code": _text(CODE_LENGTH_MAX, Nulls.NEVER),
        "alarm_start": _INSTANT,
        "type_code": _text(50, Nulls.NEVER),
        "state": _REQUIRED,
        "note": _REQUIRED,
        "acknowledged_by": _REQUIRED,
        "acknowledged_at": _INSTANT,
        "changed_at": _INSTANT,
        "withdrawn": ColumnNeed(types=BOOLEANS, type="boolean", nulls=Nulls.NEVER, default="false"),
    },
    must_accept_rows=True,
)

OWN_RELATIONS: Mapping[str, tuple[str, ...]] = {
    "0001": ("t_device_type", "t_device_type_field", "t_user"),
    "0002": (
        *("t_session", "t_api_key", "t_revocation"),
        *("idx_t_session_username", "idx_t_session_expires_at", "uq_t_api_key_name"),
    ),
    "0010": ("t_download_link", "idx_t_download_link_expires_at", "idx_t_download_link_owner"),
    "0012": (
        *("sync_job_alert", "sync_job_alert_notice", "sync_job_alert_delivery"),
        *("uq_sync_job_alert_open", "idx_sync_job_alert_job", "idx_sync_job_alert_closed"),
        *("uq_sync_job_alert_notice_kind", "uq_sync_job_alert_delivery_target", "idx_sync_job_alert_delivery_waiting"),
    ),
    "0015": ("t_download", "idx_t_download_updated_at"),
}
"""Names that each migration creates, and that no other program may use in the schema."""
