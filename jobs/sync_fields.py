"""The job that compares the fields of device types with the columns of their super tables.

By default it only reports. With the parameter ``apply`` it imports columns as fields, and gives fields the type of
their column. It never deletes a field: a super table may have been replaced by mistake.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import structlog

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.catalogue.drift import FieldDrift, field_drift
from arcbeat.domain.catalogue.field_import import propose
from arcbeat.domain.errors import (
    OUTAGE_ERRORS,
    ArcbeatError,
    Conflict,
    LeaseLost,
    PreconditionFailed,
    StoreError,
    SuperTableMissing,
    SuperTableUnsuitable,
    UnknownDeviceType,
)
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.schema.columns import Column
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.services.device_fields import store_imported_fields
from arcbeat.services.super_tables import describe_super_table
from jobs.context import JobContext, RegisteredJob
from jobs.standalone import run_alone

LISTED_MAX = 100
"""Fields or columns that the result lists per kind of difference; it always counts all of them."""
OUTAGES_MAX = 3
"""After so many device types in a row for which a store was unavailable, the others are not tried."""
NOT_TRIED = f"not tried, because a store was unavailable for {OUTAGES_MAX} device types in a row"

DEFINITION = JobDefinition(
    name="sync_fields",
    description="Compare the fields of device types with the columns of their super tables.",
    schedule="45 3 * * *",
    parameters={"apply": False},
)

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class Report:
    """What a run has found so far.

    Attributes:
        types: The differences of each type that was compared, by code.
        missing_super_tables: By code, the super tables that do not exist.
        not_applied: By code, why the differences of a type were not applied, or cannot be.
        failed: By code, why a type could not be compared or stored.
        errors: The errors of ``failed``, the oldest first.
    """

    applied: bool
    types: dict[str, Mapping[str, object]] = field(default_factory=dict)
    missing_super_tables: dict[str, str] = field(default_factory=dict)
    not_applied: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    errors: list[StoreError] = field(default_factory=list)

    def to_result(self) -> Mapping[str, object]:
        """Return the result of the run; it grows with the report."""
        return {
            "applied": self.applied,
            "types": self.types,
            "missing_super_tables": self.missing_super_tables,
            "not_applied": self.not_applied,
            "failed": self.failed,
        }


def summary_of(drift: FieldDrift) -> Mapping[str, object]:
    """Return the differences of one type: counts, and the first of each kind."""
    invalid = drift.invalid
    kinds: Mapping[str, Sequence[object]] = {
        "missing": drift.missing,
        "surplus": [
            {"name": each.name, "type": each.type, "length": each.length}
            for each in drift.surplus
            if each.name not in invalid
        ],
        "changed": [asdict(each) for each in drift.changed],
        "too_short": [asdict(each) for each in drift.too_short],
        "invalid": [{"name": name, "detail": detail} for name, detail in invalid.items()],
    }
    return {kind: {"count": len(found), "fields": list(found[:LISTED_MAX])} for kind, found in kinds.items()}


class FieldSync:
    """Compares device types one by one, and applies the differences if the run says so."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self.report = Report(context.parameter("apply") is True and not context.run.dry_run)
        self._columns: dict[SuperTable, Sequence[Column]] = {}

    async def sync(self, device_type: DeviceType) -> None:
        """Compare one type, and apply its differences.

        Raises:
            LeaseLost: Another process holds the run.
            StoreError: A store failed.
        """
        try:
            columns = await self._describe(device_type.super_table)
        except SuperTableMissing:
            self.report.missing_super_tables[device_type.type_code] = str(device_type.super_table)
            return
        except SuperTableUnsuitable as error:
            self._leave(device_type, error)
            return
        drift = field_drift(device_type.fields, columns)
        self.report.types[device_type.type_code] = summary_of(drift)
        await self._import(device_type, columns, drift)

    async def _describe(self, table: SuperTable) -> Sequence[Column]:
        """Return the columns of a table, which several types may have; it is read once per run."""
        if table not in self._columns:
            self._columns[table] = await describe_super_table(self._context.ports.telemetry, table)
            self._context.count(read=len(self._columns[table]))
        return self._columns[table]

    async def _import(self, device_type: DeviceType, columns: Sequence[Column], drift: FieldDrift) -> None:
        invalid, differences = len(drift.invalid), len(drift.surplus) + len(drift.changed)
        written = 0
        try:
            proposal = propose(device_type.fields, columns, drop_missing=False)
            if self.report.applied and proposal.fields != device_type.fields:
                editor = self._context.ports.catalogue_editor_of(self._context.run)
                await store_imported_fields(editor, device_type, proposal.fields)
                written = differences - invalid
        except LeaseLost:
            raise
        except (Conflict, PreconditionFailed, UnknownDeviceType) as error:
            self._leave(device_type, error)
        if self.report.applied:
            self._context.count(written=written, skipped=differences - written)

    def _leave(self, device_type: DeviceType, error: ArcbeatError) -> None:
        logger.info("fields_not_imported", type_code=device_type.type_code, detail=error.detail)
        self.report.not_applied[device_type.type_code] = error.detail

    async def sync_all(self, types: Sequence[DeviceType]) -> None:
        """Compare all types. A store that fails for one of them does not prevent the others.

        Raises:
            LeaseLost: Another process holds the run.
            StoreError: A store failed for some types; the others are done, and the report has all of them.
        """
        outages = 0
        for number, device_type in enumerate(types):
            self._context.progress(number, len(types))
            if outages == OUTAGES_MAX:
                self.report.failed[device_type.type_code] = NOT_TRIED
                continue
            try:
                await self.sync(device_type)
            except StoreError as error:
                self._fail(device_type, error)
                outages = outages + 1 if isinstance(error, OUTAGE_ERRORS) else 0
            else:
                outages = 0
        self._context.progress(len(types), len(types))
        if self.report.errors:
            raise next((each for each in self.report.errors if each.retryable), self.report.errors[0])

    def _fail(self, device_type: DeviceType, error: StoreError) -> None:
        logger.warning("fields_not_compared", type_code=device_type.type_code, detail=error.detail)
        self.report.failed[device_type.type_code] = error.detail
        self.report.errors.append(error)


async def sync_fields(context: JobContext) -> Mapping[str, object]:
    """Compare all enabled device types, and apply the differences if the run says so.

    Returns:
        Whether differences were applied, and per device type the counts and the first of each kind.

    Raises:
        StoreError: A store failed for some types. The run still has the result of all types, and a repetition goes on
            with what is left.
    """
    sync = FieldSync(context)
    context.partial_result = sync.report.to_result()
    await sync.sync_all(await context.ports.device_types.list_types())
    return context.partial_result


JOB = RegisteredJob(DEFINITION, sync_fields)

if __name__ == "__main__":
    run_alone(DEFINITION.name)
