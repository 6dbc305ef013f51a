from enum import StrEnum


class RetryStrategy(StrEnum):
    ADAPTIVE = "adaptive"
    EXPONENTIAL_BACKOFF = "exponential_backoff"
    FIXED = "fixed"
    LINEAR = "linear"

    def __str__(self) -> str:
        return str(self.value)
