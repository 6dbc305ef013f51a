"""Tests of dictionary types and dictionary data."""

from typing import Any

import httpx
import pytest

from arcbeat.domain.identity.identity import Role
from tests.support.service import Service

TYPES = "/api/v1/dict/types"
DATA = "/api/v1/dict/data"
BOARD = "焊机统计指标对照"


@pytest.fixture(scope="module")
def admin(service: Service) -> httpx.Client:
    return service.client(*Role.ADMIN.scopes)


def add_type(admin: httpx.Client, dict_name: str) -> int:
    answer = admin.post(TYPES, json={"dict_name": dict_name})
    assert answer.status_code == 201, answer.text
    dict_type_id: int = answer.json()["id"]
    return dict_type_id


def add_data(admin: httpx.Client, dict_type_id: int, data_label: str, **more: Any) -> httpx.Response:
    body = {"dict_type_id": dict_type_id, "data_label": data_label, "data_value": f"value of {data_label}", **more}
    return admin.post(DATA, json=body)


def labels(answer: httpx.Response) -> list[str]:
    return [each["data_label"] for each in answer.json()["items"]]


def test_the_dictionary_of_the_board_exists_after_migration(service: Service) -> None:
    types = service.operator.get(TYPES).json()
    data = service.operator.get(DATA, params={"dict_name": BOARD}).json()

    assert (types["items"][0]["id"], types["items"][0]["dict_name"]) == (2, BOARD)
    assert [(each["data_label"], each["data_value"]) for each in data["items"]] == [
        ("平均在线率（日）", "weld_online_rate_daily"),
        ("实时状态统计", "weld_status_realtime"),
    ]


def test_a_type_is_created_read_updated_and_deleted(admin: httpx.Client) -> None:
    created = admin.post(TYPES, json={"dict_name": "气体", "description": "保护气体"})
    path = f"{TYPES}/{created.json()['id']}"
    changed = admin.patch(path, json={"dict_name": "气体类型"})
    deleted = admin.delete(path)

    assert (created.status_code, changed.status_code, deleted.status_code) == (201, 200, 204)
    assert (changed.json()["dict_name"], changed.json()["description"]) == ("气体类型", "保护气体")
    assert changed.headers["ETag"] != created.headers["ETag"]
    assert admin.get(path).json()["type"] == "urn:arcbeat:problem:unknown-dict-type"


def test_data_is_created_read_updated_and_deleted(admin: httpx.Client) -> None:
    created = add_data(admin, add_type(admin, "data"), "CO2", late_after_seconds=15, stale_after_seconds=60)
    path = f"{DATA}/{created.json()['id']}"
    changed = admin.patch(path, json={"enabled": False, "late_after_seconds": None, "stale_after_seconds": None})
    read = admin.get(path)
    deleted = admin.delete(path)

    assert (created.status_code, changed.status_code, deleted.status_code) == (201, 200, 204)
    assert created.json()["enabled"]
    assert created.json()["order"] == 0
    assert read.json() == changed.json()
    assert (read.json()["enabled"], read.json()["late_after_seconds"]) == (False, None)
    assert read.headers["ETag"] == changed.headers["ETag"]
    assert admin.get(path).json()["type"] == "urn:arcbeat:problem:unknown-dict-data"


