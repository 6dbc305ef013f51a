"""The device types that tests use: welding as the migrations make it, and cutting."""

from arcbeat.domain.columns import Column, ColumnType
from arcbeat.domain.device_types import DeviceType, Field, FreshnessThresholds, Label
from arcbeat.domain.readings import SuperTable

TAGS = (
    Column(name="device_code", type=ColumnType.NCHAR, length=50, is_tag=True),
    Column(name="name", type=ColumnType.NCHAR, length=50, is_tag=True),
)


def _text(name: str) -> Column:
    return Column(name=name, type=ColumnType.NCHAR, length=50)


def _number(name: str) -> Column:
    return Column(name=name, type=ColumnType.FLOAT)


TS = Column(name="ts", type=ColumnType.TIMESTAMP)
WELDING_COLUMNS = (
    TS,
    _text("team_name"),
    _text("device_status"),
    Column(name="lock_status", type=ColumnType.BOOL),
    _number("preset_current"),
    _number("preset_voltage"),
    _number("weld_current"),
    _number("weld_voltage"),
    _text("material"),
    _number("wire_diameter"),
    _text("gas_type"),
    _text("weld_method"),
    _text("weld_control"),
    _text("staff_id"),
    _text("workpiece_id"),
    Column(name="ip_quality", type=ColumnType.INT),
    *TAGS,
)
CUTTING_COLUMNS = (
    TS,
    _text("device_status"),
    Column(name="power_kw", type=ColumnType.DOUBLE),
    Column(name="feed_mm_min", type=ColumnType.INT_UNSIGNED),
    Column(name="pulses", type=ColumnType.BIGINT),
    *TAGS,
)
CUTTING = DeviceType(
    type_code="cutting",
    aliases=("切割机",),
    label=Label("切割机", "Cutting machine"),
    super_table=SuperTable("test_db", "cutting_real_data"),
    thresholds=FreshnessThresholds(15, 60),
    fields=(
        Field(name="device_status", label=Label("设备状态", "Status"), type=ColumnType.NCHAR),
        Field(name="power_kw", label=Label("功率", "Power"), type=ColumnType.DOUBLE, unit="kW", decimals=2),
        Field(name="pulses", label=Label("脉冲数", "Pulses"), type=ColumnType.BIGINT, decimals=0),
    ),
    fields_version=1,
)
