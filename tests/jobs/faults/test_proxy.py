"""The readings are behind a disturbed connection during the first two attempts, and available at the third."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest

from arcbeat.app import open_jobs
from arcbeat.domain.jobs.logs import SegmentKind
from arcbeat.domain.jobs.runs import RunState
from jobs import check_latest
from jobs.context import JobContext, RegisteredJob
from jobs.execution.start import Starter
from tests.faults.conftest import WELDING_TABLE
from tests.faults.private_postgres import PrivatePostgres
from tests.faults.proxy import GARBAGE, PASSING, Behaviour, Mode, Proxy, to_socket
from tests.jobs.logs import request, rows, timeline_of, tree_of

ATTEMPT = SegmentKind.ATTEMPT
WAIT = SegmentKind.WAIT


@pytest.mark.parametrize(
    ("behaviour", "categories"),
    [
        (Behaviour(Mode.REFUSE), ("network_error", "network_error")),
        (Behaviour(Mode.CUT), ("network_error", "network_error")),
        (Behaviour(Mode.REPLACE, response=GARBAGE), ("unknown", "network_error")),
        # First an open connection does not respond, then no other one can be opened.
        (Behaviour(Mode.HANG), ("timeout", "network_error")),
    ],
    ids=lambda value: value.mode if isinstance(value, Behaviour) else "",
)
async def test_a_disturbed_connection_is_recovered_from_at_the_third_attempt(
    environment: dict[str, str], postgres: PrivatePostgres, behaviour: Behaviour, categories: tuple[str, str]
) -> None:
    async with Proxy.running(to_socket(postgres.socket())) as proxy:
        database = urlsplit(environment["DATABASE_URL"]).path
        telemetry = f"postgresql://postgres@127.0.0.1:{proxy.port}{database}"

        async def work(context: JobContext) -> Mapping[str, object]:
            if context.attempt_number == 1:  # a connection that is open when the fault comes
                await context.ports.telemetry.ping()
            await proxy.set_behaviour(behaviour if context.attempt_number < 3 else PASSING)
            await context.ports.telemetry.newest_row(WELDING_TABLE)
            return await check_latest.check_latest(context)

        definition = check_latest.DEFINITION
        job = RegisteredJob(definition, work)
        async with open_jobs({**environment, "TELEMETRY_URL": telemetry}) as runtime:
            starter = Starter(ports=runtime.ports, registry={definition.name: job}, spool_folder=runtime.spool_folder)
            run = await starter.start_run(request(definition.name))
            tree, segments = await tree_of(runtime.ports, run), await timeline_of(runtime.ports, run)

    assert (run.state, run.attempts) == (RunState.SUCCEEDED, 3)
    assert [row for row in rows(tree) if row[0] != "strategy_change"] == [
        ("execution_start", "initial", "success", None, None),
        ("retry_attempt", "retry", "failed", 2, categories[0]),
        ("retry_attempt", "retry", "failed", 3, categories[1]),
        ("success", "final", "success", 3, None),
    ]
    changes = [child.log.message for child in tree.children if child.log.log_type == "strategy_change"]
    # A malformed response is no sign of load.
    signs_of_load = [category for category in categories if category != "unknown"]
    assert [message.partition(",")[0] for message in changes] == [
        f"Delays are multiplied by {2 ** (number + 1)}" for number in range(len(signs_of_load))
    ]
    assert [(each.kind, each.attempt_number, each.status) for each in segments] == [
        (ATTEMPT, 1, "failed"),
        (WAIT, 2, "success"),
        (ATTEMPT, 2, "failed"),
        (WAIT, 3, "success"),
        (ATTEMPT, 3, "success"),
    ]
    for wait in segments[1::2]:
        assert wait.planned_end_at is not None
        assert wait.ended_at is not None
        assert wait.started_at < wait.planned_end_at <= wait.ended_at
