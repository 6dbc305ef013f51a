"""The text of notices."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.alerts.text import PROBLEMS, SEVERITIES, cut, write_notice
from arcbeat.domain.jobs.alerts import AlertSeverity, JobProblem, NoticeKind
from tests.adapters.alerts.notices import OPENED_AT, notice

LOCALES = Path(__file__).parents[3] / "web" / "src" / "locales"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_an_alert_begins_with_a_chinese_line_and_names_the_zone_of_its_moment() -> None:
    text = write_notice(notice(), SHANGHAI)

    assert text.title == "【arcbeat】告警：任务 sync_devices 运行失败"
    assert text.body.splitlines() == [
        "级别：严重，始于 2026-03-02 08:05:00 (UTC+08:00)",
        "The last 3 runs failed: StoreTimeout: no response within 5 s.",
        "Alert (Critical): job sync_devices. Its runs fail.",
        "Since 2026-03-02 08:05:00 (UTC+08:00)",
    ]


def test_a_recovery_says_when_the_problem_ended_and_how_long_it_lasted() -> None:
    closed_at = OPENED_AT + timedelta(hours=3, minutes=7, seconds=59)

    text = write_notice(notice(kind=NoticeKind.RECOVERED, closed_at=closed_at, severity=AlertSeverity.WARNING), UTC)

    assert text.title == "【arcbeat】恢复：任务 sync_devices（运行失败）"
    assert text.body.splitlines() == [
        "级别：警告，始于 2026-03-02 00:05:00 (UTC)，2026-03-02 03:12:59 (UTC) 恢复，持续 3 h 7 min",
        "The last 3 runs failed: StoreTimeout: no response within 5 s.",
        "Recovered (Warning): job sync_devices. Its runs fail.",
        "From 2026-03-02 00:05:00 (UTC) to 2026-03-02 03:12:59 (UTC), for 3 h 7 min",
    ]


def test_an_escalation_says_that_the_problem_is_still_there() -> None:
    text = write_notice(notice(kind=NoticeKind.ESCALATED), SHANGHAI)

    assert text.title == "【arcbeat】告警升级：任务 sync_devices 运行失败"
    assert text.body.splitlines() == [
        "级别：严重，始于 2026-03-02 08:05:00 (UTC+08:00)，至今未恢复",
        "The last 3 runs failed: StoreTimeout: no response within 5 s.",
        "Escalated (Critical): job sync_devices. Its runs fail.",
        "Since 2026-03-02 08:05:00 (UTC+08:00), still open",
    ]


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("problem", JobProblem)
def test_each_kind_and_problem_has_words_in_both_languages(kind: NoticeKind, problem: JobProblem) -> None:
    closed_at = datetime(2026, 3, 3, tzinfo=UTC) if kind is NoticeKind.RECOVERED else None

    text = write_notice(notice(kind=kind, problem=problem, closed_at=closed_at), UTC)

    assert text.title.startswith("【arcbeat】")
    assert "sync_devices" in text.title
    assert len(text.body.splitlines()) == 4


@pytest.mark.parametrize(("language", "position"), [("zh-CN", 0), ("en", 1)])
def test_the_words_are_those_of_the_console(language: str, position: int) -> None:
    words = json.loads((LOCALES / language / "jobs.json").read_text(encoding="utf-8"))["alerts"]

    assert {problem.value: both[position] for problem, both in PROBLEMS.items()} == words["problem"]
    assert {severity.value: both[position] for severity, both in SEVERITIES.items()} == words["severity"]


@given(text=st.text(), bytes_max=st.integers(3, 60))
def test_a_text_is_cut_between_two_characters_to_at_most_so_many_bytes(text: str, bytes_max: int) -> None:
    text = text.encode(errors="ignore").decode()

    shown = cut(text, bytes_max)

    assert len(shown.encode()) <= bytes_max
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))


def test_a_combining_mark_is_not_parted_from_its_character() -> None:
    assert cut("abe\u0301fgh", 6) == "ab…"
