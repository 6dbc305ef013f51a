from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.append_readings_unknown_fields import AppendReadingsUnknownFields
from ...models.problem import Problem
from ...models.reading_batch import ReadingBatch
from ...models.reading_batch_result import ReadingBatchResult
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    *,
    body: ReadingBatch | File | Unset = UNSET,
    type_code: str | Unset = UNSET,
    unknown_fields: AppendReadingsUnknownFields | Unset = AppendReadingsUnknownFields.REJECT,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["type_code"] = type_code

    json_unknown_fields: str | Unset = UNSET
    if not isinstance(unknown_fields, Unset):
        json_unknown_fields = unknown_fields.value

    params["unknown_fields"] = json_unknown_fields

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/device/data",
        "params": params,
    }

    if isinstance(body, ReadingBatch):
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
    if isinstance(body, File):
        _kwargs["content"] = body.payload
        headers["Content-Type"] = "application/x-ndjson"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | ReadingBatchResult | None:
    if response.status_code == 200:
        response_200 = ReadingBatchResult.from_dict(response.json())

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


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | ReadingBatchResult]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: ReadingBatch | File | Unset = UNSET,
    type_code: str | Unset = UNSET,
    unknown_fields: AppendReadingsUnknownFields | Unset = AppendReadingsUnknownFields.REJECT,
) -> Response[Problem | ReadingBatchResult]:
    """Store readings of one device type.

     Each reading is validated separately: a rejected reading is listed in the response and does not
    affect the others. A reading
    with the device and ts of a stored one updates its values, so after an error it is safe to send
    everything again.

    - `application/json`: a batch of at most 5 000 readings. A body that does not match the schema is
    rejected as a whole (400).
    - `application/x-ndjson`: one `Reading` per line, without a limit on their number. Readings are
    stored while they arrive, no
      faster than the store accepts them. A line that is not a `Reading`, or longer than 1 MiB, is
    rejected as `malformed`. If the
      store fails in between, the sender pauses for 30 seconds, or most lines are malformed, the problem
    contains the number of
      readings that were processed before.

    Args:
        type_code (str | Unset):
        unknown_fields (AppendReadingsUnknownFields | Unset):  Default:
            AppendReadingsUnknownFields.REJECT.
        body (ReadingBatch): Readings of one device type.
        body (File): One `Reading` per line, in UTF-8. Blank lines are skipped.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ReadingBatchResult]
    """

    kwargs = _get_kwargs(
        body=body,
        type_code=type_code,
        unknown_fields=unknown_fields,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: ReadingBatch | File | Unset = UNSET,
    type_code: str | Unset = UNSET,
    unknown_fields: AppendReadingsUnknownFields | Unset = AppendReadingsUnknownFields.REJECT,
) -> Problem | ReadingBatchResult | None:
    """Store readings of one device type.

     Each reading is validated separately: a rejected reading is listed in the response and does not
    affect the others. A reading
    with the device and ts of a stored one updates its values, so after an error it is safe to send
    everything again.

    - `application/json`: a batch of at most 5 000 readings. A body that does not match the schema is
    rejected as a whole (400).
    - `application/x-ndjson`: one `Reading` per line, without a limit on their number. Readings are
    stored while they arrive, no
      faster than the store accepts them. A line that is not a `Reading`, or longer than 1 MiB, is
    rejected as `malformed`. If the
      store fails in between, the sender pauses for 30 seconds, or most lines are malformed, the problem
    contains the number of
      readings that were processed before.

    Args:
        type_code (str | Unset):
        unknown_fields (AppendReadingsUnknownFields | Unset):  Default:
            AppendReadingsUnknownFields.REJECT.
        body (ReadingBatch): Readings of one device type.
        body (File): One `Reading` per line, in UTF-8. Blank lines are skipped.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ReadingBatchResult
    """

    return sync_detailed(
        client=client,
        body=body,
        type_code=type_code,
        unknown_fields=unknown_fields,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: ReadingBatch | File | Unset = UNSET,
    type_code: str | Unset = UNSET,
    unknown_fields: AppendReadingsUnknownFields | Unset = AppendReadingsUnknownFields.REJECT,
) -> Response[Problem | ReadingBatchResult]:
    """Store readings of one device type.

     Each reading is validated separately: a rejected reading is listed in the response and does not
    affect the others. A reading
    with the device and ts of a stored one updates its values, so after an error it is safe to send
    everything again.

    - `application/json`: a batch of at most 5 000 readings. A body that does not match the schema is
    rejected as a whole (400).
    - `application/x-ndjson`: one `Reading` per line, without a limit on their number. Readings are
    stored while they arrive, no
      faster than the store accepts them. A line that is not a `Reading`, or longer than 1 MiB, is
    rejected as `malformed`. If the
      store fails in between, the sender pauses for 30 seconds, or most lines are malformed, the problem
    contains the number of
      readings that were processed before.

    Args:
        type_code (str | Unset):
        unknown_fields (AppendReadingsUnknownFields | Unset):  Default:
            AppendReadingsUnknownFields.REJECT.
        body (ReadingBatch): Readings of one device type.
        body (File): One `Reading` per line, in UTF-8. Blank lines are skipped.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ReadingBatchResult]
    """

    kwargs = _get_kwargs(
        body=body,
        type_code=type_code,
        unknown_fields=unknown_fields,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: ReadingBatch | File | Unset = UNSET,
    type_code: str | Unset = UNSET,
    unknown_fields: AppendReadingsUnknownFields | Unset = AppendReadingsUnknownFields.REJECT,
) -> Problem | ReadingBatchResult | None:
    """Store readings of one device type.

     Each reading is validated separately: a rejected reading is listed in the response and does not
    affect the others. A reading
    with the device and ts of a stored one updates its values, so after an error it is safe to send
    everything again.

    - `application/json`: a batch of at most 5 000 readings. A body that does not match the schema is
    rejected as a whole (400).
    - `application/x-ndjson`: one `Reading` per line, without a limit on their number. Readings are
    stored while they arrive, no
      faster than the store accepts them. A line that is not a `Reading`, or longer than 1 MiB, is
    rejected as `malformed`. If the
      store fails in between, the sender pauses for 30 seconds, or most lines are malformed, the problem
    contains the number of
      readings that were processed before.

    Args:
        type_code (str | Unset):
        unknown_fields (AppendReadingsUnknownFields | Unset):  Default:
            AppendReadingsUnknownFields.REJECT.
        body (ReadingBatch): Readings of one device type.
        body (File): One `Reading` per line, in UTF-8. Blank lines are skipped.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ReadingBatchResult
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            type_code=type_code,
            unknown_fields=unknown_fields,
        )
    ).parsed
