from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="NewAdjustmentsType0")


@_attrs_define
class NewAdjustmentsType0:
    """What is in force from then on; null for a row of another program that does not tell.

    Attributes:
        delay_multiplier (float): Factor of the delays. Example: 2.
        timeout_extended (bool): Whether the time limit of an attempt was extended. Example: False.
    """

    delay_multiplier: float
    timeout_extended: bool

    def to_dict(self) -> dict[str, Any]:
        delay_multiplier = self.delay_multiplier

        timeout_extended = self.timeout_extended

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "delay_multiplier": delay_multiplier,
                "timeout_extended": timeout_extended,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        delay_multiplier = d.pop("delay_multiplier")

        timeout_extended = d.pop("timeout_extended")

        new_adjustments_type_0 = cls(
            delay_multiplier=delay_multiplier,
            timeout_extended=timeout_extended,
        )

        return new_adjustments_type_0
