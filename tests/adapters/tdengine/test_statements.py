"""Statements: no input can break out of its literal or its name."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tdengine import statements
from arcbeat.domain.readings.readings import Aggregate, HistoryQuery, Order, Reading, WindowQuery
from arcbeat.domain.schema.columns import ColumnType
from arcbeat.domain.schema.super_tables import SuperTable
from tests.support.tdengine.recording import EXCHANGES
from tests.support.tdengine.tokens import Token, tokenize

TABLE = SuperTable("test_db", "welding_real_data")
FROM_TABLE: list[Token] = [("name", "test_db"), ("other", "."), ("name", "welding_real_data")]
START = datetime(2023, 8, 23, 10, tzinfo=UTC)
END = START + timedelta(hours=1)
START_TEXT = ("text", "2023-08-23T10:00:00.000000Z")
END_TEXT = ("text", "2023-08-23T11:00:00.000000Z")

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
names = st.text(st.characters(codec="utf-8", exclude_characters="\x00`"), min_size=1)


def listed(tokens: Iterable[Token], between: str = ",") -> list[Token]:
    spread = [part for token in tokens for part in (("other", between), token)]
    return spread[1:]


def of_devices(codes: Sequence[str]) -> list[Token]:
    """Return the condition that finds these devices in the index of the tag."""
    equal: list[list[Token]] = [[("name", "device_code"), ("other", "="), ("text", code)] for code in codes]
    first, *others = equal
    return [*first, *(token for each in others for token in (("other", "or"), *each))]


@given(st.lists(texts, min_size=1, max_size=5))
def test_device_codes_are_encoded_as_literals(codes: list[str]) -> None:
    assert tokenize(statements.latest(TABLE, codes, START)) == [
        ("other", "select last_row(*), tbname,"),
        ("name", "device_code"),
        ("other", "from"),
        *FROM_TABLE,
        ("other", "where ("),
        *of_devices(codes),
        ("other", ") and"),
        ("name", "ts"),
        ("other", "<="),
        START_TEXT,
        ("other", "partition by tbname"),
    ]


@given(st.lists(texts, min_size=statements.INDEXED_DEVICES_MAX + 1, max_size=statements.INDEXED_DEVICES_MAX + 5))
def test_many_device_codes_are_a_list_of_literals(codes: list[str]) -> None:
    tokens = tokenize(statements.tags_of_devices(TABLE, codes))

    assert tokens[-2 * len(codes) - 2 :] == [
        ("name", "device_code"),
        ("other", "in ("),
        *listed(("text", code) for code in codes),
        ("other", ")"),
    ]


def test_rows_dated_in_the_future_are_looked_for_in_the_whole_super_table() -> None:
    assert statements.devices_in_future(TABLE, START) == (
        "select last_row(`ts`), `device_code` from `test_db`.`welding_real_data` "
        "where `ts` > '2023-08-23T10:00:00.000000Z' partition by tbname"
    )


def test_a_probe_of_the_row_limit_generates_a_row_per_second() -> None:
    """Relies on changes-row-limit-probe."""
    table = SuperTable("test_changes_db", "welding_real_data")

    assert statements.row_limit_probe(table, 5) == EXCHANGES["changes-row-limit-probe"].sql
    assert len(EXCHANGES["changes-row-limit-probe"].rows) == 5


@given(texts, st.lists(names, min_size=1, max_size=4, unique=True), st.none() | names, st.sampled_from(Order))
def test_history_encodes_fields_and_device_code(code: str, fields: list[str], key: str | None, order: Order) -> None:
    query = HistoryQuery(device_code=code, start=START, end=END, fields=tuple(fields), order=order, limit=7)

    assert tokenize(statements.history(TABLE, query, key)) == [
        ("other", "select"),
        *listed(("name", name) for name in dict.fromkeys(("ts", *fields, *([key] if key else [])))),
        ("other", ", tbname from"),
        *FROM_TABLE,
        ("other", "where ("),
        *of_devices([code]),
        ("other", ") and"),
        ("name", "ts"),
        ("other", ">="),
        START_TEXT,
        ("other", "and"),
        ("name", "ts"),
        ("other", "<"),
        END_TEXT,
        ("other", "order by"),
        ("name", "ts"),
        ("other", f"{order.value} limit 7"),
    ]


def test_history_of_all_fields_selects_all_columns() -> None:
    query = HistoryQuery(device_code="M1", start=START, end=END)

    assert statements.history(TABLE, query, "seq").startswith(
        "select *, tbname from `test_db`.`welding_real_data` where"
    )


@given(names, texts)
def test_windows_encode_fields_and_device_codes(field: str, code: str) -> None:
    query = window_query(fields=(field,), aggregates=(Aggregate.AVG, Aggregate.COUNT))

    tokens = tokenize(statements.windows(TABLE, query, [code]))

    assert tokens[:6] == [
        ("other", "select _wstart, count(*),"),
        ("name", "device_code"),
        ("other", ", avg("),
        ("name", field),
        ("other", "), count("),
        ("name", field),
    ]
    assert ("text", code) in tokens
    assert [kind for kind, _ in tokens].count("text") == 3


@given(names)
def test_windows_of_a_whole_super_table_select_no_device_code(field: str) -> None:
    query = window_query(device_codes=None, fields=(field,), aggregates=(Aggregate.LAST,))

    tokens = tokenize(statements.windows(TABLE, query, None))

    assert tokens == [
        ("other", "select _wstart, count(*), last("),
        ("name", field),
        ("other", ") from"),
        *FROM_TABLE,
        ("other", "where"),
        ("name", "ts"),
        ("other", ">="),
        START_TEXT,
        ("other", "and"),
        ("name", "ts"),
        ("other", "<"),
        END_TEXT,
        ("other", "interval(5000a)"),
    ]


@pytest.mark.parametrize(
    ("interval", "origin", "expected"),
    [
        (timedelta(seconds=5), datetime(1970, 1, 1, tzinfo=UTC), "interval(5000a)"),
        (timedelta(seconds=5), datetime(2024, 1, 1, 0, 0, 3, tzinfo=UTC), "interval(5000a, 3000a)"),
        (timedelta(days=1), datetime(2024, 1, 1, 16, tzinfo=UTC), "interval(86400000a, 57600000a)"),
        (timedelta(seconds=7), datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), "interval(7000a, 6000a)"),
    ],
)
def test_windows_start_at_multiples_of_the_interval_from_the_origin(
    interval: timedelta, origin: datetime, expected: str
) -> None:
    statement = statements.windows(TABLE, window_query(interval=interval, origin=origin), ["M1"])

    assert statement.endswith(f" partition by `device_code` {expected}")


def window_query(
    *,
    device_codes: tuple[str, ...] | None = (),
    fields: tuple[str, ...] = (),
    aggregates: tuple[Aggregate, ...] = (),
    interval: timedelta = timedelta(seconds=5),
    origin: datetime = START,
) -> WindowQuery:
    return WindowQuery(
        device_codes=device_codes,
        start=START,
        end=END,
        interval=interval,
        fields=fields,
        aggregates=aggregates,
        origin=origin,
    )


@given(st.lists(st.tuples(names, texts, st.none() | texts), min_size=1, max_size=4))
def test_new_subtables_are_created_with_their_names_and_tags(subtables: list[tuple[str, str, str | None]]) -> None:
    tokens = tokenize(statements.create_subtables(TABLE, [statements.SubtableDefinition(*each) for each in subtables]))

    assert tokens[0] == ("other", "create table if not exists")
    texts_in_statement = [content for kind, content in tokens if kind == "text"]
    assert texts_in_statement == [tag for _, code, label in subtables for tag in (code, label) if tag is not None]
    created_names = [
        content for kind, content in tokens if kind == "name" and content not in ("test_db", "welding_real_data")
    ]
    for name, _, label in subtables:
        columns = ["device_code"] if label is None else ["device_code", "name"]
        if name not in ("test_db", "welding_real_data"):
            assert created_names[: 1 + len(columns)] == [name, *columns]
            created_names = created_names[1 + len(columns) :]
        else:
            created_names = created_names[len(columns) :]


@given(names, st.dictionaries(names.filter(lambda name: name != "ts"), st.none() | texts, max_size=4))
def test_a_row_lists_only_columns_with_a_value(subtable: str, values: dict[str, str | None]) -> None:
    reading = Reading("M1", START, values)
    target = statements.subtable(TABLE, statements.SubtableDefinition(subtable, "M1", None))

    row = statements.row((0,), target, reading, dict.fromkeys(values, ColumnType.NCHAR))

    columns = sorted(values)
    assert tokenize(row.head) == [
        ("name", "test_db"),
        ("other", "."),
        ("name", subtable),
        ("other", "using"),
        *FROM_TABLE,
        ("other", "("),
        ("name", "device_code"),
        ("other", ") tags ("),
        ("text", "M1"),
        ("other", ") ("),
        *listed(("name", name) for name in ("ts", *columns)),
        ("other", ") values"),
    ]
    assert [token for token in tokenize(row.values) if token[0] == "text"] == [
        START_TEXT,
        *(("text", value) for name in columns if (value := values[name]) is not None),
    ]
    assert row.values.count("NULL") >= sum(value is None for value in values.values())


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.text("x炉", max_size=40)), max_size=30),
    st.integers(min_value=60, max_value=300),
)
def test_rows_are_packed_into_statements_within_the_size_limit(parts: list[tuple[str, str]], bytes_max: int) -> None:
    rows = [
        statements.Row((index,), f"`d`.`{head}` (`ts`) values ", f"('{value}')")
        for index, (head, value) in enumerate(parts)
    ]

    packed = list(statements.pack(rows, bytes_max))

    assert sorted(row.indexes for chunk in packed for row in chunk) == [row.indexes for row in rows]
    assert all(len(chunk) == 1 or len(statements.insert(chunk).encode()) <= bytes_max for chunk in packed)
    for chunk in packed:
        heads = [row.head for row in chunk]
        assert statements.insert(chunk).count(" values ") == len(set(heads))


def test_few_rows_make_one_statement() -> None:
    rows = [
        statements.Row((0,), "`d`.`b` (`ts`) values ", "(1)"),
        statements.Row((1,), "`d`.`a` (`ts`) values ", "(2)"),
    ]
    more = [*rows, statements.Row((2,), "`d`.`b` (`ts`) values ", "(3)")]

    assert [statements.insert(chunk) for chunk in statements.pack(more)] == [
        "insert into `d`.`a` (`ts`) values (2) `d`.`b` (`ts`) values (1)(3)"
    ]


@pytest.mark.parametrize(
    ("code", "name"),
    [("14412T0006", "t_14412t0006"), ("B-7/炉#1", "t_b-7/炉#1"), ('it\'s a "name"', 't_it\'s a "name"')],
)
def test_a_subtable_is_named_after_its_device(code: str, name: str) -> None:
    assert statements.subtable_name(TABLE, code) == name


@pytest.mark.parametrize("code", ["a.b", "a`b", "line\nbreak", "x" * 191, "长" * 64, "\x07"])
def test_a_code_that_is_not_a_valid_table_name_is_hashed(code: str) -> None:
    """Relies on insert-table-name-with-dot (9751) and insert-table-name-too-long (512)."""
    assert {EXCHANGES[f"insert-table-name-{why}"].code for why in ("with-dot", "too-long")} == {9751, 512}
    assert statements.subtable_name(TABLE, code) == statements.hashed_subtable_name(TABLE, code)


def test_the_longest_valid_name_is_not_hashed() -> None:
    assert len(statements.subtable_name(TABLE, "x" * 190)) == 192
    assert len(statements.subtable_name(TABLE, "长" * 63).encode()) == 191


def test_a_hashed_name_is_stable_and_depends_on_the_super_table() -> None:
    other = SuperTable("test_db", "cutting_real_data")

    assert statements.hashed_subtable_name(TABLE, "a.b") == "t_643075af2b0b225b"
    assert statements.hashed_subtable_name(other, "a.b") != statements.hashed_subtable_name(TABLE, "a.b")


@given(texts)
def test_any_code_has_a_name_that_the_server_accepts(code: str) -> None:
    name = statements.subtable_name(TABLE, code)

    assert len(name.encode()) <= 192
    assert not {".", "`", "\n"} & set(name)


@pytest.mark.parametrize(
    "name",
    ["tags-map", "describe-welding", "server-version", "changes-database-settings", "changes-reader-precision"],
)
def test_fixed_statements_equal_the_recorded_ones(name: str) -> None:
    built = {
        "tags-map": statements.tags(TABLE, ("device_code", "name")),
        "describe-welding": statements.describe(TABLE),
        "server-version": statements.SERVER_VERSION,
        "changes-database-settings": statements.database_settings("test_changes_db"),
        "changes-reader-precision": statements.database_precision("test_changes_db"),
    }

    assert unquoted(built[name]) == unquoted(EXCHANGES[name].sql or "")


def unquoted(statement: str) -> str:
    return statement.replace("`", "").replace(" = ", "=")
