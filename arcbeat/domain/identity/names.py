"""The rule for names of users and API keys."""

import re

from arcbeat.domain.errors import InvalidValue, Violation

# The contract has the same pattern. It allows no look-alike letters, because names appear in the audit log.
_NAME = re.compile(r"[0-9A-Za-z_一-鿿][0-9A-Za-z_.@一-鿿-]{0,63}\Z")
RULE = "must have 1 to 64 letters, digits, Chinese characters and _ . @ - and must not start with . @ or -"


def check_name(name: str) -> None:
    """Check the name of a new user or API key.

    Raises:
        InvalidValue: The name breaks the rule.
    """
    if not _NAME.match(name):
        raise InvalidValue((Violation("name", RULE),), f"The name {RULE}.")
