"""A new kind of machine is added without code or a restart: the steps of docs/tutorials/new-machine-type.md."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import pytest_asyncio

from arcbeat.domain.identity.identity import Role
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable
from tests.conformance.columns import TAGS, TS
from tests.conformance.harness import Harness
from tests.support.postgres import Server
from tests.support.service import Service

PRESS_COLUMNS = (
    TS,
    Column(name="device_status", type=ColumnType.NCHAR, length=20),
    Column(name="mould", type=ColumnType.VARCHAR, length=40),
    Column(name="is_closed", type=ColumnType.BOOL),
    Column(name="strokes", type=ColumnType.BIGINT),
    Column(name="force_kn", type=ColumnType.FLOAT),
    Column(name="stroke_mm", type=ColumnType.DOUBLE),
    Column(name="die_number", type=ColumnType.SMALLINT_UNSIGNED),
    Column(name="serviced_at", type=ColumnType.TIMESTAMP),
    *TAGS,
)
FIELDS = [column.name for column in PRESS_COLUMNS[1:9]]
DEVICES_CSV = """设备编码,device_name,device_type,team_name
P-001,冲床一号,press,班组一
P-002,冲床二号,冲床,班组二
"""
TYPES = "/api/v1/device/types"
DATA = "/api/v1/device/data"
START = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)
STROKES = 9007199254740993


@pytest_asyncio.fixture(scope="module")
async def press_table(harness: Harness) -> SuperTable:
    table = SuperTable(harness.database, f"press_{uuid.uuid4().hex[:8]}")
    await harness.create_super_table(table, PRESS_COLUMNS)
    return table


@pytest.fixture(scope="module")
def factory(harness: Harness, postgres_server: Server, template_database: str) -> Iterator[Service]:
    """A running service with the readings in the store under test."""
    url = postgres_server.create_database(template=template_database)
    with Service.running(url, telemetry_url=harness.url) as running:
        yield running
    postgres_server.drop_database(url)


@pytest.fixture(scope="module")
def admin(factory: Service, press_table: SuperTable) -> httpx.Client:
    """An administrator who has completed all steps, so that readings are stored."""
    admin = factory.client(*Role.ADMIN.scopes)
    add_type(admin, press_table)
    imported = admin.post(f"{TYPES}/press/fields/import", params={"dry_run": False})
    assert imported.json()["added"] == FIELDS
    register(admin)
    store_readings(admin)
    return admin


def add_type(admin: httpx.Client, table: SuperTable) -> None:
    added = admin.post(
        TYPES,
        json={
            "type_code": "press",
            "aliases": ["冲床"],
            "labels": {"zh": "冲床", "en": "Press"},
            "super_table": str(table),
            "states": ["冲压", "待机", "关机"],
            "offline_states": ["关机"],
        },
    )
    assert (added.status_code, added.json()["super_table_checked"]) == (201, True)


def register(admin: httpx.Client) -> None:
    headers = {"Content-Type": "text/csv"}
    for dry_run in (True, False):
        report = admin.post(
            "/api/v1/device/info-import", params={"dry_run": dry_run}, content=DEVICES_CSV.encode(), headers=headers
        )
        assert (report.status_code, report.json()["created"], report.json()["applied"]) == (200, 2, not dry_run)


def store_readings(admin: httpx.Client) -> None:
    sent = admin.post(
        DATA,
        json={
            "type_code": "press",
            "readings": [
                {
                    "device_code": device_code,
                    "ts": (START + timedelta(minutes=minute)).isoformat(),
                    "values": values(minute),
                }
                for device_code in ("P-001", "P-002")
                for minute in range(20)
            ],
        },
    )
    assert (sent.json()["accepted"], sent.json()["results"]) == (40, [])


def values(minute: int) -> dict[str, object]:
    return {
        "device_status": "冲压" if minute % 2 else "待机",
        "mould": f"M{minute}",
        "is_closed": minute % 2 == 1,
        "strokes": STROKES + minute,
        "force_kn": 100.5 + minute,
        "stroke_mm": 0.25 * minute,
        "die_number": 65535,
        "serviced_at": "2026-01-02T03:04:05Z",
    }


def test_its_newest_readings_are_on_the_realtime_page(admin: httpx.Client) -> None:
    page = admin.get(f"{DATA}/realtime", params={"type_code": "冲床", "use_dynamic_fields": True}).json()

    assert (page["type_code"], page["total"]) == ("press", 2)
    assert [field["name"] for field in page["fields"]] == FIELDS
    assert [row["device_code"] for row in page["items"]] == ["P-001", "P-002"]
    newest = {**values(19), "strokes": str(STROKES + 19)}
    assert page["items"][0]["values"] == newest


def test_its_readings_are_in_history_and_windows(admin: httpx.Client) -> None:
    within = {"from": START.isoformat(), "to": (START + timedelta(minutes=20)).isoformat()}

    history = admin.get(f"{DATA}/history", params={"device_code": "P-001", "page_size": 12, **within}).json()
    windows = admin.get(
        f"{DATA}/windows",
        params={
            "device_code": ["P-001", "P-002"],
            "fields": "force_kn,strokes",
            "aggregates": "max,count",
            "interval": "1d",
            **within,
        },
    ).json()

    assert len(history["items"]) == 12
    assert history["items"][0]["values"]["strokes"] == str(STROKES)
    assert history["next_cursor"] is not None
    for series in windows["series"]:
        counts = [window["values"]["force_kn"]["count"] for window in series["windows"]]
        assert sum(counts) == 20
        assert series["windows"][-1]["values"]["strokes"]["max"] == str(STROKES + 19)


def test_its_state_times_are_computed(admin: httpx.Client) -> None:
    day = START.date().isoformat()

    states = admin.get(f"{DATA}/states", params={"type_code": "press", "first_day": day, "last_day": day}).json()

    [first, second] = [device["days"][0]["state_minutes"] for device in states["items"]]
    assert list(first) == ["冲压", "待机", "关机"]
    assert first == second
    assert first["冲压"] > 0
    assert first["待机"] > 0


def test_it_has_no_drift_while_its_table_is_unchanged(admin: httpx.Client) -> None:
    drift = admin.get(f"{TYPES}/press/drift").json()

    assert [drift[name] for name in ("missing", "surplus", "changed", "items")] == [[], [], [], []]


@pytest_asyncio.fixture
async def grown(admin: httpx.Client, harness: Harness, press_table: SuperTable) -> httpx.Client:
    """Another program has added a column and an unregistered machine to the table."""
    await harness.add_column(press_table, Column(name="oil_temp", type=ColumnType.FLOAT))
    await harness.insert_as_other_program(press_table, "t_p_003", "P-003", START, {"oil_temp": 40.5})
    return admin


def test_new_columns_and_devices_are_reported_as_drift_and_can_be_imported(grown: httpx.Client) -> None:
    drift = grown.get(f"{TYPES}/press/drift").json()
    imported = grown.post(f"{TYPES}/press/fields/import", params={"dry_run": False}).json()

    assert drift["surplus"] == [{"name": "oil_temp", "type": "float", "length": None}]
    assert [(each["device_code"], each["drift"]) for each in drift["items"]] == [("P-003", "unregistered")]
    assert imported["added"] == ["oil_temp"]
    assert grown.get(f"{TYPES}/press/drift").json()["surplus"] == []
