from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.board_status import BoardStatus
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    type_code: str | Unset = "welding",
    team_name: str | Unset = UNSET,
    max_age: float | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["type_code"] = type_code

    params["team_name"] = team_name

    params["max_age"] = max_age

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/board/status",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> BoardStatus | Problem | None:
    if response.status_code == 200:
        response_200 = BoardStatus.from_dict(response.json())

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

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

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
) -> Response[BoardStatus | Problem]:
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
    max_age: float | Unset = UNSET,
) -> Response[BoardStatus | Problem]:
    """Count the devices of a type by state, freshness and team.

     Counts all registered devices of the type. A device counts in the state of its newest reading only
    while that reading
    is live or late. A device whose newest reading is stale, or that has no reading, counts as offline,
    whatever its last
    state was. So `by_state` and `offline` add up to `total`. Without `max_age`, the counts are made
    once per second for all
    clients.

    Args:
        type_code (str | Unset):  Default: 'welding'.
        team_name (str | Unset):
        max_age (float | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BoardStatus | Problem]
    """

    kwargs = _get_kwargs(
        type_code=type_code,
        team_name=team_name,
        max_age=max_age,
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
    max_age: float | Unset = UNSET,
) -> BoardStatus | Problem | None:
    """Count the devices of a type by state, freshness and team.

     Counts all registered devices of the type. A device counts in the state of its newest reading only
    while that reading
    is live or late. A device whose newest reading is stale, or that has no reading, counts as offline,
    whatever its last
    state was. So `by_state` and `offline` add up to `total`. Without `max_age`, the counts are made
    once per second for all
    clients.

    Args:
        type_code (str | Unset):  Default: 'welding'.
        team_name (str | Unset):
        max_age (float | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BoardStatus | Problem
    """

    return sync_detailed(
        client=client,
        type_code=type_code,
        team_name=team_name,
        max_age=max_age,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = "welding",
    team_name: str | Unset = UNSET,
    max_age: float | Unset = UNSET,
) -> Response[BoardStatus | Problem]:
    """Count the devices of a type by state, freshness and team.

     Counts all registered devices of the type. A device counts in the state of its newest reading only
    while that reading
    is live or late. A device whose newest reading is stale, or that has no reading, counts as offline,
    whatever its last
    state was. So `by_state` and `offline` add up to `total`. Without `max_age`, the counts are made
    once per second for all
    clients.

    Args:
        type_code (str | Unset):  Default: 'welding'.
        team_name (str | Unset):
        max_age (float | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BoardStatus | Problem]
    """

    kwargs = _get_kwargs(
        type_code=type_code,
        team_name=team_name,
        max_age=max_age,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = "welding",
    team_name: str | Unset = UNSET,
    max_age: float | Unset = UNSET,
) -> BoardStatus | Problem | None:
    """Count the devices of a type by state, freshness and team.

     Counts all registered devices of the type. A device counts in the state of its newest reading only
    while that reading
    is live or late. A device whose newest reading is stale, or that has no reading, counts as offline,
    whatever its last
    state was. So `by_state` and `offline` add up to `total`. Without `max_age`, the counts are made
    once per second for all
    clients.

    Args:
        type_code (str | Unset):  Default: 'welding'.
        team_name (str | Unset):
        max_age (float | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BoardStatus | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            type_code=type_code,
            team_name=team_name,
            max_age=max_age,
        )
    ).parsed
