"""The alerts about jobs on the pages of jobs: what a person sees equals what the API returns."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from arcbeat.domain.identity.identity import Role
from arcbeat.domain.jobs.alerts import AlertSeverity, Finding, JobProblem
from tests.support.job_alerts import AlertWatch, finding
from tests.support.jobs import CHECK, Worker
from tests.support.serving import Serving
from tests.web.conftest import OpenConsole
from tests.web.console import PHONE, Console, Language, Theme, assert_accessible, assert_fits_width, local_time

SLOW = finding(CHECK.name, JobProblem.SLOW)
FAILING = finding(CHECK.name, JobProblem.FAILING, AlertSeverity.CRITICAL)


@dataclass
class Alerts:
    """The alerts of a plant, as the job that watches the others changes them."""

    serving: Serving
    api: httpx.Client
    watch: AlertWatch

    def look(self, *findings: Finding) -> None:
        """Find these problems, and no others."""
        self.watch.look(*findings)

    def read(self, **query: str) -> list[Any]:
        items: list[Any] = self.api.get("/api/v1/jobs/alerts", params=query).raise_for_status().json()["items"]
        return items


@pytest.fixture(scope="module")
def plant_alerts(plant: Serving) -> Alerts:
    url = plant.service.database_url
    Worker(url).register(CHECK)
    return Alerts(plant, plant.service.client(*Role.ADMIN.scopes), AlertWatch(url, CHECK.name))


@pytest.fixture
def alerts(plant_alerts: Alerts) -> Iterator[Alerts]:
    yield plant_alerts
    plant_alerts.serving.service.execute("delete from sync_job_alert")


def strip(console: Console, page: Page, count: int) -> Any:
    return page.get_by_role("region", name=console.text("jobs.alerts.open", count=count))


def test_the_list_of_jobs_shows_the_open_alerts_the_critical_ones_first(
    open_console: OpenConsole, alerts: Alerts, language: Language, theme: Theme
) -> None:
    alerts.look(FAILING)
    alerts.look(FAILING, SLOW)
    console = open_console(language=language, theme=theme)

    page = console.log_in("viewer", "/jobs")

    shown = strip(console, page, 2).locator("[data-alert]")
    expect(shown).to_have_count(2)
    slow, failing = alerts.read(state="open")
    for item, alert in zip(shown.all(), (failing, slow), strict=True):
        assert item.get_attribute("data-alert") == str(alert["id"])
        expect(item).to_contain_text(console.text(f"jobs.alerts.severity.{alert['severity']}"))
        expect(item).to_contain_text(console.text(f"jobs.alerts.problem.{alert['problem']}"))
        expect(item).to_contain_text(alert["message"])
        expect(item).to_contain_text(local_time(alert["opened_at"]))
    expect(shown.get_by_role("button")).to_have_count(0)  # a viewer may not acknowledge
    assert_accessible(page)
    shown.first.get_by_role("link", name=CHECK.name).click()
    page.wait_for_url(f"**/jobs/{CHECK.name}")


def test_without_open_alerts_the_list_has_no_strip_and_a_new_alert_appears_by_itself(
    open_console: OpenConsole, alerts: Alerts
) -> None:
    alerts.look(SLOW)
    alerts.look()
    console = open_console()

    page = console.log_in("viewer", "/jobs")
    all_is_well = page.get_by_role("heading", name=console.text("jobs.group.all", count=2))
    expect(all_is_well).to_be_visible()
    expect(page.locator("[data-alert]")).to_have_count(0)
    alerts.look(FAILING)

    expect(strip(console, page, 1).locator("[data-alert]")).to_have_count(1)
    expect(all_is_well).to_have_count(0)
    alerts.look()
    expect(page.locator("[data-alert]")).to_have_count(0)
    expect(all_is_well).to_be_visible()


def test_an_operator_acknowledges_an_alert_with_a_note(
    open_console: OpenConsole, alerts: Alerts, language: Language
) -> None:
    alerts.look(FAILING)
    console = open_console(language=language)
    note = "数据库正在重启 <b>"

    page = console.log_in("operator", "/jobs")
    problem = console.text("jobs.alerts.problem.failing")
    page.get_by_role(
        "button", name=console.text("jobs.alerts.acknowledgeNamed", name=CHECK.name, problem=problem)
    ).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(console.text("jobs.alerts.note")).fill(note)
    assert_accessible(page)
    console.press(dialog, "jobs.alerts.acknowledge")
    expect(dialog).to_have_count(0)

    item = page.locator("[data-alert]")
    expect(item).to_contain_text("operator")
    expect(item.locator("q")).to_have_text(note)
    expect(item.get_by_role("button")).to_have_count(0)
    [alert] = alerts.read(state="open")
    assert (alert["acknowledgement"]["note"], alert["acknowledgement"]["acknowledged_by"]) == (note, "operator")


def test_an_alert_that_was_closed_meanwhile_says_why_it_cannot_be_acknowledged(
    open_console: OpenConsole, alerts: Alerts
) -> None:
    alerts.look(FAILING)
    console = open_console()
    console.expected_errors = "409"

    page = console.log_in("operator", f"/jobs/{CHECK.name}")
    page.locator("[data-alert]").get_by_role("button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    alerts.look()
    console.press(dialog, "jobs.alerts.acknowledge")

    expect(dialog.get_by_role("alert")).to_be_visible()


def test_the_page_of_a_job_shows_its_open_and_past_alerts(
    open_console: OpenConsole, alerts: Alerts, language: Language, theme: Theme
) -> None:
    alerts.look(SLOW)
    alerts.look(FAILING)
    console = open_console(language=language, theme=theme)

    page = console.log_in("viewer", f"/jobs/{CHECK.name}")

    shown = page.get_by_role("region", name=console.text("jobs.alerts.ofJob"), exact=True).locator("[data-alert]")
    expect(shown).to_have_count(2)
    [open_alert], [past] = alerts.read(state="open"), alerts.read(state="closed")
    assert [each.get_attribute("data-alert") for each in shown.all()] == [str(open_alert["id"]), str(past["id"])]
    expect(shown.last).to_contain_text(console.text("jobs.alerts.problem.slow"))
    assert_accessible(page)


def test_alerts_fit_a_phone(open_console: OpenConsole, alerts: Alerts) -> None:
    alerts.look(FAILING, SLOW)
    console = open_console(size=PHONE)

    page = console.log_in("operator", "/jobs")
    expect(page.locator("[data-alert]")).to_have_count(2)

    assert_fits_width(page)
    assert_accessible(page)
