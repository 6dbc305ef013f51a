"""The static fields of welding machines: the fifteen columns of the user's first pages."""

WELDING = "welding"

STATIC_FIELDS = (
    "team_name",
    "device_status",
    "lock_status",
    "preset_current",
    "preset_voltage",
    "weld_current",
    "weld_voltage",
    "material",
    "wire_diameter",
    "gas_type",
    "weld_method",
    "weld_control",
    "staff_id",
    "workpiece_id",
    "ip_quality",
)
