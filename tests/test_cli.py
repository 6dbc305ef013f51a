"""The commands, as processes of their own."""

import os
import subprocess
import sys

import httpx

from arcbeat.settings import missing_setting
from tests.support.postgres import Server
from tests.support.service import SECRET_KEY, Service


def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "arcbeat", *arguments],
        input=stdin,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_secret_key_is_new_each_time_and_good_for_a_server() -> None:
    keys = [run("secret-key").stdout.strip() for _ in range(2)]

    assert keys[0] != keys[1]
    assert len(bytes.fromhex(keys[0])) == 32


def test_without_a_database_nothing_is_served_or_migrated() -> None:
    refusals = [
        run("serve", SECRET_KEY=SECRET_KEY),
        run("migrate"),
        run("user", "add", "x", "--role", "viewer", "--password-stdin", stdin="long enough password\n"),
    ]

    assert [each.returncode for each in refusals] == [1, 1, 1]
    assert [each.stderr for each in refusals] == [f"arcbeat: {missing_setting('DATABASE_URL')}\n"] * 3


def test_a_short_secret_key_is_refused_and_not_printed() -> None:
    refused = run("serve", SECRET_KEY="my secret", DATABASE_URL="postgresql:///nowhere")

    assert refused.returncode == 1
    assert "SECRET_KEY: must be 32 random bytes" in refused.stderr
    assert "my secret" not in refused.stderr


def test_a_migration_says_what_it_found(database: str) -> None:
    migrated = run("migrate", DATABASE_URL=database)

    version, *found = migrated.stdout.splitlines()
    assert version.startswith("schema version ")
    assert "t_device_info was created" in found


def test_a_user_that_was_added_can_log_in_with_the_new_password(
    postgres_server: Server, template_database: str
) -> None:
    url = postgres_server.create_database(template=template_database)
    passwords = ("a first password", "a second password")
    added = [
        run("user", "add", "vera", "--role", "viewer", "--password-stdin", stdin=f"{password}\n", DATABASE_URL=url)
        for password in passwords
    ]

    with Service.running(url) as service:
        form = {"grant_type": "password", "username": "vera"}
        answers: list[httpx.Response] = [
            service.anonymous.post("/api/v1/auth/token", data={**form, "password": password}) for password in passwords
        ]

    assert [each.stdout for each in added] == ["vera is viewer\n"] * 2
    assert [each.status_code for each in answers] == [401, 200]


def test_a_short_password_is_refused(database: str) -> None:
    refused = run("user", "add", "vera", "--role", "viewer", "--password-stdin", stdin="short\n", DATABASE_URL=database)

    assert refused.returncode == 1
    assert "12 to 256 characters" in refused.stderr


def test_a_weak_password_is_refused_and_says_why(database: str) -> None:
    weak = run("user", "add", "vera", "--role", "viewer", "--password-stdin", stdin="a" * 12, DATABASE_URL=database)

    assert (weak.returncode, weak.stderr) == (1, "arcbeat: The password must have at least 5 different characters.\n")


def test_a_key_that_was_added_opens_what_its_scopes_open(postgres_server: Server, template_database: str) -> None:
    url = postgres_server.create_database(template=template_database)
    arguments = ("api-key", "add", "gateway", "--scope", "device:read", "--scope", "job:read", "--expires-days", "30")
    added, again = run(*arguments, DATABASE_URL=url), run(*arguments, DATABASE_URL=url)

    with Service.running(url) as service:
        me = service.anonymous.get("/api/v1/auth/me", headers={"X-API-Key": added.stdout.strip()}).json()

    assert (me["kind"], me["name"], me["scopes"]) == ("key", "gateway", ["device:read", "job:read"])
    assert me["expires_at"] is not None
    assert (again.returncode, again.stdout) == (1, "")
    assert "An API key with this name already exists" in again.stderr


def test_the_last_admin_stays_one(postgres_server: Server, template_database: str) -> None:
    url = postgres_server.create_database(template=template_database)
    password = "a long enough password\n"
    run("user", "add", "root", "--role", "admin", "--password-stdin", stdin=password, DATABASE_URL=url)

    refused = run("user", "add", "root", "--role", "viewer", "--password-stdin", stdin=password, DATABASE_URL=url)

    assert (refused.returncode, "last enabled admin" in refused.stderr) == (1, True)
