"""The commands of the README on an empty database, as processes of their own, up to the first page with a reading."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from jobs.registry import REGISTRY
from tests.support.ports import free_port
from tests.support.service import SECRET_KEY

README = Path(__file__).parents[1] / "README.md"
PASSWORD = "a password of the first day"
ATTEMPTS_MAX = 300


def readme_commands() -> list[str]:
    """Return the commands `arcbeat …` of the section «Run it for real»."""
    [section] = re.findall(r"## Run it for real\n\n```sh\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    return [line.split("#")[0].strip() for line in section.splitlines() if not line.startswith("export")]


def environment(database: str, port: int) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    own = {"DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, "HOST": "127.0.0.1", "PORT": str(port)}
    return {**inherited, **own, "PASSWORD": PASSWORD, "no_proxy": "*"}


def run(command: str, settings: dict[str, str]) -> None:
    shell = command.replace("arcbeat ", f"{sys.executable} -m arcbeat ", 1)
    subprocess.run(["/bin/sh", "-c", shell], env=settings, check=True, timeout=60, capture_output=True)


@contextmanager
def serving(settings: dict[str, str]) -> Iterator[httpx.Client]:
    process = subprocess.Popen([sys.executable, "-m", "arcbeat", "serve"], env=settings)
    transport = httpx.HTTPTransport(retries=5)
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{settings['PORT']}", transport=transport, trust_env=False, timeout=20
        ) as client:
            wait_until_up(client, process)
            yield client
    finally:
        process.terminate()
        process.wait(30)


def wait_until_up(client: httpx.Client, process: "subprocess.Popen[bytes]") -> None:
    """Connect until the server listens; the transport waits longer after each failure."""
    for _ in range(ATTEMPTS_MAX):
        assert process.poll() is None
        try:
            client.get("/healthz").raise_for_status()
        except httpx.ConnectError:
            continue
        return
    raise AssertionError("the server did not start")


def test_the_steps_of_the_readme_lead_from_an_empty_database_to_a_page_with_a_reading(database: str) -> None:
    settings = environment(database, free_port())
    migrate, add_user, serve = readme_commands()
    assert serve == "arcbeat serve"

    run(migrate, settings)
    run(add_user, settings)
    with serving(settings) as client:
        form = {"grant_type": "password", "username": "root", "password": PASSWORD}
        token = client.post("/api/v1/auth/token", data=form).raise_for_status().json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        device = {"device_code": "W001", "device_name": "焊机一", "device_type": "焊机"}
        registered = client.post("/api/v1/device/info", json=device)
        reading = {
            "device_code": "W001",
            "ts": datetime.now(UTC).isoformat(),
            "values": {"weld_current": 120.5, "device_status": "焊接"},
        }
        sent = client.post("/api/v1/device/data", json={"type_code": "welding", "readings": [reading]})
        page = client.get("/api/v1/device/data/realtime", params={"max_age": 0}).json()
        jobs = client.get("/api/v1/jobs").json()
        started = client.post("/api/v1/jobs/check_latest/runs")
        ready = client.get("/readyz")

    assert (registered.status_code, sent.status_code, sent.json()["accepted"]) == (201, 200, 1)
    assert [(row["device_code"], row["weld_current"], row["freshness"]) for row in page["items"]] == [
        ("W001", 120.5, "live")
    ]
    assert [each["name"] for each in jobs["items"]] == sorted(REGISTRY)
    assert (started.status_code, started.json()["state"]) == (202, "queued")
    assert (ready.status_code, "super-table-missing" in ready.text) == (200, False)
