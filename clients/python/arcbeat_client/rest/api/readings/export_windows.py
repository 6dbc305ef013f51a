import datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.export_windows_aggregates_item import ExportWindowsAggregatesItem
from ...models.export_windows_fill import ExportWindowsFill
from ...models.export_windows_format import ExportWindowsFormat
from ...models.problem import Problem
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    *,
    device_code: list[str],
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str],
    aggregates: list[ExportWindowsAggregatesItem] | Unset = UNSET,
    interval: str | Unset = UNSET,
    max_points: int | Unset = UNSET,
    time_zone: str | Unset = "UTC",
    fill: ExportWindowsFill | Unset = ExportWindowsFill.NONE,
    format_: ExportWindowsFormat | Unset = ExportWindowsFormat.CSV,
    accept_language: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["Accept-Language"] = accept_language

    params: dict[str, Any] = {}

    json_device_code = device_code

    params["device_code"] = json_device_code

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

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_.value

    params["format"] = json_format_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/device/data/windows/export",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> File | Problem | None:
    if response.status_code == 200:
        response_200 = File(payload=BytesIO(response.content))

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[File | Problem]:
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
    fields: list[str],
    aggregates: list[ExportWindowsAggregatesItem] | Unset = UNSET,
    interval: str | Unset = UNSET,
    max_points: int | Unset = UNSET,
    time_zone: str | Unset = "UTC",
    fill: ExportWindowsFill | Unset = ExportWindowsFill.NONE,
    format_: ExportWindowsFormat | Unset = ExportWindowsFormat.CSV,
    accept_language: str | Unset = UNSET,
) -> Response[File | Problem]:
    """Export aggregates of readings as a file.

     One row per device and window, with one column per field and aggregate. The start of a window is in
    `time_zone`.

    Args:
        device_code (list[str]):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        fields (list[str]):
        aggregates (list[ExportWindowsAggregatesItem] | Unset):
        interval (str | Unset):  Example: 15m.
        max_points (int | Unset):
        time_zone (str | Unset):  Default: 'UTC'.
        fill (ExportWindowsFill | Unset):  Default: ExportWindowsFill.NONE.
        format_ (ExportWindowsFormat | Unset):  Default: ExportWindowsFormat.CSV.
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[File | Problem]
    """

    kwargs = _get_kwargs(
        device_code=device_code,
        from_=from_,
        to=to,
        fields=fields,
        aggregates=aggregates,
        interval=interval,
        max_points=max_points,
        time_zone=time_zone,
        fill=fill,
        format_=format_,
        accept_language=accept_language,
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
    fields: list[str],
    aggregates: list[ExportWindowsAggregatesItem] | Unset = UNSET,
    interval: str | Unset = UNSET,
    max_points: int | Unset = UNSET,
    time_zone: str | Unset = "UTC",
    fill: ExportWindowsFill | Unset = ExportWindowsFill.NONE,
    format_: ExportWindowsFormat | Unset = ExportWindowsFormat.CSV,
    accept_language: str | Unset = UNSET,
) -> File | Problem | None:
    """Export aggregates of readings as a file.

     One row per device and window, with one column per field and aggregate. The start of a window is in
    `time_zone`.

    Args:
        device_code (list[str]):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        fields (list[str]):
        aggregates (list[ExportWindowsAggregatesItem] | Unset):
        interval (str | Unset):  Example: 15m.
        max_points (int | Unset):
        time_zone (str | Unset):  Default: 'UTC'.
        fill (ExportWindowsFill | Unset):  Default: ExportWindowsFill.NONE.
        format_ (ExportWindowsFormat | Unset):  Default: ExportWindowsFormat.CSV.
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File | Problem
    """

    return sync_detailed(
        client=client,
        device_code=device_code,
        from_=from_,
        to=to,
        fields=fields,
        aggregates=aggregates,
        interval=interval,
        max_points=max_points,
        time_zone=time_zone,
        fill=fill,
        format_=format_,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    device_code: list[str],
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str],
    aggregates: list[ExportWindowsAggregatesItem] | Unset = UNSET,
    interval: str | Unset = UNSET,
    max_points: int | Unset = UNSET,
    time_zone: str | Unset = "UTC",
    fill: ExportWindowsFill | Unset = ExportWindowsFill.NONE,
    format_: ExportWindowsFormat | Unset = ExportWindowsFormat.CSV,
    accept_language: str | Unset = UNSET,
) -> Response[File | Problem]:
    """Export aggregates of readings as a file.

     One row per device and window, with one column per field and aggregate. The start of a window is in
    `time_zone`.

    Args:
        device_code (list[str]):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        fields (list[str]):
        aggregates (list[ExportWindowsAggregatesItem] | Unset):
        interval (str | Unset):  Example: 15m.
        max_points (int | Unset):
        time_zone (str | Unset):  Default: 'UTC'.
        fill (ExportWindowsFill | Unset):  Default: ExportWindowsFill.NONE.
        format_ (ExportWindowsFormat | Unset):  Default: ExportWindowsFormat.CSV.
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[File | Problem]
    """

    kwargs = _get_kwargs(
        device_code=device_code,
        from_=from_,
        to=to,
        fields=fields,
        aggregates=aggregates,
        interval=interval,
        max_points=max_points,
        time_zone=time_zone,
        fill=fill,
        format_=format_,
        accept_language=accept_language,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    device_code: list[str],
    from_: datetime.datetime,
    to: datetime.datetime | Unset = UNSET,
    fields: list[str],
    aggregates: list[ExportWindowsAggregatesItem] | Unset = UNSET,
    interval: str | Unset = UNSET,
    max_points: int | Unset = UNSET,
    time_zone: str | Unset = "UTC",
    fill: ExportWindowsFill | Unset = ExportWindowsFill.NONE,
    format_: ExportWindowsFormat | Unset = ExportWindowsFormat.CSV,
    accept_language: str | Unset = UNSET,
) -> File | Problem | None:
    """Export aggregates of readings as a file.

     One row per device and window, with one column per field and aggregate. The start of a window is in
    `time_zone`.

    Args:
        device_code (list[str]):
        from_ (datetime.datetime):
        to (datetime.datetime | Unset):
        fields (list[str]):
        aggregates (list[ExportWindowsAggregatesItem] | Unset):
        interval (str | Unset):  Example: 15m.
        max_points (int | Unset):
        time_zone (str | Unset):  Default: 'UTC'.
        fill (ExportWindowsFill | Unset):  Default: ExportWindowsFill.NONE.
        format_ (ExportWindowsFormat | Unset):  Default: ExportWindowsFormat.CSV.
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            device_code=device_code,
            from_=from_,
            to=to,
            fields=fields,
            aggregates=aggregates,
            interval=interval,
            max_points=max_points,
            time_zone=time_zone,
            fill=fill,
            format_=format_,
            accept_language=accept_language,
        )
    ).parsed
