"""The pages of jobs: what a person sees equals what the API returns, and commands do what they say."""

import re
import struct
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from arcbeat.domain.identity.identity import Role
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import RunEvent
from arcbeat.domain.jobs.jobs import JobDefinition, OverlapPolicy
from arcbeat.domain.jobs.runs import Run
from tests.support.jobs import CHECK, Worker, retried
from tests.support.serving import Serving
from tests.web.conftest import OpenConsole
from tests.web.console import (
    NEXT_FRAMES,
    PHONE,
    Console,
    Language,
    Theme,
    assert_accessible,
    assert_fits_width,
    choose,
    local_time,
)

FINE, FAILING, SILENT, STUCK = (replace(CHECK, name=name) for name in ("fine", "failing", "silent", "stuck"))
ONE_AT_A_TIME = replace(CHECK, name="one_at_a_time", overlap=OverlapPolicy.REFUSE)
EDITED = replace(CHECK, name="edited", schedule=None)


@dataclass
class Jobs:
    """Jobs of a plant and what a worker does with their runs."""

    serving: Serving
    api: httpx.Client
    worker: Worker

    def read(self, path: str, **query: str) -> Any:
        return self.api.get(f"/api/v1/jobs{path}", params=query).raise_for_status().json()

    def begin(self, job: JobDefinition) -> Run:
        """Begin a run, as a worker that claims it."""
        self.api.post(f"/api/v1/jobs/{job.name}/runs").raise_for_status()
        return self.worker.claim(job.name)

    def succeed(self, job: JobDefinition) -> Run:
        return self.worker.finish(self.begin(job))

    def fail(self, job: JobDefinition) -> None:
        self.worker.finish(
            self.begin(job), RunEvent.FAILED, error_category=ErrorCategory.DATA_ERROR, error_message="No such column."
        )


@pytest.fixture(scope="module")
def jobs(plant: Serving) -> Jobs:
    """A job in each state of health; the runs of the first are those of a week of work."""
    worker = Worker(plant.service.database_url)
    worker.register(FINE, FAILING, SILENT, STUCK, ONE_AT_A_TIME, EDITED)
    found = Jobs(plant, plant.service.client(*Role.ADMIN.scopes), worker)
    found.succeed(FINE)
    found.fail(FAILING)
    found.begin(STUCK)
    execute = plant.service.execute
    execute("update sync_job_run set lease_until = now() - interval '1 hour' where state = 'running'")
    execute("update sync_job set next_run_at = now() - interval '1 hour' where name = %s", SILENT.name)
    return found


def row(page: Page, job: JobDefinition) -> Locator:
    return page.locator(f"[data-job={job.name}]")


def start_button(console: Console, page: Page, job: JobDefinition) -> Locator:
    return page.get_by_role("button", name=console.text("jobs.command.startNamed", name=job.name))


def test_the_list_shows_what_the_api_returns(
    open_console: OpenConsole, jobs: Jobs, language: Language, theme: Theme
) -> None:
    console = open_console(language=language, theme=theme)

    page = console.log_in("viewer", "/jobs")

    fine = row(page, FINE)
    fine.scroll_into_view_if_needed()
    expect(fine).to_contain_text(console.text("jobs.health.ok"))
    expect(fine).to_contain_text(console.text("jobs.schedule.minutes", every=15))
    expect(fine).to_contain_text("*/15 * * * * Asia/Shanghai")
    expect(fine).to_contain_text(console.text("states.run.succeeded"))
    expect(fine).to_contain_text(local_time(jobs.read("/fine")["next_run_at"]))
    strip = console.text("jobs.strip.label", count=1, succeeded=1, failed=0)
    expect(fine.get_by_role("img", name=strip)).to_be_visible()
    assert_accessible(page)


def test_jobs_that_need_attention_stand_on_top_with_what_to_do(
    open_console: OpenConsole, jobs: Jobs, language: Language
) -> None:
    console = open_console(language=language)

    page = console.log_in("viewer", "/jobs")

    attention = page.locator("section").filter(has=page.locator("#jobs-attention")).locator("[data-job]")
    expect(attention).to_have_count(3)
    assert [each.get_attribute("data-job") for each in attention.all()] == ["stuck", "silent", "failing"]
    for job, health in ((STUCK, "stuck"), (SILENT, "silent"), (FAILING, "failing")):
        expect(row(page, job)).to_contain_text(console.text(f"jobs.health.{health}"))
        assert jobs.read(f"/{job.name}")["health"] == health
    reason = console.text("jobs.advice.failing", count=1, category=console.text("jobs.categories.data_error"))
    expect(row(page, FAILING)).to_contain_text(reason)


