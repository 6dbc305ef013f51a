"""Port of the acknowledgements of alarms."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from arcbeat.domain.alarms.alarms import Acknowledgement, Alarm
from arcbeat.domain.alarms.changes import AcknowledgementChange


class AlarmAcknowledgements(Protocol):
    """The acknowledgements of alarms. Each operation may raise a StoreError.

    An acknowledgement is stored with the start that the alarm had, and belongs to the alarm that contains this moment:
    late readings that make an alarm begin earlier keep it, and when they split an alarm, the first part has it. Of
    several in one alarm the earliest counts.
    """

    async def of(self, alarms: Sequence[Alarm]) -> Sequence[Acknowledgement | None]:
        """Return the acknowledgement of each alarm, in order; None if it has none."""
        ...

    async def acknowledge(self, alarm: Alarm, note: str, by: str) -> Acknowledgement:
        """Store an acknowledgement, or replace the note of one by the same person.

        Raises:
            AlarmAcknowledged: another person has acknowledged the alarm.
        """
        ...

    async def withdraw(self, alarm: Alarm, by: str | None) -> None:
        """Delete the acknowledgement of an alarm; nothing happens if there is none.

        Args:
            by: only an acknowledgement by this person; None for one by anybody.

        Raises:
            AlarmAcknowledged: another person has acknowledged the alarm.
        """
        ...


class AcknowledgementChanges(Protocol):
    """The last changes of acknowledgements, for clients that follow alarms."""

    async def changes(self, type_code: str, *, newer_than: timedelta) -> Sequence[AcknowledgementChange]:
        """Return the changes of a device type, oldest first; those of the last moments may still be missing."""
        ...
