from enum import StrEnum


class DeleteUserKeys(StrEnum):
    KEEP = "keep"
    REVOKE = "revoke"
    TRANSFER = "transfer"

    def __str__(self) -> str:
        return str(self.value)
