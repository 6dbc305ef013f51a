"""The script for machines without Python starts a job and follows its run."""

from pathlib import Path
from signal import SIGTERM

import pytest

from tests.deploy import scripts
from tests.support.service import Service

SCRIPT = str(scripts.ROOT / "deploy/shell/run-job.sh")
Environment = dict[str, str]

pytestmark = pytest.mark.slow


def test_it_follows_a_run_to_its_success(scheduler_environment: Environment) -> None:
    code, out = scripts.run(scheduler_environment, SCRIPT, "flaky", "moment-1", '{"parameters": {"succeeds_at": 2}}')

    assert code == 0, out
    assert 'succeeded after 2 attempts; {"attempt":2}' in out


def test_a_failed_run_is_exit_code_1_with_its_error(scheduler_environment: Environment) -> None:
    code, out = scripts.run(scheduler_environment, SCRIPT, "rejected", "moment-1")

    assert code == 1
    assert "failed after 1 attempts; The store rejects a value." in out


def test_a_repeated_moment_is_one_run(service: Service, scheduler_environment: Environment) -> None:
    for _ in range(2):
        assert scripts.run(scheduler_environment, SCRIPT, "flaky", "moment-2")[0] == 0

    assert scripts.keys(service, "flaky").count("moment-2") == 1


def test_sigterm_cancels_the_run(service: Service, scheduler_environment: Environment, tmp_path: Path) -> None:
    body = f'{{"parameters": {{"folder": "{tmp_path}"}}}}'
    with scripts.running(scheduler_environment, SCRIPT, "patient", "moment-1", body) as process:
        scripts.wait_for(service, "patient", "running")
        process.send_signal(SIGTERM)
        out, _ = process.communicate(timeout=scripts.TIMEOUT_SECONDS)

    assert process.returncode == 5, out
    assert scripts.last_state(service, "patient") == "cancelled"


def test_a_request_that_is_rejected_is_exit_code_2(scheduler_environment: Environment) -> None:
    code, out = scripts.run(scheduler_environment, SCRIPT, "no_such_job", "moment-1")

    assert code == 2
    assert "arcbeat responded with 404" in out


def test_it_goes_on_while_the_service_is_unavailable(scheduler_environment: Environment) -> None:
    closed = {**scheduler_environment, "ARCBEAT_URL": "http://127.0.0.1:9"}
    with scripts.running(closed, SCRIPT, "flaky", "moment-3") as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]

    assert lines == ["arcbeat is unavailable, trying again\n"] * 2
