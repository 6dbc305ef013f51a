"""Ids that keep all their digits in JavaScript, whose numbers are exact only up to 2^53 - 1."""

EXACT_ID_MAX = 2**53 - 1


def exact_id(row_id: int | None) -> int | str | None:
    """Return an id as clients get it: a larger one as a text of its digits, like the values of bigint fields.

    Tables that other programs made may have such ids, for example those of a snowflake generator.
    """
    return row_id if row_id is None or row_id <= EXACT_ID_MAX else str(row_id)
