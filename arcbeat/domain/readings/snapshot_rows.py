"""The rows of snapshots: one device at one tick each."""

from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from typing import TypeAlias, cast

from msgspec import Struct

from arcbeat.domain.catalogue.device_types import DeviceType, Freshness
from arcbeat.domain.readings.latest import EncodedForms, state_of
from arcbeat.domain.readings.readings import Latest
from arcbeat.domain.readings.shown_values import ShownForm
from arcbeat.domain.readings.stored_rows import RECEIVED_FORM, StoredRow
from arcbeat.domain.schema.columns import Value

RowChange: TypeAlias = Mapping[str, object]
"""The changed keys of a row: ``ts``, ``freshness``, ``clock_skew``, and ``values`` with only the changed fields."""

_RECEIVED = ShownForm(RECEIVED_FORM, (), "", lambda values: values, lambda values: values)
"""The form of rows that another process has sent: they have the visible values only, and in their encodable form."""

_NOT_DECODED = "\0not decoded"
"""Stands for the state of a row whose values have not been decoded yet."""


class SnapshotRow(EncodedForms, Struct, eq=False, gc=False):
    """One device in a snapshot. Treat it as frozen; it is not declared so, because values are decoded on demand.

    A tick may create all rows of a type: a Struct is created four times as fast as an instance of a dataclass. The
    garbage collector need not examine rows, because nothing that a row refers to refers to rows.

    The same object is kept from tick to tick until the device sends a new reading. Its values are decoded when they are
    needed: a hundred thousand decoded rows would take half a gigabyte, and most of them are not looked at in a tick.

    Attributes:
        stored: the reading as the store returned it; None for a device without readings.
        shown: how ``stored`` is decoded, and which of its values clients see.
        decoded_state: the value of the state field; use :meth:`state`, which decodes it.
    """

    device_code: str
    stored: StoredRow | None
    ts: datetime | None
    freshness: Freshness
    clock_skew: bool
    shown: ShownForm
    decoded_state: str | None = _NOT_DECODED
    # The bytes are kept in the row instead of in a cache beside it. Such a cache, by device code, was measured with
    # 10 000 devices and 200 views of 50: it raised the CPU time of a follower's tick from 18.3 to 24.1 ms when a third
    # of the devices had changed, and from 46.5 to 56.9 ms when all had. It also keeps obsolete rows alive.
    _encoded_row: bytes | None = None
    _encoded: dict[Hashable, bytes] | None = None

    @property
    def latest(self) -> Latest | None:
        """The reading, decoded; None for a device without readings."""
        if self.ts is None:
            return None
        return self.shown.form.latest(self.device_code, self.stored, clock_skew=self.clock_skew)

    @property
    def values(self) -> Mapping[str, Value]:
        """Every visible field of the type, in its encodable form; decoded at each call."""
        values = self.shown.all_values(self.stored)
        self.decoded_state = state_of(values.get(self.shown.state_field))
        return self.shown.visible(values)

    def state(self, device_type: DeviceType) -> str | None:
        """Return the state of the device; None when its reading has no state."""
        if device_type.state_field == self.shown.state_field:
            if self.decoded_state is _NOT_DECODED:
                self.decoded_state = state_of(self.shown.all_values(self.stored).get(device_type.state_field))
            return self.decoded_state
        # Another process has sent the row, or the state field of the type was changed.
        return state_of(self.shown.all_values(self.stored).get(device_type.state_field))

    def encoded_row(self, encode: Callable[["SnapshotRow"], bytes]) -> bytes:
        """Return the encoded row, encoded once for all views and snapshots that hold it."""
        if self._encoded_row is None:
            self._encoded_row = encode(self)
        return self._encoded_row

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SnapshotRow) and self.full() == other.full()

    def with_freshness(self, freshness: Freshness) -> "SnapshotRow":
        """Return a row with the same reading and another freshness; the row itself when the freshness is the same."""
        if freshness is self.freshness:
            return self
        row = SnapshotRow(
            self.device_code, self.stored, self.ts, freshness, self.clock_skew, self.shown, self.decoded_state
        )
        row._encoded = self._encoded
        return row

    def with_change(self, change: RowChange) -> "SnapshotRow":
        """Return the row after a change."""
        ts = cast("datetime | None", change.get("ts", self.ts))
        freshness = Freshness(str(change["freshness"])) if "freshness" in change else self.freshness
        clock_skew = change.get("clock_skew", self.clock_skew) is True
        values = {**self.values, **_values(change)} if "values" in change else self.values
        return _row(self.device_code, ts, freshness, clock_skew=clock_skew, values=values)

    def full(self) -> dict[str, object]:
        """Return all keys of the row, as a frame holds a new row."""
        return {"ts": self.ts, "freshness": self.freshness, "clock_skew": self.clock_skew, "values": self.values}


def full_row(device_code: str, full: RowChange) -> SnapshotRow:
    """Return a row from all its keys, as :meth:`SnapshotRow.full` returns them; hidden fields are not among them."""
    ts, freshness = cast("datetime | None", full["ts"]), Freshness(str(full["freshness"]))
    return _row(device_code, ts, freshness, clock_skew=full["clock_skew"] is True, values=_values(full))


def _row(
    device_code: str, ts: datetime | None, freshness: Freshness, *, clock_skew: bool, values: Mapping[str, Value]
) -> SnapshotRow:
    return SnapshotRow(device_code, (ts, values), ts, freshness, clock_skew, _RECEIVED)


def merge_changes(before: RowChange, after: RowChange) -> RowChange:
    """Return a full row or a change of a row, updated with a later change."""
    merged = {**before, **after}
    if "values" in before and "values" in after:
        merged["values"] = {**_values(before), **_values(after)}
    return merged


def _values(change: RowChange) -> Mapping[str, Value]:
    return cast("Mapping[str, Value]", change["values"])
