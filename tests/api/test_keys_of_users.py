"""Tests of what happens to the API keys of a user who is disabled, deleted, or no longer an administrator."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from arcbeat.domain.identity.identity import Role, Scope
from tests.realtime.support.sockets import SocketIo
from tests.support.identity import add_user, bearer, get_me, key, tokens_of
from tests.support.service import Service

USERS = "/api/v1/users"
API_KEYS = "/api/v1/api-keys"
READER = Scope.TELEMETRY_READ
LOSSES: dict[str, tuple[str, dict[str, Any] | None]] = {
    "disable": ("PATCH", {"enabled": False}),
    "delete": ("DELETE", None),
    "demote": ("PATCH", {"role": "viewer"}),
}


@dataclass
class Admin:
    """An administrator who is logged in."""

    service: Service
    username: str
    headers: dict[str, str]

    @classmethod
    def logged_in(cls, service: Service, username: str) -> "Admin":
        add_user(service, username, Role.ADMIN)
        return cls(service, username, bearer(tokens_of(service, username)["access_token"]))

    def create_key(self, name: str, *scopes: Scope, headers: dict[str, str] | None = None) -> dict[str, Any]:
        answer = self.service.anonymous.post(
            API_KEYS, json={"name": name, "scopes": scopes}, headers=headers or self.headers
        )
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.json()
        return created

    def lose_rights(
        self, loser: "Admin", how: str, headers: dict[str, str] | None = None, **keys: str
    ) -> httpx.Response:
        method, body = LOSSES[how]
        path = f"{USERS}/{loser.username}"
        return self.service.anonymous.request(method, path, json=body, params=keys, headers=headers or self.headers)

    def listed(self, name: str) -> dict[str, Any]:
        answer = self.service.anonymous.get(API_KEYS, params={"page_size": 500}, headers=self.headers)
        return next(each for each in answer.json()["items"] if each["name"] == name)


@pytest.fixture(scope="module")
def root(service: Service) -> Admin:
    return Admin.logged_in(service, "root")


@pytest.fixture(params=LOSSES)
def how(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def leaver(service: Service, how: str, request: pytest.FixtureRequest) -> Admin:
    name = f"leaver-{abs(hash(request.node.name))}"
    return Admin.logged_in(service, name)


def is_valid(service: Service, created: dict[str, Any]) -> bool:
    return get_me(service, key(created["api_key"])).status_code == 200


def test_admin_keys_are_revoked_with_their_creators_rights(
    service: Service, root: Admin, leaver: Admin, how: str
) -> None:
    own = leaver.create_key(f"own-{how}", Scope.ADMIN)
    by_key = leaver.create_key(f"by-key-{how}", Scope.ADMIN, READER, headers=key(own["api_key"]))

    answer = root.lose_rights(leaver, how)

    assert answer.status_code in {200, 204}
    assert not is_valid(service, own)
    assert not is_valid(service, by_key)
    assert root.listed(f"by-key-{how}")["revoked_at"] is not None
    enabled_again = service.anonymous.patch(
        f"{USERS}/{leaver.username}", json={"enabled": True, "role": "admin"}, headers=key(own["api_key"])
    )
    assert enabled_again.status_code == 401


def test_nothing_changes_before_it_is_decided_about_other_keys(
    service: Service, root: Admin, leaver: Admin, how: str
) -> None:
    admin_key = leaver.create_key(f"undecided-admin-{how}", Scope.ADMIN)
    collector = leaver.create_key(f"undecided-{how}", Scope.TELEMETRY_WRITE)

    answer = root.lose_rights(leaver, how)

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:arcbeat:problem:user-has-api-keys")
    assert f"undecided-{how}. Pass keys=revoke, keys=transfer" in answer.json()["detail"]
    assert get_me(service, leaver.headers).status_code == 200
    assert is_valid(service, admin_key)
    assert is_valid(service, collector)


def test_kept_keys_stay_valid_and_are_listed_without_an_active_owner(
    service: Service, root: Admin, leaver: Admin, how: str
) -> None:
    collector = leaver.create_key(f"kept-{how}", Scope.TELEMETRY_WRITE)

    root.lose_rights(leaver, how, keys="keep")

    listed = root.listed(f"kept-{how}")
    assert is_valid(service, collector)
    assert (listed["owner"], listed["owner_active"]) == {
        "disable": (leaver.username, False),
        "delete": (None, False),
        "demote": (leaver.username, True),
    }[how]


def test_transferred_keys_stay_valid_and_belong_to_the_caller(
    service: Service, root: Admin, leaver: Admin, how: str
) -> None:
    collector = leaver.create_key(f"transferred-{how}", Scope.TELEMETRY_WRITE)
    admin_key = leaver.create_key(f"not-transferred-{how}", Scope.ADMIN)

    root.lose_rights(leaver, how, keys="transfer")

    listed = root.listed(f"transferred-{how}")
    assert (listed["owner"], listed["owner_active"], listed["created_by"]) == ("root", True, leaver.username)
    assert (is_valid(service, collector), is_valid(service, admin_key)) == (True, False)


def test_all_keys_are_revoked_on_request(service: Service, root: Admin, leaver: Admin, how: str) -> None:
    collector = leaver.create_key(f"all-{how}", Scope.TELEMETRY_WRITE)

    root.lose_rights(leaver, how, keys="revoke")

    assert not is_valid(service, collector)


def test_keys_are_transferred_only_to_another_user(service: Service, root: Admin, leaver: Admin, how: str) -> None:
    collector = leaver.create_key(f"stays-{how}", Scope.TELEMETRY_WRITE)
    program = root.create_key(f"program-{how}", Scope.ADMIN)

    by_program = root.lose_rights(leaver, how, headers=key(program["api_key"]), keys="transfer")
    to_itself = leaver.lose_rights(leaver, how, keys="transfer")

    assert (by_program.status_code, by_program.json()["type"]) == (409, "urn:arcbeat:problem:not-a-user")
    assert (to_itself.status_code, to_itself.json()["errors"][0]["name"]) == (400, "keys")
    assert root.listed(f"stays-{how}")["owner"] == leaver.username
    assert is_valid(service, collector)


async def test_open_sockets_of_a_revoked_key_are_closed(service: Service, root: Admin, leaver: Admin, how: str) -> None:
    admin_key = leaver.create_key(f"wall-{how}", Scope.ADMIN, READER)
    async with SocketIo.connected(service.url, {"api_key": admin_key["api_key"]}) as client:
        answer = await asyncio.to_thread(root.lose_rights, leaver, how)

        assert answer.status_code in {200, 204}
        assert (await client.next("closing"))["reason"] == "revoked"


def test_the_keys_of_a_user_who_is_disabled_already_can_be_decided_later(service: Service, root: Admin) -> None:
    leaver = Admin.logged_in(service, "later")
    collector = leaver.create_key("later", Scope.TELEMETRY_WRITE)
    root.lose_rights(leaver, "disable", keys="keep")

    root.lose_rights(leaver, "disable", keys="revoke")

    assert not is_valid(service, collector)


def test_a_change_that_takes_no_rights_asks_nothing(service: Service, root: Admin) -> None:
    stayer = Admin.logged_in(service, "stayer")
    collector = stayer.create_key("stays-with-its-owner", Scope.ADMIN, Scope.TELEMETRY_WRITE)

    body = {"password": "a new long password", "enabled": True, "role": "admin"}
    answer = service.anonymous.patch(f"{USERS}/stayer", json=body, headers=root.headers)

    assert answer.status_code == 200
    assert is_valid(service, collector)


def test_a_new_user_does_not_inherit_the_keys_of_a_deleted_one_with_its_name(service: Service, root: Admin) -> None:
    first = Admin.logged_in(service, "reused")
    collector = first.create_key("of-the-first", Scope.TELEMETRY_WRITE)
    root.lose_rights(first, "delete", keys="keep")
    second = Admin.logged_in(service, "reused")

    answer = root.lose_rights(second, "disable")

    assert answer.status_code == 200
    assert is_valid(service, collector)
    assert root.listed("of-the-first")["owner_active"] is False
