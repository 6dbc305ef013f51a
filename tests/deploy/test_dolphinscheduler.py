"""The script of the page about DolphinScheduler, started and stopped as a worker of it does."""

import re
import signal
from pathlib import Path

import psutil
import pytest

from tests.deploy import scripts
from tests.support.service import Service

PAGE = scripts.ROOT / "docs/how-to/start-jobs-from-dolphinscheduler.md"
JOB = "check_latest --param devices_per_type=50"
VALUES = {
    "system.workflow.definition.code": "15921642898976",
    "system.task.definition.code": "15921629873184",
    "system.datetime": "20261127080000",
}
KEY = "dolphinscheduler/15921642898976/15921629873184/20261127080000"
Environment = dict[str, str]

pytestmark = pytest.mark.slow


def _shell_file(folder: Path, job: str) -> str:
    """Write the file that DolphinScheduler writes for a Shell task, with the parameters replaced."""
    [block] = [
        each for each in re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL) if JOB in each
    ]
    for name, value in VALUES.items():
        assert f"${{{name}}}" in block
        block = block.replace(f"${{{name}}}", value)
    assert "${" not in block
    file = folder / "7_12.sh"
    file.write_text(f"#!/bin/bash\nBASEDIR=$(cd `dirname $0`; pwd)\ncd $BASEDIR\n{block.replace(JOB, job)}")
    file.chmod(0o755)
    return str(file)


def test_a_moment_that_is_repeated_is_one_run(
    service: Service, scheduler_environment: Environment, tmp_path: Path
) -> None:
    for _ in range(2):
        code, out = scripts.run(scheduler_environment, _shell_file(tmp_path, JOB))
        assert code == 0, out

    assert scripts.keys(service, "check_latest") == [KEY]


def test_a_failed_run_is_exit_code_1(scheduler_environment: Environment, tmp_path: Path) -> None:
    code, out = scripts.run(scheduler_environment, _shell_file(tmp_path, "rejected"))

    assert code == 1
    assert "data_error: The store rejects a value." in out


def test_it_cancels_the_run_when_all_its_processes_are_signalled(
    service: Service, scheduler_environment: Environment, tmp_path: Path
) -> None:
    with scripts.running(scheduler_environment, _shell_file(tmp_path, f"patient --param folder={tmp_path}")) as process:
        scripts.wait_for(service, "patient", "running")
        tree = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
        for number in (signal.SIGINT, signal.SIGTERM):
            for each in tree:
                each.send_signal(number)
        scripts.wait_for(service, "patient", "cancelled")
        process.communicate(timeout=scripts.TIMEOUT_SECONDS)

    assert process.returncode != 0
