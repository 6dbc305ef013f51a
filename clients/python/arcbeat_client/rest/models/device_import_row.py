from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.device_import_row_outcome import DeviceImportRowOutcome

if TYPE_CHECKING:
    from ..models.device_import_change import DeviceImportChange
    from ..models.device_import_error import DeviceImportError


T = TypeVar("T", bound="DeviceImportRow")


@_attrs_define
class DeviceImportRow:
    """The outcome of one row of the file.

    Attributes:
        row (int): Number of the row as a spreadsheet shows it: the header is row 1. Example: 2.
        device_code (str): Code of the device as the file has it; empty if it has none. Example: 14412T0301.
        outcome (DeviceImportRowOutcome): What is done with the row.
        erased (list[str]): The columns whose value an empty cell removes; empty unless `empty_cells=erase`.
        changes (list[DeviceImportChange]): The values that the row changes; empty unless the outcome is `updated`.
        errors (list[DeviceImportError]): Why the row is rejected; empty otherwise.
    """

    row: int
    device_code: str
    outcome: DeviceImportRowOutcome
    erased: list[str]
    changes: list[DeviceImportChange]
    errors: list[DeviceImportError]

    def to_dict(self) -> dict[str, Any]:
        row = self.row

        device_code = self.device_code

        outcome = self.outcome.value

        erased = self.erased

        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)

        errors = []
        for errors_item_data in self.errors:
            errors_item = errors_item_data.to_dict()
            errors.append(errors_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "row": row,
                "device_code": device_code,
                "outcome": outcome,
                "erased": erased,
                "changes": changes,
                "errors": errors,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.device_import_change import DeviceImportChange
        from ..models.device_import_error import DeviceImportError

        d = dict(src_dict)
        row = d.pop("row")

        device_code = d.pop("device_code")

        outcome = DeviceImportRowOutcome(d.pop("outcome"))

        erased = cast(list[str], d.pop("erased"))

        changes = []
        _changes = d.pop("changes")
        for changes_item_data in _changes:
            changes_item = DeviceImportChange.from_dict(changes_item_data)

            changes.append(changes_item)

        errors = []
        _errors = d.pop("errors")
        for errors_item_data in _errors:
            errors_item = DeviceImportError.from_dict(errors_item_data)

            errors.append(errors_item)

        device_import_row = cls(
            row=row,
            device_code=device_code,
            outcome=outcome,
            erased=erased,
            changes=changes,
            errors=errors,
        )

        return device_import_row
