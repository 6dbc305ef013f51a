"""The rules of a device type that the contract's schema cannot express."""

from collections.abc import Iterator

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.errors import InvalidValue, Violation


def check_type(device_type: DeviceType) -> None:
    """Check a device type; its fields have rules of their own.

    Raises:
        InvalidValue: It breaks a rule; every violation is listed.
    """
    violations = (
        *_threshold_violations(device_type),
        *_alias_violations(device_type),
        *_state_violations(device_type),
    )
    if violations:
        raise InvalidValue(violations)


def _threshold_violations(device_type: DeviceType) -> Iterator[Violation]:
    late, stale = device_type.thresholds.late_after_seconds, device_type.thresholds.stale_after_seconds
    if stale < late:
        yield Violation("stale_after_seconds", f"must be at least late_after_seconds, {late:g}")


def _alias_violations(device_type: DeviceType) -> Iterator[Violation]:
    for index, alias in enumerate(device_type.aliases):
        if alias == device_type.type_code:
            yield Violation(f"aliases/{index}", "must differ from the type_code")


def _state_violations(device_type: DeviceType) -> Iterator[Violation]:
    choices = ", ".join(device_type.states) or "there are none"
    chosen = {"offline_states": device_type.offline_states, "alarm_states": device_type.alarm_states}
    for name, states in chosen.items():
        for index, state in enumerate(states):
            if state not in device_type.states:
                yield Violation(f"{name}/{index}", f"must be one of states: {choices}")
