"""A process that calls one handler of AWS Lambda twice, as Lambda does in a new instance; it prints the times as JSON.

``python -m bench.functions.fresh_process NAME EVENT EVENT``, where NAME is ``run_job`` or ``serve_api``.
"""

import json
import resource
import sys
import time
from typing import Any


class Context:
    """The context of an invocation that has a minute."""

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


def main(name: str, *events: str) -> None:
    """Import the handler, pass it the events, and print how long each step took, in ms."""
    times: dict[str, Any] = {}
    # structlog imports it if it is installed: tools of development depend on it, the image does not have it.
    sys.modules["rich"] = None  # type: ignore[assignment] # as Python documents it
    started = time.perf_counter()
    from jobs.functions import aws  # here, because its import is measured

    handler = getattr(aws, name)
    times["import_ms"] = _ms(started)
    for step, event in zip(("first_ms", "second_ms"), events, strict=True):
        started = time.perf_counter()
        handler(json.loads(event), Context())
        times[step] = _ms(started)
        times.setdefault("cpu_ms", time.process_time() * 1000)
    times["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    times["modules"] = len(sys.modules)
    print(json.dumps(times))


def _ms(started: float) -> float:
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main(*sys.argv[1:])
