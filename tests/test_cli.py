"""The commands, as processes of their own."""

import os
import subprocess
import sys

import httpx

from tests.postgres import Server
from tests.service import SECRET_KEY, Service


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
    assert [each.stderr for each in refusals] == ["arcbeat: DATABASE_URL is not set\n"] * 3


def test_a_short_secret_key_is_refused_and_not_printed() -> None:
    refused = run("serve", SECRET_KEY="my secret", DATABASE_URL="postgresql:///nowhere")

    assert refused.returncode == 1
    assert "SECRET_KEY: must be 32 random bytes" in refused.stderr
    assert "my secret" not in refused.stderr


def test_a_migration_says_what_it_found(database: str) -> None:
    migrated = run("migrate", DATABASE_URL=database)

    assert migrated.stdout.splitlines() == ["schema version 0001", "t_device_info was made"]


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
            service.nobody.post("/api/v1/auth/token", data={**form, "password": password}) for password in passwords
        ]

    assert [each.stdout for each in added] == ["vera is viewer\n"] * 2
    assert [each.status_code for each in answers] == [401, 200]


def test_a_short_password_is_refused(database: str) -> None:
    refused = run("user", "add", "vera", "--role", "viewer", "--password-stdin", stdin="short\n", DATABASE_URL=database)

    assert refused.returncode == 1
    assert "12 to 256 characters" in refused.stderr
