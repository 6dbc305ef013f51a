import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.job_run_timeline import JobRunTimeline
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    log_id: int,
    *,
    run_started_at: datetime.datetime | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_run_started_at: str | Unset = UNSET
    if not isinstance(run_started_at, Unset):
        json_run_started_at = run_started_at.isoformat()
    params["run_started_at"] = json_run_started_at

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/jobs/logs/{log_id}/timeline".format(
            log_id=quote(str(log_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> JobRunTimeline | Problem | None:
    if response.status_code == 200:
        response_200 = JobRunTimeline.from_dict(response.json())

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
) -> Response[JobRunTimeline | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    log_id: int,
    *,
    client: AuthenticatedClient,
    run_started_at: datetime.datetime | Unset = UNSET,
) -> Response[JobRunTimeline | Problem]:
    """Return the timeline of a run.

     Return the attempts and waits of the run to which the row belongs, each with its planned and actual
    times, and the changes that
    the adaptive strategy made. An attempt whose worker died has the status `abandoned`.

    Args:
        log_id (int):
        run_started_at (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobRunTimeline | Problem]
    """

    kwargs = _get_kwargs(
        log_id=log_id,
        run_started_at=run_started_at,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    log_id: int,
    *,
    client: AuthenticatedClient,
    run_started_at: datetime.datetime | Unset = UNSET,
) -> JobRunTimeline | Problem | None:
    """Return the timeline of a run.

     Return the attempts and waits of the run to which the row belongs, each with its planned and actual
    times, and the changes that
    the adaptive strategy made. An attempt whose worker died has the status `abandoned`.

    Args:
        log_id (int):
        run_started_at (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobRunTimeline | Problem
    """

    return sync_detailed(
        log_id=log_id,
        client=client,
        run_started_at=run_started_at,
    ).parsed


async def asyncio_detailed(
    log_id: int,
    *,
    client: AuthenticatedClient,
    run_started_at: datetime.datetime | Unset = UNSET,
) -> Response[JobRunTimeline | Problem]:
    """Return the timeline of a run.

     Return the attempts and waits of the run to which the row belongs, each with its planned and actual
    times, and the changes that
    the adaptive strategy made. An attempt whose worker died has the status `abandoned`.

    Args:
        log_id (int):
        run_started_at (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobRunTimeline | Problem]
    """

    kwargs = _get_kwargs(
        log_id=log_id,
        run_started_at=run_started_at,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    log_id: int,
    *,
    client: AuthenticatedClient,
    run_started_at: datetime.datetime | Unset = UNSET,
) -> JobRunTimeline | Problem | None:
    """Return the timeline of a run.

     Return the attempts and waits of the run to which the row belongs, each with its planned and actual
    times, and the changes that
    the adaptive strategy made. An attempt whose worker died has the status `abandoned`.

    Args:
        log_id (int):
        run_started_at (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobRunTimeline | Problem
    """

    return (
        await asyncio_detailed(
            log_id=log_id,
            client=client,
            run_started_at=run_started_at,
        )
    ).parsed
