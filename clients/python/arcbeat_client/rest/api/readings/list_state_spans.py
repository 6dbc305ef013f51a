import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.state_spans_page import StateSpansPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    device_code: list[str],
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    page_size: int | Unset = 1000,
    cursor: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_device_code = device_code

    params["device_code"] = json_device_code

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
        "url": "/api/v1/device/data/states/spans",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | StateSpansPage | None:
    if response.status_code == 200:
        response_200 = StateSpansPage.from_dict(response.json())

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
) -> Response[Problem | StateSpansPage]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    device_code: list[str],
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    page_size: int | Unset = 1000,
    cursor: str | Unset = UNSET,
) -> Response[Problem | StateSpansPage]:
    """List when devices were in which state.

     Divide the range of each device into spans: in a state, online without a state (`unknown`), or
    without a reading that is
    recent enough (`silent`). The spans of a device follow each other without a gap: the first begins at
    `from`, the last ends
    at `to`, and a state that began before or lasts longer is cut there. Devices times days must not
    exceed 300. Follow
    `next_cursor` to the next page, which begins at the time at which this one ends; without `to`, all
    pages end at the time
    of the first request. The status is 409 if the super table lacks the state field.

    Args:
        device_code (list[str]):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        page_size (int | Unset):  Default: 1000.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | StateSpansPage]
    """

    kwargs = _get_kwargs(
        device_code=device_code,
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
    device_code: list[str],
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    page_size: int | Unset = 1000,
    cursor: str | Unset = UNSET,
) -> Problem | StateSpansPage | None:
    """List when devices were in which state.

     Divide the range of each device into spans: in a state, online without a state (`unknown`), or
    without a reading that is
    recent enough (`silent`). The spans of a device follow each other without a gap: the first begins at
    `from`, the last ends
    at `to`, and a state that began before or lasts longer is cut there. Devices times days must not
    exceed 300. Follow
    `next_cursor` to the next page, which begins at the time at which this one ends; without `to`, all
    pages end at the time
    of the first request. The status is 409 if the super table lacks the state field.

    Args:
        device_code (list[str]):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        page_size (int | Unset):  Default: 1000.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | StateSpansPage
    """

    return sync_detailed(
        client=client,
        device_code=device_code,
        from_=from_,
        to=to,
        page_size=page_size,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    device_code: list[str],
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    page_size: int | Unset = 1000,
    cursor: str | Unset = UNSET,
) -> Response[Problem | StateSpansPage]:
    """List when devices were in which state.

     Divide the range of each device into spans: in a state, online without a state (`unknown`), or
    without a reading that is
    recent enough (`silent`). The spans of a device follow each other without a gap: the first begins at
    `from`, the last ends
    at `to`, and a state that began before or lasts longer is cut there. Devices times days must not
    exceed 300. Follow
    `next_cursor` to the next page, which begins at the time at which this one ends; without `to`, all
    pages end at the time
    of the first request. The status is 409 if the super table lacks the state field.

    Args:
        device_code (list[str]):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        page_size (int | Unset):  Default: 1000.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | StateSpansPage]
    """

    kwargs = _get_kwargs(
        device_code=device_code,
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
    device_code: list[str],
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    page_size: int | Unset = 1000,
    cursor: str | Unset = UNSET,
) -> Problem | StateSpansPage | None:
    """List when devices were in which state.

     Divide the range of each device into spans: in a state, online without a state (`unknown`), or
    without a reading that is
    recent enough (`silent`). The spans of a device follow each other without a gap: the first begins at
    `from`, the last ends
    at `to`, and a state that began before or lasts longer is cut there. Devices times days must not
    exceed 300. Follow
    `next_cursor` to the next page, which begins at the time at which this one ends; without `to`, all
    pages end at the time
    of the first request. The status is 409 if the super table lacks the state field.

    Args:
        device_code (list[str]):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        page_size (int | Unset):  Default: 1000.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | StateSpansPage
    """

    return (
        await asyncio_detailed(
            client=client,
            device_code=device_code,
            from_=from_,
            to=to,
            page_size=page_size,
            cursor=cursor,
        )
    ).parsed
