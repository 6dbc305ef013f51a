"""The script for XXL-JOB, started and stopped as its executor does (com.xxl.job.core.util.ScriptUtil)."""

import shutil
from pathlib import Path
from signal import SIGTERM

import pytest

from tests.deploy import scripts
from tests.support.service import Service

Environment = dict[str, str]

pytestmark = pytest.mark.slow


@pytest.fixture
def script(tmp_path: Path) -> str:
    """The file that the executor writes: the id of the job, and when its script was changed."""
    return str(shutil.copy(scripts.ROOT / "deploy/xxl-job/arcbeat.sh", tmp_path / "101_1795786903000.sh"))


def test_its_parameter_is_the_job_and_its_options(
    service: Service, scheduler_environment: Environment, script: str
) -> None:
    code, out = scripts.run(scheduler_environment, "bash", script, "flaky --param succeeds_at=2", "0", "1")

    assert code == 0, out
    assert 'succeeded after 2 attempts; rows: 3 read, 2 written, 1 skipped; {"attempt": 2}' in out
    assert scripts.keys(service, "flaky")[-1].startswith("xxl-job/101/20")


def test_a_failed_run_is_exit_code_1_with_its_error(scheduler_environment: Environment, script: str) -> None:
    code, out = scripts.run(scheduler_environment, "bash", script, "rejected", "0", "1")

    assert code == 1
    assert "failed after 1 attempts" in out
    assert "data_error: The store rejects a value." in out


def test_it_cancels_the_run_when_its_process_is_destroyed(
    service: Service, scheduler_environment: Environment, script: str, tmp_path: Path
) -> None:
    command = ("bash", script, f"patient --param folder={tmp_path}", "0", "1")
    with scripts.running(scheduler_environment, *command) as process:
        scripts.wait_for(service, "patient", "running")
        process.send_signal(SIGTERM)  # to this process only
        assert process.stdout is not None
        process.stdout.close()
        scripts.wait_for(service, "patient", "cancelled")
        assert process.wait(scripts.TIMEOUT_SECONDS) == 5
