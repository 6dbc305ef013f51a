"""Calendar months."""

from datetime import date, datetime


def first_day_of_month(moment: datetime, months_later: int = 0) -> date:
    """Return the first day of the month that is so many months after that of ``moment``; before it, if negative."""
    number = moment.year * 12 + moment.month - 1 + months_later
    return date(number // 12, number % 12 + 1, 1)
