"""Pages of newest readings."""

from datetime import UTC, datetime, timedelta

import pytest

from arcbeat.domain.catalogue.welding import STATIC_FIELDS
from tests.support.postgres import Server
from tests.support.service import Service
from tests.support.waiting import eventually

PATH = "/api/v1/device/data/realtime"


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register(*(f"W{number:03}" for number in range(1, 21)), device_type="welding", team_name="班组一")
    service.register(*(f"W{number:03}" for number in range(21, 26)), device_type="焊机", team_name="班组二")
    service.register("B-7/炉#1", device_type="welding", team_name="班组三")
    service.register("C1", "C2", device_type="cutting")
    for number in range(1, 11):
        service.append(f"W{number:03}", device_status="焊接", weld_current=100.0 + number, ip_quality=100)
    service.append("W011", ts=datetime.now(UTC) - timedelta(seconds=30), device_status="待机")
    service.append("W012", ts=datetime.now(UTC) - timedelta(hours=1), device_status="关机")
    service.append("B-7/炉#1", device_status="报警")
    service.append("C1", type_code="cutting", device_status="切割", power_kw=3.5, pulses=9007199254740993)


def test_a_page_contains_the_registered_devices_in_the_order_of_their_codes(service: Service) -> None:
    answer = service.operator.get(PATH, params={"page": 3, "page_size": 5}).json()

    assert [row["device_code"] for row in answer["items"]] == ["W010", "W011", "W012", "W013", "W014"]
    assert (answer["page"], answer["page_size"], answer["total"]) == (3, 5, 26)


def test_the_defaults_are_the_first_ten_welding_machines(service: Service) -> None:
    answer = service.operator.get(PATH).json()

    assert len(answer["items"]) == 10
    assert (answer["page"], answer["page_size"], answer["type_code"]) == (1, 10, "welding")


def test_static_rows_contain_the_fifteen_welding_fields(service: Service) -> None:
    row = service.operator.get(PATH, params={"keyword": "w003"}).json()["items"][0]

    assert set(row) == {"device_code", "ts", "freshness", "clock_skew", *STATIC_FIELDS}
    assert (row["weld_current"], row["device_status"], row["gas_type"]) == (103.0, "焊接", None)


def test_pages_include_devices_registered_under_an_alias_of_the_type(service: Service) -> None:
    answer = service.operator.get(PATH, params={"team_name": "班组二"}).json()

    assert [row["device_code"] for row in answer["items"]] == ["W021", "W022", "W023", "W024", "W025"]


def test_a_type_may_be_requested_by_alias_and_is_returned_by_code(service: Service) -> None:
    assert service.operator.get(PATH, params={"type_code": "焊机"}).json()["type_code"] == "welding"


@pytest.mark.parametrize(
    ("device_code", "freshness"), [("W001", "live"), ("W011", "late"), ("W012", "stale"), ("W013", "never")]
)
def test_a_row_has_the_freshness_of_its_reading(service: Service, device_code: str, freshness: str) -> None:
    row = service.operator.get(PATH, params={"keyword": device_code}).json()["items"][0]

    assert row["freshness"] == freshness
    assert (row["ts"] is None) == (freshness == "never")


def test_a_page_after_the_last_is_empty_and_has_the_total(service: Service) -> None:
    answer = service.operator.get(PATH, params={"page": 1_000_000, "page_size": 500}).json()

    assert (answer["items"], answer["total"]) == ([], 26)


def test_a_keyword_is_searched_in_code_and_name_without_wildcards(service: Service) -> None:
    found = service.operator.get(PATH, params={"keyword": "OF b-7"}).json()
    wildcard = service.operator.get(PATH, params={"keyword": "W%1"}).json()

    assert [row["device_code"] for row in found["items"]] == ["B-7/炉#1"]
    assert wildcard["total"] == 0


def test_dynamic_rows_are_returned_with_the_fields_of_the_type(service: Service) -> None:
    answer = service.operator.get(
        PATH, params={"type_code": "cutting", "use_dynamic_fields": "true"}, headers={"Accept-Language": "en-GB"}
    ).json()

    assert answer["fields"][1] == {
        "name": "power_kw",
        "label": "Power",
        "unit": "kW",
        "type": "double",
        "order": 2,
        "decimals": 2,
    }
    assert answer["items"][0]["values"] == {"device_status": "切割", "power_kw": 3.5, "pulses": "9007199254740993"}
    assert answer["items"][1]["values"] == {"device_status": None, "power_kw": None, "pulses": None}
    assert answer["fields_version"] == 1