def test_the_search_is_in_the_url(open_console: OpenConsole, jobs: Jobs) -> None:
    console = open_console()

    page = console.log_in("viewer", "/jobs")
    page.get_by_role("searchbox").fill("FAIL")
    expect(page.locator("[data-job]")).to_have_count(1)
    page.reload()

    expect(page.locator("[data-job]")).to_have_count(1)
    expect(page.get_by_role("searchbox")).to_have_value("FAIL")


def test_a_double_click_of_an_operator_starts_one_run_with_the_parameters(
    open_console: OpenConsole, jobs: Jobs, language: Language
) -> None:
    console = open_console(language=language)
    before = len(jobs.read("/edited/runs")["items"])

    page = console.log_in("operator", "/jobs")
    start_button(console, page, EDITED).click()
    page.get_by_label("limit").fill("7")
    page.get_by_text(console.text("jobs.start.dryRun"), exact=True).click()
    page.get_by_role("button", name=console.text("jobs.start.submit")).dblclick()
    page.wait_for_url(re.compile(r"/jobs/runs/\d+"))

    started, *earlier = jobs.read("/edited/runs")["items"]
    assert page.url.endswith(f"/{started['id']}")
    assert len(earlier) == before
    assert started["parameters"] == {**EDITED.parameters, "limit": 7}
    assert (started["dry_run"], started["requested_by"]) == (True, "operator")
    jobs.api.post(f"/api/v1/jobs/runs/{started['id']}/cancel")


def test_a_refused_run_says_why_and_keeps_the_dialog(open_console: OpenConsole, jobs: Jobs) -> None:
    run = jobs.begin(ONE_AT_A_TIME)
    console = open_console()
    console.expected_errors = "409"

    page = console.log_in("operator", "/jobs")
    start_button(console, page, ONE_AT_A_TIME).click()
    page.get_by_label("limit").fill("8")
    page.get_by_role("button", name=console.text("jobs.start.submit")).click()

    reason = page.get_by_role("dialog").get_by_role("alert")
    expect(reason).to_be_visible()
    (refused, *_) = jobs.read("/one_at_a_time/runs")["items"]
    assert refused["state"] == "refused"
    expect(reason).to_contain_text(str(refused["id"]))
    expect(page.get_by_label("limit")).to_have_value("8")
    jobs.worker.finish(run)


def test_an_operator_cancels_the_run_under_way(open_console: OpenConsole, jobs: Jobs) -> None:
    console = open_console()

    page = console.log_in("operator", "/jobs")
    jobs.api.post("/api/v1/jobs/edited/runs").raise_for_status()
    expect(row(page, EDITED)).to_contain_text(console.text("states.run.queued"))
    page.get_by_role("button", name=console.text("jobs.command.cancelNamed", name=EDITED.name)).click()

    expect(row(page, EDITED)).not_to_contain_text(console.text("states.run.queued"))
    assert jobs.read("/edited/runs")["items"][0]["state"] == "cancelled"


@pytest.mark.parametrize(("role", "can_run", "can_change"), [("viewer", 0, 0), ("operator", 1, 0), ("admin", 1, 1)])
def test_commands_are_those_of_the_role(
    open_console: OpenConsole, jobs: Jobs, role: str, can_run: int, can_change: int
) -> None:
    console = open_console()

    page = console.log_in(role, "/jobs")
    expect(row(page, FINE)).to_be_visible()
    expect(start_button(console, page, FINE)).to_have_count(can_run)
    expect(row(page, FINE).get_by_role("switch")).to_have_count(can_change)
    page.get_by_role("link", name=FINE.name, exact=True).click()

    expect(page.get_by_text(console.text("jobs.settingLabel.misfire"))).to_be_visible()
    expect(page.get_by_role("button", name=console.text("jobs.settings.edit"))).to_have_count(can_change)


def test_an_administrator_switches_a_schedule_off_and_on(open_console: OpenConsole, jobs: Jobs) -> None:
    console = open_console()

    page = console.log_in("admin", "/jobs")
    for enabled, state in ((False, "false"), (True, "true")):
        row(page, EDITED).locator(".el-switch").click()
        expect(row(page, EDITED).get_by_role("switch")).to_have_attribute("aria-checked", state)
        expect(row(page, EDITED).locator(".is-loading")).to_have_count(0)
        assert jobs.read("/edited")["enabled"] is enabled


def open_form(console: Console, page: Page) -> None:
    page.get_by_role("button", name=console.text("jobs.settings.edit")).click()
    expect(page.locator("#job-timeout_seconds")).to_be_visible()


def save(console: Console, page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name=console.text("forms.save")).click()


