from enum import StrEnum


class MisfirePolicy(StrEnum):
    MISFIRE_RUN_ONCE = "run_once"
    MISFIRE_SKIP = "skip"

    def __str__(self) -> str:
        return str(self.value)
