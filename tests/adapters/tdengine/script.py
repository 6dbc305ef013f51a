"""Answers that tests of the store have in common."""

from collections.abc import Sequence
from typing import Any

from arcbeat.domain.schema.super_tables import SuperTable
from tests.tdengine.recording import EXCHANGES
from tests.tdengine.stand_in import NOTHING, Answer, StandIn, recorded, rows

TABLE = SuperTable("test_db", "welding_real_data")
KEEP = "5256000m,5256000m,5256000m"


def settings(
    precision: str = "ms", *, cache_model: str = "last_row", cache_size_mb: int = 16, keep: str = KEEP
) -> Answer:
    meta = {"name": "VARCHAR", "cachemodel": "VARCHAR", "cachesize": "INT", "precision": "VARCHAR", "keep": "VARCHAR"}
    return rows(meta, ("test_db", cache_model, cache_size_mb, precision, keep))


def tags(*pairs: tuple[str, str | None]) -> Answer:
    """Name, device code."""
    return rows({"tbname": "VARCHAR", "device_code": "NCHAR"}, *pairs)


def newest(*data: Sequence[Any]) -> Answer:
    """The time, the current, the subtable, the device code."""
    meta = {"last_row(ts)": "TIMESTAMP", "last_row(weld_current)": "FLOAT", "tbname": "VARCHAR", "device_code": "NCHAR"}
    return rows(meta, *data)


def describe_welding(stand_in: StandIn, **options: Any) -> None:
    """The super table as it was recorded, in a database that keeps ten years."""
    stand_in.on("^describe", recorded(EXCHANGES["describe-welding"]))
    stand_in.on("ins_databases", settings(**options))


def accept_inserts(stand_in: StandIn) -> None:
    stand_in.on("^create table", NOTHING)
    stand_in.on("^insert", NOTHING)
