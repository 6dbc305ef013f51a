"""The job that watches, with the targets and the dead-man switch of the settings, against servers on real sockets."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import pytest
import pytest_asyncio

from arcbeat.app import JobRuntime, open_jobs
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.runs import Run, RunRequest, RunState, Trigger
from jobs.execution.start import Starter
from jobs.watch_logs import JOB
from tests.adapters.alerts.servers import SECRET, TOKEN, HttpServer, Reply, dingtalk, reply, serving
from tests.jobs.alerts.conftest import REJECTED, Watcher
from tests.jobs.database import query
from tests.jobs.example_jobs import REGISTRY

CHECK_ID = "5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278"


@pytest.fixture
def group() -> Iterator[HttpServer]:
    """The bot of a group, which checks signatures."""
    with serving(dingtalk) as server:
        yield server


@pytest.fixture
def outside() -> Iterator[HttpServer]:
    """The service behind the dead-man switch."""
    with serving(lambda _: Reply(200, b"OK")) as server:
        yield server


@pytest_asyncio.fixture
async def configured(environment: dict[str, str], group: HttpServer, outside: HttpServer) -> AsyncIterator[JobRuntime]:
    """What a process has whose settings name the bot and the dead-man switch."""
    settings = {
        **environment,
        "ALERT_URLS": f"dingtalk+{group.url}/robot/send?access_token={TOKEN}&secret={SECRET}",
        "ALERT_DEAD_MAN_URL": f"{outside.url}/{CHECK_ID}",
        "ALERT_TIME_ZONE": "Asia/Shanghai",
    }
    async with open_jobs(settings) as runtime:
        yield runtime


async def watch(runtime: JobRuntime) -> Run:
    """Carry out a run."""
    starter = Starter(ports=runtime.ports, registry={**REGISTRY, "watch_logs": JOB}, spool_folder=runtime.spool_folder)
    return await starter.start_run(
        RunRequest(job_name="watch_logs", trigger=Trigger.COMMAND_LINE, requested_by="a test")
    )


async def look(runtime: JobRuntime) -> Mapping[str, Any]:
    """Carry out a run that must succeed, and return its result."""
    run = await watch(runtime)
    assert run.state is RunState.SUCCEEDED, run.error_message
    return run.result or {}


async def test_a_failing_job_makes_one_message_in_the_group_and_each_look_one_report(
    watcher: Watcher, configured: JobRuntime, group: HttpServer, outside: HttpServer
) -> None:
    await watcher.fail()

    first, second = await look(configured), await look(configured)

    assert (first["sent"], second["sent"]) == (1, 0)
    [message] = group.received
    text = message.json["text"]["content"]
    assert text.startswith(f"【arcbeat】告警：任务 {REJECTED} 运行失败\n")
    assert "(UTC+08:00)" in text
    assert [(each.method, each.path) for each in outside.received] == [("GET", f"/{CHECK_ID}")] * 2


async def test_a_message_that_the_group_rejects_with_http_200_lets_the_run_fail_and_is_sent_later(
    watcher: Watcher, configured: JobRuntime, group: HttpServer, environment: dict[str, str]
) -> None:
    await look(configured)
    group.respond = lambda _: reply({"errcode": 310000, "errmsg": f"sign not match, token {TOKEN}"})
    await watcher.fail()
    run = await watch(configured)
    first: Mapping[str, Any] = run.result or {}
    group.respond = dingtalk
    watcher.pass_time(minutes=5)
    second = await look(configured)

    assert (run.state, run.error_category) == (RunState.FAILED, ErrorCategory.DATA_ERROR)
    [not_sent] = first["not_sent"]
    assert (
        f"was not sent to dingtalk {group.address}: errcode 310000: sign not match, token [redacted]; che" in not_sent
    )
    assert (first["sent"], second["sent"], len(group.received)) == (0, 1, 2)
    stored = query(environment, "select target, error from sync_job_alert_delivery")
    assert TOKEN not in repr(stored)
    assert SECRET not in repr(stored)


async def test_a_report_that_does_not_arrive_is_in_the_result_and_lets_no_run_fail(
    configured: JobRuntime, outside: HttpServer
) -> None:
    outside.respond = lambda _: Reply(404)

    assert (await look(configured))["dead_man_reported"] is False

    outside.respond = lambda _: Reply(200, b"OK")
    assert (await look(configured))["dead_man_reported"] is True
