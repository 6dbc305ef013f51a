from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.labels import Labels


T = TypeVar("T", bound="DeviceType")


@_attrs_define
class DeviceType:
    """A kind of machine.

    Attributes:
        type_code (str): Code of the device type. Example: welding.
        label (str): Name in the requested language. Example: 焊机.
        labels (Labels): A name in Chinese and English.
        aliases (list[str]): Other spellings of the code in the master data.
        super_table (str): `database.table` in the readings store. Example: test_db.welding_real_data.
        late_after_seconds (float): A reading is live up to this age. Example: 15.
        stale_after_seconds (float): A reading is late up to this age, and stale after it. Example: 60.
        position (int): Device types are ordered by position, then by code. Example: 1.
        enabled (bool): Whether the type is in use. A type that is not enabled is retired. Example: True.
        state_field (str): The field that contains the state of a device. Example: device_status.
        states (list[str]): The usual values of `state_field`, in the order in which states are listed. Readings may
            have other values.
        offline_states (list[str]): The states in which a device counts as offline.
        alarm_states (list[str]): The states that are alarms.
        fields_version (int): Version of the fields. It increases with every change of them. Example: 1.
    """

    type_code: str
    label: str
    labels: Labels
    aliases: list[str]
    super_table: str
    late_after_seconds: float
    stale_after_seconds: float
    position: int
    enabled: bool
    state_field: str
    states: list[str]
    offline_states: list[str]
    alarm_states: list[str]
    fields_version: int

    def to_dict(self) -> dict[str, Any]:
        type_code = self.type_code

        label = self.label

        labels = self.labels.to_dict()

        aliases = self.aliases

        super_table = self.super_table

        late_after_seconds = self.late_after_seconds

        stale_after_seconds = self.stale_after_seconds

        position = self.position

        enabled = self.enabled

        state_field = self.state_field

        states = self.states

        offline_states = self.offline_states

        alarm_states = self.alarm_states

        fields_version = self.fields_version

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type_code": type_code,
                "label": label,
                "labels": labels,
                "aliases": aliases,
                "super_table": super_table,
                "late_after_seconds": late_after_seconds,
                "stale_after_seconds": stale_after_seconds,
                "position": position,
                "enabled": enabled,
                "state_field": state_field,
                "states": states,
                "offline_states": offline_states,
                "alarm_states": alarm_states,
                "fields_version": fields_version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.labels import Labels

        d = dict(src_dict)
        type_code = d.pop("type_code")

        label = d.pop("label")

        labels = Labels.from_dict(d.pop("labels"))

        aliases = cast(list[str], d.pop("aliases"))

        super_table = d.pop("super_table")

        late_after_seconds = d.pop("late_after_seconds")

        stale_after_seconds = d.pop("stale_after_seconds")

        position = d.pop("position")

        enabled = d.pop("enabled")

        state_field = d.pop("state_field")

        states = cast(list[str], d.pop("states"))

        offline_states = cast(list[str], d.pop("offline_states"))

        alarm_states = cast(list[str], d.pop("alarm_states"))

        fields_version = d.pop("fields_version")

        device_type = cls(
            type_code=type_code,
            label=label,
            labels=labels,
            aliases=aliases,
            super_table=super_table,
            late_after_seconds=late_after_seconds,
            stale_after_seconds=stale_after_seconds,
            position=position,
            enabled=enabled,
            state_field=state_field,
            states=states,
            offline_states=offline_states,
            alarm_states=alarm_states,
            fields_version=fields_version,
        )

        return device_type
