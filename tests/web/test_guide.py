"""The guide that leads from a new installation to the readings of the user's own machines."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, expect

from arcbeat.domain.identity.identity import Role
from arcbeat.domain.schema.columns import Column, ColumnType
from tests.support.background_loop import BackgroundLoop
from tests.support.identity import add_user
from tests.support.postgres import Server
from tests.support.serving import Serving
from tests.support.super_tables import create_super_table
from tests.support.tdengine.recording import EXCHANGES
from tests.support.tdengine.stand_in import StandIn, recorded, rows
from tests.web.conftest import OpenConsole
from tests.web.console import PHONE, Console, Language, Theme, assert_accessible, assert_fits_width

STATUS = Column(name="device_status", type=ColumnType.NCHAR, length=50)
SPEED = Column(name="wheel_rpm", type=ColumnType.INT)
SERVER_GONE = "Failed to load resource|WebSocket|ERR_"


def step(page: Page, console: Console, name: str) -> Locator:
    return page.get_by_role("listitem").filter(
        has=page.get_by_role("heading", name=console.text(f"guide.{name}.title"), level=2)
    )


@contextmanager
def tdengine() -> Iterator[StandIn]:
    """Run a stand-in for TDengine, which has a version and one super table."""
    with BackgroundLoop.running() as background:
        stand_in = background.enter(StandIn.running())
        stand_in.on(r"^select server_version\(\)$", recorded(EXCHANGES["server-version"]))
        meta = {"db_name": "VARCHAR", "stable_name": "VARCHAR"}
        stand_in.on("ins_stables", rows(meta, ["factory", "mill"]))
        stand_in.on("ins_databases", rows({"name": "VARCHAR", "precision": "VARCHAR"}))
        stand_in.on("^describe", recorded(EXCHANGES["describe-missing"]))
        yield stand_in


def test_a_super_table_becomes_a_device_type_whose_readings_are_seen(
    open_console: OpenConsole, plant: Serving, language: Language, theme: Theme
) -> None:
    service = plant.service
    code = f"grinder_{language[:2]}_{theme}"
    create_super_table(service, f"test_db.{code}_data", STATUS, SPEED)
    console = open_console(language=language, theme=theme)
    page = console.log_in("admin", "/admin/guide")
    connect = console.text("guide.types.connectNamed", table=f"test_db.{code}_data")
    page.get_by_role("button", name=connect).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label(console.text("guide.connect.code"))).to_have_value(code)
    dialog.get_by_label(console.text("guide.connect.zh")).fill("磨床")
    assert_accessible(page)

    dialog.get_by_role("button", name=console.text("guide.connect.submit")).click()

    expect(dialog).to_have_count(0)
    fields = service.operator.get(f"/api/v1/device/types/{code}/fields").json()["fields"]
    assert [each["name"] for each in fields] == ["device_status", "wheel_rpm"]
    page.goto(f"{console.url}/admin/guide?type={code}")
    devices, watch = step(page, console, "devices"), step(page, console, "watch")
    expect(devices).to_contain_text(console.text("guide.devices.registered", count=0))
    expect(devices).to_have_attribute("data-done", "false")
    device = f"G_{code}"
    service.register(device, device_type=code)
    expect(devices).to_have_attribute("data-done", "true")
    service.append(device, type_code=code, device_status="运行", wheel_rpm=2900)
    expect(watch).to_have_attribute("data-done", "true")
    assert_accessible(page)
    watch.get_by_role("link", name=console.text("guide.watch.open")).click()
    expect(page.locator(f"[role=row][data-key={device}]")).to_contain_text("2")


def test_a_code_that_another_type_has_is_rejected_in_the_dialog_with_the_input_kept(
    open_console: OpenConsole, plant: Serving
) -> None:
    create_super_table(plant.service, "test_db.lapper", STATUS)
    console = open_console()
    console.expected_errors = "409"
    page = console.log_in("admin", "/admin/guide")
    page.get_by_role("button", name=console.text("guide.types.connectNamed", table="test_db.lapper")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(console.text("guide.connect.code")).fill("welding")

    dialog.get_by_role("button", name=console.text("guide.connect.submit")).click()

    expect(dialog.get_by_role("alert")).to_be_visible()
    expect(dialog.get_by_label(console.text("guide.connect.code"))).to_have_value("welding")


def test_the_guide_fits_a_phone_and_shows_the_address_without_a_password(open_console: OpenConsole) -> None:
    console = open_console(size=PHONE)
    page = console.log_in("admin", "/admin/guide")
    page.get_by_label(console.text("guide.store.host")).fill("10.0.0.5")

    expect(page.get_by_text("tdengine://arcbeat:PASSWORD@10.0.0.5:6041")).to_be_visible()
    assert_fits_width(page)


def test_a_viewer_may_not_see_the_guide(open_console: OpenConsole) -> None:
    console = open_console()

    page = console.log_in("viewer", "/admin/guide")

    expect(page.get_by_role("heading", name=console.text("session.forbidden.title"))).to_be_visible()


@pytest.fixture
def new_installation(
    postgres_server: Server, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serving]:
    url = postgres_server.create_database(template=template_database)
    with Serving.running(tmp_path_factory.mktemp("new"), url) as serving:
        add_user(serving.service, "admin", Role.ADMIN)
        yield serving
    postgres_server.drop_database(url)


def restart(serving: Serving, telemetry_url: str) -> None:
    serving.kill()
    serving.environment = {**serving.environment, "TELEMETRY_URL": telemetry_url}
    serving.restart()


def test_the_guide_sees_that_tdengine_is_connected_and_says_why_it_is_not(
    open_console: OpenConsole, new_installation: Serving
) -> None:
    console = open_console(new_installation.service.url)
    console.expected_errors = SERVER_GONE
    page = console.log_in("admin", "/admin/guide")
    store = step(page, console, "store")
    expect(store).to_contain_text("PostgreSQL")
    expect(store).to_have_attribute("data-done", "false")

    restart(new_installation, "tdengine://root:wrong@127.0.0.1:1")
    expect(store.locator(".error")).to_be_visible()
    with tdengine() as stand_in:
        restart(new_installation, stand_in.url.replace("http://", "tdengine://root:taosdata@"))
        expect(store).to_have_attribute("data-done", "true")

        expect(store).to_contain_text("TDengine 3.3.0.1")
        expect(page.get_by_text("factory.mill")).to_be_visible()
