from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.job_alert import JobAlert
from ...models.job_alert_acknowledge import JobAlertAcknowledge
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    alert_id: int,
    *,
    body: JobAlertAcknowledge | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/jobs/alerts/{alert_id}/acknowledge".format(
            alert_id=quote(str(alert_id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> JobAlert | Problem | None:
    if response.status_code == 200:
        response_200 = JobAlert.from_dict(response.json())

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[JobAlert | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    alert_id: int,
    *,
    client: AuthenticatedClient,
    body: JobAlertAcknowledge | Unset = UNSET,
) -> Response[JobAlert | Problem]:
    """Acknowledge an alert about a job.

     State that a person deals with the alert: it is not escalated any more. It stays open until its
    problem is gone. Repeating the
    request has no effect: the first acknowledgement stays. A closed alert that no person has
    acknowledged is rejected (409).

    Args:
        alert_id (int):
        body (JobAlertAcknowledge | Unset): An acknowledgement.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobAlert | Problem]
    """

    kwargs = _get_kwargs(
        alert_id=alert_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    alert_id: int,
    *,
    client: AuthenticatedClient,
    body: JobAlertAcknowledge | Unset = UNSET,
) -> JobAlert | Problem | None:
    """Acknowledge an alert about a job.

     State that a person deals with the alert: it is not escalated any more. It stays open until its
    problem is gone. Repeating the
    request has no effect: the first acknowledgement stays. A closed alert that no person has
    acknowledged is rejected (409).

    Args:
        alert_id (int):
        body (JobAlertAcknowledge | Unset): An acknowledgement.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobAlert | Problem
    """

    return sync_detailed(
        alert_id=alert_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    alert_id: int,
    *,
    client: AuthenticatedClient,
    body: JobAlertAcknowledge | Unset = UNSET,
) -> Response[JobAlert | Problem]:
    """Acknowledge an alert about a job.

     State that a person deals with the alert: it is not escalated any more. It stays open until its
    problem is gone. Repeating the
    request has no effect: the first acknowledgement stays. A closed alert that no person has
    acknowledged is rejected (409).

    Args:
        alert_id (int):
        body (JobAlertAcknowledge | Unset): An acknowledgement.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobAlert | Problem]
    """

    kwargs = _get_kwargs(
        alert_id=alert_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    alert_id: int,
    *,
    client: AuthenticatedClient,
    body: JobAlertAcknowledge | Unset = UNSET,
) -> JobAlert | Problem | None:
    """Acknowledge an alert about a job.

     State that a person deals with the alert: it is not escalated any more. It stays open until its
    problem is gone. Repeating the
    request has no effect: the first acknowledgement stays. A closed alert that no person has
    acknowledged is rejected (409).

    Args:
        alert_id (int):
        body (JobAlertAcknowledge | Unset): An acknowledgement.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobAlert | Problem
    """

    return (
        await asyncio_detailed(
            alert_id=alert_id,
            client=client,
            body=body,
        )
    ).parsed
