"""Uses the client that openapi-generator makes for Python. See programs.py for what it prints."""

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from by_openapi_generator import ApiClient, ApiException, AuthApi, Configuration, DevicesApi, ReadingsApi
from by_openapi_generator.models.problem import Problem
from by_openapi_generator.models.reading import Reading
from by_openapi_generator.models.reading_batch import ReadingBatch
from by_openapi_generator.models.value import Value

FROM = datetime(2024, 5, 1, tzinfo=UTC)
HOUR = {"from": FROM, "to": FROM + timedelta(hours=1)}


def main(url: str, username: str, password: str) -> None:
    client = ApiClient(Configuration(host=url))
    token = AuthApi(client).issue_token(grant_type="password", username=username, password=password)
    client.configuration.access_token = token.access_token
    readings = ReadingsApi(client)
    steps = (pages(readings), write(readings), history(readings), problems(client), exports(readings))
    result = {"login": token.token_type}
    for step in steps:
        result.update(step)
    print(json.dumps(result))


def pages(readings: ReadingsApi) -> dict[str, Any]:
    common: dict[str, Any] = {"page_size": 2, "freshness": ["live", "never"]}
    page = readings.list_latest(type_code="welding", **common).actual_instance
    cutting = readings.list_latest(type_code="cutting", use_dynamic_fields=True, **common).actual_instance
    return {
        "page": [(row.device_code, row.freshness, row.weld_current) for row in page.items],
        "fields": [field.name for field in cutting.fields],
        "cutting": [(row.device_code, row.freshness, plain(row.values)) for row in cutting.items],
    }


def plain(values: dict[str, Value | None]) -> dict[str, Any]:
    return {name: value and value.actual_instance for name, value in values.items()}


def write(readings: ReadingsApi) -> dict[str, Any]:
    sent = [("W1", FROM, 150.25), ("W1", FROM + timedelta(minutes=1), 151.5), ("unknown", FROM, 1.0)]
    batch = ReadingBatch(
        type_code="welding",
        readings=[
            Reading(device_code=device_code, ts=ts, values={"weld_current": Value(current)})
            for device_code, ts, current in sent
        ],
    )
    outcome = readings.append_readings(batch)
    return {
        "accepted": outcome.accepted,
        "rejected": [(each.device_code, each.reason) for each in outcome.results],
    }


def history(readings: ReadingsApi) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = readings.list_history(
            "W1", FROM, HOUR["to"], fields=["weld_current", "device_status"], page_size=1, cursor=cursor
        )
        rows.extend(plain(each.values) for each in page.items)
        if (cursor := page.next_cursor) is None:
            break
    windows = readings.list_windows(
        ["W1"], FROM, ["weld_current"], to=HOUR["to"], aggregates=["max", "count"], interval="1h"
    )
    return {"history": rows, "window": plain(windows.series[0].windows[0].values["weld_current"])}


def problems(client: ApiClient) -> dict[str, Any]:
    unknown = problem_of(lambda: DevicesApi(client).get_device("no/such"))
    invalid = problem_of(lambda: ReadingsApi(client).export_history("W1", FROM, time_zone="No/Zone"))
    first = invalid.errors[0]
    return {"problem": (unknown.status, unknown.type), "errors": (invalid.status, first.location, first.name)}


def problem_of(call: Any) -> Problem:
    try:
        call()
    except ApiException as error:
        problem: Problem = error.data
        return problem
    raise AssertionError("the request did not fail")


def exports(readings: ReadingsApi) -> dict[str, Any]:
    return {
        each: len(readings.export_history("W1", FROM, to=HOUR["to"], fields=["weld_current"], format=each).splitlines())
        for each in ("csv", "ndjson")
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
