"""Many processes watch at the same time, while a job fails again and again; one of them may be killed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
import pytest_asyncio

from arcbeat.app import open_jobs
from arcbeat.domain.jobs.jobs import Parameters
from arcbeat.domain.jobs.runs import RunRequest, RunState, Trigger
from jobs.watch_logs import JOB
from tests.adapters.alerts.servers import HttpServer, reply, serving
from tests.jobs import programs
from tests.jobs.alerts.conftest import NAME, REJECTED, RecordingSender, Watcher
from tests.jobs.database import execute, query, wait_until_the_lease_has_ended
from tests.jobs.example_jobs import REGISTRY

WATCHERS = 8
FAILURES = 1000
NEVER_ESCALATED: Parameters = {"escalate_after_hours": 0}
OPENED = ("opened", REJECTED, "failing")
RECOVERED = ("recovered", REJECTED, "failing")
# An operator may have done so; the outbox must not rely on the exclusive run.
NOT_EXCLUSIVE = "update sync_job set exclusive = false where name in ('watch_logs', 'rejected')"


@pytest_asyncio.fixture
async def watchers(environment: dict[str, str], target: RecordingSender) -> AsyncIterator[list[Watcher]]:
    """Watchers with a pool of connections each, as processes have, which may run at the same time."""
    async with AsyncExitStack() as stack:
        runtimes = [await stack.enter_async_context(open_jobs(environment)) for _ in range(WATCHERS)]
        found = [Watcher(runtime, environment, [target]) for runtime in runtimes]
        await runtimes[0].ports.jobs.register([JOB.definition, REGISTRY[REJECTED].definition])
        execute(environment, NOT_EXCLUSIVE)
        yield found


async def look(watchers: list[Watcher]) -> None:
    """Let all watch at the same time."""
    runs = await asyncio.gather(*(each.run(NEVER_ESCALATED) for each in watchers))
    assert {run.state for run in runs} == {RunState.SUCCEEDED}, [run.error_message for run in runs]


async def recover(watchers: list[Watcher]) -> None:
    watchers[0].recover()
    for _ in range(3):
        watchers[0].pass_time(minutes=5)
        await look(watchers)


def with_targets(environment: dict[str, str], server: HttpServer) -> dict[str, str]:
    """Return settings by which notices and reports go to a server."""
    return {
        **environment,
        "ALERT_URLS": f"feishu+{server.url}/open-apis/bot/v2/hook/h1",
        "ALERT_DEAD_MAN_URL": f"{server.url}/ping",
    }


def run_programs(environment: dict[str, str]) -> list[tuple[int, str, str]]:
    """Run ``python -m jobs run watch_logs`` several times at once."""

    def run(_: int) -> tuple[int, str, str]:
        return programs.run(environment, "run", NAME, module=programs.PRODUCT)

    with ThreadPoolExecutor(WATCHERS) as executor:
        return list(executor.map(run, range(WATCHERS)))


async def test_eight_processes_that_watch_at_the_same_time_send_each_notice_once(
    watchers: list[Watcher], target: RecordingSender
) -> None:
    await watchers[0].fail()

    await look(watchers)
    await look(watchers)
    await recover(watchers)

    assert target.sent == [OPENED, RECOVERED]


async def test_eight_programs_send_one_notice_to_a_bot_and_report_eight_times(
    watcher: Watcher, environment: dict[str, str]
) -> None:
    await watcher.fail()
    await watcher.runtime.ports.jobs.register([JOB.definition])
    execute(environment, NOT_EXCLUSIVE)

    with serving(lambda _: reply({"code": 0, "msg": "success"})) as server:
        ended = await asyncio.to_thread(run_programs, with_targets(environment, server))

    assert [code for code, _, _ in ended] == [0] * WATCHERS, ended
    assert Counter((each.method, each.path) for each in server.received) == {
        ("POST", "/open-apis/bot/v2/hook/h1"): 1,
        ("GET", "/ping"): WATCHERS,
    }
    assert query(environment, "select target, state, attempts from sync_job_alert_delivery") == [
        {"target": f"feishu {server.address}", "state": "sent", "attempts": 1}
    ]


@pytest.mark.slow
async def test_a_storm_of_a_thousand_failing_runs_opens_one_alert_and_closes_one(
    watchers: list[Watcher], target: RecordingSender, environment: dict[str, str]
) -> None:
    storm = replace(
        watchers[0].starter(),
        registry={REJECTED: REGISTRY[REJECTED]},
    )
    request = RunRequest(job_name=REJECTED, trigger=Trigger.HTTP, requested_by="a test")
    failures = asyncio.Queue[None]()
    for _ in range(FAILURES):
        failures.put_nowait(None)

    async def fail() -> None:
        while not failures.empty():
            failures.get_nowait()
            _, claimed = await storm.ports.queue.request_and_claim(request, storm.worker)
            assert claimed is not None
            await storm.execute(claimed)

    async def watch() -> None:
        while not failures.empty():
            await look(watchers[:2])
            watchers[0].pass_time(minutes=5)

    await asyncio.gather(watch(), *(fail() for _ in range(2)))
    await look(watchers)
    await recover(watchers)

    count = "select count(*) as runs from sync_job_run where job_name = 'rejected' and state = 'failed'"
    assert query(environment, count) == [{"runs": FAILURES - 1}]  # the last one has succeeded since
    assert target.sent == [OPENED, RECOVERED]
    alerts = query(environment, "select closed_at is null as is_open from sync_job_alert where job_name = 'rejected'")
    assert alerts == [{"is_open": False}]


async def test_a_process_that_is_killed_between_claim_and_sending_loses_no_notice(
    watcher: Watcher, target: RecordingSender, environment: dict[str, str]
) -> None:
    await watcher.fail()

    code, _, _ = programs.run(environment, module="tests.jobs.alerts.dying_watcher")

    assert code < 0
    claimed = query(environment, "select target, state, attempts from sync_job_alert_delivery")
    assert claimed == [{"target": "chat", "state": "waiting", "attempts": 1}]
    wait_until_the_lease_has_ended(environment)
    assert (await watcher.look())["sent"] == 0  # the notice still belongs to the killed process
    execute(environment, "update sync_job_alert_delivery set claimed_until = now()")

    assert (await watcher.look())["sent"] == 1
    assert target.sent == [OPENED]
