from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.field_definition_create import FieldDefinitionCreate
    from ..models.labels import Labels


T = TypeVar("T", bound="DeviceTypeCreate")


@_attrs_define
class DeviceTypeCreate:
    """The device type to create. `stale_after_seconds` must not be less than `late_after_seconds`, and `offline_states`
    and
    `alarm_states` must be subsets of `states`. Defaults: no aliases, late after 15 seconds, stale after 60, position 0,
    enabled, `device_status` as the
    state field, no states, no alarm states.

        Attributes:
            type_code (str): Its permanent name in URLs, rooms and the master data. Example: milling.
            labels (Labels): A name in Chinese and English.
            super_table (str): `database.table` in the readings store. Example: test_db.milling_real_data.
            aliases (list[str] | Unset): Other spellings of the code in the master data. Each belongs to one device type
                only.
            late_after_seconds (float | Unset): An age in seconds. Readings are live up to `late_after_seconds`, late up to
                `stale_after_seconds`, and stale after it. Example: 60.
            stale_after_seconds (float | Unset): An age in seconds. Readings are live up to `late_after_seconds`, late up to
                `stale_after_seconds`, and stale after it. Example: 60.
            position (int | Unset): Device types are ordered by position, then by code. Example: 3.
            enabled (bool | Unset): Whether the type is in use; `false` retires it. Example: True.
            state_field (str | Unset): The field that contains the state of a device. Example: device_status.
            states (list[str] | Unset): States in the order in which they are listed.
            offline_states (list[str] | Unset): States in the order in which they are listed.
            alarm_states (list[str] | Unset): States in the order in which they are listed.
            fields (list[FieldDefinitionCreate] | Unset): The fields, in the order in which they are shown. Without it, the
                type has none.
    """

    type_code: str
    labels: Labels
    super_table: str
    aliases: list[str] | Unset = UNSET
    late_after_seconds: float | Unset = UNSET
    stale_after_seconds: float | Unset = UNSET
    position: int | Unset = UNSET
    enabled: bool | Unset = UNSET
    state_field: str | Unset = UNSET
    states: list[str] | Unset = UNSET
    offline_states: list[str] | Unset = UNSET
    alarm_states: list[str] | Unset = UNSET
    fields: list[FieldDefinitionCreate] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        type_code = self.type_code

        labels = self.labels.to_dict()

        super_table = self.super_table

        aliases: list[str] | Unset = UNSET
        if not isinstance(self.aliases, Unset):
            aliases = self.aliases

        late_after_seconds = self.late_after_seconds

        stale_after_seconds = self.stale_after_seconds

        position = self.position

        enabled = self.enabled

        state_field = self.state_field

        states: list[str] | Unset = UNSET
        if not isinstance(self.states, Unset):
            states = self.states

        offline_states: list[str] | Unset = UNSET
        if not isinstance(self.offline_states, Unset):
            offline_states = self.offline_states

        alarm_states: list[str] | Unset = UNSET
        if not isinstance(self.alarm_states, Unset):
            alarm_states = self.alarm_states

        fields: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.fields, Unset):
            fields = []
            for fields_item_data in self.fields:
                fields_item = fields_item_data.to_dict()
                fields.append(fields_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type_code": type_code,
                "labels": labels,
                "super_table": super_table,
            }
        )
        if aliases is not UNSET:
            field_dict["aliases"] = aliases
        if late_after_seconds is not UNSET:
            field_dict["late_after_seconds"] = late_after_seconds
        if stale_after_seconds is not UNSET:
            field_dict["stale_after_seconds"] = stale_after_seconds
        if position is not UNSET:
            field_dict["position"] = position
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if state_field is not UNSET:
            field_dict["state_field"] = state_field
        if states is not UNSET:
            field_dict["states"] = states
        if offline_states is not UNSET:
            field_dict["offline_states"] = offline_states
        if alarm_states is not UNSET:
            field_dict["alarm_states"] = alarm_states
        if fields is not UNSET:
            field_dict["fields"] = fields

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.field_definition_create import FieldDefinitionCreate
        from ..models.labels import Labels

        d = dict(src_dict)
        type_code = d.pop("type_code")

        labels = Labels.from_dict(d.pop("labels"))

        super_table = d.pop("super_table")

        aliases = cast(list[str], d.pop("aliases", UNSET))

        late_after_seconds = d.pop("late_after_seconds", UNSET)

        stale_after_seconds = d.pop("stale_after_seconds", UNSET)

        position = d.pop("position", UNSET)

        enabled = d.pop("enabled", UNSET)

        state_field = d.pop("state_field", UNSET)

        states = cast(list[str], d.pop("states", UNSET))

        offline_states = cast(list[str], d.pop("offline_states", UNSET))

        alarm_states = cast(list[str], d.pop("alarm_states", UNSET))

        _fields = d.pop("fields", UNSET)
        fields: list[FieldDefinitionCreate] | Unset = UNSET
        if _fields is not UNSET:
            fields = []
            for fields_item_data in _fields:
                fields_item = FieldDefinitionCreate.from_dict(fields_item_data)

                fields.append(fields_item)

        device_type_create = cls(
            type_code=type_code,
            labels=labels,
            super_table=super_table,
            aliases=aliases,
            late_after_seconds=late_after_seconds,
            stale_after_seconds=stale_after_seconds,
            position=position,
            enabled=enabled,
            state_field=state_field,
            states=states,
            offline_states=offline_states,
            alarm_states=alarm_states,
            fields=fields,
        )

        return device_type_create
