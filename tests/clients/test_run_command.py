"""``arcbeat-client run`` starts a job, follows its run, and ends with the exit code of its outcome."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from signal import SIGINT, SIGTERM
from typing import Any
from urllib.parse import urlsplit

import pytest

from arcbeat.domain.identity.identity import Scope
from tests.clients.commands import Command
from tests.faults.proxy import LOGIN_PAGE_RESPONSE, PASSING, Behaviour, Connect, Mode, Proxy, to_tcp
from tests.jobs import programs
from tests.jobs.example_jobs import REGISTRY
from tests.support.identity import add_api_key
from tests.support.jobs import Worker
from tests.support.service import Service

STATE = "select state from sync_job_run where id = %s"


@pytest.fixture(scope="module", autouse=True)
def _worker(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Carry out the runs of the example jobs."""
    Worker(service.database_url).register(*(job.definition for job in REGISTRY.values()))
    spool = str(tmp_path_factory.mktemp("spool"))
    environment = {"DATABASE_URL": service.database_url, "JOB_SPOOL_FOLDER": spool, "LOG_LEVEL": "error"}
    with programs.running(environment, "worker"):
        yield


@pytest.fixture(scope="module")
def api_key(service: Service) -> str:
    return add_api_key(service, "scheduler", Scope.JOB_RUN, Scope.JOB_READ)


def _address(service: Service) -> Connect:
    address = urlsplit(service.url)
    return to_tcp(str(address.hostname), int(address.port or 0))


@asynccontextmanager
async def _proxy(connect: Connect) -> AsyncIterator[tuple[Proxy, str]]:
    async with Proxy.running(connect) as proxy:
        yield proxy, f"http://127.0.0.1:{proxy.port}"


def _runs(service: Service, job: str) -> int:
    number: int = service.fetch_value(
        "select count(*) from sync_job_run join sync_job j on j.id = job_id where name = %s", job
    )
    return number


async def test_it_prints_the_log_and_the_outcome_of_a_run_that_succeeds(service: Service, api_key: str) -> None:
    async with Command.running(service.url, api_key, "flaky", "--param=succeeds_at=2") as command:
        assert await command.exit_code() == 0

    requested, ended = command.events[0], command.events[-1]
    assert requested["event"] == "run_requested"
    assert requested["console_url"] == f"{service.url}/jobs/runs/{requested['id']}"
    logged = [(each["log_type"], each["execution_phase"]) for each in command.events if each["event"] == "log"]
    assert logged == [("execution_start", "initial"), ("retry_attempt", "retry"), ("success", "final")]
    assert (ended["event"], ended["state"], ended["attempts"]) == ("run_ended", "succeeded", 2)
    assert (ended["parameters"], ended["result"]) == ({"succeeds_at": 2}, {"attempt": 2})


async def test_a_failed_run_is_exit_code_1_with_its_error(service: Service, api_key: str) -> None:
    async with Command.running(service.url, api_key, "rejected") as command:
        assert await command.exit_code() == 1

    assert command.events[-1]["error_category"] == "data_error"
    assert command.events[-1]["error_message"]


async def test_commands_with_one_key_make_one_run(service: Service, api_key: str) -> None:
    before = _runs(service, "flaky")
    ids = set()
    for _ in range(2):
        async with Command.running(service.url, api_key, "flaky", "--key=moment-1") as command:
            assert await command.exit_code() == 0
        ids.add(command.events[-1]["id"])

    assert len(ids) == 1
    assert _runs(service, "flaky") == before + 1


async def test_sigterm_cancels_the_run(service: Service, api_key: str, tmp_path: Path) -> None:
    async with Command.running(service.url, api_key, "patient", f"--param=folder={tmp_path}") as command:
        await command.wait_for("run_changed")
        command.stop(SIGTERM)
        assert await command.exit_code() == 5

    assert [each["event"] for each in command.events if each["event"] != "log"][-2:] == [
        "cancellation_requested",
        "run_ended",
    ]
    assert command.events[-1]["state"] == "cancelled"


async def test_signals_after_the_first_one_do_not_prevent_the_cancellation(
    service: Service, api_key: str, tmp_path: Path
) -> None:
    async with Command.running(service.url, api_key, "patient", f"--param=folder={tmp_path}") as command:
        await command.wait_for("run_changed")
        for number in (SIGINT, SIGTERM, SIGTERM):
            command.stop(number)
        assert await command.exit_code() == 5

    assert command.events[-1]["state"] == "cancelled"


async def test_sigterm_cancels_the_run_when_the_scheduler_has_closed_the_pipes(
    service: Service, api_key: str, tmp_path: Path
) -> None:
    async with Command.running(service.url, api_key, "patient", f"--param=folder={tmp_path}") as command:
        run = await command.wait_for("run_changed")
        command.close_output()
        command.stop(SIGTERM)
        assert await command.exit_code() == 5

    assert service.fetch_value(STATE, run["id"]) == "cancelled"


async def test_sigterm_before_the_response_to_the_request_cancels_the_run(
    service: Service, api_key: str, tmp_path: Path
) -> None:
    before = _runs(service, "patient")
    async with _proxy(_address(service)) as (proxy, url):
        await proxy.set_behaviour(Behaviour(Mode.REFUSE))
        async with Command.running(url, api_key, "patient", f"--param=folder={tmp_path}") as command:
            await command.wait_for("service_unavailable")
            command.stop(SIGTERM)
            await proxy.set_behaviour(PASSING)
            assert await command.exit_code() == 5

    assert _runs(service, "patient") == before + 1
    assert command.events[-1]["state"] == "cancelled"


