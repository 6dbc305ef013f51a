from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.api_key_page import ApiKeyPage
from ...models.api_key_purpose import ApiKeyPurpose
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    page: int | Unset = 1,
    page_size: int | Unset = 10,
    purpose: ApiKeyPurpose | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["page"] = page

    params["page_size"] = page_size

    json_purpose: str | Unset = UNSET
    if not isinstance(purpose, Unset):
        json_purpose = purpose.value

    params["purpose"] = json_purpose

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/api-keys",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ApiKeyPage | Problem | None:
    if response.status_code == 200:
        response_200 = ApiKeyPage.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

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
) -> Response[ApiKeyPage | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    page_size: int | Unset = 10,
    purpose: ApiKeyPurpose | Unset = UNSET,
) -> Response[ApiKeyPage | Problem]:
    """List API keys.

     Return all keys or those of one purpose, newest first, including revoked ones. The keys themselves
    are never returned.

    Args:
        page (int | Unset):  Default: 1.
        page_size (int | Unset):  Default: 10.
        purpose (ApiKeyPurpose | Unset): What the key is for: `program`, the default, or `wall`
            for the link of a wall screen. A key of a wall screen must expire, and may only have
            the scopes `device:read` and `telemetry:read`, because everyone who sees the screen's
            address can copy it.
             Example: program.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ApiKeyPage | Problem]
    """

    kwargs = _get_kwargs(
        page=page,
        page_size=page_size,
        purpose=purpose,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    page_size: int | Unset = 10,
    purpose: ApiKeyPurpose | Unset = UNSET,
) -> ApiKeyPage | Problem | None:
    """List API keys.

     Return all keys or those of one purpose, newest first, including revoked ones. The keys themselves
    are never returned.

    Args:
        page (int | Unset):  Default: 1.
        page_size (int | Unset):  Default: 10.
        purpose (ApiKeyPurpose | Unset): What the key is for: `program`, the default, or `wall`
            for the link of a wall screen. A key of a wall screen must expire, and may only have
            the scopes `device:read` and `telemetry:read`, because everyone who sees the screen's
            address can copy it.
             Example: program.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ApiKeyPage | Problem
    """

    return sync_detailed(
        client=client,
        page=page,
        page_size=page_size,
        purpose=purpose,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    page_size: int | Unset = 10,
    purpose: ApiKeyPurpose | Unset = UNSET,
) -> Response[ApiKeyPage | Problem]:
    """List API keys.

     Return all keys or those of one purpose, newest first, including revoked ones. The keys themselves
    are never returned.

    Args:
        page (int | Unset):  Default: 1.
        page_size (int | Unset):  Default: 10.
        purpose (ApiKeyPurpose | Unset): What the key is for: `program`, the default, or `wall`
            for the link of a wall screen. A key of a wall screen must expire, and may only have
            the scopes `device:read` and `telemetry:read`, because everyone who sees the screen's
            address can copy it.
             Example: program.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ApiKeyPage | Problem]
    """

    kwargs = _get_kwargs(
        page=page,
        page_size=page_size,
        purpose=purpose,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    page_size: int | Unset = 10,
    purpose: ApiKeyPurpose | Unset = UNSET,
) -> ApiKeyPage | Problem | None:
    """List API keys.

     Return all keys or those of one purpose, newest first, including revoked ones. The keys themselves
    are never returned.

    Args:
        page (int | Unset):  Default: 1.
        page_size (int | Unset):  Default: 10.
        purpose (ApiKeyPurpose | Unset): What the key is for: `program`, the default, or `wall`
            for the link of a wall screen. A key of a wall screen must expire, and may only have
            the scopes `device:read` and `telemetry:read`, because everyone who sees the screen's
            address can copy it.
             Example: program.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ApiKeyPage | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            page=page,
            page_size=page_size,
            purpose=purpose,
        )
    ).parsed
