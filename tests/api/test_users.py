"""Tests of administering users."""

from typing import Any

import httpx
import pytest

from arcbeat.domain.identity.identity import Role
from tests.support.identity import PASSWORD, add_user, bearer, get_me, log_in, tokens_of
from tests.support.postgres import Server
from tests.support.service import Service

USERS = "/api/v1/users"


@pytest.fixture(scope="module")
def admin(service: Service) -> httpx.Client:
    add_user(service, "root", Role.ADMIN)
    return service.client(*Role.ADMIN.scopes)


def create(admin: httpx.Client, username: str, role: str = "viewer", **more: Any) -> httpx.Response:
    return admin.post(USERS, json={"username": username, "role": role, "password": PASSWORD, **more})


def test_a_new_user_can_log_in(admin: httpx.Client, service: Service) -> None:
    created = create(admin, "nina", "operator")

    assert created.status_code == 201
    assert {**created.json(), "created_at": ""} == {
        "username": "nina",
        "role": "operator",
        "enabled": True,
        "created_at": "",
    }
    assert get_me(service, bearer(tokens_of(service, "nina")["access_token"])).json()["role"] == "operator"


def test_a_user_may_have_a_chinese_name(admin: httpx.Client, service: Service) -> None:
    create(admin, "焊工王伟")

    assert admin.get(f"{USERS}/焊工王伟").json()["username"] == "焊工王伟"
    assert log_in(service, "焊工王伟").status_code == 200


def test_a_duplicate_name_is_rejected(admin: httpx.Client) -> None:
    create(admin, "twice", "viewer")

    again = create(admin, "twice", "admin")

    assert (again.status_code, again.json()["type"]) == (409, "urn:arcbeat:problem:already-exists")
    assert admin.get(f"{USERS}/twice").json()["role"] == "viewer"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"username": "a b"}, "/username"),
        ({"username": ""}, "/username"),
        ({"username": "x" * 65}, "/username"),
        ({"username": ".hidden"}, "/username"),
        ({"username": "аdmin"}, "/username"),
        ({"username": "a/b"}, "/username"),
        ({"role": "king"}, "/role"),
        ({"password": "short"}, "/password"),
        ({"password": "x" * 257}, "/password"),
        ({"password": "aaaaaaaabbbb"}, "/password"),
        ({"username": "a-long-user-name", "password": "A-LONG-USER-NAME"}, "/password"),
        ({"password_hash": "x"}, ""),
    ],
)
def test_an_invalid_user_is_rejected_with_its_pointer(
    admin: httpx.Client, service: Service, body: dict[str, str], pointer: str
) -> None:
    before = admin.get(USERS).json()["total"]

    answer = admin.post(USERS, json={"username": "wrong", "role": "viewer", "password": PASSWORD, **body})

    assert answer.status_code == 400
    assert pointer in {each["name"] for each in answer.json()["errors"]}
    assert admin.get(USERS).json()["total"] == before


def test_users_are_listed_page_by_page_without_password_hashes(admin: httpx.Client) -> None:
    for number in range(5):
        create(admin, f"listed-{number}")

    first = admin.get(USERS, params={"keyword": "LISTED-", "page_size": 3})
    second = admin.get(USERS, params={"keyword": "listed-", "page_size": 3, "page": 2})
    beyond = admin.get(USERS, params={"keyword": "listed-", "page": 9})

    assert [each["username"] for each in first.json()["items"]] == ["listed-0", "listed-1", "listed-2"]
    assert [each["username"] for each in second.json()["items"]] == ["listed-3", "listed-4"]
    assert (first.json()["total"], beyond.json()["items"], beyond.json()["total"]) == (5, [], 5)
    assert "argon2" not in first.text
    assert "password" not in first.text


@pytest.mark.parametrize("keyword", ["%", "_____", "'", "\\"])
def test_a_keyword_is_not_a_pattern(admin: httpx.Client, keyword: str) -> None:
    create(admin, "another-user")

    assert admin.get(USERS, params={"keyword": keyword}).json()["total"] == 0


