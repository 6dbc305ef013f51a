from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.job_run import JobRun
from ...models.job_run_create import JobRunCreate
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    name: str,
    *,
    body: JobRunCreate | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    x_cloud_scheduler_job_name: str | Unset = UNSET,
    x_cloud_scheduler_schedule_time: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    if not isinstance(x_cloud_scheduler_job_name, Unset):
        headers["X-CloudScheduler-JobName"] = x_cloud_scheduler_job_name

    if not isinstance(x_cloud_scheduler_schedule_time, Unset):
        headers["X-CloudScheduler-ScheduleTime"] = x_cloud_scheduler_schedule_time

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/jobs/{name}/runs".format(
            name=quote(str(name), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> JobRun | Problem | None:
    if response.status_code == 202:
        response_202 = JobRun.from_dict(response.json())

        return response_202

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

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[JobRun | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    name: str,
    *,
    client: AuthenticatedClient,
    body: JobRunCreate | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    x_cloud_scheduler_job_name: str | Unset = UNSET,
    x_cloud_scheduler_schedule_time: str | Unset = UNSET,
) -> Response[JobRun | Problem]:
    """Start a job.

     Request a run, which a worker then executes. If another run of an exclusive job is under way, its
    `overlap` policy decides: the
    run is stored with the state `skipped`, waits in the queue, or is rejected (409). A run with
    `dry_run: true` reports what it
    would change. Parameters that are omitted have the values of the job. A run of a job with a
    `problem` is rejected (409).

    Args:
        name (str):
        idempotency_key (str | Unset):
        x_cloud_scheduler_job_name (str | Unset):
        x_cloud_scheduler_schedule_time (str | Unset):
        body (JobRunCreate | Unset): The run to start.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobRun | Problem]
    """

    kwargs = _get_kwargs(
        name=name,
        body=body,
        idempotency_key=idempotency_key,
        x_cloud_scheduler_job_name=x_cloud_scheduler_job_name,
        x_cloud_scheduler_schedule_time=x_cloud_scheduler_schedule_time,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    name: str,
    *,
    client: AuthenticatedClient,
    body: JobRunCreate | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    x_cloud_scheduler_job_name: str | Unset = UNSET,
    x_cloud_scheduler_schedule_time: str | Unset = UNSET,
) -> JobRun | Problem | None:
    """Start a job.

     Request a run, which a worker then executes. If another run of an exclusive job is under way, its
    `overlap` policy decides: the
    run is stored with the state `skipped`, waits in the queue, or is rejected (409). A run with
    `dry_run: true` reports what it
    would change. Parameters that are omitted have the values of the job. A run of a job with a
    `problem` is rejected (409).

    Args:
        name (str):
        idempotency_key (str | Unset):
        x_cloud_scheduler_job_name (str | Unset):
        x_cloud_scheduler_schedule_time (str | Unset):
        body (JobRunCreate | Unset): The run to start.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobRun | Problem
    """

    return sync_detailed(
        name=name,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
        x_cloud_scheduler_job_name=x_cloud_scheduler_job_name,
        x_cloud_scheduler_schedule_time=x_cloud_scheduler_schedule_time,
    ).parsed


async def asyncio_detailed(
    name: str,
    *,
    client: AuthenticatedClient,
    body: JobRunCreate | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    x_cloud_scheduler_job_name: str | Unset = UNSET,
    x_cloud_scheduler_schedule_time: str | Unset = UNSET,
) -> Response[JobRun | Problem]:
    """Start a job.

     Request a run, which a worker then executes. If another run of an exclusive job is under way, its
    `overlap` policy decides: the
    run is stored with the state `skipped`, waits in the queue, or is rejected (409). A run with
    `dry_run: true` reports what it
    would change. Parameters that are omitted have the values of the job. A run of a job with a
    `problem` is rejected (409).

    Args:
        name (str):
        idempotency_key (str | Unset):
        x_cloud_scheduler_job_name (str | Unset):
        x_cloud_scheduler_schedule_time (str | Unset):
        body (JobRunCreate | Unset): The run to start.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobRun | Problem]
    """

    kwargs = _get_kwargs(
        name=name,
        body=body,
        idempotency_key=idempotency_key,
        x_cloud_scheduler_job_name=x_cloud_scheduler_job_name,
        x_cloud_scheduler_schedule_time=x_cloud_scheduler_schedule_time,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    name: str,
    *,
    client: AuthenticatedClient,
    body: JobRunCreate | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    x_cloud_scheduler_job_name: str | Unset = UNSET,
    x_cloud_scheduler_schedule_time: str | Unset = UNSET,
) -> JobRun | Problem | None:
    """Start a job.

     Request a run, which a worker then executes. If another run of an exclusive job is under way, its
    `overlap` policy decides: the
    run is stored with the state `skipped`, waits in the queue, or is rejected (409). A run with
    `dry_run: true` reports what it
    would change. Parameters that are omitted have the values of the job. A run of a job with a
    `problem` is rejected (409).

    Args:
        name (str):
        idempotency_key (str | Unset):
        x_cloud_scheduler_job_name (str | Unset):
        x_cloud_scheduler_schedule_time (str | Unset):
        body (JobRunCreate | Unset): The run to start.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobRun | Problem
    """

    return (
        await asyncio_detailed(
            name=name,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
            x_cloud_scheduler_job_name=x_cloud_scheduler_job_name,
            x_cloud_scheduler_schedule_time=x_cloud_scheduler_schedule_time,
        )
    ).parsed
