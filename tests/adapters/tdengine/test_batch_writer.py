"""Appending batches of readings."""

# ruff: noqa: S608 -- these statements are expected, not sent

from datetime import UTC, datetime, timedelta

import pytest

from adapters.tdengine import statements
from adapters.tdengine.telemetry import TdengineTelemetry
from arcbeat.domain.errors import StoreObjectMissing, StoreProtocolError, StoreUnavailable
from arcbeat.domain.readings.readings import AppendResult, Reading, Rejection
from arcbeat.domain.schema.columns import Value
from tests.adapters.tdengine.conftest import NOW
from tests.adapters.tdengine.script import TABLE, accept_inserts, describe_welding, settings, tags
from tests.support.tdengine.recording import EXCHANGES
from tests.support.tdengine.stand_in import NO_ROWS, StandIn, error, recorded, rows

TAGS_OF = r"^select tags .* where \(`device_code` ="
TAGS_OF_A1_A1 = r"^select tags .* where \(`device_code` = 'A1' or `device_code` = 'a1'\)"
TS = "'2023-08-23T10:01:00.000000Z'"


def reading(code: str, ts: datetime = NOW, **values: Value) -> Reading:
    return Reading(code, ts, values)


def script_super_table(stand_in: StandIn, *pairs: tuple[str, str]) -> None:
    """Script the super table, and its existing subtables if there are any."""
    describe_welding(stand_in)
    if pairs:
        stand_in.on(TAGS_OF, tags(*pairs))


def target(subtable: str, code: str) -> str:
    """Return how a statement names a subtable to write into."""
    return (
        f"`test_db`.`{subtable}` using `test_db`.`welding_real_data` (`device_code`, `name`) tags ('{code}','t_{code}')"
    )


