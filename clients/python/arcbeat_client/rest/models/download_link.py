from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="DownloadLink")


@_attrs_define
class DownloadLink:
    """A link that can be used once.

    Attributes:
        download_id (str): Id of the download, to follow or cancel it with `/api/v1/downloads/{download_id}`. It is no
            secret. Example: 0123456789abcdef0123456789abcdef.
        url (str): The URL, relative to the server. It contains the secret of the link. Example: /api/v1/device/info-
            export?format=csv&link_token=3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.
        expires_at (datetime.datetime): Until when the link can be used. Example: 2026-03-02T08:01:00+08:00.
    """

    download_id: str
    url: str
    expires_at: datetime.datetime

    def to_dict(self) -> dict[str, Any]:
        download_id = self.download_id

        url = self.url

        expires_at = self.expires_at.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "download_id": download_id,
                "url": url,
                "expires_at": expires_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        download_id = d.pop("download_id")

        url = d.pop("url")

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        download_link = cls(
            download_id=download_id,
            url=url,
            expires_at=expires_at,
        )

        return download_link
