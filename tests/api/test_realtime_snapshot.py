"""Pages from a snapshot, and full snapshots, over HTTP."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.postgres import Server
from tests.support.service import Service
from tests.support.waiting import eventually

PATH = "/api/v1/device/data/realtime"
SNAPSHOT = f"{PATH}/snapshot"
EARLIER = "/api/v1/device/realtime-data"
LONG_SECONDS = 3600
"""The sampling period; it is so long that nothing changes during a test."""


@pytest.fixture(scope="module")
def still(postgres_server: Server, template_database: str) -> Iterator[Service]:
    """Run a service whose types have been sampled once and are not sampled again."""
    url = postgres_server.create_database(template=template_database)
    with Service.running(url, sample_seconds=LONG_SECONDS) as service:
        service.register(*(f"W{number:02}" for number in range(1, 13)), team_name="班组一")
        service.register("W13", team_name="班组二")
        service.register("C1", "C2", device_type="cutting")
        for number in range(1, 4):
            service.append(f"W{number:02}", device_status="焊接", weld_current=100.0 + number)
        service.append("W04", device_status="待机")
        service.append("C1", type_code="cutting", device_status="切割", pulses=9007199254740993)
        for type_code in ("welding", "cutting"):
            service.operator.get(SNAPSHOT, params={"type_code": type_code}).raise_for_status()
        yield service
    postgres_server.drop_database(url)


def get(service: Service, path: str = PATH, headers: dict[str, str] | None = None, **params: Any) -> httpx.Response:
    return service.operator.get(path, params=params, headers=headers)


def codes(answer: httpx.Response) -> list[str]:
    return [row["device_code"] for row in answer.json()["items"]]


@pytest.mark.parametrize("path", [PATH, EARLIER])
def test_a_page_of_a_sampled_type_is_from_the_snapshot(still: Service, path: str) -> None:
    answer = get(still, path, page=2, page_size=5)

    assert (answer.json()["source"], codes(answer), answer.json()["total"]) == (
        "snapshot",
        [f"W{number:02}" for number in range(6, 11)],
        13,
    )


@pytest.mark.parametrize(
    "params",
    [{"team_name": "班组二"}, {"device_status": ["焊接", "停机"]}, {"freshness": "never", "team_name": "班组一"}],
)
def test_a_filtered_snapshot_has_the_devices_of_the_page_with_the_same_filter(
    still: Service, params: dict[str, Any]
) -> None:
    complete, filtered = get(still, SNAPSHOT), get(still, SNAPSHOT, **params)
    again = get(still, SNAPSHOT, {"If-None-Match": filtered.headers["ETag"]}, **params)

    assert codes(filtered) == codes(get(still, page_size=500, **params)) != codes(complete)
    assert filtered.json()["seq"] == complete.json()["seq"]
    assert filtered.json()["stream_id"] != complete.json()["stream_id"]
    assert again.status_code == 304


@pytest.mark.parametrize("params", [{}, {"use_dynamic_fields": "true"}, {"keyword": "W"}, {"team_name": "班组一"}])
def test_a_page_from_the_snapshot_equals_one_from_the_stores(still: Service, params: dict[str, Any]) -> None:
    snapshot, query = get(still, **params).json(), get(still, max_age=0, **params).json()

    assert (snapshot.pop("source"), query.pop("source")) == ("snapshot", "query")
    for each in (snapshot, query):
        del each["sampled_at"]
    assert snapshot == query


def test_big_integers_are_text_in_snapshots_too(still: Service) -> None:
    row = get(still, type_code="cutting", use_dynamic_fields="true").json()["items"][0]

    assert row["values"] == {"device_status": "切割", "power_kw": None, "pulses": "9007199254740993"}


def test_one_device_is_from_the_snapshot(still: Service) -> None:
    answer = get(still, f"{PATH}/W02").json()

    assert (answer["source"], answer["type_code"], answer["item"]["weld_current"]) == ("snapshot", "welding", 102.0)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"device_status": "焊接"}, ["W01", "W02", "W03"]),
        ({"device_status": ["焊接", "待机"]}, ["W01", "W02", "W03", "W04"]),
        ({"device_status": "关机"}, []),
        ({"freshness": "never", "page_size": 3}, ["W05", "W06", "W07"]),
        ({"freshness": ["never"], "device_status": ["焊接"]}, []),
        ({"freshness": "never", "team_name": "班组二"}, ["W13"]),
    ],
)
@pytest.mark.parametrize("max_age", [{}, {"max_age": 0}])
def test_pages_may_be_filtered_by_state_and_freshness(
    still: Service, params: dict[str, Any], max_age: dict[str, Any], expected: list[str]
) -> None:
    assert codes(get(still, **params, **max_age)) == expected


def test_the_total_counts_the_devices_that_match(still: Service) -> None:
    assert get(still, freshness="never", page_size=3).json()["total"] == 9


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("freshness=old", "freshness"),
        ("freshness=live&freshness=", "freshness"),
        ("device_status=", "device_status"),
        ("device_status=%00", "device_status"),
        ("&".join(["device_status=x"] * 51), "device_status"),
    ],
)
def test_an_invalid_filter_is_reported_by_name(still: Service, query: str, name: str) -> None:
    answer = still.operator.get(f"{PATH}?{query}")

    assert answer.status_code == 400
    assert {each["name"] for each in answer.json()["errors"]} == {name}


@pytest.mark.parametrize("path", [PATH, EARLIER, f"{PATH}/W02", SNAPSHOT])
def test_a_client_that_has_the_answer_gets_304_within_the_tick(still: Service, path: str) -> None:
    first = get(still, path)
    again = get(still, path, headers={"If-None-Match": first.headers["ETag"]})
    weak = get(still, path, headers={"If-None-Match": f'"x", W/{first.headers["ETag"]}'})

    assert [each.status_code for each in (first, again, weak)] == [200, 304, 304]
    assert (again.content, again.headers["ETag"]) == (b"", first.headers["ETag"])
    for each in (first, again):
        assert each.headers["Cache-Control"] == "private, no-cache"
        assert "Accept-Language" in each.headers["Vary"]


def test_every_variant_of_a_request_has_its_own_etag(still: Service) -> None:
    questions: list[tuple[str, dict[str, Any], dict[str, str]]] = [
        (PATH, {}, {}),
        (PATH, {"page": 2}, {}),
        (PATH, {"page_size": 11}, {}),
        (PATH, {"use_dynamic_fields": "true"}, {}),
        (PATH, {"use_dynamic_fields": "true"}, {"Accept-Language": "en"}),
        (PATH, {"keyword": "W"}, {}),
        (PATH, {"team_name": "班组一"}, {}),
        (PATH, {"device_status": "live"}, {}),
        (PATH, {"freshness": "live"}, {}),
        (PATH, {"type_code": "cutting", "use_dynamic_fields": "true"}, {}),
        (f"{PATH}/W01", {}, {}),
        (f"{PATH}/W02", {}, {}),
        (SNAPSHOT, {}, {}),
        (SNAPSHOT, {}, {"Accept-Encoding": "identity"}),
        (SNAPSHOT, {}, {"Accept-Language": "en"}),
    ]

    etags = [get(still, path, headers, **params).headers["ETag"] for path, params, headers in questions]

    assert len(set(etags)) == len(questions)


def test_an_answer_from_the_stores_has_no_etag_and_is_not_cached(still: Service) -> None:
    answer = get(still, max_age=0, headers={"If-None-Match": "*"})

    assert answer.status_code == 200
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_type_without_static_fields_is_rejected_even_with_an_etag(still: Service) -> None:
    assert get(still, type_code="cutting", headers={"If-None-Match": "*"}).status_code == 409


def test_the_answer_changes_at_the_next_tick(service: Service) -> None:
    service.register("W1")
    service.append("W1", weld_current=1.0)
    eventually("it is sampled", lambda: get(service).json()["source"] == "snapshot")
    first = get(service).headers["ETag"]

    eventually("it has changed", lambda: get(service, headers={"If-None-Match": first}).status_code == 200)
    service.append("W1", weld_current=2.0)
    eventually("what is new is shown", lambda: get(service).json()["items"][0]["weld_current"] == 2.0)


def test_a_full_snapshot_contains_all_devices_as_pages_do(still: Service) -> None:
    snapshot = get(still, SNAPSHOT).json()
    page = get(still, page_size=500, use_dynamic_fields="true").json()

    assert snapshot["items"] == page["items"]
    assert (snapshot["source"], snapshot["sampled_at"]) == ("snapshot", page["sampled_at"])
    assert (snapshot["fields"], snapshot["fields_version"]) == (page["fields"], page["fields_version"])


def test_labels_are_in_the_preferred_language(still: Service) -> None:
    labels = [
        get(still, SNAPSHOT, {"Accept-Language": language}, type_code="cutting").json()["fields"][1]["label"]
        for language in ("zh", "en")
    ]

    assert labels == ["功率", "Power"]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("br, gzip;q=0.5", "br"),
        ("*", "gzip"),
        ("identity", None),
        ("gzip;q=0", None),
        ("br", "br"),
        ("", None),
    ],
)
def test_a_snapshot_is_compressed_if_the_client_accepts_a_coding(
    still: Service, accepted: str, coding: str | None
) -> None:
    answer = get(still, SNAPSHOT, {"Accept-Encoding": accepted})
    plain = get(still, SNAPSHOT, {"Accept-Encoding": "identity"})

    assert answer.headers.get("Content-Encoding") == coding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert (int(answer.headers["Content-Length"]) < int(plain.headers["Content-Length"])) == (coding is not None)
    assert answer.content == plain.content


def test_an_alias_returns_the_snapshot_of_its_type(still: Service) -> None:
    assert get(still, SNAPSHOT, type_code="焊机").json()["type_code"] == "welding"


def test_an_unknown_type_has_no_snapshot(still: Service) -> None:
    answer = get(still, SNAPSHOT, type_code="milling")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-device-type")


def test_a_missing_super_table_is_reported(still: Service) -> None:
    still.execute(
        "insert into t_device_type (type_code, label_zh, label_en, super_table) values ('m', 'm', 'm', 'no.where')"
    )
    still.register("M1", device_type="m")

    answer = get(still, SNAPSHOT, type_code="m")

    assert (answer.status_code, answer.json()["type"]) == (502, "urn:arcbeat:problem:store-object-missing")


def test_browsers_of_other_origins_may_send_and_read_etags(postgres_server: Server, template_database: str) -> None:
    url = postgres_server.create_database(template=template_database)
    with Service.running(url, cors_origins="https://pages.example") as service:
        preflight_headers = {
            "Origin": "https://pages.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "If-None-Match",
        }
        preflight = service.anonymous.options(SNAPSHOT, headers=preflight_headers)
        answer = get(service, SNAPSHOT, {"Origin": "https://pages.example"})

    assert preflight.status_code == 200
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    assert {"Origin", "Accept-Encoding"} <= {each.strip() for each in answer.headers["Vary"].split(",")}
    postgres_server.drop_database(url)
