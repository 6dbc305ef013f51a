"""Tests of ``arcbeat demo`` as a process that is started, stopped and killed."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from adapters.embedded_postgres.server import EmbeddedPostgres

PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.1
SAMPLE_SECONDS = "0.5"
SILENT_DEVICE = "14412T0079"
"""A registered device that never sends readings by itself."""


@pytest.fixture(scope="module")
def used_folder() -> Iterator[Path]:
    """A folder that keeps its database from one test to the next: creating the database takes most of a start."""
    with temporary_folder() as folder:
        yield folder


@pytest.fixture
def folder() -> Iterator[Path]:
    """A new folder."""
    with temporary_folder() as folder:
        yield folder


@contextmanager
def temporary_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="arcbeat-demo-")).resolve()
    folder.chmod(0o711)  # so that the account of PostgreSQL can reach its folder below
    yield folder
    EmbeddedPostgres(folder / ".arcbeat" / "postgres").stop()
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def _as_under_nohup() -> Iterator[None]:
    """Ignore SIGHUP in the test process, as nohup and some terminal multiplexers do."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGHUP, before)


@dataclass(frozen=True)
class Demo:
    """A running demo."""

    process: "subprocess.Popen[str]"
    folder: Path

    @classmethod
    @contextmanager
    def running(cls, folder: Path) -> Iterator["Demo"]:
        """Run a demo; kill it at the end if the test has not stopped it."""
        with start(folder, PORT="0") as process:
            try:
                yield cls(process, folder)
            finally:
                process.kill()

    @property
    def note(self) -> dict[str, Any]:
        noted: dict[str, Any] = json.loads((self.folder / ".arcbeat" / "demo.json").read_text())
        return noted

    @contextmanager
    def client(self) -> Iterator[httpx.Client]:
        """Wait until the demo is ready, and return a client with the operator's token."""
        self.read_until("login operator")
        note = self.note
        form = {"grant_type": "password", "username": note["username"], "password": note["password"]}
        with httpx.Client(base_url=note["url"], trust_env=False, timeout=30) as client:
            token = client.post("/api/v1/auth/token", data=form).raise_for_status().json()["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
            yield client

    def read_until(self, text: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if text in line:
                return
        raise AssertionError(f"it ended with {self.process.wait()} and did not write {text}")

    def end(self, with_signal: signal.Signals) -> int:
        self.process.send_signal(with_signal)
        return self.process.wait(PATIENCE_SECONDS)


def start(folder: Path, **environment: str) -> "subprocess.Popen[str]":
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    # The demo must ignore the database of a real installation.
    given = {"SAMPLE_SECONDS": SAMPLE_SECONDS, "DATABASE_URL": "postgresql://elsewhere/real", **environment}
    return subprocess.Popen(
        [sys.executable, "-m", "arcbeat", "demo", "--no-build"],
        cwd=folder,
        env={**kept, **given},
        stdout=subprocess.PIPE,
        text=True,
        # As in a shell. Otherwise the demo would inherit that SIGHUP is ignored, and continue to ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )


def page_with_new_readings(client: httpx.Client) -> list[dict[str, Any]]:
    """Return the third page of 20 devices, when each of them has a reading later than this call."""
    now = datetime.now(UTC)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        answer = client.get("/api/v1/device/data/realtime", params={"page": 3, "page_size": 20}).raise_for_status()
        items: list[dict[str, Any]] = answer.json()["items"]
        if all(item["ts"] and datetime.fromisoformat(item["ts"]) >= now for item in items):
            return items
        time.sleep(POLL_SECONDS)  # the demo is another process, which does not notify this one
    raise AssertionError("some devices have no reading")


def device(client: httpx.Client, device_code: str) -> dict[str, Any]:
    answer = client.get("/api/v1/device/data/realtime", params={"keyword": device_code}).raise_for_status()
    [item] = answer.json()["items"]
    assert isinstance(item, dict)
    return item


def servers(folder: Path) -> list[psutil.Process]:
    found = psutil.process_iter(["name", "cwd"])
    return [p for p in found if p.info["name"] == "postgres" and str(p.info["cwd"]).startswith(str(folder))]


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_page_has_readings_and_a_signal_stops_everything(used_folder: Path, with_signal: signal.Signals) -> None:
    with Demo.running(used_folder) as demo, demo.client() as client:
        items = page_with_new_readings(client)

        assert [item["device_code"] for item in items] == [f"14412T{number:04d}" for number in range(41, 61)]
        assert {item["device_status"] for item in items} <= {"焊接", "待机", "报警", "关机"}
        assert demo.end(with_signal) == 0
        assert servers(used_folder) == []


def statistic(client: httpx.Client, data_label: str) -> dict[str, Any]:
    """Return a statistic of the board, when its row is of today and counts a device."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        answer = client.get("/api/v1/board/statistics", params={"data_label": data_label})
        found: dict[str, Any] = answer.json()
        if answer.is_success and found["freshness"] == "live" and found["values"].get("online_devices") != 0:
            return found
        time.sleep(POLL_SECONDS)  # the demo is another process, which does not notify this one
    raise AssertionError(f"{data_label} was never live: {answer.status_code} {found}")


def test_the_board_has_live_statistics(used_folder: Path) -> None:
    with Demo.running(used_folder) as demo, demo.client() as client:
        realtime, daily = statistic(client, "实时状态统计"), statistic(client, "平均在线率（日）")
        status = client.get("/api/v1/board/status").raise_for_status().json()

        assert (realtime["values"]["total_devices"], len(daily["trend"])) == (240, 7)
        assert all(each["values"]["online_rate"] for each in daily["trend"][:-1])
        assert [each["state"] for each in status["by_state"]] == ["焊接", "待机", "报警", "关机"]
        assert demo.end(signal.SIGTERM) == 0


def ended_run(client: httpx.Client, job_name: str) -> dict[str, Any]:
    """Return the root row of a run of a job that has ended, other than those that the end of a demo cancelled."""
    deadline = time.monotonic() + 2 * PATIENCE_SECONDS  # the schedules of the demo count minutes
    while time.monotonic() < deadline:
        logs = client.get("/api/v1/jobs/logs", params={"job": job_name}).raise_for_status().json()["items"]
        for log in logs:
            if log["status"] not in ("running", "cancelled"):
                assert isinstance(log, dict)
                return log
        time.sleep(POLL_SECONDS)  # the demo is another process, which does not notify this one
    raise AssertionError(f"no run of {job_name} has ended")


@pytest.mark.slow  # waits for the next full minute
def test_jobs_run_and_one_recovers_at_its_third_attempt(used_folder: Path) -> None:
    with Demo.running(used_folder) as demo, demo.client() as client:
        recovery, check = ended_run(client, "demo_recovery"), ended_run(client, "check_latest")

        assert (recovery["status"], recovery["retry_statistics"]["attempts"]) == ("success", 3)
        assert (check["status"], check["retry_statistics"]["attempts"]) == ("success", 1)
        assert demo.end(signal.SIGTERM) == 0


@pytest.mark.parametrize("server_too", [False, True], ids=["the demo", "the demo and its PostgreSQL"])
def test_data_and_logins_survive_a_kill(used_folder: Path, server_too: bool) -> None:
    with Demo.running(used_folder) as demo, demo.client() as client:
        note = demo.note
        ts = datetime.now(UTC).isoformat()
        reading = {"device_code": SILENT_DEVICE, "ts": ts, "values": {"device_status": "待机"}}
        batch = {"type_code": "welding", "readings": [reading]}
        assert client.post("/api/v1/device/data", json=batch).raise_for_status().json()["accepted"] == 1
        demo.end(signal.SIGKILL)
        for process in servers(used_folder) if server_too else []:
            process.kill()

    with Demo.running(used_folder) as demo, demo.client() as client:
        assert {**demo.note, "url": ""} == {**note, "url": ""}
        assert datetime.fromisoformat(device(client, SILENT_DEVICE)["ts"]) == datetime.fromisoformat(ts)
        assert demo.end(signal.SIGTERM) == 0
        assert servers(used_folder) == []


def test_a_killed_postgresql_is_restarted_while_the_demo_serves(used_folder: Path) -> None:
    with Demo.running(used_folder) as demo, demo.client() as client:
        page_with_new_readings(client)
        for process in servers(used_folder):
            process.kill()

        while not servers(used_folder):
            assert client.get("/healthz").status_code == 200
        assert len(page_with_new_readings(client)) == 20
        assert demo.end(signal.SIGTERM) == 0
        assert servers(used_folder) == []


def test_a_port_in_use_is_reported_before_anything_is_created(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [sys.executable, "-m", "arcbeat", "demo"],
            cwd=folder,
            env={**os.environ, "PORT": port},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    assert ended.returncode == 1
    assert ended.stderr == f"arcbeat: port {port} of 127.0.0.1 is in use; set PORT to another one\n"
    assert not (folder / ".arcbeat").exists()


def test_a_second_demo_in_the_same_folder_ends_and_does_not_disturb_the_first(used_folder: Path) -> None:
    with Demo.running(used_folder) as demo, demo.client() as client:
        with start(used_folder, PORT="0") as second:
            assert second.wait(PATIENCE_SECONDS) == 1

        assert len(page_with_new_readings(client)) == 20


def test_an_invalid_setting_stops_the_demo_and_its_postgresql(folder: Path) -> None:
    with start(folder, PORT="0", SAMPLE_SECONDS="often") as process:
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 1
    assert output.startswith("arcbeat demo: DATABASE_URL is ignored")
    assert servers(folder) == []


PRINT_HANDLER = """
import asyncio, signal
from arcbeat.demo.command import stop_signals

async def main():
    stop_signals()
    print(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN)

asyncio.run(main())
"""


@pytest.mark.parametrize("inherited", [signal.SIG_IGN, signal.SIG_DFL])
def test_the_demo_ignores_sighup_exactly_if_it_was_started_so(inherited: signal.Handlers) -> None:
    child = subprocess.run(
        [sys.executable, "-c", PRINT_HANDLER],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, inherited),
    )

    assert child.stdout == f"{inherited is signal.SIG_IGN}\n"
