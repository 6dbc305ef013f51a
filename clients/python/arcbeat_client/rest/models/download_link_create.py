from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="DownloadLinkCreate")


@_attrs_define
class DownloadLinkCreate:
    """What to download.

    Attributes:
        url (str): Path and parameters of the export, relative to the server, as `GET` takes them, with everything
            percent-encoded that is not
            ASCII.
             Example: /api/v1/device/data/history/export?device_code=14412T0006&from=2026-03-02T00%3A00%3A00Z&format=xlsx.
    """

    url: str

    def to_dict(self) -> dict[str, Any]:
        url = self.url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "url": url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        url = d.pop("url")

        download_link_create = cls(
            url=url,
        )

        return download_link_create
