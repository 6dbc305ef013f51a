from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.download_link import DownloadLink
from ...models.download_link_create import DownloadLinkCreate
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    *,
    body: DownloadLinkCreate,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/downloads",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DownloadLink | Problem | None:
    if response.status_code == 201:
        response_201 = DownloadLink.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 502:
        response_502 = Problem.from_dict(response.json())

        return response_502

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = Problem.from_dict(response.json())

        return response_504

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[DownloadLink | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: DownloadLinkCreate,
) -> Response[DownloadLink | Problem]:
    """Make a link that downloads an export once.

     Return the URL of an export (an operation with `x-download-link`) with a secret, so that a browser
    can save the file by itself, without an `Authorization` header and
    without holding the file in memory, for example with `location.assign(url)`. The link has the rights
    of the caller, is
    valid for 60 seconds and for one request to exactly this URL, and ends with the credentials of the
    caller: when they expire, or
    are revoked. A download that has begun continues. A caller may have 100 unused links. Do not share
    or log the URL.
    `GET /api/v1/downloads/{download_id}` tells how far the download is.

    Args:
        body (DownloadLinkCreate): What to download.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DownloadLink | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: DownloadLinkCreate,
) -> DownloadLink | Problem | None:
    """Make a link that downloads an export once.

     Return the URL of an export (an operation with `x-download-link`) with a secret, so that a browser
    can save the file by itself, without an `Authorization` header and
    without holding the file in memory, for example with `location.assign(url)`. The link has the rights
    of the caller, is
    valid for 60 seconds and for one request to exactly this URL, and ends with the credentials of the
    caller: when they expire, or
    are revoked. A download that has begun continues. A caller may have 100 unused links. Do not share
    or log the URL.
    `GET /api/v1/downloads/{download_id}` tells how far the download is.

    Args:
        body (DownloadLinkCreate): What to download.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DownloadLink | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: DownloadLinkCreate,
) -> Response[DownloadLink | Problem]:
    """Make a link that downloads an export once.

     Return the URL of an export (an operation with `x-download-link`) with a secret, so that a browser
    can save the file by itself, without an `Authorization` header and
    without holding the file in memory, for example with `location.assign(url)`. The link has the rights
    of the caller, is
    valid for 60 seconds and for one request to exactly this URL, and ends with the credentials of the
    caller: when they expire, or
    are revoked. A download that has begun continues. A caller may have 100 unused links. Do not share
    or log the URL.
    `GET /api/v1/downloads/{download_id}` tells how far the download is.

    Args:
        body (DownloadLinkCreate): What to download.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DownloadLink | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: DownloadLinkCreate,
) -> DownloadLink | Problem | None:
    """Make a link that downloads an export once.

     Return the URL of an export (an operation with `x-download-link`) with a secret, so that a browser
    can save the file by itself, without an `Authorization` header and
    without holding the file in memory, for example with `location.assign(url)`. The link has the rights
    of the caller, is
    valid for 60 seconds and for one request to exactly this URL, and ends with the credentials of the
    caller: when they expire, or
    are revoked. A download that has begun continues. A caller may have 100 unused links. Do not share
    or log the URL.
    `GET /api/v1/downloads/{download_id}` tells how far the download is.

    Args:
        body (DownloadLinkCreate): What to download.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DownloadLink | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
