"""Tests of the command line.

Most run ``main`` in this process: starting Python and importing the application takes seconds.
"""

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

import httpx
import psycopg
import pytest

from arcbeat.cli import main
from arcbeat.settings import missing_setting
from jobs.registry import REGISTRY
from tests.support.postgres import Server
from tests.support.service import SECRET_KEY, Service


@dataclass(frozen=True, slots=True)
class Finished:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str, stdin: str = "", **environment: str) -> Finished:
    """Run a command in this process, with these environment variables alone."""
    stdout, stderr = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(stdout), redirect_stderr(stderr):
        patch.setattr(sys, "argv", ["arcbeat", *arguments])
        patch.setattr(sys, "stdin", io.StringIO(stdin))
        patch.setattr(os, "environ", environment)
        try:
            main()
        except SystemExit as end:
            return Finished(int(end.code or 0), stdout.getvalue(), stderr.getvalue())
    return Finished(0, stdout.getvalue(), stderr.getvalue())


def run_process(*arguments: str, **environment: str) -> Finished:
    """Run a command as a user does, in its own process."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    finished = subprocess.run(
        [sys.executable, "-m", "arcbeat", *arguments],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Finished(finished.returncode, finished.stdout, finished.stderr)


def test_the_command_runs_as_a_process() -> None:
    finished, rejected = run_process("secret-key"), run_process("serve", SECRET_KEY=SECRET_KEY)

    assert (finished.returncode, len(bytes.fromhex(finished.stdout)), finished.stderr) == (0, 32, "")
    assert (rejected.returncode, rejected.stderr) == (1, f"arcbeat: {missing_setting('DATABASE_URL')}\n")


def test_secret_key_prints_a_new_key_each_time() -> None:
    keys = [run("secret-key").stdout.strip() for _ in range(2)]

    assert keys[0] != keys[1]
    assert len(bytes.fromhex(keys[0])) == 32


def test_commands_without_database_url_are_rejected() -> None:
    rejections = [
        run("serve", SECRET_KEY=SECRET_KEY),
        run("migrate"),
        run("user", "add", "x", "--role", "viewer", "--password-stdin", stdin="long enough password\n"),
    ]

    assert [each.returncode for each in rejections] == [1, 1, 1]
    assert [each.stderr for each in rejections] == [f"arcbeat: {missing_setting('DATABASE_URL')}\n"] * 3


def test_a_short_secret_key_is_rejected_and_not_printed() -> None:
    rejected = run("serve", SECRET_KEY="my secret", DATABASE_URL="postgresql:///nowhere")

    assert rejected.returncode == 1
    assert "SECRET_KEY: must be 32 random bytes" in rejected.stderr
    assert "my secret" not in rejected.stderr


def test_migrate_lists_what_it_created(database: str) -> None:
    migrated = run("migrate", DATABASE_URL=database)

    version, *found = migrated.stdout.splitlines()
    assert version.startswith("schema version ")
    assert "t_device_info was created" in found
    assert [line for line in found if line.startswith("job ")] == [f"job {name} was registered" for name in REGISTRY]


def test_an_added_user_can_log_in_with_the_newest_password(postgres_server: Server, template_database: str) -> None:
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


def test_a_short_password_is_rejected(database: str) -> None:
    rejected = run(
        "user", "add", "vera", "--role", "viewer", "--password-stdin", stdin="short\n", DATABASE_URL=database
    )

    assert rejected.returncode == 1
    assert "12 to 256 characters" in rejected.stderr


def test_a_weak_password_is_rejected_with_the_reason(database: str) -> None:
    weak = run("user", "add", "vera", "--role", "viewer", "--password-stdin", stdin="a" * 12, DATABASE_URL=database)

    assert (weak.returncode, weak.stderr) == (1, "arcbeat: The password must have at least 5 different characters.\n")


def test_an_added_api_key_has_its_scopes(postgres_server: Server, template_database: str) -> None:
    url = postgres_server.create_database(template=template_database)
    arguments = ("api-key", "add", "gateway", "--scope", "device:read", "--scope", "job:read", "--expires-days", "30")
    added, again = run(*arguments, DATABASE_URL=url), run(*arguments, DATABASE_URL=url)

    with Service.running(url) as service:
        me = service.anonymous.get("/api/v1/auth/me", headers={"X-API-Key": added.stdout.strip()}).json()

    assert (me["kind"], me["name"], me["scopes"]) == ("key", "gateway", ["device:read", "job:read"])
    assert me["expires_at"] is not None
    assert (again.returncode, again.stdout) == (1, "")
    assert "An API key with this name already exists" in again.stderr


def test_an_added_api_key_may_be_of_a_wall_screen(postgres_server: Server, template_database: str) -> None:
    url = postgres_server.create_database(template=template_database)
    arguments = ("api-key", "add", "hall-1", "--purpose", "wall", "--scope", "telemetry:read")
    refused, added = run(*arguments, DATABASE_URL=url), run(*arguments, "--expires-days", "30", DATABASE_URL=url)

    with psycopg.connect(url) as connection:
        stored = connection.execute("select name, purpose from t_api_key").fetchall()

    assert (refused.returncode, "is required for a key of the purpose wall" in refused.stderr) == (1, True)
    assert (added.returncode, stored) == (0, [("hall-1", "wall")])


def test_the_last_admin_cannot_become_a_viewer(postgres_server: Server, template_database: str) -> None:
    url = postgres_server.create_database(template=template_database)
    password = "a long enough password\n"
    run("user", "add", "root", "--role", "admin", "--password-stdin", stdin=password, DATABASE_URL=url)

    rejected = run("user", "add", "root", "--role", "viewer", "--password-stdin", stdin=password, DATABASE_URL=url)

    assert (rejected.returncode, "last enabled admin" in rejected.stderr) == (1, True)


def test_an_admin_with_keys_is_given_another_role_only_with_a_decision(
    postgres_server: Server, template_database: str
) -> None:
    url = postgres_server.create_database(template=template_database)
    add = ("user", "add", "vera", "--password-stdin", "--role")
    password = "a long enough password\n"
    for name in ("root", "vera"):
        run("user", "add", name, "--role", "admin", "--password-stdin", stdin=password, DATABASE_URL=url)
    run("api-key", "add", "collector", "--scope", "telemetry:write", DATABASE_URL=url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("update t_api_key set owner = 'vera', has_owner = true")

    undecided = run(*add, "viewer", stdin=password, DATABASE_URL=url)
    decided = run(*add, "viewer", "--keys", "keep", stdin=password, DATABASE_URL=url)

    assert (undecided.returncode, "collector" in undecided.stderr) == (1, True)
    assert (decided.returncode, decided.stdout) == (0, "vera is viewer\n")
