from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.field_import import FieldImport
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    type_code: str,
    *,
    dry_run: bool | Unset = True,
    drop_missing: bool | Unset = False,
    if_match: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    if not isinstance(accept_language, Unset):
        headers["Accept-Language"] = accept_language

    params: dict[str, Any] = {}

    params["dry_run"] = dry_run

    params["drop_missing"] = drop_missing

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/device/types/{type_code}/fields/import".format(
            type_code=quote(str(type_code), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> FieldImport | Problem | None:
    if response.status_code == 200:
        response_200 = FieldImport.from_dict(response.json())

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
) -> Response[FieldImport | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    type_code: str,
    *,
    client: AuthenticatedClient,
    dry_run: bool | Unset = True,
    drop_missing: bool | Unset = False,
    if_match: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> Response[FieldImport | Problem]:
    """Import the fields of a device type from its super table.

     With `dry_run`, which is the default, only return the fields that the import would store. Existing
    fields keep their
    label, unit, decimals, limits, order and visibility; their type becomes that of the column, and
    limits that do not
    suit the new type are dropped. New columns are added at the end with their name as label. `ts` and
    tags never become
    fields. The status is also 412 if the fields change during the import.

    Args:
        type_code (str):
        dry_run (bool | Unset):  Default: True.
        drop_missing (bool | Unset):  Default: False.
        if_match (str | Unset):
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FieldImport | Problem]
    """

    kwargs = _get_kwargs(
        type_code=type_code,
        dry_run=dry_run,
        drop_missing=drop_missing,
        if_match=if_match,
        accept_language=accept_language,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    type_code: str,
    *,
    client: AuthenticatedClient,
    dry_run: bool | Unset = True,
    drop_missing: bool | Unset = False,
    if_match: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> FieldImport | Problem | None:
    """Import the fields of a device type from its super table.

     With `dry_run`, which is the default, only return the fields that the import would store. Existing
    fields keep their
    label, unit, decimals, limits, order and visibility; their type becomes that of the column, and
    limits that do not
    suit the new type are dropped. New columns are added at the end with their name as label. `ts` and
    tags never become
    fields. The status is also 412 if the fields change during the import.

    Args:
        type_code (str):
        dry_run (bool | Unset):  Default: True.
        drop_missing (bool | Unset):  Default: False.
        if_match (str | Unset):
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FieldImport | Problem
    """

    return sync_detailed(
        type_code=type_code,
        client=client,
        dry_run=dry_run,
        drop_missing=drop_missing,
        if_match=if_match,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    type_code: str,
    *,
    client: AuthenticatedClient,
    dry_run: bool | Unset = True,
    drop_missing: bool | Unset = False,
    if_match: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> Response[FieldImport | Problem]:
    """Import the fields of a device type from its super table.

     With `dry_run`, which is the default, only return the fields that the import would store. Existing
    fields keep their
    label, unit, decimals, limits, order and visibility; their type becomes that of the column, and
    limits that do not
    suit the new type are dropped. New columns are added at the end with their name as label. `ts` and
    tags never become
    fields. The status is also 412 if the fields change during the import.

    Args:
        type_code (str):
        dry_run (bool | Unset):  Default: True.
        drop_missing (bool | Unset):  Default: False.
        if_match (str | Unset):
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FieldImport | Problem]
    """

    kwargs = _get_kwargs(
        type_code=type_code,
        dry_run=dry_run,
        drop_missing=drop_missing,
        if_match=if_match,
        accept_language=accept_language,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    type_code: str,
    *,
    client: AuthenticatedClient,
    dry_run: bool | Unset = True,
    drop_missing: bool | Unset = False,
    if_match: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> FieldImport | Problem | None:
    """Import the fields of a device type from its super table.

     With `dry_run`, which is the default, only return the fields that the import would store. Existing
    fields keep their
    label, unit, decimals, limits, order and visibility; their type becomes that of the column, and
    limits that do not
    suit the new type are dropped. New columns are added at the end with their name as label. `ts` and
    tags never become
    fields. The status is also 412 if the fields change during the import.

    Args:
        type_code (str):
        dry_run (bool | Unset):  Default: True.
        drop_missing (bool | Unset):  Default: False.
        if_match (str | Unset):
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FieldImport | Problem
    """

    return (
        await asyncio_detailed(
            type_code=type_code,
            client=client,
            dry_run=dry_run,
            drop_missing=drop_missing,
            if_match=if_match,
            accept_language=accept_language,
        )
    ).parsed
