import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.job_run_page import JobRunPage
from ...models.list_runs_include_item import ListRunsIncludeItem
from ...models.list_runs_state_item import ListRunsStateItem
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    name: str,
    *,
    state: list[ListRunsStateItem] | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    include: list[ListRunsIncludeItem] | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_state: list[str] | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = []
        for state_item_data in state:
            state_item = state_item_data.value
            json_state.append(state_item)

    params["state"] = json_state

    json_from_: str | Unset = UNSET
    if not isinstance(from_, Unset):
        json_from_ = from_.isoformat()
    params["from"] = json_from_

    json_to: str | Unset = UNSET
    if not isinstance(to, Unset):
        json_to = to.isoformat()
    params["to"] = json_to

    json_include: list[str] | Unset = UNSET
    if not isinstance(include, Unset):
        json_include = []
        for include_item_data in include:
            include_item = include_item_data.value
            json_include.append(include_item)

    params["include"] = json_include

    params["page_size"] = page_size

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/jobs/{name}/runs".format(
            name=quote(str(name), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> JobRunPage | Problem | None:
    if response.status_code == 200:
        response_200 = JobRunPage.from_dict(response.json())

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
) -> Response[JobRunPage | Problem]:
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
    state: list[ListRunsStateItem] | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    include: list[ListRunsIncludeItem] | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> Response[JobRunPage | Problem]:
    """List the runs of a job.

     Return the runs of the job, the newest first: also those that are queued, and those that were
    skipped or refused. With
    `include=segments` each run has its attempts and waits. With `state=succeeded` and `page_size=1` the
    page holds the last run
    that succeeded. Follow `next_cursor` to the next page. Runs that are requested meanwhile do not
    shift the pages.

    Args:
        name (str):
        state (list[ListRunsStateItem] | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        include (list[ListRunsIncludeItem] | Unset):
        page_size (int | Unset):  Default: 50.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobRunPage | Problem]
    """

    kwargs = _get_kwargs(
        name=name,
        state=state,
        from_=from_,
        to=to,
        include=include,
        page_size=page_size,
        cursor=cursor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    name: str,
    *,
    client: AuthenticatedClient,
    state: list[ListRunsStateItem] | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    include: list[ListRunsIncludeItem] | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> JobRunPage | Problem | None:
    """List the runs of a job.

     Return the runs of the job, the newest first: also those that are queued, and those that were
    skipped or refused. With
    `include=segments` each run has its attempts and waits. With `state=succeeded` and `page_size=1` the
    page holds the last run
    that succeeded. Follow `next_cursor` to the next page. Runs that are requested meanwhile do not
    shift the pages.

    Args:
        name (str):
        state (list[ListRunsStateItem] | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        include (list[ListRunsIncludeItem] | Unset):
        page_size (int | Unset):  Default: 50.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobRunPage | Problem
    """

    return sync_detailed(
        name=name,
        client=client,
        state=state,
        from_=from_,
        to=to,
        include=include,
        page_size=page_size,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    name: str,
    *,
    client: AuthenticatedClient,
    state: list[ListRunsStateItem] | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    include: list[ListRunsIncludeItem] | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> Response[JobRunPage | Problem]:
    """List the runs of a job.

     Return the runs of the job, the newest first: also those that are queued, and those that were
    skipped or refused. With
    `include=segments` each run has its attempts and waits. With `state=succeeded` and `page_size=1` the
    page holds the last run
    that succeeded. Follow `next_cursor` to the next page. Runs that are requested meanwhile do not
    shift the pages.

    Args:
        name (str):
        state (list[ListRunsStateItem] | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        include (list[ListRunsIncludeItem] | Unset):
        page_size (int | Unset):  Default: 50.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobRunPage | Problem]
    """

    kwargs = _get_kwargs(
        name=name,
        state=state,
        from_=from_,
        to=to,
        include=include,
        page_size=page_size,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    name: str,
    *,
    client: AuthenticatedClient,
    state: list[ListRunsStateItem] | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    include: list[ListRunsIncludeItem] | Unset = UNSET,
    page_size: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> JobRunPage | Problem | None:
    """List the runs of a job.

     Return the runs of the job, the newest first: also those that are queued, and those that were
    skipped or refused. With
    `include=segments` each run has its attempts and waits. With `state=succeeded` and `page_size=1` the
    page holds the last run
    that succeeded. Follow `next_cursor` to the next page. Runs that are requested meanwhile do not
    shift the pages.

    Args:
        name (str):
        state (list[ListRunsStateItem] | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        include (list[ListRunsIncludeItem] | Unset):
        page_size (int | Unset):  Default: 50.
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobRunPage | Problem
    """

    return (
        await asyncio_detailed(
            name=name,
            client=client,
            state=state,
            from_=from_,
            to=to,
            include=include,
            page_size=page_size,
            cursor=cursor,
        )
    ).parsed
