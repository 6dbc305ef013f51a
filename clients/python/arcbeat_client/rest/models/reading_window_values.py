from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.reading_window_values_additional_property import ReadingWindowValuesAdditionalProperty


T = TypeVar("T", bound="ReadingWindowValues")


@_attrs_define
class ReadingWindowValues:
    """Values by field name, then by aggregate. Averages are numbers and counts are integers. Other values have the form
    that
    they have in a reading; bigint and bigint unsigned are strings of digits.

        Example:
            {'weld_current': {'avg': 151.2, 'max': 168.4}}

    """

    additional_properties: dict[str, ReadingWindowValuesAdditionalProperty] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:

        field_dict: dict[str, Any] = {}
        for prop_name, prop in self.additional_properties.items():
            field_dict[prop_name] = prop.to_dict()

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.reading_window_values_additional_property import ReadingWindowValuesAdditionalProperty

        d = dict(src_dict)
        reading_window_values = cls()

        additional_properties = {}
        for prop_name, prop_dict in d.items():
            additional_property = ReadingWindowValuesAdditionalProperty.from_dict(prop_dict)

            additional_properties[prop_name] = additional_property

        reading_window_values.additional_properties = additional_properties
        return reading_window_values

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> ReadingWindowValuesAdditionalProperty:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: ReadingWindowValuesAdditionalProperty) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
