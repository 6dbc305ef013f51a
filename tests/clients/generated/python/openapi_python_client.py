"""Uses the client that openapi-python-client makes. See programs.py for what it prints."""

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from by_openapi_python_client import AuthenticatedClient, Client
from by_openapi_python_client.api.auth import issue_token
from by_openapi_python_client.api.devices import get_device
from by_openapi_python_client.api.readings import (
    append_readings,
    export_history,
    list_history,
    list_latest,
    list_windows,
)
from by_openapi_python_client.models.dynamic_real_time_page import DynamicRealTimePage
from by_openapi_python_client.models.export_history_format import ExportHistoryFormat
from by_openapi_python_client.models.history_page import HistoryPage
from by_openapi_python_client.models.list_latest_freshness_item import ListLatestFreshnessItem
from by_openapi_python_client.models.list_windows_aggregates_item import ListWindowsAggregatesItem
from by_openapi_python_client.models.problem import Problem
from by_openapi_python_client.models.reading import Reading
from by_openapi_python_client.models.reading_batch import ReadingBatch
from by_openapi_python_client.models.reading_batch_result import ReadingBatchResult
from by_openapi_python_client.models.reading_values import ReadingValues
from by_openapi_python_client.models.token import Token
from by_openapi_python_client.models.token_request import TokenRequest
from by_openapi_python_client.models.token_request_grant_type import TokenRequestGrantType
from by_openapi_python_client.models.welding_real_time_page import WeldingRealTimePage
from by_openapi_python_client.models.windows_response import WindowsResponse

FROM = datetime(2024, 5, 1, tzinfo=UTC)
TO = FROM + timedelta(hours=1)


def main(url: str, username: str, password: str) -> None:
    login = TokenRequest(grant_type=TokenRequestGrantType.PASSWORD, username=username, password=password)
    token = issue_token.sync(client=Client(url), body=login)
    assert isinstance(token, Token)
    client = AuthenticatedClient(url, token.access_token)
    result = {"login": token.token_type, **pages(client), **write(client), **history(client)}
    print(json.dumps({**result, **problems(client), **exports(client)}))


def pages(client: AuthenticatedClient) -> dict[str, Any]:
    common: dict[str, Any] = {
        "page_size": 2,
        "freshness": [ListLatestFreshnessItem.LIVE, ListLatestFreshnessItem.NEVER],
    }
    page = list_latest.sync(client=client, type_code="welding", **common)
    cutting = list_latest.sync(client=client, type_code="cutting", use_dynamic_fields=True, **common)
    assert isinstance(page, WeldingRealTimePage)
    assert isinstance(cutting, DynamicRealTimePage)
    return {
        "page": [(row.device_code, row.freshness, row.weld_current) for row in page.items],
        "fields": [field.name for field in cutting.fields],
        "cutting": [(row.device_code, row.freshness, row.values.to_dict()) for row in cutting.items],
    }


def write(client: AuthenticatedClient) -> dict[str, Any]:
    sent = [("W1", FROM, 150.25), ("W1", FROM + timedelta(minutes=1), 151.5), ("unknown", FROM, 1.0)]
    readings = [
        Reading(device_code=device_code, ts=ts, values=ReadingValues.from_dict({"weld_current": current}))
        for device_code, ts, current in sent
    ]
    outcome = append_readings.sync(client=client, body=ReadingBatch(type_code="welding", readings=readings))
    assert isinstance(outcome, ReadingBatchResult)
    return {
        "accepted": outcome.accepted,
        "rejected": [(each.device_code, each.reason) for each in outcome.results],
    }


def history(client: AuthenticatedClient) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    given: dict[str, Any] = {"from_": FROM, "to": TO, "fields": ["weld_current", "device_status"], "page_size": 1}
    while True:
        page = list_history.sync(client=client, device_code="W1", **given)
        assert isinstance(page, HistoryPage)
        rows.extend(each.values.to_dict() for each in page.items)
        if page.next_cursor is None:
            break
        given["cursor"] = page.next_cursor
    windows = list_windows.sync(
        client=client,
        device_code=["W1"],
        from_=FROM,
        to=TO,
        fields=["weld_current"],
        aggregates=[ListWindowsAggregatesItem.MAX, ListWindowsAggregatesItem.COUNT],
        interval="1h",
    )
    assert isinstance(windows, WindowsResponse)
    return {"history": rows, "window": windows.series[0].windows[0].values.to_dict()["weld_current"]}


def problems(client: AuthenticatedClient) -> dict[str, Any]:
    unknown = get_device.sync("no/such", client=client)
    invalid = export_history.sync(client=client, device_code="W1", from_=FROM, time_zone="No/Zone")
    assert isinstance(unknown, Problem)
    assert isinstance(invalid, Problem)
    assert invalid.errors
    first = invalid.errors[0]
    return {"problem": (unknown.status, unknown.type_), "errors": (invalid.status, first.location, first.name)}


def exports(client: AuthenticatedClient) -> dict[str, Any]:
    given: dict[str, Any] = {"device_code": "W1", "from_": FROM, "to": TO, "fields": ["weld_current"]}
    csv = export_history.sync(client=client, format_=ExportHistoryFormat.CSV, **given)
    lines = export_history.sync(client=client, format_=ExportHistoryFormat.NDJSON, **given)
    return {"csv": len(csv.splitlines()), "ndjson": len(lines.splitlines())}


if __name__ == "__main__":
    main(*sys.argv[1:])
