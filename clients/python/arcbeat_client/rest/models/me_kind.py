from enum import StrEnum


class MeKind(StrEnum):
    EXTERNAL = "external"
    GOOGLE = "google"
    KEY = "key"
    USER = "user"

    def __str__(self) -> str:
        return str(self.value)
