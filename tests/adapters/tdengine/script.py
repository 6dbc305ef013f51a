"""Responses of the stand-in that several tests use."""

from collections.abc import Sequence
from typing import Any

from arcbeat.domain.schema.super_tables import SuperTable
from tests.support.tdengine.recording import EXCHANGES
from tests.support.tdengine.stand_in import NO_ROWS, StandIn, StandInResponse, recorded, rows

TABLE = SuperTable("test_db", "welding_real_data")
KEEP = "5256000m,5256000m,5256000m"


def settings(
    precision: str = "ms", *, cache_model: str = "last_row", cache_size_mb: int = 16, keep: str = KEEP
) -> StandInResponse:
    meta = {"name": "VARCHAR", "precision": "VARCHAR", "keep": "VARCHAR", "cachemodel": "VARCHAR", "cachesize": "INT"}
    return rows(meta, ("test_db", precision, keep, cache_model, cache_size_mb))


def tags(*pairs: tuple[str, str | None]) -> StandInResponse:
    """Return the response to a tags query, from rows of subtable name and device code."""
    return rows({"tbname": "VARCHAR", "device_code": "NCHAR"}, *pairs)


def newest(*data: Sequence[Any]) -> StandInResponse:
    """Return the response to a latest query, from rows of timestamp, current, subtable and device code."""
    meta = {"last_row(ts)": "TIMESTAMP", "last_row(weld_current)": "FLOAT", "tbname": "VARCHAR", "device_code": "NCHAR"}
    return rows(meta, *data)


def in_future(*data: Sequence[Any]) -> StandInResponse:
    """Return the response to a query for rows dated in the future, from rows of timestamp and device code."""
    return rows({"last_row(ts)": "TIMESTAMP", "device_code": "NCHAR"}, *data)


def describe_welding(stand_in: StandIn, **options: Any) -> None:
    """Script the recorded description of the super table, in a database that keeps ten years."""
    stand_in.on("^describe", recorded(EXCHANGES["describe-welding"]))
    stand_in.on("ins_databases", settings(**options))


def accept_inserts(stand_in: StandIn) -> None:
    stand_in.on("^create table", NO_ROWS)
    stand_in.on("^insert", NO_ROWS)
