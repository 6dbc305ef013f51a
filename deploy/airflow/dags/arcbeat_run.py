"""An operator of Airflow that starts a job of arcbeat over HTTP and follows its run.

Copy this file into the folder of the DAGs; it needs apache-airflow-providers-http only. The connection is described in
docs/how-to/start-jobs-from-airflow.md.
"""

import hashlib
import random
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import requests
from airflow.providers.http.hooks.http import HttpHook
from airflow.sdk import BaseOperator, Context
from airflow.sdk.exceptions import AirflowException, AirflowFailException

REQUEST_SECONDS_MAX = 20.0
CANCEL_SECONDS_MAX = 5.0
"""How long a killed task tries to cancel its run; Airflow 3 kills the process 5 seconds after SIGTERM."""
KEY_CHARACTERS_MAX = 200
NOT_ENDED = ("queued", "running")
REPEATED_STATUSES = (408, 425, 429, 500, 502, 503, 504)


class ArcbeatRunOperator(BaseOperator):
    """Start a job, and succeed if its run succeeds.

    The Idempotency-Key is the task and its logical date, so retries of Airflow follow the run that the first try
    started. A run that fails is not retried by Airflow, because the job has retries of its own. Killing the task
    cancels the run. The XComs are ``return_value`` (the result of the run), ``run_id`` and ``console_url``.

    Args:
        job: the name of the job.
        parameters: values of parameters for this run.
        http_conn_id: a connection of the type HTTP, with an API key as its password.
        poll_seconds: delay between two looks at the run.
        patience_seconds: how long a request is repeated while arcbeat is unavailable.
    """

    template_fields = ("job", "parameters")

    def __init__(
        self,
        *,
        job: str,
        parameters: Mapping[str, Any] | None = None,
        dry_run: bool = False,
        http_conn_id: str = "arcbeat",
        poll_seconds: float = 5.0,
        patience_seconds: float = 300.0,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.job = job
        self.parameters = dict(parameters or {})
        self.as_dry_run = dry_run
        self.http_conn_id = http_conn_id
        self.poll_seconds = poll_seconds
        self.patience_seconds = patience_seconds
        self._session: requests.Session | None = None
        self._url = ""
        self._run_id: int | None = None
        self._is_killed = False

    def execute(self, context: Context) -> Any:
        """Return the result of the run.

        Raises:
            AirflowFailException: the run did not succeed, or the request was rejected.
            AirflowException: arcbeat was unavailable for too long; a retry of the task goes on with the same run.
        """
        self._connect()
        body = {"parameters": self.parameters, "dry_run": self.as_dry_run}
        path = f"/api/v1/jobs/{quote(self.job, safe='')}/runs"
        run = self._send("POST", path, json=body, headers={"Idempotency-Key": idempotency_key(context)})
        self._run_id = run["id"]
        if self._is_killed:  # during the request above
            self.on_kill()
        console_url = f"{self._url}/jobs/runs/{run['id']}"
        self.log.info("Run %s of %s is %s: %s", run["id"], self.job, run["state"], console_url)
        context["ti"].xcom_push(key="run_id", value=run["id"])
        context["ti"].xcom_push(key="console_url", value=console_url)
        run = self._followed(run)
        if run["state"] != "succeeded":
            error = f"{run['error_category']}: {run['error_message']}" if run["error_message"] else "no error message"
            raise AirflowFailException(f"Run {run['id']} of {self.job} ended as {run['state']}: {error}; {console_url}")
        return run["result"]

    def on_kill(self) -> None:
        """Request the cancellation of the run; `execute` then sees its end."""
        self._is_killed = True
        self.patience_seconds = min(self.patience_seconds, CANCEL_SECONDS_MAX)
        if self._run_id is not None:
            self.log.info("Cancelling run %s", self._run_id)
            self._send("POST", f"/api/v1/jobs/runs/{self._run_id}/cancel")

    def _connect(self) -> None:
        """Open one session for the task: `on_kill` runs in a signal handler, where Airflow is not to be asked."""
        hook = HttpHook(http_conn_id=self.http_conn_id)
        self._session = hook.get_conn()
        self._session.headers["X-API-Key"] = hook.get_connection(self.http_conn_id).password or ""
        self._url = hook.base_url.rstrip("/")

    def _followed(self, run: dict[str, Any]) -> dict[str, Any]:
        printed_log_id = 0
        while True:
            if run["attempts"] or run["state"] not in NOT_ENDED:
                printed_log_id = self._print_log(run, printed_log_id)
            if run["state"] not in NOT_ENDED:
                return run
            time.sleep(self.poll_seconds)
            run = self._send("GET", f"/api/v1/jobs/runs/{run['id']}")

    def _print_log(self, run: dict[str, Any], printed_log_id: int) -> int:
        """Write the new rows of the log of the run to that of the task; return the id of the last one."""
        query = {"run_id": run["id"], "from": run["run_started_at"], "page_size": 100}
        rows = self._send("GET", "/api/v1/jobs/logs", params=query)["items"]
        for row in sorted(rows, key=lambda row: row["id"]):
            if row["id"] > printed_log_id:
                self.log.info("%s: %s %s", row["log_type"], row["message"], row["error_message"] or "")
                printed_log_id = row["id"]
        return printed_log_id

    def _send(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """Return the body of the response; repeat the request while arcbeat is unavailable."""
        assert self._session is not None
        deadline = time.monotonic() + self.patience_seconds
        while True:
            try:
                response = self._session.request(method, self._url + path, timeout=REQUEST_SECONDS_MAX, **options)
            except requests.RequestException as error:
                reason = str(error)
            else:
                if response.status_code not in REPEATED_STATUSES:
                    return _body_of(response)
                reason = f"status {response.status_code}"
            delay = self.poll_seconds * random.uniform(1, 2)  # noqa: S311 -- it spreads the load, and hides nothing
            if time.monotonic() + delay > deadline:
                raise AirflowException(f"arcbeat has been unavailable for too long: {reason}")
            self.log.warning("arcbeat is unavailable, trying again: %s", reason)
            time.sleep(delay)


def idempotency_key(context: Context) -> str:
    """Return a key that each try of a task has, and no other task and no other moment."""
    ti = context["ti"]
    moment = (
        context.get("logical_date") or context["run_id"]
    )  # runs that an asset or a person triggers may have no date
    key = quote(f"{ti.dag_id}/{ti.task_id}/{ti.map_index}/{moment}", safe="/:+.")
    return key if len(key) <= KEY_CHARACTERS_MAX else hashlib.sha256(key.encode()).hexdigest()


def _body_of(response: requests.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        raise AirflowFailException(
            f"The response of {response.url} is not one of arcbeat; check the connection"
        ) from None
    if not response.ok:
        raise AirflowFailException(f"arcbeat responded with {response.status_code}: {body.get('detail')}")
    return dict(body)
