"""Tests of creating, updating and retiring device types while the service runs."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg
import pytest

from adapters.postgres.catalogue_editor import LOCK_SPELLINGS
from arcbeat.domain.identity.identity import Role
from arcbeat.domain.schema.columns import Column, ColumnType
from tests.support.service import Service
from tests.support.super_tables import create_super_table

PATH = "/api/v1/device/types"
REALTIME = "/api/v1/device/data/realtime"
TABLE = "test_db.milling_real_data"
LABELS = {"zh": "铣床", "en": "Milling machine"}


@pytest.fixture(scope="module")
def admin(service: Service) -> httpx.Client:
    create_super_table(service, TABLE, Column(name="speed", type=ColumnType.FLOAT))
    return service.client(*Role.ADMIN.scopes)


def create(admin: httpx.Client, type_code: str, **more: Any) -> httpx.Response:
    return admin.post(PATH, json={"type_code": type_code, "labels": LABELS, "super_table": TABLE, **more})


def page_of(admin: httpx.Client, type_code: str) -> httpx.Response:
    return admin.get(REALTIME, params={"type_code": type_code, "use_dynamic_fields": True})


def codes(admin: httpx.Client, **params: bool) -> list[str]:
    return [each["type_code"] for each in admin.get(PATH, params={"page_size": 500, **params}).json()["items"]]


def error_names(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 400, answer.text
    return [each["name"] for each in answer.json()["errors"]]


def slug(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def test_a_new_type_has_the_properties_sent_and_defaults_for_the_others(admin: httpx.Client) -> None:
    answer = create(admin, "milling", aliases=["铣床"], position=7)

    assert answer.status_code == 201
    assert answer.json() == {
        "type_code": "milling",
        "label": "铣床",
        "labels": LABELS,
        "aliases": ["铣床"],
        "super_table": TABLE,
        "late_after_seconds": 15,
        "stale_after_seconds": 60,
        "position": 7,
        "enabled": True,
        "state_field": "device_status",
        "states": [],
        "offline_states": [],
        "alarm_states": [],
        "fields_version": 1,
        "super_table_checked": True,
    }
    assert codes(admin)[-1] == "milling"


def test_writing_and_reading_a_type_return_the_same_etag(admin: httpx.Client) -> None:
    created = create(admin, "versioned", late_after_seconds=5, stale_after_seconds=7, states=["开", "关"])
    changed = admin.patch(f"{PATH}/versioned", json={"late_after_seconds": 6, "offline_states": ["关"]})

    assert created.headers["ETag"] != changed.headers["ETag"] == admin.get(f"{PATH}/versioned").headers["ETag"]


def test_devices_of_a_new_type_are_on_its_pages_at_once(admin: httpx.Client, service: Service) -> None:
    create(admin, "at_once", aliases=["马上"])
    service.register("M1", device_type="at_once")
    service.register("M2", device_type="马上")

    answer = page_of(admin, "at_once").json()

    assert [row["device_code"] for row in answer["items"]] == ["M1", "M2"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"type_code": "Milling"}, "/type_code"),
        ({"type_code": "1st"}, "/type_code"),
        ({"type_code": "m" * 51}, "/type_code"),
        ({"type_code": "a/b"}, "/type_code"),
        ({"labels": {"zh": "铣床"}}, "/labels"),
        ({"labels": {"zh": "", "en": "x"}}, "/labels/zh"),
        ({"labels": {"zh": "铣", "en": "x" * 101}}, "/labels/en"),
        ({"super_table": "milling"}, "/super_table"),
        ({"super_table": "a.b; drop table t_user"}, "/super_table"),
        ({"aliases": ["x" * 51]}, "/aliases/0"),
        ({"aliases": ["a\0"]}, "/aliases/0"),
        ({"aliases": ["a", "b\u200b"]}, "/aliases/1"),
        ({"aliases": ["a", "b\U000e0041"]}, "/aliases/1"),
        ({"aliases": ["a", "a"]}, "/aliases"),
        ({"aliases": ["a", "wrong"]}, "/aliases/1"),
        ({"late_after_seconds": 0}, "/late_after_seconds"),
        ({"late_after_seconds": 61}, "/stale_after_seconds"),
        ({"stale_after_seconds": 14.9}, "/stale_after_seconds"),
        ({"states": ["a"], "offline_states": ["a", "b"]}, "/offline_states/1"),
        ({"states": ["a"], "alarm_states": ["a", "b"]}, "/alarm_states/1"),
        ({"state_field": "a b"}, "/state_field"),
        ({"position": -1}, "/position"),
        ({"fields": []}, "/fields"),
        ({"fields": [{"name": "ts", "type": "timestamp", "labels": LABELS}]}, "/fields/0/name"),
    ],
)
def test_an_invalid_type_is_rejected_with_its_pointer(admin: httpx.Client, body: dict[str, Any], pointer: str) -> None:
    answer = create(admin, **{"type_code": "wrong", **body})

    assert pointer in error_names(answer)
    assert admin.get(f"{PATH}/wrong").status_code == 404


@pytest.mark.parametrize(
    ("type_code", "aliases"),
    [("welding", []), ("other", ["welding"]), ("other", ["焊机"]), ("other", ["new", "retired_alias"])],
)
def test_a_code_or_alias_of_another_type_is_rejected(admin: httpx.Client, type_code: str, aliases: list[str]) -> None:
    create(admin, "in_retirement", aliases=["retired_alias"], enabled=False)

    answer = create(admin, type_code, aliases=aliases)

    assert slug(answer) == (409, "already-exists")
    assert (aliases or [type_code])[-1] in answer.json()["detail"]


def test_an_update_to_an_alias_of_another_type_is_rejected(admin: httpx.Client) -> None:
    create(admin, "greedy", aliases=["own"])

    taken = admin.patch(f"{PATH}/greedy", json={"aliases": ["own", "焊机"]})
    own = admin.patch(f"{PATH}/greedy", json={"aliases": ["own", "another"]})

    assert slug(taken) == (409, "already-exists")
    assert (own.status_code, own.json()["aliases"]) == (200, ["own", "another"])


def test_a_missing_super_table_is_rejected_unless_validation_is_off(admin: httpx.Client) -> None:
    refused = create(admin, "ahead", super_table="test_db.not_yet")
    ahead = admin.post(
        PATH,
        params={"validate": False},
        json={"type_code": "ahead", "labels": LABELS, "super_table": "test_db.not_yet"},
    )
    moved = admin.patch(f"{PATH}/ahead", json={"super_table": "test_db.not_yet_either"})

    assert slug(refused) == slug(moved) == (409, "super-table-missing")
    assert "test_db.not_yet" in refused.json()["detail"]
    assert (ahead.status_code, ahead.json()["super_table_checked"]) == (201, False)


@pytest.fixture(scope="module")
def jet_table(service: Service) -> str:
    """A table with other names for the timestamp and the device code."""
    service.execute("create table test_db.properties_p1 (_ts timestamptz, current real, device_id text)")
    return "test_db.properties_p1"


def test_a_super_table_without_ts_and_device_code_is_rejected_with_what_is_missing(
    admin: httpx.Client, jet_table: str
) -> None:
    create(admin, "jets")

    refused = create(admin, "jet", super_table=jet_table)
    moved = admin.patch(f"{PATH}/jets", json={"super_table": jet_table})

    assert slug(refused) == slug(moved) == (409, "super-table-unsuitable")
    for answer in (refused, moved):
        assert f"{jet_table} has no column ts and has no tag device_code" in answer.json()["detail"]
    assert admin.get(f"{PATH}/jet").status_code == 404


def test_a_type_with_an_unsuitable_super_table_gets_no_fields_and_is_advice(
    admin: httpx.Client, service: Service, jet_table: str
) -> None:
    body = {"type_code": "jet", "labels": LABELS, "super_table": jet_table}
    assert admin.post(PATH, params={"validate": False}, json=body).status_code == 201
    try:
        imported = admin.post(f"{PATH}/jet/fields/import", params={"dry_run": False})
        drift = admin.get(f"{PATH}/jet/drift")
        ready = service.client().get("/readyz")
    finally:
        admin.patch(f"{PATH}/jet", json={"enabled": False})

    assert slug(imported) == slug(drift) == (409, "super-table-unsuitable")
    assert ready.status_code == 200
    advice = [each for part in ready.json()["dependencies"] for each in part["advice"]]
    assert [each["detail"] for each in advice if each["code"] == "super-table-unsuitable"] == [
        f"The super table {jet_table} has no column ts and has no tag device_code."
    ]


@pytest.mark.parametrize(
    "table", ["pg_catalog.pg_class", "information_schema.tables", "public.t_device_info", "public.t_user"]
)
def test_tables_of_the_system_and_of_the_master_data_are_no_super_tables(admin: httpx.Client, table: str) -> None:
    refused = create(admin, "system", super_table=table)
    fields = [{"name": "speed", "type": "float", "labels": LABELS}]
    created = admin.post(
        PATH,
        params={"create_super_table": True},
        json={"type_code": "system", "labels": LABELS, "super_table": table, "fields": fields},
    )

    assert slug(refused) == (409, "super-table-missing")
    assert created.status_code == 400


def test_an_update_checks_the_super_table_only_if_it_changes(admin: httpx.Client) -> None:
    ahead = {"type_code": "moving", "labels": LABELS, "super_table": "test_db.not_yet"}
    admin.post(PATH, params={"validate": False}, json=ahead)

    same = admin.patch(f"{PATH}/moving", json={"position": 3, "super_table": "test_db.not_yet"})
    moved = admin.patch(f"{PATH}/moving", json={"super_table": TABLE})

    assert (same.status_code, same.json()["super_table_checked"]) == (200, False)
    assert (moved.status_code, moved.json()["super_table_checked"]) == (200, True)


def test_a_type_can_be_created_while_the_readings_store_is_unavailable(service: Service) -> None:
    with Service.running(service.database_url, telemetry_url="tdengine://root:secret@127.0.0.1:1") as lonely:
        answer = create(lonely.client(*Role.ADMIN.scopes), "lonely")

    assert (answer.status_code, answer.json()["super_table_checked"]) == (201, False)


def test_an_update_keeps_the_properties_that_it_lacks(admin: httpx.Client) -> None:
    before = create(admin, "steady", aliases=["稳"], states=["开", "关"], offline_states=["关"]).json()

    after = admin.patch(f"{PATH}/稳", json={"labels": {"zh": "稳", "en": "Steady"}, "stale_after_seconds": 90}).json()

    assert after == {
        **before,
        "label": "稳",
        "labels": {"zh": "稳", "en": "Steady"},
        "stale_after_seconds": 90,
        "super_table_checked": False,
    }


def test_an_update_is_validated_together_with_the_stored_properties(admin: httpx.Client) -> None:
    create(admin, "partial", states=["开", "关"], offline_states=["关"])

    assert error_names(admin.patch(f"{PATH}/partial", json={"late_after_seconds": 61})) == ["/stale_after_seconds"]
    assert error_names(admin.patch(f"{PATH}/partial", json={"states": ["开"]})) == ["/offline_states/0"]
    assert error_names(admin.patch(f"{PATH}/partial", json={})) == [""]
    assert error_names(admin.patch(f"{PATH}/partial", json={"type_code": "part"})) == [""]


def test_alarm_states_are_changed_and_lose_the_states_that_are_removed(admin: httpx.Client) -> None:
    create(admin, "alarming", states=["开", "报警", "故障"], alarm_states=["报警"])

    changed = admin.patch(f"{PATH}/alarming", json={"alarm_states": ["故障", "报警"]}).json()
    reduced = admin.patch(f"{PATH}/alarming", json={"states": ["开", "故障"]}).json()

    assert (changed["alarm_states"], reduced["alarm_states"]) == (["故障", "报警"], ["故障"])
    both = admin.patch(f"{PATH}/alarming", json={"states": ["开"], "alarm_states": ["故障"]})
    assert error_names(both) == ["/alarm_states/0"]


def test_an_unknown_type_cannot_be_updated(admin: httpx.Client) -> None:
    assert slug(admin.patch(f"{PATH}/nowhere", json={"position": 1})) == (404, "unknown-device-type")


def test_a_retired_type_has_no_pages_and_can_be_enabled_again(admin: httpx.Client, service: Service) -> None:
    create(admin, "resting", aliases=["休息"])
    service.register("R1", device_type="resting")
    before = page_of(admin, "resting").status_code

    admin.patch(f"{PATH}/resting", json={"enabled": False})
    retired = [page_of(admin, "resting").status_code, page_of(admin, "休息").status_code]
    listed = "resting" in codes(admin), "resting" in codes(admin, include_retired=True)
    enabled_now = admin.get(f"{PATH}/resting").json()["enabled"]
    admin.patch(f"{PATH}/resting", json={"enabled": True})

    assert (before, retired, listed, enabled_now) == (200, [404, 404], (False, True), False)
    assert [row["device_code"] for row in page_of(admin, "resting").json()["items"]] == ["R1"]


def test_a_new_alias_and_new_thresholds_take_effect_at_once(admin: httpx.Client, service: Service) -> None:
    create(admin, "lively", late_after_seconds=100, stale_after_seconds=200)
    service.register("L1", device_type="lively")
    service.register("L2", device_type="新名")
    service.append("L1", type_code="lively", speed=1.0)
    before = page_of(admin, "lively").json()["items"]

    admin.patch(
        f"{PATH}/lively",
        json={"aliases": ["新名"], "late_after_seconds": 1e-6, "stale_after_seconds": 2e-6},
    )

    assert [(row["device_code"], row["freshness"]) for row in before] == [("L1", "live")]
    after = page_of(admin, "新名").json()["items"]
    assert [(row["device_code"], row["freshness"]) for row in after] == [("L1", "stale"), ("L2", "never")]


def test_an_update_of_an_old_version_is_rejected(admin: httpx.Client) -> None:
    first = create(admin, "contested").headers["ETag"]
    second = admin.patch(f"{PATH}/contested", json={"position": 1}, headers={"If-Match": first}).headers["ETag"]

    lost = admin.patch(f"{PATH}/contested", json={"position": 2}, headers={"If-Match": first})
    won = admin.patch(f"{PATH}/contested", json={"position": 3}, headers={"If-Match": f"{first}, {second}"})
    anyhow = admin.patch(f"{PATH}/contested", json={"position": 4}, headers={"If-Match": "*"})
    nonsense = admin.patch(f"{PATH}/contested", json={"position": 5}, headers={"If-Match": "x"})

    assert slug(lost) == (412, "precondition-failed")
    assert (won.status_code, anyhow.status_code) == (200, 200)
    assert error_names(nonsense) == ["If-Match"]
    assert admin.get(f"{PATH}/contested").json()["position"] == 4


@contextmanager
def blocking_editors(service: Service, statement: str) -> Iterator[Callable[[list[Future[httpx.Response]]], None]]:
    """Block editors with a transaction; the yielded function releases them once all of them wait."""
    with psycopg.connect(service.database_url) as holding:
        holding.execute(statement.encode())

        def let_go(editors: list[Future[httpx.Response]]) -> None:
            with psycopg.connect(service.database_url, autocommit=True) as watching:
                while watching.execute(WAITING).rowcount < len(editors):
                    assert not any(editor.done() for editor in editors)
            holding.commit()

        yield let_go


WAITING = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


def test_exactly_one_of_two_concurrent_updates_succeeds(admin: httpx.Client, service: Service) -> None:
    seen = create(admin, "raced").headers["ETag"]
    row = "select from t_device_type where type_code = 'raced' for update"

    def edit(position: int) -> httpx.Response:
        return admin.patch(f"{PATH}/raced", json={"position": position}, headers={"If-Match": seen})

    with ThreadPoolExecutor(2) as threads, blocking_editors(service, row) as let_go:
        editors = [threads.submit(edit, position) for position in (11, 22)]
        let_go(editors)
        answers = [editor.result() for editor in editors]

    assert sorted(answer.status_code for answer in answers) == [200, 412]
    won = next(answer for answer in answers if answer.status_code == 200)
    assert admin.get(f"{PATH}/raced").json()["position"] == won.json()["position"]


def test_exactly_one_of_two_concurrent_types_with_one_alias_is_created(admin: httpx.Client, service: Service) -> None:
    with ThreadPoolExecutor(2) as threads, blocking_editors(service, LOCK_SPELLINGS) as let_go:
        editors = [threads.submit(create, admin, type_code, aliases=["双胞胎"]) for type_code in ("twin_a", "twin_b")]
        let_go(editors)
        answers = [editor.result() for editor in editors]

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len({"twin_a", "twin_b"} & set(codes(admin))) == 1
