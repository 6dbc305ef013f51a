"""Device types and their fields: what makes a new kind of machine data instead of code."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from arcbeat.domain.readings.columns import ColumnType
from arcbeat.domain.readings.readings import SuperTable

_BEGINNING = datetime.min.replace(tzinfo=UTC)


class Language(StrEnum):
    """A language of labels."""

    CHINESE = "zh"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Label:
    """A name that people read, in both languages."""

    zh: str
    en: str

    def text(self, language: Language) -> str:
        return self.en if language is Language.ENGLISH else self.zh


class Freshness(StrEnum):
    """How old a device's newest reading is, by the thresholds of its type."""

    LIVE = "live"
    LATE = "late"
    STALE = "stale"
    NEVER = "never"


Classifier = Callable[[datetime | None], Freshness]
"""From when the newest reading is; None where there is none."""


@dataclass(frozen=True, slots=True)
class FreshnessThresholds:
    """A reading is live up to the first age, late up to the second, stale after it."""

    late_after_seconds: float
    stale_after_seconds: float

    def freshness(self, ts: datetime | None, now: datetime) -> Freshness:
        return self.classifier(now)(ts)

    def classifier(self, now: datetime) -> Classifier:
        """Judges by this moment, readings by the thousand."""
        live_since, late_since = _before(now, self.late_after_seconds), _before(now, self.stale_after_seconds)

        def classify(ts: datetime | None) -> Freshness:
            if ts is None:
                return Freshness.NEVER
            if ts >= live_since:
                return Freshness.LIVE
            return Freshness.LATE if ts >= late_since else Freshness.STALE

        return classify


def _before(now: datetime, seconds: float) -> datetime:
    """So long ago, or the beginning of the calendar."""
    return now - min(timedelta(seconds=seconds), now - _BEGINNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column as people see it.

    Attributes:
        unit: as printed behind a value; empty for none.
        decimals: digits behind the point to show; None for what is no number.
        hidden: answers leave it out; readings may say it all the same.
        minimum, maximum: what a reading may say of it, of a number.
        max_length: characters, of a text.
    """

    name: str
    label: Label
    type: ColumnType
    unit: str = ""
    decimals: int | None = None
    hidden: bool = False
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None

    @property
    def has_rules(self) -> bool:
        """Whether a reading may not say everything of it that its column can hold."""
        return (self.minimum, self.maximum, self.max_length) != (None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceType:
    """A kind of machine.

    Attributes:
        aliases: other spellings that rows of t_device_info hold.
        fields: in the order in which they are shown, those that are hidden too.
        fields_version: goes up with every change of the fields.
        position: types are listed by it.
        enabled: one that is not is retired; only who edits it sees it.
        state_field: the field that says what a device is doing.
        states: what it may say, in the order in which states are listed; others may turn up all the same.
        offline_states: those of them in which a device counts as offline.
    """

    type_code: str
    aliases: tuple[str, ...]
    label: Label
    super_table: SuperTable
    thresholds: FreshnessThresholds
    fields: tuple[Field, ...]
    fields_version: int
    position: int = 0
    enabled: bool = True
    state_field: str = "device_status"
    states: tuple[str, ...] = ()
    offline_states: tuple[str, ...] = ()

    @property
    def visible_fields(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if not field.hidden)

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything that device_type may hold for this type."""
        return (self.type_code, *self.aliases)
