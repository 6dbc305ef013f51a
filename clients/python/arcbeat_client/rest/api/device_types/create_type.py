from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.device_type_create import DeviceTypeCreate
from ...models.problem import Problem
from ...models.written_device_type import WrittenDeviceType
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: DeviceTypeCreate,
    validate: bool | Unset = True,
    create_super_table: bool | Unset = False,
    accept_language: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["Accept-Language"] = accept_language

    params: dict[str, Any] = {}

    params["validate"] = validate

    params["create_super_table"] = create_super_table

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/device/types",
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | WrittenDeviceType | None:
    if response.status_code == 201:
        response_201 = WrittenDeviceType.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

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
    *,
    client: AuthenticatedClient,
    body: DeviceTypeCreate,
    validate: bool | Unset = True,
    create_super_table: bool | Unset = False,
    accept_language: str | Unset = UNSET,
) -> Response[Problem | WrittenDeviceType]:
    """Create a device type.

     Without `fields`, the new type has none; import or replace them next. A code or alias belongs to one
    device type only,
    including retired ones (409). With `create_super_table=true`, its super table is created from
    `fields`. If the readings store is unavailable, the type is created all the same and
    `super_table_checked` is false.

    Args:
        validate (bool | Unset):  Default: True.
        create_super_table (bool | Unset):  Default: False.
        accept_language (str | Unset):
        body (DeviceTypeCreate): The device type to create. `stale_after_seconds` must not be less
            than `late_after_seconds`, and `offline_states` and
            `alarm_states` must be subsets of `states`. Defaults: no aliases, late after 15 seconds,
            stale after 60, position 0, enabled, `device_status` as the
            state field, no states, no alarm states.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WrittenDeviceType]
    """

    kwargs = _get_kwargs(
        body=body,
        validate=validate,
        create_super_table=create_super_table,
        accept_language=accept_language,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: DeviceTypeCreate,
    validate: bool | Unset = True,
    create_super_table: bool | Unset = False,
    accept_language: str | Unset = UNSET,
) -> Problem | WrittenDeviceType | None:
    """Create a device type.

     Without `fields`, the new type has none; import or replace them next. A code or alias belongs to one
    device type only,
    including retired ones (409). With `create_super_table=true`, its super table is created from
    `fields`. If the readings store is unavailable, the type is created all the same and
    `super_table_checked` is false.

    Args:
        validate (bool | Unset):  Default: True.
        create_super_table (bool | Unset):  Default: False.
        accept_language (str | Unset):
        body (DeviceTypeCreate): The device type to create. `stale_after_seconds` must not be less
            than `late_after_seconds`, and `offline_states` and
            `alarm_states` must be subsets of `states`. Defaults: no aliases, late after 15 seconds,
            stale after 60, position 0, enabled, `device_status` as the
            state field, no states, no alarm states.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WrittenDeviceType
    """

    return sync_detailed(
        client=client,
        body=body,
        validate=validate,
        create_super_table=create_super_table,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: DeviceTypeCreate,
    validate: bool | Unset = True,
    create_super_table: bool | Unset = False,
    accept_language: str | Unset = UNSET,
) -> Response[Problem | WrittenDeviceType]:
    """Create a device type.

     Without `fields`, the new type has none; import or replace them next. A code or alias belongs to one
    device type only,
    including retired ones (409). With `create_super_table=true`, its super table is created from
    `fields`. If the readings store is unavailable, the type is created all the same and
    `super_table_checked` is false.

    Args:
        validate (bool | Unset):  Default: True.
        create_super_table (bool | Unset):  Default: False.
        accept_language (str | Unset):
        body (DeviceTypeCreate): The device type to create. `stale_after_seconds` must not be less
            than `late_after_seconds`, and `offline_states` and
            `alarm_states` must be subsets of `states`. Defaults: no aliases, late after 15 seconds,
            stale after 60, position 0, enabled, `device_status` as the
            state field, no states, no alarm states.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WrittenDeviceType]
    """

    kwargs = _get_kwargs(
        body=body,
        validate=validate,
        create_super_table=create_super_table,
        accept_language=accept_language,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: DeviceTypeCreate,
    validate: bool | Unset = True,
    create_super_table: bool | Unset = False,
    accept_language: str | Unset = UNSET,
) -> Problem | WrittenDeviceType | None:
    """Create a device type.

     Without `fields`, the new type has none; import or replace them next. A code or alias belongs to one
    device type only,
    including retired ones (409). With `create_super_table=true`, its super table is created from
    `fields`. If the readings store is unavailable, the type is created all the same and
    `super_table_checked` is false.

    Args:
        validate (bool | Unset):  Default: True.
        create_super_table (bool | Unset):  Default: False.
        accept_language (str | Unset):
        body (DeviceTypeCreate): The device type to create. `stale_after_seconds` must not be less
            than `late_after_seconds`, and `offline_states` and
            `alarm_states` must be subsets of `states`. Defaults: no aliases, late after 15 seconds,
            stale after 60, position 0, enabled, `device_status` as the
            state field, no states, no alarm states.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WrittenDeviceType
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            validate=validate,
            create_super_table=create_super_table,
            accept_language=accept_language,
        )
    ).parsed
