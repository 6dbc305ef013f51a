from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.dict_type import DictType
from ...models.dict_type_change import DictTypeChange
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    dict_type_id: int,
    *,
    body: DictTypeChange,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/dict/types/{dict_type_id}".format(
            dict_type_id=quote(str(dict_type_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DictType | Problem | None:
    if response.status_code == 200:
        response_200 = DictType.from_dict(response.json())

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

    if response.status_code == 412:
        response_412 = Problem.from_dict(response.json())

        return response_412

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[DictType | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    dict_type_id: int,
    *,
    client: AuthenticatedClient,
    body: DictTypeChange,
    if_match: str | Unset = UNSET,
) -> Response[DictType | Problem]:
    """Update a dictionary type.

     Omitted properties keep their value. Names of dictionary types are unique (409).

    Args:
        dict_type_id (int):
        if_match (str | Unset):
        body (DictTypeChange): The properties to change. Omitted properties keep their value.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DictType | Problem]
    """

    kwargs = _get_kwargs(
        dict_type_id=dict_type_id,
        body=body,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    dict_type_id: int,
    *,
    client: AuthenticatedClient,
    body: DictTypeChange,
    if_match: str | Unset = UNSET,
) -> DictType | Problem | None:
    """Update a dictionary type.

     Omitted properties keep their value. Names of dictionary types are unique (409).

    Args:
        dict_type_id (int):
        if_match (str | Unset):
        body (DictTypeChange): The properties to change. Omitted properties keep their value.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DictType | Problem
    """

    return sync_detailed(
        dict_type_id=dict_type_id,
        client=client,
        body=body,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    dict_type_id: int,
    *,
    client: AuthenticatedClient,
    body: DictTypeChange,
    if_match: str | Unset = UNSET,
) -> Response[DictType | Problem]:
    """Update a dictionary type.

     Omitted properties keep their value. Names of dictionary types are unique (409).

    Args:
        dict_type_id (int):
        if_match (str | Unset):
        body (DictTypeChange): The properties to change. Omitted properties keep their value.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DictType | Problem]
    """

    kwargs = _get_kwargs(
        dict_type_id=dict_type_id,
        body=body,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    dict_type_id: int,
    *,
    client: AuthenticatedClient,
    body: DictTypeChange,
    if_match: str | Unset = UNSET,
) -> DictType | Problem | None:
    """Update a dictionary type.

     Omitted properties keep their value. Names of dictionary types are unique (409).

    Args:
        dict_type_id (int):
        if_match (str | Unset):
        body (DictTypeChange): The properties to change. Omitted properties keep their value.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DictType | Problem
    """

    return (
        await asyncio_detailed(
            dict_type_id=dict_type_id,
            client=client,
            body=body,
            if_match=if_match,
        )
    ).parsed
