from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.job_alert_page import JobAlertPage
from ...models.list_job_alerts_problem import ListJobAlertsProblem
from ...models.list_job_alerts_severity import ListJobAlertsSeverity
from ...models.list_job_alerts_state import ListJobAlertsState
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    state: ListJobAlertsState | Unset = UNSET,
    job: str | Unset = UNSET,
    problem: ListJobAlertsProblem | Unset = UNSET,
    severity: ListJobAlertsSeverity | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_state: str | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state.value

    params["state"] = json_state

    params["job"] = job

    json_problem: str | Unset = UNSET
    if not isinstance(problem, Unset):
        json_problem = problem.value

    params["problem"] = json_problem

    json_severity: str | Unset = UNSET
    if not isinstance(severity, Unset):
        json_severity = severity.value

    params["severity"] = json_severity

    params["page_size"] = page_size

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/jobs/alerts",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> JobAlertPage | Problem | None:
    if response.status_code == 200:
        response_200 = JobAlertPage.from_dict(response.json())

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
) -> Response[JobAlertPage | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    state: ListJobAlertsState | Unset = UNSET,
    job: str | Unset = UNSET,
    problem: ListJobAlertsProblem | Unset = UNSET,
    severity: ListJobAlertsSeverity | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> Response[JobAlertPage | Problem]:
    """List alerts about jobs.

     An alert is a problem of a job that a person must know of, as the job `watch_logs` has found it.
    Return the alerts, the newest
    first. Follow `next_cursor` to the next page. Alerts that are opened meanwhile do not shift the
    pages.

    Args:
        state (ListJobAlertsState | Unset):
        job (str | Unset):
        problem (ListJobAlertsProblem | Unset):
        severity (ListJobAlertsSeverity | Unset):
        page_size (int | Unset):  Default: 50.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobAlertPage | Problem]
    """

    kwargs = _get_kwargs(
        state=state,
        job=job,
        problem=problem,
        severity=severity,
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
    state: ListJobAlertsState | Unset = UNSET,
    job: str | Unset = UNSET,
    problem: ListJobAlertsProblem | Unset = UNSET,
    severity: ListJobAlertsSeverity | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> JobAlertPage | Problem | None:
    """List alerts about jobs.

     An alert is a problem of a job that a person must know of, as the job `watch_logs` has found it.
    Return the alerts, the newest
    first. Follow `next_cursor` to the next page. Alerts that are opened meanwhile do not shift the
    pages.

    Args:
        state (ListJobAlertsState | Unset):
        job (str | Unset):
        problem (ListJobAlertsProblem | Unset):
        severity (ListJobAlertsSeverity | Unset):
        page_size (int | Unset):  Default: 50.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobAlertPage | Problem
    """

    return sync_detailed(
        client=client,
        state=state,
        job=job,
        problem=problem,
        severity=severity,
        page_size=page_size,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    state: ListJobAlertsState | Unset = UNSET,
    job: str | Unset = UNSET,
    problem: ListJobAlertsProblem | Unset = UNSET,
    severity: ListJobAlertsSeverity | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> Response[JobAlertPage | Problem]:
    """List alerts about jobs.

     An alert is a problem of a job that a person must know of, as the job `watch_logs` has found it.
    Return the alerts, the newest
    first. Follow `next_cursor` to the next page. Alerts that are opened meanwhile do not shift the
    pages.

    Args:
        state (ListJobAlertsState | Unset):
        job (str | Unset):
        problem (ListJobAlertsProblem | Unset):
        severity (ListJobAlertsSeverity | Unset):
        page_size (int | Unset):  Default: 50.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobAlertPage | Problem]
    """

    kwargs = _get_kwargs(
        state=state,
        job=job,
        problem=problem,
        severity=severity,
        page_size=page_size,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    state: ListJobAlertsState | Unset = UNSET,
    job: str | Unset = UNSET,
    problem: ListJobAlertsProblem | Unset = UNSET,
    severity: ListJobAlertsSeverity | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> JobAlertPage | Problem | None:
    """List alerts about jobs.

     An alert is a problem of a job that a person must know of, as the job `watch_logs` has found it.
    Return the alerts, the newest
    first. Follow `next_cursor` to the next page. Alerts that are opened meanwhile do not shift the
    pages.

    Args:
        state (ListJobAlertsState | Unset):
        job (str | Unset):
        problem (ListJobAlertsProblem | Unset):
        severity (ListJobAlertsSeverity | Unset):
        page_size (int | Unset):  Default: 50.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobAlertPage | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            state=state,
            job=job,
            problem=problem,
            severity=severity,
            page_size=page_size,
            cursor=cursor,
        )
    ).parsed
