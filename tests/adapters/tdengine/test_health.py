"""Readiness of the store, and advice for its operator."""

import pytest

from adapters.tdengine.telemetry import TdengineTelemetry
from arcbeat.domain.schema.super_tables import HOW_TO_CREATE, SuperTable
from tests.adapters.tdengine.script import TABLE, settings, tags
from tests.support.tdengine.recording import EXCHANGES
from tests.support.tdengine.stand_in import StandIn, StandInResponse, recorded, rows

UNSUITABLE = SuperTable("test_db", "properties_p1")


def answering(
    stand_in: StandIn, *, database: StandInResponse | None = None, subtables: StandInResponse | None = None
) -> None:
    stand_in.on("server_version", recorded(EXCHANGES["server-version"]))
    stand_in.on("ins_databases", database or settings())
    stand_in.on("^describe `test_db`.`welding_real_data`", recorded(EXCHANGES["describe-welding"]))
    stand_in.on("^select tags", subtables or tags())


async def test_a_store_without_advice_is_ready(stand_in: StandIn, store: TdengineTelemetry) -> None:
    answering(stand_in)

    health = await store.check([TABLE])

    assert (health.name, health.ready, health.version, health.advice) == ("telemetry", True, "3.3.0.1", ())
    assert health.latency_ms > 0


@pytest.mark.parametrize(
    ("cache_model", "cache_size_mb", "expected"),
    [
        ("none", 1, []),
        ("last_value", 1, []),
        ("last_row", 1, ["cache-size-small"]),
        ("both", 1, ["cache-size-small"]),
        ("both", 16, []),
    ],
)
async def test_the_cache_of_newest_rows_is_advised_on_and_never_changed(
    stand_in: StandIn, store: TdengineTelemetry, cache_model: str, cache_size_mb: int, expected: list[str]
) -> None:
    answering(stand_in, database=settings(cache_model=cache_model, cache_size_mb=cache_size_mb))

    health = await store.check([TABLE])

    assert [advice.code for advice in health.advice] == expected
    assert health.ready
    assert stand_in.matching("^(alter|create|drop|insert|delete)") == []


async def test_devices_with_several_subtables_are_listed_up_to_five(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    pairs = [(name, f"M{number}") for number in range(7) for name in (f"t_m{number}", f"welder_{number}")]
    answering(stand_in, subtables=tags(*pairs, ("t_x", "X")))

    (advice,) = (await store.check([TABLE])).advice

    assert advice.code == "subtable-clash"
    assert "M0: t_m0, welder_0; M1: t_m1, welder_1;" in advice.detail
    assert advice.detail.endswith("M4: t_m4, welder_4; and 2 more.")


async def test_missing_tables_and_databases_are_advice_and_the_others_are_served(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    answering(stand_in, database=rows({"name": "VARCHAR"}))
    stand_in.on("^describe", recorded(EXCHANGES["describe-missing"]))

    health = await store.check([TABLE, SuperTable("test_db", "no_such_table")])

    assert health.ready
    assert [(advice.code, advice.detail) for advice in health.advice] == [
        ("database-missing", "TDengine has no database test_db."),
        (
            "super-table-missing",
            f"TDengine has no super table test_db.no_such_table. {HOW_TO_CREATE}",
        ),
    ]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            [["_ts", "TIMESTAMP", 8, ""], ["current", "FLOAT", 4, ""], ["device_id", "NCHAR", 64, "TAG"]],
            "has no column ts and has no tag device_code",
        ),
        ([["ts", "TIMESTAMP", 8, ""], ["team", "NCHAR", 50, "TAG"]], "has no tag device_code"),
        ([["ts", "TIMESTAMP", 8, ""], ["device_code", "NCHAR", 50, ""]], "has no tag device_code"),
        ([["ts", "TIMESTAMP", 8, ""], ["device_code", "INT", 4, "TAG"]], "has a tag device_code that is not text"),
    ],
)
async def test_a_super_table_without_ts_or_device_code_is_advice(
    stand_in: StandIn, store: TdengineTelemetry, columns: list[list[object]], expected: str
) -> None:
    answering(stand_in)
    meta = {"field": "VARCHAR", "type": "VARCHAR", "length": "INT", "note": "VARCHAR"}
    stand_in.on("^describe", rows(meta, *columns))

    health = await store.check([UNSUITABLE])

    assert health.ready
    assert [(advice.code, advice.detail) for advice in health.advice] == [
        ("super-table-unsuitable", f"The super table test_db.properties_p1 {expected}.")
    ]
    assert stand_in.matching("^select tags") == []


async def test_settings_that_the_account_may_not_read_are_unknown_and_not_missing(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    """Relies on changes-reader-settings and changes-reader-precision."""
    stand_in.on("`keep`", recorded(EXCHANGES["changes-reader-settings"]))
    answering(stand_in, database=recorded(EXCHANGES["changes-reader-precision"]))

    health = await store.check([TABLE])

    assert health.ready
    assert [advice.code for advice in health.advice] == ["settings-unknown"]


async def test_a_row_limit_is_advice(stand_in: StandIn, store: TdengineTelemetry) -> None:
    answering(stand_in, subtables=tags(*((f"t_{number}", str(number)) for number in range(100))))
    stand_in.row_limit = 50

    health = await store.check([TABLE])

    assert health.ready
    assert [advice.code for advice in health.advice] == ["row-limit"]
    assert "at most 50 rows" in health.advice[0].detail


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [("fault-server-down", "cannot be reached"), ("auth-wrong-password", "rejects the credentials")],
)
async def test_a_store_that_does_not_respond_is_not_ready(
    stand_in: StandIn, store: TdengineTelemetry, exchange: str, expected: str
) -> None:
    stand_in.on("", recorded(EXCHANGES[exchange]))

    health = await store.check([TABLE])

    assert not health.ready
    assert expected in (health.error or "")
    assert health.version is None