@pytest.mark.parametrize("change", [{"role": "operator"}, {"password": "a new long password"}, {"enabled": False}])
def test_a_change_of_role_password_or_enabled_revokes_tokens_at_once(
    admin: httpx.Client, service: Service, change: dict[str, Any]
) -> None:
    username = f"changed-{next(iter(change))}"
    create(admin, username)
    headers = bearer(tokens_of(service, username)["access_token"])

    changed = admin.patch(f"{USERS}/{username}", json=change)

    assert changed.status_code == 200
    assert get_me(service, headers).json()["detail"] == "The token is revoked."


@pytest.mark.parametrize(
    ("method", "change"),
    [
        ("PATCH", {"role": "viewer"}),
        ("PATCH", {"password": "a new long password"}),
        ("PATCH", {"enabled": False}),
        ("DELETE", None),
    ],
)
def test_a_refresh_token_ends_with_the_rights_of_its_user(
    admin: httpx.Client, service: Service, method: str, change: dict[str, Any] | None
) -> None:
    username = f"refreshing-{next(iter(change or {'deleted': True}))}"
    create(admin, username, "operator")
    tokens = tokens_of(service, username)

    changed = admin.request(method, f"{USERS}/{username}", json=change)
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    refreshed = service.anonymous.post("/api/v1/auth/refresh", data=form)

    assert changed.status_code in {200, 204}
    assert refreshed.status_code == 401


def test_a_change_without_effect_revokes_nothing(admin: httpx.Client, service: Service) -> None:
    create(admin, "the-same")
    headers = bearer(tokens_of(service, "the-same")["access_token"])

    admin.patch(f"{USERS}/the-same", json={"role": "viewer", "enabled": True})

    assert get_me(service, headers).status_code == 200


def test_a_disabled_user_gets_the_answer_to_a_wrong_password(admin: httpx.Client, service: Service) -> None:
    create(admin, "on-leave", enabled=False)
    away = log_in(service, "on-leave")

    admin.patch(f"{USERS}/on-leave", json={"enabled": True})

    assert (away.status_code, away.json()["type"]) == (401, "urn:arcbeat:problem:invalid-credentials")
    assert log_in(service, "on-leave").status_code == 200


def test_tokens_of_a_deleted_user_stay_revoked_when_the_name_is_reused(admin: httpx.Client, service: Service) -> None:
    create(admin, "reborn")
    headers = bearer(tokens_of(service, "reborn")["access_token"])

    deleted = admin.delete(f"{USERS}/reborn")
    gone = admin.get(f"{USERS}/reborn")
    create(admin, "reborn", "admin")
    new = bearer(tokens_of(service, "reborn")["access_token"])

    assert (deleted.status_code, gone.status_code) == (204, 404)
    assert gone.json()["type"] == "urn:arcbeat:problem:unknown-user"
    assert get_me(service, headers).status_code == 401
    assert get_me(service, new).json()["role"] == "admin"
    admin.delete(f"{USERS}/reborn")


@pytest.mark.parametrize(
    ("method", "body"), [("GET", None), ("PATCH", {"enabled": True}), ("DELETE", None)], ids=["get", "patch", "delete"]
)
def test_an_unknown_user_is_not_found(admin: httpx.Client, method: str, body: dict[str, Any] | None) -> None:
    answer = admin.request(method, f"{USERS}/unknown", json=body)

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-user")


def test_an_empty_change_is_rejected(admin: httpx.Client) -> None:
    assert admin.patch(f"{USERS}/root", json={}).status_code == 400


def test_the_last_enabled_admin_cannot_be_removed(postgres_server: Server, template_database: str) -> None:
    url = postgres_server.create_database(template=template_database)
    with Service.running(url) as service:
        add_user(service, "only", Role.ADMIN)
        add_user(service, "disabled", Role.ADMIN)
        admin = service.client(*Role.ADMIN.scopes)
        admin.patch(f"{USERS}/disabled", json={"enabled": False})

        refusals = [
            admin.delete(f"{USERS}/only"),
            admin.patch(f"{USERS}/only", json={"role": "operator"}),
            admin.patch(f"{USERS}/only", json={"enabled": False}),
        ]
        allowed = [
            admin.patch(f"{USERS}/only", json={"password": "a new long password"}).status_code,
            admin.patch(f"{USERS}/disabled", json={"enabled": True}).status_code,
            admin.delete(f"{USERS}/only").status_code,
        ]

    assert [(each.status_code, each.json()["type"]) for each in refusals] == [
        (409, "urn:arcbeat:problem:last-admin")
    ] * 3
    assert allowed == [200, 200, 204]
