"""How long a new process takes until a handler has answered its first event, and how long the next event takes.

The server is measured, too: from the start of its process to the first answer, beside the application of FastAPI.
"""

import asyncio
import json
import os
import statistics
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.postgres.schema.migration import migrate
from bench import record
from bench.functions.server_start import SERVERS, measure_start
from bench.support import postgres

REPEATS = 9
ROOT = Path(__file__).parents[2]
FOLDERS = [ROOT / name for name in ("arcbeat", "adapters", "handlers", "jobs", "openapi")]
SECRET_KEY = "5b1c0d0f4d2e4b7c9a8f7e6d5c4b3a29181706f5e4d3c2b1a0998877665544ff"  # noqa: S105 -- of a temporary database
ELAPSED = {"import_ms", "first_ms", "second_ms"}
"""Figures of which the fastest is taken: other work on the machine only makes them slower."""
CPU_SECONDS_MAX = {"run_job": 1.0, "serve_api": 1.0, "arcbeat serve": 1.0}
"""Of the import and the first answer. CPU time is the same on a busy machine; Lambda assigns it by the memory."""
SECONDS_MAX = 1.0
"""From the start of the server to its first answer, on a machine that does nothing else."""
TIMES_FASTAPI_MAX = 2.0
"""CPU time of arcbeat until its first answer: it has eighty operations, FastAPI has one."""


async def measure() -> None:
    """Start handlers and servers in new processes, with and without their files in the page cache; save the results."""
    async with postgres.temporary_database() as uri:
        migrate(uri)
        environment = {**os.environ, "DATABASE_URL": uri, "SECRET_KEY": SECRET_KEY, "LOG_LEVEL": "error"}
        # An image has byte code; the first run of each process, which does not count, writes it.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        rows = [
            await _measured(name, cached, environment) for name in ("run_job", "serve_api") for cached in (True, False)
        ]
        rows += await _servers({**environment, "BENCH_TABLE": "plant.welding"})
    record.save("cold_start", rows, [*_cpu_targets(rows), *_server_targets(rows)])


def _cpu_targets(rows: Sequence[record.Row]) -> Sequence[record.Target]:
    return [
        record.Target(
            f"{row['handler']}: CPU time of import and first answer, s",
            row["cpu_ms"] / 1000,
            CPU_SECONDS_MAX[row["handler"]],
            at_most=True,
        )
        for row in rows
        if row["page_cache"] and row["handler"] in CPU_SECONDS_MAX
    ]


def _server_targets(rows: Sequence[record.Row]) -> Sequence[record.Target]:
    by_name = {row["handler"]: row for row in rows}
    arcbeat, fastapi = by_name["arcbeat serve"], by_name["fastapi"]
    seconds = (arcbeat["import_ms"] + arcbeat["first_ms"]) / 1000
    return [
        record.Target("arcbeat serve: start to first answer, s", seconds, SECONDS_MAX, at_most=True),
        record.Target(
            "arcbeat serve: CPU time to FastAPI's",
            arcbeat["cpu_ms"] / fastapi["cpu_ms"],
            TIMES_FASTAPI_MAX,
            at_most=True,
        ),
    ]


async def _servers(environment: Mapping[str, str]) -> Sequence[record.Row]:
    """Measure the servers in turns."""
    runs: dict[str, list[Mapping[str, float]]] = {name: [] for name in SERVERS}
    for _ in range(REPEATS + 1):
        for name, measured in runs.items():
            measured.append(await measure_start(name, environment))
    return [
        {"handler": name, "page_cache": True, **_figures(measured), "modules": None} for name, measured in runs.items()
    ]


async def _measured(name: str, cached: bool, environment: Mapping[str, str]) -> record.Row:
    runs = [await _process(name, number, cached, environment) for number in range(REPEATS + 1)]
    return {"handler": name, "page_cache": cached, **_figures(runs)}


def _figures(runs: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    """Return the figures of all runs but the first one, which fills the caches."""
    return {
        key: round((min if key in ELAPSED else statistics.median)(run[key] for run in runs[1:]), 1) for key in runs[0]
    }


async def _process(name: str, number: int, cached: bool, environment: Mapping[str, str]) -> Mapping[str, float]:
    if not cached:
        await asyncio.to_thread(_evict)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.functions.fresh_process", name, *_events(name, number)),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the process of {name} ended with {process.returncode}: {errors.decode()}")
    times: dict[str, float] = json.loads(output)
    return times


def _events(name: str, number: int) -> Sequence[str]:
    """Return two events; those of runs have moments of their own, so that each makes a run."""
    if name == "serve_api":
        return [json.dumps(_request())] * 2
    moments = [f"2026-03-02T{number:02}:{minute:02}:00Z" for minute in (0, 30)]
    arn = f"arn:aws:scheduler:eu-central-1:123456789012:schedule/default/{os.getpid()}"
    return [json.dumps({"job": "check_latest", "schedule_arn": arn, "scheduled_time": each}) for each in moments]


def _request() -> Mapping[str, Any]:
    """Return a request for the readiness, which asks the stores and needs no credentials."""
    return {
        "version": "2.0",
        "rawPath": "/readyz",
        "rawQueryString": "",
        "headers": {"host": "api.execute-api.eu-central-1.amazonaws.com"},
        "requestContext": {
            "domainName": "api.execute-api.eu-central-1.amazonaws.com",
            "stage": "$default",
            "http": {"method": "GET", "path": "/readyz", "sourceIp": "203.0.113.7"},
        },
        "isBase64Encoded": False,
    }


def _evict() -> None:
    """Drop the files of arcbeat and of all installed packages from the page cache."""
    packages = Path(sysconfig.get_path("purelib"))
    for file in (each for folder in (packages, *FOLDERS) for each in folder.rglob("*") if each.is_file()):
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)
