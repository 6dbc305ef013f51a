"""NDJSON files."""

import json

from arcbeat.domain.files.tables import TableColumn, TableFormat
from arcbeat.domain.schema.columns import ColumnType
from tests.support.tables import MOMENT, WELDING, written

COLUMNS = (
    TableColumn("ts", "时间戳", ColumnType.TIMESTAMP),
    TableColumn("pulses", "脉冲数", ColumnType.BIGINT),
    TableColumn("serial", "序号", ColumnType.BIGINT_UNSIGNED),
    TableColumn("quality", "数据质量", ColumnType.INT),
    TableColumn("note", "备注", ColumnType.NCHAR),
)


async def test_each_row_is_one_object_per_line() -> None:
    body = await written(TableFormat.NDJSON, COLUMNS, [[MOMENT, 9007199254740993, 2**64 - 1, 100, "=焊接\n😀"]])

    assert body.endswith(b"}\n")
    assert body.count(b"\n") == 1
    assert json.loads(body) == {
        "ts": "2023-08-23T10:00:00.123000Z",
        "pulses": "9007199254740993",
        "serial": "18446744073709551615",
        "quality": 100,
        "note": "=焊接\n😀",
    }


async def test_none_is_written_as_null() -> None:
    body = await written(TableFormat.NDJSON, COLUMNS, [[None] * 5] * 2)

    assert [json.loads(line) for line in body.splitlines()] == [dict.fromkeys(column.key for column in COLUMNS)] * 2


async def test_without_rows_the_file_is_empty() -> None:
    assert await written(TableFormat.NDJSON, WELDING, []) == b""
