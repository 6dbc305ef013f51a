"""Operations on downloads: make a link, return the state of its download, and cancel it."""

from dataclasses import asdict
from typing import Any

from arcbeat.domain.downloads.ports import Downloads
from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.identity.download_links import LINK_PARAMETER, hash_token, hash_url, new_token, with_token
from arcbeat.domain.identity.identity import Caller
from arcbeat.domain.identity.ports import DownloadLinks
from handlers._http import HandlerResponse


async def create_download_link(
    download_links: DownloadLinks, *, body: dict[str, Any], caller: Caller
) -> HandlerResponse:
    """Make a download link with the rights of the caller."""
    token, url = new_token(), body["url"]
    if f"{LINK_PARAMETER}=" in url:
        raise InvalidInput((InputError("body", "/url", f"must not have the parameter {LINK_PARAMETER}"),))
    link = await download_links.add(hash_token(token), hash_url(url), caller.required_identity)
    result = {"download_id": link.download_id, "url": with_token(url, token), "expires_at": link.expires_at}
    return result, 201, {"Cache-Control": "no-store"}


async def get_download(downloads: Downloads, *, download_id: str, caller: Caller) -> dict[str, Any]:
    """Return the state of a download of the caller."""
    return asdict(await downloads.get(download_id, caller.required_identity))


async def cancel_download(downloads: Downloads, *, download_id: str, caller: Caller) -> tuple[None, int]:
    """Cancel a download of the caller."""
    await downloads.cancel(download_id, caller.required_identity)
    return None, 204
