"""What users and API keys may be called."""

import re

from arcbeat.domain.errors import InputError, InvalidInput

# The contract says the same. Letters that nobody can mistake for others, because the names stand in the audit log.
_NAME = re.compile(r"[0-9A-Za-z_一-鿿][0-9A-Za-z_.@一-鿿-]{0,63}\Z")
RULE = "has letters, digits, Chinese characters and _ . @ - only, at most 64, and starts with none of . @ -"


def check_name(text: str) -> None:
    """Whether somebody new may be called this.

    Raises:
        InvalidInput: they may not.
    """
    if not _NAME.match(text):
        raise InvalidInput((InputError("body", "/name", RULE),), f"A name {RULE}.")
