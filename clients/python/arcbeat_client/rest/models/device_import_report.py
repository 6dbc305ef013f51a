from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.device_import_report_empty_cells import DeviceImportReportEmptyCells

if TYPE_CHECKING:
    from ..models.device_import_row import DeviceImportRow


T = TypeVar("T", bound="DeviceImportReport")


@_attrs_define
class DeviceImportReport:
    """The outcome of every row of an imported file; with `dry_run`, the outcome that it would have.

    Attributes:
        dry_run (bool): Whether nothing was to be stored. Example: True.
        empty_cells (DeviceImportReportEmptyCells): What an empty cell does to the value of a registered device.
            Example: keep.
        applied (bool): Whether the devices are now as the file describes them. Example: False.
        created (int): Number of rows that register a device. Example: 1.
        updated (int): Number of rows that change a device. Example: 0.
        unchanged (int): Number of rows that equal the stored device. Example: 299.
        rejected (int): Number of rows with errors. If there are any, no row of the file is stored. Example: 0.
        rows (list[DeviceImportRow]): The rows in the order of the file. Empty rows are left out.
    """

    dry_run: bool
    empty_cells: DeviceImportReportEmptyCells
    applied: bool
    created: int
    updated: int
    unchanged: int
    rejected: int
    rows: list[DeviceImportRow]

    def to_dict(self) -> dict[str, Any]:
        dry_run = self.dry_run

        empty_cells = self.empty_cells.value

        applied = self.applied

        created = self.created

        updated = self.updated

        unchanged = self.unchanged

        rejected = self.rejected

        rows = []
        for rows_item_data in self.rows:
            rows_item = rows_item_data.to_dict()
            rows.append(rows_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "dry_run": dry_run,
                "empty_cells": empty_cells,
                "applied": applied,
                "created": created,
                "updated": updated,
                "unchanged": unchanged,
                "rejected": rejected,
                "rows": rows,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.device_import_row import DeviceImportRow

        d = dict(src_dict)
        dry_run = d.pop("dry_run")

        empty_cells = DeviceImportReportEmptyCells(d.pop("empty_cells"))

        applied = d.pop("applied")

        created = d.pop("created")

        updated = d.pop("updated")

        unchanged = d.pop("unchanged")

        rejected = d.pop("rejected")

        rows = []
        _rows = d.pop("rows")
        for rows_item_data in _rows:
            rows_item = DeviceImportRow.from_dict(rows_item_data)

            rows.append(rows_item)

        device_import_report = cls(
            dry_run=dry_run,
            empty_cells=empty_cells,
            applied=applied,
            created=created,
            updated=updated,
            unchanged=unchanged,
            rejected=rejected,
            rows=rows,
        )

        return device_import_report
