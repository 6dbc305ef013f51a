"""The device types of the tests: welding as the migrations create it, and cutting."""

from arcbeat.demo.catalogue import TAGS, TS, WELDING_COLUMNS
from arcbeat.domain.catalogue.device_types import DeviceType, Field, FreshnessThresholds, Label
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable

__all__ = ["CUTTING", "CUTTING_COLUMNS", "WELDING_COLUMNS"]

CUTTING_COLUMNS = (
    TS,
    Column(name="device_status", type=ColumnType.NCHAR, length=50),
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
    position=2,
    states=("切割", "待机", "报警", "关机"),
    offline_states=("关机",),
    alarm_states=("报警",),
)
