from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.get_snapshot_freshness_item import GetSnapshotFreshnessItem
from ...models.problem import Problem
from ...models.real_time_snapshot import RealTimeSnapshot
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    type_code: str | Unset = "welding",
    team_name: str | Unset = UNSET,
    device_status: list[str] | Unset = UNSET,
    freshness: list[GetSnapshotFreshnessItem] | Unset = UNSET,
    accept_language: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["Accept-Language"] = accept_language

    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    params: dict[str, Any] = {}

    params["type_code"] = type_code

    params["team_name"] = team_name

    json_device_status: list[str] | Unset = UNSET
    if not isinstance(device_status, Unset):
        json_device_status = device_status

    params["device_status"] = json_device_status

    json_freshness: list[str] | Unset = UNSET
    if not isinstance(freshness, Unset):
        json_freshness = []
        for freshness_item_data in freshness:
            freshness_item = freshness_item_data.value
            json_freshness.append(freshness_item)

    params["freshness"] = json_freshness

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/device/data/realtime/snapshot",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | Problem | RealTimeSnapshot | None:
    if response.status_code == 200:
        response_200 = RealTimeSnapshot.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 501:
        response_501 = Problem.from_dict(response.json())

        return response_501

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
) -> Response[Any | Problem | RealTimeSnapshot]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = "welding",
    team_name: str | Unset = UNSET,
    device_status: list[str] | Unset = UNSET,
    freshness: list[GetSnapshotFreshnessItem] | Unset = UNSET,
    accept_language: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | Problem | RealTimeSnapshot]:
    """Return the newest readings of all devices of a type.

     Return the snapshot of the last tick with the fields of the type, ordered by device_code: all
    devices, or those that
    match a filter. Subscribers of a room start from it; those with a filter start from the snapshot
    with the same filter,
    which belongs to a stream of its own (`stream_id`). It is encoded, and compressed for each coding
    that clients accept,
    once per tick. A request makes the service sample the type from then on, and waits for the first
    snapshot. For a device
    whose code is `snapshot`, use the `keyword` of the pages.

    Args:
        type_code (str | Unset):  Default: 'welding'.
        team_name (str | Unset):
        device_status (list[str] | Unset):
        freshness (list[GetSnapshotFreshnessItem] | Unset):
        accept_language (str | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Problem | RealTimeSnapshot]
    """

    kwargs = _get_kwargs(
        type_code=type_code,
        team_name=team_name,
        device_status=device_status,
        freshness=freshness,
        accept_language=accept_language,
        if_none_match=if_none_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = "welding",
    team_name: str | Unset = UNSET,
    device_status: list[str] | Unset = UNSET,
    freshness: list[GetSnapshotFreshnessItem] | Unset = UNSET,
    accept_language: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Any | Problem | RealTimeSnapshot | None:
    """Return the newest readings of all devices of a type.

     Return the snapshot of the last tick with the fields of the type, ordered by device_code: all
    devices, or those that
    match a filter. Subscribers of a room start from it; those with a filter start from the snapshot
    with the same filter,
    which belongs to a stream of its own (`stream_id`). It is encoded, and compressed for each coding
    that clients accept,
    once per tick. A request makes the service sample the type from then on, and waits for the first
    snapshot. For a device
    whose code is `snapshot`, use the `keyword` of the pages.

    Args:
        type_code (str | Unset):  Default: 'welding'.
        team_name (str | Unset):
        device_status (list[str] | Unset):
        freshness (list[GetSnapshotFreshnessItem] | Unset):
        accept_language (str | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Problem | RealTimeSnapshot
    """

    return sync_detailed(
        client=client,
        type_code=type_code,
        team_name=team_name,
        device_status=device_status,
        freshness=freshness,
        accept_language=accept_language,
        if_none_match=if_none_match,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = "welding",
    team_name: str | Unset = UNSET,
    device_status: list[str] | Unset = UNSET,
    freshness: list[GetSnapshotFreshnessItem] | Unset = UNSET,
    accept_language: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | Problem | RealTimeSnapshot]:
    """Return the newest readings of all devices of a type.

     Return the snapshot of the last tick with the fields of the type, ordered by device_code: all
    devices, or those that
    match a filter. Subscribers of a room start from it; those with a filter start from the snapshot
    with the same filter,
    which belongs to a stream of its own (`stream_id`). It is encoded, and compressed for each coding
    that clients accept,
    once per tick. A request makes the service sample the type from then on, and waits for the first
    snapshot. For a device
    whose code is `snapshot`, use the `keyword` of the pages.

    Args:
        type_code (str | Unset):  Default: 'welding'.
        team_name (str | Unset):
        device_status (list[str] | Unset):
        freshness (list[GetSnapshotFreshnessItem] | Unset):
        accept_language (str | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Problem | RealTimeSnapshot]
    """

    kwargs = _get_kwargs(
        type_code=type_code,
        team_name=team_name,
        device_status=device_status,
        freshness=freshness,
        accept_language=accept_language,
        if_none_match=if_none_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = "welding",
    team_name: str | Unset = UNSET,
    device_status: list[str] | Unset = UNSET,
    freshness: list[GetSnapshotFreshnessItem] | Unset = UNSET,
    accept_language: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Any | Problem | RealTimeSnapshot | None:
    """Return the newest readings of all devices of a type.

     Return the snapshot of the last tick with the fields of the type, ordered by device_code: all
    devices, or those that
    match a filter. Subscribers of a room start from it; those with a filter start from the snapshot
    with the same filter,
    which belongs to a stream of its own (`stream_id`). It is encoded, and compressed for each coding
    that clients accept,
    once per tick. A request makes the service sample the type from then on, and waits for the first
    snapshot. For a device
    whose code is `snapshot`, use the `keyword` of the pages.

    Args:
        type_code (str | Unset):  Default: 'welding'.
        team_name (str | Unset):
        device_status (list[str] | Unset):
        freshness (list[GetSnapshotFreshnessItem] | Unset):
        accept_language (str | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Problem | RealTimeSnapshot
    """

    return (
        await asyncio_detailed(
            client=client,
            type_code=type_code,
            team_name=team_name,
            device_status=device_status,
            freshness=freshness,
            accept_language=accept_language,
            if_none_match=if_none_match,
        )
    ).parsed
