import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.history_page import HistoryPage
from ...models.list_history_order import ListHistoryOrder
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    device_code: str,
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str] | Unset = UNSET,
    order: ListHistoryOrder | Unset = ListHistoryOrder.ASC,
    page_size: int | Unset = 1000,
    cursor: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["Accept-Language"] = accept_language

    params: dict[str, Any] = {}

    params["device_code"] = device_code

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
        "url": "/api/v1/device/data/history",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> HistoryPage | Problem | None:
    if response.status_code == 200:
        response_200 = HistoryPage.from_dict(response.json())

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
) -> Response[HistoryPage | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    device_code: str,
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str] | Unset = UNSET,
    order: ListHistoryOrder | Unset = ListHistoryOrder.ASC,
    page_size: int | Unset = 1000,
    cursor: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> Response[HistoryPage | Problem]:
    """List the readings of one device.

     Return the readings of a range, from the super table of the device type. Follow `next_cursor` to the
    next page. Pages
    stay consistent while readings arrive: no reading that existed at the first page is omitted or
    repeated. Without `to`,
    all pages end at the time of the first request.

    Args:
        device_code (str):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        fields (list[str] | Unset):
        order (ListHistoryOrder | Unset):  Default: ListHistoryOrder.ASC.
        page_size (int | Unset):  Default: 1000.
        cursor (str | Unset):
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HistoryPage | Problem]
    """

    kwargs = _get_kwargs(
        device_code=device_code,
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
    device_code: str,
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str] | Unset = UNSET,
    order: ListHistoryOrder | Unset = ListHistoryOrder.ASC,
    page_size: int | Unset = 1000,
    cursor: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> HistoryPage | Problem | None:
    """List the readings of one device.

     Return the readings of a range, from the super table of the device type. Follow `next_cursor` to the
    next page. Pages
    stay consistent while readings arrive: no reading that existed at the first page is omitted or
    repeated. Without `to`,
    all pages end at the time of the first request.

    Args:
        device_code (str):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        fields (list[str] | Unset):
        order (ListHistoryOrder | Unset):  Default: ListHistoryOrder.ASC.
        page_size (int | Unset):  Default: 1000.
        cursor (str | Unset):
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HistoryPage | Problem
    """

    return sync_detailed(
        client=client,
        device_code=device_code,
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
    device_code: str,
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str] | Unset = UNSET,
    order: ListHistoryOrder | Unset = ListHistoryOrder.ASC,
    page_size: int | Unset = 1000,
    cursor: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> Response[HistoryPage | Problem]:
    """List the readings of one device.

     Return the readings of a range, from the super table of the device type. Follow `next_cursor` to the
    next page. Pages
    stay consistent while readings arrive: no reading that existed at the first page is omitted or
    repeated. Without `to`,
    all pages end at the time of the first request.

    Args:
        device_code (str):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        fields (list[str] | Unset):
        order (ListHistoryOrder | Unset):  Default: ListHistoryOrder.ASC.
        page_size (int | Unset):  Default: 1000.
        cursor (str | Unset):
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HistoryPage | Problem]
    """

    kwargs = _get_kwargs(
        device_code=device_code,
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
    device_code: str,
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str] | Unset = UNSET,
    order: ListHistoryOrder | Unset = ListHistoryOrder.ASC,
    page_size: int | Unset = 1000,
    cursor: str | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> HistoryPage | Problem | None:
    """List the readings of one device.

     Return the readings of a range, from the super table of the device type. Follow `next_cursor` to the
    next page. Pages
    stay consistent while readings arrive: no reading that existed at the first page is omitted or
    repeated. Without `to`,
    all pages end at the time of the first request.

    Args:
        device_code (str):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        fields (list[str] | Unset):
        order (ListHistoryOrder | Unset):  Default: ListHistoryOrder.ASC.
        page_size (int | Unset):  Default: 1000.
        cursor (str | Unset):
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HistoryPage | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            device_code=device_code,
            from_=from_,
            to=to,
            fields=fields,
            order=order,
            page_size=page_size,
            cursor=cursor,
            accept_language=accept_language,
        )
    ).parsed
