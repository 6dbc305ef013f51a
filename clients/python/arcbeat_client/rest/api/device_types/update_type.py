from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.device_type_change import DeviceTypeChange
from ...models.problem import Problem
from ...models.written_device_type import WrittenDeviceType
from ...types import UNSET, Response, Unset


def _get_kwargs(
    type_code: str,
    *,
    body: DeviceTypeChange,
    validate: bool | Unset = True,
    create_super_table: bool | Unset = False,
    if_match: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    if not isinstance(accept_language, Unset):
        headers["Accept-Language"] = accept_language

    params: dict[str, Any] = {}

    params["validate"] = validate

    params["create_super_table"] = create_super_table

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/device/types/{type_code}".format(
            type_code=quote(str(type_code), safe=""),
        ),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | WrittenDeviceType | None:
    if response.status_code == 200:
        response_200 = WrittenDeviceType.from_dict(response.json())

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


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | WrittenDeviceType]:
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
    body: DeviceTypeChange,
    validate: bool | Unset = True,
    create_super_table: bool | Unset = False,
    if_match: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> Response[Problem | WrittenDeviceType]:
    """Update or retire a device type.

     Omitted properties keep their value; a list is replaced as a whole. `enabled: false` retires the
    type: it is no longer
    listed and has no pages, but its devices, fields and readings are kept. A type is never deleted,
    because devices and
    their history refer to it. With `create_super_table=true`, a missing super table is created from the
    stored fields. The
    change takes effect immediately in this process and within one sampling period in
    others.

    Args:
        type_code (str):
        validate (bool | Unset):  Default: True.
        create_super_table (bool | Unset):  Default: False.
        if_match (str | Unset):
        accept_language (str | Unset):
        body (DeviceTypeChange): The properties to change. Omitted properties keep their value;
            omitted `alarm_states` lose what `states` no longer lists.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WrittenDeviceType]
    """

    kwargs = _get_kwargs(
        type_code=type_code,
        body=body,
        validate=validate,
        create_super_table=create_super_table,
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
    body: DeviceTypeChange,
    validate: bool | Unset = True,
    create_super_table: bool | Unset = False,
    if_match: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> Problem | WrittenDeviceType | None:
    """Update or retire a device type.

     Omitted properties keep their value; a list is replaced as a whole. `enabled: false` retires the
    type: it is no longer
    listed and has no pages, but its devices, fields and readings are kept. A type is never deleted,
    because devices and
    their history refer to it. With `create_super_table=true`, a missing super table is created from the
    stored fields. The
    change takes effect immediately in this process and within one sampling period in
    others.

    Args:
        type_code (str):
        validate (bool | Unset):  Default: True.
        create_super_table (bool | Unset):  Default: False.
        if_match (str | Unset):
        accept_language (str | Unset):
        body (DeviceTypeChange): The properties to change. Omitted properties keep their value;
            omitted `alarm_states` lose what `states` no longer lists.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WrittenDeviceType
    """

    return sync_detailed(
        type_code=type_code,
        client=client,
        body=body,
        validate=validate,
        create_super_table=create_super_table,
        if_match=if_match,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    type_code: str,
    *,
    client: AuthenticatedClient,
    body: DeviceTypeChange,
    validate: bool | Unset = True,
    create_super_table: bool | Unset = False,
    if_match: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> Response[Problem | WrittenDeviceType]:
    """Update or retire a device type.

     Omitted properties keep their value; a list is replaced as a whole. `enabled: false` retires the
    type: it is no longer
    listed and has no pages, but its devices, fields and readings are kept. A type is never deleted,
    because devices and
    their history refer to it. With `create_super_table=true`, a missing super table is created from the
    stored fields. The
    change takes effect immediately in this process and within one sampling period in
    others.

    Args:
        type_code (str):
        validate (bool | Unset):  Default: True.
        create_super_table (bool | Unset):  Default: False.
        if_match (str | Unset):
        accept_language (str | Unset):
        body (DeviceTypeChange): The properties to change. Omitted properties keep their value;
            omitted `alarm_states` lose what `states` no longer lists.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WrittenDeviceType]
    """

    kwargs = _get_kwargs(
        type_code=type_code,
        body=body,
        validate=validate,
        create_super_table=create_super_table,
        if_match=if_match,
        accept_language=accept_language,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    type_code: str,
    *,
    client: AuthenticatedClient,
    body: DeviceTypeChange,
    validate: bool | Unset = True,
    create_super_table: bool | Unset = False,
    if_match: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> Problem | WrittenDeviceType | None:
    """Update or retire a device type.

     Omitted properties keep their value; a list is replaced as a whole. `enabled: false` retires the
    type: it is no longer
    listed and has no pages, but its devices, fields and readings are kept. A type is never deleted,
    because devices and
    their history refer to it. With `create_super_table=true`, a missing super table is created from the
    stored fields. The
    change takes effect immediately in this process and within one sampling period in
    others.

    Args:
        type_code (str):
        validate (bool | Unset):  Default: True.
        create_super_table (bool | Unset):  Default: False.
        if_match (str | Unset):
        accept_language (str | Unset):
        body (DeviceTypeChange): The properties to change. Omitted properties keep their value;
            omitted `alarm_states` lose what `states` no longer lists.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WrittenDeviceType
    """

    return (
        await asyncio_detailed(
            type_code=type_code,
            client=client,
            body=body,
            validate=validate,
            create_super_table=create_super_table,
            if_match=if_match,
            accept_language=accept_language,
        )
    ).parsed
