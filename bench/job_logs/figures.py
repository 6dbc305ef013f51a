"""The figures of a comparison."""

import statistics
from collections.abc import Iterator

from bench import record


def comparison(what: str, partitioned: list[float], plain: list[float], **facts: object) -> record.Row:
    """Return the result of a comparison from the times of both sides in ms."""
    return {
        "what": what,
        **{f"partitioned_{name}": figure for name, figure in _figures(partitioned)},
        **{f"plain_{name}": figure for name, figure in _figures(plain)},
        "ratio": round(statistics.median(partitioned) / statistics.median(plain), 2),
        **facts,
    }


def _figures(times: list[float]) -> Iterator[tuple[str, float]]:
    yield "p50_ms", round(statistics.median(times), 2)
    yield "p95_ms", round(sorted(times)[int(len(times) * 0.95)], 2)
