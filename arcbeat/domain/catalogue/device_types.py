"""Device types and their fields. A new kind of machine is one more device type, and needs no new code."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from arcbeat.domain.schema.columns import ColumnType
from arcbeat.domain.schema.super_tables import SuperTable

_EARLIEST = datetime.min.replace(tzinfo=UTC)


class Language(StrEnum):
    """A language of labels."""

    CHINESE = "zh"
    ENGLISH = "en"

    @classmethod
    def preferred(cls, tags: Iterable[str], default: "Language") -> "Language":
        """Return the first language of a list of language tags, for example ``zh-CN`` and ``en``, that is supported."""
        supported = {language.value: language for language in cls}
        wanted = (tag.partition("-")[0].lower() for tag in tags)
        return next((supported[tag] for tag in wanted if tag in supported), default)


@dataclass(frozen=True, slots=True)
class Label:
    """A name for display, in both languages."""

    zh: str
    en: str

    def text(self, language: Language) -> str:
        return self.en if language is Language.ENGLISH else self.zh


class Freshness(StrEnum):
    """The age of a device's newest reading, by the thresholds of its type; NEVER if it has none."""

    LIVE = "live"
    LATE = "late"
    STALE = "stale"
    NEVER = "never"


RECENT_FRESHNESS = frozenset({Freshness.LIVE, Freshness.LATE})
"""Readings that are not older than the longest gap: the device is online, and its state lasts."""

Classifier = Callable[[datetime | None], Freshness]
"""Returns the freshness of a timestamp; None means that there is no reading."""


@dataclass(frozen=True, slots=True)
class FreshnessThresholds:
    """A reading is live up to ``late_after_seconds``, then late up to ``stale_after_seconds``, then stale."""

    late_after_seconds: float
    stale_after_seconds: float

    def freshness(self, ts: datetime | None, now: datetime) -> Freshness:
        """Return the freshness of one timestamp."""
        return self.classifier(now)(ts)

    def classifier(self, now: datetime) -> Classifier:
        """Return a function that classifies many timestamps at the same moment; it subtracts no times itself."""
        live_since, late_since = _before(now, self.late_after_seconds), _before(now, self.stale_after_seconds)

        def classify(ts: datetime | None) -> Freshness:
            if ts is None:
                return Freshness.NEVER
            if ts >= live_since:
                return Freshness.LIVE
            return Freshness.LATE if ts >= late_since else Freshness.STALE

        return classify

    def freshness_of_all(self, times: Iterable[datetime | None], now: datetime) -> list[Freshness]:
        """Return the freshness of many timestamps at the same moment, most of which are those of live devices."""
        live, live_since, classify = Freshness.LIVE, _before(now, self.late_after_seconds), self.classifier(now)
        return [live if ts is not None and ts >= live_since else classify(ts) for ts in times]


def _before(now: datetime, seconds: float) -> datetime:
    """Return the moment ``seconds`` before ``now``, or the earliest datetime if that is out of range."""
    return now - min(timedelta(seconds=seconds), now - _EARLIEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column of a super table, with what is needed to display and to validate it.

    Attributes:
        unit: Displayed behind a value; empty for none.
        decimals: Decimal places to display; None for a type that is not a number.
        hidden: Responses omit the field. Readings may contain it.
        minimum: The smallest allowed number; None for no limit.
        maximum: The largest allowed number; None for no limit.
        max_length: The allowed length of a text in characters; None for no limit.
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
        """Whether the field limits values further than the type of its column does."""
        return (self.minimum, self.maximum, self.max_length) != (None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceType:
    """A kind of machine.

    Attributes:
        aliases: Other spellings of the type in the rows of t_device_info.
        fields: In display order, including the hidden ones.
        fields_version: Incremented by each change of the fields.
        position: The sort key in lists of types.
        enabled: False for a retired type, which only the operations that edit types return.
        state_field: The field that holds the state of a device.
        states: The known states, in display order. Readings may contain others.
        offline_states: The known states in which a device counts as offline.
        alarm_states: The known states that are alarms.
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
    alarm_states: tuple[str, ...] = ()

    @property
    def visible_fields(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if not field.hidden)

    @property
    def spellings(self) -> tuple[str, ...]:
        """The values of device_type in t_device_info that mean this type: its code and its aliases."""
        return (self.type_code, *self.aliases)