def test_an_error_of_the_settings_stands_at_its_field_and_nothing_is_lost(
    open_console: OpenConsole, jobs: Jobs, language: Language, theme: Theme
) -> None:
    console = open_console(language=language, theme=theme)
    console.expected_errors = "400"

    page = console.log_in("admin", "/jobs/edited")
    open_form(console, page)
    page.locator("#job-timeout_seconds").fill("33")
    page.locator("#job-schedule").fill("61 * * * *")
    save(console, page)

    field = page.locator(".el-form-item").filter(has=page.locator("#job-schedule"))
    expect(field.locator(".el-form-item__error")).to_contain_text("*/5 * * * *")
    expect(page.locator("#job-timeout_seconds")).to_have_value("33")
    assert_accessible(page)
    page.locator("#job-schedule").fill("")
    save(console, page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert (jobs.read("/edited")["timeout_seconds"], jobs.read("/edited")["schedule"]) == (33, None)
    jobs.api.patch("/api/v1/jobs/edited", json={"timeout_seconds": 600}).raise_for_status()


@pytest.mark.parametrize("choice", ["overwrite", "reload"])
def test_a_change_that_another_person_made_meanwhile_is_not_lost_unnoticed(
    open_console: OpenConsole, jobs: Jobs, choice: str
) -> None:
    jobs.api.patch("/api/v1/jobs/edited", json={"timeout_seconds": 600, "max_resumes": 3}).raise_for_status()
    console = open_console()
    console.expected_errors = "412"

    page = console.log_in("admin", "/jobs/edited")
    open_form(console, page)
    jobs.api.patch("/api/v1/jobs/edited", json={"max_resumes": 9}).raise_for_status()
    page.locator("#job-timeout_seconds").fill("44")
    save(console, page)
    expect(page.get_by_text(console.text("forms.conflict.title"))).to_be_visible()
    expect(page.locator("#job-timeout_seconds")).to_have_value("44")
    page.get_by_role("button", name=console.text(f"forms.conflict.{choice}")).click()

    if choice == "reload":
        expect(page.locator("#job-timeout_seconds")).to_have_value("600")
        expect(page.locator("#job-max_resumes")).to_have_value("9")
    else:
        expect(page.get_by_role("dialog")).to_have_count(0)
    stored = jobs.read("/edited")
    assert (stored["timeout_seconds"], stored["max_resumes"]) == (44 if choice == "overwrite" else 600, 9)


def test_the_page_of_a_job_shows_its_runs_and_statistics(
    open_console: OpenConsole, jobs: Jobs, language: Language, theme: Theme
) -> None:
    console = open_console(language=language, theme=theme)

    page = console.log_in("viewer", "/jobs/failing")

    (run,) = jobs.read("/failing/runs")["items"]
    shown = page.locator(f"[data-run='{run['id']}']")
    expect(shown).to_contain_text(local_time(run["created_at"]))
    expect(shown).to_contain_text(console.text("states.run.failed"))
    expect(shown).to_contain_text(console.text("jobs.categories.data_error"))
    expect(page.locator("canvas")).to_have_count(2)
    assert_accessible(page)
    as_table = page.get_by_role("button", name=console.text("chart.asTable"))
    as_table.first.click()
    as_table.click()
    (day,) = jobs.read("/statistics", job="failing")["items"]
    assert day["runs"] == {"failed": 1}
    failed_today = page.get_by_role("row", name=re.compile(day["day"])).get_by_role("cell").last
    expect(failed_today).to_have_text(str(day["runs"]["failed"]))
    by_category = page.get_by_role("region", name=console.text("jobs.failures.title"))
    expect(by_category.get_by_role("row").last).to_contain_text("1")
    assert_accessible(page)


def test_a_missing_job_says_so(open_console: OpenConsole, jobs: Jobs) -> None:
    console = open_console()
    console.expected_errors = "404"

    page = console.log_in("viewer", "/jobs/no_such_job")

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("button", name=console.text("common.error.retry"))).to_be_visible()


def recovered(jobs: Jobs) -> Run:
    run = jobs.begin(FINE)
    jobs.worker.append(run, retried(run, 2, datetime.now(UTC) - timedelta(seconds=5), 2.5))
    return jobs.worker.finish(run, attempts=2)


def test_the_log_has_a_sentence_per_row_with_the_times_of_the_api(
    open_console: OpenConsole, jobs: Jobs, language: Language, theme: Theme
) -> None:
    recovered(jobs)
    console = open_console(language=language, theme=theme)

    page = console.log_in("viewer", "/jobs/logs?job=fine&log_type=retry_attempt")

    log = jobs.read("/logs", job="fine", log_type="retry_attempt")["items"][0]
    shown = page.locator(f"[data-log='{log['id']}']")
    expect(shown).to_contain_text(local_time(log["started_at"]))
    wait = console.text("common.units.seconds", n="2.5")
    expect(shown).to_contain_text("2/3")
    expect(shown).to_contain_text(wait)
    shown.get_by_role("button").click()
    details = page.locator("tr.detail")
    expect(details).to_contain_text(log["error_message"])
    expect(details).to_contain_text(console.text("jobs.strategy.exponential_backoff"))
    assert_accessible(page)


