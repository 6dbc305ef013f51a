from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.device_file import DeviceFile
from ...models.device_import_report import DeviceImportReport
from ...models.import_devices_empty_cells import ImportDevicesEmptyCells
from ...models.problem import Problem
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    *,
    body: DeviceFile | File | Unset = UNSET,
    dry_run: bool | Unset = True,
    empty_cells: ImportDevicesEmptyCells | Unset = ImportDevicesEmptyCells.KEEP,
    accept_language: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["Accept-Language"] = accept_language

    params: dict[str, Any] = {}

    params["dry_run"] = dry_run

    json_empty_cells: str | Unset = UNSET
    if not isinstance(empty_cells, Unset):
        json_empty_cells = empty_cells.value

    params["empty_cells"] = json_empty_cells

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/device/info-import",
        "params": params,
    }

    if isinstance(body, DeviceFile):
        _kwargs["files"] = body.to_multipart()

        headers["Content-Type"] = "multipart/form-data; boundary=+++"
    if isinstance(body, File):
        _kwargs["content"] = body.payload
        headers["Content-Type"] = "text/csv"
    if isinstance(body, File):
        _kwargs["content"] = body.payload
        headers["Content-Type"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DeviceImportReport | Problem | None:
    if response.status_code == 200:
        response_200 = DeviceImportReport.from_dict(response.json())

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


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[DeviceImportReport | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: DeviceFile | File | Unset = UNSET,
    dry_run: bool | Unset = True,
    empty_cells: ImportDevicesEmptyCells | Unset = ImportDevicesEmptyCells.KEEP,
    accept_language: str | Unset = UNSET,
) -> Response[DeviceImportReport | Problem]:
    """Import devices from a file.

     The first row that is not empty names columns of `t_device_info`, by name or by the title of an
    export, ignoring case. Each
    further row is a device; empty rows are skipped. `device_code` is required. A registered device is
    changed: columns that are
    not in the file keep their value, and so do empty cells unless `empty_cells=erase`. Any other device
    is registered, which
    requires `device_name` and `device_type`. Unchanged values are not written.

    A cell whose meaning is in doubt rejects its row: an error value such as `#N/A`, a formula without a
    result, a merged cell
    whose value belongs to several columns, a number that a spreadsheet has rounded, a date in a column
    of text. Cells that are
    merged downwards in one column all have the value that they show.

    A CSV file must be UTF-8, or UTF-16 with a byte order mark, or declare `charset=gb18030`, which is
    also recognised by a Chinese
    header.

    A file is stored completely or not at all. With `dry_run`, which is the default, nothing is stored,
    and the report lists
    what would be done with every row. Without it, a file with a row that cannot be stored is rejected
    (409 `import-rejected`;
    `errors` name row and column, and contain the value of the cell). A file may have at most 20 000
    rows and 8 MiB.

    Args:
        dry_run (bool | Unset):  Default: True.
        empty_cells (ImportDevicesEmptyCells | Unset):  Default: ImportDevicesEmptyCells.KEEP.
        accept_language (str | Unset):
        body (DeviceFile): A file of devices as the only part of a form.
        body (File):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeviceImportReport | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        dry_run=dry_run,
        empty_cells=empty_cells,
        accept_language=accept_language,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: DeviceFile | File | Unset = UNSET,
    dry_run: bool | Unset = True,
    empty_cells: ImportDevicesEmptyCells | Unset = ImportDevicesEmptyCells.KEEP,
    accept_language: str | Unset = UNSET,
) -> DeviceImportReport | Problem | None:
    """Import devices from a file.

     The first row that is not empty names columns of `t_device_info`, by name or by the title of an
    export, ignoring case. Each
    further row is a device; empty rows are skipped. `device_code` is required. A registered device is
    changed: columns that are
    not in the file keep their value, and so do empty cells unless `empty_cells=erase`. Any other device
    is registered, which
    requires `device_name` and `device_type`. Unchanged values are not written.

    A cell whose meaning is in doubt rejects its row: an error value such as `#N/A`, a formula without a
    result, a merged cell
    whose value belongs to several columns, a number that a spreadsheet has rounded, a date in a column
    of text. Cells that are
    merged downwards in one column all have the value that they show.

    A CSV file must be UTF-8, or UTF-16 with a byte order mark, or declare `charset=gb18030`, which is
    also recognised by a Chinese
    header.

    A file is stored completely or not at all. With `dry_run`, which is the default, nothing is stored,
    and the report lists
    what would be done with every row. Without it, a file with a row that cannot be stored is rejected
    (409 `import-rejected`;
    `errors` name row and column, and contain the value of the cell). A file may have at most 20 000
    rows and 8 MiB.

    Args:
        dry_run (bool | Unset):  Default: True.
        empty_cells (ImportDevicesEmptyCells | Unset):  Default: ImportDevicesEmptyCells.KEEP.
        accept_language (str | Unset):
        body (DeviceFile): A file of devices as the only part of a form.
        body (File):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeviceImportReport | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
        dry_run=dry_run,
        empty_cells=empty_cells,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: DeviceFile | File | Unset = UNSET,
    dry_run: bool | Unset = True,
    empty_cells: ImportDevicesEmptyCells | Unset = ImportDevicesEmptyCells.KEEP,
    accept_language: str | Unset = UNSET,
) -> Response[DeviceImportReport | Problem]:
    """Import devices from a file.

     The first row that is not empty names columns of `t_device_info`, by name or by the title of an
    export, ignoring case. Each
    further row is a device; empty rows are skipped. `device_code` is required. A registered device is
    changed: columns that are
    not in the file keep their value, and so do empty cells unless `empty_cells=erase`. Any other device
    is registered, which
    requires `device_name` and `device_type`. Unchanged values are not written.

    A cell whose meaning is in doubt rejects its row: an error value such as `#N/A`, a formula without a
    result, a merged cell
    whose value belongs to several columns, a number that a spreadsheet has rounded, a date in a column
    of text. Cells that are
    merged downwards in one column all have the value that they show.

    A CSV file must be UTF-8, or UTF-16 with a byte order mark, or declare `charset=gb18030`, which is
    also recognised by a Chinese
    header.

    A file is stored completely or not at all. With `dry_run`, which is the default, nothing is stored,
    and the report lists
    what would be done with every row. Without it, a file with a row that cannot be stored is rejected
    (409 `import-rejected`;
    `errors` name row and column, and contain the value of the cell). A file may have at most 20 000
    rows and 8 MiB.

    Args:
        dry_run (bool | Unset):  Default: True.
        empty_cells (ImportDevicesEmptyCells | Unset):  Default: ImportDevicesEmptyCells.KEEP.
        accept_language (str | Unset):
        body (DeviceFile): A file of devices as the only part of a form.
        body (File):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeviceImportReport | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        dry_run=dry_run,
        empty_cells=empty_cells,
        accept_language=accept_language,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: DeviceFile | File | Unset = UNSET,
    dry_run: bool | Unset = True,
    empty_cells: ImportDevicesEmptyCells | Unset = ImportDevicesEmptyCells.KEEP,
    accept_language: str | Unset = UNSET,
) -> DeviceImportReport | Problem | None:
    """Import devices from a file.

     The first row that is not empty names columns of `t_device_info`, by name or by the title of an
    export, ignoring case. Each
    further row is a device; empty rows are skipped. `device_code` is required. A registered device is
    changed: columns that are
    not in the file keep their value, and so do empty cells unless `empty_cells=erase`. Any other device
    is registered, which
    requires `device_name` and `device_type`. Unchanged values are not written.

    A cell whose meaning is in doubt rejects its row: an error value such as `#N/A`, a formula without a
    result, a merged cell
    whose value belongs to several columns, a number that a spreadsheet has rounded, a date in a column
    of text. Cells that are
    merged downwards in one column all have the value that they show.

    A CSV file must be UTF-8, or UTF-16 with a byte order mark, or declare `charset=gb18030`, which is
    also recognised by a Chinese
    header.

    A file is stored completely or not at all. With `dry_run`, which is the default, nothing is stored,
    and the report lists
    what would be done with every row. Without it, a file with a row that cannot be stored is rejected
    (409 `import-rejected`;
    `errors` name row and column, and contain the value of the cell). A file may have at most 20 000
    rows and 8 MiB.

    Args:
        dry_run (bool | Unset):  Default: True.
        empty_cells (ImportDevicesEmptyCells | Unset):  Default: ImportDevicesEmptyCells.KEEP.
        accept_language (str | Unset):
        body (DeviceFile): A file of devices as the only part of a form.
        body (File):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeviceImportReport | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            dry_run=dry_run,
            empty_cells=empty_cells,
            accept_language=accept_language,
        )
    ).parsed
