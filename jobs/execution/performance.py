"""Measures what an attempt costs: CPU and memory by psutil, the calls to stores by the adapters."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

import psutil

from arcbeat.domain.jobs.logs import PerformanceMetrics
from arcbeat.domain.jobs.timings import CallTimer, CallTimings

MIB = 2**20
_process = psutil.Process()


@dataclass(slots=True, eq=False)
class Measurement:
    """The result of a measurement; it is empty until the measured body has ended."""

    metrics: PerformanceMetrics = field(default_factory=PerformanceMetrics)


@contextmanager
def measure(timer: CallTimer, measurement: Measurement) -> Iterator[None]:
    """Measure the body, even when it fails."""
    started, cpu_started = time.perf_counter(), _cpu_seconds()
    timings = CallTimings()
    try:
        with timer.measure() as timings:
            yield
    finally:
        seconds = time.perf_counter() - started
        measurement.metrics = PerformanceMetrics(
            cpu_usage_percent=round(100 * (_cpu_seconds() - cpu_started) / max(seconds, 1e-6), 1),
            memory_usage_mb=round(_process.memory_info().rss / MIB, 1),
            network_latency_ms=_ms(median(timings.connect_seconds)) if timings.connect_seconds else None,
            database_query_time_ms=_ms(timings.database_seconds),
            api_response_time_ms=_ms(timings.api_seconds),
        )


def _cpu_seconds() -> float:
    times = _process.cpu_times()
    return float(times.user + times.system)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