def test_labels_are_chinese_unless_english_is_preferred(service: Service) -> None:
    params = {"type_code": "cutting", "use_dynamic_fields": "true"}
    labels = {
        language: service.operator.get(PATH, params=params, headers={"Accept-Language": language}).json()["fields"][1][
            "label"
        ]
        for language in ("", "fr", "zh-CN,en;q=0.5", "en;q=0.9,zh;q=0.1")
    }

    assert labels == {"": "功率", "fr": "功率", "zh-CN,en;q=0.5": "功率", "en;q=0.9,zh;q=0.1": "Power"}


def test_a_type_without_static_fields_is_rejected_with_advice(service: Service) -> None:
    answer = service.operator.get(PATH, params={"type_code": "cutting"})

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:arcbeat:problem:static-fields-unavailable"
    assert "use_dynamic_fields=true" in answer.json()["detail"]


def test_an_unknown_type_is_not_found(service: Service) -> None:
    answer = service.operator.get(PATH, params={"type_code": "milling"})

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-device-type")


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("page=0", "page"),
        ("page=x", "page"),
        ("page=1.5", "page"),
        ("page_size=501", "page_size"),
        ("page_size=", "page_size"),
        ("use_dynamic_fields=yes", "use_dynamic_fields"),
        ("type_code=", "type_code"),
        ("pagesize=5", "pagesize"),
        ("page=1&page=2", "page"),
        ("keyword=%00", "keyword"),
    ],
)
def test_an_invalid_parameter_is_reported_by_name(service: Service, query: str, name: str) -> None:
    answer = service.operator.get(f"{PATH}?{query}")

    assert answer.status_code == 400
    assert [(each["location"], each["name"]) for each in answer.json()["errors"]] == [("query", name)]


def test_all_invalid_parameters_are_reported_together(service: Service) -> None:
    answer = service.operator.get(f"{PATH}?page=0&page_size=501&use_dynamic_fields=1&nonsense=1")

    assert {each["name"] for each in answer.json()["errors"]} == {"page", "page_size", "use_dynamic_fields", "nonsense"}


def test_one_device_is_returned_with_its_type(service: Service) -> None:
    answer = service.operator.get(f"{PATH}/W004", params={"max_age": 0}).json()

    assert (answer["type_code"], answer["source"]) == ("welding", "query")
    assert (answer["item"]["device_code"], answer["item"]["weld_current"]) == ("W004", 104.0)


def test_a_device_code_may_contain_slashes_and_other_characters(service: Service) -> None:
    answer = service.operator.get(f"{PATH}/B-7%2F%E7%82%89%231")

    assert answer.json()["item"]["device_status"] == "报警"


def test_one_device_of_another_type_needs_dynamic_fields(service: Service) -> None:
    static = service.operator.get(f"{PATH}/C1")
    dynamic = service.operator.get(f"{PATH}/C1", params={"use_dynamic_fields": "true"})

    assert static.status_code == 409
    assert dynamic.json()["item"]["values"]["power_kw"] == 3.5


def test_an_unregistered_device_is_not_found(service: Service) -> None:
    answer = service.operator.get(f"{PATH}/W999")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-device")


def test_the_earlier_path_returns_the_same_and_is_marked_as_deprecated(service: Service) -> None:
    earlier = service.operator.get("/api/v1/device/realtime-data", params={"page_size": 3})
    now = service.operator.get(PATH, params={"page_size": 3})

    assert [row["device_code"] for row in earlier.json()["items"]] == [
        row["device_code"] for row in now.json()["items"]
    ]
    assert earlier.headers["Deprecation"].startswith("@")
    assert earlier.headers["Link"] == f'<{PATH}>; rel="successor-version"'


def test_sampled_at_is_at_most_one_sampling_period_old(postgres_server: Server, template_database: str) -> None:
    url = postgres_server.create_database(template=template_database)
    with Service.running(url, sample_seconds=2.0) as service:
        service.register("W1")

        def sampled_at() -> datetime:
            return datetime.fromisoformat(service.operator.get(PATH).json()["sampled_at"])

        # Right after a sample, so that a busy machine does not delay the next one before the request.
        before = sampled_at()
        eventually("there is a new sample", lambda: sampled_at() > before)
        asked_at = datetime.now(UTC)

        assert sampled_at() >= asked_at - timedelta(seconds=service.settings.sample_seconds)
