"""Ids above 2^53 - 1, as tables of other programs have them: JavaScript would round them if they were JSON numbers."""

from typing import Any

import httpx
import pytest

from arcbeat.domain.identity.identity import Role
from tests.support.job_alerts import AlertWatch, finding
from tests.support.jobs import CHECK, Worker
from tests.support.service import Service

LARGE = 1790000000000000001


@pytest.fixture(scope="module")
def admin(service: Service) -> httpx.Client:
    return service.client(*Role.ADMIN.scopes)


def test_dictionary_rows_with_large_ids_are_read_and_changed(service: Service, admin: httpx.Client) -> None:
    service.execute("alter table t_dict_type alter column id type bigint")
    service.execute("alter table t_dict_data alter column id type bigint, alter column dict_type_id type bigint")
    service.execute("insert into t_dict_type (id, dict_name) values (%s, 'large')", LARGE)
    body: dict[str, Any] = {"dict_type_id": str(LARGE), "data_label": "a", "data_value": "b"}
    created = admin.post("/api/v1/dict/data", json=body)
    service.execute("update t_dict_data set id = %s where id = %s", LARGE + 1, created.json()["id"])

    listed = admin.get("/api/v1/dict/data", params={"dict_type_id": LARGE}).json()["items"]
    read = admin.get(f"/api/v1/dict/types/{LARGE}").json()
    changed = admin.patch(f"/api/v1/dict/data/{listed[0]['id']}", json={"order": 7}).json()

    assert created.status_code == 201
    assert read["id"] == created.json()["dict_type_id"] == str(LARGE)
    assert (changed["id"], changed["dict_type_id"], changed["order"]) == (str(LARGE + 1), str(LARGE), 7)
    assert admin.delete(f"/api/v1/dict/data/{LARGE + 1}").status_code == 204
    assert admin.get("/api/v1/dict/types").json()["items"][-1]["id"] == str(LARGE)


def test_a_device_with_a_large_id_is_read(service: Service, admin: httpx.Client) -> None:
    service.execute("alter table t_device_info alter column id type bigint")  # as an adopted table may have it
    service.register("BIG")
    service.execute("update t_device_info set id = %s where device_code = 'BIG'", LARGE)

    assert admin.get("/api/v1/device/info/BIG").json()["id"] == str(LARGE)


def test_runs_and_logs_with_large_ids_are_read(service: Service, admin: httpx.Client) -> None:
    worker = Worker(service.database_url)
    worker.register(CHECK)
    sequences = "select pg_get_serial_sequence(%s, 'id')"
    for table in ("sync_job_run", "sync_job_log"):
        service.execute("select setval(%s, %s)", service.fetch_value(sequences, table), LARGE)
    run_id = admin.post("/api/v1/jobs/check/runs", json={}).json()["id"]
    run = worker.claim()
    worker.finish(run, attempts=1)

    read = admin.get(f"/api/v1/jobs/runs/{run_id}").json()
    log = admin.get("/api/v1/jobs/logs", params={"run_id": run_id}).json()["items"][-1]
    timeline = admin.get(f"/api/v1/jobs/logs/{read['root_log_id']}/timeline").json()

    assert run_id == read["id"] == log["run_id"] == timeline["run_id"] == str(run.id)
    assert {type(each) for each in (read["root_log_id"], log["id"], timeline["log_id"])} == {str}


def test_alerts_with_large_ids_are_read_and_acknowledged(service: Service, admin: httpx.Client) -> None:
    Worker(service.database_url).register(CHECK)
    watch = AlertWatch(service.database_url, CHECK.name)
    for table in ("sync_job_alert", "sync_job_alert_notice"):
        service.execute("select setval(pg_get_serial_sequence(%s, 'id'), %s)", table, LARGE)
    alert = watch.opened(finding(CHECK.name))

    [listed] = admin.get("/api/v1/jobs/alerts").json()["items"]
    read = admin.get(f"/api/v1/jobs/alerts/{listed['id']}").json()
    acknowledged = admin.post(f"/api/v1/jobs/alerts/{listed['id']}/acknowledge").json()

    assert listed["id"] == read["id"] == acknowledged["id"] == str(alert.id)
    assert type(read["notices"][0]["id"]) is str


@pytest.mark.parametrize("row_id", ["0", "-1", "9223372036854775808", "99999999999999999999", "1e3", "0x10"])
def test_other_ids_are_rejected(admin: httpx.Client, row_id: str) -> None:
    body = {"dict_type_id": row_id, "data_label": "a", "data_value": "b"}

    assert admin.get(f"/api/v1/dict/types/{row_id}").status_code == 400
    assert admin.post("/api/v1/dict/data", json=body).status_code == 400
