"""The operation that makes download links."""

from typing import Any

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
    expires_at = await download_links.add(hash_token(token), hash_url(url), caller.required_identity)
    return {"url": with_token(url, token), "expires_at": expires_at}, 201, {"Cache-Control": "no-store"}
