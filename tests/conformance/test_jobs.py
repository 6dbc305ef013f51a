"""The jobs that read the readings store find the same in each store; TDengine also has names and other tags."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from adapters.postgres.device_info import PostgresDeviceInfo
from adapters.postgres.pool import Database, open_pool
from arcbeat.app import JobRuntime, open_administration, open_jobs
from arcbeat.domain.devices.device_info import DeviceFacts, DeviceInfo, DeviceInfoFilter
from arcbeat.domain.jobs.runs import Run, RunRequest, RunState, Trigger
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable
from jobs.execution.start import Starter
from jobs.registry import REGISTRY
from tests.conformance.columns import CUTTING
from tests.conformance.conftest import CreateTable
from tests.conformance.harness import Harness
from tests.support import catalogue

TYPE = "press"
MORE_TAGS = (
    *CUTTING,
    Column(name="device_model", type=ColumnType.NCHAR, length=80, is_tag=True),
    Column(name="team_name", type=ColumnType.NCHAR, length=50, is_tag=True),
)


@dataclass(frozen=True, slots=True)
class Plant:
    """A device type whose readings are in the store under test, and what runs its jobs."""

    runtime: JobRuntime
    register: PostgresDeviceInfo
    harness: Harness
    table: SuperTable

    async def run(self, job: str, **parameters: Any) -> Run:
        """Run a job, which must succeed at once."""
        starter = Starter(ports=self.runtime.ports, registry=REGISTRY, spool_folder=self.runtime.spool_folder)
        request = RunRequest(job_name=job, trigger=Trigger.COMMAND_LINE, requested_by="a test", parameters=parameters)
        run = await starter.start_run(request)
        assert (run.state, run.attempts) == (RunState.SUCCEEDED, 1), run.error_message
        return run

    async def sync(self, *, apply: bool) -> dict[str, list[str]]:
        """Run sync_devices; return the codes of each kind of difference that there is."""
        run = await self.run("sync_devices", apply=apply)
        kinds: Any = (run.result or {})["types"]
        return {kind: found["device_codes"] for kind, found in kinds[TYPE].items() if found["count"]}

    async def sync_fields(self) -> dict[str, list[str]]:
        """Run sync_fields, which writes; return the names of each kind of difference that there was."""
        run = await self.run("sync_fields", apply=True)
        kinds: Any = (run.result or {})["types"]
        found: dict[str, list[Any]] = {kind: each["fields"] for kind, each in kinds[TYPE].items() if each["count"]}
        return {kind: list(map(name_of, each)) for kind, each in found.items()}

    async def fields(self) -> dict[str, ColumnType]:
        device_type = await self.runtime.ports.device_types.get_type(TYPE)
        return {each.name: each.type for each in device_type.fields}

    async def devices(self) -> dict[str, DeviceInfo]:
        return {each.device_code: each async for batch in self.register.batches(DeviceInfoFilter()) for each in batch}

    def subtable(self, name: str) -> str:
        """Return a name that no other super table of the suite has a subtable with."""
        return f"{name}_{self.table.name}"

    async def insert(self, device_code: str, ts: datetime) -> None:
        """Insert a reading as another program does."""
        subtable = self.subtable(device_code)
        await self.harness.insert_as_other_program(self.table, subtable, device_code, ts, {"power_kw": 1.5})

    async def create_subtable(self, subtable: str, /, **tags: str | None) -> None:
        """Create a subtable without readings."""
        values = ", ".join("null" if value is None else f"'{value}'" for value in tags.values())
        name = f"{self.table.database}.`{self.subtable(subtable)}`"
        await self.harness.execute(f"create table {name} using {self.table} ({', '.join(tags)}) tags ({values})")

    async def set_tag(self, subtable: str, assignment: str) -> None:
        name = f"{self.table.database}.`{self.subtable(subtable)}`"
        await self.harness.execute(f"alter table {name} set tag {assignment}")


@pytest_asyncio.fixture
async def plant(harness: Harness, create_table: CreateTable, database_url: str, tmp_path: Path) -> AsyncIterator[Plant]:
    table = await create_table(MORE_TAGS)
    async with open_administration(database_url) as administration:
        press = replace(catalogue.CUTTING, type_code=TYPE, aliases=("冲压机",), super_table=table, position=9)
        await administration.put_device_type(press)
    environment = {
        "DATABASE_URL": database_url,
        "TELEMETRY_URL": harness.url,
        "JOB_SPOOL_FOLDER": str(tmp_path / "spool"),
        "LOG_LEVEL": "error",
    }
    async with open_jobs(environment) as runtime, open_pool(database_url, max_size=1) as pool:
        yield Plant(runtime, PostgresDeviceInfo(Database(pool)), harness, table)


def facts(name: str) -> DeviceFacts:
    return DeviceFacts(device_name=name, device_type=TYPE)


async def test_devices_with_readings_are_registered_and_missing_ones_are_reported(plant: Plant) -> None:
    await plant.register.add("P9", facts("九号"))
    await plant.insert("P1", datetime.now(UTC))

    assert await plant.sync(apply=False) == {"new": ["P1"], "vanished": ["P9"]}
    assert await plant.sync(apply=True) == {"new": ["P1"], "vanished": ["P9"]}
    assert await plant.sync(apply=True) == {"vanished": ["P9"]}
    assert set(await plant.devices()) == {"P1", "P9"}


async def test_a_device_in_the_spelling_of_an_alias_is_of_this_type(plant: Plant) -> None:
    await plant.register.add("P1", DeviceFacts(device_name="一号", device_type="冲压机"))
    await plant.register.add("P2", DeviceFacts(device_name="二号", device_type="cutting"))
    for code in ("P1", "P2"):
        await plant.insert(code, datetime.now(UTC))

    assert await plant.sync(apply=True) == {"other_type": ["P2"]}


async def test_tags_are_stored_with_a_new_device(plant: Plant, tdengine: Harness) -> None:
    del tdengine
    tags = {"device_code": "P1", "name": "一号冲压机", "device_model": "JH21", "team_name": "甲班"}
    await plant.create_subtable("x_p1", **tags)
    await plant.create_subtable("x_p2", device_code="P2", name="t_P2")

    assert await plant.sync(apply=True) == {"new": ["P1", "P2"]}
    assert {code: each.facts for code, each in (await plant.devices()).items()} == {
        "P1": replace(facts("一号冲压机"), device_model="JH21", team_name="甲班"),
        "P2": facts("P2"),
    }


async def test_a_changed_name_tag_renames_the_device_once(plant: Plant, tdengine: Harness) -> None:
    del tdengine
    await plant.create_subtable("x_p1", device_code="P1", name="一号")
    await plant.sync(apply=True)
    await plant.set_tag("x_p1", "name = '新一号'")

    assert await plant.sync(apply=False) == {"renamed": ["P1"]}
    assert await plant.sync(apply=True) == {"renamed": ["P1"]}
    assert await plant.sync(apply=True) == {}
    assert (await plant.devices())["P1"].facts.device_name == "新一号"


async def test_a_dropped_subtable_and_a_changed_device_code_are_reported_as_vanished(
    plant: Plant, tdengine: Harness
) -> None:
    for number in (1, 2):
        await plant.create_subtable(f"x_p{number}", device_code=f"P{number}", name=f"{number}号")
    await plant.sync(apply=True)
    await tdengine.execute(f"drop table {plant.table.database}.`{plant.subtable('x_p1')}`")
    await plant.set_tag("x_p2", "device_code = 'P3'")

    assert await plant.sync(apply=True) == {"new": ["P3"], "vanished": ["P1", "P2"]}
    assert set(await plant.devices()) == {"P1", "P2", "P3"}


async def test_subtables_that_share_a_device_make_one_device(plant: Plant, tdengine: Harness) -> None:
    del tdengine
    for name in ("a_p1", "b_p1"):
        await plant.create_subtable(name, device_code="P1", name=f"name of {name}")

    assert await plant.sync(apply=True) == {"new": ["P1"]}
    assert await plant.sync(apply=True) == {}


async def test_tags_that_the_master_data_cannot_store_are_reported_and_the_others_are_stored(
    plant: Plant, tdengine: Harness
) -> None:
    del tdengine
    await plant.create_subtable("no_code", device_code=None, name="x")
    await plant.create_subtable("empty_code", device_code="", name="x")
    await plant.create_subtable("hidden", device_code="P1\u200b", name="x")
    await plant.create_subtable("long_model", device_code="P2", name="x", device_model="m" * 51)
    await plant.create_subtable("good", device_code="P3", name="三号")

    assert await plant.sync(apply=True) == {"new": ["P3"], "invalid": ["P1\u200b", "P2"]}
    assert await plant.sync(apply=True) == {"invalid": ["P1\u200b", "P2"]}
    assert set(await plant.devices()) == {"P3"}


async def test_a_dropped_super_table_is_reported(plant: Plant) -> None:
    await plant.register.add("P1", facts("一号"))
    await plant.harness.drop_super_table(plant.table)

    synchronised, checked = await plant.run("sync_devices", apply=True), await plant.run("check_latest")
    compared = await plant.run("sync_fields", apply=True)

    tables: Any = (compared.result or {})["missing_super_tables"]
    assert tables[TYPE] == str(plant.table)
    missing: Any = (synchronised.result or {})["missing_super_tables"]
    counts: Any = (checked.result or {})["counts"]
    assert str(plant.table) in missing
    assert counts["table_missing"] >= 1


async def test_added_and_changed_columns_become_fields_once(plant: Plant) -> None:
    await plant.harness.add_column(plant.table, Column(name="coolant", type=ColumnType.NCHAR, length=20))
    await plant.harness.add_column(plant.table, Column(name="温度", type=ColumnType.FLOAT))
    await plant.harness.replace_column(plant.table, Column(name="power_kw", type=ColumnType.INT))

    always = {"missing": ["device_status"], "invalid": ["温度"]}
    assert await plant.sync_fields() == {
        **always,
        "surplus": ["coolant"],
        "changed": ["power_kw"],
    }
    assert await plant.sync_fields() == always
    fields = await plant.fields()
    assert (fields["coolant"], fields["power_kw"]) == (ColumnType.NCHAR, ColumnType.INT)
    assert "温度" not in fields


@pytest.mark.parametrize("name", ["order", "SELECT", "_c0"])
async def test_a_column_that_is_called_like_a_word_of_sql_is_a_field_like_others(plant: Plant, name: str) -> None:
    await plant.harness.add_column(plant.table, Column(name=name, type=ColumnType.INT))
    await plant.sync_fields()
    ts = datetime.now(UTC).replace(microsecond=0)

    appended = await plant.harness.store.append(plant.table, [Reading("P1", ts, {name: 5})])

    assert appended.rejections == ()
    assert (await plant.fields())[name] is ColumnType.INT
    latest = (await plant.harness.store.latest(plant.table, ["P1"]))["P1"]
    assert latest.reading.values[name] == 5


async def test_a_dropped_column_is_reported_and_its_field_stays(plant: Plant) -> None:
    await plant.sync_fields()
    await plant.harness.execute(f"alter table {plant.table} drop column power_kw")

    assert await plant.sync_fields() == {"missing": ["device_status", "power_kw"]}
    assert "power_kw" in await plant.fields()


async def test_the_newest_readings_are_the_newest_rows(plant: Plant) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    for number in range(1, 6):
        await plant.register.add(f"P{number}", facts(f"{number}号"))
        for age in (2, 1, 3):
            await plant.insert(f"P{number}", now - timedelta(minutes=age))

    run = await plant.run("check_latest")

    assert findings(run, "P") == []
    assert run.rows.read == 5


async def test_rows_from_the_future_are_found(plant: Plant) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    await plant.register.add("P1", facts("一号"))
    await plant.insert("P1", now)
    await plant.insert("P1", now + timedelta(days=2))

    run = await plant.run("check_latest")

    assert findings(run, "P1") == ["future_rows"]


def name_of(difference: Any) -> str:
    """Return the name of a field or column that sync_fields lists."""
    return str(difference if isinstance(difference, str) else difference["name"])


def findings(run: Run, prefix: str) -> list[str]:
    """Return the kinds of the findings about devices whose code has this prefix."""
    listed: Any = (run.result or {})["findings"]
    return [each["kind"] for each in listed if each.get("device_code", "").startswith(prefix)]
