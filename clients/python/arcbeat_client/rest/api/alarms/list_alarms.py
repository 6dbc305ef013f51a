import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.alarm_page import AlarmPage
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    type_code: str | Unset = UNSET,
    device_code: list[str] | Unset = UNSET,
    team_name: str | Unset = UNSET,
    state: list[str] | Unset = UNSET,
    open_: bool | Unset = UNSET,
    acknowledged: bool | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["type_code"] = type_code

    json_device_code: list[str] | Unset = UNSET
    if not isinstance(device_code, Unset):
        json_device_code = device_code

    params["device_code"] = json_device_code

    params["team_name"] = team_name

    json_state: list[str] | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state

    params["state"] = json_state

    params["open"] = open_

    params["acknowledged"] = acknowledged

    json_from_: str | Unset = UNSET
    if not isinstance(from_, Unset):
        json_from_ = from_.isoformat()
    params["from"] = json_from_

    json_to: str | Unset = UNSET
    if not isinstance(to, Unset):
        json_to = to.isoformat()
    params["to"] = json_to

    params["page_size"] = page_size

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/device/alarms",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> AlarmPage | Problem | None:
    if response.status_code == 200:
        response_200 = AlarmPage.from_dict(response.json())

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[AlarmPage | Problem]:
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
    team_name: str | Unset = UNSET,
    state: list[str] | Unset = UNSET,
    open_: bool | Unset = UNSET,
    acknowledged: bool | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> Response[AlarmPage | Problem]:
    """List alarms.

     An alarm is a time in which a device was in one of the `alarm_states` of its type. Lists the open
    alarms, then those that ended
    in the range. A page searches at most 300 devices times days, so follow `next_cursor` until it is
    null: a page in between may
    be short or empty.

    Args:
        type_code (str | Unset):
        device_code (list[str] | Unset):
        team_name (str | Unset):
        state (list[str] | Unset):
        open_ (bool | Unset):
        acknowledged (bool | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        page_size (int | Unset):  Default: 50.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AlarmPage | Problem]
    """

    kwargs = _get_kwargs(
        type_code=type_code,
        device_code=device_code,
        team_name=team_name,
        state=state,
        open_=open_,
        acknowledged=acknowledged,
        from_=from_,
        to=to,
        page_size=page_size,
        cursor=cursor,
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
    team_name: str | Unset = UNSET,
    state: list[str] | Unset = UNSET,
    open_: bool | Unset = UNSET,
    acknowledged: bool | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> AlarmPage | Problem | None:
    """List alarms.

     An alarm is a time in which a device was in one of the `alarm_states` of its type. Lists the open
    alarms, then those that ended
    in the range. A page searches at most 300 devices times days, so follow `next_cursor` until it is
    null: a page in between may
    be short or empty.

    Args:
        type_code (str | Unset):
        device_code (list[str] | Unset):
        team_name (str | Unset):
        state (list[str] | Unset):
        open_ (bool | Unset):
        acknowledged (bool | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        page_size (int | Unset):  Default: 50.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AlarmPage | Problem
    """

    return sync_detailed(
        client=client,
        type_code=type_code,
        device_code=device_code,
        team_name=team_name,
        state=state,
        open_=open_,
        acknowledged=acknowledged,
        from_=from_,
        to=to,
        page_size=page_size,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = UNSET,
    device_code: list[str] | Unset = UNSET,
    team_name: str | Unset = UNSET,
    state: list[str] | Unset = UNSET,
    open_: bool | Unset = UNSET,
    acknowledged: bool | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> Response[AlarmPage | Problem]:
    """List alarms.

     An alarm is a time in which a device was in one of the `alarm_states` of its type. Lists the open
    alarms, then those that ended
    in the range. A page searches at most 300 devices times days, so follow `next_cursor` until it is
    null: a page in between may
    be short or empty.

    Args:
        type_code (str | Unset):
        device_code (list[str] | Unset):
        team_name (str | Unset):
        state (list[str] | Unset):
        open_ (bool | Unset):
        acknowledged (bool | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        page_size (int | Unset):  Default: 50.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AlarmPage | Problem]
    """

    kwargs = _get_kwargs(
        type_code=type_code,
        device_code=device_code,
        team_name=team_name,
        state=state,
        open_=open_,
        acknowledged=acknowledged,
        from_=from_,
        to=to,
        page_size=page_size,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = UNSET,
    device_code: list[str] | Unset = UNSET,
    team_name: str | Unset = UNSET,
    state: list[str] | Unset = UNSET,
    open_: bool | Unset = UNSET,
    acknowledged: bool | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> AlarmPage | Problem | None:
    """List alarms.

     An alarm is a time in which a device was in one of the `alarm_states` of its type. Lists the open
    alarms, then those that ended
    in the range. A page searches at most 300 devices times days, so follow `next_cursor` until it is
    null: a page in between may
    be short or empty.

    Args:
        type_code (str | Unset):
        device_code (list[str] | Unset):
        team_name (str | Unset):
        state (list[str] | Unset):
        open_ (bool | Unset):
        acknowledged (bool | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        page_size (int | Unset):  Default: 50.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AlarmPage | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            type_code=type_code,
            device_code=device_code,
            team_name=team_name,
            state=state,
            open_=open_,
            acknowledged=acknowledged,
            from_=from_,
            to=to,
            page_size=page_size,
            cursor=cursor,
        )
    ).parsed