async def test_a_run_may_be_left_at_sigterm_and_followed_again_by_its_key(
    service: Service, api_key: str, tmp_path: Path
) -> None:
    arguments = ("patient", "--key=moment-2", "--on-signal=leave", f"--param=folder={tmp_path}")
    async with Command.running(service.url, api_key, *arguments) as first:
        await first.wait_for("run_changed")
        first.stop(SIGTERM)
        assert await first.exit_code() == 5
    async with Command.running(service.url, api_key, *arguments) as second:
        run = await second.wait_for("run_requested")
        (tmp_path / "end").touch()
        assert await second.exit_code() == 0

    assert first.events[-1]["event"] == "run_left"
    assert (run["state"], run["id"]) == ("running", first.events[-1]["id"])


async def test_the_run_is_cancelled_after_the_timeout(service: Service, api_key: str, tmp_path: Path) -> None:
    async with Command.running(service.url, api_key, "patient", f"--param=folder={tmp_path}", "--timeout=1") as command:
        assert await command.exit_code() == 4

    assert command.events[-1]["state"] == "cancelled"


async def test_it_goes_on_after_the_network_was_lost(service: Service, api_key: str, tmp_path: Path) -> None:
    async with (
        _proxy(_address(service)) as (proxy, url),
        Command.running(url, api_key, "patient", f"--param=folder={tmp_path}") as command,
    ):
        await command.wait_for("run_changed")
        await proxy.set_behaviour(Behaviour(Mode.REFUSE))
        await command.wait_for("service_unavailable")
        (tmp_path / "end").touch()
        await proxy.set_behaviour(PASSING)
        assert await command.exit_code() == 0


async def test_it_goes_on_after_the_service_was_restarted(service: Service, api_key: str, tmp_path: Path) -> None:
    """The service that restarts is a second one on the same database, behind a proxy that keeps its address."""
    target: list[Connect] = []
    async with AsyncExitStack() as stack:
        _, url = await stack.enter_async_context(_proxy(lambda: target[0]()))
        with Service.running(service.database_url) as first:
            target[:] = [_address(first)]
            running = Command.running(url, api_key, "patient", f"--param=folder={tmp_path}")
            command = await stack.enter_async_context(running)
            await command.wait_for("run_changed")
        await command.wait_for("service_unavailable")
        (tmp_path / "end").touch()
        with Service.running(service.database_url) as second:
            target[:] = [_address(second)]
            assert await command.exit_code() == 0


async def test_it_gives_up_when_the_service_is_unavailable_for_too_long(api_key: str) -> None:
    async with Command.running("http://127.0.0.1:9", api_key, "flaky", "--patience=2") as command:
        assert await command.exit_code() == 7
        assert "has been unavailable" in await command.error()


async def test_another_server_is_not_taken_for_the_service(service: Service, api_key: str) -> None:
    async with _proxy(_address(service)) as (proxy, url):
        await proxy.set_behaviour(Behaviour(Mode.REPLACE, response=LOGIN_PAGE_RESPONSE))
        async with Command.running(url, api_key, "flaky") as command:
            assert await command.exit_code() == 2
            assert "check ARCBEAT_URL" in await command.error()


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "message"),
    [
        (("flaky",), {"ARCBEAT_API_KEY": "arcbeat_" + "0" * 16 + "_" + "A" * 43}, 2, "401"),
        (("no_such_job",), {}, 2, "404"),
        (("flaky", "--param=unknown=1"), {}, 2, "400"),
        (("flaky", "--param=unknown"), {}, 2, "NAME=VALUE"),
        (("flaky", "--timeout=0"), {}, 2, "positive"),
        (("flaky",), {"ARCBEAT_URL": "arcbeat"}, 2, "ARCBEAT_URL"),
        (("flaky",), {"ARCBEAT_API_KEY": ""}, 2, "ARCBEAT_API_KEY"),
        (("flaky",), {"ARCBEAT_API_KEY_FILE": "/none"}, 2, "ARCBEAT_API_KEY_FILE"),
    ],
)
async def test_errors_of_the_caller_are_exit_code_2(
    service: Service, api_key: str, arguments: tuple[str, ...], environment: dict[str, Any], code: int, message: str
) -> None:
    async with Command.running(service.url, api_key, *arguments, **environment) as command:
        assert await command.exit_code() == code
        assert message in await command.error()


async def test_a_key_that_was_used_for_another_request_is_exit_code_3(service: Service, api_key: str) -> None:
    for succeeds_at, code in ((1, 0), (2, 3)):
        arguments = ("flaky", "--key=moment-3", f"--param=succeeds_at={succeeds_at}")
        async with Command.running(service.url, api_key, *arguments) as command:
            assert await command.exit_code() == code
            error = await command.error()
    assert "409" in error


async def test_a_skipped_run_is_exit_code_3(service: Service, api_key: str, tmp_path: Path) -> None:
    arguments = ("patient", f"--param=folder={tmp_path}")
    async with Command.running(service.url, api_key, *arguments) as first:
        await first.wait_for("run_changed")
        async with Command.running(service.url, api_key, *arguments) as second:
            assert await second.exit_code() == 3
        (tmp_path / "end").touch()
        assert await first.exit_code() == 0

    assert second.events[-1]["state"] == "skipped"


async def test_the_api_key_may_be_in_a_file(service: Service, api_key: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{api_key}\n")
    file = str(tmp_path / "key")
    async with Command.running(service.url, "", "flaky", "--param=succeeds_at=1", ARCBEAT_API_KEY_FILE=file) as command:
        assert await command.exit_code() == 0
