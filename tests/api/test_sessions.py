"""Tests of sessions: refreshing, logging out, changing the password, and the login throttle."""

from datetime import timedelta

import pytest

from arcbeat.domain.identity.identity import Role, Scope
from tests.support.identity import PASSWORD, add_api_key, add_user, bearer, get_me, key, log_in, tokens_of
from tests.support.postgres import Server
from tests.support.service import Service

REFRESH = "/api/v1/auth/refresh"
LOGOUT = "/api/v1/auth/logout"
CHANGE_PASSWORD = "/api/v1/auth/password"
SOME_KEY = f"arcbeat_{'0' * 16}_{'A' * 43}"
NEW_PASSWORD = "another long password"


def refresh(service: Service, refresh_token: str) -> tuple[int, dict[str, str]]:
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    answer = service.anonymous.post(REFRESH, data=form)
    return answer.status_code, answer.json()


def test_me_describes_the_user_of_a_token(service: Service) -> None:
    add_user(service, "vera")

    me = get_me(service, bearer(tokens_of(service, "vera")["access_token"]))

    assert me.status_code == 200
    assert {**me.json(), "expires_at": None} == {
        "kind": "user",
        "name": "vera",
        "role": "viewer",
        "scopes": ["device:read", "job:read", "telemetry:read"],
        "expires_at": None,
    }
    assert me.json()["expires_at"] is not None


def test_me_describes_an_api_key(service: Service) -> None:
    api_key = add_api_key(service, "gateway", Scope.TELEMETRY_WRITE)

    assert get_me(service, key(api_key)).json() == {
        "kind": "key",
        "name": "gateway",
        "role": None,
        "scopes": ["telemetry:write"],
        "expires_at": None,
    }


def test_a_refresh_returns_new_tokens_with_the_same_scopes(service: Service) -> None:
    add_user(service, "olga", Role.OPERATOR)
    first = log_in(service, "olga", scope="device:read job:read").json()

    status, second = refresh(service, first["refresh_token"])
    again, third = refresh(service, second["refresh_token"])

    assert (status, again) == (200, 200)
    assert first["scope"] == second["scope"] == third["scope"] == "device:read job:read"
    assert 0 < int(third["refresh_expires_in"]) <= timedelta(days=14).total_seconds()
    assert [get_me(service, bearer(each["access_token"])).status_code for each in (first, second, third)] == [200] * 3


def test_a_reused_refresh_token_ends_the_session(service: Service) -> None:
    add_user(service, "copied")
    stolen, elsewhere = tokens_of(service, "copied"), tokens_of(service, "copied")
    _, current = refresh(service, stolen["refresh_token"])

    status, problem = refresh(service, stolen["refresh_token"])

    assert (status, problem["type"]) == (401, "urn:arcbeat:problem:unauthenticated")
    assert refresh(service, current["refresh_token"])[0] == 401
    assert get_me(service, bearer(current["access_token"])).json()["detail"] == "The token is revoked."
    assert get_me(service, bearer(elsewhere["access_token"])).status_code == 200


@pytest.mark.parametrize("wrong", ["x", "a.b.c", "\u0000"])
def test_an_invalid_refresh_token_is_rejected(service: Service, wrong: str) -> None:
    assert refresh(service, wrong)[0] in {400, 401}


def test_access_and_refresh_tokens_are_not_interchangeable(service: Service) -> None:
    add_user(service, "mixed")
    tokens = tokens_of(service, "mixed")

    assert refresh(service, tokens["access_token"])[0] == 401
    assert get_me(service, bearer(tokens["refresh_token"])).status_code == 401


def test_an_expired_session_cannot_be_refreshed(service: Service) -> None:
    add_user(service, "late")
    tokens = tokens_of(service, "late")
    service.execute("update t_session set expires_at = now() where username = 'late'")

    assert refresh(service, tokens["refresh_token"])[0] == 401


def test_a_logout_ends_its_own_session_only(service: Service) -> None:
    add_user(service, "leaving")
    here, there = tokens_of(service, "leaving"), tokens_of(service, "leaving")

    out = service.anonymous.post(LOGOUT, headers=bearer(here["access_token"]))

    assert (out.status_code, out.content) == (204, b"")
    assert get_me(service, bearer(here["access_token"])).status_code == 401
    assert refresh(service, here["refresh_token"])[0] == 401
    assert get_me(service, bearer(there["access_token"])).status_code == 200


