"""The super tables of the demo, and the device type cutting, which the migrations do not create."""

from arcbeat.domain.catalogue.device_types import DeviceType, Field, FreshnessThresholds, Label
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable

WELDING_CODE = "welding"
CUTTING_CODE = "cutting"
WELDING_TABLE = SuperTable("test_db", "welding_real_data")
CUTTING_TABLE = SuperTable("test_db", "cutting_real_data")


def _text(name: str, characters: int = 50) -> Column:
    return Column(name=name, type=ColumnType.NCHAR, length=characters)


def _number(name: str) -> Column:
    return Column(name=name, type=ColumnType.FLOAT)


TS = Column(name="ts", type=ColumnType.TIMESTAMP)
TAGS = (
    Column(name="device_code", type=ColumnType.NCHAR, length=50, is_tag=True),
    Column(name="name", type=ColumnType.NCHAR, length=50, is_tag=True),
)
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
    Column(name="nozzle", type=ColumnType.TINYINT),
    Column(name="material", type=ColumnType.VARCHAR, length=40),
    Column(name="head_temp", type=ColumnType.FLOAT),
    _text("assist_gas", characters=20),
    *TAGS,
)
COLUMNS = {WELDING_TABLE: WELDING_COLUMNS, CUTTING_TABLE: CUTTING_COLUMNS}

CUTTING = DeviceType(
    type_code=CUTTING_CODE,
    aliases=("切割机",),
    label=Label("切割机", "Cutting machine"),
    super_table=CUTTING_TABLE,
    thresholds=FreshnessThresholds(late_after_seconds=15, stale_after_seconds=60),
    fields=(
        Field(name="device_status", label=Label("设备状态", "Status"), type=ColumnType.NCHAR),
        Field(name="power_kw", label=Label("功率", "Power"), type=ColumnType.DOUBLE, unit="kW", decimals=2),
        Field(
            name="feed_mm_min",
            label=Label("进给速度", "Feed"),
            type=ColumnType.INT_UNSIGNED,
            unit="mm/min",
            decimals=0,
        ),
        Field(name="pulses", label=Label("脉冲数", "Pulses"), type=ColumnType.BIGINT, decimals=0),
        Field(name="nozzle", label=Label("割嘴号", "Nozzle"), type=ColumnType.TINYINT, decimals=0),
        Field(name="material", label=Label("材料", "Material"), type=ColumnType.VARCHAR),
        Field(
            name="head_temp",
            label=Label("割头温度", "Head temperature"),
            type=ColumnType.FLOAT,
            unit="°C",
            decimals=1,
        ),
        Field(name="assist_gas", label=Label("辅助气体", "Assist gas"), type=ColumnType.NCHAR),
    ),
    fields_version=1,
    position=2,
    states=("切割", "待机", "报警", "关机"),
    offline_states=("关机",),
    alarm_states=("报警",),
)