def test_the_filters_of_the_log_are_in_the_url(open_console: OpenConsole, jobs: Jobs, language: Language) -> None:
    recovered(jobs)
    console = open_console(language=language)

    page = console.log_in("viewer", "/jobs/logs")
    choose(page, console.text("jobs.filter.job"), "failing")
    choose(page, console.text("jobs.filter.status"), console.text("states.log.failed"))
    expect(page.locator("[data-log]")).to_have_count(1)
    page.get_by_text(console.text("jobs.filter.roots"), exact=True).click()
    expect(page.locator("[data-log]")).to_have_count(2)
    assert "job=failing" in page.url
    page.reload()

    ids = {str(log["id"]) for log in jobs.read("/logs", job="failing", status="failed", roots_only="false")["items"]}
    expect(page.locator("[data-log]")).to_have_count(len(ids))
    assert {each.get_attribute("data-log") for each in page.locator("[data-log]").all()} == ids


def test_a_text_that_is_typed_is_sought_in_the_log_of_a_job(open_console: OpenConsole, jobs: Jobs) -> None:
    console = open_console()

    page = console.log_in("viewer", "/jobs/logs?job=failing&all=true")
    search = page.get_by_role("searchbox", name=console.text("jobs.filter.text"))
    search.press_sequentially("No such column")
    search.press("Enter")
    page.wait_for_url(re.compile("text="))

    since = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    found = jobs.read("/logs", **{"job": "failing", "roots_only": "false", "text": "No such column", "from": since})
    ids = {str(log["id"]) for log in found["items"]}
    expect(page.locator("[data-log]")).to_have_count(len(ids))
    assert {each.get_attribute("data-log") for each in page.locator("[data-log]").all()} == ids
    expect(search).to_have_value("No such column")


def test_older_rows_of_the_log_are_added_below(open_console: OpenConsole, jobs: Jobs) -> None:
    rows_per_page = 50
    run = jobs.begin(ONE_AT_A_TIME)
    at = datetime.now(UTC)
    attempts = range(2, rows_per_page + 2)
    jobs.worker.append(run, *(retried(run, each, at + timedelta(milliseconds=each)) for each in attempts))
    jobs.worker.finish(run)
    total = len(jobs.read("/logs", job=ONE_AT_A_TIME.name, roots_only="false", page_size="500")["items"])
    console = open_console()

    page = console.log_in("viewer", f"/jobs/logs?job={ONE_AT_A_TIME.name}&all=true")
    expect(page.locator("[data-log]")).to_have_count(rows_per_page)
    page.get_by_role("button", name=console.text("jobs.logs.older")).click()

    expect(page.locator("[data-log]")).to_have_count(total)
    expect(page.get_by_text(console.text("jobs.logs.noOlder"))).to_be_visible()


def test_runs_appear_while_the_list_is_shown(open_console: OpenConsole, jobs: Jobs) -> None:
    console = open_console()

    page = console.log_in("viewer", "/jobs/logs?job=fine")
    expect(page.locator("[data-log]").first).to_be_visible()
    run = jobs.begin(FINE)
    newest = page.locator(f"[data-log='{run.root_log_id}']")
    expect(newest).to_contain_text(console.text("states.log.running"))
    jobs.worker.finish(run)

    expect(newest).to_contain_text(console.text("states.log.success"))


@pytest.mark.parametrize("path", ["/jobs", "/jobs/fine", "/jobs/logs"])
def test_pages_fit_a_phone(open_console: OpenConsole, jobs: Jobs, path: str) -> None:
    console = open_console(size=PHONE)

    page = console.log_in("admin", path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".el-skeleton")).to_have_count(0)

    assert_fits_width(page)
    assert_accessible(page)


def test_a_chart_is_saved_as_a_picture_with_its_title(open_console: OpenConsole, jobs: Jobs, tmp_path: Path) -> None:
    console = open_console()
    page = console.log_in("viewer", "/jobs/failing")
    expect(page.locator("canvas")).to_have_count(2)
    expect(page.locator(".el-skeleton")).to_have_count(0)
    page.evaluate(NEXT_FRAMES)  # the width of a chart follows that of the page
    shown = page.locator("canvas").first.bounding_box()
    assert shown is not None

    with page.expect_download() as saved:
        page.get_by_role("button", name=console.text("chart.savePng")).first.click()

    picture = tmp_path / saved.value.suggested_filename
    saved.value.save_as(picture)
    header = picture.read_bytes()[:24]
    width, height = struct.unpack(">II", header[16:])
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    assert width == pytest.approx(2 * shown["width"], abs=2)
    assert height > 2 * shown["height"]
