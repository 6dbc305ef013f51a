from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.field_definition import FieldDefinition


T = TypeVar("T", bound="FieldImport")


@_attrs_define
class FieldImport:
    """The fields after an import, and how they differ from the fields before it.

    Attributes:
        type_code (str): Code of the device type. Example: welding.
        fields_version (int): Version of the fields that are stored now. Use it as `If-Match` for the import itself.
            Example: 1.
        dry_run (bool): Whether nothing was stored. Example: True.
        fields (list[FieldDefinition]): The fields, in order.
        added (list[str]): Columns that become new fields.
        changed (list[str]): Fields whose column has another type now.
        missing (list[str]): Fields whose column no longer exists. They are kept unless `drop_missing=true`.
        skipped (list[str]): Columns that cannot become fields, because their names are not identifiers.
    """

    type_code: str
    fields_version: int
    dry_run: bool
    fields: list[FieldDefinition]
    added: list[str]
    changed: list[str]
    missing: list[str]
    skipped: list[str]

    def to_dict(self) -> dict[str, Any]:
        type_code = self.type_code

        fields_version = self.fields_version

        dry_run = self.dry_run

        fields = []
        for fields_item_data in self.fields:
            fields_item = fields_item_data.to_dict()
            fields.append(fields_item)

        added = self.added

        changed = self.changed

        missing = self.missing

        skipped = self.skipped

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type_code": type_code,
                "fields_version": fields_version,
                "dry_run": dry_run,
                "fields": fields,
                "added": added,
                "changed": changed,
                "missing": missing,
                "skipped": skipped,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.field_definition import FieldDefinition

        d = dict(src_dict)
        type_code = d.pop("type_code")

        fields_version = d.pop("fields_version")

        dry_run = d.pop("dry_run")

        fields = []
        _fields = d.pop("fields")
        for fields_item_data in _fields:
            fields_item = FieldDefinition.from_dict(fields_item_data)

            fields.append(fields_item)

        added = cast(list[str], d.pop("added"))

        changed = cast(list[str], d.pop("changed"))

        missing = cast(list[str], d.pop("missing"))

        skipped = cast(list[str], d.pop("skipped"))

        field_import = cls(
            type_code=type_code,
            fields_version=fields_version,
            dry_run=dry_run,
            fields=fields,
            added=added,
            changed=changed,
            missing=missing,
            skipped=skipped,
        )

        return field_import
