"""Lists of alerts, single ones, and their acknowledgement."""

from dataclasses import replace

import pytest

from arcbeat.domain.errors import Conflict, UnknownAlert
from arcbeat.domain.jobs.alerts import AlertSeverity, DeliveryState, NoticeKind
from arcbeat.domain.jobs.alerts import JobProblem as Problem
from arcbeat.domain.jobs.ports import AlertFilter
from tests.adapters.postgres.jobs.alerts.conftest import FAILING, Watch, ids, opened
from tests.adapters.postgres.jobs.conftest import JOB

EVERY = AlertFilter()


async def three_alerts(watch: Watch) -> list[int]:
    """Open an alert, close it, and open two others; return the ids, the newest first."""
    first = opened(await watch.look(FAILING))
    for _ in range(3):
        watch.pass_time(minutes=5)
        await watch.look()
    second = opened(await watch.look(replace(FAILING, problem=Problem.SLOW)))
    changes = await watch.look(replace(FAILING, problem=Problem.SLOW), replace(FAILING, job_name="other"))
    return [opened(changes).id, second.id, first.id]


async def test_alerts_are_listed_page_by_page_the_newest_first(watch: Watch) -> None:
    third, second, first = await three_alerts(watch)

    page = await watch.history.list_alerts(EVERY, None, 2)

    assert ids(page) == [third, second]
    assert ids(await watch.history.list_alerts(EVERY, second, 2)) == [first]


async def test_alerts_are_filtered(watch: Watch) -> None:
    third, second, first = await three_alerts(watch)

    async def found(where: AlertFilter) -> list[int]:
        return ids(await watch.history.list_alerts(where, None, 10))

    assert await found(AlertFilter(is_open=True)) == [third, second]
    assert await found(AlertFilter(is_open=False)) == [first]
    assert await found(AlertFilter(job_name=JOB.name)) == [second, first]
    assert await found(AlertFilter(problem=Problem.SLOW)) == [second]
    assert await found(AlertFilter(severity=AlertSeverity.WARNING)) == [third, second, first]
    assert await found(AlertFilter(severity=AlertSeverity.CRITICAL)) == []
    assert await found(AlertFilter(problem=Problem.FAILING, is_open=True, job_name=JOB.name)) == []


async def test_an_alert_shows_its_notices_and_their_deliveries(watch: Watch) -> None:
    alert = opened(await watch.look(FAILING))
    await watch.send_all("first")

    detail = await watch.history.get_alert(alert.id)

    assert detail.alert == alert
    [notice] = detail.notices
    assert (notice.kind, notice.created_at) == (NoticeKind.OPENED, alert.opened_at)
    assert [(each.target, each.state, each.attempts) for each in notice.deliveries] == [
        ("first", DeliveryState.SENT, 1),
        ("second", DeliveryState.WAITING, 0),
    ]
    assert notice.deliveries[0].sent_at == watch.jobs.clock()


async def test_the_first_person_who_acknowledges_an_alert_is_kept(watch: Watch) -> None:
    alert = opened(await watch.look(FAILING))

    first = await watch.history.acknowledge(alert.id, "wang", "重启中")
    second = await watch.history.acknowledge(alert.id, "li", "")
    for _ in range(3):
        watch.pass_time(minutes=5)
        await watch.look()
    third = await watch.history.acknowledge(alert.id, "li", "again")

    assert (first.acknowledged_by, first.acknowledgement_note) == ("wang", "重启中")
    assert first.acknowledged_at is not None
    assert second == first
    assert third.closed_at is not None
    assert (third.acknowledged_by, third.acknowledged_at) == ("wang", first.acknowledged_at)


async def test_a_closed_alert_cannot_be_acknowledged(watch: Watch) -> None:
    _, _, closed = await three_alerts(watch)

    with pytest.raises(Conflict, match="only an open alert"):
        await watch.history.acknowledge(closed, "wang", "")


async def test_an_unknown_alert_is_neither_returned_nor_acknowledged(watch: Watch) -> None:
    with pytest.raises(UnknownAlert):
        await watch.history.get_alert(99)
    with pytest.raises(UnknownAlert):
        await watch.history.acknowledge(99, "wang", "")
