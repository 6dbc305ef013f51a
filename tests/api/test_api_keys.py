"""Tests of administering API keys and of authenticating with them."""

from typing import Any

import httpx
import pytest

from arcbeat.domain.identity.identity import Role
from tests.support.identity import get_me, key
from tests.support.service import Service

API_KEYS = "/api/v1/api-keys"
TYPES = "/api/v1/device/types"


@pytest.fixture(scope="module")
def admin(service: Service) -> httpx.Client:
    return service.client(*Role.ADMIN.scopes)


def create(admin: httpx.Client, name: str, *scopes: str, **more: Any) -> dict[str, Any]:
    answer = admin.post(API_KEYS, json={"name": name, "scopes": scopes, **more})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def test_a_key_permits_the_operations_of_its_scopes_only(admin: httpx.Client, service: Service) -> None:
    api_key = create(admin, "reader", "device:read")["api_key"]

    opened = service.anonymous.get(TYPES, headers=key(api_key))
    refused = service.anonymous.get(API_KEYS, headers=key(api_key))

    assert opened.status_code == 200
    assert (refused.status_code, refused.json()["detail"]) == (403, "The API key lacks the scope admin.")


def test_a_key_is_shown_once_and_stored_as_a_hash(admin: httpx.Client, service: Service) -> None:
    created = create(admin, "secretive", "device:read", expires_days=30)

    listed = next(each for each in admin.get(API_KEYS).json()["items"] if each["name"] == "secretive")
    assert created == {**listed, "api_key": created["api_key"]}
    assert (listed["scopes"], listed["created_by"], listed["revoked_at"]) == (["device:read"], "tester", None)
    assert listed["expires_at"] is not None
    assert created["api_key"] not in admin.get(API_KEYS).text
    assert created["api_key"].split("_")[1] == created["api_key_id"]


def test_a_revoked_key_is_rejected_at_once(admin: httpx.Client, service: Service) -> None:
    created = create(admin, "lost", "device:read")
    before = get_me(service, key(created["api_key"])).status_code

    revoked = admin.delete(f"{API_KEYS}/{created['api_key_id']}")
    after = get_me(service, key(created["api_key"]))

    assert (before, revoked.status_code) == (200, 204)
    assert (after.status_code, after.json()["type"]) == (401, "urn:arcbeat:problem:unauthenticated")
    assert admin.delete(f"{API_KEYS}/{created['api_key_id']}").status_code == 204


def test_the_name_of_a_revoked_key_can_be_reused(admin: httpx.Client) -> None:
    created = create(admin, "gateway", "device:read")
    taken = admin.post(API_KEYS, json={"name": "gateway", "scopes": ["device:read"]})

    admin.delete(f"{API_KEYS}/{created['api_key_id']}")

    assert (taken.status_code, taken.json()["type"]) == (409, "urn:arcbeat:problem:already-exists")
    assert create(admin, "gateway", "device:read")["api_key_id"] != created["api_key_id"]


@pytest.mark.parametrize("changed", ["", "x", "arcbeat_0123456789abcdef_" + "A" * 43, "é"])
def test_a_malformed_key_is_rejected(service: Service, changed: str) -> None:
    answer = service.anonymous.get(TYPES, headers=[(b"X-API-Key", changed.encode("latin-1"))])

    assert (answer.status_code, answer.json()["type"]) == (401, "urn:arcbeat:problem:unauthenticated")


def test_a_key_with_one_changed_letter_is_rejected(admin: httpx.Client, service: Service) -> None:
    api_key = create(admin, "exact", "device:read")["api_key"]
    changed = api_key[:-1] + ("A" if api_key[-1] != "A" else "B")

    assert get_me(service, key(changed)).status_code == 401


