"""Notices are claimed with a lease: each is delivered once per target, and again if its process has died."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from adapters.postgres.jobs.alerts import PostgresNoticeOutbox
from arcbeat.domain.jobs.alerts import AlertSeverity, ClaimedDelivery, NoticeKind
from arcbeat.domain.jobs.alerts import JobProblem as Problem
from tests.adapters.postgres.jobs.alerts.conftest import FAILING, Watch, opened
from tests.adapters.postgres.jobs.conftest import JOB

CRITICAL = replace(FAILING, problem=Problem.STUCK, severity=AlertSeverity.CRITICAL)


async def test_a_claimed_notice_says_what_is_wrong(watch: Watch) -> None:
    alert = opened(await watch.look(FAILING))

    delivery = await watch.claim("first")

    assert delivery is not None
    assert (delivery.target, delivery.attempt) == ("first", 1)
    notice = delivery.notice
    assert (notice.alert_id, notice.kind, notice.job_name, notice.problem, notice.severity) == (
        *(alert.id, NoticeKind.OPENED, JOB.name, Problem.FAILING),
        AlertSeverity.WARNING,
    )
    assert (notice.message, notice.opened_at, notice.closed_at) == (FAILING.message, alert.opened_at, None)


async def test_the_notice_of_a_recovery_says_when_the_alert_was_closed(watch: Watch) -> None:
    opened(await watch.look(FAILING))
    await watch.send_all()
    for _ in range(3):
        watch.pass_time(minutes=5)
        await watch.look()

    delivery = await watch.claim("first")

    assert delivery is not None
    assert (delivery.notice.kind, delivery.notice.closed_at) == (NoticeKind.RECOVERED, watch.jobs.clock())


async def test_eight_processes_claim_each_delivery_once(watch: Watch) -> None:
    await watch.look(*(replace(FAILING, problem=problem) for problem in Problem))

    async def claim_all() -> list[int]:
        claimed: list[ClaimedDelivery] = []
        while (delivery := await watch.claim("first")) is not None:
            claimed.append(delivery)
        return [each.notice.alert_id for each in claimed]

    found = await asyncio.gather(*(claim_all() for _ in range(8)))

    counts = Counter(alert_id for each in found for alert_id in each)
    assert len(counts) == len(Problem)
    assert set(counts.values()) == {1}


async def test_what_a_dead_process_had_claimed_is_claimed_again(watch: Watch) -> None:
    opened(await watch.look(FAILING))
    dying = PostgresNoticeOutbox(watch.jobs.database, claim_seconds=0)
    assert await dying.claim("first", only_critical=False, now=watch.jobs.clock()) is not None

    again = await watch.claim("first")

    assert again is not None
    assert again.attempt == 2
    assert await watch.claim("first") is None


async def test_a_target_that_has_the_notice_does_not_get_it_again_when_another_fails(watch: Watch) -> None:
    alert = opened(await watch.look(FAILING))
    first, second = await watch.claim("first"), await watch.claim("second")
    assert first is not None
    assert second is not None
    await watch.outbox.mark_sent(first, watch.jobs.clock())
    await watch.outbox.mark_not_sent(second, "It is down.", watch.jobs.clock() + timedelta(minutes=1))
    assert await watch.send_all() == []
    watch.pass_time(minutes=1)

    assert await watch.send_all() == [("opened", "second")]
    assert await watch.states(alert) == [("opened", "first", "sent"), ("opened", "second", "sent")]


async def test_a_failed_attempt_keeps_its_error_until_the_notice_is_sent(watch: Watch) -> None:
    alert = opened(await watch.look(FAILING))
    delivery = await watch.claim("first")
    assert delivery is not None
    next_attempt_at = watch.jobs.clock() + timedelta(minutes=1)

    await watch.outbox.mark_not_sent(delivery, "It is down.", next_attempt_at)

    [notice] = (await watch.history.get_alert(alert.id)).notices
    stored = notice.deliveries[0]
    assert (stored.state, stored.attempts, stored.error, stored.next_attempt_at) == (
        *("waiting", 1, "It is down."),
        next_attempt_at,
    )


async def test_the_last_attempt_ends_a_delivery(watch: Watch) -> None:
    alert = opened(await watch.look(FAILING))
    delivery = await watch.claim("first")
    assert delivery is not None

    await watch.outbox.mark_not_sent(delivery, "It is down.", None)

    assert await watch.claim("first") is None
    assert ("opened", "first", "failed") in await watch.states(alert)


async def test_in_quiet_hours_only_critical_notices_are_claimed(watch: Watch) -> None:
    await watch.look(FAILING, CRITICAL)

    first = await watch.claim("first", only_critical=True)

    assert first is not None
    assert first.notice.severity is AlertSeverity.CRITICAL
    assert await watch.claim("first", only_critical=True) is None
    assert await watch.claim("first") is not None


async def test_a_warning_that_becomes_critical_is_sent_in_quiet_hours(watch: Watch) -> None:
    await watch.look(FAILING)
    assert await watch.claim("first", only_critical=True) is None

    await watch.look(replace(FAILING, severity=AlertSeverity.CRITICAL))

    assert await watch.claim("first", only_critical=True) is not None


async def test_a_warning_that_becomes_critical_is_sent_once_more(watch: Watch) -> None:
    alert = opened(await watch.look(FAILING))
    await watch.send_all()
    for severity in (AlertSeverity.CRITICAL, AlertSeverity.WARNING, AlertSeverity.CRITICAL):
        await watch.look(replace(FAILING, severity=severity, message="All runs fail."))

    again = await watch.claim("first", only_critical=True)

    assert again is not None
    assert (again.notice.kind, again.notice.severity) == (NoticeKind.OPENED, AlertSeverity.CRITICAL)
    assert (again.notice.message, again.attempt) == ("All runs fail.", 2)
    await watch.outbox.mark_sent(again, watch.jobs.clock())
    assert await watch.send_all() == [("opened", "second")]
    assert await watch.states(alert) == [("opened", "first", "sent"), ("opened", "second", "sent")]


async def test_a_warning_that_becomes_critical_after_weeks_is_sent_once_more_also_where_the_first_notice_failed(
    watch: Watch,
) -> None:
    alert = opened(await watch.look(FAILING))
    await watch.send_all("first")
    for last in (*[False] * 7, True):
        delivery = await watch.claim("second")
        assert delivery is not None
        await watch.outbox.mark_not_sent(delivery, "It is down.", None if last else watch.jobs.clock())
    watch.pass_time(days=21)

    await watch.look(replace(FAILING, severity=AlertSeverity.CRITICAL))

    assert await watch.outbox.give_up(8, watch.jobs.clock() - timedelta(hours=48)) == []
    assert await watch.send_all("first", "second") == [("opened", "first"), ("opened", "second")]
    assert (await watch.states(alert))[:2] == [("opened", "first", "sent"), ("opened", "second", "sent")]


async def test_what_would_be_sent_is_counted_without_claiming_it(watch: Watch) -> None:
    await watch.look(FAILING, CRITICAL)
    now = watch.jobs.clock()

    counts = [await watch.outbox.count_due("first", only_critical=only, now=now) for only in (False, True, False)]

    assert counts == [2, 1, 2]


async def test_a_notice_whose_target_no_process_knows_is_given_up(watch: Watch) -> None:
    alert = opened(await watch.look(FAILING))
    watch.pass_time(hours=48)
    assert await watch.outbox.give_up(8, watch.jobs.clock() - timedelta(hours=48)) == []
    watch.pass_time(seconds=1)

    given_up = await watch.outbox.give_up(8, watch.jobs.clock() - timedelta(hours=48))

    assert [each.target for each in given_up] == ["first", "second"]
    assert await watch.states(alert) == [("opened", "first", "failed"), ("opened", "second", "failed")]


async def test_a_notice_whose_processes_die_each_time_is_given_up(watch: Watch) -> None:
    opened(await watch.look(FAILING))
    dying = PostgresNoticeOutbox(watch.jobs.database, claim_seconds=0)
    for _ in range(8):
        assert await dying.claim("first", only_critical=False, now=watch.jobs.clock()) is not None

    given_up = await watch.outbox.give_up(8, watch.jobs.clock() - timedelta(hours=48))

    assert [(each.target, each.attempt) for each in given_up] == [("first", 8)]


async def test_a_first_notice_that_failed_after_the_end_of_its_alert_is_not_tried_again(watch: Watch) -> None:
    alert = opened(await watch.look(FAILING))
    sending = await watch.claim("first")
    assert sending is not None
    for _ in range(3):
        watch.pass_time(minutes=5)
        await watch.look()
    await watch.outbox.mark_not_sent(sending, "It is down.", watch.jobs.clock())

    assert await watch.send_all() == [("recovered", "first")]
    await watch.outbox.give_up(8, watch.jobs.clock() - timedelta(hours=48))
    assert await watch.states(alert) == [
        ("opened", "first", "cancelled"),
        ("opened", "second", "cancelled"),
        ("recovered", "first", "sent"),
    ]
