"""The days that a run of statistics computes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.states.state_time import Day, calendar_days
from arcbeat.domain.time.time_ranges import EARLIEST
from arcbeat.domain.time.zones import day_of

DAYS_MAX = 1_100
"""Days of one run: three years."""
CATCH_UP_DAYS_MAX = 31
"""How far back a run goes by itself after no run came for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChoice:
    """Which days to compute.

    Attributes:
        first: The first day, inclusive; None for the last ``recompute_days`` days before today, and those since the
            last day that has statistics.
        recompute_each_run: Whether a run computes them although a run of this day has done so; otherwise it computes
            only today.
        last: The last day, inclusive; None for today, or for yesterday without ``include_today``.
        include_today: Whether today counts, up to now, where ``last`` is None.
        kept: After this time readings are deleted; None if they are not. A day of which readings may be deleted is not
            computed, as it would replace the statistics of the readings by silence.
    """

    zone: ZoneInfo
    first: date | None
    last: date | None
    recompute_days: int
    include_today: bool
    recompute_each_run: bool = False
    kept: timedelta | None = None

    def days(self, now: datetime, newest: datetime | None = None) -> Sequence[Day]:
        """Return the days in order, today only up to now.

        Args:
            newest: The timestamp of the newest statistics: their day may have been computed before it had ended.

        Raises:
            InvalidValue: the range begins too early, ends in the future or before it begins, or is too long, or
                readings of its first day may be deleted.
        """
        today = day_of(now, self.zone)
        last = self.last or today - timedelta(days=not self.include_today)
        if self.first is None:
            if self.last is not None:
                raise InvalidValue.of("from", "is missing: set from and to, or only from")
            days = calendar_days(self._first_by_itself(today, newest), last, self.zone, now)
            return [day for day in days if self._is_kept(day, now)]
        self._check(self.first, last, today)
        days = calendar_days(self.first, last, self.zone, now)
        if self.kept is not None and days and not self._is_kept(days[0], now):
            hours = self.kept / timedelta(hours=1)
            detail = f"is {self.first}; readings are deleted after RETENTION_HOURS, {hours:g} hours"
            raise InvalidValue.of("from", f"{detail}, so choose a later day")
        return days

    def _first_by_itself(self, today: date, newest: datetime | None) -> date:
        first = today - timedelta(days=self.recompute_days)
        if newest is None:
            return first
        newest_day = day_of(newest, self.zone)
        if newest_day == today and self.include_today and not self.recompute_each_run:
            # Days are computed in order, so the run that wrote the statistics of today has computed those before.
            return today
        return min(first, max(newest_day, today - timedelta(days=CATCH_UP_DAYS_MAX)))

    def _is_kept(self, day: Day, now: datetime) -> bool:
        return self.kept is None or day.start >= now - self.kept

    def _check(self, first: date, last: date, today: date) -> None:
        if first < EARLIEST.date():
            raise InvalidValue.of("from", f"is {first}; the first day must not be before {EARLIEST.date()}")
        if last > today:
            raise InvalidValue.of("to", f"is {last}; the last day must not be after today, {today} in {self.zone.key}")
        if first > last:
            raise InvalidValue.of("from", f"is {first}; it must not be after the last day, {last}")
        if (count := (last - first).days + 1) > DAYS_MAX:
            detail = f"is {first}: {count} days up to {last} are too many; a run computes at most {DAYS_MAX}"
            raise InvalidValue.of("from", f"{detail}, so split the range")


def parse_day(name: str, text: str) -> date | None:
    """Return the day that a parameter names; None for an empty text.

    Raises:
        InvalidValue: it is not a day of the calendar.
    """
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidValue.of(name, f"is {text!r}; it must be a day, for example 2026-03-02") from None
