"""The rows of a snapshot that follow from a sample, and what has changed since the snapshot before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress, repeat
from operator import attrgetter

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.readings.row_changes import NewRows, add_changes
from arcbeat.domain.readings.shown_values import ShownForm
from arcbeat.domain.readings.snapshot_rows import RowChange, SnapshotRow
from arcbeat.realtime.sampling.sample import Sample
from arcbeat.slices import SLICE_SECONDS, slices

SLICE_ROWS = 500
"""Rows that are computed at once; each takes one to three microseconds. Smaller parts would only pause more often while
other programs use the machine."""

Rows = Mapping[str, SnapshotRow]
MakeRows = Callable[[Sequence[str]], Sequence[SnapshotRow]]
"""Returns the snapshot rows of some devices, in their order."""

_CODE = attrgetter("device_code")


@dataclass(frozen=True, slots=True)
class ComputedRows:
    """The rows of a snapshot, and the changes since the rows of the snapshot before.

    Attributes:
        lacks_devices: whether the snapshot before has devices that this one does not have.
        replaced: the rows of the snapshot before that other rows have replaced, to be freed bit by bit.
    """

    rows: Rows
    changed: Mapping[str, RowChange]
    lacks_devices: bool
    replaced: list[SnapshotRow]


def sampled_rows(sample: Sample, before: Rows, now: datetime) -> MakeRows:
    """Return a function that makes the rows of a sample.

    A device whose reading is the same as in ``before`` keeps its row object, and with it the encoded row.
    """
    reading_of, skewed, shown = sample.latest.rows.get, sample.latest.skewed, _shown_form(sample, before)
    thresholds = sample.device_type.thresholds

    def make(device_codes: Sequence[str]) -> Sequence[SnapshotRow]:
        olds, stored = [*map(before.get, device_codes)], [*map(reading_of, device_codes)]
        is_new = [
            old is None or old.stored != each or old.shown is not shown or old.clock_skew is not (code in skewed)
            for code, each, old in zip(device_codes, stored, olds, strict=True)
        ]
        # A device keeps one text of its code, however often the codes are read.
        codes = [code if old is None else old.device_code for code, old in zip(device_codes, olds, strict=True)]
        found = iter(shown.form.times([each for each in compress(stored, is_new) if each is not None]))
        times = [
            old.ts if old is not None and not has_changed else None if each is None else next(found)
            for each, old, has_changed in zip(stored, olds, is_new, strict=True)
        ]
        freshness = thresholds.freshness_of_all(times, now)
        made = map(
            SnapshotRow,
            *([*compress(column, is_new)] for column in (codes, stored, times, freshness)),
            map(skewed.__contains__, compress(codes, is_new)),
            repeat(shown),
        )
        return [
            next(made) if old is None or has_changed else old.with_freshness(each)
            for old, has_changed, each in zip(olds, is_new, freshness, strict=True)
        ]

    return make


def aged_rows(device_type: DeviceType, before: Rows, now: datetime) -> MakeRows:
    """Return a function that makes rows while a store is unavailable: those of ``before`` with present freshness."""
    classify = device_type.thresholds.classifier(now)
    return lambda device_codes: [before[code].with_freshness(classify(before[code].ts)) for code in device_codes]


async def compute_rows(
    device_codes: Sequence[str], make: MakeRows, before: Rows, *, slice_seconds: float = SLICE_SECONDS
) -> ComputedRows:
    """Return the rows of these devices and what has changed since ``before``.

    Other tasks run in between: the rows of a large type take longer than a request may wait.
    """
    rows: dict[str, SnapshotRow] = {}
    changed: dict[str, RowChange] = {}
    replaced: list[SnapshotRow] = []
    new_devices = 0
    async for part in slices(device_codes, SLICE_ROWS, seconds=slice_seconds):
        made = make(part)
        rows.update(zip(map(_CODE, made), made, strict=True))
        if before:
            olds = [*map(before.get, map(_CODE, made))]
            add_changes(changed, made, olds)
            replaced += (old for old, row in zip(olds, made, strict=True) if old is not None and old is not row)
            new_devices += 0 if all(olds) else sum(old is None for old in olds)
    lacks_devices = bool(before) and len(rows) - new_devices < len(before)
    return ComputedRows(rows, changed if before else NewRows(rows), lacks_devices, replaced)


def _shown_form(sample: Sample, before: Rows) -> ShownForm:
    """Return the form of the rows; the same object as in ``before`` while it is equal, which is quick to compare."""
    form = ShownForm.of(sample.latest.form, sample.device_type)
    known = next((row.shown for row in before.values()), form)
    return known if known == form else form