def test_an_unknown_key_is_not_found(admin: httpx.Client) -> None:
    answer = admin.delete(f"{API_KEYS}/0123456789abcdef")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-api-key")


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"scopes": ["admin", "admin"]},
        {"name": "a b"},
        {"name": ""},
        {"expires_days": 0},
        {"expires_days": 3651},
        {"api_key": "mine"},
    ],
)
def test_an_invalid_key_is_not_created(admin: httpx.Client, wrong: dict[str, Any]) -> None:
    body = {"name": "wrong", "scopes": ["device:read"], **wrong}

    assert admin.post(API_KEYS, json=body).status_code == 400


def test_keys_are_listed_newest_first_page_by_page(admin: httpx.Client) -> None:
    names = [create(admin, f"listed-{number}", "job:read")["name"] for number in range(3)]

    page = admin.get(API_KEYS, params={"page_size": 2}).json()

    assert [each["name"] for each in page["items"]] == [names[2], names[1]]
    assert page["total"] >= 3
    assert admin.get(API_KEYS, params={"page": 1000}).json()["items"] == []


def test_a_valid_key_beside_an_invalid_token_is_accepted(admin: httpx.Client, service: Service) -> None:
    api_key = create(admin, "beside", "device:read")["api_key"]

    answer = service.anonymous.get(TYPES, headers={**key(api_key), "Authorization": "Bearer nonsense"})

    assert answer.status_code == 200


def test_a_key_has_no_session_to_end(admin: httpx.Client, service: Service) -> None:
    api_key = create(admin, "endless", "device:read")["api_key"]

    assert service.anonymous.post("/api/v1/auth/logout", headers=key(api_key)).status_code == 401


WALL = {"purpose": "wall", "expires_days": 365}


def test_a_key_is_of_a_program_unless_its_purpose_is_a_wall_screen(admin: httpx.Client) -> None:
    program = create(admin, "line-1", "telemetry:write")
    wall = create(admin, "hall-1", "device:read", "telemetry:read", **WALL)

    listed = admin.get(API_KEYS, params={"purpose": "wall"}).json()
    assert (program["purpose"], wall["purpose"]) == ("program", "wall")
    assert (listed["total"], [each["name"] for each in listed["items"]]) == (1, ["hall-1"])
    assert "hall-1" not in {
        each["name"] for each in admin.get(API_KEYS, params={"purpose": "program", "page_size": 100}).json()["items"]
    }
    assert admin.get(API_KEYS, params={"purpose": "door"}).status_code == 400


@pytest.mark.parametrize(
    ("body", "language", "errors"),
    [
        (
            {"scopes": ["telemetry:read"]},
            "en",
            [("/expires_days", "is required for a key of the purpose wall, for example 365")],
        ),
        (
            {"scopes": ["telemetry:read", "telemetry:write"], "expires_days": 7},
            "en",
            [("/scopes", "may only be device:read and telemetry:read for a key of the purpose wall")],
        ),
        (
            {"scopes": ["admin"]},
            "zh",
            [
                ("/expires_days", "用途为 wall 的密钥必须填写，例如 365"),
                ("/scopes", "用途为 wall 的密钥只能有 device:read 和 telemetry:read"),
            ],
        ),
    ],
)
def test_a_key_of_a_wall_screen_expires_and_only_reads(
    admin: httpx.Client, body: dict[str, Any], language: str, errors: list[tuple[str, str]]
) -> None:
    headers = {"Accept-Language": language}

    answer = admin.post(API_KEYS, json={"name": "hall-2", "purpose": "wall", **body}, headers=headers)

    assert answer.status_code == 400
    assert [(each["name"], each["detail"]) for each in answer.json()["errors"]] == errors


def test_a_key_of_a_wall_screen_reads_the_board_and_alarms(admin: httpx.Client, service: Service) -> None:
    api_key = create(admin, "hall-3", "device:read", "telemetry:read", **WALL)["api_key"]

    answers = [
        service.anonymous.get(path, headers=key(api_key)).status_code
        for path in (TYPES, "/api/v1/board/status", "/api/v1/device/alarms?open=true", "/api/v1/users", API_KEYS)
    ]

    assert answers == [200, 200, 200, 403, 403]
