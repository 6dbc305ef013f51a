from enum import StrEnum


class DownloadFailure(StrEnum):
    DISCONNECTED = "disconnected"
    PROBLEM = "problem"
    SERVER_LOST = "server_lost"

    def __str__(self) -> str:
        return str(self.value)
