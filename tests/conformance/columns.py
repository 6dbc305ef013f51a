"""The columns of the super tables in the suite."""

from arcbeat.domain.schema.columns import Column, ColumnType

TS = Column(name="ts", type=ColumnType.TIMESTAMP)
TAGS = (
    Column(name="device_code", type=ColumnType.NCHAR, length=50, is_tag=True),
    Column(name="name", type=ColumnType.NCHAR, length=60, is_tag=True),
)

WELDING = (
    TS,
    Column(name="device_status", type=ColumnType.NCHAR, length=50),
    Column(name="lock_status", type=ColumnType.BOOL),
    Column(name="weld_current", type=ColumnType.FLOAT),
    Column(name="ip_quality", type=ColumnType.INT),
    *TAGS,
)

CUTTING = (
    TS,
    Column(name="power_kw", type=ColumnType.DOUBLE),
    Column(name="pulses", type=ColumnType.BIGINT),
    *TAGS,
)

WIDE = (TS, Column(name="remark", type=ColumnType.NCHAR, length=300), *TAGS)

LINE_PASS = (
    TS,
    Column(name="seq", type=ColumnType.INT, is_key=True),
    Column(name="val", type=ColumnType.FLOAT),
    *TAGS,
)
"""A super table with a composite primary key: one timestamp may have several rows."""

EVERY_TYPE = (
    TS,
    Column(name="flag", type=ColumnType.BOOL),
    Column(name="tiny", type=ColumnType.TINYINT),
    Column(name="small", type=ColumnType.SMALLINT),
    Column(name="whole", type=ColumnType.INT),
    Column(name="big", type=ColumnType.BIGINT),
    Column(name="tiny_u", type=ColumnType.TINYINT_UNSIGNED),
    Column(name="small_u", type=ColumnType.SMALLINT_UNSIGNED),
    Column(name="whole_u", type=ColumnType.INT_UNSIGNED),
    Column(name="big_u", type=ColumnType.BIGINT_UNSIGNED),
    Column(name="single", type=ColumnType.FLOAT),
    Column(name="dual", type=ColumnType.DOUBLE),
    Column(name="bytes_text", type=ColumnType.VARCHAR, length=200),
    Column(name="text", type=ColumnType.NCHAR, length=200),
    Column(name="raw", type=ColumnType.VARBINARY, length=32),
    Column(name="moment", type=ColumnType.TIMESTAMP),
    *TAGS,
)
