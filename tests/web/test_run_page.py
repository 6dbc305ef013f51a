"""The page of a run: what a person sees equals what the API returns, and it follows the run."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from arcbeat.domain.identity.identity import Role
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import RunEvent
from arcbeat.domain.jobs.retry import RetryStats
from arcbeat.domain.jobs.runs import Run
from tests.support.jobs import CHECK, Worker, retried
from tests.support.service import Service
from tests.support.serving import Serving
from tests.web.conftest import OpenConsole
from tests.web.console import PHONE, Language, Theme, assert_accessible, assert_fits_width

BEGUN_EARLIER = "update sync_job_run set started_at = started_at - make_interval(secs => %s) where id = %s"
LOGGED_EARLIER = "update sync_job_log set log_started_at = log_started_at - make_interval(secs => %s) where id = %s"
AGE_SECONDS = 10
FIRST_ATTEMPT_SECONDS = 0.5
WAITS_SECONDS = (1.0, 2.0)
RECOVERED = RetryStats(
    attempts=3, retries=2, wait_seconds=sum(WAITS_SECONDS), errors_by_category={ErrorCategory.NETWORK_ERROR: 2}
)


@dataclass
class JobRuns:
    """Makes runs as a worker does."""

    service: Service
    api: httpx.Client
    worker: Worker

    def start(self) -> int:
        """Request a run; it waits for a worker."""
        return int(self.api.post(f"/api/v1/jobs/{CHECK.name}/runs").raise_for_status().json()["id"])

    def begin(self) -> Run:
        """Begin a run, as a worker that claimed it ten seconds ago."""
        self.start()
        run = self.worker.claim()
        self.service.execute(BEGUN_EARLIER, AGE_SECONDS, run.id)
        self.service.execute(LOGGED_EARLIER, AGE_SECONDS, run.root_log_id)
        return run

    def fail_attempts(self, run: Run, *, ended: bool = True) -> None:
        """Let the first attempts of a run fail, each followed by a wait; the last wait has ended only if `ended`."""
        at = (run.started_at or datetime.now(UTC)) - timedelta(seconds=AGE_SECONDS - FIRST_ATTEMPT_SECONDS)
        rows = []
        for number, seconds in enumerate(WAITS_SECONDS, 2):
            waited_until = at + timedelta(seconds=seconds)
            has_end = ended or number <= len(WAITS_SECONDS)
            rows.append(replace(retried(run, number, at, seconds), ended_at=waited_until if has_end else None))
            at = waited_until
        self.worker.append(run, *rows)

    def recover(self) -> Run:
        """Make a run that succeeded at its third attempt."""
        run = self.begin()
        self.fail_attempts(run)
        return self.worker.finish(run, attempts=3, retry_statistics=RECOVERED)

    def run(self, run_id: int) -> dict[str, Any]:
        return dict(self.api.get(f"/api/v1/jobs/runs/{run_id}").raise_for_status().json())

    def log(self, run: Run, view: str) -> dict[str, Any]:
        return dict(self.api.get(f"/api/v1/jobs/logs/{run.root_log_id}/{view}").raise_for_status().json())


@pytest.fixture(scope="module")
def jobs(plant: Serving) -> JobRuns:
    worker = Worker(plant.service.database_url)
    worker.register(replace(CHECK, exclusive=False))
    return JobRuns(plant.service, plant.service.client(*Role.ADMIN.scopes), worker)


def path_of(run_id: int) -> str:
    return f"/jobs/runs/{run_id}"


def segments(page: Page) -> Locator:
    return page.locator("[id^=segment-]")


def rows(page: Page) -> Locator:
    return page.get_by_role("treeitem")


def test_a_run_that_recovered_shows_its_attempts_waits_and_sentences(
    open_console: OpenConsole, jobs: JobRuns, language: Language, theme: Theme
) -> None:
    run = jobs.recover()
    timeline, tree = jobs.log(run, "timeline"), jobs.log(run, "tree")
    console = open_console(language=language, theme=theme)

    page = console.log_in("viewer", path_of(run.id))

    wait = console.text("common.units.seconds", n="3.0")
    outcome = console.text("runs.outcome.more.succeeded", attempts=3, wait=wait)
    errors = console.text("runs.outcome.errorsBefore", errors="network_error ×2")
    expect(page.locator(".outcome")).to_have_text(outcome + console.text("runs.outcome.join") + errors)
    expect(segments(page)).to_have_count(len(timeline["segments"]))
    expect(rows(page)).to_have_count(1 + len(tree["children"]))
    for row, child in zip(rows(page).all()[1:], tree["children"], strict=True):
        log = child["log"]
        if (context := log["retry_context"]) is not None:
            expect(row).to_contain_text(f"{context['attempt_number']}/{context['max_attempts']}")
            expect(row).to_contain_text(console.text("common.units.seconds", n=f"{context['delay_seconds']:.1f}"))
            expect(row).to_contain_text(log["error_category"])
    assert_accessible(page)


def test_the_exact_times_of_a_segment_are_those_of_the_api(open_console: OpenConsole, jobs: JobRuns) -> None:
    run = jobs.recover()
    wait = jobs.log(run, "timeline")["segments"][1]
    console = open_console()

    page = console.log_in("viewer", path_of(run.id))
    segments(page).first.focus()
    page.keyboard.press("ArrowRight")

    shanghai = timedelta(hours=8)
    for name in ("started_at", "ended_at"):
        moment = datetime.fromisoformat(wait[name]) + shanghai
        expect(page.locator(".segment-details")).to_contain_text(f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03}")


def test_the_keyboard_zooms_the_timeline_and_shows_it_whole_again(open_console: OpenConsole, jobs: JobRuns) -> None:
    run = jobs.recover()
    console = open_console()

    page = console.log_in("viewer", path_of(run.id))
    whole = console.button(page, "runs.lanes.whole")
    segments(page).first.focus()
    expect(whole).to_be_disabled()
    page.keyboard.press("+")
    expect(whole).to_be_enabled()
    page.keyboard.press("0")

    expect(whole).to_be_disabled()


def test_a_row_opens_its_details_by_keyboard_and_by_link(open_console: OpenConsole, jobs: JobRuns) -> None:
    run = jobs.recover()
    log = jobs.log(run, "tree")["children"][0]["log"]
    console = open_console()

    page = console.log_in("viewer", f"{path_of(run.id)}#log-{log['id']}")

    row = page.locator(f"#log-{log['id']}")
    expect(row).to_be_focused()
    expect(row).to_contain_text(log["error_message"])
    page.keyboard.press("Enter")
    expect(row).not_to_contain_text(log["error_message"])


def test_a_run_is_followed_until_it_has_ended(open_console: OpenConsole, jobs: JobRuns) -> None:
    run = jobs.begin()
    console = open_console()

    page = console.log_in("viewer", path_of(run.id))
    expect(page.get_by_text(console.text("runs.outcome.attempt", attempt="1/3"))).to_be_visible()
    expect(segments(page)).to_have_count(1)
    jobs.fail_attempts(run, ended=False)
    expect(page.get_by_text(console.text("runs.outcome.wait", attempt="3/3", category="network_error"))).to_be_visible()
    expect(segments(page)).to_have_count(4)
    jobs.worker.finish(run, attempts=2, retry_statistics=RetryStats(attempts=2, retries=1, wait_seconds=1.0))

    expect(page.get_by_text(console.text("states.run.succeeded")).first).to_be_visible()
    expect(page.locator("line.now")).to_have_count(0)


def test_an_operator_cancels_a_queued_run_and_repeats_it(open_console: OpenConsole, jobs: JobRuns) -> None:
    run_id = jobs.start()
    console = open_console()

    page = console.log_in("operator", path_of(run_id))
    page.get_by_role("button", name=console.text("runs.actions.cancel")).click()
    page.get_by_role("tooltip").get_by_role("button", name=console.text("runs.actions.cancel")).click()
    expect(page.get_by_text(console.text("states.run.cancelled")).first).to_be_visible()
    assert jobs.run(run_id)["state"] == "cancelled"
    page.get_by_role("button", name=console.text("runs.actions.retry")).click()

    expect(page.get_by_role("link", name=console.text("runs.facts.run", id=run_id), exact=True)).to_be_visible()
    assert jobs.worker.claim().retry_of == run_id


def test_a_viewer_can_neither_cancel_nor_repeat(open_console: OpenConsole, jobs: JobRuns) -> None:
    run = jobs.recover()
    console = open_console()

    page = console.log_in("viewer", path_of(run.id))

    expect(rows(page).first).to_be_visible()
    expect(page.get_by_role("button", name=console.text("runs.actions.retry"))).to_have_count(0)


def test_a_failed_run_says_what_to_do(open_console: OpenConsole, jobs: JobRuns, language: Language) -> None:
    run = jobs.begin()
    jobs.worker.finish(
        run, RunEvent.FAILED, error_category=ErrorCategory.AUTH_ERROR, error_message="The password is wrong."
    )
    console = open_console(language=language)

    page = console.log_in("viewer", path_of(run.id))

    expect(page.get_by_text("The password is wrong.").first).to_be_visible()
    expect(page.get_by_text(console.text("runs.advice.auth_error"))).to_be_visible()


def test_the_last_runs_lead_to_their_pages(open_console: OpenConsole, jobs: JobRuns) -> None:
    before, run = jobs.recover(), jobs.recover()
    console = open_console()

    page = console.log_in("viewer", path_of(run.id))
    current = page.locator(f"#run-{run.id}")
    expect(current).to_have_attribute("aria-current", "page")
    current.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text(str(before.id))


def test_a_run_that_was_skipped_has_no_lane_and_says_why(open_console: OpenConsole, jobs: JobRuns) -> None:
    jobs.worker.register(replace(CHECK, name="exclusive"))
    run_ids = [int(jobs.api.post("/api/v1/jobs/exclusive/runs").json()["id"]) for _ in range(2)]
    console = open_console()

    page = console.log_in("viewer", path_of(run_ids[1]))

    expect(page.get_by_text(console.text("runs.noLanes.skipped"))).to_be_visible()
    expect(segments(page)).to_have_count(0)
    expect(rows(page)).to_have_count(1)


def test_an_unknown_run_says_so(open_console: OpenConsole, jobs: JobRuns, language: Language) -> None:
    console = open_console(language=language)
    console.expected_errors = "404"

    page = console.log_in("viewer", path_of(999_999))

    problem = jobs.api.get("/api/v1/jobs/runs/999999", headers={"Accept-Language": language}).json()
    expect(page.get_by_text(problem["detail"])).to_be_visible()
    expect(page.get_by_text(console.text("runs.unknown"))).to_be_visible()


def test_the_page_fits_a_phone(open_console: OpenConsole, jobs: JobRuns, theme: Theme) -> None:
    run = jobs.recover()
    console = open_console(size=PHONE, theme=theme)

    page = console.log_in("viewer", path_of(run.id))

    expect(segments(page).first).to_be_visible()
    assert_fits_width(page)
    assert_accessible(page)
