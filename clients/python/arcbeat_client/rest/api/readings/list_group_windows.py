import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.group_windows_response import GroupWindowsResponse
from ...models.list_group_windows_aggregates_item import ListGroupWindowsAggregatesItem
from ...models.list_group_windows_fill import ListGroupWindowsFill
from ...models.list_group_windows_group_by import ListGroupWindowsGroupBy
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    group_by: ListGroupWindowsGroupBy,
    type_code: list[str] | Unset = UNSET,
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str],
    aggregates: list[ListGroupWindowsAggregatesItem] | Unset = UNSET,
    interval: str | Unset = UNSET,
    max_points: int | Unset = UNSET,
    time_zone: str | Unset = "UTC",
    fill: ListGroupWindowsFill | Unset = ListGroupWindowsFill.NONE,
    accept_language: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["Accept-Language"] = accept_language

    params: dict[str, Any] = {}

    json_group_by = group_by.value
    params["group_by"] = json_group_by

    json_type_code: list[str] | Unset = UNSET
    if not isinstance(type_code, Unset):
        json_type_code = type_code

    params["type_code"] = json_type_code

    json_from_ = from_.isoformat()
    params["from"] = json_from_

    json_to: str | Unset = UNSET
    if not isinstance(to, Unset):
        json_to = to.isoformat()
    params["to"] = json_to

    json_fields = fields

    params["fields"] = json_fields

    json_aggregates: list[str] | Unset = UNSET
    if not isinstance(aggregates, Unset):
        json_aggregates = []
        for aggregates_item_data in aggregates:
            aggregates_item = aggregates_item_data.value
            json_aggregates.append(aggregates_item)

    params["aggregates"] = json_aggregates

    params["interval"] = interval

    params["max_points"] = max_points

    params["time_zone"] = time_zone

    json_fill: str | Unset = UNSET
    if not isinstance(fill, Unset):
        json_fill = fill.value

    params["fill"] = json_fill

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/device/data/windows/groups",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> GroupWindowsResponse | Problem | None:
    if response.status_code == 200:
        response_200 = GroupWindowsResponse.from_dict(response.json())

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
) -> Response[GroupWindowsResponse | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    group_by: ListGroupWindowsGroupBy,
    type_code: list[str] | Unset = UNSET,
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str],
    aggregates: list[ListGroupWindowsAggregatesItem] | Unset = UNSET,
    interval: str | Unset = UNSET,
    max_points: int | Unset = UNSET,
    time_zone: str | Unset = "UTC",
    fill: ListGroupWindowsFill | Unset = ListGroupWindowsFill.NONE,
    accept_language: str | Unset = UNSET,
) -> Response[GroupWindowsResponse | Problem]:
    """Aggregate the readings of teams or device types by interval.

     Return one series per team of each type, or per type. The readings of all registered devices of a
    group are aggregated
    together by the store: the average of a team is that of all readings, so that a device that sends
    more often counts more. Teams
    are those of the master data at this moment. There may be 50 groups, and 5 000 devices per group
    (400); limits on windows are
    those of `GET /api/v1/device/data/windows`.

    Args:
        group_by (ListGroupWindowsGroupBy):
        type_code (list[str] | Unset):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        fields (list[str]):
        aggregates (list[ListGroupWindowsAggregatesItem] | Unset):
        interval (str | Unset):  Example: 15m.
        max_points (int | Unset):
        time_zone (str | Unset):  Default: 'UTC'.
        fill (ListGroupWindowsFill | Unset):  Default: ListGroupWindowsFill.NONE.
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GroupWindowsResponse | Problem]
    """

    kwargs = _get_kwargs(
        group_by=group_by,
        type_code=type_code,
        from_=from_,
        to=to,
        fields=fields,
        aggregates=aggregates,
        interval=interval,
        max_points=max_points,
        time_zone=time_zone,
        fill=fill,
        accept_language=accept_language,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    group_by: ListGroupWindowsGroupBy,
    type_code: list[str] | Unset = UNSET,
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str],
    aggregates: list[ListGroupWindowsAggregatesItem] | Unset = UNSET,
    interval: str | Unset = UNSET,
    max_points: int | Unset = UNSET,
    time_zone: str | Unset = "UTC",
    fill: ListGroupWindowsFill | Unset = ListGroupWindowsFill.NONE,
    accept_language: str | Unset = UNSET,
) -> GroupWindowsResponse | Problem | None:
    """Aggregate the readings of teams or device types by interval.

     Return one series per team of each type, or per type. The readings of all registered devices of a
    group are aggregated
    together by the store: the average of a team is that of all readings, so that a device that sends
    more often counts more. Teams
    are those of the master data at this moment. There may be 50 groups, and 5 000 devices per group
    (400); limits on windows are
    those of `GET /api/v1/device/data/windows`.

    Args:
        group_by (ListGroupWindowsGroupBy):
        type_code (list[str] | Unset):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        fields (list[str]):
        aggregates (list[ListGroupWindowsAggregatesItem] | Unset):
        interval (str | Unset):  Example: 15m.
        max_points (int | Unset):
        time_zone (str | Unset):  Default: 'UTC'.
        fill (ListGroupWindowsFill | Unset):  Default: ListGroupWindowsFill.NONE.
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GroupWindowsResponse | Problem
    """

    return sync_detailed(
        client=client,
        group_by=group_by,
        type_code=type_code,
        from_=from_,
        to=to,
        fields=fields,
        aggregates=aggregates,
        interval=interval,
        max_points=max_points,
        time_zone=time_zone,
        fill=fill,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    group_by: ListGroupWindowsGroupBy,
    type_code: list[str] | Unset = UNSET,
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str],
    aggregates: list[ListGroupWindowsAggregatesItem] | Unset = UNSET,
    interval: str | Unset = UNSET,
    max_points: int | Unset = UNSET,
    time_zone: str | Unset = "UTC",
    fill: ListGroupWindowsFill | Unset = ListGroupWindowsFill.NONE,
    accept_language: str | Unset = UNSET,
) -> Response[GroupWindowsResponse | Problem]:
    """Aggregate the readings of teams or device types by interval.

     Return one series per team of each type, or per type. The readings of all registered devices of a
    group are aggregated
    together by the store: the average of a team is that of all readings, so that a device that sends
    more often counts more. Teams
    are those of the master data at this moment. There may be 50 groups, and 5 000 devices per group
    (400); limits on windows are
    those of `GET /api/v1/device/data/windows`.

    Args:
        group_by (ListGroupWindowsGroupBy):
        type_code (list[str] | Unset):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        fields (list[str]):
        aggregates (list[ListGroupWindowsAggregatesItem] | Unset):
        interval (str | Unset):  Example: 15m.
        max_points (int | Unset):
        time_zone (str | Unset):  Default: 'UTC'.
        fill (ListGroupWindowsFill | Unset):  Default: ListGroupWindowsFill.NONE.
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GroupWindowsResponse | Problem]
    """

    kwargs = _get_kwargs(
        group_by=group_by,
        type_code=type_code,
        from_=from_,
        to=to,
        fields=fields,
        aggregates=aggregates,
        interval=interval,
        max_points=max_points,
        time_zone=time_zone,
        fill=fill,
        accept_language=accept_language,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    group_by: ListGroupWindowsGroupBy,
    type_code: list[str] | Unset = UNSET,
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str],
    aggregates: list[ListGroupWindowsAggregatesItem] | Unset = UNSET,
    interval: str | Unset = UNSET,
    max_points: int | Unset = UNSET,
    time_zone: str | Unset = "UTC",
    fill: ListGroupWindowsFill | Unset = ListGroupWindowsFill.NONE,
    accept_language: str | Unset = UNSET,
) -> GroupWindowsResponse | Problem | None:
    """Aggregate the readings of teams or device types by interval.

     Return one series per team of each type, or per type. The readings of all registered devices of a
    group are aggregated
    together by the store: the average of a team is that of all readings, so that a device that sends
    more often counts more. Teams
    are those of the master data at this moment. There may be 50 groups, and 5 000 devices per group
    (400); limits on windows are
    those of `GET /api/v1/device/data/windows`.

    Args:
        group_by (ListGroupWindowsGroupBy):
        type_code (list[str] | Unset):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        fields (list[str]):
        aggregates (list[ListGroupWindowsAggregatesItem] | Unset):
        interval (str | Unset):  Example: 15m.
        max_points (int | Unset):
        time_zone (str | Unset):  Default: 'UTC'.
        fill (ListGroupWindowsFill | Unset):  Default: ListGroupWindowsFill.NONE.
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GroupWindowsResponse | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            group_by=group_by,
            type_code=type_code,
            from_=from_,
            to=to,
            fields=fields,
            aggregates=aggregates,
            interval=interval,
            max_points=max_points,
            time_zone=time_zone,
            fill=fill,
            accept_language=accept_language,
        )
    ).parsed
