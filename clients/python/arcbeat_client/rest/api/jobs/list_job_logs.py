import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.job_log_page import JobLogPage
from ...models.list_job_logs_error_category import ListJobLogsErrorCategory
from ...models.list_job_logs_execution_phase import ListJobLogsExecutionPhase
from ...models.list_job_logs_log_type import ListJobLogsLogType
from ...models.list_job_logs_status import ListJobLogsStatus
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    job: str | Unset = UNSET,
    run_id: int | Unset = UNSET,
    log_type: ListJobLogsLogType | Unset = UNSET,
    execution_phase: ListJobLogsExecutionPhase | Unset = UNSET,
    status: ListJobLogsStatus | Unset = UNSET,
    error_category: ListJobLogsErrorCategory | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    text: str | Unset = UNSET,
    roots_only: bool | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["job"] = job

    params["run_id"] = run_id

    json_log_type: str | Unset = UNSET
    if not isinstance(log_type, Unset):
        json_log_type = log_type.value

    params["log_type"] = json_log_type

    json_execution_phase: str | Unset = UNSET
    if not isinstance(execution_phase, Unset):
        json_execution_phase = execution_phase.value

    params["execution_phase"] = json_execution_phase

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status.value

    params["status"] = json_status

    json_error_category: str | Unset = UNSET
    if not isinstance(error_category, Unset):
        json_error_category = error_category.value

    params["error_category"] = json_error_category

    json_from_: str | Unset = UNSET
    if not isinstance(from_, Unset):
        json_from_ = from_.isoformat()
    params["from"] = json_from_

    json_to: str | Unset = UNSET
    if not isinstance(to, Unset):
        json_to = to.isoformat()
    params["to"] = json_to

    params["text"] = text

    params["roots_only"] = roots_only

    params["page_size"] = page_size

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/jobs/logs",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> JobLogPage | Problem | None:
    if response.status_code == 200:
        response_200 = JobLogPage.from_dict(response.json())

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
) -> Response[JobLogPage | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    job: str | Unset = UNSET,
    run_id: int | Unset = UNSET,
    log_type: ListJobLogsLogType | Unset = UNSET,
    execution_phase: ListJobLogsExecutionPhase | Unset = UNSET,
    status: ListJobLogsStatus | Unset = UNSET,
    error_category: ListJobLogsErrorCategory | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    text: str | Unset = UNSET,
    roots_only: bool | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> Response[JobLogPage | Problem]:
    """List job logs.

     Return one row per run, the newest runs first, or the rows that the filters select. Follow
    `next_cursor` to the next page. Rows
    that are written meanwhile do not shift the pages.

    Args:
        job (str | Unset):
        run_id (int | Unset):
        log_type (ListJobLogsLogType | Unset):
        execution_phase (ListJobLogsExecutionPhase | Unset):
        status (ListJobLogsStatus | Unset):
        error_category (ListJobLogsErrorCategory | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        text (str | Unset):
        roots_only (bool | Unset):
        page_size (int | Unset):  Default: 50.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobLogPage | Problem]
    """

    kwargs = _get_kwargs(
        job=job,
        run_id=run_id,
        log_type=log_type,
        execution_phase=execution_phase,
        status=status,
        error_category=error_category,
        from_=from_,
        to=to,
        text=text,
        roots_only=roots_only,
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
    job: str | Unset = UNSET,
    run_id: int | Unset = UNSET,
    log_type: ListJobLogsLogType | Unset = UNSET,
    execution_phase: ListJobLogsExecutionPhase | Unset = UNSET,
    status: ListJobLogsStatus | Unset = UNSET,
    error_category: ListJobLogsErrorCategory | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    text: str | Unset = UNSET,
    roots_only: bool | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> JobLogPage | Problem | None:
    """List job logs.

     Return one row per run, the newest runs first, or the rows that the filters select. Follow
    `next_cursor` to the next page. Rows
    that are written meanwhile do not shift the pages.

    Args:
        job (str | Unset):
        run_id (int | Unset):
        log_type (ListJobLogsLogType | Unset):
        execution_phase (ListJobLogsExecutionPhase | Unset):
        status (ListJobLogsStatus | Unset):
        error_category (ListJobLogsErrorCategory | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        text (str | Unset):
        roots_only (bool | Unset):
        page_size (int | Unset):  Default: 50.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobLogPage | Problem
    """

    return sync_detailed(
        client=client,
        job=job,
        run_id=run_id,
        log_type=log_type,
        execution_phase=execution_phase,
        status=status,
        error_category=error_category,
        from_=from_,
        to=to,
        text=text,
        roots_only=roots_only,
        page_size=page_size,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    job: str | Unset = UNSET,
    run_id: int | Unset = UNSET,
    log_type: ListJobLogsLogType | Unset = UNSET,
    execution_phase: ListJobLogsExecutionPhase | Unset = UNSET,
    status: ListJobLogsStatus | Unset = UNSET,
    error_category: ListJobLogsErrorCategory | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    text: str | Unset = UNSET,
    roots_only: bool | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> Response[JobLogPage | Problem]:
    """List job logs.

     Return one row per run, the newest runs first, or the rows that the filters select. Follow
    `next_cursor` to the next page. Rows
    that are written meanwhile do not shift the pages.

    Args:
        job (str | Unset):
        run_id (int | Unset):
        log_type (ListJobLogsLogType | Unset):
        execution_phase (ListJobLogsExecutionPhase | Unset):
        status (ListJobLogsStatus | Unset):
        error_category (ListJobLogsErrorCategory | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        text (str | Unset):
        roots_only (bool | Unset):
        page_size (int | Unset):  Default: 50.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobLogPage | Problem]
    """

    kwargs = _get_kwargs(
        job=job,
        run_id=run_id,
        log_type=log_type,
        execution_phase=execution_phase,
        status=status,
        error_category=error_category,
        from_=from_,
        to=to,
        text=text,
        roots_only=roots_only,
        page_size=page_size,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    job: str | Unset = UNSET,
    run_id: int | Unset = UNSET,
    log_type: ListJobLogsLogType | Unset = UNSET,
    execution_phase: ListJobLogsExecutionPhase | Unset = UNSET,
    status: ListJobLogsStatus | Unset = UNSET,
    error_category: ListJobLogsErrorCategory | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    text: str | Unset = UNSET,
    roots_only: bool | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> JobLogPage | Problem | None:
    """List job logs.

     Return one row per run, the newest runs first, or the rows that the filters select. Follow
    `next_cursor` to the next page. Rows
    that are written meanwhile do not shift the pages.

    Args:
        job (str | Unset):
        run_id (int | Unset):
        log_type (ListJobLogsLogType | Unset):
        execution_phase (ListJobLogsExecutionPhase | Unset):
        status (ListJobLogsStatus | Unset):
        error_category (ListJobLogsErrorCategory | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        text (str | Unset):
        roots_only (bool | Unset):
        page_size (int | Unset):  Default: 50.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobLogPage | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            job=job,
            run_id=run_id,
            log_type=log_type,
            execution_phase=execution_phase,
            status=status,
            error_category=error_category,
            from_=from_,
            to=to,
            text=text,
            roots_only=roots_only,
            page_size=page_size,
            cursor=cursor,
        )
    ).parsed
