from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.labels import Labels


T = TypeVar("T", bound="DeviceTypeChange")


@_attrs_define
class DeviceTypeChange:
    """The properties to change. Omitted properties keep their value; omitted `alarm_states` lose what `states` no longer
    lists.

        Attributes:
            labels (Labels | Unset): A name in Chinese and English.
            aliases (list[str] | Unset): Other spellings of the code in the master data. Each belongs to one device type
                only.
            super_table (str | Unset): `database.table` in the readings store. Example: test_db.milling_real_data.
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
    """

    labels: Labels | Unset = UNSET
    aliases: list[str] | Unset = UNSET
    super_table: str | Unset = UNSET
    late_after_seconds: float | Unset = UNSET
    stale_after_seconds: float | Unset = UNSET
    position: int | Unset = UNSET
    enabled: bool | Unset = UNSET
    state_field: str | Unset = UNSET
    states: list[str] | Unset = UNSET
    offline_states: list[str] | Unset = UNSET
    alarm_states: list[str] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        aliases: list[str] | Unset = UNSET
        if not isinstance(self.aliases, Unset):
            aliases = self.aliases

        super_table = self.super_table

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

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if labels is not UNSET:
            field_dict["labels"] = labels
        if aliases is not UNSET:
            field_dict["aliases"] = aliases
        if super_table is not UNSET:
            field_dict["super_table"] = super_table
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

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.labels import Labels

        d = dict(src_dict)
        _labels = d.pop("labels", UNSET)
        labels: Labels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = Labels.from_dict(_labels)

        aliases = cast(list[str], d.pop("aliases", UNSET))

        super_table = d.pop("super_table", UNSET)

        late_after_seconds = d.pop("late_after_seconds", UNSET)

        stale_after_seconds = d.pop("stale_after_seconds", UNSET)

        position = d.pop("position", UNSET)

        enabled = d.pop("enabled", UNSET)

        state_field = d.pop("state_field", UNSET)

        states = cast(list[str], d.pop("states", UNSET))

        offline_states = cast(list[str], d.pop("offline_states", UNSET))

        alarm_states = cast(list[str], d.pop("alarm_states", UNSET))

        device_type_change = cls(
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
        )

        return device_type_change