def test_a_logout_reaches_other_processes(service: Service) -> None:
    add_user(service, "roaming")
    tokens = tokens_of(service, "roaming")
    service.anonymous.post(LOGOUT, headers=bearer(tokens["access_token"]))

    with Service.running(service.database_url) as another:
        assert get_me(another, bearer(tokens["access_token"])).status_code == 401


def test_a_changed_password_ends_every_session_of_the_user(service: Service) -> None:
    add_user(service, "careful")
    here, there = tokens_of(service, "careful"), tokens_of(service, "careful")

    changed = service.anonymous.post(
        CHANGE_PASSWORD,
        json={"old_password": PASSWORD, "new_password": NEW_PASSWORD},
        headers=bearer(here["access_token"]),
    )

    assert changed.status_code == 204
    assert [get_me(service, bearer(each["access_token"])).status_code for each in (here, there)] == [401, 401]
    assert refresh(service, there["refresh_token"])[0] == 401
    assert log_in(service, "careful").status_code == 401
    assert get_me(service, bearer(tokens_of(service, "careful", NEW_PASSWORD)["access_token"])).status_code == 200


def test_a_wrong_old_password_is_rejected(service: Service) -> None:
    add_user(service, "guessing")
    headers = bearer(tokens_of(service, "guessing")["access_token"])

    answer = service.anonymous.post(
        CHANGE_PASSWORD, json={"old_password": "wrong", "new_password": NEW_PASSWORD}, headers=headers
    )

    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "/old_password")
    assert get_me(service, headers).status_code == 200


def test_a_weak_new_password_is_rejected_with_the_reason(service: Service) -> None:
    add_user(service, "lazy")
    headers = bearer(tokens_of(service, "lazy")["access_token"])

    answer = service.anonymous.post(
        CHANGE_PASSWORD, json={"old_password": PASSWORD, "new_password": "a" * 12}, headers=headers
    )

    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"location": "body", "name": "/new_password", "detail": "must have at least 5 different characters"}
    ]


def test_a_key_has_no_password_to_change(service: Service) -> None:
    answer = service.operator.post(CHANGE_PASSWORD, json={"old_password": "x", "new_password": NEW_PASSWORD})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:arcbeat:problem:not-a-user")


def test_too_many_wrong_passwords_block_one_user_for_a_while(postgres_server: Server, template_database: str) -> None:
    url = postgres_server.create_database(template=template_database)
    with Service.running(url) as service:
        add_user(service, "attacked")
        add_user(service, "bystander")

        wrong = [log_in(service, "attacked", "a wrong guess").status_code for _ in range(14)]
        refused = log_in(service, "attacked")

        assert wrong[:10] == [401] * 10
        assert wrong[-1] == 429
        assert (refused.status_code, refused.json()["type"]) == (429, "urn:arcbeat:problem:too-many-requests")
        assert int(refused.headers["Retry-After"]) > 0
        assert log_in(service, "bystander").status_code == 200


def test_correct_logins_are_not_throttled(service: Service) -> None:
    add_user(service, "busy")

    assert {log_in(service, "busy").status_code for _ in range(12)} == {200}


def test_unknown_credentials_are_rejected_while_the_database_is_unavailable(
    postgres_server: Server, template_database: str
) -> None:
    url = postgres_server.create_database(template=template_database)
    with Service.running(url) as service:
        postgres_server.drop_database(url)

        answers = [get_me(service, bearer(service.token(Scope.DEVICE_READ))), get_me(service, key(SOME_KEY))]

    assert [each.status_code for each in answers] == [503, 503]
    assert all(int(each.headers["Retry-After"]) > 0 for each in answers)


def test_known_credentials_stay_valid_while_the_database_is_unavailable(
    postgres_server: Server, template_database: str
) -> None:
    url = postgres_server.create_database(template=template_database)
    with Service.running(url) as service:
        headers = bearer(service.token(Scope.DEVICE_READ))
        before = get_me(service, headers).status_code
        postgres_server.drop_database(url)

        assert (before, get_me(service, headers).status_code) == (200, 200)