def test_types_are_listed_page_by_page(admin: httpx.Client) -> None:
    ids = [add_type(admin, f"paged {number}") for number in range(3)]
    total = admin.get(TYPES).json()["total"]

    pages = [admin.get(TYPES, params={"page": number, "page_size": 2}).json() for number in range(1, total // 2 + 3)]

    listed = [each["id"] for page in pages for each in page["items"]]
    assert listed == sorted(listed)
    assert len(listed) == total
    assert set(ids) <= set(listed)
    assert {page["total"] for page in pages} == {total}


def test_types_are_filtered_by_a_part_of_the_name_or_the_description(admin: httpx.Client) -> None:
    body = {"dict_name": "100%_Teams", "description": "班组 Codes"}
    admin.post(TYPES, json=body).raise_for_status()

    def found(keyword: str) -> list[str]:
        page = admin.get(TYPES, params={"keyword": keyword}).raise_for_status().json()
        assert page["total"] == len(page["items"])
        return [each["dict_name"] for each in page["items"]]

    assert found("0%_tEAMS") == [body["dict_name"]]
    assert found("班组 codes") == [body["dict_name"]]
    assert found("%%") == []


def test_data_is_listed_by_order_and_filtered(admin: httpx.Client) -> None:
    dict_type_id = add_type(admin, "ordered")
    for label, order, enabled in (("A%b", 2, True), ("c", 1, False), ("d", 1, True)):
        add_data(admin, dict_type_id, label, order=order, enabled=enabled)

    def listed(**params: Any) -> list[str]:
        return labels(admin.get(DATA, params={"dict_type_id": dict_type_id, **params}))

    assert listed() == ["c", "d", "A%b"]
    assert listed(enabled=True) == ["d", "A%b"]
    assert listed(enabled=False) == ["c"]
    assert listed(keyword="a%B") == ["A%b"]
    assert listed(keyword="OF C") == ["c"]
    assert listed(keyword="_") == []
    assert listed(dict_name="ordered", page=2, page_size=2) == ["A%b"]
    assert listed(dict_name="another") == []


def test_names_of_types_and_labels_within_a_type_are_unique(admin: httpx.Client) -> None:
    first, second = add_type(admin, "unique"), add_type(admin, "unique too")
    data = add_data(admin, first, "a").json()["id"]
    other = add_data(admin, first, "b").json()["id"]

    refused = [
        admin.post(TYPES, json={"dict_name": "unique"}),
        admin.patch(f"{TYPES}/{second}", json={"dict_name": "unique"}),
        add_data(admin, first, "a"),
        admin.patch(f"{DATA}/{other}", json={"data_label": "a"}),
    ]

    assert {(each.status_code, each.json()["type"]) for each in refused} == {
        (409, "urn:arcbeat:problem:already-exists")
    }
    assert add_data(admin, second, "a").status_code == 201
    assert admin.patch(f"{DATA}/{data}", json={"data_label": "a"}).status_code == 200


@pytest.mark.parametrize("wrong", ["abc", "0", "-1", "1.5", "9" * 20, "9" * 5000])
@pytest.mark.parametrize("path", [TYPES, DATA])
def test_an_invalid_id_is_rejected(admin: httpx.Client, path: str, wrong: str) -> None:
    answer = admin.get(f"{path}/{wrong}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["location"] == "path"


def test_a_type_with_data_cannot_be_deleted(admin: httpx.Client) -> None:
    dict_type_id = add_type(admin, "in use")
    data = add_data(admin, dict_type_id, "a").json()["id"]

    refused = admin.delete(f"{TYPES}/{dict_type_id}")
    admin.delete(f"{DATA}/{data}")

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:arcbeat:problem:conflict")
    assert admin.delete(f"{TYPES}/{dict_type_id}").status_code == 204


def test_data_requires_an_existing_type(admin: httpx.Client) -> None:
    answer = add_data(admin, 9007199254740991, "a")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-dict-type")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_an_update_or_deletion_of_an_old_version_is_rejected(admin: httpx.Client, method: str) -> None:
    dict_type_id = add_type(admin, f"seen by {method}")
    made = add_data(admin, dict_type_id, "a")
    of_type, of_data = f"{TYPES}/{dict_type_id}", f"{DATA}/{made.json()['id']}"
    seen = {of_type: admin.get(of_type).headers["ETag"], of_data: made.headers["ETag"]}
    admin.patch(of_type, json={"description": "changed"})
    admin.patch(of_data, json={"order": 7})

    def attempt(path: str, version: str) -> int:
        body = {"dict_name": f"overwritten by {method}"} if path == of_type else {"order": 8}
        json = body if method == "PATCH" else None
        return admin.request(method, path, headers={"If-Match": version}, json=json).status_code

    assert [attempt(path, version) for path, version in seen.items()] == [412, 412]
    assert admin.get(of_data).json()["order"] == 7
    assert attempt(of_data, admin.get(of_data).headers["ETag"]) in {200, 204}


def test_an_update_without_effect_keeps_the_version(admin: httpx.Client) -> None:
    path = f"{TYPES}/{add_type(admin, 'the same')}"

    changed = admin.patch(path, json={"dict_name": "the same"})

    assert changed.headers["ETag"] == admin.get(path).headers["ETag"]
    assert changed.json()["created_at"] == changed.json()["updated_at"]


@pytest.mark.parametrize(
    "body",
    [
        {"data_label": ""},
        {"data_value": "a\x00b"},
        {"order": -1},
        {"enabled": 1},
        {"late_after_seconds": 5},
        {"late_after_seconds": 0, "stale_after_seconds": 5},
        {"late_after_seconds": 6, "stale_after_seconds": 5},
        {"id": 5},
    ],
)
def test_invalid_data_is_rejected(admin: httpx.Client, body: dict[str, Any]) -> None:
    data = {"dict_type_id": 2, "data_label": "wrong", "data_value": "x", **body}

    assert admin.post(DATA, json=data).status_code == 400
    assert labels(admin.get(DATA, params={"keyword": "wrong"})) == []


@pytest.mark.parametrize("hidden", ["\u200b", "\u3164", "\U000e0041"])
def test_names_and_labels_must_not_contain_invisible_characters(admin: httpx.Client, hidden: str) -> None:
    data = {"dict_type_id": 1, "data_label": f"a{hidden}", "data_value": "x"}

    answers = [
        admin.post("/api/v1/dict/types", json={"dict_name": f"a{hidden}"}),
        admin.patch("/api/v1/dict/types/1", json={"dict_name": f"a{hidden}"}),
        admin.post("/api/v1/dict/data", json=data),
        admin.patch("/api/v1/dict/data/1", json={"data_label": f"a{hidden}"}),
    ]

    assert [answer.status_code for answer in answers] == [400] * 4
    assert all("as character 2, which is invisible" in answer.json()["errors"][0]["detail"] for answer in answers)