async def test_a_subtable_is_created_before_the_first_reading_of_a_device(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    script_super_table(stand_in)
    stand_in.on(TAGS_OF, tags(), tags(("t_14412t0006", "14412T0006")))
    accept_inserts(stand_in)

    result = await store.append(TABLE, [reading("14412T0006", weld_current=11.0, team_name=None)])

    assert result == AppendResult(1)
    subtable = target("t_14412t0006", "14412T0006")
    tags_of = (
        "select tags tbname, `device_code` from `test_db`.`welding_real_data` where (`device_code` = '14412T0006')"
    )
    assert max(stand_in.statements[:3]) == tags_of
    assert stand_in.statements[3:] == [
        f"create table if not exists {subtable}",
        tags_of,
        f"insert into {subtable} (`ts`, `team_name`, `weld_current`) values ({TS},NULL,11.0)",
    ]


async def test_nothing_is_remembered_between_two_batches(stand_in: StandIn, store: TdengineTelemetry) -> None:
    """Another program may give a subtable another device code, change a column, or create the database anew."""
    script_super_table(stand_in, ("T_Mixed1", "Mixed1"))
    accept_inserts(stand_in)

    for _ in range(2):
        await store.append(TABLE, [reading("Mixed1", ip_quality=1)])

    for read in ("^describe", "ins_databases", TAGS_OF):
        assert len(stand_in.matching(read)) == 2
    insert = f"insert into {target('T_Mixed1', 'Mixed1')} (`ts`, `ip_quality`) values ({TS},1)"
    assert stand_in.matching("^insert") == [insert, insert]
    assert len(stand_in.statements) == 8


async def test_readings_are_written_to_the_first_of_two_subtables_by_name(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    script_super_table(stand_in, ("welder_7", "M7"), ("t_m7", "M7"))
    accept_inserts(stand_in)

    await store.append(TABLE, [reading("M7")])

    assert stand_in.matching("^insert") == [f"insert into {target('t_m7', 'M7')} (`ts`) values ({TS})"]


async def test_a_subtable_with_an_unencodable_name_is_not_written(stand_in: StandIn, store: TdengineTelemetry) -> None:
    script_super_table(stand_in)
    stand_in.on(TAGS_OF, tags(("a``b", "M1")), tags(("a``b", "M1"), ("t_m1", "M1")))
    accept_inserts(stand_in)

    assert await store.append(TABLE, [reading("M1")]) == AppendResult(1)
    assert "`t_m1`" in stand_in.matching("^insert")[0]


async def test_devices_with_codes_that_differ_only_in_case_have_separate_subtables(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    hashed = statements.hashed_subtable_name(TABLE, "a1")
    script_super_table(stand_in)
    stand_in.on(TAGS_OF_A1_A1, tags(), tags(("t_a1", "A1")))
    stand_in.on(TAGS_OF, tags((hashed, "a1")))
    accept_inserts(stand_in)

    result = await store.append(TABLE, [reading("A1", ip_quality=1), reading("a1", ip_quality=2)])

    assert result == AppendResult(2)
    first, second = stand_in.matching("^create")
    assert (first.count("`t_a1`"), first.count("'a1'")) == (1, 0)
    assert f"`{hashed}`" in second
    assert f"{target(hashed, 'a1')} (`ts`, `ip_quality`) values ({TS},2)" in stand_in.matching("^insert")[0]
    assert f"{target('t_a1', 'A1')} (`ts`, `ip_quality`) values ({TS},1)" in stand_in.matching("^insert")[0]


async def test_a_name_taken_by_another_super_table_does_not_affect_other_devices(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    hashed = statements.hashed_subtable_name(TABLE, "M2")
    script_super_table(stand_in)
    stand_in.on(TAGS_OF + " 'M1' or", tags(), tags(("t_m1", "M1"), ("t_m3", "M3")))
    stand_in.on(TAGS_OF, tags((hashed, "M2")))
    stand_in.on("^create.*`t_m2`", error(1565, "Table already exists in other stables"))
    accept_inserts(stand_in)

    result = await store.append(TABLE, [reading(code) for code in ("M1", "M2", "M3")])

    assert result == AppendResult(3)
    assert [statement.count(" using ") for statement in stand_in.matching("^create")] == [3, 1]
    assert f"{target(hashed, 'M2')} (`ts`)" in stand_in.matching("^insert")[0]


async def test_thousands_of_new_devices_take_few_statements(stand_in: StandIn, store: TdengineTelemetry) -> None:
    """Relies on plain-create-among-taken: an error for one name does not concern the other tables of a statement."""
    codes = [f"M{number}" for number in range(1200)]
    names = {code: statements.hashed_subtable_name(TABLE, code) for code in codes}
    script_super_table(stand_in)
    stand_in.on("^select tags", tags(), tags(), tags(*((name, code) for code, name in names.items())))
    stand_in.on("^create.*`t_m", recorded(EXCHANGES["plain-create-among-taken"]))
    accept_inserts(stand_in)

    assert await store.append(TABLE, [reading(code) for code in codes]) == AppendResult(1200)

    assert [statement.count("if not exists") for statement in stand_in.matching("^create")] == [500, 500, 200] * 2
    assert len(stand_in.matching("^select tags")) == 3


@pytest.mark.parametrize(("length", "sent"), [(20, [1000, 5000]), (200, [1020] + [1245] * 4)])
async def test_a_statement_that_finds_subtables_is_below_the_limit_of_the_server(
    stand_in: StandIn, store: TdengineTelemetry, length: int, sent: list[int]
) -> None:
    """Relies on statement-too-long: 1 MiB is the limit."""
    codes = [f"{number:04}{'😀' * length}"[:length] for number in range(6000)]
    script_super_table(stand_in)
    stand_in.on("^select tags .* limit", tags(*((f"t_{number}", None) for number in range(20_000))))
    stand_in.on("^select tags", tags(*((f"t_{number}", code) for number, code in enumerate(codes))))
    accept_inserts(stand_in)

    await store.append(TABLE, [reading(code) for code in codes])

    found = stand_in.matching("^select tags .* where")
    assert all(len(statement.encode()) < 2**20 for statement in found)
    assert sorted(statement.count("','") + 1 for statement in found) == sent


async def test_a_subtable_that_is_missing_after_its_creation_is_an_error(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    script_super_table(stand_in)
    stand_in.on(TAGS_OF, tags())
    accept_inserts(stand_in)

    with pytest.raises(StoreProtocolError, match="does not exist after its creation"):
        await store.append(TABLE, [reading("M1")])
    assert stand_in.matching("^insert") == []


@pytest.mark.parametrize(("code", "label"), [("x" * 48, f"'t_{'x' * 48}'"), ("x" * 49, None)])
async def test_the_tag_name_is_set_if_it_fits(
    stand_in: StandIn, store: TdengineTelemetry, code: str, label: str | None
) -> None:
    script_super_table(stand_in)
    stand_in.on(TAGS_OF, tags(), tags((f"t_{code}", code)))
    accept_inserts(stand_in)

    await store.append(TABLE, [reading(code)])

    expected = f"(`device_code`, `name`) tags ('{code}',{label})" if label else f"(`device_code`) tags ('{code}')"
    assert stand_in.matching("^create")[0].endswith(expected)


async def test_a_super_table_may_lack_the_tag_name(stand_in: StandIn, store: TdengineTelemetry) -> None:
    meta = {"field": "VARCHAR", "type": "VARCHAR", "length": "INT", "note": "VARCHAR"}
    stand_in.on(
        "^describe", rows(meta, ["ts", "TIMESTAMP", 8, ""], ["a", "INT", 4, ""], ["device_code", "VARCHAR", 20, "TAG"])
    )
    stand_in.on("ins_databases", settings())
    stand_in.on(TAGS_OF, tags(), tags(("t_m1", "M1")))
    accept_inserts(stand_in)

    assert await store.append(TABLE, [reading("M1", a=1)]) == AppendResult(1)
    assert stand_in.matching("^create")[0].endswith("(`device_code`) tags ('M1')")


async def test_a_value_that_the_store_rejects_affects_only_its_row(stand_in: StandIn, store: TdengineTelemetry) -> None:
    script_super_table(stand_in, ("t_m1", "M1"))
    stand_in.on("^insert.*'bad'", recorded(EXCHANGES["insert-nchar-too-long"]))
    accept_inserts(stand_in)
    names = ["a", "b", "bad", "d", "e", "f", "bad", "h"]

    result = await store.append(
        TABLE, [reading("M1", NOW - timedelta(seconds=second), team_name=name) for second, name in enumerate(names)]
    )

    detail = "The store rejects a value. (TDengine code 9811, 0x2653)"
    assert result == AppendResult(6, (Rejection(2, "bad-value", detail), Rejection(6, "bad-value", detail)))
    written = [statement for statement in stand_in.matching("^insert") if "'bad'" not in statement]
    assert sorted("".join(written).count(f"'{name}'") for name in set(names) - {"bad"}) == [1] * 6


async def test_expired_rows_are_rejected_without_being_sent(stand_in: StandIn, store: TdengineTelemetry) -> None:
    script_super_table(stand_in, ("t_m1", "M1"))
    accept_inserts(stand_in)
    ages = [timedelta(days=3651), timedelta(days=3649), timedelta(days=20_000), timedelta(days=300_000)]

    result = await store.append(TABLE, [reading("M1", NOW - age) for age in ages])

    assert (result.accepted, [(each.index, each.reason) for each in result.rejections]) == (
        1,
        [(0, "out-of-retention"), (2, "out-of-retention"), (3, "out-of-retention")],
    )
    assert stand_in.matching("^insert")[0].count("Z'") == 1


async def test_a_row_that_the_server_reports_as_too_old_is_rejected(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    script_super_table(stand_in, ("t_m1", "M1"))
    stand_in.on("^insert", recorded(EXCHANGES["insert-out-of-keep"]))

    result = await store.append(TABLE, [reading("M1")])

    assert [(each.index, each.reason) for each in result.rejections] == [(0, "out-of-retention")]


@pytest.mark.parametrize("year", [1601, 9999])
async def test_a_timestamp_that_would_overflow_is_rejected(
    stand_in: StandIn, store: TdengineTelemetry, year: int
) -> None:
    meta = {"field": "VARCHAR", "type": "VARCHAR", "length": "INT", "note": "VARCHAR"}
    columns = [["ts", "TIMESTAMP", 8, ""], ["at", "TIMESTAMP", 8, ""], ["device_code", "NCHAR", 20, "TAG"]]
    stand_in.on("^describe", rows(meta, *columns))
    stand_in.on("ins_databases", settings())
    stand_in.on(TAGS_OF, tags(("t_m1", "M1")))
    accept_inserts(stand_in)

    result = await store.append(TABLE, [reading("M1", at=datetime(year, 1, 1, tzinfo=UTC)), reading("M1", at=NOW)])

    assert result == AppendResult(1, (Rejection(0, "bad-value", "at: not between 1678 and 2261"),))


async def test_a_column_that_was_just_added_is_written(stand_in: StandIn, store: TdengineTelemetry) -> None:
    script_super_table(stand_in, ("t_m1", "M1"))
    accept_inserts(stand_in)
    await store.append(TABLE, [reading("M1")])
    stand_in.reset()
    meta = {"field": "VARCHAR", "type": "VARCHAR", "length": "INT", "note": "VARCHAR"}
    stand_in.on("^describe", rows(meta, ["assist_gas", "NCHAR", 20, ""], ["device_code", "NCHAR", 50, "TAG"]))
    stand_in.on("ins_databases", settings())
    stand_in.on(TAGS_OF, tags(("t_m1", "M1")))
    accept_inserts(stand_in)

    result = await store.append(TABLE, [reading("M1", assist_gas="Ar"), reading("M1", nonsense=1)])

    assert result == AppendResult(1, (Rejection(1, "unknown-field", "nonsense: no such field"),))


async def test_a_column_that_was_just_added_is_not_ignored(stand_in: StandIn, store: TdengineTelemetry) -> None:
    script_super_table(stand_in, ("t_m1", "M1"))
    accept_inserts(stand_in)
    await store.append(TABLE, [reading("M1")])
    stand_in.reset()
    meta = {"field": "VARCHAR", "type": "VARCHAR", "length": "INT", "note": "VARCHAR"}
    stand_in.on("^describe", rows(meta, ["assist_gas", "NCHAR", 20, ""], ["device_code", "NCHAR", 50, "TAG"]))
    stand_in.on("ins_databases", settings())
    stand_in.on(TAGS_OF, tags(("t_m1", "M1")))
    accept_inserts(stand_in)

    result = await store.append(TABLE, [reading("M1", assist_gas="Ar", nonsense=1)], ignore_unknown_fields=True)

    assert result == AppendResult(1)
    assert stand_in.matching("^insert") == [
        (
            "insert into `test_db`.`t_m1` using `test_db`.`welding_real_data` (`device_code`) tags ('M1') "
            f"(`ts`, `assist_gas`) values ({TS},'Ar')"
        )
    ]


async def test_a_dropped_subtable_is_created_again(stand_in: StandIn, store: TdengineTelemetry) -> None:
    describe_welding(stand_in)
    stand_in.on(TAGS_OF, tags(), tags(("t_m1", "M1")))
    stand_in.on("^insert", recorded(EXCHANGES["insert-missing-table"]), NO_ROWS)
    accept_inserts(stand_in)

    assert await store.append(TABLE, [reading("M1")]) == AppendResult(1)
    assert len(stand_in.matching("^create")) == 1


async def test_a_missing_super_table_raises_object_missing(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on("^describe", recorded(EXCHANGES["describe-missing"]))
    stand_in.on("ins_databases", settings())
    stand_in.on(TAGS_OF, recorded(EXCHANGES["describe-missing"]))

    with pytest.raises(StoreObjectMissing):
        await store.append(TABLE, [reading("M1")])


async def test_a_failing_store_raises_an_error_instead_of_rejections(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    script_super_table(stand_in, ("t_m1", "M1"))
    stand_in.on("^insert", recorded(EXCHANGES["fault-server-down-insert"]))

    with pytest.raises(StoreUnavailable):
        await store.append(TABLE, [reading("M1"), reading("M1", NOW - timedelta(seconds=5))])
    assert len(stand_in.matching("^insert")) == 1


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        ("ms", ["('2023-08-23T10:00:59.000000Z',2,3.0)"]),
        ("us", ["('2023-08-23T10:00:59.000100Z',1)", "('2023-08-23T10:00:59.000900Z',2,3.0)"]),
        ("ns", ["('2023-08-23T10:00:59.000100Z',1)", "('2023-08-23T10:00:59.000900Z',2,3.0)"]),
    ],
)
async def test_readings_with_one_timestamp_are_merged_and_later_values_win(
    stand_in: StandIn, store: TdengineTelemetry, precision: str, expected: list[str]
) -> None:
    describe_welding(stand_in, precision=precision)
    stand_in.on(TAGS_OF, tags(("t_m1", "M1")))
    accept_inserts(stand_in)
    ts = NOW - timedelta(seconds=1)

    result = await store.append(
        TABLE,
        [
            reading("M1", ts + timedelta(microseconds=100), ip_quality=1),
            reading("M1", ts + timedelta(microseconds=900), ip_quality=9, weld_current=3.0),
            reading("M1", ts + timedelta(microseconds=900), ip_quality=2),
        ],
    )

    (statement,) = stand_in.matching("^insert")
    assert result == AppendResult(3)
    assert [row for row in expected if row in statement] == expected
    assert statement.count("Z'") == len(expected)


async def test_a_rejected_merged_row_rejects_each_of_its_readings(stand_in: StandIn, store: TdengineTelemetry) -> None:
    script_super_table(stand_in, ("t_m1", "M1"))
    stand_in.on("^insert", error(9811))

    result = await store.append(TABLE, [reading("M1", ip_quality=1), reading("M1", ip_quality=2)])

    assert (result.accepted, [each.index for each in result.rejections]) == (0, [0, 1])


async def test_a_large_batch_is_split_into_statements_below_the_limit_of_the_server(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    """Relies on statement-too-long: 1 MiB is the limit."""
    script_super_table(stand_in, *((f"t_{number}", str(number)) for number in range(20)))
    accept_inserts(stand_in)
    batch = [
        reading(str(number % 20), NOW - timedelta(seconds=number), team_name="长" * 50, material="钢" * 50)
        for number in range(6000)
    ]

    result = await store.append(TABLE, batch)

    statements = stand_in.matching("^insert")
    assert result == AppendResult(6000)
    assert [len(statement.encode()) < 2**20 for statement in statements] == [True] * 3
    assert sum(statement.count("Z'") for statement in statements) == 6000


async def test_a_subtable_that_was_replaced_meanwhile_is_read_again_and_the_batch_stored(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    """Relies on changes-insert-elsewhere: with its super table, an insert into a table of another one is rejected."""
    hashed = statements.hashed_subtable_name(TABLE, "M1")
    describe_welding(stand_in)
    stand_in.on(TAGS_OF, tags(("t_m1", "M1")), tags(), tags(), tags((hashed, "M1")))
    stand_in.on("^create.*`t_m1`", error(1565))
    stand_in.on("^insert.*`t_m1`", recorded(EXCHANGES["changes-insert-elsewhere"]))
    accept_inserts(stand_in)

    assert await store.append(TABLE, [reading("M1", ip_quality=1)]) == AppendResult(1)
    assert stand_in.matching("^insert")[-1] == (
        f"insert into {target(hashed, 'M1')} (`ts`, `ip_quality`) values ({TS},1)"
    )


async def test_rows_with_one_timestamp_and_several_second_keys_are_not_merged(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    """Relies on changes-describe-line-pass and changes-insert-line-pass."""
    script_line_pass(stand_in)

    result = await store.append(
        TABLE, [reading("L1", seq=1, val=10.0), reading("L1", seq=2, val=20.0), reading("L1", seq=1, val=11.0)]
    )

    assert result == AppendResult(3)
    assert stand_in.matching("^insert")[0].endswith(f"(`ts`, `seq`, `val`) values ({TS},1,11.0)({TS},2,20.0)")


async def test_a_reading_without_its_second_key_is_rejected(stand_in: StandIn, store: TdengineTelemetry) -> None:
    """Relies on changes-insert-line-pass-without-key and changes-insert-line-pass-null-key."""
    assert {EXCHANGES[f"changes-insert-line-pass-{which}-key"].code for which in ("without", "null")} == {512, 9851}
    script_line_pass(stand_in)

    result = await store.append(TABLE, [reading("L1", val=1.0), reading("L1", seq=None), reading("L1", seq=3)])

    detail = "seq: missing; it is part of the primary key of the super table"
    assert result == AppendResult(1, (Rejection(0, "bad-value", detail), Rejection(1, "bad-value", detail)))


async def test_without_the_right_to_read_keep_the_server_decides_what_is_too_old(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    """Relies on changes-reader-settings and changes-reader-precision."""
    stand_in.on("^describe", recorded(EXCHANGES["describe-welding"]))
    stand_in.on("`keep`", recorded(EXCHANGES["changes-reader-settings"]))
    stand_in.on("ins_databases", recorded(EXCHANGES["changes-reader-precision"]))
    stand_in.on(TAGS_OF, tags(("t_m1", "M1")))
    stand_in.on("^insert.*'2001-", recorded(EXCHANGES["insert-out-of-keep"]))
    accept_inserts(stand_in)

    result = await store.append(TABLE, [reading("M1"), reading("M1", datetime(2001, 1, 1, tzinfo=UTC))])

    assert (result.accepted, [(each.index, each.reason) for each in result.rejections]) == (
        1,
        [(1, "out-of-retention")],
    )


async def test_tags_that_a_row_limit_cut_off_create_no_subtables(stand_in: StandIn, store: TdengineTelemetry) -> None:
    """Devices whose tags are missing from a response would otherwise get a second subtable."""
    stand_in.on("^describe", recorded(EXCHANGES["changes-reader-describe"]))
    stand_in.on("ins_databases", settings())
    stand_in.on(TAGS_OF, tags(*((f"t_{number}", str(number)) for number in range(9))))
    accept_inserts(stand_in)
    stand_in.row_limit = 8

    with pytest.raises(StoreProtocolError, match="at most 8 rows"):
        await store.append(TABLE, [reading(str(number)) for number in range(9)])
    assert stand_in.matching("^create|^insert") == []


def script_line_pass(stand_in: StandIn) -> None:
    stand_in.on("^describe", recorded(EXCHANGES["changes-describe-line-pass"]))
    stand_in.on("ins_databases", settings())
    stand_in.on(TAGS_OF, tags(("t_l1", "L1")))
    accept_inserts(stand_in)
