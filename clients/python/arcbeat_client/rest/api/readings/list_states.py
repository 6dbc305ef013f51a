import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.device_states_page import DeviceStatesPage
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    type_code: str | Unset = UNSET,
    device_code: list[str] | Unset = UNSET,
    keyword: str | Unset = UNSET,
    team_name: str | Unset = UNSET,
    first_day: datetime.date | Unset = UNSET,
    last_day: datetime.date | Unset = UNSET,
    time_zone: str | Unset = "UTC",
    page: int | Unset = 1,
    page_size: int | Unset = 10,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["type_code"] = type_code

    json_device_code: list[str] | Unset = UNSET
    if not isinstance(device_code, Unset):
        json_device_code = device_code

    params["device_code"] = json_device_code

    params["keyword"] = keyword

    params["team_name"] = team_name

    json_first_day: str | Unset = UNSET
    if not isinstance(first_day, Unset):
        json_first_day = first_day.isoformat()
    params["first_day"] = json_first_day

    json_last_day: str | Unset = UNSET
    if not isinstance(last_day, Unset):
        json_last_day = last_day.isoformat()
    params["last_day"] = json_last_day

    params["time_zone"] = time_zone

    params["page"] = page

    params["page_size"] = page_size

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/device/data/states",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DeviceStatesPage | Problem | None:
    if response.status_code == 200:
        response_200 = DeviceStatesPage.from_dict(response.json())

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
) -> Response[DeviceStatesPage | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = UNSET,
    device_code: list[str] | Unset = UNSET,
    keyword: str | Unset = UNSET,
    team_name: str | Unset = UNSET,
    first_day: datetime.date | Unset = UNSET,
    last_day: datetime.date | Unset = UNSET,
    time_zone: str | Unset = "UTC",
    page: int | Unset = 1,
    page_size: int | Unset = 10,
) -> Response[DeviceStatesPage | Problem]:
    """Return the time that devices spent in each state, by day.

     Computed from the history of each device on the page, by the state field of its type. Days are days
    of `time_zone`.
    Devices per page times days must not exceed 300. The status is 409 if the super table lacks the
    state field.

    Args:
        type_code (str | Unset):
        device_code (list[str] | Unset):
        keyword (str | Unset):
        team_name (str | Unset):
        first_day (datetime.date | Unset):
        last_day (datetime.date | Unset):
        time_zone (str | Unset):  Default: 'UTC'.
        page (int | Unset):  Default: 1.
        page_size (int | Unset):  Default: 10.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeviceStatesPage | Problem]
    """

    kwargs = _get_kwargs(
        type_code=type_code,
        device_code=device_code,
        keyword=keyword,
        team_name=team_name,
        first_day=first_day,
        last_day=last_day,
        time_zone=time_zone,
        page=page,
        page_size=page_size,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = UNSET,
    device_code: list[str] | Unset = UNSET,
    keyword: str | Unset = UNSET,
    team_name: str | Unset = UNSET,
    first_day: datetime.date | Unset = UNSET,
    last_day: datetime.date | Unset = UNSET,
    time_zone: str | Unset = "UTC",
    page: int | Unset = 1,
    page_size: int | Unset = 10,
) -> DeviceStatesPage | Problem | None:
    """Return the time that devices spent in each state, by day.

     Computed from the history of each device on the page, by the state field of its type. Days are days
    of `time_zone`.
    Devices per page times days must not exceed 300. The status is 409 if the super table lacks the
    state field.

    Args:
        type_code (str | Unset):
        device_code (list[str] | Unset):
        keyword (str | Unset):
        team_name (str | Unset):
        first_day (datetime.date | Unset):
        last_day (datetime.date | Unset):
        time_zone (str | Unset):  Default: 'UTC'.
        page (int | Unset):  Default: 1.
        page_size (int | Unset):  Default: 10.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeviceStatesPage | Problem
    """

    return sync_detailed(
        client=client,
        type_code=type_code,
        device_code=device_code,
        keyword=keyword,
        team_name=team_name,
        first_day=first_day,
        last_day=last_day,
        time_zone=time_zone,
        page=page,
        page_size=page_size,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = UNSET,
    device_code: list[str] | Unset = UNSET,
    keyword: str | Unset = UNSET,
    team_name: str | Unset = UNSET,
    first_day: datetime.date | Unset = UNSET,
    last_day: datetime.date | Unset = UNSET,
    time_zone: str | Unset = "UTC",
    page: int | Unset = 1,
    page_size: int | Unset = 10,
) -> Response[DeviceStatesPage | Problem]:
    """Return the time that devices spent in each state, by day.

     Computed from the history of each device on the page, by the state field of its type. Days are days
    of `time_zone`.
    Devices per page times days must not exceed 300. The status is 409 if the super table lacks the
    state field.

    Args:
        type_code (str | Unset):
        device_code (list[str] | Unset):
        keyword (str | Unset):
        team_name (str | Unset):
        first_day (datetime.date | Unset):
        last_day (datetime.date | Unset):
        time_zone (str | Unset):  Default: 'UTC'.
        page (int | Unset):  Default: 1.
        page_size (int | Unset):  Default: 10.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeviceStatesPage | Problem]
    """

    kwargs = _get_kwargs(
        type_code=type_code,
        device_code=device_code,
        keyword=keyword,
        team_name=team_name,
        first_day=first_day,
        last_day=last_day,
        time_zone=time_zone,
        page=page,
        page_size=page_size,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = UNSET,
    device_code: list[str] | Unset = UNSET,
    keyword: str | Unset = UNSET,
    team_name: str | Unset = UNSET,
    first_day: datetime.date | Unset = UNSET,
    last_day: datetime.date | Unset = UNSET,
    time_zone: str | Unset = "UTC",
    page: int | Unset = 1,
    page_size: int | Unset = 10,
) -> DeviceStatesPage | Problem | None:
    """Return the time that devices spent in each state, by day.

     Computed from the history of each device on the page, by the state field of its type. Days are days
    of `time_zone`.
    Devices per page times days must not exceed 300. The status is 409 if the super table lacks the
    state field.

    Args:
        type_code (str | Unset):
        device_code (list[str] | Unset):
        keyword (str | Unset):
        team_name (str | Unset):
        first_day (datetime.date | Unset):
        last_day (datetime.date | Unset):
        time_zone (str | Unset):  Default: 'UTC'.
        page (int | Unset):  Default: 1.
        page_size (int | Unset):  Default: 10.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeviceStatesPage | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            type_code=type_code,
            device_code=device_code,
            keyword=keyword,
            team_name=team_name,
            first_day=first_day,
            last_day=last_day,
            time_zone=time_zone,
            page=page,
            page_size=page_size,
        )
    ).parsed
