from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.dynamic_real_time_page import DynamicRealTimePage
from ...models.list_latest_freshness_item import ListLatestFreshnessItem
from ...models.list_latest_include_item import ListLatestIncludeItem
from ...models.problem import Problem
from ...models.welding_real_time_page import WeldingRealTimePage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    type_code: str | Unset = "welding",
    page: int | Unset = 1,
    page_size: int | Unset = 10,
    use_dynamic_fields: bool | Unset = False,
    keyword: str | Unset = UNSET,
    team_name: str | Unset = UNSET,
    device_status: list[str] | Unset = UNSET,
    freshness: list[ListLatestFreshnessItem] | Unset = UNSET,
    max_age: float | Unset = UNSET,
    device_code: list[str] | Unset = UNSET,
    fields: list[str] | Unset = UNSET,
    sort: str | Unset = UNSET,
    include: list[ListLatestIncludeItem] | Unset = UNSET,
    accept_language: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["Accept-Language"] = accept_language

    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    params: dict[str, Any] = {}

    params["type_code"] = type_code

    params["page"] = page

    params["page_size"] = page_size

    params["use_dynamic_fields"] = use_dynamic_fields

    params["keyword"] = keyword

    params["team_name"] = team_name

    json_device_status: list[str] | Unset = UNSET
    if not isinstance(device_status, Unset):
        json_device_status = device_status

    params["device_status"] = json_device_status

    json_freshness: list[str] | Unset = UNSET
    if not isinstance(freshness, Unset):
        json_freshness = []
        for freshness_item_data in freshness:
            freshness_item = freshness_item_data.value
            json_freshness.append(freshness_item)

    params["freshness"] = json_freshness

    params["max_age"] = max_age

    json_device_code: list[str] | Unset = UNSET
    if not isinstance(device_code, Unset):
        json_device_code = device_code

    params["device_code"] = json_device_code

    json_fields: list[str] | Unset = UNSET
    if not isinstance(fields, Unset):
        json_fields = fields

    params["fields"] = json_fields

    params["sort"] = sort

    json_include: list[str] | Unset = UNSET
    if not isinstance(include, Unset):
        json_include = []
        for include_item_data in include:
            include_item = include_item_data.value
            json_include.append(include_item)

    params["include"] = json_include

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/device/data/realtime",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | DynamicRealTimePage | WeldingRealTimePage | Problem | None:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> DynamicRealTimePage | WeldingRealTimePage:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_device_real_time_data_response_type_0 = DynamicRealTimePage.from_dict(data)

                return componentsschemas_device_real_time_data_response_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_device_real_time_data_response_type_1 = WeldingRealTimePage.from_dict(data)

            return componentsschemas_device_real_time_data_response_type_1

        response_200 = _parse_response_200(response.json())

        return response_200

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

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
) -> Response[Any | DynamicRealTimePage | WeldingRealTimePage | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = "welding",
    page: int | Unset = 1,
    page_size: int | Unset = 10,
    use_dynamic_fields: bool | Unset = False,
    keyword: str | Unset = UNSET,
    team_name: str | Unset = UNSET,
    device_status: list[str] | Unset = UNSET,
    freshness: list[ListLatestFreshnessItem] | Unset = UNSET,
    max_age: float | Unset = UNSET,
    device_code: list[str] | Unset = UNSET,
    fields: list[str] | Unset = UNSET,
    sort: str | Unset = UNSET,
    include: list[ListLatestIncludeItem] | Unset = UNSET,
    accept_language: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | DynamicRealTimePage | WeldingRealTimePage | Problem]:
    """Return the newest reading of every device, page by page.

     Return the registered devices of the type, ordered by device_code or as `sort` says, each with its
    newest reading from
    the super table of the type. Readings are at most one sampling period old. Without
    `use_dynamic_fields` only the type `welding` is
    available. A request makes the service sample the type from then on; pages then come from the
    snapshot (`source`) and
    have an `ETag`.

    Args:
        type_code (str | Unset):  Default: 'welding'.
        page (int | Unset):  Default: 1.
        page_size (int | Unset):  Default: 10.
        use_dynamic_fields (bool | Unset):  Default: False.
        keyword (str | Unset):
        team_name (str | Unset):
        device_status (list[str] | Unset):
        freshness (list[ListLatestFreshnessItem] | Unset):
        max_age (float | Unset):
        device_code (list[str] | Unset):
        fields (list[str] | Unset):
        sort (str | Unset):
        include (list[ListLatestIncludeItem] | Unset):
        accept_language (str | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | DynamicRealTimePage | WeldingRealTimePage | Problem]
    """

    kwargs = _get_kwargs(
        type_code=type_code,
        page=page,
        page_size=page_size,
        use_dynamic_fields=use_dynamic_fields,
        keyword=keyword,
        team_name=team_name,
        device_status=device_status,
        freshness=freshness,
        max_age=max_age,
        device_code=device_code,
        fields=fields,
        sort=sort,
        include=include,
        accept_language=accept_language,
        if_none_match=if_none_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = "welding",
    page: int | Unset = 1,
    page_size: int | Unset = 10,
    use_dynamic_fields: bool | Unset = False,
    keyword: str | Unset = UNSET,
    team_name: str | Unset = UNSET,
    device_status: list[str] | Unset = UNSET,
    freshness: list[ListLatestFreshnessItem] | Unset = UNSET,
    max_age: float | Unset = UNSET,
    device_code: list[str] | Unset = UNSET,
    fields: list[str] | Unset = UNSET,
    sort: str | Unset = UNSET,
    include: list[ListLatestIncludeItem] | Unset = UNSET,
    accept_language: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Any | DynamicRealTimePage | WeldingRealTimePage | Problem | None:
    """Return the newest reading of every device, page by page.

     Return the registered devices of the type, ordered by device_code or as `sort` says, each with its
    newest reading from
    the super table of the type. Readings are at most one sampling period old. Without
    `use_dynamic_fields` only the type `welding` is
    available. A request makes the service sample the type from then on; pages then come from the
    snapshot (`source`) and
    have an `ETag`.

    Args:
        type_code (str | Unset):  Default: 'welding'.
        page (int | Unset):  Default: 1.
        page_size (int | Unset):  Default: 10.
        use_dynamic_fields (bool | Unset):  Default: False.
        keyword (str | Unset):
        team_name (str | Unset):
        device_status (list[str] | Unset):
        freshness (list[ListLatestFreshnessItem] | Unset):
        max_age (float | Unset):
        device_code (list[str] | Unset):
        fields (list[str] | Unset):
        sort (str | Unset):
        include (list[ListLatestIncludeItem] | Unset):
        accept_language (str | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | DynamicRealTimePage | WeldingRealTimePage | Problem
    """

    return sync_detailed(
        client=client,
        type_code=type_code,
        page=page,
        page_size=page_size,
        use_dynamic_fields=use_dynamic_fields,
        keyword=keyword,
        team_name=team_name,
        device_status=device_status,
        freshness=freshness,
        max_age=max_age,
        device_code=device_code,
        fields=fields,
        sort=sort,
        include=include,
        accept_language=accept_language,
        if_none_match=if_none_match,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = "welding",
    page: int | Unset = 1,
    page_size: int | Unset = 10,
    use_dynamic_fields: bool | Unset = False,
    keyword: str | Unset = UNSET,
    team_name: str | Unset = UNSET,
    device_status: list[str] | Unset = UNSET,
    freshness: list[ListLatestFreshnessItem] | Unset = UNSET,
    max_age: float | Unset = UNSET,
    device_code: list[str] | Unset = UNSET,
    fields: list[str] | Unset = UNSET,
    sort: str | Unset = UNSET,
    include: list[ListLatestIncludeItem] | Unset = UNSET,
    accept_language: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | DynamicRealTimePage | WeldingRealTimePage | Problem]:
    """Return the newest reading of every device, page by page.

     Return the registered devices of the type, ordered by device_code or as `sort` says, each with its
    newest reading from
    the super table of the type. Readings are at most one sampling period old. Without
    `use_dynamic_fields` only the type `welding` is
    available. A request makes the service sample the type from then on; pages then come from the
    snapshot (`source`) and
    have an `ETag`.

    Args:
        type_code (str | Unset):  Default: 'welding'.
        page (int | Unset):  Default: 1.
        page_size (int | Unset):  Default: 10.
        use_dynamic_fields (bool | Unset):  Default: False.
        keyword (str | Unset):
        team_name (str | Unset):
        device_status (list[str] | Unset):
        freshness (list[ListLatestFreshnessItem] | Unset):
        max_age (float | Unset):
        device_code (list[str] | Unset):
        fields (list[str] | Unset):
        sort (str | Unset):
        include (list[ListLatestIncludeItem] | Unset):
        accept_language (str | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | DynamicRealTimePage | WeldingRealTimePage | Problem]
    """

    kwargs = _get_kwargs(
        type_code=type_code,
        page=page,
        page_size=page_size,
        use_dynamic_fields=use_dynamic_fields,
        keyword=keyword,
        team_name=team_name,
        device_status=device_status,
        freshness=freshness,
        max_age=max_age,
        device_code=device_code,
        fields=fields,
        sort=sort,
        include=include,
        accept_language=accept_language,
        if_none_match=if_none_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    type_code: str | Unset = "welding",
    page: int | Unset = 1,
    page_size: int | Unset = 10,
    use_dynamic_fields: bool | Unset = False,
    keyword: str | Unset = UNSET,
    team_name: str | Unset = UNSET,
    device_status: list[str] | Unset = UNSET,
    freshness: list[ListLatestFreshnessItem] | Unset = UNSET,
    max_age: float | Unset = UNSET,
    device_code: list[str] | Unset = UNSET,
    fields: list[str] | Unset = UNSET,
    sort: str | Unset = UNSET,
    include: list[ListLatestIncludeItem] | Unset = UNSET,
    accept_language: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Any | DynamicRealTimePage | WeldingRealTimePage | Problem | None:
    """Return the newest reading of every device, page by page.

     Return the registered devices of the type, ordered by device_code or as `sort` says, each with its
    newest reading from
    the super table of the type. Readings are at most one sampling period old. Without
    `use_dynamic_fields` only the type `welding` is
    available. A request makes the service sample the type from then on; pages then come from the
    snapshot (`source`) and
    have an `ETag`.

    Args:
        type_code (str | Unset):  Default: 'welding'.
        page (int | Unset):  Default: 1.
        page_size (int | Unset):  Default: 10.
        use_dynamic_fields (bool | Unset):  Default: False.
        keyword (str | Unset):
        team_name (str | Unset):
        device_status (list[str] | Unset):
        freshness (list[ListLatestFreshnessItem] | Unset):
        max_age (float | Unset):
        device_code (list[str] | Unset):
        fields (list[str] | Unset):
        sort (str | Unset):
        include (list[ListLatestIncludeItem] | Unset):
        accept_language (str | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | DynamicRealTimePage | WeldingRealTimePage | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            type_code=type_code,
            page=page,
            page_size=page_size,
            use_dynamic_fields=use_dynamic_fields,
            keyword=keyword,
            team_name=team_name,
            device_status=device_status,
            freshness=freshness,
            max_age=max_age,
            device_code=device_code,
            fields=fields,
            sort=sort,
            include=include,
            accept_language=accept_language,
            if_none_match=if_none_match,
        )
    ).parsed
