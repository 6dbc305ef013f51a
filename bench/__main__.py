"""`make bench`: every benchmark, on PostgreSQL and, where TELEMETRY_TEST_URL is set, on a live TDengine.

``python -m bench page|requests|layers|sampler|ingest|export|windows|live`` runs one; ``python -m bench summary`` writes
what is there as Markdown.
"""

import importlib
import sys

import uvloop

from bench import record, tables

BENCHMARKS = tuple(tables.TABLES)
SUMMARY = record.RESULTS / "summary.md"


def run(name: str) -> None:
    """Measure, keep and print."""
    uvloop.run(importlib.import_module(f"bench.{name}").measure())
    if result := record.read(name):
        print(tables.section(name, result))


def summarize() -> None:
    """Write the Markdown of all results that are there."""
    results = {name: record.read(name) for name in BENCHMARKS}
    sections = [tables.section(name, result) for name, result in results.items() if result]
    SUMMARY.write_text("\n".join(sections), encoding="utf-8")


def main(*names: str) -> None:
    """Those that are named, or all; then the summary."""
    for name in names or BENCHMARKS:
        if name != "summary":
            run(name)
    summarize()


if __name__ == "__main__":
    unknown = set(sys.argv[1:]) - {*BENCHMARKS, "summary"}
    if unknown:
        sys.exit(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)} and summary")
    main(*sys.argv[1:])
