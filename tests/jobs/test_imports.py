"""Tests that a run of a job, or a function that carries one out, loads neither the API nor the migrations."""

import os
import subprocess
import sys

import pytest

from arcbeat import app
from tests.jobs.programs import ROOT

NOT_NEEDED = {"alembic", "connexion", "mangum", "redis", "socketio", "sqlalchemy", "starlette", "uvicorn", "xlsxwriter"}


OF_OUTLETS = {"apprise", "httpx"}
"""What only alerts, and readings that are not in PostgreSQL, need."""


@pytest.mark.parametrize("module", ["jobs.command_line.main", "jobs.functions.aws", "jobs.functions.alibaba"])
def test_an_entry_point_of_jobs_loads_no_module_that_a_run_does_not_need(module: str) -> None:
    program = f"import sys, {module}; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    assert (NOT_NEEDED | OF_OUTLETS).isdisjoint(loaded.stdout.split())


def test_a_run_in_a_function_loads_no_more_while_it_is_carried_out(environment: dict[str, str]) -> None:
    program = """
import sys
from jobs.functions.aws import run_job
from tests.jobs.functions.events import Context, scheduler_event
assert run_job(scheduler_event("check_latest"), Context())["state"] == "succeeded"
print(*sys.modules)"""

    loaded = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert (NOT_NEEDED | OF_OUTLETS).isdisjoint(loaded.stdout.split())


def test_a_function_of_google_cloud_loads_only_what_its_framework_needs_besides() -> None:
    program = """
import sys, functions_framework.aio
of_framework = set(sys.modules)
import jobs.functions.gcp
print(*set(sys.modules) - of_framework)"""

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    assert NOT_NEEDED.isdisjoint(loaded.stdout.split())


def test_the_composition_root_has_each_name_that_it_lists() -> None:
    assert all(getattr(app, name) for name in app.__all__)
    with pytest.raises(AttributeError, match=r"module 'arcbeat.app' has no attribute 'other'"):
        _ = app.other
