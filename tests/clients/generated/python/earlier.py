"""A program that was written against the earlier contract in ../earlier, with the client that was generated from it."""

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from by_earlier_contract import AuthenticatedClient, Client
from by_earlier_contract.api.auth import issue_token
from by_earlier_contract.api.devices import create_device, delete_device
from by_earlier_contract.api.readings import append_readings, list_history, list_latest, list_windows
from by_earlier_contract.models.device_info import DeviceInfo
from by_earlier_contract.models.history_page import HistoryPage
from by_earlier_contract.models.new_device import NewDevice
from by_earlier_contract.models.problem import Problem
from by_earlier_contract.models.reading import Reading
from by_earlier_contract.models.reading_batch import ReadingBatch
from by_earlier_contract.models.reading_batch_result import ReadingBatchResult
from by_earlier_contract.models.reading_values import ReadingValues
from by_earlier_contract.models.token import Token
from by_earlier_contract.models.token_request import TokenRequest
from by_earlier_contract.models.token_request_grant_type import TokenRequestGrantType
from by_earlier_contract.models.welding_real_time_page import WeldingRealTimePage
from by_earlier_contract.models.windows_response import WindowsResponse

FROM = datetime(2024, 5, 1, tzinfo=UTC)
TO = FROM + timedelta(hours=1)


def main(url: str, username: str, password: str) -> None:
    login = TokenRequest(grant_type=TokenRequestGrantType.PASSWORD, username=username, password=password)
    token = issue_token.sync(client=Client(url), body=login)
    assert isinstance(token, Token)
    client = AuthenticatedClient(url, token.access_token)
    # The page first: for five seconds it may show a device that was registered for a moment.
    print(json.dumps({**page(client), **devices(client), **write(client), **read(client)}))


def devices(client: AuthenticatedClient) -> dict[str, Any]:
    new = NewDevice(device_code="E1", device_name="E1", device_type="welding")
    created = create_device.sync(client=client, body=new)
    assert isinstance(created, DeviceInfo)
    second = create_device.sync(client=client, body=new)
    assert isinstance(second, Problem)
    deleted = delete_device.sync_detailed(created.device_code, client=client)
    return {"second": second.type_, "deleted": deleted.status_code}


def page(client: AuthenticatedClient) -> dict[str, Any]:
    found = list_latest.sync(client=client, type_code="welding", page_size=2)
    assert isinstance(found, WeldingRealTimePage)
    return {"page": [(row.device_code, row.freshness, row.weld_current) for row in found.items]}


def write(client: AuthenticatedClient) -> dict[str, Any]:
    moments = [FROM, round((FROM + timedelta(minutes=1)).timestamp() * 1000)]
    readings = [
        Reading(device_code="W1", ts=ts, values=ReadingValues.from_dict({"weld_current": current}))
        for ts, current in zip(moments, (150.25, 151.5), strict=True)
    ]
    outcome = append_readings.sync(client=client, body=ReadingBatch(type_code="welding", readings=readings))
    assert isinstance(outcome, ReadingBatchResult)
    return {"accepted": outcome.accepted}


def read(client: AuthenticatedClient) -> dict[str, Any]:
    common: dict[str, Any] = {"client": client, "from_": FROM, "to": TO, "fields": ["weld_current"]}
    history = list_history.sync(device_code="W1", **common)
    assert isinstance(history, HistoryPage)
    windows = list_windows.sync(device_code=["W1"], interval="1h", **common)
    assert isinstance(windows, WindowsResponse)
    return {
        "history": [each.values.to_dict() for each in history.items],
        "window": windows.series[0].windows[0].values.to_dict()["weld_current"],
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
