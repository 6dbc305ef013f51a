"""Replaces the fields of a device type, if they are still those that the author of the change has read."""

from collections.abc import Sequence
from dataclasses import replace

from arcbeat.domain.catalogue.device_types import DeviceType, Field
from arcbeat.domain.catalogue.ports import CatalogueEditor
from arcbeat.domain.errors import PreconditionFailed
from arcbeat.domain.versions import check_expected


def version_of_fields(device_type: DeviceType) -> str:
    """Return the version of the fields alone, which responses with readings contain too."""
    return str(device_type.fields_version)


async def replace_fields(
    editor: CatalogueEditor, type_code: str, fields: Sequence[Field], expected: frozenset[str] | None
) -> DeviceType:
    """Store fields and return their device type; ``expected`` None allows every version of the fields.

    Raises:
        UnknownDeviceType: No type has this code or alias.
        PreconditionFailed: The version of the fields is not among the expected ones.
    """

    def change(before: DeviceType) -> DeviceType:
        check_expected(expected, version_of_fields(before))
        return replace(before, fields=tuple(fields))

    return await editor.change_type(type_code, change)


async def store_imported_fields(
    editor: CatalogueEditor, device_type: DeviceType, fields: Sequence[Field]
) -> DeviceType:
    """Store fields that were computed from the columns of the super table of ``device_type``, and return the type.

    They are computed outside the lock, so they are stored only if they are based on what is still true.

    Raises:
        UnknownDeviceType: The type does not exist any more.
        PreconditionFailed: Its fields or its super table have changed since ``device_type`` was read.
    """

    def change(before: DeviceType) -> DeviceType:
        check_expected(frozenset({version_of_fields(device_type)}), version_of_fields(before))
        if before.super_table != device_type.super_table:
            raise PreconditionFailed
        return replace(before, fields=tuple(fields))

    return await editor.change_type(device_type.type_code, change)
