"""Writes the text of a notice, in Chinese and English, for all targets."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from arcbeat.domain.jobs.alerts import AlertSeverity, JobProblem, Notice, NoticeKind

CUT = "…"
KINDS: Mapping[NoticeKind, tuple[str, str]] = {
    NoticeKind.OPENED: ("告警", "Alert"),
    NoticeKind.ESCALATED: ("告警升级", "Escalated"),
    NoticeKind.RECOVERED: ("恢复", "Recovered"),
}
PROBLEMS: Mapping[JobProblem, tuple[str, str]] = {
    JobProblem.FAILING: ("运行失败", "Its runs fail"),
    JobProblem.SILENT: ("没有按时运行", "Did not run on time"),
    JobProblem.STUCK: ("开始后没有结束", "Began and did not end"),
    JobProblem.DAMAGED: ("设置已损坏", "Its settings are damaged"),
    JobProblem.SLOW: ("运行比平时慢", "Slower than usual"),
    JobProblem.MEMORY: ("内存占用高于平时", "Needs more memory than usual"),
    JobProblem.SLOW_QUERIES: ("数据库查询比平时慢", "Database queries are slower than usual"),
    JobProblem.LOG_VOLUME: ("任务日志占用磁盘过多", "The log of jobs fills the disk"),
}
"""As in the console: web/src/locales."""
SEVERITIES: Mapping[AlertSeverity, tuple[str, str]] = {
    AlertSeverity.WARNING: ("警告", "Warning"),
    AlertSeverity.CRITICAL: ("严重", "Critical"),
}


@dataclass(frozen=True, slots=True)
class NoticeText:
    """The text of a notice.

    Attributes:
        title: One line. It contains the word arcbeat, which bots that check keywords may require.
        body: Some lines.
    """

    title: str
    body: str

    def cut(self, bytes_max: int) -> str:
        """Return the title and the body as one text of at most so many bytes of UTF-8, cut between two characters."""
        return cut(f"{self.title}\n{self.body}", bytes_max)


def write_notice(notice: Notice, zone: tzinfo) -> NoticeText:
    """Return the text of a notice, with its moments in a time zone."""
    kind, kind_en = KINDS[notice.kind]
    problem, problem_en = PROBLEMS[notice.problem]
    severity, severity_en = SEVERITIES[notice.severity]
    period, period_en = _period(notice, zone)
    subject = f"（{problem}）" if notice.kind is NoticeKind.RECOVERED else f" {problem}"
    lines = [
        f"级别：{severity}，{period}",
        notice.message,
        f"{kind_en} ({severity_en}): job {notice.job_name}. {problem_en}.",
        period_en,
    ]
    return NoticeText(f"【arcbeat】{kind}：任务 {notice.job_name}{subject}", "\n".join(lines))


def _period(notice: Notice, zone: tzinfo) -> tuple[str, str]:
    opened = _moment(notice.opened_at, zone)
    if notice.closed_at is not None:
        closed, duration = _moment(notice.closed_at, zone), _duration(notice.closed_at - notice.opened_at)
        return f"始于 {opened}，{closed} 恢复，持续 {duration}", f"From {opened} to {closed}, for {duration}"
    if notice.kind is NoticeKind.ESCALATED:
        return f"始于 {opened}，至今未恢复", f"Since {opened}, still open"
    return f"始于 {opened}", f"Since {opened}"


def cut(text: str, bytes_max: int) -> str:
    """Return a text of at most so many bytes of UTF-8; a text that is cut ends with an ellipsis."""
    encoded = text.encode()
    if len(encoded) <= bytes_max:
        return text
    shown = encoded[: bytes_max - len(CUT.encode())].decode(errors="ignore")
    # A combining mark belongs to the character before it, and the two may have been parted.
    while shown and unicodedata.combining(text[len(shown)]):
        shown = shown[:-1]
    return shown + CUT


def _moment(moment: datetime, zone: tzinfo) -> str:
    local = moment.astimezone(zone)
    offset = f"{local:%z}"
    return f"{local:%Y-%m-%d %H:%M:%S} (UTC{'' if offset == '+0000' else f'{offset[:3]}:{offset[3:5]}'})"


def _duration(duration: timedelta) -> str:
    minutes = max(0, int(duration.total_seconds())) // 60
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
