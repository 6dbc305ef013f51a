from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.dynamic_real_time_reading import DynamicRealTimeReading
from ...models.get_latest_include_item import GetLatestIncludeItem
from ...models.problem import Problem
from ...models.welding_real_time_reading import WeldingRealTimeReading
from ...types import UNSET, Response, Unset


def _get_kwargs(
    device_code: str,
    *,
    use_dynamic_fields: bool | Unset = False,
    max_age: float | Unset = UNSET,
    include: list[GetLatestIncludeItem] | Unset = UNSET,
    accept_language: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["Accept-Language"] = accept_language

    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    params: dict[str, Any] = {}

    params["use_dynamic_fields"] = use_dynamic_fields

    params["max_age"] = max_age

    json_include: list[str] | Unset = UNSET
    if not isinstance(include, Unset):
        json_include = []
        for include_item_data in include:
            include_item = include_item_data.value
            json_include.append(include_item)

    params["include"] = json_include

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/device/data/realtime/{device_code}".format(
            device_code=quote(str(device_code), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | DynamicRealTimeReading | WeldingRealTimeReading | Problem | None:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> DynamicRealTimeReading | WeldingRealTimeReading:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_device_real_time_reading_response_type_0 = DynamicRealTimeReading.from_dict(data)

                return componentsschemas_device_real_time_reading_response_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_device_real_time_reading_response_type_1 = WeldingRealTimeReading.from_dict(data)

            return componentsschemas_device_real_time_reading_response_type_1

        response_200 = _parse_response_200(response.json())

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

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

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
) -> Response[Any | DynamicRealTimeReading | WeldingRealTimeReading | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    device_code: str,
    *,
    client: AuthenticatedClient,
    use_dynamic_fields: bool | Unset = False,
    max_age: float | Unset = UNSET,
    include: list[GetLatestIncludeItem] | Unset = UNSET,
    accept_language: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | DynamicRealTimeReading | WeldingRealTimeReading | Problem]:
    """Return the newest reading of one device.

     The device type is that of the device in the master data.

    Args:
        device_code (str):
        use_dynamic_fields (bool | Unset):  Default: False.
        max_age (float | Unset):
        include (list[GetLatestIncludeItem] | Unset):
        accept_language (str | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | DynamicRealTimeReading | WeldingRealTimeReading | Problem]
    """

    kwargs = _get_kwargs(
        device_code=device_code,
        use_dynamic_fields=use_dynamic_fields,
        max_age=max_age,
        include=include,
        accept_language=accept_language,
        if_none_match=if_none_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    device_code: str,
    *,
    client: AuthenticatedClient,
    use_dynamic_fields: bool | Unset = False,
    max_age: float | Unset = UNSET,
    include: list[GetLatestIncludeItem] | Unset = UNSET,
    accept_language: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Any | DynamicRealTimeReading | WeldingRealTimeReading | Problem | None:
    """Return the newest reading of one device.

     The device type is that of the device in the master data.

    Args:
        device_code (str):
        use_dynamic_fields (bool | Unset):  Default: False.
        max_age (float | Unset):
        include (list[GetLatestIncludeItem] | Unset):
        accept_language (str | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | DynamicRealTimeReading | WeldingRealTimeReading | Problem
    """

    return sync_detailed(
        device_code=device_code,
        client=client,
        use_dynamic_fields=use_dynamic_fields,
        max_age=max_age,
        include=include,
        accept_language=accept_language,
        if_none_match=if_none_match,
    ).parsed


async def asyncio_detailed(
    device_code: str,
    *,
    client: AuthenticatedClient,
    use_dynamic_fields: bool | Unset = False,
    max_age: float | Unset = UNSET,
    include: list[GetLatestIncludeItem] | Unset = UNSET,
    accept_language: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | DynamicRealTimeReading | WeldingRealTimeReading | Problem]:
    """Return the newest reading of one device.

     The device type is that of the device in the master data.

    Args:
        device_code (str):
        use_dynamic_fields (bool | Unset):  Default: False.
        max_age (float | Unset):
        include (list[GetLatestIncludeItem] | Unset):
        accept_language (str | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | DynamicRealTimeReading | WeldingRealTimeReading | Problem]
    """

    kwargs = _get_kwargs(
        device_code=device_code,
        use_dynamic_fields=use_dynamic_fields,
        max_age=max_age,
        include=include,
        accept_language=accept_language,
        if_none_match=if_none_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    device_code: str,
    *,
    client: AuthenticatedClient,
    use_dynamic_fields: bool | Unset = False,
    max_age: float | Unset = UNSET,
    include: list[GetLatestIncludeItem] | Unset = UNSET,
    accept_language: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Any | DynamicRealTimeReading | WeldingRealTimeReading | Problem | None:
    """Return the newest reading of one device.

     The device type is that of the device in the master data.

    Args:
        device_code (str):
        use_dynamic_fields (bool | Unset):  Default: False.
        max_age (float | Unset):
        include (list[GetLatestIncludeItem] | Unset):
        accept_language (str | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | DynamicRealTimeReading | WeldingRealTimeReading | Problem
    """

    return (
        await asyncio_detailed(
            device_code=device_code,
            client=client,
            use_dynamic_fields=use_dynamic_fields,
            max_age=max_age,
            include=include,
            accept_language=accept_language,
            if_none_match=if_none_match,
        )
    ).parsed
