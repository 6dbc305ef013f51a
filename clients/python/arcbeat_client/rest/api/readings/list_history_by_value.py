import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_history_by_value_order import ListHistoryByValueOrder
from ...models.problem import Problem
from ...models.value_history_page import ValueHistoryPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    type_code: str | Unset = UNSET,
    device_code: list[str] | Unset = UNSET,
    field: str,
    value: str,
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str] | Unset = UNSET,
    order: ListHistoryByValueOrder | Unset = ListHistoryByValueOrder.ASC,
    page_size: int | Unset = 1000,
    cursor: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["Accept-Language"] = accept_language

    params: dict[str, Any] = {}

    params["type_code"] = type_code

    json_device_code: list[str] | Unset = UNSET
    if not isinstance(device_code, Unset):
        json_device_code = device_code

    params["device_code"] = json_device_code

    params["field"] = field

    params["value"] = value

    json_from_ = from_.isoformat()
    params["from"] = json_from_

    json_to: str | Unset = UNSET
    if not isinstance(to, Unset):
        json_to = to.isoformat()
    params["to"] = json_to

    json_fields: list[str] | Unset = UNSET
    if not isinstance(fields, Unset):
        json_fields = fields

    params["fields"] = json_fields

    json_order: str | Unset = UNSET
    if not isinstance(order, Unset):
        json_order = order.value

    params["order"] = json_order

    params["page_size"] = page_size

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/device/data/history/by-value",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | ValueHistoryPage | None:
    if response.status_code == 200:
        response_200 = ValueHistoryPage.from_dict(response.json())

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
) -> Response[Problem | ValueHistoryPage]:
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
    field: str,
    value: str,
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str] | Unset = UNSET,
    order: ListHistoryByValueOrder | Unset = ListHistoryByValueOrder.ASC,
    page_size: int | Unset = 1000,
    cursor: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> Response[Problem | ValueHistoryPage]:
    """List the readings of several devices in which a field has one value.

     Return the readings of a workpiece or a welder, for example, ordered by time, of the devices in
    `device_code` or of all
    registered devices of the type. The range may have 31 days: no store has an index on values, so a
    search reads all readings
    of the range, and may end with 504. Follow `next_cursor` to the next page until it is null; a page
    before the last one may
    have fewer than `page_size` readings, even none. No reading that existed at the first page is
    omitted or repeated.

    Args:
        type_code (str | Unset):
        device_code (list[str] | Unset):
        field (str):
        value (str):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        fields (list[str] | Unset):
        order (ListHistoryByValueOrder | Unset):  Default: ListHistoryByValueOrder.ASC.
        page_size (int | Unset):  Default: 1000.
        cursor (str | Unset):
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ValueHistoryPage]
    """

    kwargs = _get_kwargs(
        type_code=type_code,
        device_code=device_code,
        field=field,
        value=value,
        from_=from_,
        to=to,
        fields=fields,
        order=order,
        page_size=page_size,
        cursor=cursor,
        accept_language=accept_language,
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
    field: str,
    value: str,
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str] | Unset = UNSET,
    order: ListHistoryByValueOrder | Unset = ListHistoryByValueOrder.ASC,
    page_size: int | Unset = 1000,
    cursor: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> Problem | ValueHistoryPage | None:
    """List the readings of several devices in which a field has one value.

     Return the readings of a workpiece or a welder, for example, ordered by time, of the devices in
    `device_code` or of all
    registered devices of the type. The range may have 31 days: no store has an index on values, so a
    search reads all readings
    of the range, and may end with 504. Follow `next_cursor` to the next page until it is null; a page
    before the last one may
    have fewer than `page_size` readings, even none. No reading that existed at the first page is
    omitted or repeated.

    Args:
        type_code (str | Unset):
        device_code (list[str] | Unset):
        field (str):
        value (str):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        fields (list[str] | Unset):
        order (ListHistoryByValueOrder | Unset):  Default: ListHistoryByValueOrder.ASC.
        page_size (int | Unset):  Default: 1000.
        cursor (str | Unset):
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ValueHistoryPage
    """

    return sync_detailed(
        client=client,
        type_code=type_code,
        device_code=device_code,
        field=field,
        value=value,
        from_=from_,
        to=to,
        fields=fields,
        order=order,
        page_size=page_size,
        cursor=cursor,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = UNSET,
    device_code: list[str] | Unset = UNSET,
    field: str,
    value: str,
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str] | Unset = UNSET,
    order: ListHistoryByValueOrder | Unset = ListHistoryByValueOrder.ASC,
    page_size: int | Unset = 1000,
    cursor: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> Response[Problem | ValueHistoryPage]:
    """List the readings of several devices in which a field has one value.

     Return the readings of a workpiece or a welder, for example, ordered by time, of the devices in
    `device_code` or of all
    registered devices of the type. The range may have 31 days: no store has an index on values, so a
    search reads all readings
    of the range, and may end with 504. Follow `next_cursor` to the next page until it is null; a page
    before the last one may
    have fewer than `page_size` readings, even none. No reading that existed at the first page is
    omitted or repeated.

    Args:
        type_code (str | Unset):
        device_code (list[str] | Unset):
        field (str):
        value (str):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        fields (list[str] | Unset):
        order (ListHistoryByValueOrder | Unset):  Default: ListHistoryByValueOrder.ASC.
        page_size (int | Unset):  Default: 1000.
        cursor (str | Unset):
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ValueHistoryPage]
    """

    kwargs = _get_kwargs(
        type_code=type_code,
        device_code=device_code,
        field=field,
        value=value,
        from_=from_,
        to=to,
        fields=fields,
        order=order,
        page_size=page_size,
        cursor=cursor,
        accept_language=accept_language,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = UNSET,
    device_code: list[str] | Unset = UNSET,
    field: str,
    value: str,
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str] | Unset = UNSET,
    order: ListHistoryByValueOrder | Unset = ListHistoryByValueOrder.ASC,
    page_size: int | Unset = 1000,
    cursor: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> Problem | ValueHistoryPage | None:
    """List the readings of several devices in which a field has one value.

     Return the readings of a workpiece or a welder, for example, ordered by time, of the devices in
    `device_code` or of all
    registered devices of the type. The range may have 31 days: no store has an index on values, so a
    search reads all readings
    of the range, and may end with 504. Follow `next_cursor` to the next page until it is null; a page
    before the last one may
    have fewer than `page_size` readings, even none. No reading that existed at the first page is
    omitted or repeated.

    Args:
        type_code (str | Unset):
        device_code (list[str] | Unset):
        field (str):
        value (str):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        fields (list[str] | Unset):
        order (ListHistoryByValueOrder | Unset):  Default: ListHistoryByValueOrder.ASC.
        page_size (int | Unset):  Default: 1000.
        cursor (str | Unset):
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ValueHistoryPage
    """

    return (
        await asyncio_detailed(
            client=client,
            type_code=type_code,
            device_code=device_code,
            field=field,
            value=value,
            from_=from_,
            to=to,
            fields=fields,
            order=order,
            page_size=page_size,
            cursor=cursor,
            accept_language=accept_language,
        )
    ).parsed
