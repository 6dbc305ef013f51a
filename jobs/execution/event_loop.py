"""Runs a program in an event loop whose end no task can delay for ever."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

T = TypeVar("T")

LEFT_SECONDS_MAX = 0.5
"""How long tasks that the program leaves behind may take to end, once they are cancelled."""

logger = structlog.get_logger(__name__)


def run_to_end(program: Coroutine[Any, Any, T]) -> T:
    """Run a program and return its result, as ``asyncio.run`` does.

    ``asyncio.run`` waits without a limit for tasks that the program leaves behind. Here, a task that ignores its
    cancellation is logged, and ends with the process.
    """
    runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
    try:
        return runner.run(program)
    finally:
        left = runner.run(_cancel_what_is_left())
        for name in left:
            logger.error("task_does_not_end", task=name, seconds=LEFT_SECONDS_MAX)
        if not left:  # closing waits for all tasks
            runner.close()


async def _cancel_what_is_left() -> list[str]:
    """Cancel all other tasks, and return the names of those that do not end."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if not tasks:
        return []
    _, pending = await asyncio.wait(tasks, timeout=LEFT_SECONDS_MAX)
    return sorted(task.get_name() for task in pending)
