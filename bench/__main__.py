"""`make bench`: run every benchmark, on PostgreSQL and, if TELEMETRY_TEST_URL is set, on a live TDengine.

``python -m bench NAME …`` runs some of them; ``python -m bench summary`` only writes the summary of saved results.
"""

import importlib
import sys

import uvloop

from bench import record, tables

BENCHMARKS = {
    "page": "bench.pages.page",
    "requests": "bench.pages.requests",
    "layers": "bench.pages.layers",
    "sampler": "bench.live.sampler",
    "scale": "bench.live.scale",
    "ingest": "bench.readings.ingest",
    "new_devices": "bench.readings.new_devices",
    "small_requests": "bench.readings.small_requests",
    "export": "bench.readings.export",
    "windows": "bench.readings.windows",
    "states": "bench.readings.states",
    "job_logs": "bench.job_logs.logs",
    "cold_start": "bench.functions.cold_start",
    "live": "bench.live.delivery",
    "console": "bench.console.table",
}
"""The module of each benchmark; its coroutine ``measure`` measures and saves the results."""
SUMMARY = record.RESULTS / "summary.md"


def run(name: str) -> None:
    """Run one benchmark and print its results."""
    uvloop.run(importlib.import_module(BENCHMARKS[name]).measure())
    if result := record.read(name):
        print(tables.section(name, result))


def summarize() -> None:
    """Write the saved results of all benchmarks as Markdown."""
    results = {name: record.read(name) for name in BENCHMARKS}
    sections = [tables.section(name, result) for name, result in results.items() if result]
    SUMMARY.write_text("\n".join(sections), encoding="utf-8")


def main(*names: str) -> None:
    """Run the named benchmarks, or all of them, and write the summary."""
    for name in names or BENCHMARKS:
        if name != "summary":
            run(name)
    summarize()


if __name__ == "__main__":
    unknown = set(sys.argv[1:]) - {*BENCHMARKS, "summary"}
    if unknown:
        sys.exit(f"unknown benchmark {', '.join(unknown)}; choose from {', '.join(BENCHMARKS)} or summary")
    main(*sys.argv[1:])
