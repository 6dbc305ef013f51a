"""The job that compares the subtables of the readings store with the master data of devices.

By default it only reports. With the parameter ``apply`` it registers new devices and stores new names. It never deletes
a device: a subtable may be missing because a machine has not sent yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.columns import FACT_COLUMNS, InvalidCell, check_new_code
from arcbeat.domain.devices.device_info import DeviceFacts, DeviceInfo, DeviceInfoFilter
from arcbeat.domain.devices.ports import DeviceRegister
from arcbeat.domain.errors import AlreadyExists, InvalidValue, PreconditionFailed, StoreObjectMissing, UnknownDevice
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.schema.super_tables import Subtable
from jobs.context import JobContext, RegisteredJob
from jobs.standalone import run_alone

NAME_TAG = "name"
TEXT_TAGS = ("device_model", "manufacturer", "install_location", "online_address", "team_name", "description")
"""Tags that are stored with a new device, if its subtable has them: they are named like columns of t_device_info."""
LISTED_MAX = 100
"""Devices that the result lists per kind of difference; it always counts all of them."""

DEFINITION = JobDefinition(
    name="sync_devices",
    description="Compare the subtables of the readings store with the registered devices.",
    schedule="15 3 * * *",
    parameters={"apply": False},
)

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class Differences:
    """What differs between the subtables of one device type and the master data.

    Attributes:
        new: Subtables whose device is not registered.
        renamed: Registered devices whose subtable has another name tag, with that name.
        vanished: Codes of registered devices without a subtable.
        invalid: Codes of subtables that cannot be stored, with the reason: the code of a new device breaks the rules of
            the API, or a tag is too long for its column.
        other_type: Codes of devices with a subtable that are registered with another device type.
    """

    new: list[Subtable] = field(default_factory=list)
    renamed: list[tuple[DeviceInfo, str]] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    other_type: list[str] = field(default_factory=list)
    invalid: dict[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """The number of rows to write, and of those that cannot be written."""
        return len(self.new) + len(self.renamed) + len(self.invalid)

    def summary(self) -> Mapping[str, object]:
        """Return the result of the job for this type: counts, and the first devices of each kind."""
        codes = {
            "new": [each.device_code for each in self.new],
            "renamed": [each.device_code for each, _ in self.renamed],
            "vanished": self.vanished,
            "other_type": self.other_type,
            "invalid": list(self.invalid),
        }
        return {
            kind: {"count": len(found), "device_codes": sorted(found)[:LISTED_MAX]} for kind, found in codes.items()
        }


def name_of(subtable: Subtable) -> str | None:
    """Return the name of a device by its tag; None when the tag is empty or only repeats the name of the subtable."""
    name = str(subtable.tags.get(NAME_TAG) or "").strip()
    is_generated = name.lower() in {subtable.name.lower(), f"t_{subtable.device_code}".lower()}
    return None if not name or is_generated else name


def compare(
    device_type: DeviceType, subtables: Sequence[Subtable], registered: Mapping[str, DeviceInfo]
) -> Differences:
    """Return the differences of one device type.

    Args:
        registered: All registered devices by code, whatever their type.
    """
    differences = Differences()
    by_code = {each.device_code: each for each in subtables if each.device_code.strip()}
    for code, subtable in by_code.items():
        device = registered.get(code)
        if device is None:
            _compare_new(differences, subtable)
        elif device.type_code != device_type.type_code:
            differences.other_type.append(code)
        else:
            _compare_name(differences, device, name_of(subtable))
    ours = (code for code, each in registered.items() if each.type_code == device_type.type_code)
    differences.vanished.extend(code for code in ours if code not in by_code)
    return differences


def _compare_new(differences: Differences, subtable: Subtable) -> None:
    try:
        check_new_code(subtable.device_code)
        _check_texts(_texts(subtable))
    except InvalidCell as error:
        differences.invalid[subtable.device_code] = str(error)
    else:
        differences.new.append(subtable)


def _compare_name(differences: Differences, device: DeviceInfo, name: str | None) -> None:
    if name is None or name == device.facts.device_name:
        return
    try:
        _check_texts({"device_name": name})
    except InvalidCell as error:
        differences.invalid[device.device_code] = str(error)
    else:
        differences.renamed.append((device, name))


def _texts(subtable: Subtable) -> Mapping[str, str]:
    """Return the values of a new device from its tags."""
    texts = {name: str(value) for name in TEXT_TAGS if (value := subtable.tags.get(name))}
    return {**texts, "device_name": name_of(subtable) or subtable.device_code}


def _check_texts(texts: Mapping[str, str]) -> None:
    """Check values by the rules of the API.

    Raises:
        InvalidCell: A value is too long.
    """
    for column in FACT_COLUMNS:
        if column.name in texts:
            try:
                column.parse(texts[column.name])
            except InvalidCell as error:
                raise InvalidCell(f"{column.name} {error}") from None


async def apply_differences(register: DeviceRegister, device_type: DeviceType, differences: Differences) -> int:
    """Register the new devices and store the new names; return how many rows were written.

    Calling it again changes nothing. A device that was changed meanwhile is left alone.
    """
    written = 0
    for code, reason in differences.invalid.items():
        logger.info("device_invalid", device_code=code, detail=reason)
    for subtable in differences.new:
        try:
            await register.add(subtable.device_code, _facts(device_type, subtable))
            written += 1
        except (AlreadyExists, InvalidValue) as error:
            logger.info("device_not_registered", device_code=subtable.device_code, detail=error.detail)
    for device, name in differences.renamed:
        try:
            await register.change(device.device_code, {"device_name": name}, frozenset({device.version}))
            written += 1
        except (PreconditionFailed, UnknownDevice, InvalidValue) as error:
            logger.info("device_not_renamed", device_code=device.device_code, detail=error.detail)
    return written


def _facts(device_type: DeviceType, subtable: Subtable) -> DeviceFacts:
    return DeviceFacts(device_type=device_type.type_code, **_texts(subtable))  # type: ignore[arg-type] # texts only


async def sync_devices(context: JobContext) -> Mapping[str, object]:
    """Compare all enabled device types, and apply the differences if the run says so.

    Returns:
        Whether differences were applied, and per device type the counts and the first codes of each kind; the types
        whose super table does not exist are listed in ``missing_super_tables``.
    """
    ports = context.ports
    applies = context.parameter("apply") is True and not context.run.dry_run
    types = await ports.device_types.list_types()
    registered: dict[str, DeviceInfo] = {}
    register = ports.device_register_of(context.run)
    async for batch in register.batches(DeviceInfoFilter()):
        registered.update((each.device_code, each) for each in batch)
    summaries: dict[str, object] = {}
    missing: list[str] = []
    for number, device_type in enumerate(types):
        context.progress(number, len(types))
        try:
            subtables = await ports.telemetry.list_devices(device_type.super_table)
        except StoreObjectMissing:
            missing.append(str(device_type.super_table))
            continue
        differences = compare(device_type, subtables, registered)
        summaries[device_type.type_code] = differences.summary()
        context.count(read=len(subtables))
        if applies:
            written = await apply_differences(register, device_type, differences)
            context.count(written=written, skipped=differences.count - written)
    context.progress(len(types), len(types))
    return {"applied": applies, "types": summaries, "missing_super_tables": missing}


JOB = RegisteredJob(DEFINITION, sync_devices)

if __name__ == "__main__":
    run_alone(DEFINITION.name)
