from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.update_user_keys import UpdateUserKeys
from ...models.user import User
from ...models.user_change import UserChange
from ...types import UNSET, Response, Unset


def _get_kwargs(
    username: str,
    *,
    body: UserChange,
    keys: UpdateUserKeys | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    json_keys: str | Unset = UNSET
    if not isinstance(keys, Unset):
        json_keys = keys.value

    params["keys"] = json_keys

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/users/{username}".format(
            username=quote(str(username), safe=""),
        ),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | User | None:
    if response.status_code == 200:
        response_200 = User.from_dict(response.json())

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

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | User]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    username: str,
    *,
    client: AuthenticatedClient,
    body: UserChange,
    keys: UpdateUserKeys | Unset = UNSET,
) -> Response[Problem | User]:
    """Update a user.

     Omitted properties keep their value. Changing the role or the password and disabling the user revoke
    the user's tokens
    immediately. Disabling the user, or giving an administrator another role, revokes the API keys with
    the scope `admin` that
    the user created; `keys` decides about the others. The last enabled administrator cannot be disabled
    nor given another role
    (409).

    Args:
        username (str):
        keys (UpdateUserKeys | Unset):
        body (UserChange): The properties to change. Omitted properties keep their value.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | User]
    """

    kwargs = _get_kwargs(
        username=username,
        body=body,
        keys=keys,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    username: str,
    *,
    client: AuthenticatedClient,
    body: UserChange,
    keys: UpdateUserKeys | Unset = UNSET,
) -> Problem | User | None:
    """Update a user.

     Omitted properties keep their value. Changing the role or the password and disabling the user revoke
    the user's tokens
    immediately. Disabling the user, or giving an administrator another role, revokes the API keys with
    the scope `admin` that
    the user created; `keys` decides about the others. The last enabled administrator cannot be disabled
    nor given another role
    (409).

    Args:
        username (str):
        keys (UpdateUserKeys | Unset):
        body (UserChange): The properties to change. Omitted properties keep their value.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | User
    """

    return sync_detailed(
        username=username,
        client=client,
        body=body,
        keys=keys,
    ).parsed


async def asyncio_detailed(
    username: str,
    *,
    client: AuthenticatedClient,
    body: UserChange,
    keys: UpdateUserKeys | Unset = UNSET,
) -> Response[Problem | User]:
    """Update a user.

     Omitted properties keep their value. Changing the role or the password and disabling the user revoke
    the user's tokens
    immediately. Disabling the user, or giving an administrator another role, revokes the API keys with
    the scope `admin` that
    the user created; `keys` decides about the others. The last enabled administrator cannot be disabled
    nor given another role
    (409).

    Args:
        username (str):
        keys (UpdateUserKeys | Unset):
        body (UserChange): The properties to change. Omitted properties keep their value.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | User]
    """

    kwargs = _get_kwargs(
        username=username,
        body=body,
        keys=keys,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    username: str,
    *,
    client: AuthenticatedClient,
    body: UserChange,
    keys: UpdateUserKeys | Unset = UNSET,
) -> Problem | User | None:
    """Update a user.

     Omitted properties keep their value. Changing the role or the password and disabling the user revoke
    the user's tokens
    immediately. Disabling the user, or giving an administrator another role, revokes the API keys with
    the scope `admin` that
    the user created; `keys` decides about the others. The last enabled administrator cannot be disabled
    nor given another role
    (409).

    Args:
        username (str):
        keys (UpdateUserKeys | Unset):
        body (UserChange): The properties to change. Omitted properties keep their value.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | User
    """

    return (
        await asyncio_detailed(
            username=username,
            client=client,
            body=body,
            keys=keys,
        )
    ).parsed
