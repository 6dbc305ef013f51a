from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.board_statistics import BoardStatistics
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    dict_name: str | Unset = "焊机统计指标对照",
    data_label: str,
    days: int | Unset = 7,
    time_zone: str | Unset = "UTC",
    max_age: float | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["Accept-Language"] = accept_language

    params: dict[str, Any] = {}

    params["dict_name"] = dict_name

    params["data_label"] = data_label

    params["days"] = days

    params["time_zone"] = time_zone

    params["max_age"] = max_age

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/board/statistics",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> BoardStatistics | Problem | None:
    if response.status_code == 200:
        response_200 = BoardStatistics.from_dict(response.json())

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
) -> Response[BoardStatistics | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    dict_name: str | Unset = "焊机统计指标对照",
    data_label: str,
    days: int | Unset = 7,
    time_zone: str | Unset = "UTC",
    max_age: float | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> Response[BoardStatistics | Problem]:
    """Return a statistic of the board.

     The dictionary names the super table of the statistic. The response contains the newest row of that
    table, its
    columns, and for each of the last `days` days the last value of each column. A label that is not in
    the dictionary is
    404 (`unknown-statistic`). A table that does not exist (`statistic-table-missing`) or is empty
    (`statistic-empty`) is
    409.

    Args:
        dict_name (str | Unset):  Default: '焊机统计指标对照'.
        data_label (str):
        days (int | Unset):  Default: 7.
        time_zone (str | Unset):  Default: 'UTC'.
        max_age (float | Unset):
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BoardStatistics | Problem]
    """

    kwargs = _get_kwargs(
        dict_name=dict_name,
        data_label=data_label,
        days=days,
        time_zone=time_zone,
        max_age=max_age,
        accept_language=accept_language,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    dict_name: str | Unset = "焊机统计指标对照",
    data_label: str,
    days: int | Unset = 7,
    time_zone: str | Unset = "UTC",
    max_age: float | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> BoardStatistics | Problem | None:
    """Return a statistic of the board.

     The dictionary names the super table of the statistic. The response contains the newest row of that
    table, its
    columns, and for each of the last `days` days the last value of each column. A label that is not in
    the dictionary is
    404 (`unknown-statistic`). A table that does not exist (`statistic-table-missing`) or is empty
    (`statistic-empty`) is
    409.

    Args:
        dict_name (str | Unset):  Default: '焊机统计指标对照'.
        data_label (str):
        days (int | Unset):  Default: 7.
        time_zone (str | Unset):  Default: 'UTC'.
        max_age (float | Unset):
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BoardStatistics | Problem
    """

    return sync_detailed(
        client=client,
        dict_name=dict_name,
        data_label=data_label,
        days=days,
        time_zone=time_zone,
        max_age=max_age,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    dict_name: str | Unset = "焊机统计指标对照",
    data_label: str,
    days: int | Unset = 7,
    time_zone: str | Unset = "UTC",
    max_age: float | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> Response[BoardStatistics | Problem]:
    """Return a statistic of the board.

     The dictionary names the super table of the statistic. The response contains the newest row of that
    table, its
    columns, and for each of the last `days` days the last value of each column. A label that is not in
    the dictionary is
    404 (`unknown-statistic`). A table that does not exist (`statistic-table-missing`) or is empty
    (`statistic-empty`) is
    409.

    Args:
        dict_name (str | Unset):  Default: '焊机统计指标对照'.
        data_label (str):
        days (int | Unset):  Default: 7.
        time_zone (str | Unset):  Default: 'UTC'.
        max_age (float | Unset):
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BoardStatistics | Problem]
    """

    kwargs = _get_kwargs(
        dict_name=dict_name,
        data_label=data_label,
        days=days,
        time_zone=time_zone,
        max_age=max_age,
        accept_language=accept_language,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    dict_name: str | Unset = "焊机统计指标对照",
    data_label: str,
    days: int | Unset = 7,
    time_zone: str | Unset = "UTC",
    max_age: float | Unset = UNSET,
    accept_language: str | Unset = UNSET,
) -> BoardStatistics | Problem | None:
    """Return a statistic of the board.

     The dictionary names the super table of the statistic. The response contains the newest row of that
    table, its
    columns, and for each of the last `days` days the last value of each column. A label that is not in
    the dictionary is
    404 (`unknown-statistic`). A table that does not exist (`statistic-table-missing`) or is empty
    (`statistic-empty`) is
    409.

    Args:
        dict_name (str | Unset):  Default: '焊机统计指标对照'.
        data_label (str):
        days (int | Unset):  Default: 7.
        time_zone (str | Unset):  Default: 'UTC'.
        max_age (float | Unset):
        accept_language (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BoardStatistics | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            dict_name=dict_name,
            data_label=data_label,
            days=days,
            time_zone=time_zone,
            max_age=max_age,
            accept_language=accept_language,
        )
    ).parsed
