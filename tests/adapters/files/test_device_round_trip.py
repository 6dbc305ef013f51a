"""Tests of devices that are exported to a real file and imported again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arcbeat.domain.catalogue.device_types import Language
from arcbeat.domain.devices.columns import CODE, FACT_COLUMNS
from arcbeat.domain.devices.device_info import DeviceFacts, DeviceInfo
from arcbeat.domain.devices.imports import EmptyCells, RowOutcome
from arcbeat.domain.devices.planning import plan_import
from arcbeat.domain.devices.table import DeviceTable
from arcbeat.domain.files.tables import TableFormat
from handlers.devices.device_files import _columns, _row
from tests.support.tables import read, written

DOUBTFUL = [
    "#N/A",
    "########",
    "=A1",
    "1.4412E+10",
    "0012",
    "12",
    "12.0",
    "\u3000",
    "\u200b",
    "'",
    "",
    "_x000D_",
    "sep=;",
]

ERROR_VALUES = {"#N/A", "########"}
"""A code like these cannot be distinguished from the error of a formula, so its row is rejected."""

texts = st.sampled_from(DOUBTFUL) | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
KINDS = {
    "device_name": texts,
    "production_date": st.none() | st.dates(),
    "install_date": st.none() | st.dates(),
    "is_locked": st.booleans(),
}
any_facts = st.builds(DeviceFacts, **{each.name: KINDS.get(each.name, st.none() | texts) for each in FACT_COLUMNS})


@pytest.mark.parametrize("table_format", [TableFormat.CSV, TableFormat.XLSX])
@settings(max_examples=25)
@given(
    st.dictionaries(texts.filter(lambda code: code not in ERROR_VALUES), any_facts, max_size=4),
    st.sampled_from(Language),
)
async def test_importing_an_unedited_file_changes_and_erases_nothing(
    table_format: TableFormat, stored: dict[str, DeviceFacts], language: Language
) -> None:
    devices = [
        DeviceInfo(id=1, device_code=code, facts=facts, type_code=None, created_at=None, updated_at=None)
        for code, facts in stored.items()
    ]

    body = await written(table_format, _columns(language), [_row(device) for device in devices])
    table = DeviceTable.of(await read(table_format, body))

    for empty_cells in EmptyCells:
        plan = plan_import(table, devices, frozenset(), empty_cells)
        assert [(row.device_code, row.outcome, row.errors, row.erased) for row in plan.rows] == [
            (code, RowOutcome.UNCHANGED, (), ()) for code in stored
        ]


def test_the_exported_columns_are_those_of_the_import() -> None:
    assert [column.key for column in _columns(Language.CHINESE)] == [CODE, *(each.name for each in FACT_COLUMNS)]
