from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Labels")


@_attrs_define
class Labels:
    """A name in Chinese and English.

    Attributes:
        zh (str): The Chinese name. Example: 铣床.
        en (str): The English name. Example: Milling machine.
    """

    zh: str
    en: str

    def to_dict(self) -> dict[str, Any]:
        zh = self.zh

        en = self.en

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "zh": zh,
                "en": en,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        zh = d.pop("zh")

        en = d.pop("en")

        labels = cls(
            zh=zh,
            en=en,
        )

        return labels
