"""The acknowledgements of alarms, in t_alarm_acknowledgement of PostgreSQL."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from adapters.postgres.pool import Connection, Database
from arcbeat.domain.alarms.alarms import Acknowledgement, Alarm
from arcbeat.domain.alarms.changes import AcknowledgementChange
from arcbeat.domain.errors import AlarmAcknowledged, Conflict

CHANGES_MAX = 5_000
"""Changes that are read at once: the newest ones."""

# One statement for all alarms of a page: each finds its first acknowledgement by the unique index.
OF_ALARMS = """
select a.note, a.acknowledged_by, a.acknowledged_at
  from unnest(%(codes)s::text[], %(starts)s::timestamptz[], %(ends)s::timestamptz[]) with ordinality
       as alarm(device_code, first, ended, number)
  left join lateral (
       select * from t_alarm_acknowledgement t
        where t.device_code = alarm.device_code and t.alarm_start >= alarm.first
          and (alarm.ended is null or t.alarm_start < alarm.ended) and not t.withdrawn
        order by t.alarm_start limit 1) a on true
 order by alarm.number
"""
# Two people may acknowledge one alarm at the same time, with different moments within it.
LOCK_DEVICE = "select pg_advisory_xact_lock(hashtext('arcbeat: alarms of ' || %(device_code)s))"
FIND = """
select * from t_alarm_acknowledgement
 where device_code = %(device_code)s and alarm_start >= %(start)s
   and (%(end)s::timestamptz is null or alarm_start < %(end)s) and not withdrawn
 order by alarm_start limit 1
"""
INSERT = """
insert into t_alarm_acknowledgement (device_code, alarm_start, type_code, state, note, acknowledged_by, acknowledged_at)
values (%(device_code)s, %(start)s, %(type_code)s, %(state)s, %(note)s, %(by)s, clock_timestamp())
on conflict (device_code, alarm_start) do update
   set type_code = excluded.type_code, state = excluded.state, note = excluded.note,
       acknowledged_by = excluded.acknowledged_by, acknowledged_at = excluded.acknowledged_at,
       changed_at = clock_timestamp(), withdrawn = false
returning note, acknowledged_by, acknowledged_at
"""
CHANGE_NOTE = """
update t_alarm_acknowledgement set note = %(note)s, changed_at = clock_timestamp()
 where device_code = %(device_code)s and alarm_start = %(start)s
returning note, acknowledged_by, acknowledged_at
"""
WITHDRAW = """
update t_alarm_acknowledgement set withdrawn = true, changed_at = clock_timestamp()
 where device_code = %(device_code)s and alarm_start = %(start)s
"""
CHANGES = """
select * from (select * from t_alarm_acknowledgement
                where changed_at > clock_timestamp() - %(age)s::interval and type_code = %(type_code)s
                order by changed_at desc limit %(limit)s) as newest
 order by changed_at
"""


class PostgresAlarmAcknowledgements:
    """Implements AlarmAcknowledgements and AcknowledgementChanges."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, alarms: Sequence[Alarm]) -> Sequence[Acknowledgement | None]:
        if not alarms:
            return []
        parameters = {
            "codes": [alarm.device_code for alarm in alarms],
            "starts": [alarm.start for alarm in alarms],
            "ends": [alarm.end for alarm in alarms],
        }
        rows = await self._database.fetch_all(OF_ALARMS, parameters)
        return [None if row["acknowledged_by"] is None else _acknowledgement(row) for row in rows]

    async def acknowledge(self, alarm: Alarm, note: str, by: str) -> Acknowledgement:
        async with self._database.connection() as connection, connection.transaction():
            await _lock(connection, alarm)
            known = await _find(connection, alarm)
            if known is None:
                return _acknowledgement(await _one(connection, INSERT, {**_values(alarm), "note": note, "by": by}))
            _check_owner(known, by)
            if known["note"] == note:
                return _acknowledgement(known)
            parameters = {"device_code": alarm.device_code, "start": known["alarm_start"], "note": note}
            return _acknowledgement(await _one(connection, CHANGE_NOTE, parameters))

    async def withdraw(self, alarm: Alarm, by: str | None) -> None:
        async with self._database.connection() as connection, connection.transaction():
            await _lock(connection, alarm)
            while (known := await _find(connection, alarm)) is not None:
                _check_owner(known, by)
                parameters = {"device_code": alarm.device_code, "start": known["alarm_start"]}
                await connection.execute(WITHDRAW, parameters)

    async def changes(self, type_code: str, *, newer_than: timedelta) -> Sequence[AcknowledgementChange]:
        parameters = {"type_code": type_code, "age": newer_than, "limit": CHANGES_MAX}
        return [_change(row) for row in await self._database.fetch_all(CHANGES, parameters)]


async def _lock(connection: Connection, alarm: Alarm) -> None:
    await connection.execute(LOCK_DEVICE, {"device_code": alarm.device_code})


async def _find(connection: Connection, alarm: Alarm) -> dict[str, Any] | None:
    return await (await connection.execute(FIND, _values(alarm))).fetchone()


async def _one(connection: Connection, statement: str, parameters: dict[str, Any]) -> dict[str, Any]:
    row = await (await connection.execute(statement, parameters)).fetchone()
    if row is None:
        # A trigger of the installation has skipped the row.
        raise Conflict("The acknowledgement was not stored: a trigger of the table rejected it.")
    return row


def _values(alarm: Alarm) -> dict[str, Any]:
    return {
        "device_code": alarm.device_code,
        "start": alarm.start,
        "end": alarm.end,
        "type_code": alarm.type_code,
        "state": alarm.state,
    }


def _check_owner(row: dict[str, Any], by: str | None) -> None:
    if by is not None and row["acknowledged_by"] != by:
        detail = f"{row['acknowledged_by']} has acknowledged this alarm at {row['acknowledged_at'].isoformat()}."
        raise AlarmAcknowledged(f"{detail} Only they can change the note; they or an administrator can withdraw it.")


def _acknowledgement(row: dict[str, Any]) -> Acknowledgement:
    return Acknowledgement(note=row["note"], by=row["acknowledged_by"], at=row["acknowledged_at"])


def _change(row: dict[str, Any]) -> AcknowledgementChange:
    return AcknowledgementChange(
        device_code=row["device_code"],
        state=row["state"],
        start=row["alarm_start"],
        changed_at=row["changed_at"],
        acknowledgement=None if row["withdrawn"] else _acknowledgement(row),
    )
