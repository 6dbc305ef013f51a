"""A workflow of Temporal that runs one job of arcbeat."""

from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from arcbeat_activity import JobRequest, run_job

RUN_TIMEOUT = timedelta(hours=2)
"""For all tries of the activity together: longer than all attempts and waits of the job take."""
HEARTBEAT_TIMEOUT = timedelta(seconds=10)
"""A worker that died is noticed after this time, and another one follows the run. A cancellation reaches the activity
with a heartbeat; the SDK sends one per 0.8 of this time."""


@workflow.defn
class ArcbeatRun:
    """Runs a job; cancelling the workflow cancels the run."""

    @workflow.run
    async def run(self, request: JobRequest) -> Any:
        """Return the result of the run."""
        return await workflow.execute_activity(
            run_job,
            request,
            schedule_to_close_timeout=RUN_TIMEOUT,
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
            retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=30)),
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        )
