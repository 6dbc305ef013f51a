from enum import StrEnum


class ListDevicesSort(StrEnum):
    CREATED_AT = "created_at"
    DEVICE_CODE = "device_code"
    DEVICE_MODEL = "device_model"
    DEVICE_NAME = "device_name"
    DEVICE_TYPE = "device_type"
    INSTALL_DATE = "install_date"
    INSTALL_LOCATION = "install_location"
    IS_LOCKED = "is_locked"
    MANUFACTURER = "manufacturer"
    ONLINE_ADDRESS = "online_address"
    PRODUCTION_DATE = "production_date"
    TEAM_NAME = "team_name"
    UPDATED_AT = "updated_at"
    VALUE_1 = "-device_code"
    VALUE_11 = "-production_date"
    VALUE_13 = "-install_date"
    VALUE_15 = "-install_location"
    VALUE_17 = "-online_address"
    VALUE_19 = "-team_name"
    VALUE_21 = "-is_locked"
    VALUE_23 = "-created_at"
    VALUE_25 = "-updated_at"
    VALUE_3 = "-device_name"
    VALUE_5 = "-device_model"
    VALUE_7 = "-device_type"
    VALUE_9 = "-manufacturer"

    def __str__(self) -> str:
        return str(self.value)
